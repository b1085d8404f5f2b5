"""The database itself sees to it that entries of live coverage stay: none is deleted, and none comes back.

A story with entries is therefore never deleted either; it is withdrawn, as every story that was public.
"""

from django.db import migrations

# An import begun before this one may have left a coverage that counts fewer entries than it has.
COUNTED = """
UPDATE articles_coverage coverage
SET last_number = greatest(coverage.last_number, found.last_number),
    position = greatest(coverage.position, found.position, found.last_number)
FROM (
    SELECT coverage_id, max(number) AS last_number, max(position) AS position
    FROM articles_liveentry GROUP BY coverage_id
) found
WHERE found.coverage_id = coverage.article_id
    AND (found.last_number > coverage.last_number OR found.position > coverage.position)
"""
STAYS = """
CREATE FUNCTION articles_liveentry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An entry of live coverage is never deleted.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RAISE EXCEPTION 'An entry of live coverage is withdrawn for good.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER articles_liveentry_never_deleted BEFORE DELETE ON articles_liveentry
    FOR EACH ROW EXECUTE FUNCTION articles_liveentry_stays();
CREATE TRIGGER articles_liveentry_withdrawn_for_good BEFORE UPDATE ON articles_liveentry
    FOR EACH ROW WHEN (
        OLD.withdrawn_at IS NOT NULL
        AND (NEW.withdrawn_at IS NULL OR (NEW.withdrawal_word, NEW.title, NEW.text, NEW.caption, NEW.photo_id)
            IS DISTINCT FROM (OLD.withdrawal_word, OLD.title, OLD.text, OLD.caption, OLD.photo_id))
    )
    EXECUTE FUNCTION articles_liveentry_stays();
"""
NOT_STAYS = """
DROP TRIGGER articles_liveentry_withdrawn_for_good ON articles_liveentry;
DROP TRIGGER articles_liveentry_never_deleted ON articles_liveentry;
DROP FUNCTION articles_liveentry_stays();
"""
# At the end of a transaction, whatever is written first.
COUNTS = """
CREATE FUNCTION articles_coverage_counts_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    story bigint;
BEGIN
    IF TG_TABLE_NAME = 'articles_coverage' THEN
        story := NEW.article_id;
    ELSE
        story := NEW.coverage_id;
    END IF;
    IF EXISTS (
        SELECT FROM articles_coverage coverage
        WHERE coverage.article_id = story AND (
            coverage.last_number < (SELECT max(number) FROM articles_liveentry WHERE coverage_id = story)
            OR coverage.position < (SELECT max(position) FROM articles_liveentry WHERE coverage_id = story)
        )
    ) THEN
        RAISE EXCEPTION 'Live coverage counts all of its entries.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER articles_liveentry_is_counted
    AFTER INSERT OR UPDATE OF coverage_id, number, position ON articles_liveentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION articles_coverage_counts_entries();
CREATE CONSTRAINT TRIGGER articles_coverage_counts_entries
    AFTER UPDATE OF position, last_number ON articles_coverage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.position < OLD.position OR NEW.last_number < OLD.last_number)
    EXECUTE FUNCTION articles_coverage_counts_entries();
"""
NOT_COUNTS = """
DROP TRIGGER articles_coverage_counts_entries ON articles_coverage;
DROP TRIGGER articles_liveentry_is_counted ON articles_liveentry;
DROP FUNCTION articles_coverage_counts_entries();
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0037_photo_cards")]

    operations = [
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
        migrations.RunSQL(STAYS, NOT_STAYS),
        migrations.RunSQL(COUNTS, NOT_COUNTS),
    ]
