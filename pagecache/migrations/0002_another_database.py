"""Whoever kept pages of another database under this address learns that this is a new one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("pagecache", "0001_initial")]

    operations = [migrations.RunSQL("SELECT pagecache_tell(ARRAY['*'])", migrations.RunSQL.noop)]
