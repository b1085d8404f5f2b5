"""Who is who: what the database itself sees to.

- An entry is merged into one that is not itself merged (looked at when the transaction ends).
- A judgement about who is who can be undone, once, and is otherwise neither changed nor deleted.
- A line of a register holds the entries that it names until its transaction ends. A merge locks the entries whole, so
  one of the two waits: without that, a line entered at the moment of a merge would appear on the page of the entry that
  gave way.
- An office on a line is one of the person of the line, under whatever entry. That is looked at when either is written
  and not later: taking a merge back leaves both where they are.
- An organisation is no part of itself, over however many others. One transaction after the other looks, so that two
  halves of a circle cannot be drawn at once.
"""

from django.db import migrations

# Looked at where an entry is merged, and by index: entering somebody asks nothing, so an import of 50,000 people does
# not read their table 50,000 times when it ends.
FLAT = """
CREATE FUNCTION articles_identity_is_flat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The entry is read anew: another statement of the transaction may have changed it since.
    IF EXISTS (
        SELECT 1 FROM articles_person entry
        JOIN articles_person root ON root.id = entry.merged_into_id
        WHERE entry.id = NEW.id AND root.merged_into_id IS NOT NULL
    ) OR EXISTS (
        SELECT 1 FROM articles_person root
        JOIN articles_person entry ON entry.merged_into_id = root.id
        WHERE root.id = NEW.id AND root.merged_into_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'Somebody is merged into an entry that is not itself merged.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER articles_identity_is_flat
    AFTER INSERT OR UPDATE OF merged_into_id ON articles_person
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL)
    EXECUTE FUNCTION articles_identity_is_flat();
"""
NOT_FLAT = """
DROP TRIGGER articles_identity_is_flat ON articles_person;
DROP FUNCTION articles_identity_is_flat();
"""
JUDGEMENTS = """
CREATE FUNCTION articles_judgement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL
        AND (OLD.id, OLD.person_id, OLD.other_id, OLD.verdict, OLD.note, OLD.judged_at,
             OLD.judged_by_id)
            IS NOT DISTINCT FROM
            (NEW.id, NEW.person_id, NEW.other_id, NEW.verdict, NEW.note, NEW.judged_at,
             NEW.judged_by_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A judgement is undone, once; it is not changed or deleted.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER articles_judgement_stays BEFORE UPDATE OR DELETE ON articles_identityjudgement
    FOR EACH ROW EXECUTE FUNCTION articles_judgement_stays();
"""
NO_JUDGEMENTS = """
DROP TRIGGER articles_judgement_stays ON articles_identityjudgement;
DROP FUNCTION articles_judgement_stays();
"""
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
    replaces = [
        ("articles", "0014_register_waits_for_identity"),
        ("articles", "0015_flat_by_index"),
        ("articles", "0018_shapes_of_lines"),
    ]
    dependencies = [("articles", "0007_first_rows")]
    operations = [
        migrations.RunSQL(FLAT, NOT_FLAT),
        migrations.RunSQL(JUDGEMENTS, NO_JUDGEMENTS),
        migrations.RunSQL(LINES, NO_LINES),
        migrations.RunSQL(OWN_TENURE, NO_OWN_TENURE),
        migrations.RunSQL(ORGANISATIONS, NO_ORGANISATIONS),
    ]
