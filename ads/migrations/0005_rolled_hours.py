from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ads", "0004_first_partitions")]

    operations = [
        migrations.CreateModel(
            name="RolledHour",
            fields=[
                (
                    "hour",
                    models.DateTimeField(primary_key=True, serialize=False, verbose_name="hour"),
                ),
                ("rolled_at", models.DateTimeField(verbose_name="time")),
            ],
            options={
                "verbose_name": "hour rolled up",
                "verbose_name_plural": "hours rolled up",
            },
        ),
    ]
