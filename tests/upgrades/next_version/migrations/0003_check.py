from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("next_version", "0002_index")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE articles_article ADD CONSTRAINT next_version_calm CHECK (next_mood <> '') NOT VALID",
            "ALTER TABLE articles_article DROP CONSTRAINT next_version_calm",
        )
    ]
