"""Whether a story takes comments, in words for its readers, and how many it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from articles.models import Article

from .choices import Openness
from .models import Discussion, Policy


@dataclass(frozen=True)
class Talk:
    """What stands above a story's comments. `closed` says why it takes none; empty while it does.

    `counts` has the shown comments of the other stories that were asked for along with it.
    """

    article: Article
    count: int
    closed: str
    counts: Mapping[int, int]

    @property
    def is_open(self) -> bool:
        return not self.closed


def talk_of(article: Article, others: Iterable[Article] = ()) -> Talk:
    """The discussion of a story, with the counts of other stories; two queries."""
    keys = {article.pk, *(other.pk for other in others)}
    rows = {
        pk: (count, openness)
        for pk, count, openness in Discussion.objects.filter(pk__in=keys).values_list(
            "pk", "shown_count", "openness"
        )
    }
    count, openness = rows.get(article.pk, (0, Openness.DEFAULT))
    return Talk(
        article=article,
        count=count,
        closed=why_closed(article, openness),
        counts={pk: number for pk, (number, _openness) in rows.items() if number},
    )


def why_closed(article: Article, openness: str) -> str:
    """Why the story takes no comments now; empty while it does. One query.

    The same words whoever closed it and however: to readers it makes no difference.
    """
    policy = Policy.current()
    if policy.is_open_for(article, openness):
        return ""
    if openness != Openness.CLOSED and policy.is_open and article.kind in policy.closed_kinds:
        return _("Stories of this kind take no comments.")
    return _("This discussion is closed. What was said stays.")
