"""Story threads: what goes on over many stories. Triggers keep where each story stands, and tell readers' pages."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import pagecache.recording
from pagecache.telling import tells

PLACED = """
CREATE FUNCTION articles_instalment_placed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    story record;
BEGIN
    -- Who publishes the story meanwhile is waited for.
    SELECT status, publish_at, changes_to_id INTO story FROM articles_article WHERE id = NEW.article_id FOR SHARE;
    IF story.changes_to_id IS NOT NULL THEN
        RAISE EXCEPTION 'a working copy is part of no thread' USING ERRCODE = 'check_violation';
    END IF;
    NEW.placed_at = CASE WHEN story.status = 'published' THEN coalesce(NEW.happened_at, story.publish_at) END;
    RETURN NEW;
END
$$;
CREATE TRIGGER articles_instalment_placed BEFORE INSERT OR UPDATE ON articles_instalment
    FOR EACH ROW EXECUTE FUNCTION articles_instalment_placed();

-- What is written here is read again by the trigger above, from the story itself.
CREATE FUNCTION articles_placed_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE articles_instalment SET placed_at = NULL WHERE article_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_placed_anew AFTER UPDATE OF status, publish_at ON articles_article
    FOR EACH ROW WHEN ((OLD.status, OLD.publish_at) IS DISTINCT FROM (NEW.status, NEW.publish_at))
    EXECUTE FUNCTION articles_placed_anew();
"""
NO_PLACED = """
DROP TRIGGER articles_placed_anew ON articles_article;
DROP FUNCTION articles_placed_anew();
DROP TRIGGER articles_instalment_placed ON articles_instalment;
DROP FUNCTION articles_instalment_placed();
"""

# What lists a story because of what it is linked to, as in 0027, and the thread that it is part of.
LINKED = """
CREATE OR REPLACE FUNCTION articles_tags_of(ids bigint[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT 'of-tag:' || tag_id FROM articles_taggedarticle WHERE content_object_id = ANY(ids)
    UNION SELECT 'of-author:' || author_id FROM articles_byline WHERE article_id = ANY(ids)
    UNION SELECT articles_people_of(ids)
    UNION SELECT 'story:' || article_id FROM articles_relatedarticle WHERE related_id = ANY(ids)
    UNION SELECT 'corrections' FROM articles_correction WHERE article_id = ANY(ids)
    UNION SELECT 'breaking' FROM articles_breakingnews WHERE article_id = ANY(ids){thread}
$$;
"""
OF_THREAD = "\n    UNION SELECT 'of-thread:' || thread_id FROM articles_instalment WHERE article_id = ANY(ids)"


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0034_search_as_printed"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoryThread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="What goes on, in a few words: “The flash flood at Bulusirua”.",
                        max_length=120,
                        verbose_name="name",
                    ),
                ),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="address")),
                (
                    "intro",
                    models.TextField(
                        blank=True,
                        help_text="What somebody has to know who reads of it for the first time.",
                        max_length=1500,
                        verbose_name="introduction",
                    ),
                ),
                (
                    "key_facts",
                    models.TextField(
                        blank=True,
                        help_text="One fact on each line.",
                        max_length=1500,
                        verbose_name="key facts",
                    ),
                ),
                (
                    "ended_on",
                    models.DateField(
                        blank=True,
                        help_text="Empty while it goes on. Readers are told; it can be opened again.",
                        null=True,
                        verbose_name="ended on",
                    ),
                ),
            ],
            options={
                "verbose_name": "story thread",
                "verbose_name_plural": "story threads",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("ended_on__isnull", True)),
                        name="articles_threads_open_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        name="articles_storythread_name_unique",
                        violation_error_message="There is a thread of this name already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("slug", ""), _negated=True),
                        ),
                        name="articles_storythread_named",
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "line",
                    models.CharField(
                        blank=True,
                        help_text="One sentence for the timeline; when empty, the headline speaks.",
                        max_length=160,
                        verbose_name="what happened",
                    ),
                ),
                (
                    "happened_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Only where that is not the day of publication.",
                        null=True,
                        verbose_name="when it happened",
                    ),
                ),
                ("placed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="instalment",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="instalments",
                        to="articles.storythread",
                        verbose_name="story thread",
                    ),
                ),
            ],
            options={
                "verbose_name": "story of a thread",
                "verbose_name_plural": "stories of a thread",
                "ordering": ["-placed_at", "-article_id"],
                "indexes": [
                    models.Index(
                        models.F("thread"),
                        models.OrderBy(models.F("placed_at"), descending=True),
                        models.OrderBy(models.F("article_id"), descending=True),
                        condition=models.Q(("placed_at__isnull", False)),
                        name="articles_instalments_idx",
                    ),
                    models.Index(
                        models.F("thread"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="articles_instalments_desk_idx",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PLACED, NO_PLACED),
        migrations.RunSQL(LINKED.format(thread=OF_THREAD), LINKED.format(thread="")),
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
    ]
