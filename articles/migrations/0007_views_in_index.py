from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_tragedy_and_views"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="articleviews",
            name="articles_views_once",
        ),
        migrations.AddConstraint(
            model_name="articleviews",
            constraint=models.UniqueConstraint(
                fields=("hour", "article"), include=("views",), name="articles_views_once"
            ),
        ),
    ]
