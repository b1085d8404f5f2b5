"""Which arrangement stands, which come, and which get in each other's way."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from pagecache import instant

from ..choices import FrontSlot
from ..models import Article, FrontLayout, FrontPlacement
from .slots import Placed

# Two arrangements that start so close together are one that somebody did not know of.
CLOSE = datetime.timedelta(minutes=30)
# Nobody plans a page further ahead; a year such as 9999 is a slip of the finger.
FURTHEST = datetime.timedelta(days=366)


def standing(at: datetime.datetime) -> QuerySet[FrontLayout]:
    """Arrangements that have begun by then, the one that readers see first."""
    return FrontLayout.objects.filter(is_cancelled=False, starts_at__lte=at).order_by(
        "-starts_at", "-id"
    )


def in_force(at: datetime.datetime | None = None) -> FrontLayout | None:
    """The arrangement that readers see now, or would see at a time to come; None for the automatic page."""
    return standing(at or instant.now()).select_related("created_by").first()


def planned(
    start: datetime.datetime | None = None, end: datetime.datetime | None = None
) -> QuerySet[FrontLayout]:
    """Arrangements that begin after now, or in the half-open span from `start` to `end`; the next first."""
    span = {"starts_at__gte": start} if start else {"starts_at__gt": instant.now()}
    if end:
        span["starts_at__lt"] = end
    return FrontLayout.objects.filter(is_cancelled=False, **span).order_by("starts_at", "id")


def with_stories(layouts: QuerySet[FrontLayout]) -> QuerySet[FrontLayout]:
    """With who arranged them, and their placements with the stories as lines show them; two queries."""
    placements = FrontPlacement.objects.select_related("article__section", "article__place").defer(
        "article__body", "article__search", "article__standfirst"
    )
    return layouts.select_related("created_by", "cancelled_by").prefetch_related(
        Prefetch("placements", queryset=placements)
    )


def placed_in(layout: FrontLayout) -> tuple[Placed, ...]:
    """What stands where in an arrangement."""
    return tuple(
        Placed(FrontSlot(row.slot), row.position, row.article_id, row.until)
        for row in layout.placements.all()
    )


def lead_of(layout: FrontLayout) -> Article | None:
    """The story that leads; None for a lead that fills itself. For layouts `with_stories`."""
    return next((p.article for p in layout.placements.all() if p.slot == FrontSlot.LEAD), None)


@dataclass(frozen=True)
class Clash:
    """Two arrangements that start close together with different lead stories."""

    first: FrontLayout
    second: FrontLayout


def clashes(start: datetime.datetime, end: datetime.datetime) -> list[Clash]:
    """The clashes of arrangements that begin in the half-open span, for a calendar; two queries."""
    return among(list(with_stories(planned(start, end))))


def among(layouts: Sequence[FrontLayout]) -> list[Clash]:
    """The clashes among arrangements `with_stories`, in the order in which they begin."""
    return [
        Clash(first, second)
        for index, first in enumerate(layouts)
        for second in layouts[index + 1 :]
        if second.starts_at - first.starts_at < CLOSE and _is_other(first, lead_of(second))
    ]


def clashing(
    lead: int | None, starts_at: datetime.datetime, *, without: Iterable[int] = ()
) -> list[FrontLayout]:
    """Planned arrangements, `with_stories`, that start close to that time with another lead story.

    `without` are keys of arrangements that will be given up. A lead that fills itself clashes with none.
    """
    now = instant.now()
    if lead is None or not now - CLOSE < starts_at < now + FURTHEST:
        return []
    near = planned(starts_at - CLOSE, starts_at + CLOSE).filter(starts_at__gt=now)
    found = with_stories(near.exclude(pk__in=list(without)))
    return [layout for layout in found if _is_other(layout, Article(pk=lead))]


def _is_other(layout: FrontLayout, lead: Article | None) -> bool:
    own = lead_of(layout)
    return own is not None and lead is not None and own.pk != lead.pk


def not_public_at(placed: Sequence[Placed], at: datetime.datetime) -> list[Article]:
    """Placed stories that readers would not see at that time: their slots fill themselves until then."""
    keys = [one.article for one in placed]
    public = Article.objects.published(at=at).filter(pk__in=keys)
    return list(Article.objects.for_line().filter(pk__in=keys).exclude(pk__in=public.values("pk")))
