"""Where a comment stands, in words for its author, and what its author may still do with it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import submission, wording
from .choices import Action, Reason, State
from .models import Comment, ModerationEvent


@dataclass(frozen=True)
class Standing:
    """A comment as its author sees it: `words` is the state, `why` more about it (may be empty).

    `edit_until` is set while its text may be changed.
    """

    comment: Comment
    words: str
    why: str
    edit_until: datetime.datetime | None

    @property
    def may_remove(self) -> bool:
        return self.comment.state not in {State.REMOVED, State.ERASED}


def standing_of(comments: Sequence[Comment]) -> list[Standing]:
    """Where each of the comments stands, in their order; one query when some were rejected."""
    reasons = _reasons([c for c in comments if c.state in {State.REJECTED, State.SPAM}])
    return [
        Standing(
            comment,
            wording.state_line(comment),
            _why(comment, reasons.get(comment.pk)),
            submission.may_edit_until(comment),
        )
        for comment in comments
    ]


def _reasons(comments: Sequence[Comment]) -> dict[int, ModerationEvent]:
    """The last event that made each of them what it is; a decision taken back made nothing."""
    if not comments:
        return {}
    made_by = [Action.RECEIVED, Action.EDITED, Action.DECIDED, Action.UNDONE]
    events = ModerationEvent.objects.filter(comment__in=comments, action__in=made_by)
    reasons: dict[int, list[ModerationEvent]] = {}
    for event in events.order_by("id"):
        standing = reasons.setdefault(event.comment_id, [])
        if event.action != Action.UNDONE:
            standing.append(event)
        elif standing:
            standing.pop()
    return {pk: standing[-1] for pk, standing in reasons.items() if standing}


def _why(comment: Comment, event: ModerationEvent | None) -> str:
    if comment.state == State.SPAM:
        return _("If that is wrong, write to the newsroom.")
    if comment.state != State.REJECTED or event is None:
        return ""
    if event.action == Action.DECIDED:
        if event.reason == Reason.OTHER and event.note:
            return event.note
        reason = _("Reason: %(reason)s.") % {"reason": event.get_reason_display()}
        return f"{reason} {event.note}".strip()
    return _("It has a word that we do not publish. You can say it in other words.")
