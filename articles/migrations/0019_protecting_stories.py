from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0018_offices_in_order")]
    operations = [
        AddIndexConcurrently(
            "article",
            models.Index(
                fields=["id"],
                include=["status", "publish_at", "unpublish_at", "updated_at", "withdrawn_at"],
                condition=models.Q(is_identity_protected=True),
                name="articles_protecting_idx",
            ),
        ),
    ]
