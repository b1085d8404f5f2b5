"""Whether a story takes comments, in words for its readers, and how many it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from articles.models import Article
from pagecache import recording
from pagecache.parts import part

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
    """The discussion of a story, with the counts of other stories; two queries, and none of what is kept."""
    numbers = _discussions(article.pk, tuple(dict.fromkeys(other.pk for other in others)))
    count, openness = numbers.get(article.pk, (0, Openness.DEFAULT))
    return Talk(
        article=article,
        count=count,
        closed=why_closed(article, openness),
        counts={pk: number for pk, (number, _openness) in numbers.items() if number},
    )


def why_closed(article: Article, openness: str) -> str:
    """Why the story takes no comments now; empty while it does. One query at most.

    The same words whoever closed it and however: to readers it makes no difference.
    """
    policy = _policy()
    if policy.is_open_for(article, openness):
        if openness != Openness.OPEN:
            recording.until(policy.closes_at(article))
        return ""
    if openness != Openness.CLOSED and policy.is_open and article.kind in policy.closed_kinds:
        return _("Stories of this kind take no comments.")
    return _("This discussion is closed. What was said stays.")


def _policy() -> Policy:
    def read() -> Policy:
        recording.shows("talks")
        return Policy.current()

    return part("comment policy", read)


def _discussions(article: int, others: Sequence[int]) -> Mapping[int, tuple[int, str]]:
    """Count and openness by story, of those that have a discussion; one query."""

    def read() -> dict[int, tuple[int, str]]:
        recording.shows(f"talk:{article}")
        with recording.beside():
            recording.shows(*(f"talk:{other}" for other in others))
        rows = Discussion.objects.filter(pk__in=[article, *others])
        return {
            pk: (count, openness)
            for pk, count, openness in rows.values_list("pk", "shown_count", "openness")
        }

    return part(f"discussions:{article}:{','.join(map(str, others))}", read)
