from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("next_version", "0003_check")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE articles_article VALIDATE CONSTRAINT next_version_calm",
            migrations.RunSQL.noop,
        )
    ]
