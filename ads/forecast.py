"""How many viewable views a placement will have on a day: what it had on the same weekdays of four weeks.

Counted are all views of the placement, sold or not: what was free can be sold too.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

DAYS = 28

_PER_DAY = """
    SELECT placement_id, (hour AT TIME ZONE %(zone)s)::date, section_id, device, sum(viewable)
    FROM ads_hourcount WHERE hour >= %(start)s AND hour < %(end)s
    GROUP BY 1, 2, 3, 4
"""
_FIRST = "SELECT min(hour) FROM ads_hourcount WHERE hour >= %s"


@dataclass(frozen=True)
class Forecast:
    """Mean viewable views by (placement, weekday 1–7, section or None, device).

    `days_known` is how many whole days it rests on, at most DAYS; with none there is no forecast.
    """

    days_known: int = 0
    means: Mapping[tuple[int, int, int | None, str], float] = field(default_factory=dict)
    _by_placement: Mapping[tuple[int, int], Iterable[tuple[int | None, str, float]]] = field(
        default_factory=dict
    )
    # Many flights ask for the same part of a placement.
    _weeks: dict[tuple[int, frozenset[int], str], tuple[float, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def views(
        self,
        placement: int,
        day: datetime.date,
        *,
        sections: Collection[int] = (),
        device: str = "",
    ) -> float:
        """Viewable views of a placement on a day, in these sections (all) and on that screen (all)."""
        return self.week(placement, sections=sections, device=device)[day.weekday()]

    def week(
        self, placement: int, *, sections: Collection[int] = (), device: str = ""
    ) -> tuple[float, ...]:
        """The same for each day from Monday to Sunday."""
        key = (placement, frozenset(sections), device)
        if key not in self._weeks:
            self._weeks[key] = tuple(self._sum(*key, weekday) for weekday in range(1, 8))
        return self._weeks[key]

    def _sum(self, placement: int, sections: frozenset[int], device: str, weekday: int) -> float:
        total = 0.0
        for section, screen, mean in self._by_placement.get((placement, weekday), ()):
            if (not sections or section in sections) and device in ("", screen):
                total += mean
        return total


def load(today: datetime.date) -> Forecast:
    """The forecast as of `today`, from the whole days before it; two queries.

    A younger publication is judged by the days it has: a weekday that it has not had yet counts
    as the mean of the others.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    start = _midnight(today - datetime.timedelta(days=DAYS), zone)
    end = _midnight(today, zone)
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, [start])
        (first,) = cursor.fetchone()
        if first is None or first >= end:
            return Forecast()
        cursor.execute(_PER_DAY, {"zone": settings.TIME_ZONE, "start": start, "end": end})
        rows = cursor.fetchall()
    first_day = first.astimezone(zone).date()
    return made_of(rows, first_day, today)


def made_of(
    rows: Iterable[tuple[int, datetime.date, int | None, str, int]],
    first_day: datetime.date,
    today: datetime.date,
) -> Forecast:
    """A forecast out of (placement, day, section, device, views) of the days first_day ≤ day < today."""
    known = (today - first_day).days
    days_of: dict[int, int] = defaultdict(int)
    for number in range(known):
        days_of[(first_day + datetime.timedelta(days=number)).isoweekday()] += 1
    sums: dict[tuple[int, int, int | None, str], int] = defaultdict(int)
    totals: dict[tuple[int, int | None, str], int] = defaultdict(int)
    for placement, day, section, device, views in rows:
        sums[placement, day.isoweekday(), section, device] += views
        totals[placement, section, device] += views
    means: dict[tuple[int, int, int | None, str], float] = {}
    by_placement: dict[tuple[int, int], list[tuple[int | None, str, float]]] = defaultdict(list)
    for (placement, section, device), total in totals.items():
        for weekday in range(1, 8):
            if days_of[weekday]:
                mean = sums[placement, weekday, section, device] / days_of[weekday]
            else:
                mean = total / known
            means[placement, weekday, section, device] = mean
            by_placement[placement, weekday].append((section, device, mean))
    return Forecast(known, means, by_placement)


def _midnight(day: datetime.date, zone: ZoneInfo) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=zone)
