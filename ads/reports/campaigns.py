"""A campaign's report: what was promised, what was delivered, what was not counted and why.

It holds names and numbers only, no rows: no price, contact or note can come out of it into a page
for somebody outside.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Section

from .. import forecast, pacing, snapshot
from ..choices import Device, DiscardReason, FlightKind, FlightState
from ..models import Campaign, Creative, Flight, Placement
from ..pacing import Course
from . import figures, period
from .figures import Counted, Figures, Shared
from .period import Period


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a breakdown."""

    key: Any
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Promise:
    """What was sold and what of it was delivered, over all days of the flight until now.

    For a standard flight: `goal` and `due` (what it should have by now) in viewable views. For a
    sponsorship: `share` in percent, `whole` all viewable views that it is a share of, on the days
    that it held, `held` its own of them, and `given` their percentage. `owed` is what is missing of
    a flight that is over, in viewable views: what a make-good has to bring.
    """

    kind: str
    goal: int = 0
    due: int = 0
    course: Course | None = None
    share: int = 0
    whole: int = 0
    held: int = 0
    delivered: int = 0
    is_over: bool = False

    @property
    def given(self) -> float | None:
        return 100 * self.held / self.whole if self.whole else None

    @property
    def owed(self) -> int:
        if not self.is_over:
            return 0
        if self.kind == FlightKind.STANDARD:
            return max(0, self.goal - self.delivered)
        return max(0, round(self.whole * self.share / 100) - self.held)


@dataclass(frozen=True, slots=True)
class CreativeLine:
    id: int
    name: str
    is_text: bool
    headline: str
    alt_text: str
    sizes: tuple[str, ...]
    figures: Figures
    discards: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FlightLine:
    """A flight; `days` are those of the period on which it had anything, `shares` in percent by day."""

    id: int
    name: str
    kind: str
    state: str
    first_day: datetime.date
    last_day: datetime.date | None
    placements: tuple[str, ...]
    figures: Figures
    promise: Promise
    creatives: tuple[CreativeLine, ...]
    days: tuple[tuple[datetime.date, Figures], ...]
    shares: tuple[tuple[datetime.date, float], ...]

    @property
    def kind_label(self) -> str:
        return str(FlightKind(self.kind).label)

    @property
    def state_label(self) -> str:
        return str(FlightState(self.state).label)


@dataclass(frozen=True)
class Report:
    """A campaign in a period. `counted_at` is when anything was last rolled up."""

    campaign: int
    name: str
    advertiser: str
    contract: str
    period: Period
    made_at: datetime.datetime
    counted_at: datetime.datetime | None
    total: Figures
    flights: tuple[FlightLine, ...]
    days: tuple[tuple[datetime.date, Figures], ...]
    placements: tuple[Line, ...]
    sections: tuple[Line, ...]
    devices: tuple[Line, ...]
    clock: tuple[tuple[int, Figures], ...]
    discards: tuple[tuple[str, str, int], ...]

    @property
    def creatives(self) -> list[CreativeLine]:
        return [creative for flight in self.flights for creative in flight.creatives]

    @property
    def discarded(self) -> int:
        return sum(number for _reason, _label, number in self.discards)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all figures: two copies with the same one say the same."""
        told = {
            "campaign": self.campaign,
            "period": [str(self.period.first), str(self.period.last)],
            "total": self.total.numbers,
            "flights": {
                flight.id: {
                    "total": flight.figures.numbers,
                    "promised": [flight.promise.goal, flight.promise.share],
                    "delivered": [
                        flight.promise.delivered,
                        flight.promise.held,
                        flight.promise.whole,
                    ],
                    "days": {str(day): one.numbers for day, one in flight.days},
                    "creatives": {one.id: one.figures.numbers for one in flight.creatives},
                }
                for flight in self.flights
            },
            "placements": _numbers(self.placements),
            "sections": _numbers(self.sections),
            "screens": _numbers(self.devices),
            "hours": {hour: one.numbers for hour, one in self.clock},
            "discards": {reason: number for reason, _label, number in self.discards},
        }
        text = json.dumps(told, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _numbers(lines: Iterable[Line]) -> dict[str, list[int]]:
    # JSON sorts keys of one kind alone, and what is outside the sections has none.
    return {"" if line.key is None else str(line.key): line.figures.numbers for line in lines}


def flights_of(campaign: Campaign) -> list[Flight]:
    """What was sold of it with placements and creatives, in the order in which it runs; three queries."""
    rows = sold(campaign.flights.all()).prefetch_related("placements", "creatives")
    return list(rows.order_by("days", "pk"))


def sold(flights: QuerySet[Flight]) -> QuerySet[Flight]:
    """Without offers: nobody promised them yet, and they may never run."""
    return flights.exclude(state=FlightState.DRAFT)


def report_on(
    campaign: Campaign,
    asked: Period | None = None,
    *,
    flights: Sequence[Flight] | None = None,
    now: datetime.datetime | None = None,
) -> Report:
    """The report of a campaign; as many queries for one flight as for a hundred.

    Args:
        campaign: with its advertiser.
        asked: the days to report on; the campaign's own when None.
        flights: from `flights_of`, when the caller has them.
        now: the instant up to which promises are judged.
    """
    rows = flights_of(campaign) if flights is None else list(flights)
    now = now or timezone.now()
    days = asked or period.of_flights(rows)
    ids = [row.pk for row in rows]
    sums = figures.counted(ids, days)
    thrown = figures.discarded(ids, days)
    whole = shared_by(rows)
    promises = promises_of(rows, whole, figures.totals(ids, now) if ids else {}, now)
    names = {row.pk: str(row) for row in Placement.objects.all()}
    sections = dict(Section.objects.values_list("pk", "name"))
    return Report(
        campaign=campaign.pk,
        name=campaign.name,
        advertiser=campaign.advertiser.name,
        contract=campaign.contract,
        period=days,
        made_at=now,
        counted_at=figures.last_counted(),
        total=sums.total,
        flights=tuple(
            _flight_line(row, promises[row.pk], sums, thrown, whole.get(row.pk, {}), days)
            for row in rows
        ),
        days=_filled(sums.by("day"), days),
        placements=_lines(sums.by("placement"), names),
        sections=_lines(sums.by("section"), {None: _("outside the sections"), **sections}),
        devices=_lines(sums.by("device"), {key: str(label) for key, label in Device.choices}),
        clock=tuple((hour, sums.by("clock").get(hour, Figures())) for hour in range(24)),
        discards=_reasons(thrown.values()),
    )


def _flight_line(
    row: Flight,
    promise: Promise,
    sums: Counted,
    thrown: Mapping[tuple[int, int], Mapping[str, int]],
    whole: Mapping[datetime.date, Shared],
    days: Period,
) -> FlightLine:
    by_day = {
        day: one for (flight, day), one in sums.by("flight", "day").items() if flight == row.pk
    }
    inside = [day for day in sorted(whole) if days.first <= day <= days.last and whole[day].every]
    return FlightLine(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        state=row.state,
        first_day=row.first_day,
        last_day=row.last_day,
        placements=tuple(str(placement) for placement in row.placements.all()),
        figures=sums.by("flight").get(row.pk, Figures()),
        promise=promise,
        creatives=tuple(
            _creative_line(creative, sums, thrown.get((row.pk, creative.pk), {}))
            for creative in sorted(row.creatives.all(), key=lambda one: one.pk)
        ),
        days=tuple(sorted(by_day.items())),
        shares=tuple((day, 100 * whole[day].own / whole[day].every) for day in inside),
    )


def _creative_line(creative: Creative, sums: Counted, thrown: Mapping[str, int]) -> CreativeLine:
    return CreativeLine(
        id=creative.pk,
        name=creative.name,
        is_text=creative.kind == "text",
        headline=creative.headline,
        alt_text=creative.alt_text,
        sizes=tuple(sorted(creative.images)),
        figures=sums.by("creative").get(creative.pk, Figures()),
        discards=thrown,
    )


def promises_of(
    rows: Sequence[Flight],
    whole: Mapping[int, Mapping[datetime.date, Shared]],
    had: Mapping[int, Figures],
    now: datetime.datetime,
) -> dict[int, Promise]:
    """What was promised with each flight, and how it stands; as many queries for all as for one.

    Args:
        whole: from `shared_by`.
        had: from `figures.totals`.
    """
    viewable = {key: one.viewable for key, one in had.items()}
    standard = [row.pk for row in rows if row.kind == FlightKind.STANDARD]
    courses = courses_of(standard, viewable, now)
    today = timezone.localdate(now)
    found = {}
    for row in rows:
        course, due = courses.get(row.pk, (None, 0))
        is_past = row.last_day is not None and row.last_day < today
        found[row.pk] = Promise(
            kind=row.kind,
            goal=row.goal or 0,
            due=due,
            course=course,
            share=row.share or 0,
            whole=sum(one.every for one in whole.get(row.pk, {}).values()),
            held=sum(one.own for one in whole.get(row.pk, {}).values()),
            delivered=viewable.get(row.pk, 0),
            is_over=is_past or row.state == FlightState.STOPPED,
        )
    return found


def shared_by(rows: Sequence[Flight]) -> dict[int, dict[datetime.date, Shared]]:
    """All views that each sponsorship held a share of, by day, over all its days so far."""
    shared = [row for row in rows if row.kind == FlightKind.SPONSORSHIP]
    if not shared:
        return {}
    return figures.whole([row.pk for row in shared], period.of_flights(shared))


def courses_of(
    flights: Sequence[int], had: Mapping[int, int], now: datetime.datetime
) -> dict[int, tuple[Course, int]]:
    """Where each standard flight stands and what it should have by now; thirteen queries, or none.

    Args:
        had: viewable views so far by flight.
    """
    if not flights:
        return {}
    facts = snapshot.facts_of(Flight.objects.filter(pk__in=flights))
    known = forecast.load(timezone.localdate(now))
    slots = snapshot.standing()
    local = timezone.localtime(now)
    found = {}
    for one in facts:
        judged = replace(one, delivered=had.get(one.id, 0))
        found[one.id] = pacing.course(judged, slots, known, local)
    return found


def _filled(
    by_day: Mapping[datetime.date, Figures], days: Period
) -> tuple[tuple[datetime.date, Figures], ...]:
    """Every day of the period, also those on which there was nothing."""
    return tuple((day, by_day.get(day, Figures())) for day in days.days)


def _lines(sums: Mapping[Any, Figures], names: Mapping[Any, str]) -> tuple[Line, ...]:
    lines = [Line(key, names.get(key, "–"), value) for key, value in sums.items()]
    return tuple(sorted(lines, key=lambda line: (-line.figures.served, line.label)))


def _reasons(thrown: Any) -> tuple[tuple[str, str, int], ...]:
    """(reason, in words, how many) over all creatives, the commonest first."""
    sums: dict[str, int] = defaultdict(int)
    for by_reason in thrown:
        for reason, number in by_reason.items():
            sums[reason] += number
    rows = [(reason, str(DiscardReason(reason).label), number) for reason, number in sums.items()]
    return tuple(sorted(rows, key=lambda row: (-row[2], row[0])))
