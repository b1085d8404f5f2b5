"""Readers may see how a story was changed, with versions held back from them; what a sweep for names found."""

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

    operations = [
        migrations.AddField(
            model_name="publication",
            name="shows_versions",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Readers see how a story was changed after it came out, also of years ago. Never of stories that protect identities; an editor may hold versions back, with a reason.",
                verbose_name="show earlier versions of stories",
            ),
        ),
        migrations.CreateModel(
            name="IdentityLeak",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("story", "the story itself"),
                            ("live", "its live coverage"),
                            ("thread", "its story thread"),
                            ("correction", "a correction"),
                            ("address", "an old address"),
                            ("breaking", "breaking news"),
                            ("comment", "a comment"),
                        ],
                        max_length=10,
                        verbose_name="where",
                    ),
                ),
                (
                    "row",
                    models.BigIntegerField(
                        help_text="Key of the comment, the correction, the line or the address.",
                        null=True,
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "found_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="found"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
            ],
            options={
                "verbose_name": "protected name in the open",
                "verbose_name_plural": "protected names in the open",
                "ordering": ["found_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "place", "row", "name"),
                        name="articles_identityleak_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "place__in",
                                [
                                    "story",
                                    "live",
                                    "thread",
                                    "correction",
                                    "address",
                                    "breaking",
                                    "comment",
                                ],
                            )
                        ),
                        name="articles_identityleak_place_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VersionHold",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="version_hold",
                        serialize=False,
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                (
                    "through",
                    models.PositiveIntegerField(
                        help_text="The number in the story's history: readers see neither that version nor any before it.",
                        verbose_name="through version",
                    ),
                ),
                ("why", models.CharField(max_length=300, verbose_name="why")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="time"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
            ],
            options={
                "verbose_name": "hold on earlier versions",
                "verbose_name_plural": "holds on earlier versions",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True),
                        name="articles_versionhold_says_why",
                        violation_error_message="Say why readers may not see them.",
                    )
                ],
            },
        ),
        # What readers see of a story's versions; of the leaks they see nothing.
        tells("articles_versionhold", "SELECT 'versions:' || article_id FROM touched"),
        tells(
            "articles_revision",
            """
            SELECT 'versions:' || article_id FROM touched
            WHERE NOT is_working AND status = 'published'
            """,
            ("article_id", "number", "status", "is_working", "created_at", "snapshot"),
        ),
    ]
