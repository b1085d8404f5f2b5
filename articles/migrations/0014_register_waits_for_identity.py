"""Two more things that the database sees to itself.

- A line of a register holds the entries that it names until its transaction ends. A merge locks
  the entries whole, so one of the two waits: without that, a line entered at the moment of a merge
  would appear on the page of the entry that gave way.
- An organisation is no part of itself, over however many others. One transaction after the other
  looks, so that two halves of a circle cannot be drawn at once.
"""

from django.db import migrations

LINES = """
CREATE FUNCTION articles_register_holds_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM articles_person
        WHERE id IN (NEW.person_id, NEW.represents_person_id) ORDER BY id FOR KEY SHARE;
    RETURN NEW;
END
$$;
CREATE TRIGGER articles_register_holds_people
    BEFORE INSERT OR UPDATE OF person_id, represents_person_id ON articles_attendance
    FOR EACH ROW EXECUTE FUNCTION articles_register_holds_people();
"""
NO_LINES = """
DROP TRIGGER articles_register_holds_people ON articles_attendance;
DROP FUNCTION articles_register_holds_people();
"""
ORGANISATIONS = """
CREATE FUNCTION articles_organisation_is_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('articles_organisation_is_no_circle'));
    IF EXISTS (
        WITH RECURSIVE above (id) AS (
            SELECT NEW.parent_id
            UNION
            SELECT organisation.parent_id FROM articles_organisation organisation
            JOIN above USING (id)
            WHERE organisation.parent_id IS NOT NULL AND organisation.id <> NEW.id
        )
        SELECT 1 FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'An organisation is no part of itself.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'articles_organisation_is_no_circle';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER articles_organisation_is_no_circle
    BEFORE INSERT OR UPDATE OF parent_id ON articles_organisation
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL)
    EXECUTE FUNCTION articles_organisation_is_no_circle();
"""
NO_ORGANISATIONS = """
DROP TRIGGER articles_organisation_is_no_circle ON articles_organisation;
DROP FUNCTION articles_organisation_is_no_circle();
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0013_duplicates")]
    operations = [
        migrations.RunSQL(LINES, NO_LINES),
        migrations.RunSQL(ORGANISATIONS, NO_ORGANISATIONS),
    ]
