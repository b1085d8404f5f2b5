"""Whether a comment is shown, and how many are, is worked out by the database.

A counter that is moved beside a state drifts (every peer has such a bug report), and a rule that
each writer has to remember is forgotten by one. So:

- before a row is written, its `is_shown` is derived from its own state and from what stands above;
- after a state begins or ceases to hide, `is_reachable` of everything below follows;
- after a statement, the differences of `is_shown` are added to the counts of the story and of
  the comments above.

All of it happens under the lock of the story's row in comments_discussion: an answer cannot be
shown while another transaction rejects what it answers. Whoever changes a state takes that lock
first (`comments.moderation`); the trigger takes it too, for those who do not.
"""

from django.db import migrations

HIDING = "('pending', 'rejected', 'spam')"
SHOWN = "('unreviewed', 'approved')"
WAITING = "('pending', 'unreviewed')"

FORWARD = f"""
CREATE FUNCTION comments_lock_discussion(story bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM comments_discussion WHERE article_id = story FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO comments_discussion (article_id) VALUES (story) ON CONFLICT DO NOTHING;
        PERFORM 1 FROM comments_discussion WHERE article_id = story FOR UPDATE;
    END IF;
END
$$;

CREATE FUNCTION comments_derive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM comments_lock_discussion(NEW.article_id);
        NEW.shown_replies := 0;
        NEW.is_reachable := true;
        IF NEW.parent_id IS NOT NULL THEN
            SELECT above.is_reachable AND above.state NOT IN {HIDING} INTO NEW.is_reachable
            FROM comments_comment above WHERE above.id = NEW.parent_id;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'A comment comes after the one that it answers.'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        END IF;
    ELSE
        IF (OLD.article_id, OLD.parent_id, OLD.path)
           IS DISTINCT FROM (NEW.article_id, NEW.parent_id, NEW.path) THEN
            RAISE EXCEPTION 'A comment keeps its place in its thread.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        -- Whoever writes a row that was read earlier would write back what others changed since;
        -- only the triggers below, a level deeper, change what is derived.
        IF pg_trigger_depth() = 1 THEN
            NEW.is_reachable := OLD.is_reachable;
            NEW.shown_replies := OLD.shown_replies;
        END IF;
        IF OLD.state <> NEW.state THEN
            PERFORM comments_lock_discussion(NEW.article_id);
        END IF;
    END IF;
    NEW.is_shown := NEW.is_reachable AND NEW.state IN {SHOWN};
    IF NEW.state IN {WAITING} AND NEW.queue_due_at IS NULL THEN
        NEW.queue_due_at := NEW.created_at + interval '24 hours';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER comments_10_derive BEFORE INSERT OR UPDATE ON comments_comment
    FOR EACH ROW EXECUTE FUNCTION comments_derive();

CREATE FUNCTION comments_hide_below() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH RECURSIVE below AS (
        SELECT c.id, top.is_reachable AND top.state NOT IN {HIDING} AS is_reachable,
               top.is_reachable AND top.state NOT IN {HIDING} AND c.state NOT IN {HIDING} AS is_open
        FROM comments_comment top JOIN comments_comment c ON c.parent_id = top.id
        WHERE top.id = NEW.id
        UNION ALL
        SELECT c.id, below.is_open, below.is_open AND c.state NOT IN {HIDING}
        FROM below JOIN comments_comment c ON c.parent_id = below.id
    )
    UPDATE comments_comment c SET is_reachable = below.is_reachable
    FROM below WHERE c.id = below.id AND c.is_reachable <> below.is_reachable;
    RETURN NULL;
END
$$;
CREATE TRIGGER comments_20_hide_below AFTER UPDATE OF state ON comments_comment
    FOR EACH ROW WHEN ((OLD.state IN {HIDING}) <> (NEW.state IN {HIDING}))
    EXECUTE FUNCTION comments_hide_below();

CREATE FUNCTION comments_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- Most updates change nothing that is counted; they end here.
        PERFORM 1 FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.is_shown <> o.is_shown LIMIT 1;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        UPDATE comments_discussion d SET shown_count = d.shown_count + by_story.difference
        FROM (
            SELECT n.article_id, sum(n.is_shown::int - o.is_shown::int) AS difference
            FROM new_rows n JOIN old_rows o ON o.id = n.id
            WHERE n.is_shown <> o.is_shown GROUP BY n.article_id
        ) by_story
        WHERE d.article_id = by_story.article_id AND by_story.difference <> 0;
        UPDATE comments_comment c SET shown_replies = c.shown_replies + by_comment.difference
        FROM (
            SELECT above.id, sum(n.is_shown::int - o.is_shown::int) AS difference
            FROM new_rows n JOIN old_rows o ON o.id = n.id,
                 unnest(n.path[1:cardinality(n.path) - 1]) AS above(id)
            WHERE n.is_shown <> o.is_shown GROUP BY above.id
        ) by_comment
        WHERE c.id = by_comment.id AND by_comment.difference <> 0;
    ELSIF TG_OP = 'INSERT' THEN
        UPDATE comments_discussion d SET shown_count = d.shown_count + by_story.difference
        FROM (
            SELECT article_id, count(*) AS difference FROM new_rows WHERE is_shown
            GROUP BY article_id
        ) by_story
        WHERE d.article_id = by_story.article_id;
        UPDATE comments_comment c SET shown_replies = c.shown_replies + by_comment.difference
        FROM (
            SELECT above.id, count(*) AS difference
            FROM new_rows n, unnest(n.path[1:cardinality(n.path) - 1]) AS above(id)
            WHERE n.is_shown GROUP BY above.id
        ) by_comment
        WHERE c.id = by_comment.id;
    ELSE
        UPDATE comments_discussion d SET shown_count = d.shown_count - by_story.difference
        FROM (
            SELECT article_id, count(*) AS difference FROM old_rows WHERE is_shown
            GROUP BY article_id
        ) by_story
        WHERE d.article_id = by_story.article_id;
        UPDATE comments_comment c SET shown_replies = c.shown_replies - by_comment.difference
        FROM (
            SELECT above.id, count(*) AS difference
            FROM old_rows o, unnest(o.path[1:cardinality(o.path) - 1]) AS above(id)
            WHERE o.is_shown GROUP BY above.id
        ) by_comment
        WHERE c.id = by_comment.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER comments_30_count_inserted AFTER INSERT ON comments_comment
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION comments_count();
CREATE TRIGGER comments_30_count_updated AFTER UPDATE ON comments_comment
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION comments_count();
CREATE TRIGGER comments_30_count_deleted AFTER DELETE ON comments_comment
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION comments_count();

CREATE FUNCTION comments_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The one change: the account of who did it was deleted.
    IF TG_OP = 'UPDATE' AND NEW.by_id IS NULL
       AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An event of a comment is never changed or deleted.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER comments_event_append_only BEFORE UPDATE OR DELETE ON comments_moderationevent
    FOR EACH ROW EXECUTE FUNCTION comments_event_is_append_only();
"""

BACKWARD = """
DROP TRIGGER comments_event_append_only ON comments_moderationevent;
DROP FUNCTION comments_event_is_append_only;
DROP TRIGGER comments_30_count_deleted ON comments_comment;
DROP TRIGGER comments_30_count_updated ON comments_comment;
DROP TRIGGER comments_30_count_inserted ON comments_comment;
DROP FUNCTION comments_count;
DROP TRIGGER comments_20_hide_below ON comments_comment;
DROP FUNCTION comments_hide_below;
DROP TRIGGER comments_10_derive ON comments_comment;
DROP FUNCTION comments_derive;
DROP FUNCTION comments_lock_discussion;
"""


class Migration(migrations.Migration):
    replaces = [("comments", "0004_shown_by_the_database")]
    dependencies = [("comments", "0001_tables")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
