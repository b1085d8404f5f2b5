"""The times of a story beside its form: when it comes out, not before what, until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .. import wording, workflow
from ..models import Article


@dataclass(frozen=True)
class TimeLine:
    """A time in words, empty while it is not set, and the move that changes it; None for nobody."""

    label: str
    words: str
    move: workflow.Move | None


def times_of(article: Article, user: Any) -> list[TimeLine]:
    """Embargo and end of a story, as far as they are set or this person may set them.

    None of a working copy: its times are those of the story that it changes.
    """
    if article._state.adding or article.is_working_copy:
        return []
    lines = [
        _line(article, user, _("Embargo until:"), "embargo", article.not_before),
        _line(article, user, _("Public until:"), "end", article.unpublish_at),
    ]
    if not wording.is_under_embargo(article) and article.publish_at:
        # What was held back and came out is history.
        lines = lines[1:]
    return [line for line in lines if line.words or line.move]


def _line(article: Article, user: Any, label: str, name: str, at: Any) -> TimeLine:
    move = workflow.MOVES[name]
    is_allowed = workflow.why_not(article, move, user) is None
    words = wording.both_clocks(article, at) if at else ""
    return TimeLine(label, words, move if is_allowed else None)
