"""Stories are found by their words as they stand, by their section and by their place: see `models.searched`.

The column of search words is made anew, which writes the table and its index again: some minutes for a million
stories, during which the site waits. The words of the archive get keys by which misspelt ones are found.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

import articles.models.searched
from articles import misspelling

WORDS_AT_A_TIME = 5_000


def _fill(apps, schema_editor):
    words = apps.get_model("articles", "ArchiveWord").objects
    last = ""
    while rows := list(words.filter(pk__gt=last).order_by("pk")[:WORDS_AT_A_TIME]):
        for row in rows:
            row.near = misspelling.keys(row.word)
        words.bulk_update(rows, ["near"], batch_size=1_000)
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("articles", "0033_notices_of_counts")]
    operations = [
        migrations.RemoveIndex("article", "articles_search_idx"),
        migrations.RemoveField("article", "search"),
        migrations.AddField(
            "article",
            "search",
            models.GeneratedField(
                db_persist=True,
                expression=articles.models.searched.ArticleSearchVector(),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            "article",
            django.contrib.postgres.indexes.GinIndex(fields=["search"], name="articles_search_idx"),
        ),
        migrations.AddField(
            "archiveword",
            "near",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), default=list, editable=False, size=None
            ),
        ),
        migrations.RunPython(_fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "archiveword",
            django.contrib.postgres.indexes.GinIndex(
                fields=["near"], name="articles_archiveword_near_idx"
            ),
        ),
    ]
