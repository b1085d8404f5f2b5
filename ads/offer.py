"""Whether what a flight wants can be sold: its own terms, and what its days still have.

Nothing here writes or locks; `ads.booking` asks under its locks, the desk asks before a sale.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import inventory
from .choices import Device, FlightKind, PageClass
from .inventory import Inventory, Part
from .models import BookedDay, Flight, Placement

MOST_DAYS = 366


class Refused(Exception):
    """A sale or a move that may not be; `str()` is the reason, for the desk."""


@dataclass(frozen=True)
class Terms:
    """What a flight asks for, read once: its placements in order, its part of them, its weekdays."""

    kind: str
    placements: tuple[Placement, ...]
    sections: tuple[int, ...]
    device: str
    weekdays: frozenset[int]
    from_hour: int | None
    until_hour: int | None
    share: int
    goal: int

    @classmethod
    def of(cls, flight: Flight) -> Terms:
        return cls(
            kind=flight.kind,
            placements=tuple(flight.placements.order_by("pk")),
            sections=tuple(sorted(flight.sections.values_list("pk", flat=True))),
            device=flight.device,
            weekdays=frozenset(flight.weekdays),
            from_hour=flight.from_hour,
            until_hour=flight.until_hour,
            share=flight.share or 0,
            goal=flight.goal or 0,
        )

    @property
    def part(self) -> Part:
        return Part(frozenset(self.sections), self.device)

    def days(self, first: datetime.date, after: datetime.date) -> list[datetime.date]:
        """The days of first ≤ day < after on which it is shown."""
        every = (first + datetime.timedelta(days=n) for n in range((after - first).days))
        return [day for day in every if not self.weekdays or day.isoweekday() in self.weekdays]


@dataclass(frozen=True)
class Wanted:
    """A row of `BookedDay` to be."""

    placement: int
    day: datetime.date
    section: int | None
    share: int = 0
    views: int = 0


def check_terms(flight: Flight, terms: Terms) -> None:
    """Whether this may be sold to this advertiser at all, whatever is free. Raises Refused."""
    advertiser = flight.campaign.advertiser
    if advertiser.is_archived:
        raise Refused(_("%(name)s is archived and cannot buy.") % {"name": advertiser})
    if terms.kind == FlightKind.HOUSE and not advertiser.is_house:
        raise Refused(
            _("House flights are our own; %(name)s buys a share or views.") % {"name": advertiser}
        )
    if terms.kind != FlightKind.HOUSE and advertiser.is_house:
        raise Refused(_("%(name)s is ourselves and has house flights only.") % {"name": advertiser})
    if not terms.placements:
        raise Refused(_("Choose at least one placement."))
    for placement in terms.placements:
        _check_placement(placement, terms)


def _check_placement(placement: Placement, terms: Terms) -> None:
    if not placement.is_on:
        raise Refused(_("%(placement)s does not stand on the page now.") % {"placement": placement})
    if terms.device and terms.device not in placement.sizes:
        raise Refused(
            _("%(placement)s has no space on this kind of screen: %(screen)s.")
            % {"placement": placement, "screen": Device(terms.device).label}
        )
    if terms.sections and placement.page_class == PageClass.FRONT:
        raise Refused(
            _("%(placement)s belongs to no section; take it or the sections off.")
            % {"placement": placement}
        )


def check_days(
    flight: Flight, terms: Terms, first: datetime.date, after: datetime.date | None
) -> None:
    """Whether these days can be sold today: not over, not too many, one weekday among them."""
    today = timezone.localdate()
    if after is None:
        if terms.kind != FlightKind.HOUSE:
            raise Refused(
                _("A flight has a first and a last day; only a house flight may stay open.")
            )
        return
    if after <= first:
        raise Refused(_("The last day lies before the first."))
    if after <= today:
        raise Refused(
            _("These days are over: the last is %(day)s.") % {"day": in_words(last_of(after))}
        )
    if (after - first).days > MOST_DAYS:
        raise Refused(
            _("A flight lasts %(most)d days at most; these are %(days)d.")
            % {"most": MOST_DAYS, "days": (after - first).days}
        )
    if not terms.days(max(first, today), after):
        raise Refused(_("None of its days of the week lies between its first and its last day."))


def shares(terms: Terms, days: Iterable[datetime.date], stock: Inventory) -> list[Wanted]:
    """The rows of a sponsorship. Raises Refused where too little is free, and says how much."""
    short = [
        (placement, day, free)
        for placement in terms.placements
        for day in days
        if (free := stock.free_share(placement.pk, day, terms.part)) < terms.share
    ]
    if short:
        placement, day, free = short[0]
        told = _("%(placement)s on %(day)s: %(free)d %% free, %(wanted)d %% wanted.") % {
            "placement": placement,
            "day": in_words(day),
            "free": free,
            "wanted": terms.share,
        }
        if len(short) > 1:
            more = ngettext(
                "%(count)d more day is short too.",
                "%(count)d more days are short too.",
                len(short) - 1,
            )
            told = f"{told} {more % {'count': len(short) - 1}}"
        raise Refused(told)
    return [
        Wanted(placement.pk, day, section, share=terms.share)
        for placement in terms.placements
        for day in days
        for section in terms.sections or (None,)
    ]


def views(terms: Terms, days: Iterable[datetime.date], stock: Inventory, goal: int) -> list[Wanted]:
    """The rows of a standard flight: `goal` views, spread as the free ones lie, adding up exactly.

    Raises Refused when the forecast has fewer left, with both figures; and when there is none.
    """
    if not stock.has_forecast:
        raise Refused(
            _(
                "Nothing is counted yet, so nobody knows how many views there will be. Views can be "
                "sold once some days are counted; a share of the time can be sold now."
            )
        )
    cells = list(_free_cells(terms, days, stock))
    free = sum(views for _row, views in cells)
    if math.floor(free) < goal:
        raise Refused(
            _(
                "%(wanted)s views wanted, %(free)s free: that is what the forecast for these days "
                "has left."
            )
            % {"wanted": figure(goal), "free": figure(math.floor(free))}
        )
    parts = spread(goal, [views for _row, views in cells])
    return [
        Wanted(placement, day, section, views=part)
        for ((placement, day, section), _views), part in zip(cells, parts, strict=True)
    ]


def free_views(terms: Terms, days: Iterable[datetime.date], stock: Inventory) -> int:
    """How many views could be sold on these terms."""
    return math.floor(sum(views for _row, views in _free_cells(terms, days, stock)))


def _free_cells(
    terms: Terms, days: Iterable[datetime.date], stock: Inventory
) -> Iterable[tuple[tuple[int, datetime.date, int | None], float]]:
    now = timezone.localtime()
    listed = list(days)
    for placement in terms.placements:
        for day in listed:
            hours = inventory.part_of_hours(day, terms.from_hour, terms.until_hour, now)
            for section in terms.sections or (None,):
                part = Part(frozenset() if section is None else frozenset({section}), terms.device)
                free = min(
                    stock.free_views(placement.pk, day, part),
                    stock.views(placement.pk, day, part) * hours,
                )
                yield (placement.pk, day, section), free


def spread(goal: int, weights: list[float]) -> list[int]:
    """Whole parts of `goal` in proportion to the weights, which add up to it exactly.

    By largest remainders: no part is further than one from its true share. Where nothing weighs,
    all are alike.
    """
    whole = sum(weights)
    if whole <= 0:
        weights, whole = [1.0] * len(weights), float(len(weights))
    exact = [goal * weight / whole for weight in weights]
    parts = [math.floor(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for number in order[: goal - sum(parts)]:
        parts[number] += 1
    return parts


def in_words(day: datetime.date) -> str:
    return date_format(day, "j F Y")


def last_of(after: datetime.date) -> datetime.date:
    """The last day of a half-open range."""
    return after - datetime.timedelta(days=1)


def figure(number: int) -> str:
    """A number as the language groups it."""
    return number_format(number, use_l10n=True, force_grouping=True)


def rows(flight: Flight, wanted: Iterable[Wanted]) -> list[BookedDay]:
    """Unsaved rows in the order in which they are locked and written."""
    ordered = sorted(wanted, key=lambda one: (one.placement, one.day, one.section or 0))
    return [
        BookedDay(
            flight=flight,
            placement_id=one.placement,
            day=one.day,
            section_id=one.section,
            device=flight.device,
            share=one.share,
            views=one.views,
        )
        for one in ordered
    ]


@dataclass(frozen=True)
class Room:
    """What a placement has free for a flight: the share on its tightest day, and the views of all days.

    `views` is None while there is no forecast.
    """

    placement: Placement
    day: datetime.date
    share: int
    views: int | None


def rooms(flight: Flight) -> tuple[str, list[Room]]:
    """Why a draft cannot be sold ("" when it can), and what is free at each of its placements.

    As things stand now, without a lock: the sale itself looks again.
    """
    terms = Terms.of(flight)
    first, after = flight.days.lower, flight.days.upper
    try:
        check_terms(flight, terms)
        check_days(flight, terms, first, after)
    except Refused as refused:
        return str(refused), []
    if after is None or terms.kind == FlightKind.HOUSE:
        return "", []
    days = terms.days(max(first, timezone.localdate()), after)
    keys = [placement.pk for placement in terms.placements]
    stock = inventory.load(keys, days[0], days[-1] + datetime.timedelta(days=1))
    found = []
    for placement in terms.placements:
        tightest = min(days, key=lambda day: stock.free_share(placement.pk, day, terms.part))
        alone = replace(terms, placements=(placement,))
        found.append(
            Room(
                placement,
                tightest,
                stock.free_share(placement.pk, tightest, terms.part),
                free_views(alone, days, stock) if stock.has_forecast else None,
            )
        )
    try:
        if terms.kind == FlightKind.SPONSORSHIP:
            shares(terms, days, stock)
        else:
            views(terms, days, stock, terms.goal)
    except Refused as refused:
        return str(refused), found
    return "", found
