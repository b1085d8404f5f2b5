"""History and corrections of stories, and what the desk keeps while somebody writes."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("articles", "0020_the_desk"),
        ("articles", "0024_preview_links"),
        ("articles", "0025_what_forms_keep"),
        ("articles", "0026_lists_of_the_desk"),
        ("articles", "0040_versions_for_readers"),
        ("articles", "0041_corrections_held_back"),
        ("articles", "0042_corrections_held_back_validated"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("articles", "0003_registers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("correction", "Erratum"),
                            ("clarification", "Clarification"),
                            ("right_of_reply", "Right of reply"),
                            ("withdrawal", "Withdrawal"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="What was wrong and what is right, in plain words.",
                        verbose_name="text",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="time"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "held_why",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Its kind and time stay in the open. For a name that must not be known, or a court's order. Empty: readers may read it.",
                        max_length=300,
                        verbose_name="why its words are held back",
                    ),
                ),
                (
                    "held_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="held back"),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="held back by",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="articles_corrections_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["correction", "clarification", "right_of_reply", "withdrawal"],
                            )
                        ),
                        name="articles_correction_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="articles_correction_text_present",
                        violation_error_message="A correction says what is right.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("held_at", None), ("held_by", None), ("held_why", "")),
                            models.Q(
                                models.Q(("held_why", ""), _negated=True),
                                ("held_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="articles_correction_hold_says_why",
                        violation_error_message="Say why readers may not read it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("snapshot", models.JSONField(verbose_name="contents")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_review", "in review"),
                            ("returned", "returned"),
                            ("approved", "approved"),
                            ("published", "published"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="why")),
                (
                    "changed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        default=list,
                        help_text="Keys of the snapshot that differ from the revision before.",
                        size=None,
                        verbose_name="changed",
                    ),
                ),
                (
                    "is_working",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Of the working copy of a public story: readers have not seen it.",
                        verbose_name="working copy",
                    ),
                ),
                (
                    "tab",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="The open form that saved it: two saves from one form are no conflict.",
                        max_length=36,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="saved"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="saved by",
                    ),
                ),
            ],
            options={
                "verbose_name": "revision",
                "verbose_name_plural": "revisions",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "number"), name="articles_revision_number_unique"
                    )
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
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="articles.article",
                        verbose_name="story",
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
            name="CheckRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40, unique=True, verbose_name="check")),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("block", "stops publication"),
                            ("advise", "advises"),
                            ("off", "is not made"),
                        ],
                        max_length=7,
                        verbose_name="strictness",
                    ),
                ),
            ],
            options={
                "verbose_name": "check before publication",
                "verbose_name_plural": "checks before publication",
                "ordering": ["key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["block", "advise", "off"])),
                        name="articles_checkrule_severity_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IgnoredFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ignored_findings",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                ("kind", models.CharField(max_length=12, verbose_name="kind")),
                ("text", models.CharField(max_length=200, verbose_name="words")),
                (
                    "ignored_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="ignored",
                    ),
                ),
                (
                    "ignored_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ignored by",
                    ),
                ),
            ],
            options={
                "verbose_name": "ignored finding",
                "verbose_name_plural": "ignored findings",
                "ordering": ["-ignored_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "kind", "text"), name="articles_ignoredfinding_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="articles_ignoredfinding_is_written",
                        violation_error_message="A finding is about some words.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WrongForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("wrong", models.CharField(max_length=60, verbose_name="wrong")),
                ("right", models.CharField(max_length=60, verbose_name="right")),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="why")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "wrong form",
                "verbose_name_plural": "wrong forms",
                "ordering": ["wrong"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("wrong"),
                        name="articles_wrongform_unique",
                        violation_error_message="This form is in the table already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("wrong", ""), _negated=True),
                            models.Q(("right", ""), _negated=True),
                            models.Q(("wrong", models.F("right")), _negated=True),
                        ),
                        name="articles_wrongform_differs",
                        violation_error_message="The right form differs from the wrong one.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=60, verbose_name="word")),
                (
                    "added_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="added",
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name": "word of the house",
                "verbose_name_plural": "words of the house",
                "ordering": ["word"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("word"),
                        name="articles_ownword_unique",
                        violation_error_message="This word is in the list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("word", ""), _negated=True),
                        name="articles_ownword_is_written",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept_texts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "tab",
                    models.CharField(
                        help_text="The open form, by a name that it made itself.", max_length=36
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Null while the story was never saved.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="kept_texts",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                ("seen_version", models.PositiveIntegerField(null=True)),
                (
                    "written",
                    models.BigIntegerField(
                        default=0,
                        help_text="When it was typed, by the form's own clock, which never goes back: an older text never takes the place of a newer one, however late it arrives.",
                    ),
                ),
                (
                    "values",
                    models.JSONField(
                        help_text='As the form reads them: {"fields": {…}, "rows": {prefix: [{…}]}}. Null once the form was saved or the text given up: what arrives after that, and was written before, is not kept again.',
                        null=True,
                        verbose_name="contents",
                    ),
                ),
                (
                    "kept_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="kept"
                    ),
                ),
            ],
            options={
                "verbose_name": "kept text",
                "verbose_name_plural": "kept texts",
                "ordering": ["-kept_at", "-id"],
                "indexes": [models.Index(fields=["kept_at"], name="articles_kepttext_old_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "tab"), name="articles_kepttext_once_a_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tab", ""), _negated=True),
                        name="articles_kepttext_names_its_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateSave",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="late_saves",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="late_saves",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "snapshot",
                    models.JSONField(
                        help_text="What would have been saved.", verbose_name="contents"
                    ),
                ),
                (
                    "seen_version",
                    models.PositiveIntegerField(help_text="The version that the form began with."),
                ),
                ("tab", models.CharField(blank=True, max_length=36)),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="why")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="kept"
                    ),
                ),
            ],
            options={
                "verbose_name": "late save",
                "verbose_name_plural": "late saves",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="presences",
                        to="articles.article",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="presences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("tab", models.CharField(max_length=36)),
                (
                    "opened_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "seen_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "verbose_name": "presence",
                "verbose_name_plural": "presences",
                "ordering": ["opened_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "user", "tab"), name="articles_presence_once_a_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tab", ""), _negated=True),
                        name="articles_presence_names_its_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PreviewLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preview_links",
                        to="articles.article",
                    ),
                ),
                ("key", models.CharField(max_length=43)),
                ("expires_at", models.DateTimeField(verbose_name="works until")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="made"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                ("opened_at", models.DateTimeField(null=True, verbose_name="last opened")),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "preview link",
                "verbose_name_plural": "preview links",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="articles_previewlink_expires",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="articles_previewlink_revoked_whole",
                    ),
                ],
            },
        ),
    ]
