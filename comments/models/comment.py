"""A comment and its place in a thread. How it comes in and who sees it is decided elsewhere."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, OpClass
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from ..choices import SHOWN, WAITING, PinnedAs, State
from ..querysets import CommentQuerySet

# What the table takes, also from an import; a reader may write `submission.MAX_LENGTH`.
MAX_LENGTH = 65_000
# A thread's first comment has depth 0. What answers a comment of the last depth stands beside it.
MAX_DEPTH = 4


def _last_of_path() -> models.Func:
    return models.Func(
        F("path"),
        template="(%(expressions)s)[cardinality(%(expressions)s)]",
        output_field=models.BigIntegerField(),
    )


class Comment(models.Model):
    """A reader's words under a story, as plain text.

    `parent` is the comment it answers. `path` holds the ids from the thread's first comment
    down to this one, so that a thread is read in order with one index; it has at most
    MAX_DEPTH + 1 of them, is made by `place_in_thread` and never changes.

    `is_reachable` (nothing above it is hidden), `is_shown` and `shown_replies` (how many shown
    comments stand below it) follow from the states and are kept by triggers of the database
    (migration 0002), so that no way of writing can leave them wrong.

    `author_name` is the name as it was shown when it was written. Comments that were taken
    over from another system have no account, only that name.
    """

    NAMES_A_READER = True

    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        related_name="comments",
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("answer to"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="replies",
    )
    path = ArrayField(models.BigIntegerField(), editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        # comments_author_idx begins with it.
        db_index=False,
    )
    author_name = models.CharField(_("name"), max_length=120, blank=True)
    is_by_staff = models.BooleanField(
        _("by the newsroom"), default=False, db_default=False, editable=False
    )
    body = models.TextField(_("comment"), max_length=MAX_LENGTH, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=State,
        default=State.PENDING,
        db_default=State.PENDING,
        editable=False,
    )
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    # How often its text, its state or the complaints about it changed: a decision is about what was seen.
    revision = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    edits = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    edited_at = models.DateTimeField(_("changed"), null=True, editable=False)
    corrected_at = models.DateTimeField(_("edited by the newsroom"), null=True, editable=False)

    is_reachable = models.BooleanField(db_default=True, default=True, editable=False)
    is_shown = models.BooleanField(db_default=False, default=False, editable=False)
    shown_replies = models.PositiveIntegerField(db_default=0, default=0, editable=False)
    # Has a line in its thread: shown, or an empty place that shown ones stand under.
    is_listed = models.GeneratedField(
        expression=Q(is_shown=True) | Q(shown_replies__gt=0),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    pinned_as = models.CharField(
        _("pinned as"),
        max_length=20,
        choices=PinnedAs,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    pinned_at = models.DateTimeField(_("pinned"), null=True, editable=False)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("pinned by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    # In the moderators' queue while it is set, by this time; earlier for what looks risky.
    queue_due_at = models.DateTimeField(_("to be decided by"), null=True, editable=False)
    risk = models.PositiveSmallIntegerField(_("risk"), default=0, db_default=0, editable=False)
    is_harsh = models.BooleanField(_("harsh"), default=False, db_default=False, editable=False)

    # One per form that was handed out: sending it again finds the comment that it made.
    form_nonce = models.UUIDField(null=True, unique=True, editable=False)
    # When the one that it answers was told of it; once is enough.
    reply_told_at = models.DateTimeField(null=True, editable=False)
    # What is equal in comments that say the same; null for a text too short to tell.
    fingerprint = models.BigIntegerField(null=True, editable=False)
    # A keyed hash of the network that it came from; emptied by `comments.retention`.
    address_block = models.CharField(
        max_length=32, blank=True, default="", db_default="", editable=False
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-created_at", "-id"]
        permissions = [
            ("moderate_comment", _("Can decide which comments are shown")),
            ("pin_comment", _("Can pin official replies and close discussions")),
        ]
        indexes = [
            # The threads of a story, newest or oldest first, by keyset.
            models.Index(
                fields=["article", "-created_at", "-id"],
                condition=Q(parent__isnull=True, is_listed=True),
                name="comments_threads_idx",
            ),
            # The threads of a story, most replied first.
            models.Index(
                fields=["article", "-shown_replies", "-id"],
                condition=Q(parent__isnull=True, is_listed=True),
                name="comments_busiest_idx",
            ),
            # A thread from top to bottom, and the answers below one comment.
            models.Index(
                fields=["article", "path"],
                condition=Q(is_listed=True),
                name="comments_path_idx",
            ),
            # The pinned ones of a story.
            models.Index(
                fields=["article", "pinned_at"],
                condition=Q(pinned_at__isnull=False),
                name="comments_pinned_idx",
            ),
            # The desk's list: what is not simply shown, by state; and beginnings of names.
            models.Index(
                fields=["state", "-id"],
                condition=~Q(state="approved"),
                name="comments_other_states_idx",
            ),
            models.Index(
                OpClass(Upper("author_name"), name="text_pattern_ops"),
                name="comments_upper_name_idx",
            ),
            # The moderators' queue.
            models.Index(
                fields=["queue_due_at", "id"],
                condition=Q(queue_due_at__isnull=False),
                name="comments_queue_idx",
            ),
            # Since when the first of it has waited, on the desk's first page.
            models.Index(
                fields=["created_at"],
                condition=Q(queue_due_at__isnull=False),
                name="comments_queued_since_idx",
            ),
            # The history of an account, beside the queue and on the account's own page.
            models.Index(fields=["author", "-created_at", "-id"], name="comments_author_idx"),
            # How many came lately from one network; what says the same.
            models.Index(
                fields=["address_block", "-created_at"],
                condition=~Q(address_block=""),
                name="comments_network_idx",
            ),
            models.Index(
                fields=["fingerprint", "-created_at"],
                condition=Q(fingerprint__isnull=False),
                name="comments_same_idx",
            ),
            # What a new rule is tried on, a month's figures, and how many came lately.
            # Rows lie in the order of time, so a small index of ranges does; and it cannot lure the
            # planner into reading all stories in that order to find one's oldest threads.
            BrinIndex(
                fields=["created_at"],
                autosummarize=True,
                pages_per_range=32,
                name="comments_time_idx",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="comments_comment_state_known"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, path__len=1)
                | Q(parent__isnull=False, path__len__gt=1),
                name="comments_comment_path_fits_parent",
            ),
            models.CheckConstraint(
                condition=Q(path__len__lte=MAX_DEPTH + 1),
                name="comments_comment_path_not_deeper",
            ),
            models.CheckConstraint(
                condition=models.lookups.Exact(_last_of_path(), F("id")),
                name="comments_comment_path_ends_here",
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="comments_comment_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(state="erased", body="", author_name="", author__isnull=True)
                | (~Q(state="erased") & ~Q(body="") & ~Q(author_name="")),
                name="comments_comment_whole_or_erased",
                violation_error_message=_(
                    "A comment has a text and a name; an erased one, neither."
                ),
            ),
            models.CheckConstraint(
                condition=Q(is_shown=False) | Q(state__in=SHOWN, is_reachable=True),
                name="comments_comment_shown_only_when_public",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WAITING) | Q(queue_due_at__isnull=False),
                name="comments_comment_waiting_is_queued",
            ),
            models.CheckConstraint(
                condition=Q(pinned_as="", pinned_at__isnull=True, pinned_by__isnull=True)
                | Q(
                    pinned_as__in=PinnedAs.values,
                    pinned_at__isnull=False,
                    pinned_by__isnull=False,
                ),
                name="comments_comment_pinned_whole",
            ),
            models.CheckConstraint(condition=Q(risk__lte=100), name="comments_comment_risk_range"),
        ]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.body[:60]}"

    @property
    def depth(self) -> int:
        """0 for the first comment of a thread, MAX_DEPTH at most."""
        return len(self.path) - 1

    @property
    def root_id(self) -> int:
        """The thread's first comment."""
        return self.path[0]

    @property
    def local_created_at(self) -> datetime.datetime:
        """When it was written, on the clock of its story's place."""
        return self.created_at.astimezone(self.article.zone)


class CommentVersion(models.Model):
    """A text that a comment had before it was changed; kept for evidence (guidelines, point 3d)."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="versions")
    body = models.TextField(_("comment"))
    written_at = models.DateTimeField(_("written"))
    replaced_at = models.DateTimeField(_("replaced"), db_default=Now())

    class Meta:
        verbose_name = _("earlier version of a comment")
        verbose_name_plural = _("earlier versions of comments")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="comments_version_has_text"),
        ]

    def __str__(self) -> str:
        return self.body[:60]


def place_in_thread(comments: Iterable[Comment]) -> list[Comment]:
    """Give new comments their ids and paths, so that they can be saved together.

    Each parent must be saved already, or stand earlier in `comments`.
    """
    placed = list(comments)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Comment._meta.db_table, len(placed)],
        )
        ids = [row[0] for row in cursor.fetchall()]
    for comment, pk in zip(placed, ids, strict=True):
        comment.pk = pk
        above = comment.parent.path[:MAX_DEPTH] if comment.parent else []
        comment.path = [*above, pk]
        # Saved again, so that a parent that got its id just now is known by it.
        comment.parent = comment.parent
    return placed
