"""Makes hours of events: what was served, measured, viewable and clicked, and how often stories were read.

Events arrive in any order and up to two hours late, so nothing is judged when it arrives: an hour is made anew from
all its events each time, and gives the same rows however often and in whatever pieces it is made.

- A creative counts as *served* when its page arrived; all else of a showing that was never served is `unserved`.
- *Viewable* is measured too, even if the measuring was told in a beacon that got lost.
- A *click* counts when the creative was viewable; one without is an `unseen_click`.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import ngettext

from . import partitions, tokens
from .choices import FOUND_BY_ROLL_UP
from .events import hour_of
from .snapshot import midnight

HOUR = datetime.timedelta(hours=1)
_NEVER = datetime.timedelta(days=36500)
# Within it the last event of an hour has come, and clocks of several servers agree.
SETTLED = datetime.timedelta(seconds=tokens.TELLABLE_SECONDS) + datetime.timedelta(minutes=10)
# One roll-up at a time, on whatever server: 0x61647331 is "ads1".
_LOCK = "SELECT pg_advisory_xact_lock(1633973041)"

_CONCERNED = """
    SELECT DISTINCT c.flight_id FROM ads_hourcount h JOIN ads_creative c ON c.id = h.creative_id
    WHERE h.hour >= %(first)s AND h.hour < %(end)s
"""
_CLEAR = (
    "DELETE FROM ads_hourcount WHERE hour >= %(first)s AND hour < %(end)s",
    "DELETE FROM ads_discard WHERE hour >= %(first)s AND hour < %(end)s AND reason = ANY(%(reasons)s)",
    "DELETE FROM articles_articleviews WHERE hour >= %(first)s AND hour < %(end)s",
)
# One pass over the events, by showing. What names a placement, creative or section that is not there any more
# (a restored database) cannot be kept under it.
_COUNT = """
WITH showing AS (
    SELECT date_trunc('hour', min(at), %(zone)s) AS hour,
        min(placement_id) AS placement, min(creative_id) AS creative,
        coalesce(min(section_id) FILTER (WHERE kind = 's'), min(section_id)) AS section,
        coalesce(min(device) FILTER (WHERE kind = 's'), min(device)) AS device,
        bool_or(kind = 's') AS is_served, bool_or(kind IN ('m', 'v')) AS is_measured,
        bool_or(kind = 'v') AS is_viewable, bool_or(kind = 'c') AS is_clicked,
        count(*) AS told
    FROM ads_event
    WHERE day >= %(first_day)s AND day <= %(last_day)s AND at >= %(first)s AND at < %(end)s AND kind <> 'p'
    GROUP BY day, showing
), known AS (
    SELECT e.*, s.id AS section_id FROM showing e
    JOIN ads_placement p ON p.id = e.placement LEFT JOIN articles_section s ON s.id = e.section
    WHERE e.creative IS NULL OR EXISTS (SELECT 1 FROM ads_creative c WHERE c.id = e.creative)
), counted AS (
    INSERT INTO ads_hourcount
        (hour, placement_id, creative_id, section_id, device, served, measured, viewable, clicks)
    SELECT hour, placement, creative, section_id, device, count(*), count(*) FILTER (WHERE is_measured),
        count(*) FILTER (WHERE is_viewable), count(*) FILTER (WHERE is_viewable AND is_clicked)
    FROM known WHERE is_served GROUP BY hour, placement, creative, section_id, device
)
INSERT INTO ads_discard (hour, reason, placement_id, creative_id, count)
SELECT hour, CASE WHEN is_served THEN 'unseen_click' ELSE 'unserved' END, placement, creative,
    sum(CASE WHEN is_served THEN 1 ELSE told END)
FROM known WHERE NOT is_served OR (is_clicked AND NOT is_viewable)
GROUP BY hour, is_served, placement, creative
"""
_VIEWS = """
    INSERT INTO articles_articleviews (article_id, hour, views)
    SELECT e.article_id, date_trunc('hour', e.at, %(zone)s), count(*)
    FROM ads_event e JOIN articles_article a ON a.id = e.article_id
    WHERE e.day >= %(first_day)s AND e.day <= %(last_day)s AND e.at >= %(first)s AND e.at < %(end)s AND e.kind = 'p'
    GROUP BY 1, 2
"""
_DELIVERY = """
    INSERT INTO ads_delivery (flight_id, served, viewable, clicks)
    SELECT f.id, coalesce(sum(h.served), 0), coalesce(sum(h.viewable), 0), coalesce(sum(h.clicks), 0)
    FROM ads_flight f LEFT JOIN ads_creative c ON c.flight_id = f.id LEFT JOIN ads_hourcount h ON h.creative_id = c.id
    WHERE f.id = ANY(%(flights)s) GROUP BY f.id
    ON CONFLICT (flight_id) DO UPDATE
        SET served = excluded.served, viewable = excluded.viewable, clicks = excluded.clicks
"""
_DONE = """
    INSERT INTO ads_rolledhour (hour, rolled_at)
    SELECT hour, %(now)s FROM generate_series(%(first)s, %(last)s, interval '1 hour') AS hour
    ON CONFLICT (hour) DO UPDATE SET rolled_at = excluded.rolled_at
"""
# Hours of a day's table that are not done, first, so that only those few are looked up among the events.
_UNDONE = """
WITH undone AS MATERIALIZED (
    SELECT hour FROM generate_series(%(first)s, %(last)s, interval '1 hour') AS hour
    WHERE NOT EXISTS (
        SELECT 1 FROM ads_rolledhour r WHERE r.hour = hour.hour AND r.rolled_at >= hour.hour + %(settled)s)
)
-- Laterally: one look into the index for each, instead of reading all events to join them.
SELECT hour FROM undone CROSS JOIN LATERAL (
    SELECT 1 FROM ads_event e WHERE e.day = (hour AT TIME ZONE %(zone)s)::date
        AND e.at >= hour AND e.at < hour + interval '1 hour' LIMIT 1) AS event
ORDER BY hour
"""


class EventsGone(Exception):
    """The events of these days are not there, so their hours cannot be made anew; its text says so to a person."""

    def __init__(self, days: Iterable[datetime.date]) -> None:
        self.days = sorted(days)
        first, last = self.days[0], self.days[-1]
        super().__init__(
            ngettext(
                "The events of %(first)s are no longer kept; its figures stay as they are.",
                "The events of %(count)s days from %(first)s to %(last)s are no longer kept; their "
                "figures stay as they are.",
                len(self.days),
            )
            % {"count": len(self.days), "first": first, "last": last}
        )


def make_again(hours: Sequence[datetime.datetime]) -> None:
    """Have hours made anew by the next job, since events of theirs come after they were settled.

    Called at the beginning of the transaction that brings the events: no roll-up runs until it ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute("DELETE FROM ads_rolledhour WHERE hour = ANY(%s)", [list(hours)])


def roll_up(first: datetime.datetime, last: datetime.datetime) -> None:
    """Make the hours from that of `first` to that of `last`, both included, anew from their events.

    All or nothing, and one caller at a time. Raises EventsGone, and changes nothing, when a day of them
    has no table of events: what was made of it while it had one is all there is.
    """
    first, last = hour_of(first), hour_of(last)
    if last < first:
        raise ValueError("The last hour is before the first.")
    values = {
        "zone": settings.TIME_ZONE,
        "first": first,
        "last": last,
        "end": last + HOUR,
        "first_day": first.date(),
        "last_day": last.date(),
        "reasons": [str(reason) for reason in FOUND_BY_ROLL_UP],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if gone := _days(first, last) - set(partitions.days()):
            raise EventsGone(gone)
        # Taken before the events are read: what is committed afterwards is not in these figures.
        values["now"] = timezone.now()
        cursor.execute(_CONCERNED, values)
        flights = {flight for (flight,) in cursor.fetchall()}
        for statement in (*_CLEAR, _COUNT, _VIEWS):
            cursor.execute(statement, values)
        cursor.execute(_CONCERNED, values)
        flights |= {flight for (flight,) in cursor.fetchall()}
        cursor.execute(_DELIVERY, {"flights": sorted(flights)})
        cursor.execute(_DONE, values)


def undone() -> list[datetime.datetime]:
    """The hours that have events and were not rolled up since their last could come, oldest first.

    When all goes well these are the last three.
    """
    known = partitions.days()
    return _hours(midnight(known[0]), timezone.now(), HOUR + SETTLED) if known else []


def undone_of(day: datetime.date) -> list[datetime.datetime]:
    """Those of one day."""
    return _hours(midnight(day), last_hour(day), HOUR + SETTLED)


def catch_up() -> int:
    """Roll up whatever is undone; how many hours that were."""
    return _roll_up_each(undone())


def again(days: int) -> int:
    """Roll up today's hours and those of `days` before it once more, done or not; how many."""
    first = timezone.localdate() - datetime.timedelta(days=days)
    return _roll_up_each(_hours(midnight(first), timezone.now(), _NEVER))


def rebuild(
    first: datetime.date,
    last: datetime.date,
    progress: Callable[[datetime.date], object] = lambda day: None,
) -> None:
    """Make whole days anew, each in a transaction of its own.

    `progress` is called after each. Raises EventsGone before anything is done when the events of one are
    not there any more.
    """
    days = list(_each_day(first, last))
    if gone := set(days) - set(partitions.days()):
        raise EventsGone(gone)
    for day in days:
        roll_up(midnight(day), last_hour(day))
        progress(day)


def last_hour(day: datetime.date) -> datetime.datetime:
    return midnight(day + datetime.timedelta(days=1)) - HOUR


def _roll_up_each(hours: Iterable[datetime.datetime]) -> int:
    """Day by day, so that no transaction is long after a pause of the jobs."""
    count = 0
    for _day, found in itertools.groupby(hours, timezone.localdate):
        of_day = list(found)
        roll_up(of_day[0], of_day[-1])
        count += len(of_day)
    return count


def _hours(
    first: datetime.datetime, last: datetime.datetime, settled: datetime.timedelta
) -> list[datetime.datetime]:
    """Hours with events that were not rolled up as long as `settled` after they began."""
    values = {
        "first": hour_of(first),
        "last": hour_of(last),
        "zone": settings.TIME_ZONE,
        "settled": settled,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNDONE, values)
        return [hour for (hour,) in cursor.fetchall()]


def _days(first: datetime.datetime, last: datetime.datetime) -> set[datetime.date]:
    return set(_each_day(first.date(), last.date()))


def _each_day(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    for number in range((last - first).days + 1):
        yield first + datetime.timedelta(days=number)
