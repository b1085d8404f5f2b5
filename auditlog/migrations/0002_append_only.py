"""Rows are added and nothing else, by whatever way; what Django's admin had written comes along.

An UPDATE may give a row its place in the chain, once. A DELETE needs an anchor at or behind the row (`chain.forget`).
The time of a row is the database's.
"""

from django.db import migrations

TAKE_OVER = """
INSERT INTO auditlog_entry (at, account, name, action, kind, object_id, label, address, request_id, details)
SELECT l.action_time, l.user_id,
    CASE WHEN NOT (u.is_staff OR u.is_superuser) THEN ''
        WHEN u.name = '' THEN u.email ELSE left(u.name || ' (' || u.email || ')', 400) END,
    CASE l.action_flag WHEN 1 THEN 'row.added' WHEN 2 THEN 'row.changed' ELSE 'row.deleted' END,
    found.kind, left(coalesce(l.object_id, ''), 60),
    CASE WHEN found.is_private THEN '' ELSE left(l.object_repr, 200) END, '', '',
    CASE WHEN found.is_private OR l.change_message = '' THEN '{}'::jsonb
        ELSE jsonb_build_object('message', l.change_message) END
FROM django_admin_log l
JOIN accounts_user u ON u.id = l.user_id
LEFT JOIN django_content_type c ON c.id = l.content_type_id
CROSS JOIN LATERAL (SELECT
    coalesce(c.app_label || '.' || c.model, '') AS kind,
    coalesce(c.app_label || '.' || c.model, '') IN
        ('accounts.user', 'comments.reader', 'comments.ban', 'comments.comment', 'newsletter.subscriber') AS is_private
) found
ORDER BY l.id;
DELETE FROM django_admin_log;
"""

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
    dependencies = [
        ("auditlog", "0001_initial"),
        ("accounts", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
        migrations.RunSQL(FORBID, ALLOW),
    ]
