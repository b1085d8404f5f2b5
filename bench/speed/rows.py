"""A row of the table: what was measured, against which limit, and whether it was met."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol


class Measured(Protocol):
    """Answers a second, and microseconds of the server's processor time for each."""

    @property
    def rate(self) -> float: ...

    @property
    def cpu(self) -> float: ...


@dataclass
class Row:
    """One line of the table.

    Args:
        measure: what was measured.
        aim: the limit, in words.
        value: what came out, in words; None when it was not measured, and `why` says why not.
        is_met: None when it was not measured.
        parts: the figures behind it.
    """

    measure: str
    aim: str
    value: str | None = None
    is_met: bool | None = None
    why: str = ""
    parts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Ratio:
    """One thing beside another, from interleaved rounds.

    `rate` is the median of the rounds' ratios, `low` and `high` their extremes. `cpu` is the same by the processor
    time that the server spent on an answer: where the neighbours take turns on the core, as they do on rented ones,
    it moves far less.
    """

    rate: float
    low: float
    high: float
    cpu: float
    ours: Measured
    theirs: Measured

    def parts(self) -> dict[str, Any]:
        return {
            "ratio_by_rate": round(self.rate, 3),
            "rounds_from_to": [round(self.low, 3), round(self.high, 3)],
            "ratio_by_processor_time": round(self.cpu, 3),
            "ours_per_s": round(self.ours.rate),
            "theirs_per_s": round(self.theirs.rate),
            "ours_us": round(self.ours.cpu, 1),
            "theirs_us": round(self.theirs.cpu, 1),
        }


@dataclass(frozen=True)
class _Median:
    rate: float
    cpu: float


def compare(
    ours: Callable[[int], Measured], theirs: Callable[[int], Measured], rounds: int
) -> Ratio:
    """Measure both in turn, `rounds` times; whoever was first is second in the next round."""
    pairs = []
    for number in range(rounds):
        if number % 2:
            second = theirs(number)
            pairs.append((ours(number), second))
        else:
            first = ours(number)
            pairs.append((first, theirs(number)))
    return ratio_of(pairs)


def ratio_of(pairs: Sequence[tuple[Measured, Measured]]) -> Ratio:
    rates = [ours.rate / theirs.rate for ours, theirs in pairs]
    middle = statistics.median
    ours = _Median(middle(a.rate for a, _b in pairs), middle(a.cpu for a, _b in pairs))
    theirs = _Median(middle(b.rate for _a, b in pairs), middle(b.cpu for _a, b in pairs))
    return Ratio(middle(rates), min(rates), max(rates), theirs.cpu / ours.cpu, ours, theirs)


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown, which reads well at a terminal too."""
    lines = ["| measure | aim | measured | met |", "| --- | --- | --- | --- |"]
    for row in rows:
        met = {True: "yes", False: "**no**", None: "–"}[row.is_met]
        said = row.value if row.value is not None else f"not measured: {row.why}"
        lines.append(f"| {row.measure} | {row.aim} | {said} | {met} |")
    return "\n".join(lines)


BEGIN, END = "<!-- measured by make bench -->", "<!-- until here -->"


def documented(document: str, facts: Mapping[str, Any], rows: Sequence[Row]) -> str:
    """The document with this table in the place of the one before. Raises ValueError without its two marks."""
    before, begin, rest = document.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The document has no “{BEGIN}” with a “{END}” after it.")
    shown = ("machine", "memory", "python", "django", "granian", "postgresql", "nginx")
    on = "; ".join(f"{name} {facts[name]}" for name in shown if name in facts)
    said = (
        f"{facts['date'][:10]}, commit {facts['commit'][:12]}, {facts['stories']:,} stories. {on}."
    )
    return f"{before}{BEGIN}\n\n{said}\n\n{table(rows)}\n\n{END}{after}"
