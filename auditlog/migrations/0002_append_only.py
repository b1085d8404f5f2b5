"""Rows are added and nothing else, by whatever way.

An UPDATE may give a row its place in the chain, once. A DELETE needs an anchor at or behind the row (`chain.forget`).
The time of a row is the database's.
"""

from django.db import migrations

FORBID = """
CREATE FUNCTION auditlog_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.at := statement_timestamp();
        NEW.position := NULL;
        NEW.hash := '';
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL
        AND to_jsonb(NEW) - 'position' - 'hash' = to_jsonb(OLD) - 'position' - 'hash' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM auditlog_anchor a WHERE a.position >= OLD.position) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A row of the audit log is never changed or deleted.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE FUNCTION auditlog_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is never changed or emptied.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER auditlog_entry_guarded BEFORE INSERT OR UPDATE OR DELETE ON auditlog_entry
    FOR EACH ROW EXECUTE FUNCTION auditlog_entry_guard();
CREATE TRIGGER auditlog_entry_not_emptied BEFORE TRUNCATE ON auditlog_entry
    FOR EACH STATEMENT EXECUTE FUNCTION auditlog_is_append_only();
CREATE TRIGGER auditlog_anchor_guarded BEFORE UPDATE OR DELETE ON auditlog_anchor
    FOR EACH ROW EXECUTE FUNCTION auditlog_is_append_only();
CREATE TRIGGER auditlog_anchor_not_emptied BEFORE TRUNCATE ON auditlog_anchor
    FOR EACH STATEMENT EXECUTE FUNCTION auditlog_is_append_only();
"""
ALLOW = """
DROP TRIGGER auditlog_entry_guarded ON auditlog_entry;
DROP TRIGGER auditlog_entry_not_emptied ON auditlog_entry;
DROP TRIGGER auditlog_anchor_guarded ON auditlog_anchor;
DROP TRIGGER auditlog_anchor_not_emptied ON auditlog_anchor;
DROP FUNCTION auditlog_entry_guard();
DROP FUNCTION auditlog_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("auditlog", "0001_initial")]
    operations = [
        migrations.RunSQL(FORBID, ALLOW),
    ]
