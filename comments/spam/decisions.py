"""What moderators decided: the filter learns from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..choices import State
from ..models import Comment


class Decision(NamedTuple):
    text: str
    is_spam: bool
    author_id: int | None  # None where there is no account


def decisions() -> Iterator[Decision]:
    """The newest first. Rejected comments are left out: rude is not the same as spam."""
    rows = (
        Comment.objects.filter(state__in=(State.SPAM, State.APPROVED))
        .order_by("-created_at", "-id")
        .values_list("body", "state", "author_id")
    )
    for body, state, author_id in rows.iterator(chunk_size=1000):
        yield Decision(body, state == State.SPAM, author_id)
