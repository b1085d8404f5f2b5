"""Readers may see how a story was changed; versions may be held back from them."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pagecache.telling import tells


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0039_notices_of_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = []
