"""What moderators decided: the filter learns from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, Subquery

from ..choices import Action, State
from ..models import Comment, ModerationEvent


class Decision(NamedTuple):
    text: str
    is_spam: bool
    author_id: int | None  # None where there is no account


def decisions() -> Iterator[Decision]:
    """What persons decided, the newest first; also on the system that an import came from.

    What a rule sorted and nobody looked at is left out, or the filter would learn from itself.
    A decision that was taken back is none. Rejected comments are left out too: rude is not the same as spam.
    """
    events = ModerationEvent.objects.filter(comment=OuterRef("pk"))
    moves = events.filter(action__in=(Action.DECIDED, Action.UNDONE)).order_by("-id")
    rows = (
        Comment.objects.filter(state__in=(State.SPAM, State.APPROVED))
        .alias(
            last=Subquery(moves.values("action")[:1]), led_to=Subquery(moves.values("to_state")[:1])
        )
        .filter(Q(last=Action.DECIDED, led_to=F("state")) | ~Exists(events))
        .order_by("-created_at", "-id")
        .values_list("body", "state", "author_id")
    )
    for body, state, author_id in rows.iterator(chunk_size=1000):
        yield Decision(body, state == State.SPAM, author_id)
