"""What the index of the archive and that of the story threads show is told."""

from django.db import migrations

from pagecache.telling import tells

# As in 0035, and that the index lists the thread.
LINKED = """
CREATE OR REPLACE FUNCTION articles_tags_of(ids bigint[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT 'of-tag:' || tag_id FROM articles_taggedarticle WHERE content_object_id = ANY(ids)
    UNION SELECT 'of-author:' || author_id FROM articles_byline WHERE article_id = ANY(ids)
    UNION SELECT articles_people_of(ids)
    UNION SELECT 'story:' || article_id FROM articles_relatedarticle WHERE related_id = ANY(ids)
    UNION SELECT 'corrections' FROM articles_correction WHERE article_id = ANY(ids)
    UNION SELECT 'breaking' FROM articles_breakingnews WHERE article_id = ANY(ids)
    UNION SELECT 'of-thread:' || thread_id FROM articles_instalment WHERE article_id = ANY(ids){threads}
$$;
"""
THREADS = "\n    UNION SELECT 'threads' FROM articles_instalment WHERE article_id = ANY(ids)"


class Migration(migrations.Migration):
    dependencies = [("articles", "0038_live_entries_stay")]
    operations = [
        migrations.RunSQL(LINKED.format(threads=THREADS), LINKED.format(threads="")),
        tells("articles_storythread", "SELECT 'threads' FROM touched", what="index"),
        tells(
            "articles_instalment",
            """
            SELECT 'threads' FROM touched JOIN articles_article story
                ON story.id = touched.article_id AND story.status IN ('published', 'withdrawn')
            """,
            what="index",
        ),
        # Where somebody counts anew; a story that comes or goes tells it itself.
        tells("articles_archivehour", "SELECT 'latest' FROM touched", what="index"),
    ]
