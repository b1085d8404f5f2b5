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
# Which part of what was read lies in the reach of a flight's tags and places: both must hold, as in
# `ads.selection`. The page of a protected story prints no tags, so it has none here.
_PAGE_PARTS = """
    WITH RECURSIVE
    views_of AS MATERIALIZED (
        SELECT article_id, sum(views) AS views FROM articles_articleviews
        WHERE hour >= %(start)s AND hour < %(end)s GROUP BY article_id
    ),
    inside AS (
        SELECT flight_id, place_id FROM ads_flight_places WHERE flight_id = ANY(%(flights)s)
        UNION
        SELECT inside.flight_id, p.id
        FROM articles_place p JOIN inside ON p.parent_id = inside.place_id
    )
    SELECT f.id, sum(v.views), coalesce(sum(v.views) FILTER (WHERE
        (NOT EXISTS (SELECT 1 FROM ads_flight_tags t WHERE t.flight_id = f.id)
         OR NOT a.is_identity_protected AND EXISTS (
            SELECT 1 FROM ads_flight_tags t JOIN articles_taggedarticle at ON at.tag_id = t.tag_id
            WHERE t.flight_id = f.id AND at.content_object_id = a.id))
        AND (NOT EXISTS (SELECT 1 FROM ads_flight_places p WHERE p.flight_id = f.id)
             OR EXISTS (SELECT 1 FROM inside
                        WHERE inside.flight_id = f.id AND inside.place_id = a.place_id))), 0)
    FROM ads_flight f CROSS JOIN views_of v JOIN articles_article a ON a.id = v.article_id
    WHERE f.id = ANY(%(flights)s)
      AND (NOT EXISTS (SELECT 1 FROM ads_flight_sections s WHERE s.flight_id = f.id)
           OR EXISTS (SELECT 1 FROM ads_flight_sections s
                      WHERE s.flight_id = f.id AND s.section_id = a.section_id))
    GROUP BY f.id
"""
_NEAR = """
    WITH RECURSIVE
    around AS (
        SELECT id, parent_id FROM articles_place WHERE id = ANY(%(places)s)
        UNION SELECT p.id, p.parent_id FROM articles_place p JOIN around ON p.id = around.parent_id
    ),
    within AS (
        SELECT id FROM articles_place WHERE id = ANY(%(places)s)
        UNION SELECT p.id FROM articles_place p JOIN within ON p.parent_id = within.id
    )
    SELECT id FROM around UNION SELECT id FROM within
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


def page_parts(flights: Collection[int], today: datetime.date) -> dict[int, float]:
    """The part of the views of stories that a flight's tags and places leave to it; one query for all.

    Of the stories in its sections, by the page views of the DAYS whole days before `today`. 0 where
    nobody read such a story: what was never seen cannot be promised.
    """
    if not flights:
        return {}
    zone = ZoneInfo(settings.TIME_ZONE)
    span = {
        "start": _midnight(today - datetime.timedelta(days=DAYS), zone),
        "end": _midnight(today, zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAGE_PARTS, {"flights": list(flights), **span})
        found = {flight: float(its / whole) for flight, whole, its in cursor.fetchall() if whole}
    return {flight: found.get(flight, 0.0) for flight in flights}


def places_around_and_within(places: Collection[int]) -> set[int]:
    """These places, all that they lie in, and all that lies in them; no query for none."""
    if not places:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, {"places": list(places)})
        return {place for (place,) in cursor.fetchall()}


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
