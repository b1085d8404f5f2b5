"""In which public stories somebody stands, and as what: `articles_appearance`, written by the database.

It is written for the stories concerned in the transaction of whatever changes a register, the state of a story, an
identity or an office. The stories are locked first, in order: the second of two writers reads what the first one wrote.
So the table is always what a query over the registers would say, and a page of somebody with 20,000 appearances costs
what one with ten costs. Only rows that differ are touched: whoever saves a register writes line by line, and to write
all of the story anew with each would make a register of 200 lines 20,000 rows, and take locks on everybody in the story.

An appearance knows the end of its story, so that who stands only in stories that are over has no page.
"""

from django.db import migrations

KEYS = """
ALTER TABLE articles_appearance
    ADD CONSTRAINT articles_appearance_article_fk FOREIGN KEY (article_id)
        REFERENCES articles_article (id) ON DELETE CASCADE,
    ADD CONSTRAINT articles_appearance_person_fk FOREIGN KEY (person_id)
        REFERENCES articles_person (id) ON DELETE CASCADE,
    ADD CONSTRAINT articles_appearance_organisation_fk FOREIGN KEY (organisation_id)
        REFERENCES articles_organisation (id) ON DELETE CASCADE;
"""
NO_KEYS = """
ALTER TABLE articles_appearance
    DROP CONSTRAINT articles_appearance_article_fk,
    DROP CONSTRAINT articles_appearance_person_fk,
    DROP CONSTRAINT articles_appearance_organisation_fk;
"""
# That reading is a function and no view: a view would forbid changes of the columns that it reads.
NAMED = """
CREATE FUNCTION articles_strength(appears_as text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(
        ARRAY['quoted', 'organiser', 'attended', 'sent', 'represented', 'mentioned', 'office'],
        appears_as)
$$;

-- Whom each line of a public story names, today's entry of a person. Inlined into what asks it.
CREATE FUNCTION articles_named_by_lines() RETURNS TABLE (
    line_id bigint, article_id bigint, person_id bigint, organisation_id bigint,
    appears_as text, at timestamptz, until timestamptz
) LANGUAGE sql STABLE AS $$
    SELECT line.id, story.id, coalesce(entry.merged_into_id, entry.id), named.organisation_id,
        named.appears_as, story.publish_at, story.unpublish_at
    FROM articles_article story
    JOIN articles_attendance line ON line.article_id = story.id
    LEFT JOIN articles_tenure tenure ON tenure.id = line.tenure_id
    LEFT JOIN articles_post held ON held.id = tenure.post_id
    LEFT JOIN articles_post stood_for ON stood_for.id = line.represents_post_id
    CROSS JOIN LATERAL (VALUES
        (line.person_id, NULL::bigint, line.capacity::text),
        (line.represents_person_id, NULL, 'represented'),
        (NULL, line.organisation_id, 'sent'),
        (NULL, line.represents_organisation_id, 'represented'),
        (NULL, stood_for.organisation_id, 'represented'),
        (NULL, held.organisation_id, 'office')
    ) AS named (entry_id, organisation_id, appears_as)
    LEFT JOIN articles_person entry ON entry.id = named.entry_id
    WHERE story.status = 'published'
        AND NOT story.is_identity_protected
        AND story.publish_at IS NOT NULL
        AND (named.entry_id IS NOT NULL OR named.organisation_id IS NOT NULL)
$$;
"""
NOT_NAMED = """
DROP FUNCTION articles_named_by_lines();
DROP FUNCTION articles_strength(text);
"""
# What is there and what should be there are put together and grouped: what stands alone differs. A group by is hashed or
# sorted whatever the planner believes, so it stays flat for the 20,000 stories of a merge too. New rows are written by
# the key of the person, so that two writers lock people in one order.
REFRESH = """
CREATE FUNCTION articles_refresh_appearances(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM 1 FROM articles_article WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    WITH wanted AS (
        SELECT DISTINCT ON (article_id, person_id, organisation_id)
            article_id, person_id, organisation_id, appears_as, at, until
        FROM articles_named_by_lines()
        WHERE article_id = ANY(ids)
        ORDER BY article_id, person_id, organisation_id, articles_strength(appears_as)
    ), differing AS MATERIALIZED (
        SELECT min(id) AS id, article_id, person_id, organisation_id, appears_as, at, until
        FROM (
            SELECT id, article_id, person_id, organisation_id, appears_as::text, at, until
            FROM articles_appearance WHERE article_id = ANY(ids)
            UNION ALL
            SELECT NULL, article_id, person_id, organisation_id, appears_as, at, until FROM wanted
        ) AS both_sides
        GROUP BY article_id, person_id, organisation_id, appears_as, at, until
        HAVING count(*) = 1
    ), gone AS (
        DELETE FROM articles_appearance
        WHERE id IN (SELECT id FROM differing WHERE id IS NOT NULL)
        RETURNING 1
    )
    INSERT INTO articles_appearance (article_id, person_id, organisation_id, appears_as, at, until)
    SELECT article_id, person_id, organisation_id, appears_as, at, until
    -- Counting the deleted rows makes the insertion wait for them: a row that changed is both.
    FROM differing CROSS JOIN (SELECT count(*) FROM gone) AS after_the_deletion
    WHERE id IS NULL
    ORDER BY person_id, organisation_id, article_id;
END
$$;
"""
NO_REFRESH = "DROP FUNCTION articles_refresh_appearances(bigint[]);"
# A line that is added can only add somebody, or give a stronger reason: its own subjects are looked at, however many
# lines the story has.
ADD = """
CREATE FUNCTION articles_add_appearances(lines bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF lines IS NULL THEN
        RETURN;
    END IF;
    PERFORM 1 FROM articles_article
        WHERE id IN (SELECT article_id FROM articles_attendance WHERE id = ANY(lines))
        ORDER BY id FOR NO KEY UPDATE;
    WITH wanted AS MATERIALIZED (
        SELECT DISTINCT ON (article_id, person_id, organisation_id)
            article_id, person_id, organisation_id, appears_as, at, until
        FROM articles_named_by_lines()
        WHERE line_id = ANY(lines)
        ORDER BY article_id, person_id, organisation_id, articles_strength(appears_as)
    ), raised AS (
        UPDATE articles_appearance known SET appears_as = wanted.appears_as FROM wanted
        WHERE known.article_id = wanted.article_id
            AND (known.person_id = wanted.person_id
                OR known.organisation_id = wanted.organisation_id)
            AND articles_strength(wanted.appears_as) < articles_strength(known.appears_as)
    )
    INSERT INTO articles_appearance (article_id, person_id, organisation_id, appears_as, at, until)
    SELECT article_id, person_id, organisation_id, appears_as, at, until FROM wanted
    WHERE NOT EXISTS (
        SELECT 1 FROM articles_appearance known
        WHERE known.article_id = wanted.article_id
            AND (known.person_id = wanted.person_id
                OR known.organisation_id = wanted.organisation_id))
    ORDER BY person_id, organisation_id, article_id;
END
$$;
"""
NO_ADD = "DROP FUNCTION articles_add_appearances(bigint[]);"
REGISTERS = """
CREATE FUNCTION articles_register_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM articles_add_appearances((SELECT array_agg(id) FROM after_rows));
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
"""
NO_REGISTERS = """
DROP TRIGGER articles_register_added ON articles_attendance;
DROP TRIGGER articles_register_changed ON articles_attendance;
DROP TRIGGER articles_register_removed ON articles_attendance;
DROP FUNCTION articles_register_changed();
"""
MOVES = """
CREATE FUNCTION articles_visibility_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM articles_refresh_appearances(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_visibility_changed
    AFTER UPDATE OF status, publish_at, unpublish_at, is_identity_protected ON articles_article
    FOR EACH ROW
    WHEN ((OLD.status, OLD.publish_at, OLD.unpublish_at, OLD.is_identity_protected)
        IS DISTINCT FROM (NEW.status, NEW.publish_at, NEW.unpublish_at, NEW.is_identity_protected))
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
"""
NO_MOVES = """
DROP TRIGGER articles_post_moved ON articles_post;
DROP TRIGGER articles_tenure_moved ON articles_tenure;
DROP TRIGGER articles_identity_changed ON articles_person;
DROP TRIGGER articles_visibility_changed ON articles_article;
DROP FUNCTION articles_post_moved();
DROP FUNCTION articles_tenure_moved();
DROP FUNCTION articles_identity_changed();
DROP FUNCTION articles_visibility_changed();
"""


class Migration(migrations.Migration):
    replaces = [
        ("articles", "0009_kept_by_triggers"),
        ("articles", "0017_only_what_differs"),
        ("articles", "0021_public_until"),
    ]
    dependencies = [("articles", "0008_identities")]
    operations = [
        migrations.RunSQL(KEYS, NO_KEYS),
        migrations.RunSQL(NAMED, NOT_NAMED),
        migrations.RunSQL(REFRESH, NO_REFRESH),
        migrations.RunSQL(ADD, NO_ADD),
        migrations.RunSQL(REGISTERS, NO_REGISTERS),
        migrations.RunSQL(MOVES, NO_MOVES),
    ]
