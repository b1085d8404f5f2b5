"""How many stories came out when, without counting them: for the archive's pages and the sitemaps.

What has come out before is read from the tables that the database keeps (`models.archive`). What may not have come
out yet stands in the present hour, today or since yesterday, and what has an end is known by an index: these few
stories are counted as they are. So the sums are what `published()` says at this moment, whatever is scheduled.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear, Greatest, TruncMonth
from django.utils import timezone

from .models import ArchiveDay, ArchiveHour, ArchiveSpan, Article, Correction

# A day of an address is at most this much older than the moment of publication: clocks differ.
UNSETTLED = datetime.timedelta(days=1)

Part = type[ExtractDay | ExtractMonth | ExtractYear]


def counts(start: datetime.datetime, end: datetime.datetime, part: Part) -> dict[int, int]:
    """How many public stories each day, month or year has from `start` to `end`; one query.

    Args:
        part: what of the publication's clock the keys are. What has none is not in the result.
    """
    border = timezone.now().replace(minute=0, second=0, microsecond=0)
    hours = _of_hours(
        part, "hour", ArchiveHour.objects.filter(hour__lt=min(end, border), hour__gte=start)
    )
    public = Article.objects.published().published_between(start, end)
    return _with_unsettled([hours], public, border, part)


def years() -> dict[int, int]:
    """How many public stories each year has, the newest first; one query."""
    # Until the day of UTC is over, its sum may have what has not come out yet.
    border = (
        timezone.now().astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    spans = ArchiveSpan.objects.filter(begins__lt=border)
    days = spans.filter(year__isnull=False)
    kept = [
        _of_hours(ExtractYear, "begins", spans.filter(year=None)),
        days.filter(stories__gt=0).order_by().values_list("year").annotate(count=Sum("stories")),
    ]
    found = _with_unsettled(kept, Article.objects.published(), border, ExtractYear)
    return dict(sorted(found.items(), reverse=True))


def _of_hours(part: Part, moment: str, rows: QuerySet) -> QuerySet:
    """By that part of the publication's clock, the sums of these rows of hours."""
    return (
        rows.filter(stories__gt=0)
        .order_by()
        .annotate(part=part(moment, tzinfo=timezone.get_default_timezone()))
        .values_list("part")
        .annotate(count=Sum("stories"))
    )


def _with_unsettled(
    kept: list[QuerySet], public: QuerySet, border: datetime.datetime, part: Part
) -> dict[int, int]:
    """The sums that are kept of what came out before `border`, with the public stories that these do not speak of."""
    zone = timezone.get_default_timezone()

    def alive(stories: QuerySet) -> QuerySet:
        return (
            stories.order_by()
            .annotate(part=part("publish_at", tzinfo=zone))
            .values_list("part")
            .annotate(count=Count("pk"))
        )

    first, *others = [*kept, *map(alive, _unsettled(public, publish_at__gte=border))]
    found: dict[int, int] = {}
    for key, count in first.union(*others, all=True):
        found[key] = found.get(key, 0) + count
    return found


def months() -> list[tuple[datetime.date, int, datetime.datetime]]:
    """The months of public addresses, newest first: the first day, how many stories, their last change; one query."""
    border = timezone.localdate() - UNSETTLED
    settled = (
        ArchiveDay.objects.filter(day__lt=border, stories__gt=0)
        .order_by()
        .annotate(month=TruncMonth("day"))
        .values_list("month")
        .annotate(count=Sum("stories"), last=Max("changed_at"))
    )

    def alive(stories: QuerySet) -> QuerySet:
        return (
            with_last_change(stories)
            .order_by()
            .annotate(month=TruncMonth("published_on"))
            .values_list("month")
            .annotate(count=Count("pk"), last=Max("changed_at"))
        )

    public = Article.objects.published()
    found: dict[datetime.date, tuple[int, datetime.datetime]] = {}
    for month, count, last in settled.union(
        *map(alive, _unsettled(public, published_on__gte=border)), all=True
    ):
        known = found.get(month)
        found[month] = (known[0] + count, max(known[1], last)) if known else (count, last)
    return [(month, *found[month]) for month in sorted(found, reverse=True)]


def with_last_change(stories: QuerySet) -> QuerySet:
    """These stories, each with `changed_at`: its last change or correction."""
    corrected = (
        Correction.objects.filter(article=OuterRef("pk"))
        .order_by("-created_at", "-id")
        .values("created_at")[:1]
    )
    # PostgreSQL's GREATEST passes over empty values.
    return stories.annotate(changed_at=Greatest("publish_at", "updated_at", Subquery(corrected)))


def _unsettled(public: QuerySet, **since: Any) -> tuple[QuerySet, QuerySet]:
    """Those that the tables do not speak of: what is new, and what has an end."""
    return (
        public.filter(unpublish_at__isnull=True, **since),
        public.filter(unpublish_at__isnull=False),
    )
