from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0041_corrections_held_back")]

    operations = [
        ValidateConstraint("correction", "articles_correction_hold_says_why"),
    ]
