"""Corrections can be added and nothing else: the database itself refuses UPDATE and DELETE."""

from django.db import migrations

FORBID = """
CREATE FUNCTION articles_correction_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A correction is never changed or deleted; add another one.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER articles_correction_append_only
    BEFORE UPDATE OR DELETE ON articles_correction
    FOR EACH ROW EXECUTE FUNCTION articles_correction_is_append_only();
"""
ALLOW = """
DROP TRIGGER articles_correction_append_only ON articles_correction;
DROP FUNCTION articles_correction_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_places")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
