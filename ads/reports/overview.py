"""Many campaigns at a glance: how each of their flights stands against what was sold."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from ..choices import FlightKind, FlightState
from ..models import Campaign, Flight
from ..pacing import Course
from . import figures
from .campaigns import Promise, promises_of, shared_by, sold
from .figures import Figures
from .words import standing_of

# How long a campaign that is over stays in the list of what runs.
KEPT = datetime.timedelta(days=30)
_URGENCY = {Course.BEHIND: 0, Course.AHEAD: 1, Course.ON_COURSE: 2, None: 3}


@dataclass(frozen=True, slots=True)
class FlightStanding:
    id: int
    name: str
    last_day: datetime.date | None
    promise: Promise
    state: str
    first_day: datetime.date

    @property
    def words(self) -> str:
        return standing_of(self.promise, state=self.state, first_day=self.first_day)

    @property
    def course(self) -> Course | None:
        """None for what has no goal, is over or does not run."""
        is_running = not self.promise.is_over and self.state == FlightState.BOOKED
        return self.promise.course if is_running else None


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign with its figures since its beginning; its days are None before it has a flight."""

    id: int
    name: str
    advertiser: str
    first_day: datetime.date | None
    last_day: datetime.date | None
    figures: Figures
    flights: tuple[FlightStanding, ...]

    @property
    def course(self) -> Course | None:
        """The worst of its flights'."""
        return min((one.course for one in self.flights), key=_URGENCY.__getitem__, default=None)


ORDERS = {
    "course": lambda line: (_URGENCY[line.course], line.last_day or datetime.date.max, line.id),
    "end": lambda line: (line.last_day or datetime.date.max, line.id),
    "name": lambda line: (line.advertiser.casefold(), line.name.casefold(), line.id),
}


def current(today: datetime.date) -> Q:
    """Campaigns that run, will run, or were over no longer than KEPT ago; those without a flight too."""
    touching = Q(flights__days__endswith__gt=today - KEPT) | Q(flights__days__upper_inf=True)
    return touching | Q(flights=None)


def lines(campaigns: Sequence[Campaign], *, order: str = "course") -> list[CampaignLine]:
    """Campaigns (with their advertisers) as lines, without offers; as many queries for fifty as for one.

    Raises KeyError for an order that is none of ORDERS.
    """
    now = timezone.now()
    flights = sold(Flight.objects.filter(campaign__in=[one.pk for one in campaigns]))
    rows = list(flights.order_by("days", "pk"))
    had = figures.totals([row.pk for row in rows], now) if rows else {}
    promises = promises_of(rows, shared_by(rows), had, now)
    by_campaign: dict[int, list[Flight]] = defaultdict(list)
    for row in rows:
        by_campaign[row.campaign_id].append(row)
    found = []
    for campaign in campaigns:
        own = by_campaign[campaign.pk]
        found.append(
            CampaignLine(
                id=campaign.pk,
                name=campaign.name,
                advertiser=campaign.advertiser.name,
                first_day=min((row.first_day for row in own), default=None),
                last_day=max((row.last_day for row in own if row.last_day), default=None),
                figures=sum((had.get(row.pk, Figures()) for row in own), Figures()),
                flights=tuple(
                    FlightStanding(
                        row.pk,
                        row.name,
                        row.last_day,
                        promises[row.pk],
                        row.state,
                        row.first_day,
                    )
                    for row in own
                ),
            )
        )
    return sorted(found, key=ORDERS[order])


def behind() -> list[tuple[Flight, Promise]]:
    """The running standard flights that are behind their course, the furthest first."""
    now = timezone.now()
    today = timezone.localdate(now)
    rows = list(
        Flight.objects.filter(
            kind=FlightKind.STANDARD,
            state=FlightState.BOOKED,
            days__contains=today,
        ).select_related("campaign__advertiser")
    )
    had = figures.totals([row.pk for row in rows], now) if rows else {}
    promises = promises_of(rows, {}, had, now)
    late = [(row, promises[row.pk]) for row in rows if promises[row.pk].course == Course.BEHIND]
    return sorted(late, key=lambda pair: (pair[1].delivered / pair[1].due, pair[0].pk))
