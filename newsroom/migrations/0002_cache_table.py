"""The table of Django's database cache, which holds the rate limits; nothing with another cache."""

from django.core.management import call_command
from django.db import migrations


def create_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    replaces = [("newsroom", "0003_cache_table")]
    dependencies = [("newsroom", "0001_tables")]
    operations = [migrations.RunPython(create_table, migrations.RunPython.noop)]
