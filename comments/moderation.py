"""The only door to a comment's state. Every function here is one transaction with one event.

A decision is a compare-and-swap: it says which state and which revision the person had before
them, and is refused with what happened meanwhile when the comment is no longer that (`Overtaken`):
another decision, also the same one, another text, or a reader's report. The
story's discussion is locked first, so that counts and hidden threads stay exact.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.signals import words_erased
from articles.people.protecting import why_not_said
from auditlog.choices import Action as Audited
from auditlog.writing import write as write_audit

from . import erasures, quotes
from .choices import (
    SHOWN,
    WAITING,
    Action,
    PinnedAs,
    Reason,
    ReportOutcome,
    State,
)
from .models import Comment, CommentVersion, ModerationEvent, Report

if TYPE_CHECKING:
    from accounts.models import User

MODERATE = "comments.moderate_comment"
PIN = "comments.pin_comment"

# What a moderator may make of a comment, by the state it has. A decision may be made again the
# other way round; what its author removed or the law erased is out of reach.
DECISIONS: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.APPROVED, State.REJECTED, State.SPAM}),
    State.UNREVIEWED: frozenset({State.APPROVED, State.REJECTED, State.SPAM}),
    # Approved again: a reported comment that stays.
    State.APPROVED: frozenset({State.APPROVED, State.REJECTED, State.SPAM}),
    State.REJECTED: frozenset({State.APPROVED, State.SPAM}),
    # Spam again: somebody looked at what a rule had sorted out, and agrees.
    State.SPAM: frozenset({State.APPROVED, State.REJECTED, State.SPAM}),
}
# How long a moderator may take the last decision back; a slow line gets a little more.
UNDO_SECONDS = 10
UNDO_GRACE = datetime.timedelta(seconds=UNDO_SECONDS + 5)
# The house's own promise for a comment that nobody reported; a risky one comes up to half of it sooner.
REVIEW_WITHIN = datetime.timedelta(hours=24)


# What stands above the threads under the house's label was read by an editor: another text, or one
# that was hidden, is pinned anew or not at all.
NOT_PINNED: dict[str, object] = {"pinned_as": "", "pinned_at": None, "pinned_by": None}


class Refused(Exception):
    """A move that may not be made; `str()` is the reason, in the reader's language."""


class Overtaken(Refused):
    """Somebody was quicker. `comment` is the row as it is now, `event` what happened last."""

    def __init__(self, comment: Comment, event: ModerationEvent | None) -> None:
        self.comment, self.event = comment, event
        super().__init__(told(comment, event))


def told(comment: Comment, event: ModerationEvent | None) -> str:
    """What happened to a comment meanwhile, as a sentence for the second moderator."""
    if event is None:
        return _("The comment was changed meanwhile: it is now “%(state)s”.") % {
            "state": comment.get_state_display()
        }
    if event.action == Action.EDITED:
        return _("Its author changed the text after you opened it. Read it again.")
    if event.action == Action.REPORTED:
        return _("A reader reported the comment after you opened it. Read the report first.")
    if event.action == Action.REMOVED:
        return _("Its author removed the comment meanwhile.")
    return _("%(name)s was quicker: the comment is now “%(state)s”.") % {
        "name": event.by or _("A rule"),
        "state": comment.get_state_display(),
    }


def due_for_review(comment: Comment) -> datetime.datetime:
    """By when a comment that nobody reported is to be decided: sooner the riskier it is."""
    return comment.created_at + REVIEW_WITHIN * (1 - comment.risk / 200)


@contextmanager
def locked(article_id: int) -> Iterator[None]:
    """A transaction that holds the lock of a story's discussion; the row is made when missing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT comments_lock_discussion(%s)", [article_id])
        yield


def _require(by: User, permission: str) -> None:
    if not by.has_perm(permission):
        raise Refused(_("You may not do this."))


def swap(
    comment: Comment,
    to: State,
    *,
    seen: State,
    seen_revision: int,
    **changes: object,
) -> None:
    """Write the state if state and revision are still those that were seen; otherwise Overtaken.

    To be called under `locked`, by this module and `comments.submission`.
    """
    rows = Comment.objects.filter(pk=comment.pk, state=seen, revision=seen_revision)
    if not rows.update(state=to, revision=F("revision") + 1, **changes):
        comment.refresh_from_db()
        raise Overtaken(comment, comment.events.select_related("by").last())
    comment.refresh_from_db()


def record(
    comment: Comment, action: Action, *, from_state: str, **fields: object
) -> ModerationEvent:
    """Add the event of a change that was just written."""
    return ModerationEvent.objects.create(
        comment=comment,
        action=action,
        from_state=from_state,
        to_state=comment.state,
        created_at=timezone.now(),
        **fields,
    )


def decide(
    comment: Comment,
    to: State,
    *,
    by: User,
    seen: State,
    seen_revision: int,
    reason: str = "",
    note: str = "",
) -> ModerationEvent:
    """A moderator's decision. Open reports of the comment end with it, the comment leaves the queue.

    Args:
        seen, seen_revision: the comment's state and revision that the moderator looked at.
        reason: one of `Reason`; needed to reject, told to the author with `note`.

    Raises Overtaken when the comment is no longer what was seen, Refused when it may not be done.
    """
    _require(by, MODERATE)
    if to not in DECISIONS.get(State(seen), frozenset()):
        raise Refused(_("A comment in this state cannot become that."))
    if to == State.REJECTED and reason not in Reason.values:
        raise Refused(_("A rejection needs a reason; its author is told it."))
    with locked(comment.article_id):
        unpinned = {} if to in SHOWN else NOT_PINNED
        swap(comment, to, seen=seen, seen_revision=seen_revision, queue_due_at=None, **unpinned)
        event = record(
            comment,
            Action.DECIDED,
            from_state=seen,
            by=by,
            reason=reason if to == State.REJECTED else "",
            note=note[:500],
        )
        told = {"from": seen, "to": to, "reason": reason}
        write_audit(Audited.DECIDED, by=by, about=comment, details=told)
        outcome = ReportOutcome.KEPT if to in SHOWN else ReportOutcome.UPHELD
        # Also those that the decision before this one ended, while nobody was told of it.
        comment.reports.filter(handled_at__gt=event.created_at - UNDO_GRACE).update(
            handled_at=None, handled_by=None, outcome=""
        )
        _close_reports(comment, outcome, event, by)
        _tell(event)
    return event


def may_undo(event: ModerationEvent) -> bool:
    """Whether the moment to take this decision back has not passed yet."""
    return timezone.now() - event.created_at <= UNDO_GRACE


def undo(event: ModerationEvent, *, by: User) -> ModerationEvent:
    """Take back one's own decision of the last seconds; reports that it ended are open again.

    Raises Refused when it is somebody else's or too old, Overtaken when it is not the last.
    """
    _require(by, MODERATE)
    if event.by_id != by.pk or event.action != Action.DECIDED:
        raise Refused(_("Only your own decision can be taken back."))
    if not may_undo(event):
        raise Refused(_("A decision can be taken back for ten seconds. Decide again instead."))
    comment = event.comment
    with locked(comment.article_id):
        comment.refresh_from_db()
        last = comment.events.select_related("by").last()
        if last is None or last.pk != event.pk:
            raise Overtaken(comment, last)
        Report.objects.filter(comment=comment, handled_at=event.created_at).update(
            handled_at=None, handled_by=None, outcome=""
        )
        before = State(event.from_state)
        swap(
            comment,
            before,
            seen=State(event.to_state),
            seen_revision=comment.revision,
            queue_due_at=queue_due(comment, before, but=event),
        )
        write_audit(Audited.UNDECIDED, by=by, about=comment, details={"to": before})
        return record(comment, Action.UNDONE, from_state=event.to_state, by=by)


def queue_due(
    comment: Comment, state: State, *, but: ModerationEvent | None = None
) -> datetime.datetime | None:
    """When a comment in that state has to be decided; None when nobody waits for it.

    `but` is a decision that is being taken back: it counts no more.
    """
    quote_due = quotes.due_for_a_quote(comment, but=but)
    due = [
        *([quote_due] if quote_due else []),
        *([due_for_review(comment)] if state in WAITING else []),
        *comment.reports.filter(handled_at=None).values_list("due_at", flat=True),
    ]
    return min(due, default=None)


def remove(comment: Comment, *, by: User) -> ModerationEvent:
    """Its author takes a comment back; its place in the thread stays. Raises Refused."""
    if comment.author_id != by.pk:
        raise Refused(_("Only its author can remove a comment."))
    with locked(comment.article_id):
        comment.refresh_from_db()
        if comment.state in {State.REMOVED, State.ERASED}:
            raise Refused(_("This comment is removed already."))
        return _take_out(comment, State.REMOVED, Action.REMOVED, by=by)


def erase(comment: Comment, *, by: User | None = None, rule: str = "") -> ModerationEvent:
    """Erase text, name and account of a comment for good; what was decided about it stays.

    Earlier texts, the checks' findings and waiting letters, which quote it, go too. Answers that repeat a good part
    of it are put before a moderator: whoever wrote them owns them, so nothing happens by itself.
    """
    with locked(comment.article_id):
        comment.refresh_from_db()
        if comment.state == State.ERASED:
            raise Refused(_("This comment is erased already."))
        quotes.queue_answers_that_quote(comment)
        comment.versions.all().delete()
        comment.screenings.all().delete()
        words_erased.send(Comment, path=reverse("comments:comment", args=[comment.pk]))
        erasures.note("comment", comment.pk)
        if comment.author_id:
            comment.events.filter(by=comment.author_id).update(by=None)
        return _take_out(
            comment,
            State.ERASED,
            Action.ERASED,
            by=None if by and by.pk == comment.author_id else by,
            rule=rule,
            changes={
                "body": "",
                "author_name": "",
                "author": None,
                "address_block": "",
                "fingerprint": None,
                "form_nonce": None,
            },
        )


def _take_out(
    comment: Comment,
    to: State,
    action: Action,
    *,
    by: User | None,
    rule: str = "",
    changes: dict[str, object] | None = None,
) -> ModerationEvent:
    before = State(comment.state)
    swap(
        comment,
        to,
        seen=before,
        seen_revision=comment.revision,
        queue_due_at=None,
        **NOT_PINNED,
        **(changes or {}),
    )
    event = record(comment, action, from_state=before, by=by, rule=rule)
    _close_reports(comment, ReportOutcome.GONE, event, by)
    return event


def take_over(comment: Comment, state: State, **fields: object) -> None:
    """Write what another system says anew of a comment that came from it; as such it has no event.

    Args:
        fields: `body`, `author_name` and whatever else the import knows.
    """
    with locked(comment.article_id):
        comment.refresh_from_db()
        swap(
            comment,
            state,
            seen=State(comment.state),
            seen_revision=comment.revision,
            queue_due_at=queue_due(comment, state),
            **NOT_PINNED,
            **fields,
        )


def correct(comment: Comment, body: str, *, by: User, seen_revision: int, note: str) -> None:
    """The newsroom edits a reader's text; the original is kept, the page says so (point 3d)."""
    _require(by, MODERATE)
    body = body.strip()
    if not body:
        raise Refused(_("A comment needs a text. Reject it instead."))
    if not note.strip():
        raise Refused(_("Say why the newsroom edited the comment; it is kept with the original."))
    with locked(comment.article_id):
        comment.refresh_from_db()
        if comment.state in {State.REMOVED, State.ERASED}:
            raise Refused(_("This comment is removed already."))
        if body == comment.body:
            raise Refused(_("The text is the same as before."))
        if reason := why_not_said(comment.article, body):
            raise Refused(reason)
        keep_version(comment)
        swap(
            comment,
            State(comment.state),
            seen=State(comment.state),
            seen_revision=seen_revision,
            body=body,
            corrected_at=timezone.now(),
        )
        record(comment, Action.CORRECTED, from_state=comment.state, by=by, note=note[:500])


def keep_version(comment: Comment) -> None:
    """Keep the present text before another takes its place."""
    written_at = comment.corrected_at or comment.edited_at or comment.created_at
    CommentVersion.objects.create(comment=comment, body=comment.body, written_at=written_at)


def pin(comment: Comment, pinned_as: PinnedAs, *, by: User) -> None:
    """Put an official reply above the threads of its story. Raises Refused."""
    _require(by, PIN)
    with locked(comment.article_id):
        comment.refresh_from_db()
        if not comment.is_shown:
            raise Refused(_("Only a comment that is shown can be pinned."))
        comment.pinned_as, comment.pinned_at, comment.pinned_by = pinned_as, timezone.now(), by
        comment.save(update_fields=["pinned_as", "pinned_at", "pinned_by"])
        record(
            comment,
            Action.PINNED,
            from_state=comment.state,
            by=by,
            note=str(PinnedAs(pinned_as).label),
        )


def unpin(comment: Comment, *, by: User) -> None:
    _require(by, PIN)
    with locked(comment.article_id):
        comment.refresh_from_db()
        if not comment.pinned_as:
            raise Refused(_("This comment is not pinned."))
        comment.pinned_as, comment.pinned_at, comment.pinned_by = "", None, None
        comment.save(update_fields=["pinned_as", "pinned_at", "pinned_by"])
        record(comment, Action.UNPINNED, from_state=comment.state, by=by)


def _close_reports(
    comment: Comment, outcome: ReportOutcome, event: ModerationEvent, by: User | None
) -> None:
    comment.reports.filter(handled_at=None).update(
        handled_at=event.created_at, handled_by=by, outcome=outcome
    )


def _tell(event: ModerationEvent) -> None:
    # The job runs after the time in which the decision can be taken back, and looks again.
    from .tasks import tell_of_decision  # the jobs know this module

    tell_of_decision.configure(schedule_in={"seconds": UNDO_GRACE.seconds + 1}).defer(
        event_id=event.pk
    )
