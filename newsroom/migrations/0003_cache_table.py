from django.core.management import call_command
from django.db import migrations


def create_table(apps, schema_editor):
    """The table of Django's database cache, which holds the rate limits; nothing with another cache."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0002_outbox")]

    operations = [migrations.RunPython(create_table, migrations.RunPython.noop)]
