"""What of a placement is sold on a day, and what can be sold still.

A placement's day is made of cells: a section (None: pages of no section) on a kind of screen. A share
that was sold takes part of every view of its cells. Views that were sold are delivered where views come,
because the pacing asks for the same part of all of them; so they count in each cell by its forecast.
"""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import F, Q
from django.utils import timezone

from . import forecast
from .choices import Device, FlightKind
from .forecast import Forecast
from .models import BookedDay, Delivery
from .selection import is_in_hours

Cell = tuple[int | None, str]
# Rounding of views to whole ones must not cost a whole per cent.
_ALMOST = 1e-6


@dataclass(frozen=True, slots=True)
class Held:
    """What one flight holds on a day: a share in per cent or a number of views, of a part."""

    flight: int
    section: int | None
    device: str
    share: int = 0
    views: float = 0.0
    # None: the whole day.
    hours: frozenset[int] | None = None

    def covers(self, cell: Cell) -> bool:
        section, device = cell
        return (self.section is None or self.section == section) and self.device in ("", device)


@dataclass(frozen=True)
class Part:
    """The part of a placement that somebody wants: some sections or all, a screen or all."""

    sections: frozenset[int] = frozenset()
    device: str = ""

    def holds(self, cell: Cell) -> bool:
        section, device = cell
        return (not self.sections or section in self.sections) and self.device in ("", device)


WHOLE = Part()


@dataclass(frozen=True)
class Reach:
    """What hours, tags and places leave of the views of a part: how much, and who is in the way.

    Somebody else's views that are sold in other hours are none of these; those in the same hours, and
    those of `rivals` (who share a tag or a place), may all be among them. What others hold without
    such limits lies here by its part.
    """

    hours: frozenset[int] | None = None
    part_of_hours: float = 1.0
    page_part: float = 1.0
    rivals: frozenset[int] = frozenset()

    @property
    def part(self) -> float:
        return self.part_of_hours * self.page_part

    def views_of(self, one: Held) -> float:
        """How many of somebody's views may lie in this reach."""
        views = one.views if one.flight in self.rivals else one.views * self.page_part
        if self.hours is None:
            return views
        if one.hours is None:
            return views * self.part_of_hours
        return views if one.hours & self.hours else 0.0


EVERYTHING = Reach()


@dataclass(frozen=True)
class Inventory:
    """Days of placements: the forecast, and what is sold. `views_of` is by (placement, weekday)."""

    today: datetime.date
    days_known: int
    left_of_today: float
    views_of: Mapping[tuple[int, int], Mapping[Cell, float]] = field(default_factory=dict)
    held: Mapping[tuple[int, datetime.date], list[Held]] = field(default_factory=dict)

    @property
    def has_forecast(self) -> bool:
        return self.days_known > 0

    def views(self, placement: int, day: datetime.date, part: Part = WHOLE) -> float:
        """Viewable views that will come, of today what is left of it."""
        return sum(mean for cell, mean in self._means(placement, day).items() if part.holds(cell))

    def free_share(self, placement: int, day: datetime.date, part: Part = WHOLE) -> int:
        """How many per cent of every view can be sold, where it is tightest.

        That is what other shares leave, and what the views that were sold leave of the forecast.
        """
        means = self._means(placement, day)
        holding = self.held.get((placement, day), ())
        sections = {cell[0] for cell in means} | {one.section for one in holding} | {None}
        sections |= part.sections
        free = 100.0
        for section in sections:
            for device in Device.values:
                cell = (section, device)
                if part.holds(cell):
                    free = min(free, self._free_share_of(cell, means, holding))
        return max(0, math.floor(free + _ALMOST))

    def free_views(
        self,
        placement: int,
        day: datetime.date,
        part: Part = WHOLE,
        reach: Reach = EVERYTHING,
    ) -> float:
        """Viewable views that can be sold still: the forecast without shares and views sold.

        Within a reach, neither more than what it leaves nor more than what is free in all.
        """
        means = self._means(placement, day)
        holding = self.held.get((placement, day), ())
        if reach.part <= 0:
            return 0.0
        total = 0.0
        for cell, mean in means.items():
            if part.holds(cell):
                free = self._free_share_of(cell, means, holding)
                within = self._free_share_of(cell, means, holding, reach)
                total += max(0.0, min(mean * free, mean * reach.part * within) / 100)
        return total

    def share_sold(self, placement: int, day: datetime.date, part: Part = WHOLE) -> int:
        """The per cent sold as shares, where it is tightest; goals of views not counted."""
        holding = self.held.get((placement, day), ())
        sections = {one.section for one in holding} | {None} | part.sections
        return max(
            (
                sum(one.share for one in holding if one.covers((section, device)))
                for section in sections
                for device in Device.values
                if part.holds((section, device))
            ),
            default=0,
        )

    def flights(self, placement: int, day: datetime.date, part: Part = WHOLE) -> list[Held]:
        """What touches a part of a placement on a day."""
        return [
            one
            for one in self.held.get((placement, day), ())
            if (one.section is None or not part.sections or one.section in part.sections)
            and (not one.device or part.device in ("", one.device))
        ]

    def _free_share_of(
        self,
        cell: Cell,
        means: Mapping[Cell, float],
        holding: Iterable[Held],
        reach: Reach = EVERYTHING,
    ) -> float:
        free = 100.0
        mean = means.get(cell, 0.0)
        for one in holding:
            if not one.covers(cell):
                continue
            free -= one.share
            # Where nobody is expected nothing is taken away from views that were sold.
            if one.views and mean > 0:
                whole = sum(value for other, value in means.items() if one.covers(other))
                free -= 100 * reach.views_of(one) / (whole * reach.part)
        return free

    def _means(self, placement: int, day: datetime.date) -> Mapping[Cell, float]:
        means = self.views_of.get((placement, day.isoweekday()), {})
        if day != self.today:
            return means
        return {cell: mean * self.left_of_today for cell, mean in means.items()}


def load(placements: Collection[int], first: datetime.date, after: datetime.date) -> Inventory:
    """What is sold at the placements on first ≤ day < after, as of now; five queries at most.

    A standard flight counts by what it is still owed, not by what was planned when it was sold:
    one that is behind needs more of the days to come.
    """
    now = timezone.localtime()
    today = now.date()
    known = forecast.load(today)
    left = 1 - (now.hour * 3600 + now.minute * 60 + now.second) / 86400
    rows = list(
        BookedDay.objects.filter(placement__in=placements, day__gte=first, day__lt=after)
        .filter(Q(share__gt=0) | Q(views__gt=0))
        .annotate(from_hour=F("flight__from_hour"), until_hour=F("flight__until_hour"))
        .order_by("placement_id", "day", "flight_id", "section_id")
    )
    scales = _owed({row.flight_id for row in rows if row.views}, today, left)
    held: dict[tuple[int, datetime.date], list[Held]] = defaultdict(list)
    for row in rows:
        part_of_day = left if row.day == today else 1.0
        views = row.views * part_of_day * scales.get(row.flight_id, 1.0)
        held[row.placement_id, row.day].append(
            Held(
                row.flight_id,
                row.section_id,
                row.device,
                row.share,
                views,
                hours_of(row.from_hour, row.until_hour),
            )
        )
    return Inventory(today, known.days_known, left, _by_day(known, set(placements)), held)


def hours_of(from_hour: int | None, until_hour: int | None) -> frozenset[int] | None:
    """The hours of the day in which a flight is shown; None for all."""
    if from_hour is None or until_hour is None:
        return None
    return frozenset(hour for hour in range(24) if is_in_hours(hour, from_hour, until_hour))


def part_of_hours(
    day: datetime.date, from_hour: int | None, until_hour: int | None, now: datetime.datetime
) -> float:
    """The part of what is left of a day that lies in a flight's hours, in [0, 1].

    Args:
        now: in the publication's zone.
    """
    hours = [hour for hour in range(24) if is_in_hours(hour, from_hour, until_hour)]
    if day != now.date():
        return len(hours) / 24
    clock = now.hour + now.minute / 60
    left = sum(min(1.0, max(0.0, hour + 1 - clock)) for hour in hours)
    return min(1.0, left / (24 - clock))


def _owed(flights: Collection[int], today: datetime.date, left: float) -> dict[int, float]:
    """By how much each standard flight's planned days to come have to be stretched or shrunk."""
    if not flights:
        return {}
    planned: dict[int, float] = defaultdict(float)
    goals: dict[int, int] = {}
    coming = BookedDay.objects.filter(
        flight__in=flights, flight__kind=FlightKind.STANDARD, day__gte=today
    )
    for flight, goal, day, views in coming.values_list("flight", "flight__goal", "day", "views"):
        goals[flight] = goal or 0
        planned[flight] += views * (left if day == today else 1.0)
    delivered = dict(
        Delivery.objects.filter(flight__in=flights).values_list("flight_id", "viewable")
    )
    return {
        flight: max(0, goal - delivered.get(flight, 0)) / planned[flight]
        for flight, goal in goals.items()
        if planned[flight]
    }


def _by_day(
    known: Forecast, placements: Collection[int]
) -> dict[tuple[int, int], dict[Cell, float]]:
    views: dict[tuple[int, int], dict[Cell, float]] = defaultdict(dict)
    for (placement, weekday, section, device), mean in known.means.items():
        if placement in placements:
            views[placement, weekday][section, device] = mean
    return dict(views)
