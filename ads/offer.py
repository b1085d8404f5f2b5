"""Whether what a flight wants can be sold: its own terms, and what its days still have.

Nothing here writes or locks; `ads.booking` asks under its locks, the desk asks before a sale.
"""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import forecast, inventory
from .choices import Device, FlightKind, FlightState, PageClass
from .inventory import Inventory, Part, Reach
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
    tags: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()
    page_part: float = 1.0

    @classmethod
    def of(cls, flight: Flight) -> Terms:
        tags: frozenset[int] = frozenset()
        places: frozenset[int] = frozenset()
        # What they leave matters to views alone; a share of a placement counts as a share of all of it.
        if flight.kind == FlightKind.STANDARD:
            tags = frozenset(flight.tags.values_list("pk", flat=True))
            places = frozenset(flight.places.values_list("pk", flat=True))
        targeted = [flight.pk] if tags or places else []
        parts = forecast.page_parts(targeted, timezone.localdate())
        return cls(
            tags=tags,
            places=places,
            page_part=parts.get(flight.pk, 1.0),
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
    def is_targeted(self) -> bool:
        return bool(self.tags or self.places)

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
    if terms.is_targeted and not terms.page_part:
        raise Refused(
            _(
                "No story with these tags or from these places was read in the last 28 days, so no "
                "views of them can be promised."
            )
        )
    cells = list(_free_cells(terms, days, stock))
    # Sums of parts may fall short of the whole by a rounding.
    free = sum(views for _row, views in cells) + 1e-6
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
    return math.floor(sum(views for _row, views in _free_cells(terms, days, stock)) + 1e-6)


def _free_cells(
    terms: Terms, days: Iterable[datetime.date], stock: Inventory
) -> Iterable[tuple[tuple[int, datetime.date, int | None], float]]:
    """What is free for these terms, by row. A page shows a flight once, so the placements of one page
    class have together on a day what the largest of them has, each by its part.
    """
    now, rivals = timezone.localtime(), _rivals(terms)
    alike: dict[str, list[Placement]] = defaultdict(list)
    for placement in terms.placements:
        alike[placement.page_class].append(placement)
    listed = list(days)
    for placements in alike.values():
        for day in listed:
            cells = [list(_free_of(one, day, terms, stock, now, rivals)) for one in placements]
            sums = [sum(free for _row, free in its) for its in cells]
            scale = max(sums) / sum(sums) if sum(sums) else 0.0
            for its in cells:
                for row, free in its:
                    yield row, free * scale


def _free_of(
    placement: Placement,
    day: datetime.date,
    terms: Terms,
    stock: Inventory,
    now: datetime.datetime,
    rivals: frozenset[int],
) -> Iterable[tuple[tuple[int, datetime.date, int | None], float]]:
    has_pages = not terms.is_targeted or placement.page_class == PageClass.ARTICLE
    reach = Reach(
        hours=inventory.hours_of(terms.from_hour, terms.until_hour),
        part_of_hours=inventory.part_of_hours(day, terms.from_hour, terms.until_hour, now),
        page_part=terms.page_part if has_pages else 0.0,
        rivals=rivals,
    )
    for section in terms.sections or (None,):
        part = Part(frozenset() if section is None else frozenset({section}), terms.device)
        yield (placement.pk, day, section), stock.free_views(placement.pk, day, part, reach)


def _rivals(terms: Terms) -> frozenset[int]:
    """Standard flights that are sold and share a tag or a place, also one around it or within.

    Asked after the days are locked, as what they hold is.
    """
    if not terms.is_targeted:
        return frozenset()
    near = forecast.places_around_and_within(terms.places)
    sold = Flight.objects.filter(
        kind=FlightKind.STANDARD, state__in=[FlightState.BOOKED, FlightState.PAUSED]
    )
    shared = Q(tags__in=terms.tags) | Q(places__in=near)
    return frozenset(sold.filter(shared).values_list("pk", flat=True))


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
