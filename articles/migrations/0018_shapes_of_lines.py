"""What the shapes of the next migration would refuse goes; an office on a line is looked at.

An office on a line is one of the person of the line, under whatever entry. That is looked at when
either is written and not later: taking a merge back leaves both where they are.
"""

from django.db import migrations

OWN_TENURE = """
CREATE FUNCTION articles_attendance_own_tenure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM articles_tenure tenure
        JOIN articles_person holder ON holder.id = tenure.person_id
        JOIN articles_person named ON named.id = NEW.person_id
        WHERE tenure.id = NEW.tenure_id
            AND coalesce(holder.merged_into_id, holder.id)
                = coalesce(named.merged_into_id, named.id)
    ) THEN
        RAISE EXCEPTION 'The office on a line of a register is one of the person of the line.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'articles_attendance_own_tenure';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER articles_attendance_own_tenure
    BEFORE INSERT ON articles_attendance
    FOR EACH ROW WHEN (NEW.tenure_id IS NOT NULL)
    EXECUTE FUNCTION articles_attendance_own_tenure();
CREATE TRIGGER articles_attendance_own_tenure_changed
    BEFORE UPDATE OF tenure_id, person_id ON articles_attendance
    FOR EACH ROW WHEN (NEW.tenure_id IS NOT NULL AND
        (OLD.tenure_id, OLD.person_id) IS DISTINCT FROM (NEW.tenure_id, NEW.person_id))
    EXECUTE FUNCTION articles_attendance_own_tenure();
"""
NO_OWN_TENURE = """
DROP TRIGGER articles_attendance_own_tenure ON articles_attendance;
DROP TRIGGER articles_attendance_own_tenure_changed ON articles_attendance;
DROP FUNCTION articles_attendance_own_tenure();
"""
# What readers saw was the same words twice; the first stays.
ONE_DELEGATION = """
DELETE FROM articles_attendance line USING articles_attendance earlier
WHERE line.article_id = earlier.article_id
    AND line.organisation_id = earlier.organisation_id
    AND line.name_as_printed = earlier.name_as_printed
    AND line.represents_as_printed = earlier.represents_as_printed
    AND (line.position, line.id) > (earlier.position, earlier.id);
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0017_only_what_differs")]
    operations = [
        migrations.RunSQL(
            "DELETE FROM articles_ignoredfinding WHERE text = ''", migrations.RunSQL.noop
        ),
        migrations.RunSQL(OWN_TENURE, NO_OWN_TENURE),
        migrations.RunSQL(ONE_DELEGATION, migrations.RunSQL.noop),
    ]
