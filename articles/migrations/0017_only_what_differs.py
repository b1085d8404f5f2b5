"""Writing appearances touches only the rows that differ, and a new line looks only at itself.

Whoever saves a register writes line by line, and each line asked for the story's appearances: all
were deleted and inserted again. That made a register of 200 lines 20,000 rows, and took locks on
everybody in the story, which two merges could take in opposite orders.

- A line that is added can only add somebody, or give a stronger reason: its own subjects are
  looked at, however many lines the story has.
- Else what is there and what should be there are put together and grouped: what stands alone
  differs. A group by is hashed or sorted whatever the planner believes, so it stays flat for the
  20,000 stories of a merge too.
- New rows are written by the key of the person, so that two writers lock people in one order.

That reading is a function and no view: a view would forbid changes of the columns that it reads.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("articles.migrations.0009_kept_by_triggers").APPEARANCES

NAMED = """
CREATE FUNCTION articles_strength(appears_as text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(
        ARRAY['quoted', 'organiser', 'attended', 'sent', 'represented', 'mentioned', 'office'],
        appears_as)
$$;

-- Whom each line of a public story names, today's entry of a person. Inlined into what asks it.
CREATE FUNCTION articles_named_by_lines() RETURNS TABLE (
    line_id bigint, article_id bigint, person_id bigint, organisation_id bigint,
    appears_as text, at timestamptz
) LANGUAGE sql STABLE AS $$
    SELECT line.id, story.id, coalesce(entry.merged_into_id, entry.id), named.organisation_id,
        named.appears_as, story.publish_at
    FROM articles_article story
    JOIN articles_attendance line ON line.article_id = story.id
    LEFT JOIN articles_tenure tenure ON tenure.id = line.tenure_id
    LEFT JOIN articles_post held ON held.id = tenure.post_id
    LEFT JOIN articles_post stood_for ON stood_for.id = line.represents_post_id
    CROSS JOIN LATERAL (VALUES
        (line.person_id, NULL::bigint, line.capacity::text),
        (line.represents_person_id, NULL, 'represented'),
        (NULL, line.organisation_id, 'sent'),
        (NULL, line.represents_organisation_id, 'represented'),
        (NULL, stood_for.organisation_id, 'represented'),
        (NULL, held.organisation_id, 'office')
    ) AS named (entry_id, organisation_id, appears_as)
    LEFT JOIN articles_person entry ON entry.id = named.entry_id
    WHERE story.status = 'published'
        AND NOT story.is_identity_protected
        AND story.publish_at IS NOT NULL
        AND (named.entry_id IS NOT NULL OR named.organisation_id IS NOT NULL)
$$;
"""
REFRESH = """
CREATE OR REPLACE FUNCTION articles_refresh_appearances(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM 1 FROM articles_article WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    WITH wanted AS (
        SELECT DISTINCT ON (article_id, person_id, organisation_id)
            article_id, person_id, organisation_id, appears_as, at
        FROM articles_named_by_lines()
        WHERE article_id = ANY(ids)
        ORDER BY article_id, person_id, organisation_id, articles_strength(appears_as)
    ), differing AS MATERIALIZED (
        SELECT min(id) AS id, article_id, person_id, organisation_id, appears_as, at
        FROM (
            SELECT id, article_id, person_id, organisation_id, appears_as::text, at
            FROM articles_appearance WHERE article_id = ANY(ids)
            UNION ALL
            SELECT NULL, article_id, person_id, organisation_id, appears_as, at FROM wanted
        ) AS both_sides
        GROUP BY article_id, person_id, organisation_id, appears_as, at
        HAVING count(*) = 1
    ), gone AS (
        DELETE FROM articles_appearance
        WHERE id IN (SELECT id FROM differing WHERE id IS NOT NULL)
        RETURNING 1
    )
    INSERT INTO articles_appearance (article_id, person_id, organisation_id, appears_as, at)
    SELECT article_id, person_id, organisation_id, appears_as, at
    -- Counting the deleted rows makes the insertion wait for them: a row that changed is both.
    FROM differing CROSS JOIN (SELECT count(*) FROM gone) AS after_the_deletion
    WHERE id IS NULL
    ORDER BY person_id, organisation_id, article_id;
END
$$;
"""
ADD = """
CREATE FUNCTION articles_add_appearances(lines bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF lines IS NULL THEN
        RETURN;
    END IF;
    PERFORM 1 FROM articles_article
        WHERE id IN (SELECT article_id FROM articles_attendance WHERE id = ANY(lines))
        ORDER BY id FOR NO KEY UPDATE;
    WITH wanted AS MATERIALIZED (
        SELECT DISTINCT ON (article_id, person_id, organisation_id)
            article_id, person_id, organisation_id, appears_as, at
        FROM articles_named_by_lines()
        WHERE line_id = ANY(lines)
        ORDER BY article_id, person_id, organisation_id, articles_strength(appears_as)
    ), raised AS (
        UPDATE articles_appearance known SET appears_as = wanted.appears_as FROM wanted
        WHERE known.article_id = wanted.article_id
            AND (known.person_id = wanted.person_id
                OR known.organisation_id = wanted.organisation_id)
            AND articles_strength(wanted.appears_as) < articles_strength(known.appears_as)
    )
    INSERT INTO articles_appearance (article_id, person_id, organisation_id, appears_as, at)
    SELECT article_id, person_id, organisation_id, appears_as, at FROM wanted
    WHERE NOT EXISTS (
        SELECT 1 FROM articles_appearance known
        WHERE known.article_id = wanted.article_id
            AND (known.person_id = wanted.person_id
                OR known.organisation_id = wanted.organisation_id))
    ORDER BY person_id, organisation_id, article_id;
END
$$;
"""


def _function_before(name: str) -> str:
    start = BEFORE.index(f"CREATE FUNCTION {name}(")
    body = BEFORE.index("$$", start) + 2
    end = BEFORE.index("$$;", body) + 3
    return BEFORE[start:end].replace("CREATE ", "CREATE OR REPLACE ", 1)


CHANGED_BEFORE = _function_before("articles_register_changed")
ADDED_BEFORE = """PERFORM articles_refresh_appearances(
            (SELECT array_agg(DISTINCT article_id) FROM after_rows));"""
ADDED = "PERFORM articles_add_appearances((SELECT array_agg(id) FROM after_rows));"
CHANGED = CHANGED_BEFORE.replace(ADDED_BEFORE, ADDED, 1)

DROPPED = """
DROP FUNCTION articles_add_appearances(bigint[]);
DROP FUNCTION articles_named_by_lines();
DROP FUNCTION articles_strength(text);
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0016_quoted_is_quoted")]
    operations = [
        migrations.RunSQL(
            NAMED + REFRESH + ADD + CHANGED,
            CHANGED_BEFORE + _function_before("articles_refresh_appearances") + DROPPED,
        )
    ]
