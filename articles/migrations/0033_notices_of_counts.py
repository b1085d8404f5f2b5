"""The counts of the archive tell what shows them, also where somebody counts anew."""

from django.db import migrations

from pagecache.telling import tells


class Migration(migrations.Migration):
    dependencies = [("articles", "0032_withdrawals_that_wait")]
    operations = [
        tells(
            "articles_archivehour", "SELECT 'day:' || (hour AT TIME ZONE 'UTC')::date FROM touched"
        ),
        tells("articles_archiveday", "SELECT 'stories' FROM touched"),
    ]
