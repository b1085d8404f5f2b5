from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0015_holds_say_when")]

    operations = [
        ValidateConstraint("correction", "articles_correction_hold_says_when"),
    ]
