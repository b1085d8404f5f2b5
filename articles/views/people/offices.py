"""Offices over time: who holds what now, and the picture of it. Pure, but for the clock."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from ...choices import DatePrecision, TenureKind
from ...models import Post, Tenure
from ...people.offices import is_coming, is_held_on

# Of a long career these many offices are shown at once; the rest is folded.
OPEN_OFFICES = 8
# In hundredths of the picture's width: what a bar's number needs on a phone, and the narrowest bar.
ROOM_OF_A_BAR = 6.0
NARROWEST = 0.8
# More years than these are not named below the picture, which is 300 pixels wide on a phone.
MOST_YEARS = 5


@dataclass(frozen=True)
class Office:
    """One tenure as a page shows it. `number` is that of its bar in the picture."""

    tenure: Tenure
    number: int
    is_current: bool
    is_coming: bool


@dataclass(frozen=True)
class Bar:
    """An office in the picture; all in hundredths of its width.

    `is_vague`: its beginning is not known, and the bar only leads up to the end.
    """

    office: Office
    start: float
    width: float
    is_vague: bool

    @property
    def is_acting(self) -> bool:
        return self.office.tenure.kind != TenureKind.DEFINITIVE

    @property
    def end(self) -> float:
        """Where its number ends at the latest, so that the next bar of the lane has room."""
        return self.start + max(self.width, ROOM_OF_A_BAR)

    @property
    def is_at_the_edge(self) -> bool:
        return self.start > 100 - ROOM_OF_A_BAR / 2


@dataclass(frozen=True)
class Year:
    """A line of the scale at the beginning of a year."""

    year: int
    at: float


@dataclass(frozen=True)
class Timeline:
    """The picture: lanes of bars that do not overlap, over one scale that ends today."""

    first: int
    last: int
    lanes: Sequence[Sequence[Bar]]
    years: Sequence[Year]
    has_acting: bool = field(default=False)
    has_vague: bool = field(default=False)


@dataclass(frozen=True)
class Holders:
    """A post with those who hold it, those who will and those who did, latest first."""

    post: Post
    now: Sequence[Tenure]
    coming: Sequence[Tenure]
    former: Sequence[Tenure]

    @property
    def is_partly_known(self) -> bool:
        """Whether the post has more seats than holders we know of."""
        return self.post.seats > 1 and len(self.now) < self.post.seats


def without_repeats(tenures: Iterable[Tenure]) -> list[Tenure]:
    """Each office once: two entries of one person may both have it."""
    seen = set()
    found = []
    for tenure in tenures:
        key = (
            *(tenure.person.merged_into_id or tenure.person_id, tenure.post_id, tenure.kind),
            *(tenure.started_on, tenure.start_precision, tenure.ended_on, tenure.end_precision),
        )
        if key not in seen:
            seen.add(key)
            found.append(tenure)
    return found


def offices_of(tenures: Iterable[Tenure]) -> list[Office]:
    """The offices of one person, latest first as the tenures come."""
    today = timezone.localdate()
    return [
        Office(tenure, number, is_held_on(tenure, today), is_coming(tenure, today))
        for number, tenure in enumerate(without_repeats(tenures), start=1)
    ]


def holders_of(post: Post) -> Holders:
    """From a post whose tenures are fetched with their people."""
    today = timezone.localdate()
    tenures = without_repeats(post.tenures.all())
    coming = [tenure for tenure in tenures if is_coming(tenure, today)]
    now = [tenure for tenure in tenures if is_held_on(tenure, today)]
    return Holders(post, now, coming, [t for t in tenures if t not in now and t not in coming])


def timeline_of(offices: Sequence[Office]) -> Timeline | None:
    """The picture of these offices; None when no time of any of them is known.

    It runs from the first day of the first known year to today. An office that has not begun
    and one without any date are not in it: the list says what is known of them.
    """
    today = timezone.localdate()
    drawn = [office for office in offices if _is_drawable(office)]
    if not drawn:
        return None
    first = min(_first_day(office.tenure) for office in drawn).replace(month=1, day=1)
    days = max((today - first).days, 1)

    def at(day: datetime.date) -> float:
        return min(max(100 * (day - first).days / days, 0.0), 100.0)

    bars = []
    for office in drawn:
        # One that ends in the course of this year is held until then.
        end = at(today if office.is_current else min(office.tenure.ended_on or today, today))
        is_vague = not _is_known(office.tenure.started_on, office.tenure.start_precision)
        start = max(end - ROOM_OF_A_BAR, 0.0) if is_vague else at(_first_day(office.tenure))
        width = max(end - start, NARROWEST)
        start = min(start, 100 - width)
        bars.append(Bar(office, round(start, 2), round(width, 2), is_vague))
    return Timeline(
        first.year,
        today.year,
        _lanes(bars),
        _years(first.year, today.year, at),
        any(bar.is_acting for bar in bars),
        any(bar.is_vague for bar in bars),
    )


def _is_known(day: datetime.date | None, precision: str) -> bool:
    return day is not None and precision != DatePrecision.UNKNOWN


def _is_drawable(office: Office) -> bool:
    tenure = office.tenure
    return not office.is_coming and (
        _is_known(tenure.started_on, tenure.start_precision)
        or _is_known(tenure.ended_on, tenure.end_precision)
    )


def _first_day(tenure: Tenure) -> datetime.date:
    """The day the scale has to reach back to."""
    if tenure.started_on and tenure.start_precision != DatePrecision.UNKNOWN:
        return tenure.started_on
    return min(tenure.ended_on or timezone.localdate(), timezone.localdate())


def _lanes(bars: Iterable[Bar]) -> list[list[Bar]]:
    """As few lanes as it takes for bars not to overlap: each bar in the first that has room."""
    lanes: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda bar: (bar.start, -bar.width, bar.office.number)):
        free = next((lane for lane in lanes if lane[-1].end <= bar.start), None)
        if free is None:
            free = []
            lanes.append(free)
        free.append(bar)
    return lanes


def _years(first: int, last: int, at: Callable[[datetime.date], float]) -> list[Year]:
    """The years to name, a round number of years apart, none so late that "now" has no room."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (last - first) / step < MOST_YEARS)
    begin = first if step == 1 else -(-first // step) * step
    found = [
        Year(year, round(at(datetime.date(year, 1, 1)), 2)) for year in range(begin, last + 1, step)
    ]
    return [year for year in found if year.at <= 86]
