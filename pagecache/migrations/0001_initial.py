"""The log of notices, and the two SQL functions that write it."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models.functions import Now

FORWARD = """
CREATE SEQUENCE pagecache_position;
SELECT setval('pagecache_position', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);

-- What the triggers of the apps call. So many tags at once are everything: to go through them one by one would cost
-- every process more than to render anew what is asked for.
CREATE FUNCTION pagecache_tell(named text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(named) > 500 THEN
        named := ARRAY['*'];
    END IF;
    IF cardinality(named) > 0 THEN
        INSERT INTO pagecache_notice (tags) VALUES (named);
    END IF;
END
$$;

-- At the commit. The lock is held until others see the change, so a higher position was never seen before a lower
-- one. NOTIFY takes such a lock of its own, as late as this.
CREATE FUNCTION pagecache_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7305804402);
    UPDATE pagecache_notice SET position = nextval('pagecache_position') WHERE id = NEW.id;
    NOTIFY pagecache;
    RETURN NULL;
END
$$;

-- Before that all other checks of the commit are done: one that waits for a row, held by somebody who waits for the
-- lock, would wait for ever. So each notice goes back once to the end of the queue.
CREATE FUNCTION pagecache_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pagecache_notice SET at = at WHERE id = NEW.id;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER pagecache_queue AFTER INSERT ON pagecache_notice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pagecache_queue();
CREATE CONSTRAINT TRIGGER pagecache_place AFTER UPDATE ON pagecache_notice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.position IS NULL) EXECUTE FUNCTION pagecache_place();

-- After a database was put in the place of another: no position of the other may be met again.
CREATE FUNCTION pagecache_everything() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7305804402);
    PERFORM setval('pagecache_position', greatest(
        (SELECT last_value FROM pagecache_position), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint));
    PERFORM pagecache_tell(ARRAY['*']);
END
$$;
"""

BACKWARD = """
DROP FUNCTION pagecache_everything();
DROP TRIGGER pagecache_place ON pagecache_notice;
DROP TRIGGER pagecache_queue ON pagecache_notice;
DROP FUNCTION pagecache_queue();
DROP FUNCTION pagecache_place();
DROP FUNCTION pagecache_tell(text[]);
DROP SEQUENCE pagecache_position;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.BigIntegerField(editable=False, null=True, unique=True)),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["position"],
                "indexes": [models.Index(fields=["at"], name="pagecache_notice_at_idx")],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
