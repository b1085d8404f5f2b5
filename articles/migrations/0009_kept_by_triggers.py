"""What the database itself sees to: appearances are exact, identities are flat, judgements stay.

- `articles_appearance` says in which public stories somebody stands, and as what. It is written
  anew for the stories concerned in the transaction of whatever changes a register, the state of a
  story, an identity or an office. The stories are locked first, in order: the second of two
  writers reads what the first one wrote. So the table is always what a query over the registers
  would say, and a page of somebody with 20,000 appearances costs what one with ten costs.
- An entry is merged into one that is not itself merged (looked at when the transaction ends).
- A judgement about who is who can be undone, once, and is otherwise neither changed nor deleted.
"""

from django.db import migrations

from articles.people.names import fold_key

APPEARANCES = """
ALTER TABLE articles_appearance
    ADD CONSTRAINT articles_appearance_article_fk FOREIGN KEY (article_id)
        REFERENCES articles_article (id) ON DELETE CASCADE,
    ADD CONSTRAINT articles_appearance_person_fk FOREIGN KEY (person_id)
        REFERENCES articles_person (id) ON DELETE CASCADE,
    ADD CONSTRAINT articles_appearance_organisation_fk FOREIGN KEY (organisation_id)
        REFERENCES articles_organisation (id) ON DELETE CASCADE;

CREATE FUNCTION articles_refresh_appearances(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM 1 FROM articles_article WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM articles_appearance WHERE article_id = ANY(ids);
    INSERT INTO articles_appearance (article_id, person_id, organisation_id, appears_as, at)
    SELECT DISTINCT ON (story.id, found.person_id, found.organisation_id)
        story.id, found.person_id, found.organisation_id, found.appears_as, story.publish_at
    FROM articles_article story
    JOIN articles_attendance line ON line.article_id = story.id
    LEFT JOIN articles_tenure tenure ON tenure.id = line.tenure_id
    LEFT JOIN articles_post held ON held.id = tenure.post_id
    LEFT JOIN articles_post stood_for ON stood_for.id = line.represents_post_id
    CROSS JOIN LATERAL (VALUES
        (line.person_id, NULL::bigint, line.capacity),
        (line.represents_person_id, NULL, 'represented'),
        (NULL, line.organisation_id, 'sent'),
        (NULL, line.represents_organisation_id, 'represented'),
        (NULL, stood_for.organisation_id, 'represented'),
        (NULL, held.organisation_id, 'office')
    ) AS named (entry_id, organisation_id, appears_as)
    LEFT JOIN articles_person entry ON entry.id = named.entry_id
    CROSS JOIN LATERAL (SELECT
        coalesce(entry.merged_into_id, entry.id) AS person_id,
        named.organisation_id,
        named.appears_as
    ) AS found
    WHERE story.id = ANY(ids)
        AND story.status = 'published'
        AND NOT story.is_identity_protected
        AND story.publish_at IS NOT NULL
        AND (found.person_id IS NOT NULL OR found.organisation_id IS NOT NULL)
    ORDER BY story.id, found.person_id, found.organisation_id, array_position(
        ARRAY['quoted', 'organiser', 'attended', 'sent', 'represented', 'mentioned', 'office'],
        found.appears_as::text);
END
$$;

CREATE FUNCTION articles_register_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM articles_refresh_appearances(
            (SELECT array_agg(DISTINCT article_id) FROM after_rows));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM articles_refresh_appearances(
            (SELECT array_agg(DISTINCT article_id) FROM before_rows));
    ELSE
        PERFORM articles_refresh_appearances((
            SELECT array_agg(DISTINCT story.id)
            FROM before_rows b
            JOIN after_rows a USING (id)
            CROSS JOIN LATERAL (VALUES (a.article_id), (b.article_id)) AS story (id)
            WHERE (a.article_id, a.person_id, a.organisation_id, a.capacity, a.tenure_id,
                   a.represents_person_id, a.represents_organisation_id, a.represents_post_id)
                IS DISTINCT FROM
                  (b.article_id, b.person_id, b.organisation_id, b.capacity, b.tenure_id,
                   b.represents_person_id, b.represents_organisation_id, b.represents_post_id)));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_register_added AFTER INSERT ON articles_attendance
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION articles_register_changed();
CREATE TRIGGER articles_register_changed AFTER UPDATE ON articles_attendance
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION articles_register_changed();
CREATE TRIGGER articles_register_removed AFTER DELETE ON articles_attendance
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION articles_register_changed();

CREATE FUNCTION articles_visibility_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM articles_refresh_appearances(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_visibility_changed
    AFTER UPDATE OF status, publish_at, is_identity_protected ON articles_article
    FOR EACH ROW
    WHEN ((OLD.status, OLD.publish_at, OLD.is_identity_protected)
        IS DISTINCT FROM (NEW.status, NEW.publish_at, NEW.is_identity_protected))
    EXECUTE FUNCTION articles_visibility_changed();

CREATE FUNCTION articles_identity_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM articles_refresh_appearances((
        SELECT array_agg(DISTINCT article_id) FROM articles_attendance
        WHERE person_id = NEW.id OR represents_person_id = NEW.id));
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_identity_changed AFTER UPDATE OF merged_into_id ON articles_person
    FOR EACH ROW WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id)
    EXECUTE FUNCTION articles_identity_changed();

CREATE FUNCTION articles_tenure_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM articles_refresh_appearances((
        SELECT array_agg(DISTINCT article_id) FROM articles_attendance WHERE tenure_id = NEW.id));
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_tenure_moved AFTER UPDATE OF post_id ON articles_tenure
    FOR EACH ROW WHEN (OLD.post_id IS DISTINCT FROM NEW.post_id)
    EXECUTE FUNCTION articles_tenure_moved();

CREATE FUNCTION articles_post_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM articles_refresh_appearances((
        SELECT array_agg(DISTINCT line.article_id)
        FROM articles_attendance line
        LEFT JOIN articles_tenure tenure ON tenure.id = line.tenure_id
        WHERE tenure.post_id = NEW.id OR line.represents_post_id = NEW.id));
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_post_moved AFTER UPDATE OF organisation_id ON articles_post
    FOR EACH ROW WHEN (OLD.organisation_id IS DISTINCT FROM NEW.organisation_id)
    EXECUTE FUNCTION articles_post_moved();

SELECT articles_refresh_appearances((SELECT array_agg(DISTINCT article_id) FROM articles_attendance));
"""
NO_APPEARANCES = """
DROP TRIGGER articles_post_moved ON articles_post;
DROP TRIGGER articles_tenure_moved ON articles_tenure;
DROP TRIGGER articles_identity_changed ON articles_person;
DROP TRIGGER articles_visibility_changed ON articles_article;
DROP TRIGGER articles_register_added ON articles_attendance;
DROP TRIGGER articles_register_changed ON articles_attendance;
DROP TRIGGER articles_register_removed ON articles_attendance;
DROP FUNCTION articles_post_moved();
DROP FUNCTION articles_tenure_moved();
DROP FUNCTION articles_identity_changed();
DROP FUNCTION articles_visibility_changed();
DROP FUNCTION articles_register_changed();
DROP FUNCTION articles_refresh_appearances(bigint[]);
ALTER TABLE articles_appearance
    DROP CONSTRAINT articles_appearance_article_fk,
    DROP CONSTRAINT articles_appearance_person_fk,
    DROP CONSTRAINT articles_appearance_organisation_fk;
"""

IDENTITIES = """
CREATE FUNCTION articles_identity_is_flat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM articles_person entry
        JOIN articles_person root ON root.id = entry.merged_into_id
        WHERE (entry.id = NEW.id OR root.id = NEW.id) AND root.merged_into_id IS NOT NULL
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
    FOR EACH ROW EXECUTE FUNCTION articles_identity_is_flat();

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
NO_IDENTITIES = """
DROP TRIGGER articles_judgement_stays ON articles_identityjudgement;
DROP FUNCTION articles_judgement_stays();
DROP TRIGGER articles_identity_is_flat ON articles_person;
DROP FUNCTION articles_identity_is_flat();
"""


def fold_names(apps, schema_editor) -> None:
    for name in ("Person", "PersonAlias"):
        model = apps.get_model("articles", name)
        rows = model.objects.only("pk", "name")
        for row in rows.iterator(chunk_size=1000):
            model.objects.filter(pk=row.pk).update(fold_key=fold_key(row.name)[:120])


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_identities_and_appearances")]
    operations = [
        migrations.RunPython(fold_names, migrations.RunPython.noop),
        migrations.RunSQL(APPEARANCES, NO_APPEARANCES),
        migrations.RunSQL(IDENTITIES, NO_IDENTITIES),
    ]
