"""When a story is listed under its tags and authors, beside the tag and the name themselves.

A tag's or an author's list is in the order of publication, which stands in another table: without this either all
stories of a tag are sorted or all newer ones of the archive are looked at. Triggers keep it, whoever changes what.
A story that protects identities is listed under no tag: a tag may be a name.
"""

from django.db import migrations, models
from django.db.models import F, Q

WHEN_LISTED = {
    "articles_taggedarticle": (
        "content_object_id",
        "CASE WHEN status = 'published' AND NOT is_identity_protected THEN publish_at END",
    ),
    "articles_byline": ("article_id", "CASE WHEN status = 'published' THEN publish_at END"),
}


def kept(table: str) -> migrations.RunSQL:
    story, moment = WHEN_LISTED[table]
    return migrations.RunSQL(
        f"""
        UPDATE {table} SET listed_at = {moment} FROM articles_article story
        WHERE story.id = {table}.{story} AND story.status = 'published';

        CREATE FUNCTION {table}_listed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            -- Who publishes the story meanwhile is waited for.
            SELECT {moment} INTO NEW.listed_at FROM articles_article WHERE id = NEW.{story} FOR SHARE;
            RETURN NEW;
        END
        $$;
        CREATE TRIGGER {table}_listed BEFORE INSERT OR UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_listed();
        """,
        f"DROP TRIGGER {table}_listed ON {table}; DROP FUNCTION {table}_listed();",
    )


# What is written here is read again by the triggers above, from the story itself.
STORY_MOVES = """
CREATE FUNCTION articles_listed_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE articles_taggedarticle SET listed_at = NEW.publish_at WHERE content_object_id = NEW.id;
    UPDATE articles_byline SET listed_at = NEW.publish_at WHERE article_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_listed_anew
    AFTER UPDATE OF status, publish_at, is_identity_protected ON articles_article
    FOR EACH ROW
    WHEN ((OLD.status, OLD.publish_at, OLD.is_identity_protected)
        IS DISTINCT FROM (NEW.status, NEW.publish_at, NEW.is_identity_protected))
    EXECUTE FUNCTION articles_listed_anew();
"""
NO_STORY_MOVES = (
    "DROP TRIGGER articles_listed_anew ON articles_article; DROP FUNCTION articles_listed_anew();"
)


class Migration(migrations.Migration):
    dependencies = [("articles", "0028_archive_counts")]
    operations = [
        migrations.AddField(
            "taggedarticle", "listed_at", models.DateTimeField(editable=False, null=True)
        ),
        migrations.AddField("byline", "listed_at", models.DateTimeField(editable=False, null=True)),
        kept("articles_taggedarticle"),
        kept("articles_byline"),
        migrations.RunSQL(STORY_MOVES, NO_STORY_MOVES),
        migrations.AddIndex(
            "taggedarticle",
            models.Index(
                F("tag"),
                F("listed_at").desc(),
                F("content_object_id").desc(),
                condition=Q(listed_at__isnull=False),
                name="articles_tag_latest_idx",
            ),
        ),
        migrations.AddIndex(
            "byline",
            models.Index(
                F("author"),
                F("listed_at").desc(),
                F("article_id").desc(),
                condition=Q(listed_at__isnull=False),
                name="articles_author_latest_idx",
            ),
        ),
    ]
