"""The desk's list of what was opened or closed by hand."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("comments", "0003_notices")]
    operations = [
        AddIndexConcurrently(
            "discussion",
            models.Index(
                "openness",
                F("article").desc(),
                condition=~Q(openness="default"),
                name="comments_openness_idx",
            ),
        )
    ]
