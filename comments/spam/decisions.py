"""What moderators decided: the filter learns from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from ..choices import Action, State
from ..models import Comment, ModerationEvent


class Decision(NamedTuple):
    text: str
    is_spam: bool
    author_id: int | None  # None where there is no account


def decisions() -> Iterator[Decision]:
    """What persons decided, the newest first; also on the system that an import came from.

    What a rule sorted and nobody looked at is left out, or the filter would learn from itself.
    Rejected comments are left out too: rude is not the same as spam.
    """
    events = ModerationEvent.objects.filter(comment=OuterRef("pk"))
    by_a_person = events.filter(action=Action.DECIDED, to_state=OuterRef("state"))
    rows = (
        Comment.objects.filter(state__in=(State.SPAM, State.APPROVED))
        .filter(Exists(by_a_person) | ~Exists(events))
        .order_by("-created_at", "-id")
        .values_list("body", "state", "author_id")
    )
    for body, state, author_id in rows.iterator(chunk_size=1000):
        yield Decision(body, state == State.SPAM, author_id)
