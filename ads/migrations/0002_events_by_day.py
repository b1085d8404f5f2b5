"""Events are partitioned by day.

A day's partition is made ahead by a job and, should that have slept, by whoever writes (`ads.partitions`); old ones are
dropped whole.
"""

from django.db import migrations, models

EVENTS = """
CREATE TABLE ads_event (
    day date NOT NULL,
    showing uuid NOT NULL,
    kind varchar(1) NOT NULL CHECK (kind IN ('p', 's', 'm', 'v', 'c')),
    at timestamptz NOT NULL,
    placement_id bigint NULL,
    creative_id bigint NULL,
    article_id bigint NULL,
    section_id bigint NULL,
    device varchar(8) NOT NULL CHECK (device IN ('phone', 'desktop')),
    PRIMARY KEY (day, showing, kind),
    CHECK (kind = 'p' OR placement_id IS NOT NULL)
) PARTITION BY RANGE (day);
-- An hour that is rolled up.
CREATE INDEX ads_event_at_idx ON ads_event (at);

CREATE FUNCTION ads_make_partition(wanted date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I PARTITION OF ads_event FOR VALUES FROM (%L) TO (%L)',
        'ads_event_' || to_char(wanted, 'YYYYMMDD'), wanted, wanted + 1);
EXCEPTION WHEN duplicate_table OR unique_violation THEN
    -- Two made it at the same moment.
    NULL;
END
$$;
"""
NO_EVENTS = """
DROP TABLE ads_event;
DROP FUNCTION ads_make_partition(date);
"""
FIRST_DAYS = (
    "SELECT ads_make_partition(current_date + number) FROM generate_series(-1, 4) AS number"
)


class Migration(migrations.Migration):
    replaces = [("ads", "0004_first_partitions")]
    dependencies = [("ads", "0001_tables")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(EVENTS, NO_EVENTS)],
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "day",
                                "showing",
                                "kind",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("day", models.DateField()),
                        ("showing", models.UUIDField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("p", "page view"),
                                    ("s", "served"),
                                    ("m", "measured"),
                                    ("v", "viewable"),
                                    ("c", "click"),
                                ],
                                max_length=1,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("placement_id", models.BigIntegerField(null=True)),
                        ("creative_id", models.BigIntegerField(null=True)),
                        ("article_id", models.BigIntegerField(null=True)),
                        ("section_id", models.BigIntegerField(null=True)),
                        (
                            "device",
                            models.CharField(
                                choices=[("phone", "phone"), ("desktop", "wide screen")],
                                max_length=8,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "event",
                        "verbose_name_plural": "events",
                    },
                ),
            ],
        ),
        # Days for the first events, so that a new installation counts before its jobs have run. A day around today: the
        # day of the publication's zone may not be the one of UTC.
        migrations.RunSQL(FIRST_DAYS, migrations.RunSQL.noop),
    ]
