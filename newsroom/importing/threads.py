"""Comments of an export, with their threads and states."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article
from comments import moderation
from comments.choices import State
from comments.models import Comment, place_in_thread

from .context import Context
from .dates import iso_moment
from .ledger import Kind, Standing
from .records import CommentRecord, digest_of
from .text import shorten

NAME_LENGTH = 120
# What an export says of a comment, besides its state and place.
FILLED = ("body", "author_name", "is_by_staff", "edited_at", "corrected_at")


class Threads:
    """Takes readers' comments over. Their e-mail, web and network addresses are not kept."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def skip(self, records: Sequence[CommentRecord], reason: str) -> None:
        """Count comments whose story has no place here."""
        for record in records:
            self._context.report.skipped("comments", record.label, record.unwanted or reason)

    def is_known(self, record: CommentRecord) -> bool:
        """Whether this comment was taken over, by this or an earlier run."""
        return self._context.ledger.get(Kind.COMMENT, record.key) is not None

    def has_parent(self, record: CommentRecord) -> bool:
        """Whether the comment that it answers was taken over."""
        return self._context.ledger.get(Kind.COMMENT, record.parent) is not None

    def take(self, article: Article, records: Sequence[CommentRecord]) -> None:
        """Import the comments of a story; each answer finds the comment that it answers."""
        report, ledger = self._context.report, self._context.ledger
        wanted: list[CommentRecord] = []
        seen: set[str] = set()
        for record in records:
            if record.unwanted:
                report.skipped("comments", record.label, record.unwanted)
            elif record.key in seen:
                report.skipped(
                    "comments", record.label, _("The story has two comments of this number.")
                )
            else:
                wanted.append(record)
                seen.add(record.key)
        if not wanted:
            return
        keys = [*(r.key for r in wanted), *(r.parent for r in wanted if r.parent)]
        items = ledger.get_many(Kind.COMMENT, keys)
        here = Comment.objects.in_bulk([item.object_id for item in items.values()])
        # By the number they had there: all that can be answered.
        placed = {
            key: here[item.object_id] for key, item in items.items() if item.object_id in here
        }
        new: list[tuple[CommentRecord, Comment]] = []
        for record in _parents_first(wanted):
            item = items.get(record.key)
            if item is None:
                comment = self._build(article, record, placed)
                placed[record.key] = comment
                new.append((record, comment))
                continue
            known = here.get(item.object_id)
            if ledger.standing(item, record.digest()) is Standing.UNCHANGED:
                report.unchanged("comments")
            elif known is None:
                report.skipped("comments", record.label, _("It was deleted here since."))
            elif item.state != _state(known):
                report.skipped(
                    "comments", record.label, _("It was edited here since and stays as it is.")
                )
            else:
                self._fill(known, record)
                moderation.take_over(
                    known, State(known.state), **{name: getattr(known, name) for name in FILLED}
                )
                ledger.update(item, record.digest(), _state(known))
                report.imported("comments")
        self._save(new)

    def _save(self, new: list[tuple[CommentRecord, Comment]]) -> None:
        if not new:
            return
        Comment.objects.bulk_create(place_in_thread(comment for _record, comment in new))
        self._context.ledger.remember_all(
            Kind.COMMENT,
            [(r.key, comment.pk, r.digest(), _state(comment)) for r, comment in new],
        )
        for _record in new:
            self._context.report.imported("comments")

    def _build(
        self, article: Article, record: CommentRecord, placed: dict[str, Comment]
    ) -> Comment:
        parent = placed.get(record.parent) if record.parent else None
        if parent is not None and parent.article_id != article.pk:
            parent = None
        if record.parent and parent is None:
            self._context.report.problem(
                record.label, _("The comment that it answers is not here; it begins a thread.")
            )
        comment = Comment(article=article, parent=parent)
        exact = iso_moment(str((record.data or {}).get("created_at", "")))
        written_at = (exact or record.moment).at(self._context.clock.zone)
        comment.created_at = (
            written_at or article.publish_at or article.created_at or timezone.now()
        )
        if not record.moment:
            self._context.report.problem(
                record.label, _("It has no date; it got that of its story.")
            )
        self._fill(comment, record)
        return comment

    def _fill(self, comment: Comment, record: CommentRecord) -> None:
        data = record.data or {}
        name = str(data.get("author_name", record.author_name))
        if len(name) > NAME_LENGTH:
            self._context.report.problem(
                record.label, _("The name “%(name)s” is too long and was cut.") % {"name": name}
            )
        comment.state = data.get("state", record.state)
        comment.body = str(data.get("body", record.body))
        comment.author_name = shorten(name, NAME_LENGTH)
        comment.is_by_staff = data.get("is_by_staff") is True
        for field in ("edited_at", "corrected_at"):
            moment = iso_moment(str(data.get(field, "")))
            setattr(comment, field, moment.at(self._context.clock.zone) if moment else None)
        if comment.state == "erased":
            comment.body = comment.author_name = ""
        elif not comment.author_name:
            comment.author_name = _("Anonymous")


def _parents_first(records: Sequence[CommentRecord]) -> list[CommentRecord]:
    """The records in an order in which every answer comes after what it answers.

    The order of the export is kept otherwise. Of comments that answer each other in a circle,
    the first begins a thread.
    """
    by_key = {record.key: record for record in records}
    done: set[str] = set()
    ordered: list[CommentRecord] = []
    for record in by_key.values():
        chain: list[CommentRecord] = []
        current: CommentRecord | None = record
        seen: set[str] = set()
        while current is not None and current.key not in done and current.key not in seen:
            chain.append(current)
            seen.add(current.key)
            current = by_key.get(current.parent) if current.parent else None
        for link in reversed(chain):
            ordered.append(link)
            done.add(link.key)
    return ordered


def _state(comment: Comment) -> str:
    return digest_of(comment.state, comment.body, comment.author_name)
