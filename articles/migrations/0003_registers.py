"""Who stood in a story and as what: the lines of its register, and what follows from them."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import articles.search_blocks


class Migration(migrations.Migration):
    replaces = [
        ("articles", "0004_register_search"),
        ("articles", "0016_quoted_is_quoted"),
        ("articles", "0019_more_shapes"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("articles", "0002_stories"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attendance",
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
                        related_name="attendances",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="articles.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="articles.organisation",
                        verbose_name="delegation of",
                    ),
                ),
                (
                    "group_label",
                    models.CharField(
                        blank=True,
                        help_text="Such as: para kepala sekolah",
                        max_length=120,
                        verbose_name="group",
                    ),
                ),
                (
                    "group_count",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="how many"),
                ),
                (
                    "name_as_printed",
                    models.CharField(blank=True, max_length=200, verbose_name="name as printed"),
                ),
                (
                    "office_as_printed",
                    models.CharField(blank=True, max_length=200, verbose_name="office as printed"),
                ),
                (
                    "tenure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="attendances",
                        to="articles.tenure",
                        verbose_name="tenure",
                    ),
                ),
                (
                    "capacity",
                    models.CharField(
                        choices=[
                            ("attended", "attended"),
                            ("quoted", "quoted"),
                            ("mentioned", "mentioned"),
                            ("organiser", "organiser"),
                        ],
                        default="attended",
                        max_length=9,
                        verbose_name="capacity",
                    ),
                ),
                (
                    "represents_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="represented_in",
                        to="articles.person",
                        verbose_name="for the person",
                    ),
                ),
                (
                    "represents_post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="represented_in",
                        to="articles.post",
                        verbose_name="for the office",
                    ),
                ),
                (
                    "represents_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="represented_in",
                        to="articles.organisation",
                        verbose_name="for the organisation",
                    ),
                ),
                (
                    "represents_as_printed",
                    models.CharField(
                        blank=True,
                        help_text="Such as: Bupati",
                        max_length=200,
                        verbose_name="on behalf of",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of the register",
                "verbose_name_plural": "register",
                "ordering": ["position", "id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.SearchVector(
                                "name_as_printed",
                                "office_as_printed",
                                "group_label",
                                "represents_as_printed",
                                config="simple",
                            ),
                            "||",
                            articles.search_blocks.Block("article_id"),
                            django.contrib.postgres.search.SearchConfig("simple"),
                        ),
                        name="articles_register_words_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("group_label", ""),
                                ("organisation__isnull", True),
                                ("person__isnull", False),
                            ),
                            models.Q(
                                ("group_label", ""),
                                ("organisation__isnull", False),
                                ("person__isnull", True),
                            ),
                            models.Q(
                                ("organisation__isnull", True),
                                ("person__isnull", True),
                                models.Q(("group_label", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="articles_attendance_one_subject",
                        violation_error_message="A line of the register is one person, one delegation or one group.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", True),
                            models.Q(("name_as_printed", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="articles_attendance_person_printed",
                        violation_error_message="A person's name stands in the register as printed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("group_count__isnull", True),
                            models.Q(
                                models.Q(("group_label", ""), _negated=True), ("group_count__gt", 0)
                            ),
                            _connector="OR",
                        ),
                        name="articles_attendance_count_of_group",
                        violation_error_message="Only a group has a count.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("represents_person__isnull", True),
                                ("represents_post__isnull", True),
                            ),
                            models.Q(
                                ("represents_organisation__isnull", True),
                                ("represents_person__isnull", True),
                            ),
                            models.Q(
                                ("represents_organisation__isnull", True),
                                ("represents_post__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="articles_attendance_represents_one",
                        violation_error_message="Somebody represents one person, office or organisation.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("capacity__in", ["attended", "quoted", "mentioned", "organiser"])
                        ),
                        name="articles_attendance_capacity_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("article", "person"),
                        name="articles_attendance_person_once",
                        violation_error_message="This person stands in the register already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organisation__isnull", False)),
                        fields=(
                            "article",
                            "organisation",
                            "name_as_printed",
                            "represents_as_printed",
                        ),
                        name="articles_attendance_delegation_once",
                        violation_error_message="This delegation stands in the register already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appearance",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="appearances",
                        to="articles.article",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="appearances",
                        to="articles.person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="appearances",
                        to="articles.organisation",
                    ),
                ),
                (
                    "appears_as",
                    models.CharField(
                        choices=[
                            ("quoted", "quoted"),
                            ("organiser", "organiser"),
                            ("attended", "attended"),
                            ("sent", "sent a delegation"),
                            ("represented", "represented by others"),
                            ("mentioned", "mentioned"),
                            ("office", "by an office held there"),
                        ],
                        max_length=11,
                        verbose_name="appears as",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="publication")),
                ("until", models.DateTimeField(null=True, verbose_name="public until")),
            ],
            options={
                "verbose_name": "appearance",
                "verbose_name_plural": "appearances",
                "ordering": ["-at", "-article_id"],
                "indexes": [
                    models.Index(
                        models.F("person"),
                        models.OrderBy(models.F("at"), descending=True),
                        models.OrderBy(models.F("article_id"), descending=True),
                        condition=models.Q(("person__isnull", False)),
                        include=("until",),
                        name="articles_appearance_person_idx",
                    ),
                    models.Index(
                        models.F("person"),
                        models.F("appears_as"),
                        models.OrderBy(models.F("at"), descending=True),
                        models.OrderBy(models.F("article_id"), descending=True),
                        condition=models.Q(("person__isnull", False)),
                        include=("until",),
                        name="articles_appearance_as_idx",
                    ),
                    models.Index(
                        models.F("organisation"),
                        models.OrderBy(models.F("at"), descending=True),
                        models.OrderBy(models.F("article_id"), descending=True),
                        condition=models.Q(("organisation__isnull", False)),
                        include=("until",),
                        name="articles_appearance_org_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation__isnull", True), ("person__isnull", False)),
                            models.Q(("organisation__isnull", False), ("person__isnull", True)),
                            _connector="OR",
                        ),
                        name="articles_appearance_one_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "appears_as__in",
                                [
                                    "quoted",
                                    "organiser",
                                    "attended",
                                    "sent",
                                    "represented",
                                    "mentioned",
                                    "office",
                                ],
                            )
                        ),
                        name="articles_appearance_as_known",
                        violation_error_message="Nobody appears in a story in such a way.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("article", "person"),
                        name="articles_appearance_person_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organisation__isnull", False)),
                        fields=("article", "organisation"),
                        name="articles_appearance_organisation_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MentionVerdict",
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
                        related_name="mention_verdicts",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                ("name_key", models.CharField(max_length=200)),
                ("office_key", models.CharField(blank=True, max_length=200)),
                ("is_accepted", models.BooleanField(verbose_name="accepted")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mention_verdicts",
                        to="articles.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mention_verdicts",
                        to="articles.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="decided"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
            ],
            options={
                "verbose_name": "name found in a text",
                "verbose_name_plural": "names found in texts",
                "ordering": ["-decided_at", "-id"],
                "indexes": [
                    models.Index(
                        models.F("name_key"),
                        models.OrderBy(models.F("decided_at"), descending=True),
                        condition=models.Q(("is_accepted", True)),
                        name="articles_mentionverdict_idx",
                    ),
                    models.Index(
                        models.F("name_key"),
                        condition=models.Q(("is_accepted", False)),
                        name="articles_mention_refused_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "name_key", "office_key"),
                        name="articles_mentionverdict_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", True),
                            ("organisation__isnull", True),
                            _connector="OR",
                        ),
                        name="articles_mentionverdict_one_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_accepted", True),
                            models.Q(("organisation__isnull", True), ("person__isnull", True)),
                            _connector="OR",
                        ),
                        name="articles_mentionverdict_refused_is_nobody",
                    ),
                ],
            },
        ),
    ]
