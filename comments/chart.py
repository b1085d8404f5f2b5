"""A small plain chart, drawn on the server: bars, a label at each end, no script and no style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 600, 96, 6


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str
    value: int


def bars(values: Sequence[tuple[str, int]]) -> list[Bar]:
    """Bars for (label, value) over WIDTH × HEIGHT; a value of 0 keeps a hairline."""
    most = max((value for _label, value in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    drawn = []
    for place, (label, value) in enumerate(values):
        height = max(round(HEIGHT * value / most, 1), 1)
        drawn.append(
            Bar(
                x=round(place * step + GAP / 2, 1),
                y=round(HEIGHT - height, 1),
                width=round(step - GAP, 1),
                height=height,
                label=label,
                value=value,
            )
        )
    return drawn
