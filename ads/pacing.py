"""How much a standard flight still needs, and whether it is behind, on course or ahead."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum

from .choices import PageClass
from .forecast import Forecast
from .selection import FlightFacts, PlacementFacts, is_in_hours

# Within this part of what it should have by now a flight is on course.
TOLERANCE = 0.1


class Course(StrEnum):
    BEHIND = "behind"
    ON_COURSE = "on_course"
    AHEAD = "ahead"


def expected_views(
    flight: FlightFacts,
    placements: Iterable[PlacementFacts],
    forecast: Forecast,
    start: datetime.datetime,
    end: datetime.datetime,
) -> float:
    """Viewable views that its placements will have between two instants, on its days and hours.

    A day counts by the part of its hours that lies between and is the flight's, a story's page by
    the part that its tags and places leave. A page shows a flight once, so of several placements of
    one page class the largest counts.

    Args:
        start, end: half-open, both in the publication's zone.
    """
    weeks = _weeks_by_class(flight, placements, forecast)
    views = [
        sum(max(week[day] for week in alike) for alike in weeks)
        if not flight.weekdays or day + 1 in flight.weekdays
        else 0.0
        for day in range(7)
    ]
    first, last = start.date(), end.date()
    total = _part_of_day(flight, first, start, end) * views[first.weekday()]
    if last > first:
        total += _part_of_day(flight, last, start, end) * views[last.weekday()]
    # The days between are whole, so they are counted and not walked: this runs for every flight
    # every few seconds.
    weeks_between, odd = divmod(max(0, (last - first).days - 1), 7)
    between = weeks_between * sum(views)
    between += sum(views[(first.weekday() + 1 + day) % 7] for day in range(odd))
    return total + between * _whole_day(flight)


def _weeks_by_class(
    flight: FlightFacts, placements: Iterable[PlacementFacts], forecast: Forecast
) -> Iterable[list[Sequence[float]]]:
    """The views from Monday to Sunday of each of its placements, those of a page class together."""
    found: dict[str, list[Sequence[float]]] = defaultdict(list)
    is_targeted = bool(flight.tags or flight.places)
    for one in placements:
        if one.key not in flight.placements:
            continue
        week: Sequence[float] = forecast.week(
            one.id, sections=flight.sections, device=flight.device
        )
        if is_targeted:
            # Only a story has tags and a place.
            part = flight.page_part if one.page_class == PageClass.ARTICLE else 0.0
            week = [views * part for views in week]
        found[one.page_class].append(week)
    return found.values()


def _whole_day(flight: FlightFacts) -> float:
    """The part of a day that is in the flight's hours."""
    if flight.from_hour is None:
        return 1.0
    hours = sum(is_in_hours(hour, flight.from_hour, flight.until_hour) for hour in range(24))
    return hours / 24


def _part_of_day(
    flight: FlightFacts, day: datetime.date, start: datetime.datetime, end: datetime.datetime
) -> float:
    """The part of a day, in [0, 1], that lies between the instants and in the flight's hours."""
    midnight = datetime.datetime.combine(day, datetime.time(), tzinfo=start.tzinfo)
    if flight.from_hour is None:
        return _between(midnight, 24, start, end) / 24
    hours = [hour for hour in range(24) if is_in_hours(hour, flight.from_hour, flight.until_hour)]
    if start <= midnight and midnight + datetime.timedelta(days=1) <= end:
        return _whole_day(flight)
    return sum(_between(midnight + datetime.timedelta(hours=h), 1, start, end) for h in hours) / 24


def _between(
    begin: datetime.datetime, length: int, start: datetime.datetime, end: datetime.datetime
) -> float:
    """How many of the `length` hours from `begin` lie in [start, end)."""
    inside = min(begin + datetime.timedelta(hours=length), end) - max(begin, start)
    return max(0.0, inside.total_seconds()) / 3600


def need(
    flight: FlightFacts,
    placements: Iterable[PlacementFacts],
    forecast: Forecast,
    now: datetime.datetime,
) -> float:
    """The part of all coming views that it needs to reach its goal at its end, in [0, 1].

    What is missing, divided by what will come until its end: spread evenly, and by itself more
    when it fell behind. 1 when nothing is known of what will come.
    """
    missing = flight.goal - flight.delivered
    if missing <= 0 or flight.ends_at is None:
        return 0.0
    coming = expected_views(
        flight, placements, forecast, max(now, flight.starts_at), flight.ends_at
    )
    return min(1.0, missing / coming) if coming > 0 else 1.0


def course(
    flight: FlightFacts,
    placements: Iterable[PlacementFacts],
    forecast: Forecast,
    now: datetime.datetime,
) -> tuple[Course, int]:
    """Where a standard flight stands, and how many views it should have by `now`.

    By the views that were to be had, not by the clock: a paper that is read in the morning is
    not behind at night. Without a forecast by the clock.
    """
    if flight.ends_at is None:
        return Course.ON_COURSE, 0
    places = list(placements)
    until = min(max(now, flight.starts_at), flight.ends_at)
    whole = expected_views(flight, places, forecast, flight.starts_at, flight.ends_at)
    if whole > 0:
        part = expected_views(flight, places, forecast, flight.starts_at, until) / whole
    else:
        length = (flight.ends_at - flight.starts_at).total_seconds()
        part = (until - flight.starts_at).total_seconds() / length
    due = round(flight.goal * part)
    if flight.delivered < due * (1 - TOLERANCE):
        return Course.BEHIND, due
    if flight.delivered > due * (1 + TOLERANCE) and flight.delivered > due + 1:
        return Course.AHEAD, due
    return Course.ON_COURSE, due
