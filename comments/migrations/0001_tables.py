"""Comments in their discussions, what moderators decided and why, reports, bans and readers."""

import datetime

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("comments", "0001_initial"),
        ("comments", "0002_readers"),
        ("comments", "0003_discussions"),
        ("comments", "0005_lists_of_the_desk"),
        ("comments", "0007_oldest_in_the_queue"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("articles", "0006_threads_and_live"),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
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
                        related_name="comments",
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="comments.comment",
                        verbose_name="answer to",
                    ),
                ),
                (
                    "path",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), editable=False, size=None
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="comments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                ("author_name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                (
                    "is_by_staff",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        verbose_name="by the newsroom",
                    ),
                ),
                ("body", models.TextField(blank=True, max_length=65000, verbose_name="comment")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting"),
                            ("unreviewed", "shown, not reviewed yet"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                            ("spam", "spam"),
                            ("removed", "removed by its author"),
                            ("erased", "erased"),
                        ],
                        db_default="pending",
                        default="pending",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="written",
                    ),
                ),
                ("revision", models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                (
                    "edits",
                    models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
                ),
                (
                    "edited_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="changed"),
                ),
                (
                    "corrected_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="edited by the newsroom"
                    ),
                ),
                (
                    "is_reachable",
                    models.BooleanField(db_default=True, default=True, editable=False),
                ),
                ("is_shown", models.BooleanField(db_default=False, default=False, editable=False)),
                (
                    "shown_replies",
                    models.PositiveIntegerField(db_default=0, default=0, editable=False),
                ),
                (
                    "is_listed",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Q(
                            ("is_shown", True), ("shown_replies__gt", 0), _connector="OR"
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                (
                    "pinned_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("right_of_reply", "Right of reply"),
                            ("newsroom", "From the newsroom"),
                        ],
                        db_default="",
                        default="",
                        editable=False,
                        max_length=20,
                        verbose_name="pinned as",
                    ),
                ),
                (
                    "pinned_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="pinned"),
                ),
                (
                    "pinned_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="pinned by",
                    ),
                ),
                (
                    "queue_due_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="to be decided by"
                    ),
                ),
                (
                    "risk",
                    models.PositiveSmallIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="risk"
                    ),
                ),
                (
                    "is_harsh",
                    models.BooleanField(
                        db_default=False, default=False, editable=False, verbose_name="harsh"
                    ),
                ),
                ("form_nonce", models.UUIDField(editable=False, null=True, unique=True)),
                ("reply_told_at", models.DateTimeField(editable=False, null=True)),
                ("fingerprint", models.BigIntegerField(editable=False, null=True)),
                (
                    "address_block",
                    models.CharField(
                        blank=True, db_default="", default="", editable=False, max_length=32
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "ordering": ["-created_at", "-id"],
                "permissions": [
                    ("moderate_comment", "Can decide which comments are shown"),
                    ("pin_comment", "Can pin official replies and close discussions"),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_listed", True), ("parent__isnull", True)),
                        fields=["article", "-created_at", "-id"],
                        name="comments_threads_idx",
                    ),
                    models.Index(
                        condition=models.Q(("is_listed", True), ("parent__isnull", True)),
                        fields=["article", "-shown_replies", "-id"],
                        name="comments_busiest_idx",
                    ),
                    models.Index(
                        condition=models.Q(("is_listed", True)),
                        fields=["article", "path"],
                        name="comments_path_idx",
                    ),
                    models.Index(
                        condition=models.Q(("pinned_at__isnull", False)),
                        fields=["article", "pinned_at"],
                        name="comments_pinned_idx",
                    ),
                    models.Index(
                        condition=models.Q(("state", "approved"), _negated=True),
                        fields=["state", "-id"],
                        name="comments_other_states_idx",
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("author_name"),
                            name="text_pattern_ops",
                        ),
                        name="comments_upper_name_idx",
                    ),
                    models.Index(
                        condition=models.Q(("queue_due_at__isnull", False)),
                        fields=["queue_due_at", "id"],
                        name="comments_queue_idx",
                    ),
                    models.Index(
                        condition=models.Q(("queue_due_at__isnull", False)),
                        fields=["created_at"],
                        name="comments_queued_since_idx",
                    ),
                    models.Index(
                        fields=["author", "-created_at", "-id"], name="comments_author_idx"
                    ),
                    models.Index(
                        condition=models.Q(("address_block", ""), _negated=True),
                        fields=["address_block", "-created_at"],
                        name="comments_network_idx",
                    ),
                    models.Index(
                        condition=models.Q(("fingerprint__isnull", False)),
                        fields=["fingerprint", "-created_at"],
                        name="comments_same_idx",
                    ),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True,
                        fields=["created_at"],
                        name="comments_time_idx",
                        pages_per_range=32,
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "pending",
                                    "unreviewed",
                                    "approved",
                                    "rejected",
                                    "spam",
                                    "removed",
                                    "erased",
                                ],
                            )
                        ),
                        name="comments_comment_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("parent__isnull", True), ("path__len", 1)),
                            models.Q(("parent__isnull", False), ("path__len__gt", 1)),
                            _connector="OR",
                        ),
                        name="comments_comment_path_fits_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("path__len__lte", 5)),
                        name="comments_comment_path_not_deeper",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            models.Func(
                                models.F("path"),
                                output_field=models.BigIntegerField(),
                                template="(%(expressions)s)[cardinality(%(expressions)s)]",
                            ),
                            models.F("id"),
                        ),
                        name="comments_comment_path_ends_here",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True),
                        name="comments_comment_not_its_own_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("author__isnull", True),
                                ("author_name", ""),
                                ("body", ""),
                                ("state", "erased"),
                            ),
                            models.Q(
                                models.Q(("state", "erased"), _negated=True),
                                models.Q(("body", ""), _negated=True),
                                models.Q(("author_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="comments_comment_whole_or_erased",
                        violation_error_message="A comment has a text and a name; an erased one, neither.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_shown", False),
                            models.Q(
                                ("is_reachable", True), ("state__in", ("unreviewed", "approved"))
                            ),
                            _connector="OR",
                        ),
                        name="comments_comment_shown_only_when_public",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("pending", "unreviewed")), _negated=True),
                            ("queue_due_at__isnull", False),
                            _connector="OR",
                        ),
                        name="comments_comment_waiting_is_queued",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("pinned_as", ""),
                                ("pinned_at__isnull", True),
                                ("pinned_by__isnull", True),
                            ),
                            models.Q(
                                ("pinned_as__in", ["right_of_reply", "newsroom"]),
                                ("pinned_at__isnull", False),
                                ("pinned_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="comments_comment_pinned_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("risk__lte", 100)), name="comments_comment_risk_range"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommentVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="comments.comment",
                    ),
                ),
                ("body", models.TextField(verbose_name="comment")),
                ("written_at", models.DateTimeField(verbose_name="written")),
                (
                    "replaced_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="replaced",
                    ),
                ),
            ],
            options={
                "verbose_name": "earlier version of a comment",
                "verbose_name_plural": "earlier versions of comments",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("body", ""), _negated=True),
                        name="comments_version_has_text",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Discussion",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="discussion",
                        serialize=False,
                        to="articles.article",
                        verbose_name="story",
                    ),
                ),
                (
                    "shown_count",
                    models.PositiveIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="shown comments"
                    ),
                ),
                (
                    "openness",
                    models.CharField(
                        choices=[
                            ("default", "as the rules say"),
                            ("open", "open"),
                            ("closed", "closed"),
                        ],
                        db_default="default",
                        default="default",
                        max_length=10,
                        verbose_name="takes comments",
                    ),
                ),
            ],
            options={
                "verbose_name": "discussion",
                "verbose_name_plural": "discussions",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("openness__in", ["default", "open", "closed"])),
                        name="comments_discussion_openness_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "is_open",
                    models.BooleanField(
                        default=True,
                        help_text="Untick it to close all discussions at once; what is shown stays.",
                        verbose_name="stories take comments",
                    ),
                ),
                (
                    "closed_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("news", "news"),
                                ("feature", "feature"),
                                ("opinion", "opinion"),
                                ("paid", "Advertorial"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="kinds of stories without comments",
                    ),
                ),
                (
                    "closes_after_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=30,
                        help_text="Counted from publication. Empty: discussions stay open.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="closes after days",
                    ),
                ),
                (
                    "hold_score",
                    models.FloatField(
                        default=0.2,
                        help_text="From 0 to 1. Matters where comments are shown before review.",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="spam score that holds a comment",
                    ),
                ),
                (
                    "spam_score",
                    models.FloatField(
                        default=0.98,
                        help_text="From 0 to 1. Such comments wait in the spam folder; their authors are told.",
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="spam score that sorts a comment into spam",
                    ),
                ),
                (
                    "sections_shown_first",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Only comments that no check objects to; they stay in the queue. Elsewhere, and for accounts that are always reviewed, nothing is shown before a moderator approved it.",
                        related_name="+",
                        to="articles.section",
                        verbose_name="sections where comments are shown before review",
                    ),
                ),
            ],
            options={
                "verbose_name": "rules for comments",
                "verbose_name_plural": "rules for comments",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="comments_policy_is_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hold_score__range", (0, 1)), ("spam_score__range", (0, 1))
                        ),
                        name="comments_policy_scores_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hold_score__lte", models.F("spam_score"))),
                        name="comments_policy_scores_ordered",
                        violation_error_message="The score for spam is at least the one that holds.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ban",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="bans",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                ("email_hash", models.CharField(editable=False, max_length=64)),
                (
                    "reason",
                    models.CharField(
                        help_text="The reader is told this.", max_length=300, verbose_name="reason"
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="since"
                    ),
                ),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "lifted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="lifted"),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="lifted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "ban",
                "verbose_name_plural": "bans",
                "ordering": ["-started_at", "-id"],
                "indexes": [models.Index(fields=["email_hash"], name="comments_ban_email_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="comments_ban_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("until__gt", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="comments_ban_ends_after_start",
                        violation_error_message="A ban ends after it began.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                            models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="comments_ban_lifted_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ModerationEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="comments.comment",
                        verbose_name="comment",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="time"
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("decided", "decided"),
                            ("undone", "decision taken back"),
                            ("edited", "changed by its author"),
                            ("corrected", "edited by the newsroom"),
                            ("removed", "removed by its author"),
                            ("erased", "erased"),
                            ("pinned", "pinned"),
                            ("unpinned", "no longer pinned"),
                            ("reported", "reported by a reader"),
                            ("exported", "exported as evidence"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("rule", models.CharField(blank=True, max_length=40, verbose_name="rule")),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pending", "waiting"),
                            ("unreviewed", "shown, not reviewed yet"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                            ("spam", "spam"),
                            ("removed", "removed by its author"),
                            ("erased", "erased"),
                        ],
                        max_length=10,
                        verbose_name="from",
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting"),
                            ("unreviewed", "shown, not reviewed yet"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                            ("spam", "spam"),
                            ("removed", "removed by its author"),
                            ("erased", "erased"),
                        ],
                        max_length=10,
                        verbose_name="to",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("falsehood", "lies or slander"),
                            ("obscenity", "obscenity"),
                            ("hatred", "hatred on grounds of ethnicity, religion, race or group"),
                            (
                                "discrimination",
                                "discrimination of sex, language, illness or disability",
                            ),
                            ("insult", "insults or threats"),
                            ("privacy", "personal data of others"),
                            ("advertising", "advertising or gambling"),
                            ("off_topic", "not about the story"),
                            ("repetition", "sent more than once"),
                            ("other", "another reason"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
            ],
            options={
                "verbose_name": "event of a comment",
                "verbose_name_plural": "events of comments",
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["created_at", "action"], name="comments_event_time_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "action__in",
                                [
                                    "received",
                                    "decided",
                                    "undone",
                                    "edited",
                                    "corrected",
                                    "removed",
                                    "erased",
                                    "pinned",
                                    "unpinned",
                                    "reported",
                                    "exported",
                                ],
                            )
                        ),
                        name="comments_event_action_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "to_state__in",
                                [
                                    "pending",
                                    "unreviewed",
                                    "approved",
                                    "rejected",
                                    "spam",
                                    "removed",
                                    "erased",
                                ],
                            ),
                            models.Q(
                                ("from_state", ""),
                                (
                                    "from_state__in",
                                    [
                                        "pending",
                                        "unreviewed",
                                        "approved",
                                        "rejected",
                                        "spam",
                                        "removed",
                                        "erased",
                                    ],
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="comments_event_states_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("action", "received"), ("from_state", "")),
                            models.Q(
                                models.Q(("from_state", ""), _negated=True),
                                models.Q(("action", "received"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="comments_event_begins_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("action", "received")),
                        fields=("comment",),
                        name="comments_event_received_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason", ""),
                            (
                                "reason__in",
                                [
                                    "falsehood",
                                    "obscenity",
                                    "hatred",
                                    "discrimination",
                                    "insult",
                                    "privacy",
                                    "advertising",
                                    "off_topic",
                                    "repetition",
                                    "other",
                                ],
                            ),
                            _connector="OR",
                        ),
                        name="comments_event_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action", "decided"), ("to_state", "rejected"), _negated=True
                            ),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="comments_event_rejected_with_reason",
                        violation_error_message="A rejection needs a reason; its author is told it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="screenings",
                        to="comments.comment",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="time"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "waiting"),
                            ("unreviewed", "shown, not reviewed yet"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                            ("spam", "spam"),
                            ("removed", "removed by its author"),
                            ("erased", "erased"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("rule", models.CharField(blank=True, max_length=40, verbose_name="rule")),
                ("score", models.FloatField(null=True, verbose_name="spam score")),
                ("verdicts", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "check of a comment",
                "verbose_name_plural": "checks of comments",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", True), ("score__range", (0, 1)), _connector="OR"
                        ),
                        name="comments_screening_score_range",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="comments.comment",
                        verbose_name="comment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="comment_reports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("falsehood", "It lies or slanders"),
                            ("hatred", "It stirs up hatred"),
                            ("obscenity", "It is obscene"),
                            ("threat", "It threatens or incites to violence"),
                            ("privacy", "It gives away personal data"),
                            ("spam", "It is advertising, gambling or a fraud"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="received"
                    ),
                ),
                ("due_at", models.DateTimeField(editable=False, verbose_name="due")),
                (
                    "handled_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="handled"),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handled by",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "the comment was taken down"),
                            ("kept", "the comment stays"),
                            ("gone", "the comment was no longer there"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
            ],
            options={
                "verbose_name": "report of a reader",
                "verbose_name_plural": "reports of readers",
                "ordering": ["due_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("handled_at__isnull", True)),
                        fields=["due_at", "id"],
                        name="comments_report_open_idx",
                    ),
                    models.Index(fields=["created_at"], name="comments_report_time_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("comment", "by"),
                        name="comments_report_once_each",
                        violation_error_message="You have reported this comment already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "falsehood",
                                    "hatred",
                                    "obscenity",
                                    "threat",
                                    "privacy",
                                    "spam",
                                    "other",
                                ],
                            )
                        ),
                        name="comments_report_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "due_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("created_at"),
                                    "+",
                                    models.Value(datetime.timedelta(days=2)),
                                ),
                            )
                        ),
                        name="commentsreport_due_in_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("handled_at__isnull", True),
                                ("handled_by__isnull", True),
                                ("outcome", ""),
                            ),
                            models.Q(
                                ("handled_at__isnull", False),
                                ("outcome__in", ["upheld", "kept", "gone"]),
                            ),
                            _connector="OR",
                        ),
                        name="comments_report_handled_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "term",
                    models.CharField(
                        help_text="Spaced letters, digits and look-alikes are seen through. A * at the end also finds longer words.",
                        max_length=80,
                        verbose_name="word or phrase",
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=80)),
                (
                    "list",
                    models.CharField(
                        choices=[
                            ("block", "rejects the comment"),
                            ("hold", "holds the comment for a moderator"),
                        ],
                        default="hold",
                        max_length=10,
                        verbose_name="effect",
                    ),
                ),
                (
                    "is_harsh",
                    models.BooleanField(
                        default=False,
                        help_text="Comments with it are blurred in the queue until somebody wants to see them.",
                        verbose_name="harsh",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=False,
                        help_text="Try it on the last 90 days first.",
                        verbose_name="in force",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="added",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name": "word",
                "verbose_name_plural": "word lists",
                "ordering": ["term"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("key",),
                        name="comments_word_unique",
                        violation_error_message="This word is on a list already, perhaps spelt otherwise.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), _negated=True),
                            models.Q(("key", "*"), _negated=True),
                        ),
                        name="comments_word_has_key",
                        violation_error_message="A word needs at least one letter or digit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("list__in", ["block", "hold"])),
                        name="comments_word_list_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reader",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reader",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                ("name_key", models.CharField(editable=False, max_length=240)),
                (
                    "terms_version",
                    models.CharField(
                        blank=True, editable=False, max_length=20, verbose_name="accepted terms"
                    ),
                ),
                (
                    "terms_accepted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="accepted"),
                ),
                (
                    "review",
                    models.CharField(
                        choices=[
                            ("section", "as the section says"),
                            ("first", "always before they are shown"),
                            ("after", "after they are shown"),
                        ],
                        db_default="section",
                        default="section",
                        help_text="Whether comments are looked at before readers see them.",
                        max_length=10,
                        verbose_name="review",
                    ),
                ),
                (
                    "is_told_of_decisions",
                    models.BooleanField(
                        db_default=True, default=True, verbose_name="what became of my comments"
                    ),
                ),
                (
                    "is_told_of_replies",
                    models.BooleanField(
                        db_default=True, default=True, verbose_name="answers to my comments"
                    ),
                ),
                (
                    "is_told_of_reports",
                    models.BooleanField(
                        db_default=True, default=True, verbose_name="what became of my reports"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="joined",
                    ),
                ),
            ],
            options={
                "verbose_name": "reader",
                "verbose_name_plural": "readers",
                "ordering": ["-created_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name_key",),
                        name="comments_reader_name_unique",
                        violation_error_message="Somebody here has this name, or one that looks like it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name_key", ""), _negated=True),
                        name="comments_reader_named",
                        violation_error_message="A reader has a name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("terms_accepted_at__isnull", True), ("terms_version", "")),
                            models.Q(
                                models.Q(("terms_version", ""), _negated=True),
                                ("terms_accepted_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="comments_reader_terms_with_time",
                        violation_error_message="Accepted terms have a version and a time.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("review__in", ["section", "first", "after"])),
                        name="comments_reader_review_known",
                    ),
                ],
            },
        ),
    ]
