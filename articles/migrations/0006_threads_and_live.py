"""Story threads: what goes on over many stories; and live coverage."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import pagecache.recording


class Migration(migrations.Migration):
    replaces = [
        ("articles", "0035_story_threads"),
        ("articles", "0036_live_coverage"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("articles", "0005_front_and_archive"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoryThread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="What goes on, in a few words: “The flash flood at Bulusirua”.",
                        max_length=120,
                        verbose_name="name",
                    ),
                ),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="address")),
                (
                    "intro",
                    models.TextField(
                        blank=True,
                        help_text="What somebody has to know who reads of it for the first time.",
                        max_length=1500,
                        verbose_name="introduction",
                    ),
                ),
                (
                    "key_facts",
                    models.TextField(
                        blank=True,
                        help_text="One fact on each line.",
                        max_length=1500,
                        verbose_name="key facts",
                    ),
                ),
                (
                    "ended_on",
                    models.DateField(
                        blank=True,
                        help_text="Empty while it goes on. Readers are told; it can be opened again.",
                        null=True,
                        verbose_name="ended on",
                    ),
                ),
            ],
            options={
                "verbose_name": "story thread",
                "verbose_name_plural": "story threads",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("ended_on__isnull", True)),
                        name="articles_threads_open_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        name="articles_storythread_name_unique",
                        violation_error_message="There is a thread of this name already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("slug", ""), _negated=True),
                        ),
                        name="articles_storythread_named",
                    ),
                ],
            },
            bases=(pagecache.recording.Recorded, models.Model),
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="instalments",
                        to="articles.storythread",
                        verbose_name="story thread",
                    ),
                ),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="instalment",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                (
                    "line",
                    models.CharField(
                        blank=True,
                        help_text="One sentence for the timeline; when empty, the headline speaks.",
                        max_length=160,
                        verbose_name="what happened",
                    ),
                ),
                (
                    "happened_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Only where that is not the day of publication.",
                        null=True,
                        verbose_name="when it happened",
                    ),
                ),
                ("placed_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "story of a thread",
                "verbose_name_plural": "stories of a thread",
                "ordering": ["-placed_at", "-article_id"],
                "indexes": [
                    models.Index(
                        models.F("thread"),
                        models.OrderBy(models.F("placed_at"), descending=True),
                        models.OrderBy(models.F("article_id"), descending=True),
                        condition=models.Q(("placed_at__isnull", False)),
                        name="articles_instalments_idx",
                    ),
                    models.Index(
                        models.F("thread"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="articles_instalments_desk_idx",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Coverage",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="coverage",
                        serialize=False,
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                (
                    "begun_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Grows by one with everything that happens here; open pages ask what came after theirs.",
                    ),
                ),
                (
                    "last_number",
                    models.PositiveIntegerField(default=0, help_text="Of the entry added last."),
                ),
            ],
            options={
                "verbose_name": "live coverage",
                "verbose_name_plural": "live coverage",
                "permissions": [
                    ("write_live", "Can add entries to live coverage"),
                    (
                        "lead_live",
                        "Can begin and end live coverage, edit, pin and withdraw its entries",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="articles_coverage_ended_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ended_at__gt", models.F("begun_at")),
                            _connector="OR",
                        ),
                        name="articles_coverage_ends_after_it_begins",
                        violation_error_message="Live coverage ends after it began.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_number__lte", models.F("position"))),
                        name="articles_coverage_position_counts_entries",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LiveEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "coverage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="articles.coverage",
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="Within its story, from 1 on in the order of arrival; its address on the page."
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4,
                        help_text="Named by the form: what is sent again is the same entry.",
                        unique=True,
                    ),
                ),
                ("position", models.PositiveIntegerField(help_text="That of its last change.")),
                ("happened_at", models.DateTimeField(verbose_name="time")),
                ("title", models.CharField(blank=True, max_length=160, verbose_name="title")),
                ("text", models.TextField(verbose_name="text")),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.place",
                        verbose_name="place",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="live_entries",
                        to="articles.photo",
                        verbose_name="photo",
                    ),
                ),
                ("caption", models.CharField(blank=True, max_length=300, verbose_name="caption")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.author",
                        verbose_name="byline",
                    ),
                ),
                (
                    "pin",
                    models.PositiveSmallIntegerField(
                        help_text="Its place among the key points, from 1 on.", null=True
                    ),
                ),
                (
                    "entered_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("changed_at", models.DateTimeField(null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawal_word",
                    models.CharField(blank=True, max_length=300, verbose_name="public word"),
                ),
            ],
            options={
                "verbose_name": "live entry",
                "verbose_name_plural": "live entries",
                "ordering": ["-happened_at", "-number"],
                "indexes": [
                    models.Index(
                        fields=["coverage", "-happened_at", "-number"],
                        name="articles_liveentry_read_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("coverage", "number"), name="articles_liveentry_number_unique"
                    ),
                    models.UniqueConstraint(
                        fields=("coverage", "position"), name="articles_liveentry_position_unique"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("pin__isnull", False)),
                        fields=("coverage", "pin"),
                        name="articles_liveentry_pin_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pin__isnull", True),
                            models.Q(("pin__gte", 1), ("pin__lte", 5)),
                            _connector="OR",
                        ),
                        name="articles_liveentry_pinned_are_few",
                        violation_error_message="No more entries can be pinned.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pin__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                        ),
                        name="articles_liveentry_withdrawn_is_not_pinned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="articles_liveentry_says_something",
                        violation_error_message="An entry says something.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="articles_liveentry_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("changed_at__isnull", True), ("changed_by__isnull", True)),
                            models.Q(("changed_at__isnull", False), ("changed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="articles_liveentry_changed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawal_word", ""),
                                ("withdrawn_at__isnull", True),
                                ("withdrawn_by__isnull", True),
                            ),
                            models.Q(
                                models.Q(("withdrawal_word", ""), _negated=True),
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="articles_liveentry_withdrawn_with_a_word",
                        violation_error_message="An entry is withdrawn with a word that readers see.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("caption", ""), ("photo__isnull", False), _connector="OR"
                        ),
                        name="articles_liveentry_caption_of_a_photo",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LiveRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "coverage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="articles.coverage",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="articles.liveentry",
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("begun", "coverage begun"),
                            ("ended", "coverage ended"),
                            ("reopened", "coverage taken up again"),
                            ("added", "entry added"),
                            ("changed", "entry changed"),
                            ("pinned", "entry pinned"),
                            ("unpinned", "entry unpinned"),
                            ("withdrawn", "entry withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "contents",
                    models.JSONField(
                        default=dict,
                        help_text="The entry as readers had it from then on; empty for the coverage.",
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "record of live coverage",
                "verbose_name_plural": "records of live coverage",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "act__in",
                                [
                                    "begun",
                                    "ended",
                                    "reopened",
                                    "added",
                                    "changed",
                                    "pinned",
                                    "unpinned",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="articles_liverecord_act_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("act__in", ["begun", "ended", "reopened"]), ("entry__isnull", True)
                            ),
                            models.Q(
                                models.Q(
                                    ("act__in", ["begun", "ended", "reopened"]), _negated=True
                                ),
                                ("entry__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="articles_liverecord_of_an_entry_or_not",
                    ),
                ],
            },
        ),
    ]
