"""The publication, its front page and standing pages, old addresses, and what is counted of the archive."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import pagecache.recording


class Migration(migrations.Migration):
    replaces = [
        ("articles", "0023_front_page"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("articles", "0004_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(default="Newsroom", max_length=80, verbose_name="name")),
                (
                    "tagline",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="line below the name"
                    ),
                ),
                (
                    "legal_name",
                    models.CharField(blank=True, max_length=120, verbose_name="publishing company"),
                ),
                (
                    "responsible_person",
                    models.CharField(blank=True, max_length=120, verbose_name="person responsible"),
                ),
                ("address", models.TextField(blank=True, verbose_name="postal address")),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                (
                    "masthead",
                    models.TextField(
                        blank=True, help_text="One line each: role: name", verbose_name="masthead"
                    ),
                ),
                (
                    "ownership",
                    models.TextField(
                        blank=True,
                        help_text="Who owns the publication and what pays for it.",
                        verbose_name="ownership and funding",
                    ),
                ),
                (
                    "shows_versions",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Readers see how a story was changed after it came out, also of years ago. Never of stories that protect identities; an editor may hold versions back, with a reason.",
                        verbose_name="show earlier versions of stories",
                    ),
                ),
            ],
            options={
                "verbose_name": "publication",
                "verbose_name_plural": "publication",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="articles_publication_is_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="articles_publication_is_named",
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Page",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="address")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                ("is_published", models.BooleanField(default=True, verbose_name="public")),
                ("saved_at", models.DateTimeField(auto_now=True, verbose_name="saved")),
            ],
            options={
                "verbose_name": "page",
                "verbose_name_plural": "pages",
                "ordering": ["title", "id"],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Redirect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "path",
                    models.CharField(
                        help_text="From the first slash, with the query if it has one: /?p=12",
                        max_length=500,
                        unique=True,
                        verbose_name="old address",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="redirects",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="redirects",
                        to="articles.page",
                        verbose_name="page",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        blank=True,
                        help_text="Such as /rubrik/ekonomi/",
                        max_length=500,
                        verbose_name="other address here",
                    ),
                ),
            ],
            options={
                "verbose_name": "redirect",
                "verbose_name_plural": "redirects",
                "ordering": ["path"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("article__isnull", False), ("page__isnull", True), ("target", "")
                            ),
                            models.Q(
                                ("article__isnull", True), ("page__isnull", False), ("target", "")
                            ),
                            models.Q(
                                ("article__isnull", True),
                                ("page__isnull", True),
                                models.Q(("target", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="articles_redirect_one_target",
                        violation_error_message="A redirect leads to one thing: a story, a page or an address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("path__startswith", "/"),
                            models.Q(("path__startswith", "//"), _negated=True),
                            models.Q(
                                ("target", ""),
                                models.Q(
                                    ("target__startswith", "/"),
                                    models.Q(("target__regex", "^/[/\\\\]"), _negated=True),
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="articles_redirect_inside",
                        violation_error_message="Addresses here begin with one slash.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("target", models.F("path")), _negated=True),
                        name="articles_redirect_not_to_itself",
                        violation_error_message="An address does not lead to itself.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("path", "/"), _negated=True),
                        name="articles_redirect_not_from_front",
                        violation_error_message="The front page stays where it is.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FrontLayout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="why")),
                (
                    "is_cancelled",
                    models.BooleanField(
                        default=False,
                        help_text="Of a schedule that was given up before its time.",
                        verbose_name="cancelled",
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cancelled by",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="arranged",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="arranged by",
                    ),
                ),
            ],
            options={
                "verbose_name": "front page",
                "verbose_name_plural": "front pages",
                "ordering": ["-starts_at", "-id"],
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("starts_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("is_cancelled", False)),
                        name="articles_frontlayout_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_by__isnull", True), ("is_cancelled", False)),
                            models.Q(("cancelled_by__isnull", False), ("is_cancelled", True)),
                            _connector="OR",
                        ),
                        name="articles_frontlayout_cancelled_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FrontPlacement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "layout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="placements",
                        to="articles.frontlayout",
                    ),
                ),
                (
                    "slot",
                    models.CharField(
                        choices=[
                            ("lead", "lead story"),
                            ("secondary", "beside the lead"),
                            ("pinned", "pinned below"),
                        ],
                        max_length=9,
                        verbose_name="slot",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="front_placements",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "verbose_name": "place on the front page",
                "verbose_name_plural": "places on the front page",
                "ordering": ["slot", "position", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("layout", "article"),
                        name="articles_frontplacement_story_once",
                        violation_error_message="The story stands on this front page already.",
                    ),
                    models.UniqueConstraint(
                        fields=("layout", "slot", "position"),
                        name="articles_frontplacement_slot_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("slot__in", ["lead", "secondary", "pinned"])),
                        name="articles_frontplacement_slot_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("slot", "lead"), _negated=True),
                            ("position", 0),
                            _connector="OR",
                        ),
                        name="articles_frontplacement_one_lead",
                        violation_error_message="One story leads.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BreakingNews",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=140, verbose_name="text")),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where the line leads, once the story is public.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="until")),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Before its end, or before it began.",
                        null=True,
                        verbose_name="taken down",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken down by",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="entered"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "breaking news",
                "verbose_name_plural": "breaking news",
                "ordering": ["-starts_at", "-id"],
                "indexes": [models.Index(fields=["ends_at"], name="articles_breakingnews_end_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="articles_breakingnews_has_an_end",
                        violation_error_message="Breaking news ends after it begins.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="articles_breakingnews_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="articles_breakingnews_ended_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleViews",
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
                    ),
                ),
                ("hour", models.DateTimeField(verbose_name="hour")),
                ("views", models.PositiveIntegerField(verbose_name="views")),
            ],
            options={
                "verbose_name": "views of a story",
                "verbose_name_plural": "views of stories",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hour", "article"), include=("views",), name="articles_views_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArchiveDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("stories", models.PositiveIntegerField()),
                ("changed_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "day of the archive",
                "verbose_name_plural": "days of the archive",
                "ordering": ["-day"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ArchiveHour",
            fields=[
                ("hour", models.DateTimeField(primary_key=True, serialize=False)),
                ("stories", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "hour of the archive",
                "verbose_name_plural": "hours of the archive",
                "ordering": ["-hour"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ArchiveWord",
            fields=[
                (
                    "word",
                    models.CharField(
                        max_length=60, primary_key=True, serialize=False, verbose_name="word"
                    ),
                ),
                ("stories", models.PositiveIntegerField(verbose_name="stories")),
                (
                    "near",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, editable=False, size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "word of the archive",
                "verbose_name_plural": "words of the archive",
                "ordering": ["word"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["near"], name="articles_archiveword_near_idx"
                    )
                ],
            },
        ),
    ]
