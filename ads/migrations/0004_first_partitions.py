"""Days for the first events, so that a new installation counts before its jobs have run."""

from django.db import migrations

# A day around today: the day of the publication's zone may not be the one of UTC.
MAKE = "SELECT ads_make_partition(current_date + number) FROM generate_series(-1, 4) AS number"


class Migration(migrations.Migration):
    dependencies = [("ads", "0003_placements")]

    operations = [migrations.RunSQL(MAKE, migrations.RunSQL.noop)]
