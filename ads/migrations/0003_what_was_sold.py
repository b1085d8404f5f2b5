"""What the database itself sees to: no overselling, nothing about money deleted.

- A booked day is added up under the lock of its `PlacementDay`, whose check refuses more than 100 %: whatever path
  writes, nobody sells the same share twice. Parts of a placement (a section, a kind of screen) are added up separately,
  and what is sold in all of it counts in each.
- Rows about money are not deleted, nor paid stories and days that are past, and records not changed either. What hangs
  on another row stays on it. The terms of a flight stay as they were sold.
- Whoever changes a draft's targets holds off the one who books it, and the other way round: otherwise a flight could be
  booked with placements that are taken away at the same moment.
"""

from django.db import migrations

BOOKED = """
CREATE FUNCTION ads_share_sold(wanted bigint, that_day date) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT coalesce(max(total), 0)::integer FROM (
        SELECT sum(b.share) AS total
        FROM (SELECT DISTINCT section_id FROM ads_bookedday
              WHERE placement_id = wanted AND day = that_day
              UNION SELECT NULL::bigint) AS part
        CROSS JOIN (VALUES ('phone'), ('desktop')) AS screen (device)
        JOIN ads_bookedday b ON b.placement_id = wanted AND b.day = that_day
            AND (b.section_id IS NULL OR b.section_id = part.section_id)
            AND (b.device = '' OR b.device = screen.device)
        GROUP BY part.section_id, screen.device
    ) AS parts
$$;

CREATE FUNCTION ads_add_up_day(wanted bigint, that_day date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ads_placementday (placement_id, day, share_sold) VALUES (wanted, that_day, 0)
        ON CONFLICT (placement_id, day) DO NOTHING;
    PERFORM 1 FROM ads_placementday WHERE placement_id = wanted AND day = that_day FOR UPDATE;
    -- A new snapshot of what others committed while this one waited.
    UPDATE ads_placementday SET share_sold = ads_share_sold(wanted, that_day)
        WHERE placement_id = wanted AND day = that_day;
END
$$;

CREATE FUNCTION ads_booked_day_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM ads_add_up_day(OLD.placement_id, OLD.day);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM ads_add_up_day(NEW.placement_id, NEW.day);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER ads_bookedday_adds_up AFTER INSERT OR UPDATE OR DELETE ON ads_bookedday
    FOR EACH ROW EXECUTE FUNCTION ads_booked_day_changed();
"""
NOT_BOOKED = """
DROP TRIGGER ads_bookedday_adds_up ON ads_bookedday;
DROP FUNCTION ads_booked_day_changed, ads_add_up_day, ads_share_sold;
"""

KEPT = (
    "advertiser",
    "campaign",
    "flight",
    "creative",
    "reportlink",
    "record",
    "proof",
    "delivery",
    "paidstory",
)
MONEY = (
    """
CREATE FUNCTION ads_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows about money are kept: % is not deleted.', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""
    + "".join(
        f"CREATE TRIGGER ads_{name}_is_kept BEFORE DELETE ON ads_{name} "
        "FOR EACH ROW EXECUTE FUNCTION ads_is_kept();\n"
        for name in KEPT
    )
    + """
-- Past days. The database's clock may be a day behind the publication's or before it, so the day before counts as not over.
CREATE TRIGGER ads_bookedday_is_kept BEFORE DELETE ON ads_bookedday
    FOR EACH ROW WHEN (OLD.day < current_date - 1) EXECUTE FUNCTION ads_is_kept();

CREATE FUNCTION ads_record_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A record stays as it was written.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER ads_record_stays BEFORE UPDATE ON ads_record
    FOR EACH ROW EXECUTE FUNCTION ads_record_stays();

CREATE FUNCTION ads_stays_where_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'It stays where it is: % is not moved.', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER ads_creative_stays BEFORE UPDATE OF flight_id ON ads_creative FOR EACH ROW
    WHEN (OLD.flight_id <> NEW.flight_id) EXECUTE FUNCTION ads_stays_where_it_is();
CREATE TRIGGER ads_flight_stays BEFORE UPDATE OF campaign_id ON ads_flight FOR EACH ROW
    WHEN (OLD.campaign_id <> NEW.campaign_id) EXECUTE FUNCTION ads_stays_where_it_is();
CREATE TRIGGER ads_campaign_stays BEFORE UPDATE OF advertiser_id ON ads_campaign FOR EACH ROW
    WHEN (OLD.advertiser_id <> NEW.advertiser_id) EXECUTE FUNCTION ads_stays_where_it_is();

CREATE FUNCTION ads_terms_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was sold stays as it was sold; stop the flight and sell another.'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER ads_flight_terms_stay BEFORE UPDATE ON ads_flight FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND (
        NEW.state = 'draft'
        OR (OLD.kind, OLD.share, OLD.goal, OLD.device, OLD.weekdays, OLD.from_hour, OLD.until_hour)
           IS DISTINCT FROM
           (NEW.kind, NEW.share, NEW.goal, NEW.device, NEW.weekdays, NEW.from_hour, NEW.until_hour)))
    EXECUTE FUNCTION ads_terms_stay();

CREATE FUNCTION ads_targets_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.flight_id ELSE NEW.flight_id END;
BEGIN
    PERFORM 1 FROM ads_flight WHERE id = which FOR SHARE;
    IF EXISTS (SELECT 1 FROM ads_flight WHERE id = which AND state <> 'draft') THEN
        RAISE EXCEPTION 'What was sold stays as it was sold; stop the flight and sell another.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
"""
    + "".join(
        f"CREATE TRIGGER ads_flight_{name}_stay AFTER INSERT OR UPDATE OR DELETE ON ads_flight_{name} "
        "FOR EACH ROW EXECUTE FUNCTION ads_targets_stay();\n"
        for name in ("placements", "sections", "tags", "places")
    )
)
NO_MONEY = """
DROP FUNCTION ads_is_kept, ads_record_stays, ads_stays_where_it_is, ads_terms_stay, ads_targets_stay CASCADE;
"""


class Migration(migrations.Migration):
    replaces = [("ads", "0002_rules")]
    dependencies = [("ads", "0002_events_by_day")]
    operations = [
        migrations.RunSQL(BOOKED, NOT_BOOKED),
        migrations.RunSQL(MONEY, NO_MONEY),
    ]
