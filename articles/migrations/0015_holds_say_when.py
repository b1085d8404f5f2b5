"""A correction whose words are shown again says when that was, too: who has a copy is told that there is another one."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("articles", "0014_newest_holds")]

    operations = [
        # In words only.
        migrations.AlterField(
            "correction",
            "held_at",
            models.DateTimeField(
                editable=False,
                null=True,
                verbose_name="held back or shown again",
            ),
        ),
        migrations.AlterField(
            "correction",
            "held_by",
            models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="held back or shown again by",
            ),
        ),
        migrations.RemoveConstraint("correction", "articles_correction_hold_says_why"),
        AddConstraintNotValid(
            "correction",
            models.CheckConstraint(
                condition=Q(held_why="") | Q(held_at__isnull=False),
                name="articles_correction_hold_says_when",
            ),
        ),
    ]
