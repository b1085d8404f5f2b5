"""Which advertisement is shown, and why every other one was not. Pure: nothing here reads a clock or a table.

The policy, in the order in which it is applied:

1. A flight that breaks one of `RULES` at this placement, page, moment and screen takes no part.
2. A *sponsorship* has its share of all views: 30 % is 30 %, whoever else runs.
3. *Standard* flights have what each still needs (`FlightFacts.needs`, worked out by `ads.pacing`), the more
   important ones first; when it does not suffice, those of one priority are cut alike.
4. *House* flights have the rest, by equal parts. Without one, the standard flights are stretched over it:
   an empty slot serves nobody.
5. What is nobody's stays free.

`intervals` lays this out over [0, 1) in half-open pieces, and a draw is one number in it. The same
arithmetic in the same order is done by the browser (static/site/sela.js); a test compares both.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .choices import FlightKind, FlightState, PageClass


@dataclass(frozen=True, slots=True)
class CreativeFacts:
    """A creative as it is shown. `images` is {size: (address, width, height)}; empty for text."""

    id: int
    is_approved: bool
    images: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)
    alt_text: str = ""
    headline: str = ""
    words: str = ""
    # Where it leads; not told to browsers, which ask for it with a click.
    link: str = ""

    def fits(self, size: str) -> bool:
        return (
            bool(size)
            and (not self.images or size in self.images)
            and bool(self.images or self.headline)
        )


@dataclass(frozen=True, slots=True)
class FlightFacts:
    """A flight with everything that decides whether it is shown.

    `starts_at` and `ends_at` are the instants of its days in the publication's zone, half-open;
    `ends_at` is None for an open house flight. `delivered` counts viewable views so far. `needs` is
    the part of a placement's views that a standard flight still needs, by key, see `ads.pacing`;
    `page_part` is the part of the views of stories that its tags and places leave to it, in [0, 1].
    """

    id: int
    kind: str
    state: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime | None
    placements: frozenset[str]
    creatives: tuple[CreativeFacts, ...] = ()
    name: str = ""
    advertiser: str = ""
    priority: int = 5
    share: int = 0
    goal: int = 0
    delivered: int = 0
    needs: Mapping[str, float] = field(default_factory=dict)
    cap_per_day: int = 0
    sections: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()
    page_part: float = 1.0
    device: str = ""
    weekdays: frozenset[int] = frozenset()
    from_hour: int | None = None
    until_hour: int | None = None
    is_held_at_tragedy: bool = False
    is_political: bool = False
    people: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PlacementFacts:
    """A slot: `sizes` by device, for those on which it stands."""

    id: int
    key: str
    page_class: str
    sizes: Mapping[str, str]
    name: str = ""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says of itself. `places` are the dateline's place and all that it lies in.

    For a story that protects identities `people` and `organisations` are not told to anybody; there
    no advertiser with any link to people or organisations is shown.
    """

    page_class: str = PageClass.ARTICLE
    section: int | None = None
    tags: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    is_tragedy: bool = False
    is_protected: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in the publication's zone (`at` carries that zone), and whether its day is silent."""

    at: datetime.datetime
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that a rule may ask about. `seen_today` is how often this reader saw the creative."""

    placement: PlacementFacts
    page: PageFacts
    moment: Moment
    device: str
    seen_today: int = 0


Rule = Callable[[FlightFacts, Situation], bool]


def _not_booked(flight: FlightFacts, now: Situation) -> bool:
    return flight.state == FlightState.DRAFT


def _stopped(flight: FlightFacts, now: Situation) -> bool:
    return flight.state == FlightState.STOPPED


def _paused(flight: FlightFacts, now: Situation) -> bool:
    return flight.state == FlightState.PAUSED


def _not_yet(flight: FlightFacts, now: Situation) -> bool:
    return now.moment.at < flight.starts_at


def _over(flight: FlightFacts, now: Situation) -> bool:
    return flight.ends_at is not None and now.moment.at >= flight.ends_at


def _reached(flight: FlightFacts, now: Situation) -> bool:
    return flight.kind == FlightKind.STANDARD and flight.delivered >= flight.goal


def _elsewhere(flight: FlightFacts, now: Situation) -> bool:
    return now.placement.key not in flight.placements


def _weekday(flight: FlightFacts, now: Situation) -> bool:
    return bool(flight.weekdays) and now.moment.at.isoweekday() not in flight.weekdays


def _hour(flight: FlightFacts, now: Situation) -> bool:
    return not is_in_hours(now.moment.at.hour, flight.from_hour, flight.until_hour)


def _silence(flight: FlightFacts, now: Situation) -> bool:
    return flight.is_political and now.moment.is_silent


def _not_approved(flight: FlightFacts, now: Situation) -> bool:
    return not any(creative.is_approved for creative in flight.creatives)


def _section(flight: FlightFacts, now: Situation) -> bool:
    return bool(flight.sections) and now.page.section not in flight.sections


def _device(flight: FlightFacts, now: Situation) -> bool:
    return flight.device not in ("", now.device)


def _size(flight: FlightFacts, now: Situation) -> bool:
    return not fitting(flight, now.placement.sizes.get(now.device, ""))


def _tag(flight: FlightFacts, now: Situation) -> bool:
    return bool(flight.tags) and not flight.tags & now.page.tags


def _place(flight: FlightFacts, now: Situation) -> bool:
    return bool(flight.places) and not flight.places & now.page.places


def _tragedy(flight: FlightFacts, now: Situation) -> bool:
    return flight.is_held_at_tragedy and now.page.is_tragedy


def _linked(flight: FlightFacts, now: Situation) -> bool:
    if now.page.is_protected:
        return bool(flight.people or flight.organisations)
    return bool(flight.people & now.page.people or flight.organisations & now.page.organisations)


def _capped(flight: FlightFacts, now: Situation) -> bool:
    return bool(flight.cap_per_day) and now.seen_today >= flight.cap_per_day


# Those of the server are the same for every page of a class; the browser sees to the others.
SERVER_RULES: dict[str, Rule] = {
    "not_booked": _not_booked,
    "stopped": _stopped,
    "paused": _paused,
    "not_yet": _not_yet,
    "over": _over,
    "reached": _reached,
    "elsewhere": _elsewhere,
    "weekday": _weekday,
    "hour": _hour,
    "silence": _silence,
    "not_approved": _not_approved,
    "section": _section,
}
BROWSER_RULES: dict[str, Rule] = {
    "device": _device,
    "size": _size,
    "tag": _tag,
    "place": _place,
    "tragedy": _tragedy,
    "linked": _linked,
    "capped": _capped,
}
RULES = SERVER_RULES | BROWSER_RULES


def excluded_by(
    flight: FlightFacts, situation: Situation, rules: Mapping[str, Rule] = RULES
) -> str | None:
    """The name of the first rule that keeps the flight out; None when it takes part."""
    return next((name for name, breaks in rules.items() if breaks(flight, situation)), None)


def fitting(flight: FlightFacts, size: str) -> list[CreativeFacts]:
    """Its approved creatives that can be shown in that size."""
    return [c for c in flight.creatives if c.is_approved and c.fits(size)]


def is_in_hours(hour: int, first: int | None, last: int | None) -> bool:
    """Whether an hour of the day lies in [first, last), through midnight when last is the smaller."""
    if first is None or last is None:
        return True
    if first < last:
        return first <= hour < last
    return hour >= first or hour < last


@dataclass(frozen=True, slots=True)
class Candidate:
    """A flight that takes part in a draw.

    `part` is the share of all views in [0, 1] for a sponsorship and a standard flight, and the weight
    among its own for a house flight.
    """

    flight: int
    kind: str
    part: float
    priority: int = 5


@dataclass(frozen=True, slots=True)
class Interval:
    """The half-open piece [low, high) of [0, 1) that belongs to a flight."""

    flight: int
    low: float
    high: float


def part_of(flight: FlightFacts, placement: str) -> float:
    """A flight's `Candidate.part` at a placement."""
    if flight.kind == FlightKind.SPONSORSHIP:
        return flight.share / 100
    if flight.kind == FlightKind.STANDARD:
        return min(1.0, max(0.0, flight.needs.get(placement, 1.0)))
    return 1.0


def intervals(candidates: Iterable[Candidate]) -> list[Interval]:
    """Lay the candidates out over [0, 1); what no interval covers is free.

    The order within a kind is that of the input, so that both sides of the wire agree bit by bit.
    """
    everybody = list(candidates)
    laid: list[Interval] = []
    low = 0.0
    for one in everybody:
        if one.kind == FlightKind.SPONSORSHIP:
            high = min(1.0, low + one.part)
            laid.append(Interval(one.flight, low, high))
            low = high
    standard = [one for one in everybody if one.kind == FlightKind.STANDARD]
    house = [one for one in everybody if one.kind == FlightKind.HOUSE]
    parts = standard_parts(standard, 1.0 - low, is_stretched=not house)
    for one in standard:
        high = min(1.0, low + parts[one.flight])
        laid.append(Interval(one.flight, low, high))
        low = high
    weight = _total(one.part for one in house)
    room = 1.0 - low
    for one in house:
        high = min(1.0, low + room * (one.part / weight)) if weight else low
        laid.append(Interval(one.flight, low, high))
        low = high
    return laid


def standard_parts(
    standard: Sequence[Candidate], room: float, *, is_stretched: bool
) -> dict[int, float]:
    """What each standard flight gets of the room: the important first, those alike cut alike."""
    parts: dict[int, float] = {}
    left = room
    for priority in sorted({one.priority for one in standard}):
        alike = [one for one in standard if one.priority == priority]
        wanted = _total(one.part for one in alike)
        scale = 1.0 if wanted <= left else left / wanted
        for one in alike:
            parts[one.flight] = one.part * scale
        left = max(0.0, left - wanted * scale)
    given = _total(parts[one.flight] for one in standard)
    if is_stretched and given > 0:
        for one in standard:
            parts[one.flight] = parts[one.flight] * (room / given)
    return parts


def _total(numbers: Iterable[float]) -> float:
    """A sum from left to right, as the browser does it; `sum` is more exact than that since 3.12."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def draw(laid: Sequence[Interval], number: float) -> tuple[int, float] | None:
    """The flight whose interval holds `number`, and where in it, in [0, 1); None where it is free.

    Args:
        laid: what `intervals` returned.
        number: uniformly drawn from [0, 1).
    """
    for piece in laid:
        if piece.low <= number < piece.high:
            return piece.flight, min((number - piece.low) / (piece.high - piece.low), 1 - 2**-53)
    return None


def choose(creatives: Sequence[int], where: float) -> int:
    """One of a flight's creatives by `where` in [0, 1), each as likely as the others."""
    return creatives[int(where * len(creatives))]
