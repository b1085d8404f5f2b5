"""Hours with only one end: a check that is unknown is not refused, so each end is asked for."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ads", "0003_placements"),
        ("articles", "0006_tragedy_and_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="flight",
            name="ads_flight_hours_whole",
        ),
        migrations.AddConstraint(
            model_name="flight",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("from_hour__isnull", True), ("until_hour__isnull", True)),
                    models.Q(
                        models.Q(("from_hour", models.F("until_hour")), _negated=True),
                        ("from_hour__isnull", False),
                        ("from_hour__range", (0, 23)),
                        ("until_hour__isnull", False),
                        ("until_hour__range", (0, 24)),
                    ),
                    _connector="OR",
                ),
                name="ads_flight_hours_whole",
                violation_error_message="Hours go from 0 to 24, and need a beginning and an end.",
            ),
        ),
    ]
