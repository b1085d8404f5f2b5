"""What was done with a request is added to and never changed; only a note may be emptied once all is forgotten."""

from django.db import migrations

FORBID = """
CREATE FUNCTION replies_step_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.note = '' AND to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note'
        AND EXISTS (SELECT FROM replies_request r WHERE r.id = OLD.request_id AND r.forgotten_at IS NOT NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A step of a request is never changed or deleted; add another one.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER replies_step_append_only BEFORE UPDATE OR DELETE ON replies_step
    FOR EACH ROW EXECUTE FUNCTION replies_step_is_append_only();
"""
ALLOW = """
DROP TRIGGER replies_step_append_only ON replies_step;
DROP FUNCTION replies_step_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("replies", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
