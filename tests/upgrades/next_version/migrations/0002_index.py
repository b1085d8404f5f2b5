from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("next_version", "0001_columns")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY next_version_mood ON articles_article (next_mood)",
            "DROP INDEX next_version_mood",
        )
    ]
