"""The booking calendar: for each placement and day of a month what is sold, what is free, and whose it is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from . import inventory
from .inventory import Held, Inventory, Part
from .models import Flight, Placement, SilencePeriod

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Sold:
    """A flight on a day: its share in per cent, or its views, of the part of the calendar.

    `is_new` where the day before, in the same calendar, did not have it: there it is named.
    """

    flight: int
    name: str
    share: int
    views: int
    is_paused: bool
    is_new: bool


@dataclass(frozen=True)
class Cell:
    """A placement on a day. `views` and `free_views` are None where no forecast is made."""

    placement: Placement
    day: datetime.date
    share_sold: int
    free_share: int
    views: int | None
    free_views: int | None
    sold: tuple[Sold, ...]
    is_past: bool

    @property
    def is_free(self) -> bool:
        return not self.is_past and self.free_share > 0

    @property
    def taken(self) -> int:
        """Per cent that cannot be sold any more, by shares and by views; for the bar."""
        return 100 - self.free_share


@dataclass(frozen=True)
class Row:
    day: datetime.date
    silence: str
    is_today: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Month:
    """The days first ≤ day < end. `days_known` is what the forecast rests on; 0: there is none."""

    first: datetime.date
    end: datetime.date
    placements: tuple[Placement, ...]
    rows: tuple[Row, ...]
    days_known: int

    @property
    def before(self) -> datetime.date:
        """The month of the day before."""
        return (self.first - _DAY).replace(day=1)

    @property
    def after(self) -> datetime.date:
        """The month that follows the one of the first day."""
        return first_of_next(self.first)

    @property
    def is_whole(self) -> bool:
        return self.first.day == 1


def first_of_next(first: datetime.date) -> datetime.date:
    """The first day of the month after the one that begins on `first`."""
    return (first.replace(day=28) + 4 * _DAY).replace(day=1)


def coming(part: Part = inventory.WHOLE) -> Month:
    """Five weeks from today on: what somebody on the phone asks about."""
    today = timezone.localdate()
    return load(today, part, after=today + 35 * _DAY)


def load(
    first: datetime.date, part: Part = inventory.WHOLE, *, after: datetime.date | None = None
) -> Month:
    """The month that begins on `first`, for a part of the placements; eight queries at most.

    Shown are placements that stand, on the part's screen if it is one.
    """
    after = after or first_of_next(first)
    placements = tuple(
        one
        for one in Placement.objects.filter(is_on=True)
        if not part.device or part.device in one.sizes
    )
    stock = inventory.load([one.pk for one in placements], first, after)
    names = _flights({one.flight for held in stock.held.values() for one in held})
    silences = list(SilencePeriod.objects.filter(days__overlap=(first, after)))
    today = timezone.localdate()
    rows: list[Row] = []
    for number in range((after - first).days):
        day = first + number * _DAY
        silent = [row.name for row in silences if row.days.lower <= day < row.days.upper]
        known = [{sold.flight for sold in cell.sold} for cell in rows[-1].cells] if rows else []
        cells = tuple(
            _cell(one, day, part, stock, names, today, known[place] if known else set())
            for place, one in enumerate(placements)
        )
        rows.append(Row(day, ", ".join(silent), day == today, cells))
    return Month(first, after, placements, tuple(rows), stock.days_known)


def _cell(
    placement: Placement,
    day: datetime.date,
    part: Part,
    stock: Inventory,
    names: dict[int, Flight],
    today: datetime.date,
    known: set[int],
) -> Cell:
    is_past = day < today
    is_forecast = stock.has_forecast and not is_past
    return Cell(
        placement=placement,
        day=day,
        share_sold=stock.share_sold(placement.pk, day, part),
        free_share=stock.free_share(placement.pk, day, part),
        views=round(stock.views(placement.pk, day, part)) if is_forecast else None,
        free_views=int(stock.free_views(placement.pk, day, part)) if is_forecast else None,
        sold=tuple(_sold(stock.flights(placement.pk, day, part), names, known)),
        is_past=is_past,
    )


def _sold(held: Iterable[Held], names: dict[int, Flight], known: set[int]) -> Iterable[Sold]:
    """One line for each flight, its sections together."""
    lines: dict[int, Held] = {}
    for one in held:
        had = lines.get(one.flight)
        views = one.views + (had.views if had else 0)
        lines[one.flight] = Held(one.flight, None, one.device, one.share, views)
    for one in lines.values():
        flight = names[one.flight]
        yield Sold(
            flight.pk,
            flight.name,
            one.share,
            round(one.views),
            flight.state == "paused",
            flight.pk not in known,
        )


def _flights(keys: set[int]) -> dict[int, Flight]:
    return Flight.objects.only("pk", "name", "state").in_bulk(keys) if keys else {}
