"""A comment and its place in a thread. How it comes in and who sees it is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..choices import State
from ..querysets import CommentQuerySet

MAX_LENGTH = 65_000


def _last_of_path() -> models.Func:
    return models.Func(
        F("path"),
        template="(%(expressions)s)[cardinality(%(expressions)s)]",
        output_field=models.BigIntegerField(),
    )


class Comment(models.Model):
    """A reader's words under a story, as plain text.

    `path` holds the ids from the thread's first comment down to this one, so a thread is read
    in order with one index and the ancestors are known without walking. It is made by
    `place_in_thread` and never changes.

    `author_name` is the name as it was shown when it was written. Comments that were taken
    over from another system have no account, only that name.
    """

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
    )
    author_name = models.CharField(_("name"), max_length=120, blank=True)
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

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-created_at", "-id"]
        indexes = [
            # The threads of a story, newest or oldest first, by keyset.
            models.Index(
                fields=["article", "-created_at", "-id"],
                condition=Q(parent__isnull=True),
                name="comments_threads_idx",
            ),
            # A thread from top to bottom, and the answers below one comment.
            models.Index(fields=["article", "path"], name="comments_path_idx"),
            # The moderators' queue.
            models.Index(
                fields=["created_at", "id"],
                condition=Q(state="pending"),
                name="comments_queue_idx",
            ),
            # The history of an account, beside the queue.
            models.Index(fields=["author", "-created_at"], name="comments_author_idx"),
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
        ]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.body[:60]}"

    @property
    def depth(self) -> int:
        """0 for the first comment of a thread."""
        return len(self.path) - 1


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
        above = comment.parent.path if comment.parent else []
        comment.path = [*above, pk]
        # Saved again, so that a parent that got its id just now is known by it.
        comment.parent = comment.parent
    return placed
