"""The list of years adds up days, and no longer the hours of the whole archive.

A year begins at another hour on each clock, but less than a day away from UTC's. So days of UTC are kept, each with
its year, and hours of the two around a change of the year (`ArchiveSpan`): 411 rows for a year instead of 8,760, and
a clock's hands are turned for 48 of them.

A trigger of the hours writes them, so whoever counts hours anew counts these. They are locked after the hours, in
their order, and counted under the lock, as those are. Making the trigger waits for whoever is just writing an hour,
and who comes after it finds the trigger: what the migration adds up is what there is.
"""

from django.db import migrations, models

from pagecache.telling import tells

SPANS = """
CREATE FUNCTION articles_archive_span(moment timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT date_trunc(
        CASE WHEN to_char(moment AT TIME ZONE 'UTC', 'MMDD') IN ('1231', '0101') THEN 'hour' ELSE 'day' END,
        moment, 'UTC')
$$;

-- That of a day; of an hour it depends on the clock.
CREATE FUNCTION articles_year_of_span(span timestamptz) RETURNS smallint LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN to_char(span AT TIME ZONE 'UTC', 'MMDD') NOT IN ('1231', '0101')
        THEN extract(year FROM span AT TIME ZONE 'UTC')::smallint END
$$;

CREATE FUNCTION articles_hours_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- An hour is entered with nothing in it, to be locked: that changes no sum, and its lock has to come first.
    spans timestamptz[] := ARRAY(SELECT DISTINCT articles_archive_span(hour) FROM touched
        WHERE stories > 0 OR TG_OP <> 'INSERT');
BEGIN
    IF cardinality(spans) = 0 THEN
        RETURN NULL;
    END IF;
    INSERT INTO articles_archivespan (begins, year, stories)
        SELECT span, articles_year_of_span(span), 0 FROM unnest(spans) AS span ORDER BY span
        ON CONFLICT DO NOTHING;
    -- The insertion waits for whoever has changed them already, this for whoever does so now; then it can be counted.
    PERFORM 1 FROM articles_archivespan WHERE begins = ANY(spans) ORDER BY begins FOR NO KEY UPDATE;
    UPDATE articles_archivespan known SET stories = counted.stories
    FROM (
        SELECT span, coalesce(sum(kept.stories), 0) AS stories
        FROM unnest(spans) AS span
        LEFT JOIN articles_archivehour kept
            ON kept.hour >= span AND kept.hour < span + interval '24 hours'
            AND articles_archive_span(kept.hour) = span
        GROUP BY span
    ) AS counted
    WHERE known.begins = counted.span AND known.stories <> counted.stories;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_hours_counted_added AFTER INSERT ON articles_archivehour
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION articles_hours_counted();
CREATE TRIGGER articles_hours_counted_changed AFTER UPDATE ON articles_archivehour
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION articles_hours_counted();
CREATE TRIGGER articles_hours_counted_removed AFTER DELETE ON articles_archivehour
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION articles_hours_counted();

INSERT INTO articles_archivespan (begins, year, stories)
    SELECT span, articles_year_of_span(span), sum(stories)
    FROM articles_archivehour CROSS JOIN LATERAL articles_archive_span(hour) AS span
    GROUP BY span;
"""
NO_SPANS = """
DROP TRIGGER articles_hours_counted_removed ON articles_archivehour;
DROP TRIGGER articles_hours_counted_changed ON articles_archivehour;
DROP TRIGGER articles_hours_counted_added ON articles_archivehour;
DROP FUNCTION articles_hours_counted();
DROP FUNCTION articles_year_of_span(timestamptz);
DROP FUNCTION articles_archive_span(timestamptz);
"""


# The list of years reads these now, and no hours.
TOLD_BY_HOURS = tells("articles_archivehour", "SELECT 'latest' FROM touched", what="index")
TOLD = tells("articles_archivespan", "SELECT 'latest' FROM touched")


class Migration(migrations.Migration):
    dependencies = [("articles", "0016_holds_say_when_validated")]
    operations = [
        migrations.CreateModel(
            name="ArchiveSpan",
            fields=[
                ("begins", models.DateTimeField(primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField(null=True)),
                ("stories", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "span of the archive",
                "verbose_name_plural": "spans of the archive",
                "ordering": ["-begins"],
                "default_permissions": (),
            },
        ),
        # First: it needs the strongest lock, and nothing is held yet that others would wait for.
        migrations.RunSQL(TOLD_BY_HOURS.reverse_sql, TOLD_BY_HOURS.sql),
        migrations.RunSQL(SPANS, NO_SPANS),
        TOLD,
    ]
