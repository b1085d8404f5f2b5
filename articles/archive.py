"""How many stories came out when, without counting them: for the archive's pages and the sitemaps.

What has come out before is read from the tables that the database keeps (`models.archive`). What may not have come
out yet stands in the present hour or since yesterday, and what has an end is known by an index: these few stories are
counted as they are. So the sums are what `published()` says at this moment, whatever is scheduled.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear, Greatest, TruncMonth
from django.utils import timezone

from .models import ArchiveDay, ArchiveHour, Article, Correction

# A day of an address is at most this much older than the moment of publication: clocks differ.
UNSETTLED = datetime.timedelta(days=1)

Part = type[ExtractDay | ExtractMonth | ExtractYear]


def counts(start: datetime.datetime, end: datetime.datetime, part: Part) -> dict[int, int]:
    """How many public stories each day, month or year has from `start` to `end`; one query.

    Args:
        part: what of the publication's clock the keys are. What has none is not in the result.
    """
    zone = timezone.get_default_timezone()
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    settled = (
        ArchiveHour.objects.filter(hour__gte=start, hour__lt=min(end, hour), stories__gt=0)
        .order_by()
        .annotate(part=part("hour", tzinfo=zone))
        .values_list("part")
        .annotate(count=Sum("stories"))
    )

    def alive(stories: QuerySet) -> QuerySet:
        return (
            stories.order_by()
            .annotate(part=part("publish_at", tzinfo=zone))
            .values_list("part")
            .annotate(count=Count("pk"))
        )

    public = Article.objects.published().published_between(start, end)
    found: dict[int, int] = {}
    for key, count in settled.union(
        *map(alive, _unsettled(public, publish_at__gte=hour)), all=True
    ):
        found[key] = found.get(key, 0) + count
    return found


def years() -> dict[int, int]:
    """How many public stories each year has, the newest first; one query."""
    ever = (
        moment.replace(tzinfo=datetime.UTC)
        for moment in (datetime.datetime.min, datetime.datetime.max)
    )
    return dict(sorted(counts(*ever, ExtractYear).items(), reverse=True))


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
