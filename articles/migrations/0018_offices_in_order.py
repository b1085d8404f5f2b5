from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0017_archive_spans")]
    operations = [
        AddIndexConcurrently(
            "post",
            models.Index(
                fields=["protocol_rank", "title", "id"], name="articles_post_in_order_idx"
            ),
        ),
    ]
