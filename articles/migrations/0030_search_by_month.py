"""Stories are found by the month of publication, lines of registers by their block of stories: see `search_windows`.

The column of search words is made anew, which writes the table and its index again: some minutes for a million
stories, during which the site waits.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

import articles.models.searched
from articles.search_blocks import Block

REGISTER = django.contrib.postgres.search.SearchVector(
    "name_as_printed", "office_as_printed", "group_label", "represents_as_printed", config="simple"
)


class Migration(migrations.Migration):
    dependencies = [("articles", "0029_lists_of_tags_and_authors")]
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
        migrations.RemoveIndex("attendance", "articles_register_search_idx"),
        migrations.AddIndex(
            "attendance",
            django.contrib.postgres.indexes.GinIndex(
                REGISTER + Block("article_id"), name="articles_register_words_idx"
            ),
        ),
    ]
