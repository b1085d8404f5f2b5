"""What is read most: the one rule behind Terpopuler, wherever it stands."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.db.models import Sum
from django.utils import timezone

from . import agenda
from .models import Article, ArticleViews

# What is kept with a ranking in it shows one that was counted so long ago at most.
COUNTED_EVERY = datetime.timedelta(minutes=5)
# More than are shown are looked up at once: some were paid for, withdrawn or are just being read.
SPARE = 15


class Span(Enum):
    """Which readers a ranking speaks of; NONE: nobody was counted, so there is no ranking."""

    DAY = datetime.timedelta(hours=24)
    WEEK = datetime.timedelta(days=7)
    NONE = datetime.timedelta()


@dataclass(frozen=True)
class Ranking:
    """Stories, the most read first, and the span that they were read in."""

    stories: Sequence[Article]
    span: Span


def most_read(count: int, *, beside: Article | None = None, with_photos: bool = False) -> Ranking:
    """The stories that were read most in the last 24 hours; when nobody was counted in them, in 7 days.

    Never a paid story, nor what the public may not see any more. Three queries, two when something was
    read today or nothing was all week.

    Args:
        beside: a story that is left out, since the reader is on it.
        with_photos: fetch what a list shows instead of what a line does; one query more.
    """
    agenda.until_in(COUNTED_EVERY)
    for span in (Span.DAY, Span.WEEK):
        # One more, for the one that is left out.
        if stories := _read(span.value, count + 1, with_photos):
            return Ranking([story for story in stories if story != beside][:count], span)
    return Ranking([], Span.NONE)


def _read(span: datetime.timedelta, count: int, with_photos: bool) -> list[Article]:
    """The most read public stories since then; of those read alike the newer first.

    The sums come from the index of views alone; who may be named is asked of the first few, and of
    the next ones only where too many of these may not.
    """
    read = (
        ArticleViews.objects.filter(hour__gt=timezone.now() - span)
        .values("article_id")
        .annotate(total=Sum("views"))
        .order_by("-total", "-article_id")
        .values_list("article_id", flat=True)
    )
    public = Article.objects.published().unpaid()
    shown = public.for_list() if with_photos else public.for_line()
    stories: list[Article] = []
    for start in itertools.count(0, step := count + SPARE):
        keys = list(read[start : start + step])
        found = {story.pk: story for story in shown.filter(pk__in=keys)} if keys else {}
        stories += [found[key] for key in keys if key in found]
        if len(stories) >= count or len(keys) < step:
            break
    return stories[:count]
