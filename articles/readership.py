"""What is read most: the one rule behind Terpopuler, wherever it stands."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.db.models import Sum
from django.utils import timezone

from .models import Article, ArticleViews


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
    for span in (Span.DAY, Span.WEEK):
        if keys := _keys(span.value, count + 1):
            break
    else:
        return Ranking([], Span.NONE)
    public = Article.objects.published().filter(pk__in=keys)
    found = {story.pk: story for story in (public.for_list() if with_photos else public.for_line())}
    stories = [found[key] for key in keys if key in found and found[key] != beside]
    return Ranking(stories[:count], span)


def _keys(span: datetime.timedelta, count: int) -> list[int]:
    """Keys of public stories by their views since then; of those read alike the newer first."""
    read = (
        ArticleViews.objects.filter(
            hour__gt=timezone.now() - span, article__in=Article.objects.published().unpaid()
        )
        .values("article_id")
        .annotate(total=Sum("views"))
        .order_by("-total", "-article_id")
    )
    return [row["article_id"] for row in read[:count]]
