"""What was counted, added up in every way that a report prints.

One statement makes all sums, so that they come from the same moment: every breakdown adds up to the
same total, whatever is rolled up meanwhile.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection

from .period import Period


@dataclass(frozen=True, slots=True)
class Figures:
    """Served ≥ measured ≥ viewable ≥ clicks. A rate is None where there is nothing to divide by."""

    served: int = 0
    measured: int = 0
    viewable: int = 0
    clicks: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.served + other.served,
            self.measured + other.measured,
            self.viewable + other.viewable,
            self.clicks + other.clicks,
        )

    @property
    def viewable_rate(self) -> float | None:
        """Viewable of those that could be measured, in percent."""
        return 100 * self.viewable / self.measured if self.measured else None

    @property
    def click_rate(self) -> float | None:
        """Clicks of viewable views, in percent."""
        return 100 * self.clicks / self.viewable if self.viewable else None

    @property
    def numbers(self) -> list[int]:
        return [self.served, self.measured, self.viewable, self.clicks]


# Column of the statement below, in its order; a breakdown is named by those that it groups by.
_COLUMNS = ("flight", "creative", "placement", "section", "device", "day", "clock")
BREAKDOWNS: tuple[tuple[str, ...], ...] = (
    (),
    ("flight",),
    ("creative",),
    ("placement",),
    ("section",),
    ("device",),
    ("day",),
    ("clock",),
    ("flight", "day"),
)

_COUNTED = """
    SELECT grouping({columns}), {columns}, sum(served), sum(measured), sum(viewable), sum(clicks)
    FROM (
        SELECT c.flight_id AS flight, h.creative_id AS creative, h.placement_id AS placement,
            h.section_id AS section, h.device, (h.hour AT TIME ZONE %(zone)s)::date AS day,
            extract(hour FROM h.hour AT TIME ZONE %(zone)s)::int AS clock,
            h.served, h.measured, h.viewable, h.clicks
        FROM ads_hourcount h JOIN ads_creative c ON c.id = h.creative_id
        WHERE c.flight_id = ANY(%(flights)s) AND h.hour >= %(start)s AND h.hour < %(end)s
    ) counted
    GROUP BY GROUPING SETS ({sets})
""".format(  # names of our own alone; every value is a parameter
    columns=", ".join(_COLUMNS), sets=", ".join(f"({', '.join(one)})" for one in BREAKDOWNS)
)
_DISCARDED = """
    SELECT c.flight_id, d.creative_id, d.reason, sum(d.count)
    FROM ads_discard d JOIN ads_creative c ON c.id = d.creative_id
    WHERE c.flight_id = ANY(%(flights)s) AND d.hour >= %(start)s AND d.hour < %(end)s
    GROUP BY 1, 2, 3
"""
_TOTALS = """
    SELECT c.flight_id, sum(h.served), sum(h.measured), sum(h.viewable), sum(h.clicks)
    FROM ads_hourcount h JOIN ads_creative c ON c.id = h.creative_id
    WHERE c.flight_id = ANY(%(flights)s) AND h.hour < %(until)s
    GROUP BY 1
"""
# All views, of whomever, that a sponsorship could have had: at its placements, in its sections, on
# its screens, days and hours.
_WHOLE = """
    SELECT f.id, (h.hour AT TIME ZONE %(zone)s)::date, sum(h.viewable)
    FROM ads_flight f
    JOIN ads_flight_placements p ON p.flight_id = f.id
    JOIN ads_hourcount h ON h.placement_id = p.placement_id
        AND h.hour >= %(start)s AND h.hour < %(end)s
    WHERE f.id = ANY(%(flights)s)
        AND f.days @> (h.hour AT TIME ZONE %(zone)s)::date
        AND f.device IN ('', h.device)
        AND (f.weekdays = '{}'
             OR extract(isodow FROM h.hour AT TIME ZONE %(zone)s)::int = ANY(f.weekdays))
        AND (f.from_hour IS NULL OR CASE
            WHEN f.from_hour < f.until_hour
            THEN extract(hour FROM h.hour AT TIME ZONE %(zone)s) >= f.from_hour
                AND extract(hour FROM h.hour AT TIME ZONE %(zone)s) < f.until_hour
            ELSE extract(hour FROM h.hour AT TIME ZONE %(zone)s) >= f.from_hour
                OR extract(hour FROM h.hour AT TIME ZONE %(zone)s) < f.until_hour END)
        AND (h.section_id IN (SELECT s.section_id FROM ads_flight_sections s WHERE s.flight_id = f.id)
             OR NOT EXISTS (SELECT FROM ads_flight_sections s WHERE s.flight_id = f.id))
    GROUP BY 1, 2
"""
_FREE = """
    SELECT h.placement_id, sum(h.viewable),
           coalesce(sum(h.viewable) FILTER (WHERE h.creative_id IS NULL OR f.kind = 'house'), 0)
    FROM ads_hourcount h
    LEFT JOIN ads_creative c ON c.id = h.creative_id LEFT JOIN ads_flight f ON f.id = c.flight_id
    WHERE h.hour >= %(start)s AND h.hour < %(end)s
    GROUP BY 1
"""
# Where hours were brought along from elsewhere, the end of the last one stands for it.
_LAST = """
    SELECT coalesce((SELECT max(rolled_at) FROM ads_rolledhour),
                    (SELECT max(hour) + interval '1 hour' FROM ads_hourcount))
"""


@dataclass(frozen=True)
class Counted:
    """Sums by breakdown, then by the values of its columns in their order."""

    sums: Mapping[tuple[str, ...], Mapping[tuple[Any, ...], Figures]] = field(default_factory=dict)

    @property
    def total(self) -> Figures:
        return self.sums.get((), {}).get((), Figures())

    def by(self, *columns: str) -> Mapping[Any, Figures]:
        """Sums of one breakdown; by the bare value when it has one column."""
        found = self.sums.get(columns, {})
        return {key[0]: value for key, value in found.items()} if len(columns) == 1 else found


def counted(flights: Sequence[int], period: Period) -> Counted:
    """What the creatives of these flights had in the period; one query, however many they are."""
    if not flights:
        return Counted()
    sums: dict[tuple[str, ...], dict[tuple[Any, ...], Figures]] = {one: {} for one in BREAKDOWNS}
    for mask, *rest in _rows(_COUNTED, flights=list(flights), start=period.start, end=period.end):
        values, numbers = rest[: len(_COLUMNS)], rest[len(_COLUMNS) :]
        # The leftmost column is the highest bit; a bit says that the row is not grouped by it.
        grouped = [
            place for place in range(len(_COLUMNS)) if not mask >> (len(_COLUMNS) - 1 - place) & 1
        ]
        breakdown = tuple(_COLUMNS[place] for place in grouped)
        if numbers[0] is not None:  # the sum over no rows at all
            sums[breakdown][tuple(values[place] for place in grouped)] = Figures(*map(int, numbers))
    return Counted(sums)


def discarded(flights: Sequence[int], period: Period) -> dict[tuple[int, int], dict[str, int]]:
    """How many of what came was not counted, by (flight, creative), then by reason; one query."""
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    span = {"start": period.start, "end": period.end}
    for flight, creative, reason, number in _rows(_DISCARDED, flights=list(flights), **span):
        found[flight, creative][reason] = int(number)
    return found


def totals(flights: Iterable[int], until: datetime.datetime) -> dict[int, Figures]:
    """What each flight had from its beginning up to an instant; one query."""
    rows = _rows(_TOTALS, flights=list(flights), until=until)
    return {flight: Figures(*map(int, numbers)) for flight, *numbers in rows}


def whole(flights: Sequence[int], period: Period) -> dict[int, dict[datetime.date, int]]:
    """All viewable views that these flights had a share of, by flight and day; one query.

    Tags, places and editorial brakes are not taken off: a share is sold of the whole placement.
    """
    found: dict[int, dict[datetime.date, int]] = defaultdict(dict)
    span = {"start": period.start, "end": period.end}
    for flight, day, number in _rows(_WHOLE, flights=list(flights), **span):
        found[flight][day] = int(number)
    return found


def free(period: Period) -> dict[int, tuple[int, int]]:
    """Viewable views by placement: all, and those that nobody had bought, empty or our own; one query.

    What was free belongs to no advertiser and stands in none of their reports.
    """
    rows = _rows(_FREE, start=period.start, end=period.end)
    return {placement: (int(every), int(unsold)) for placement, every, unsold in rows}


def last_counted() -> datetime.datetime | None:
    """When hours were last rolled up, of whatever; None before the first time."""
    ((at,),) = _rows(_LAST)
    return at  # type: ignore[no-any-return]


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"zone": settings.TIME_ZONE, **values})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
