"""What was counted, added up in every way that a report prints.

One statement makes all sums, so that they come from the same moment: every breakdown adds up to the
same total, whatever is rolled up meanwhile.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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


class Shared(NamedTuple):
    """Viewable views of a part of a placement: everybody's, and the flight's own of them."""

    every: int
    own: int


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
# All views, of whomever, that a sponsorship could have had: on the days, and in the part of its
# placements, that it held, within its hours. Hours are added up once, for as many different spans
# of hours as the flights have between them (mostly one), and not for each flight.
_WHOLE = """
    WITH held AS (
        SELECT b.flight_id, b.placement_id, b.day, f.from_hour, f.until_hour,
            bool_or(b.section_id IS NULL) AS is_everywhere, array_agg(b.section_id) AS sections,
            min(b.device) AS device
        FROM ads_bookedday b JOIN ads_flight f ON f.id = b.flight_id
        WHERE b.flight_id = ANY(%(flights)s)
        GROUP BY 1, 2, 3, 4, 5
    ), spans AS (
        SELECT DISTINCT from_hour, until_hour FROM ads_flight WHERE id = ANY(%(flights)s)
    ), counted AS MATERIALIZED (
        SELECT h.placement_id, (h.hour AT TIME ZONE %(zone)s)::date AS day, h.section_id, h.device,
            c.flight_id AS owner, s.from_hour, s.until_hour, sum(h.viewable) AS viewable
        FROM ads_hourcount h CROSS JOIN spans s LEFT JOIN ads_creative c ON c.id = h.creative_id
        WHERE h.placement_id = ANY(ARRAY(SELECT DISTINCT placement_id FROM held))
            AND h.hour >= %(start)s AND h.hour < %(end)s
            AND (s.from_hour IS NULL OR CASE
                WHEN s.from_hour < s.until_hour
                THEN extract(hour FROM h.hour AT TIME ZONE %(zone)s) >= s.from_hour
                    AND extract(hour FROM h.hour AT TIME ZONE %(zone)s) < s.until_hour
                ELSE extract(hour FROM h.hour AT TIME ZONE %(zone)s) >= s.from_hour
                    OR extract(hour FROM h.hour AT TIME ZONE %(zone)s) < s.until_hour END)
        GROUP BY 1, 2, 3, 4, 5, 6, 7
    )
    SELECT held.flight_id, held.day, sum(viewable),
        coalesce(sum(viewable) FILTER (WHERE owner = held.flight_id), 0)
    FROM held JOIN counted USING (placement_id, day)
    WHERE (is_everywhere OR counted.section_id = ANY(sections))
        AND held.device IN ('', counted.device)
        AND counted.from_hour IS NOT DISTINCT FROM held.from_hour
        AND counted.until_hour IS NOT DISTINCT FROM held.until_hour
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


def whole(flights: Sequence[int], period: Period) -> dict[int, dict[datetime.date, Shared]]:
    """All viewable views that these flights held a share of, by flight and day; one query.

    What a flight held is what `ads.booking` wrote down (`BookedDay`): days that a stop set free, or
    that lie before an extension, are none of it, and a flight without such days has no promise to
    compare and is not in the answer. Tags, places and editorial brakes are not taken off: a share
    is sold of the whole placement.
    """
    found: dict[int, dict[datetime.date, Shared]] = defaultdict(dict)
    span = {"start": period.start, "end": period.end}
    for flight, day, every, own in _rows(_WHOLE, flights=list(flights), **span):
        found[flight][day] = Shared(int(every), int(own))
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
