"""A month of moderation in figures, for everybody to read.

From events and reports alone, which are never changed: what a page said of a month it says again
next year. A month is the publication's own, so that midnight is midnight there. A decision that
was taken back within its ten seconds counts as none.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from pagecache.replica import reading

from .choices import Reason
from .models import REPORT_DEADLINE, ModerationEvent

# By then nobody can take a decision back any more.
_TAKEN_BACK_WITHIN = datetime.timedelta(minutes=1)
# How long a month is kept, in seconds.
_OPEN = 60
_FIRST = 3600
_SETTLED = 30 * 24 * 3600


@dataclass(frozen=True, order=True)
class Month:
    year: int
    month: int

    @classmethod
    def of(cls, moment: datetime.datetime) -> Month:
        there = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
        return cls(there.year, there.month)

    @property
    def first_day(self) -> datetime.date:
        return datetime.date(self.year, self.month, 1)

    @property
    def starts_at(self) -> datetime.datetime:
        zone = ZoneInfo(settings.TIME_ZONE)
        return datetime.datetime(self.year, self.month, 1, tzinfo=zone)

    def shifted(self, by: int) -> Month:
        number = self.year * 12 + self.month - 1 + by
        return Month(number // 12, number % 12 + 1)


@dataclass(frozen=True)
class Figures:
    """One month. Times are durations; `within` is a share in percent, None without reports."""

    month: Month
    received: int
    shown: int
    rejected: dict[str, int]
    rejected_by_rule: int
    spam: int
    removed: int
    erased: int
    by_rule: int
    by_person: int
    reports: int
    handled: int
    overdue: int
    median: datetime.timedelta | None
    longest: datetime.timedelta | None
    within: int | None
    answered_at: datetime.datetime | None

    @property
    def hidden(self) -> int:
        return sum(self.rejected.values()) + self.rejected_by_rule + self.spam

    @property
    def is_empty(self) -> bool:
        return not (self.received or self.by_person or self.reports or self.removed)


# An event that the next one took back is as if it had not been.
_EVENTS = """
    WITH lasting AS (
        SELECT e.* FROM comments_moderationevent e
        WHERE e.created_at >= %(start)s AND e.created_at < %(end)s
          AND e.action IN ('received', 'decided', 'edited', 'removed', 'erased')
          AND NOT (e.action = 'decided' AND (
              SELECT after.action FROM comments_moderationevent after
              WHERE after.comment_id = e.comment_id AND after.id > e.id
              ORDER BY after.id LIMIT 1) IS NOT DISTINCT FROM 'undone')
    )
    SELECT
        count(*) FILTER (WHERE action = 'received'),
        count(DISTINCT comment_id) FILTER (
            WHERE to_state IN ('unreviewed', 'approved')
              AND from_state NOT IN ('unreviewed', 'approved')),
        count(*) FILTER (WHERE to_state = 'rejected' AND from_state <> 'rejected'
                           AND action IN ('received', 'edited')),
        count(*) FILTER (WHERE to_state = 'spam' AND from_state <> 'spam'),
        count(*) FILTER (WHERE action = 'removed'),
        count(*) FILTER (WHERE action = 'erased'),
        count(*) FILTER (WHERE action IN ('received', 'edited')
                           AND to_state IN ('rejected', 'spam') AND from_state <> to_state),
        count(*) FILTER (WHERE action = 'decided'),
        (SELECT coalesce(jsonb_object_agg(reason, n), '{}') FROM (
            SELECT reason, count(*) AS n FROM lasting
            WHERE action = 'decided' AND to_state = 'rejected' GROUP BY reason) by_reason)
    FROM lasting
"""
_REPORTS = """
    SELECT
        count(*),
        count(handled_at),
        count(*) FILTER (WHERE handled_at IS NULL AND due_at <= %(now)s),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY handled_at - created_at)
            FILTER (WHERE handled_at IS NOT NULL),
        max(handled_at - created_at),
        max(handled_at),
        count(*) FILTER (WHERE handled_at - created_at <= %(deadline)s)
    FROM comments_report WHERE created_at >= %(start)s AND created_at < %(end)s
"""
_RECEIVED = """
    SELECT date_trunc('month', created_at AT TIME ZONE %(zone)s)::date, count(*)
    FROM comments_moderationevent
    WHERE action = 'received' AND created_at >= %(start)s AND created_at < %(end)s
    GROUP BY 1
"""


def of_month(month: Month) -> Figures:
    """The figures of a month, kept for a while: see `_kept_for`."""
    reading.leave()
    key = f"figures:{month.year}-{month.month}:1"
    found: Figures | None = cache.get(key)
    if found is None:
        found = counted(month)
        cache.set(key, found, _kept_for(found))
    return found


def _kept_for(found: Figures) -> int:
    """In seconds: long once nothing can change the month any more, a minute until then.

    An event belongs to the month in which it happens, a report to the one in which it came. So a
    month is settled when it is over, each of its reports is handled, and the last decision about
    them can no longer be taken back.
    """
    ended_at = found.month.shifted(1).starts_at
    last = max(ended_at, found.answered_at or ended_at) + _TAKEN_BACK_WITHIN
    is_settled = timezone.now() > last and found.handled == found.reports
    return _SETTLED if is_settled else _OPEN


def counted(month: Month) -> Figures:
    """The figures of a month; two queries, each an aggregate over the month's rows."""
    span: dict[str, Any] = {"start": month.starts_at, "end": month.shifted(1).starts_at}
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, span)
        events = cursor.fetchone()
        span |= {"now": timezone.now(), "deadline": REPORT_DEADLINE}
        cursor.execute(_REPORTS, span)
        reports, handled, overdue, median, longest, answered_at, in_time = cursor.fetchone()
    numbers, by_reason = events[:-1], events[-1]
    # Django leaves a jsonb that no field reads as text.
    by_reason = json.loads(by_reason)
    received, shown, rejected_by_rule, spam, removed, erased, by_rule, by_person = numbers
    # What nobody had to answer yet says nothing about how quick the answers are.
    judged = handled + overdue
    return Figures(
        month=month,
        received=received,
        shown=shown,
        rejected={reason: by_reason[reason] for reason in Reason.values if reason in by_reason},
        rejected_by_rule=rejected_by_rule,
        spam=spam,
        removed=removed,
        erased=erased,
        by_rule=by_rule,
        by_person=by_person,
        reports=reports,
        handled=handled,
        overdue=overdue,
        median=median,
        longest=longest,
        within=100 * in_time // judged if judged else None,
        answered_at=answered_at,
    )


def received_by_month(last: Month, *, months: int = 12) -> list[tuple[Month, int]]:
    """How many comments came in each of the months up to `last`, the oldest first.

    Months that are over are kept for long, the present one as `of_month` keeps it.
    """
    reading.leave()
    wanted = [last.shifted(step) for step in range(1 - months, 1)]
    now = Month.of(timezone.now())
    over = [month for month in wanted if month < now]
    found: dict[Month, int] = {}
    if over:
        key = f"figures-received:{over[0].year}-{over[0].month}:{len(over)}"
        kept: dict[Month, int] | None = cache.get(key)
        if kept is None:
            kept = _received(over[0], over[-1])
            cache.set(key, kept, _SETTLED)
        found |= kept
    for month in wanted[len(over) :]:
        found[month] = of_month(month).received
    return [(month, found.get(month, 0)) for month in wanted]


def _received(first: Month, last: Month) -> dict[Month, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            _RECEIVED,
            {
                "zone": settings.TIME_ZONE,
                "start": first.starts_at,
                "end": last.shifted(1).starts_at,
            },
        )
        return {Month(day.year, day.month): number for day, number in cursor.fetchall()}


def first_month() -> Month | None:
    """The month of the first event that was kept; None before there is one."""
    reading.leave()
    known: Month | None = cache.get("figures:first")
    if known:
        return known
    moment = (
        ModerationEvent.objects.order_by("created_at").values_list("created_at", flat=True).first()
    )
    if moment is None:
        return None
    first = Month.of(moment)
    cache.set("figures:first", first, _FIRST)
    return first
