"""What was told to readers stays: the database itself refuses to change or delete it.

- Corrections, and what was done to live coverage, can be added and nothing else. The words of a correction can be held
  back from readers; all else of the row stays as it was written.
- Entries of live coverage stay: none is deleted, and none that was withdrawn comes back. A story with entries is
  therefore never deleted either; it is withdrawn, as every story that was public.
"""

from django.db import migrations

CORRECTIONS = """
CREATE FUNCTION articles_correction_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{held_why,held_at,held_by_id}'::text[]
        = to_jsonb(OLD) - '{held_why,held_at,held_by_id}'::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A correction is never changed or deleted; add another one.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER articles_correction_append_only
    BEFORE UPDATE OR DELETE ON articles_correction
    FOR EACH ROW EXECUTE FUNCTION articles_correction_is_append_only();
"""
NO_CORRECTIONS = """
DROP TRIGGER articles_correction_append_only ON articles_correction;
DROP FUNCTION articles_correction_is_append_only();
"""
LIVE_RECORDS = """
CREATE FUNCTION articles_liverecord_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was done to live coverage is never changed or deleted.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER articles_liverecord_append_only
    BEFORE UPDATE OR DELETE ON articles_liverecord
    FOR EACH ROW EXECUTE FUNCTION articles_liverecord_is_append_only();
"""
NO_LIVE_RECORDS = """
DROP TRIGGER articles_liverecord_append_only ON articles_liverecord;
DROP FUNCTION articles_liverecord_is_append_only();
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
    replaces = [
        ("articles", "0003_corrections_append_only"),
        ("articles", "0038_live_entries_stay"),
    ]
    dependencies = [("articles", "0009_appearances")]
    operations = [
        migrations.RunSQL(CORRECTIONS, NO_CORRECTIONS),
        migrations.RunSQL(LIVE_RECORDS, NO_LIVE_RECORDS),
        migrations.RunSQL(STAYS, NOT_STAYS),
        migrations.RunSQL(COUNTS, NOT_COUNTS),
    ]
