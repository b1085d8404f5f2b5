"""How many stories each day and hour has, counted when they change and not when somebody asks.

A list of years and a sitemap of a million stories would count them all. So two small tables keep it:

- of each hour in which stories came out, how many: the archive's months and years, on whatever clock;
- of each date that stands in addresses, how many, and their last change: the sitemaps.

Triggers write the days and hours that a statement touched anew, from the stories themselves, under the lock of their
rows: a count that is moved up and down drifts, one that is counted again cannot. Stories with an end are left out, as
their number depends on the clock; there are few, and an index of their own (`articles_end_idx`). What is scheduled is
counted with its hour and day, which nobody is told of before they have come.
"""

from django.db import migrations

COUNTING = """
-- The last change of a story that readers are told of.
CREATE FUNCTION articles_changed_at(story bigint, publish_at timestamptz, updated_at timestamptz)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT greatest(publish_at, updated_at,
        (SELECT max(created_at) FROM articles_correction WHERE article_id = story))
$$;

CREATE FUNCTION articles_count_days(days date[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF days IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO articles_archiveday (day, stories)
        SELECT day, 0 FROM unnest(days) AS day WHERE day IS NOT NULL GROUP BY day ORDER BY day
        ON CONFLICT DO NOTHING;
    -- Whoever counts after another one sees what that one wrote: the lock comes before the counting.
    PERFORM 1 FROM articles_archiveday WHERE day = ANY(days) ORDER BY day FOR NO KEY UPDATE;
    UPDATE articles_archiveday known SET stories = counted.stories, changed_at = counted.changed_at
    FROM (
        SELECT asked.day, count(story.id) AS stories,
            max(articles_changed_at(story.id, story.publish_at, story.updated_at)) AS changed_at
        FROM (SELECT DISTINCT day FROM unnest(days) AS day) AS asked
        LEFT JOIN articles_article story ON story.published_on = asked.day
            AND story.status = 'published' AND story.unpublish_at IS NULL
        GROUP BY asked.day
    ) AS counted
    WHERE known.day = counted.day
        AND (known.stories, known.changed_at) IS DISTINCT FROM (counted.stories, counted.changed_at);
END
$$;

CREATE FUNCTION articles_count_hours(hours timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF hours IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO articles_archivehour (hour, stories)
        SELECT hour, 0 FROM unnest(hours) AS hour WHERE hour IS NOT NULL GROUP BY hour ORDER BY hour
        ON CONFLICT DO NOTHING;
    PERFORM 1 FROM articles_archivehour WHERE hour = ANY(hours) ORDER BY hour FOR NO KEY UPDATE;
    UPDATE articles_archivehour known SET stories = counted.stories
    FROM (
        SELECT asked.hour, count(story.id) AS stories
        FROM (SELECT DISTINCT hour FROM unnest(hours) AS hour) AS asked
        LEFT JOIN articles_article story
            ON story.publish_at >= asked.hour AND story.publish_at < asked.hour + interval '1 hour'
            AND story.status = 'published' AND story.unpublish_at IS NULL
        GROUP BY asked.hour
    ) AS counted
    WHERE known.hour = counted.hour AND known.stories <> counted.stories;
END
$$;

-- Everything anew, as a set: after a load.
CREATE FUNCTION articles_count_archive() RETURNS void LANGUAGE sql AS $$
    DELETE FROM articles_archiveday;
    INSERT INTO articles_archiveday (day, stories, changed_at)
    SELECT story.published_on, count(*), max(greatest(story.publish_at, story.updated_at, told.at))
    FROM articles_article story
    LEFT JOIN (
        SELECT article_id, max(created_at) AS at FROM articles_correction GROUP BY article_id
    ) AS told ON told.article_id = story.id
    WHERE story.status = 'published' AND story.unpublish_at IS NULL
    GROUP BY story.published_on;
    DELETE FROM articles_archivehour;
    INSERT INTO articles_archivehour (hour, stories)
    SELECT date_trunc('hour', publish_at, 'UTC'), count(*)
    FROM articles_article
    WHERE status = 'published' AND unpublish_at IS NULL
    GROUP BY 1;
$$;
"""
NO_COUNTING = """
DROP FUNCTION articles_count_archive();
DROP FUNCTION articles_count_hours(timestamptz[]);
DROP FUNCTION articles_count_days(date[]);
DROP FUNCTION articles_changed_at(bigint, timestamptz, timestamptz);
"""
TRIGGERS = """
CREATE FUNCTION articles_stories_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM articles_count_days((SELECT array_agg(DISTINCT published_on) FROM after_rows
            WHERE status = 'published' AND unpublish_at IS NULL));
        PERFORM articles_count_hours((SELECT array_agg(DISTINCT date_trunc('hour', publish_at, 'UTC'))
            FROM after_rows WHERE status = 'published' AND unpublish_at IS NULL));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM articles_count_days((SELECT array_agg(DISTINCT published_on) FROM before_rows
            WHERE status = 'published' AND unpublish_at IS NULL));
        PERFORM articles_count_hours((SELECT array_agg(DISTINCT date_trunc('hour', publish_at, 'UTC'))
            FROM before_rows WHERE status = 'published' AND unpublish_at IS NULL));
    ELSE
        -- Most changes are of a text or a draft: nothing that is counted.
        PERFORM articles_count_days((
            SELECT array_agg(DISTINCT one.day)
            FROM before_rows b JOIN after_rows a USING (id)
            CROSS JOIN LATERAL (VALUES (b.published_on), (a.published_on)) AS one (day)
            WHERE (a.status = 'published' OR b.status = 'published')
                AND (a.status, a.published_on, a.publish_at, a.updated_at, a.unpublish_at)
                IS DISTINCT FROM
                (b.status, b.published_on, b.publish_at, b.updated_at, b.unpublish_at)));
        PERFORM articles_count_hours((
            SELECT array_agg(DISTINCT date_trunc('hour', one.moment, 'UTC'))
            FROM before_rows b JOIN after_rows a USING (id)
            CROSS JOIN LATERAL (VALUES (b.publish_at), (a.publish_at)) AS one (moment)
            WHERE (a.status = 'published' OR b.status = 'published')
                AND (a.status, a.publish_at, a.unpublish_at)
                IS DISTINCT FROM (b.status, b.publish_at, b.unpublish_at)));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_stories_counted_added AFTER INSERT ON articles_article
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION articles_stories_counted();
CREATE TRIGGER articles_stories_counted_changed AFTER UPDATE ON articles_article
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION articles_stories_counted();
CREATE TRIGGER articles_stories_counted_removed AFTER DELETE ON articles_article
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION articles_stories_counted();

-- A correction is never changed or deleted.
CREATE FUNCTION articles_correction_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM articles_count_days((SELECT array_agg(DISTINCT story.published_on)
        FROM after_rows JOIN articles_article story ON story.id = after_rows.article_id
        WHERE story.status = 'published' AND story.unpublish_at IS NULL));
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_correction_counted AFTER INSERT ON articles_correction
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION articles_correction_counted();
"""
NO_TRIGGERS = """
DROP TRIGGER articles_correction_counted ON articles_correction;
DROP FUNCTION articles_correction_counted();
DROP TRIGGER articles_stories_counted_removed ON articles_article;
DROP TRIGGER articles_stories_counted_changed ON articles_article;
DROP TRIGGER articles_stories_counted_added ON articles_article;
DROP FUNCTION articles_stories_counted();
"""


class Migration(migrations.Migration):
    replaces = [("articles", "0028_archive_counts")]
    dependencies = [("articles", "0010_what_stays")]
    operations = [
        migrations.RunSQL(COUNTING, NO_COUNTING),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
