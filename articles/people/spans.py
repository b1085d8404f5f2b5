"""What days a date can mean, and whether two terms of office really overlapped."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from ..choices import DatePrecision, TenureKind
from ..models import Tenure


@dataclass(frozen=True)
class Span:
    """The days on which an office was held for certain: `start` is in it, `end` is not."""

    start: datetime.date
    end: datetime.date

    def overlaps(self, other: Span) -> bool:
        """Whether both share a day. The day of a handover is nobody's twice."""
        return max(self.start, other.start) < min(self.end, other.end)


def certain_span(tenure: Tenure, today: datetime.date) -> Span | None:
    """The days that are certain; None when the dates leave none.

    A beginning known to the month is certain from its last day, an end known to the month until
    its first: "until August 2017" and "from 9 August 2017" do not overlap. An office without an
    end is held today; of one without a beginning only the last day is certain.
    """
    ended, started = tenure.ended_on, tenure.started_on
    end = first_day(ended, tenure.end_precision) if ended else datetime.date.max
    if started and tenure.start_precision != DatePrecision.UNKNOWN:
        start = last_day(started, tenure.start_precision)
    else:
        start = today if end > today else end - datetime.timedelta(days=1)
    return Span(start, end) if start < end else None


def crowding(tenure: Tenure, today: datetime.date) -> list[Tenure]:
    """Definitive tenures of others that, with this one, are more than the post has seats.

    Those that stand in for somebody (Plt., Pj., …) take no seat, and neither does another tenure
    of the same person. Empty when at no time too many held it for certain.
    """
    span = certain_span(tenure, today)
    if tenure.kind != TenureKind.DEFINITIVE or span is None:
        return []
    rows = (
        Tenure.objects.filter(post=tenure.post_id, kind=TenureKind.DEFINITIVE)
        .exclude(pk=tenure.pk)
        .select_related("person__merged_into")
        .order_by("started_on", "id")
    )
    own = tenure.person.standing_entry.pk
    beside = [
        (row, other)
        for row in rows
        if row.person.standing_entry.pk != own
        and (other := certain_span(row, today))
        and other.overlaps(span)
    ]
    starts = [span.start, *(other.start for _row, other in beside if other.start >= span.start)]
    for day in starts:
        there = [row for row, other in beside if other.start <= day < other.end]
        if _people(there) + 1 > tenure.post.seats:
            return there
    return []


def were_together(one: Sequence[Tenure], other: Iterable[Tenure], today: datetime.date) -> bool:
    """Whether a tenure of one side and one of the other overlapped for certain."""
    spans = list(filter(None, (certain_span(tenure, today) for tenure in one)))
    return any(
        span.overlaps(mine)
        for tenure in other
        if (span := certain_span(tenure, today))
        for mine in spans
    )


def _people(tenures: Iterable[Tenure]) -> int:
    return len({tenure.person.standing_entry.pk for tenure in tenures})


def first_day(day: datetime.date, precision: str) -> datetime.date:
    """The first day that a date, known to the day, the month or the year, can mean.

    Of one whose precision is unknown no more than the year is believed.
    """
    if precision in {DatePrecision.YEAR, DatePrecision.UNKNOWN}:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if precision == DatePrecision.MONTH else day


def last_day(day: datetime.date, precision: str) -> datetime.date:
    """The last day that such a date can mean."""
    if precision in {DatePrecision.YEAR, DatePrecision.UNKNOWN}:
        return day.replace(month=12, day=31)
    if precision == DatePrecision.MONTH:
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day


def in_words(day: datetime.date | None, precision: str = DatePrecision.DAY) -> str:
    """A date as far as it is known, in the reader's language: "May 2024"; "" for none."""
    formats = {DatePrecision.DAY: "j F Y", DatePrecision.MONTH: "F Y"}
    return date_format(day, formats.get(DatePrecision(precision), "Y")) if day else ""
