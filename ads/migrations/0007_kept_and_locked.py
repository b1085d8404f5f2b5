"""What was sold is looked at under the flight's lock; past days and paid stories are kept.

- Whoever changes a draft's targets holds off the one who books it, and the other way round: otherwise
  a flight could be booked with placements that are taken away at the same moment.
- A link leads to a name and never to the number of a machine.
- A record may be about what holds for all advertisers.
"""

import django.db.models.deletion
from django.db import migrations, models

_TARGETS = """
CREATE OR REPLACE FUNCTION ads_targets_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.flight_id ELSE NEW.flight_id END;
BEGIN
    {lock}
    IF EXISTS (SELECT 1 FROM ads_flight WHERE id = which AND state <> 'draft') THEN
        RAISE EXCEPTION 'What was sold stays as it was sold; stop the flight and sell another.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
"""
LOCKED = _TARGETS.replace("{lock}", "PERFORM 1 FROM ads_flight WHERE id = which FOR SHARE;")
NOT_LOCKED = _TARGETS.replace("{lock}", "")

# The database's clock may be a day behind the publication's or before it, so the day before counts
# as not over.
KEPT = """
CREATE TRIGGER ads_paidstory_is_kept BEFORE DELETE ON ads_paidstory
    FOR EACH ROW EXECUTE FUNCTION ads_is_kept();
CREATE TRIGGER ads_bookedday_is_kept BEFORE DELETE ON ads_bookedday
    FOR EACH ROW WHEN (OLD.day < current_date - 1) EXECUTE FUNCTION ads_is_kept();
"""
NOT_KEPT = """
DROP TRIGGER ads_paidstory_is_kept ON ads_paidstory;
DROP TRIGGER ads_bookedday_is_kept ON ads_bookedday;
"""
LINK_PATTERN = r"^https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?(:[0-9]{1,5})?([/?#][\x21-\x5b\x5d-\x7e]*)?$"


class Migration(migrations.Migration):
    dependencies = [("ads", "0006_proof_note")]

    operations = [
        migrations.RunSQL(LOCKED, NOT_LOCKED),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RemoveConstraint(model_name="creative", name="ads_creative_link_https"),
        migrations.AddConstraint(
            model_name="creative",
            constraint=models.CheckConstraint(
                condition=models.Q(("link__regex", LINK_PATTERN)),
                name="ads_creative_link_https",
                violation_error_message="The address begins with https:// and a host name in small letters, and has no spaces.",
            ),
        ),
        migrations.AlterField(
            model_name="record",
            name="advertiser",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="records",
                to="ads.advertiser",
            ),
        ),
    ]
