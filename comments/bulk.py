"""The same decision about many comments: each in a transaction of its own, none held up by another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import moderation
from .choices import State
from .models import Comment

if TYPE_CHECKING:
    from accounts.models import User

_BOX = re.compile(r"([0-9]{1,18}):([a-z]{1,10}):([0-9]{1,9})")


@dataclass(frozen=True)
class Seen:
    """A comment as the moderator had it on the screen."""

    pk: int
    state: str
    revision: int

    @classmethod
    def parse(cls, value: str) -> Seen | None:
        """What a box of the list sends, "12:pending:0"; None for anything else."""
        match = _BOX.fullmatch(value)
        if match is None or match[2] not in State.values:
            return None
        return cls(int(match[1]), match[2], int(match[3]))


@dataclass
class Outcome:
    """`left` are the comments that stayed as they were, each with the reason as a sentence."""

    done: list[int] = field(default_factory=list)
    left: list[tuple[Comment, str]] = field(default_factory=list)


def decide_all(
    seen: Iterable[Seen], to: State, *, by: User, reason: str = "", note: str = ""
) -> Outcome:
    """Decide about each; one that was overtaken or may not be moved is left out and said."""
    seen = list(seen)
    rows = Comment.objects.in_bulk([one.pk for one in seen])
    outcome = Outcome()
    for one in seen:
        comment = rows.get(one.pk)
        if comment is None:
            continue
        try:
            moderation.decide(
                comment,
                to,
                by=by,
                seen=State(one.state),
                seen_revision=one.revision,
                reason=reason,
                note=note,
            )
        except moderation.Refused as refused:
            outcome.left.append((comment, str(refused)))
        else:
            outcome.done.append(comment.pk)
    return outcome
