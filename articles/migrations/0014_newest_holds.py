"""The desk's list of what is held back of earlier versions, newest first."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0013_notices")]
    operations = [
        AddIndexConcurrently(
            "versionhold",
            models.Index(fields=["-created_at", "-article"], name="articles_holds_idx"),
        ),
    ]
