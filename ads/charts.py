"""Small plain charts: geometry alone, which a template draws as SVG and the proof of showing as PDF.

No legend: what a line means stands at the line. Coordinates are those of a box of WIDTH × HEIGHT with
the origin at its upper left; WIDTH is a phone's, so that the letters are readable there.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

WIDTH, HEIGHT = 360, 150
_TOP, _BOTTOM = 18, 128  # between them is drawn; labels stand above and below
_LABELS = 145
_LETTERS = 11  # their height
# More days than this are drawn as weeks: thinner bars could not be told apart.
MOST_BARS = 92


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line; `role` says what it is: "had" or "promised"."""

    role: str
    points: tuple[tuple[float, float], ...]

    @property
    def dot(self) -> tuple[float, float] | None:
        """Where the only point is: a line of one point would not be seen."""
        return self.points[0] if len(self.points) == 1 else None

    @property
    def as_text(self) -> str:
        """As SVG's `points` wants them."""
        return " ".join(f"{x},{y}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class Label:
    """A word at (x, y), which is its beginning, its middle or its end."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    role: str = "scale"


@dataclass(frozen=True, slots=True)
class Chart:
    """`title` says what it is, `description` the same in figures for who cannot see it."""

    title: str
    description: str
    bars: tuple[Bar, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    labels: tuple[Label, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    baseline: int = _BOTTOM


Days = Sequence[tuple[datetime.date, int]]


def views_by_day(days: Days) -> Chart:
    """Viewable views as bars, a day or, beyond MOST_BARS days, a week each."""
    by_week = len(days) > MOST_BARS
    values = [(_day(day), number) for day, number in (_weeks(days) if by_week else days)]
    title = _("Viewable views by week") if by_week else _("Viewable views by day")
    most = max(values, key=lambda pair: pair[1], default=("", 0))
    description = (
        _("Most on %(day)s: %(number)s.") % {"day": most[0], "number": _number(most[1])}
        if most[1]
        else _("None yet.")
    )
    return _barred(title, description, values, ends=True)


def views_by_hour(hours: Sequence[tuple[int, int]]) -> Chart:
    """Viewable views by hour of the day, 0 to 23 of the publication's clock."""
    values = [(f"{hour:02}.00", number) for hour, number in hours]
    most = max(values, key=lambda pair: pair[1], default=("", 0))
    description = (
        _("Most from %(hour)s: %(number)s.") % {"hour": most[0], "number": _number(most[1])}
        if most[1]
        else _("None yet.")
    )
    chart = _barred(_("Viewable views by hour of the day"), description, values)
    step = WIDTH / max(len(values), 1)
    marks = tuple(
        Label(round(step * (hour + 0.5), 1), _LABELS, f"{hour:02}", "middle")
        for hour in (0, 6, 12, 18)
        if hour < len(values)
    )
    return _with_labels(chart, marks)


def goal_course(days: Days, first: datetime.date, last: datetime.date, goal: int) -> Chart:
    """Views so far, against an even way from nothing on the first day to the goal after the last.

    Args:
        days: viewable views by day, from `first` on; days that are not there had none.
    """
    by_day = dict(days)
    length = (last - first).days + 1
    reached = max(by_day, default=first - datetime.timedelta(days=1))
    total, sums = 0, [0]
    for step in range((min(reached, last) - first).days + 1):
        total += by_day.get(first + datetime.timedelta(days=step), 0)
        sums.append(total)
    highest = max(goal, total, 1)
    had = tuple((_x(step, length), _y(value, highest)) for step, value in enumerate(sums))
    promised = ((0.0, _y(0, highest)), (float(WIDTH), _y(goal, highest)))
    return Chart(
        title=_("Viewable views so far, and an even course to the goal"),
        description=_("%(had)s of %(goal)s by %(day)s.")
        % {"had": _number(total), "goal": _number(goal), "day": _day(min(reached, last))}
        if by_day
        else _("None yet."),
        strokes=(Stroke("promised", promised), Stroke("had", had)),
        labels=(
            Label(
                WIDTH,
                _above(_y(goal, highest)),
                _("goal %(goal)s") % {"goal": _number(goal)},
                "end",
                "promised",
            ),
            *_at_end(had, _number(total)),
            *_ends(_day(first), _day(last)),
        ),
    )


def share_by_day(shares: Sequence[tuple[datetime.date, float]], sold: int) -> Chart:
    """A sponsorship's part of all views in percent, against the part that was sold."""
    highest = max([float(sold), *(share for _day_of, share in shares)]) or 1.0
    length = max(len(shares) - 1, 1)
    had = tuple((_x(place, length), _y(share, highest)) for place, (_d, share) in enumerate(shares))
    if len(had) == 1:
        had = ((WIDTH / 2, had[0][1]),)
    level = _y(sold, highest)
    mean = sum(share for _d, share in shares) / len(shares) if shares else 0.0
    return Chart(
        title=_("Share of all viewable views by day"),
        description=_("On average %(mean)s %%, sold %(sold)s %%.")
        % {"mean": number_format(mean, 1), "sold": sold}
        if shares
        else _("None yet."),
        strokes=(Stroke("promised", ((0.0, level), (float(WIDTH), level))), Stroke("had", had)),
        labels=(
            Label(
                WIDTH, _above(level), _("sold %(share)s %%") % {"share": sold}, "end", "promised"
            ),
            *_at_end(had, f"{number_format(shares[-1][1], 1)}%" if shares else "", level),
            *_days_of(shares),
        ),
    )


def _barred(
    title: str, description: str, values: Sequence[tuple[str, int]], *, ends: bool = False
) -> Chart:
    most = max((number for _label, number in values), default=0)
    step = WIDTH / max(len(values), 1)
    gap = min(2.0, step / 4)
    bars = []
    for place, (label, number) in enumerate(values):
        y = _y(number, most or 1)
        bars.append(
            Bar(
                x=round(place * step + gap / 2, 2),
                y=y,
                width=round(step - gap, 2),
                height=round(_BOTTOM - y, 1),
                title=f"{label}: {_number(number)}",
            )
        )
    labels: tuple[Label, ...] = ()
    if most:
        highest = max(bars, key=lambda bar: bar.height)
        x = min(max(highest.x + highest.width / 2, 20), WIDTH - 20)
        labels = (Label(round(x, 1), _above(highest.y), _number(most), "middle", "had"),)
    if ends and values:
        labels += _ends(values[0][0], values[-1][0] if len(values) > 1 else "")
    return Chart(title=title, description=description, bars=tuple(bars), labels=labels)


def _weeks(days: Days) -> list[tuple[datetime.date, int]]:
    """Sums by week, each named by its first day in the row."""
    return [
        (days[start][0], sum(number for _d, number in days[start : start + 7]))
        for start in range(0, len(days), 7)
    ]


def _with_labels(chart: Chart, more: tuple[Label, ...]) -> Chart:
    return Chart(chart.title, chart.description, chart.bars, chart.strokes, chart.labels + more)


def _at_end(
    points: Sequence[tuple[float, float]], text: str, level: float | None = None
) -> tuple[Label, ...]:
    """The last value, below its line's end or wherever no line goes through it.

    Args:
        level: of a level line with a label of its own above it.
    """
    if not points or not text:
        return ()
    x, y = points[-1]
    lines = [y] if level is None else [y, level]
    places = [place for line in lines for place in (line + 14, line - 5)]
    if level is not None:
        places = [place for place in places if abs(place - _above(level)) >= _LETTERS]
        places.append(_above(level) - _LETTERS)
    free = (
        round(place, 1)
        for place in places
        if _LETTERS <= place <= _BOTTOM - 3
        and not any(place - _LETTERS < line < place + 3 for line in lines)
    )
    anchor = "middle" if len(points) == 1 else "start" if x < WIDTH / 2 else "end"
    return (Label(x, next(free, min(y + 14, _BOTTOM - 3)), text, anchor, "had"),)


def _days_of(shares: Sequence[tuple[datetime.date, float]]) -> tuple[Label, ...]:
    if len(shares) == 1:
        return (Label(WIDTH / 2, _LABELS, _day(shares[0][0]), "middle"),)
    return _ends(_day(shares[0][0]), _day(shares[-1][0])) if shares else ()


def _ends(first: str, last: str) -> tuple[Label, ...]:
    right = (Label(WIDTH, _LABELS, last, "end"),) if last else ()
    return (Label(0, _LABELS, first), *right)


def _x(step: float, length: int) -> float:
    return round(WIDTH * step / length, 1)


def _y(value: float, highest: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * value / highest, 1)


def _above(y: float) -> float:
    return round(max(y - 5, 11), 1)


def _day(day: datetime.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _number(value: int) -> str:
    return number_format(value, 0, use_l10n=True, force_grouping=True)
