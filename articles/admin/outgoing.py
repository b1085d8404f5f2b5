"""What stands under each headline before many stories are published at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from .. import checks, wording, workflow
from ..checks import Finding
from ..choices import Status
from ..forms.bulk import waved_name
from ..models import Article


@dataclass(frozen=True)
class Outgoing:
    """A chosen story. `refusal` says why it stays where it is, where no finding says it."""

    story: Article
    state: str
    found: tuple[Finding, ...] = ()
    refusal: str = ""
    reason: str = ""

    @property
    def is_stopped(self) -> bool:
        return bool(self.refusal) or any(one.is_blocking for one in self.found)


def why_not_in_bulk(article: Article) -> str | None:
    """Why a story is not published together with others; None when it may be."""
    if article.status == Status.RETURNED:
        return _("The story was returned with a note: publish it from its own page.")
    return None


def plainly(stories: Iterable[Article]) -> list[Outgoing]:
    """The stories with their state, for what is done without a look at the checks."""
    return [Outgoing(story, wording.state_of(story)) for story in stories]


def looked_at(stories: Iterable[Article], by: Any) -> list[Outgoing]:
    """The stories with what stops or asks for a reason before somebody publishes them now."""
    return [_look(story, by) for story in stories]


def _look(story: Article, by: Any) -> Outgoing:
    refusal = (
        why_not_in_bulk(story)
        or workflow.why_not(story, workflow.MOVES["publish"], by)
        or workflow.why_not_at(story, timezone.now())
        or ""
    )
    found = tuple(one for one in checks.before_publishing(story) if one.is_blocking or one.is_asked)
    is_asked = not refusal and found and not any(one.is_blocking for one in found)
    return Outgoing(
        story, wording.state_of(story), found, refusal, waved_name(story.pk) if is_asked else ""
    )
