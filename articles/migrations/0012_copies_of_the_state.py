"""What lists need of a story beside what they list: copies of its state, kept by triggers, whoever changes what.

- When a story is listed under its tags and authors, beside the tag and the name themselves: the order of publication
  stands in another table, and without this either all stories of a tag are sorted or all newer ones of the archive are
  looked at. A story that protects identities is listed under no tag: a tag may be a name.
- Where a story stands in its thread.
- Whether there is live coverage.
"""

from django.db import migrations

WHEN_LISTED = {
    "articles_taggedarticle": (
        "content_object_id",
        "CASE WHEN status = 'published' AND NOT is_identity_protected THEN publish_at END",
    ),
    "articles_byline": ("article_id", "CASE WHEN status = 'published' THEN publish_at END"),
}


def listed(table: str) -> migrations.RunSQL:
    story, moment = WHEN_LISTED[table]
    return migrations.RunSQL(
        f"""
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
NOT_PLACED = """
DROP TRIGGER articles_placed_anew ON articles_article;
DROP FUNCTION articles_placed_anew();
DROP TRIGGER articles_instalment_placed ON articles_instalment;
DROP FUNCTION articles_instalment_placed();
"""

# Lists label a running coverage without another query: the story's row has the word. Whoever writes that row from an
# older reading of it, as a form does, cannot bring an old word back.
LIVE = """
CREATE FUNCTION articles_live_of(story bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT CASE WHEN ended_at IS NULL THEN 'running' ELSE 'ended' END
        FROM articles_coverage WHERE article_id = story
    ), '')
$$;
CREATE FUNCTION articles_article_keeps_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.live := articles_live_of(NEW.id);
    RETURN NEW;
END
$$;
CREATE TRIGGER articles_article_keeps_live_insert BEFORE INSERT ON articles_article
    FOR EACH ROW WHEN (NEW.live <> '') EXECUTE FUNCTION articles_article_keeps_live();
CREATE TRIGGER articles_article_keeps_live_update BEFORE UPDATE ON articles_article
    FOR EACH ROW WHEN (NEW.live IS DISTINCT FROM OLD.live) EXECUTE FUNCTION articles_article_keeps_live();
CREATE FUNCTION articles_coverage_says_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE articles_article SET live = articles_live_of(id)
        WHERE id = OLD.article_id AND live <> articles_live_of(id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE articles_article SET live = articles_live_of(id)
        WHERE id = NEW.article_id AND live <> articles_live_of(id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_coverage_says_live AFTER INSERT OR DELETE OR UPDATE OF article_id, ended_at
    ON articles_coverage FOR EACH ROW EXECUTE FUNCTION articles_coverage_says_live();
"""
NOT_LIVE = """
DROP TRIGGER articles_coverage_says_live ON articles_coverage;
DROP FUNCTION articles_coverage_says_live();
DROP TRIGGER articles_article_keeps_live_update ON articles_article;
DROP TRIGGER articles_article_keeps_live_insert ON articles_article;
DROP FUNCTION articles_article_keeps_live();
DROP FUNCTION articles_live_of(bigint);
"""


class Migration(migrations.Migration):
    replaces = [("articles", "0029_lists_of_tags_and_authors")]
    dependencies = [("articles", "0011_archive_counts")]
    operations = [
        listed("articles_taggedarticle"),
        listed("articles_byline"),
        migrations.RunSQL(STORY_MOVES, NO_STORY_MOVES),
        migrations.RunSQL(PLACED, NOT_PLACED),
        migrations.RunSQL(LIVE, NOT_LIVE),
    ]
