"""Every change of what readers see of stories, people and the front page tells what it concerns.

A person, an organisation, an author and a tag have two names: `person:1` is told when somebody's own row changes and
is shown by every story that names them; `of-person:1` when their stories change, and is shown by their pages alone.
So a story that is published ends no other story, whoever stands in both.

One statement tells at once for all its rows. What is not public tells nothing: drafts, working copies, and what
hangs on them. The tags are told in `pagecache.recording` and in `docs/decisions`; a page shows them by the same names.
"""

from django.db import migrations

from pagecache.telling import tells

# Stories that readers find at an address: also scheduled ones, and those of which only a notice is left.
PUBLIC = "status IN ('published', 'withdrawn')"
STORY = f"""
    FROM touched JOIN articles_article story ON story.id = touched.article_id AND story.{PUBLIC}
"""

LINKED = """
-- Whom the registers of these stories name, and for whom they stand.
CREATE FUNCTION articles_people_of(ids bigint[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT DISTINCT named.tag
    FROM articles_attendance line
    LEFT JOIN articles_person person ON person.id = line.person_id
    LEFT JOIN articles_person stood_for ON stood_for.id = line.represents_person_id
    LEFT JOIN articles_post office ON office.id = line.represents_post_id
    LEFT JOIN articles_tenure tenure ON tenure.id = line.tenure_id
    LEFT JOIN articles_post held ON held.id = tenure.post_id
    CROSS JOIN LATERAL (VALUES
        ('of-person:' || person.id),
        ('of-person:' || person.merged_into_id),
        ('of-person:' || stood_for.id),
        ('of-person:' || stood_for.merged_into_id),
        ('of-organisation:' || line.organisation_id),
        ('of-organisation:' || line.represents_organisation_id),
        ('of-organisation:' || office.organisation_id),
        ('of-organisation:' || held.organisation_id)
    ) AS named (tag)
    WHERE line.article_id = ANY(ids) AND named.tag IS NOT NULL
$$;

-- Whatever lists these stories, or shows something of them, because of what they are linked to.
CREATE FUNCTION articles_tags_of(ids bigint[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT 'of-tag:' || tag_id FROM articles_taggedarticle WHERE content_object_id = ANY(ids)
    UNION SELECT 'of-author:' || author_id FROM articles_byline WHERE article_id = ANY(ids)
    UNION SELECT articles_people_of(ids)
    UNION SELECT 'story:' || article_id FROM articles_relatedarticle WHERE related_id = ANY(ids)
    UNION SELECT 'corrections' FROM articles_correction WHERE article_id = ANY(ids)
    UNION SELECT 'breaking' FROM articles_breakingnews WHERE article_id = ANY(ids)
    UNION SELECT 'of-thread:' || thread_id FROM articles_instalment WHERE article_id = ANY(ids)
    UNION SELECT 'threads' FROM articles_instalment WHERE article_id = ANY(ids)
$$;
"""
NO_LINKED = """
DROP FUNCTION articles_tags_of(bigint[]);
DROP FUNCTION articles_people_of(bigint[]);
"""

# Of a story: what decides where it stands, and what else readers see of it.
MEMBERSHIP = (
    "id status publish_at published_on unpublish_at section_id kind slug event_on is_identity_protected"
).split()
CONTENTS = (
    "headline standfirst body sponsor place_id updated_at is_unverified is_tragedy version"
    " withdrawal_ground withdrawal_notice withdrawn_at"
).split()
# An account behind the name is the newsroom's own business.
AUTHOR = "id name slug initials bio".split()
# Of live coverage, but for what is only the newsroom's own.
COVERAGE = "article_id begun_at ended_at position last_number".split()
ENTRY = (
    "coverage_id number position happened_at title text place_id photo_id caption author_id pin"
    " entered_at changed_at withdrawn_at withdrawal_word"
).split()

LIVE_STORY = """
    FROM touched JOIN articles_article story
    ON story.id = touched.{key} AND story.status IN ('published', 'withdrawn')
"""

TOLD = [
    tells(
        "articles_article",
        f"""
        SELECT named.tag FROM touched CROSS JOIN LATERAL (VALUES ('story:' || id), ('stories')) AS named (tag)
        WHERE {PUBLIC}
        """,
        [*MEMBERSHIP, *CONTENTS],
    ),
    # Where a story comes in or goes out. What may not be shown any more is gone wherever it is mentioned.
    tells(
        "articles_article",
        f"""
        SELECT named.tag
        FROM touched CROSS JOIN LATERAL (VALUES
            ('gone:' || id),
            ('latest'),
            ('section:' || section_id),
            ('day:' || (publish_at AT TIME ZONE 'UTC')::date),
            (CASE WHEN greatest(publish_at, unpublish_at) > now() THEN 'agenda' END)
        ) AS named (tag)
        WHERE {PUBLIC}
        UNION SELECT articles_tags_of(ARRAY(SELECT id FROM touched WHERE {PUBLIC}))
        """,
        MEMBERSHIP,
        what="membership",
    ),
    tells("articles_articlephoto", f"SELECT 'story:' || article_id {STORY}"),
    tells("articles_relatedarticle", f"SELECT 'story:' || article_id {STORY}"),
    tells(
        "articles_byline",
        f"""
        SELECT named.tag {STORY} CROSS JOIN LATERAL (VALUES
            ('story:' || article_id), ('of-author:' || author_id), ('stories')
        ) AS named (tag)
        """,
    ),
    tells(
        "articles_taggedarticle",
        f"""
        SELECT named.tag {STORY.replace("touched.article_id", "touched.content_object_id")}
        CROSS JOIN LATERAL (VALUES ('story:' || story.id), ('of-tag:' || tag_id)) AS named (tag)
        """,
    ),
    tells(
        "articles_correction",
        f"""
        SELECT named.tag {STORY} CROSS JOIN LATERAL (VALUES
            ('story:' || article_id), ('corrections'), ('stories')
        ) AS named (tag)
        """,
    ),
    # The page of somebody counts who else was there: a line concerns all lines of its story. Who stood in it is
    # not in the register any more.
    tells(
        "articles_attendance",
        f"""
        SELECT 'story:' || article_id {STORY}
        UNION SELECT articles_people_of(ARRAY(SELECT article_id {STORY}))
        UNION SELECT named.tag {STORY}
            LEFT JOIN articles_post office ON office.id = represents_post_id
            LEFT JOIN articles_tenure tenure ON tenure.id = tenure_id
            LEFT JOIN articles_post held ON held.id = tenure.post_id
            CROSS JOIN LATERAL (VALUES
                ('of-person:' || touched.person_id),
                ('of-person:' || represents_person_id),
                ('of-organisation:' || touched.organisation_id),
                ('of-organisation:' || represents_organisation_id),
                ('of-organisation:' || office.organisation_id),
                ('of-organisation:' || held.organisation_id)
            ) AS named (tag)
        """,
    ),
    # Written by triggers after a story, a register, an identity or an office.
    tells(
        "articles_appearance",
        """
        SELECT named.tag
        FROM touched LEFT JOIN articles_organisation organisation ON organisation.id = touched.organisation_id
        CROSS JOIN LATERAL (VALUES
            ('of-person:' || person_id),
            ('of-organisation:' || touched.organisation_id),
            ('of-organisation:' || organisation.parent_id),
            ('people')
        ) AS named (tag)
        UNION SELECT articles_people_of(ARRAY(SELECT article_id FROM touched))
        """,
    ),
    tells(
        "articles_person",
        """
        SELECT named.tag FROM touched CROSS JOIN LATERAL (VALUES
            ('person:' || id),
            ('person:' || merged_into_id),
            (CASE WHEN is_public THEN 'people' END)
        ) AS named (tag)
        """,
    ),
    tells("articles_personalias", "SELECT 'person:' || person_id FROM touched"),
    tells(
        "articles_organisation",
        """
        SELECT named.tag FROM touched CROSS JOIN LATERAL (VALUES
            ('organisation:' || id), ('organisation:' || parent_id), (CASE WHEN is_public THEN 'people' END)
        ) AS named (tag)
        """,
    ),
    tells("articles_organisationalias", "SELECT 'organisation:' || organisation_id FROM touched"),
    tells(
        "articles_post",
        """
        SELECT named.tag
        FROM touched JOIN articles_organisation organisation ON organisation.id = organisation_id
        CROSS JOIN LATERAL (VALUES
            ('post:' || touched.id),
            ('organisation:' || organisation.id),
            ('organisation:' || organisation.parent_id),
            ('people')
        ) AS named (tag)
        """,
    ),
    tells(
        "articles_tenure",
        """
        SELECT named.tag
        FROM touched
        LEFT JOIN articles_person person ON person.id = person_id
        LEFT JOIN articles_post post ON post.id = post_id
        CROSS JOIN LATERAL (VALUES
            ('tenure:' || touched.id),
            ('person:' || person_id),
            ('person:' || person.merged_into_id),
            ('organisation:' || post.organisation_id),
            ('people')
        ) AS named (tag)
        """,
    ),
    tells(
        "articles_author",
        "SELECT 'author:' || id FROM touched UNION SELECT 'stories' FROM touched",
        AUTHOR,
    ),
    tells("articles_tag", "SELECT 'tag:' || id FROM touched"),
    tells("articles_photo", "SELECT 'photo:' || id FROM touched"),
    tells("articles_place", "SELECT 'place:' || id FROM touched"),
    tells("articles_section", "SELECT 'site' FROM touched"),
    tells("articles_publication", "SELECT 'site' FROM touched"),
    tells("articles_page", "SELECT 'site' FROM touched"),
    tells(
        "articles_frontlayout",
        "SELECT unnest(ARRAY['front', CASE WHEN starts_at > now() THEN 'agenda' END]) FROM touched",
    ),
    tells(
        "articles_frontplacement",
        "SELECT unnest(ARRAY['front', CASE WHEN until > now() THEN 'agenda' END]) FROM touched",
    ),
    tells(
        "articles_breakingnews",
        "SELECT unnest(ARRAY['breaking', CASE WHEN ends_at > now() THEN 'agenda' END]) FROM touched",
    ),
    # Where somebody counts anew; a story that comes or goes tells it itself.
    tells("articles_archivehour", "SELECT 'latest' FROM touched", what="index"),
    tells("articles_archivehour", "SELECT 'day:' || (hour AT TIME ZONE 'UTC')::date FROM touched"),
    tells("articles_archiveday", "SELECT 'stories' FROM touched"),
    tells(
        "articles_article",
        f"SELECT 'story:' || touched.id {LIVE_STORY.format(key='id')}",
        ["id", "live"],
        what="live",
    ),
    tells(
        "articles_coverage",
        f"SELECT 'live:' || article_id {LIVE_STORY.format(key='article_id')}",
        COVERAGE,
    ),
    tells(
        "articles_liveentry",
        f"SELECT 'live:' || coverage_id {LIVE_STORY.format(key='coverage_id')}",
        ENTRY,
    ),
]


class Migration(migrations.Migration):
    replaces = [
        ("articles", "0027_notices"),
        ("articles", "0033_notices_of_counts"),
        ("articles", "0039_notices_of_indexes"),
    ]
    dependencies = [("articles", "0012_copies_of_the_state"), ("pagecache", "0001_initial")]
    operations = [
        migrations.RunSQL(LINKED, NO_LINKED),
        *TOLD,
        # The sitemap lists them, as it lists what stories change.
        tells(
            "articles_storythread",
            "SELECT 'thread:' || id FROM touched UNION SELECT 'stories' FROM touched",
        ),
        tells(
            "articles_instalment",
            """
            SELECT named.tag
            FROM touched JOIN articles_article story
                ON story.id = touched.article_id AND story.status IN ('published', 'withdrawn')
            CROSS JOIN LATERAL (VALUES
                ('story:' || article_id), ('of-thread:' || thread_id), ('stories')
            ) AS named (tag)
            """,
        ),
        tells("articles_storythread", "SELECT 'threads' FROM touched", what="index"),
        tells(
            "articles_instalment",
            """
            SELECT 'threads' FROM touched JOIN articles_article story
                ON story.id = touched.article_id AND story.status IN ('published', 'withdrawn')
            """,
            what="index",
        ),
        # What readers see of a story's versions; of the leaks they see nothing.
        tells("articles_versionhold", "SELECT 'versions:' || article_id FROM touched"),
        tells(
            "articles_revision",
            """
            SELECT 'versions:' || article_id FROM touched
            WHERE NOT is_working AND status = 'published'
            """,
            ("article_id", "number", "status", "is_working", "created_at", "snapshot"),
        ),
    ]
