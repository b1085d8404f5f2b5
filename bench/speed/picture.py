"""Curves of growth as SVG, readable on light and on dark pages.

    .venv/bin/python -m bench.speed.picture [RESULTS.json] [GOAL.svg]

Both axes are logarithmic: the number of stories, and how many times as long as at the smallest size.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

BASE_DIR = Path(__file__).resolve().parents[2]
RESULTS = BASE_DIR / "bench" / "results" / "latest.json"
GOAL = BASE_DIR / "docs" / "performance" / "growth.svg"
WIDTH, HEIGHT = 960, 460
LEFT, RIGHT, TOP, BOTTOM = 60, 400, 24, 46
# Told apart by colour and by dashes; no two that the colour-blind mix up without another dash.
COLOURS = ("#2f6fb5", "#c25b12", "#3b8a4b", "#8a5bb5", "#b03a55", "#6b7a1f", "#1f8a8a", "#7a6a5a")
DASHES = ("", "7 4", "2 3", "10 3 2 3")
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #333; }
.axis { stroke: #888; } .grid { stroke: #8884; } .other { fill: none; stroke: #8886; } .limit { stroke: #b00020; stroke-dasharray: 3 3; }
.limit-name { fill: #b00020; }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd; } .limit { stroke: #ff8a8a; } .limit-name { fill: #ff8a8a; }
}
"""

# So many curves can be told apart: those that grow most, and have names.
NAMED = 20
# What becomes faster than this, as a line of a file that is longer, runs along the bottom.
LEAST = 0.4

Curves = Mapping[str, Sequence[tuple[int, float]]]


def svg(curves: Curves, limits: Mapping[str, float]) -> str:
    """The picture.

    Args:
        curves: for each page, (stories, milliseconds), two sizes at least. A curve is drawn relative to its
            smallest size.
        limits: names and ratios drawn as level lines.

    Raises ValueError when there is nothing to draw.
    """
    relative = {
        name: [(size, ms / points[0][1]) for size, ms in points]
        for name, values in curves.items()
        if len(points := sorted(values)) > 1 and points[0][1] > 0
    }
    if not relative:
        raise ValueError("There are no curves of two sizes or more.")
    sizes = sorted({size for points in relative.values() for size, _ratio in points})
    ratios = [ratio for points in relative.values() for _size, ratio in points]
    highest = max([*ratios, *limits.values(), 2.0]) * 1.15
    lowest = max(min([*ratios, 0.8]) / 1.1, LEAST)

    def x(size: float) -> float:
        share = math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(ratio: float) -> float:
        share = math.log(max(ratio, lowest) / lowest) / math.log(highest / lowest)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="How times grow from {sizes[0]:,} to {sizes[-1]:,} stories">',
        f"<style>{STYLE}</style>",
    ]
    for size in sizes:
        lines.append(_line(x(size), TOP, x(size), HEIGHT - BOTTOM, "grid"))
        lines.append(_text(x(size), HEIGHT - BOTTOM + 18, f"{size:,}", "middle"))
    for ratio in (r for r in (0.25, 0.5, 1, 2, 3, 5, 10, 20, 50, 100) if lowest < r < highest):
        lines.append(_line(LEFT, y(ratio), WIDTH - RIGHT, y(ratio), "grid"))
        lines.append(_text(LEFT - 8, y(ratio) + 4, f"{ratio:g} ×", "end"))
    for name, ratio in limits.items():
        lines.append(_line(LEFT, y(ratio), WIDTH - RIGHT, y(ratio), "limit"))
        lines.append(_text(LEFT + 4, y(ratio) - 4, name, "start", "limit-name"))
    lines.append(_line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "axis"))
    lines.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "stories", "middle"))
    ordered = sorted(relative.items(), key=lambda item: -item[1][-1][1])

    def path_of(points: Sequence[tuple[int, float]]) -> str:
        return " ".join(f"{x(size):.1f},{y(ratio):.1f}" for size, ratio in points)

    named, others = ordered[:NAMED], ordered[NAMED:]
    for _name, points in others:
        lines.append(f'<polyline points="{path_of(points)}" class="other"/>')
    room = (HEIGHT - TOP - BOTTOM) / (len(named) + bool(others))
    for number, (name, points) in enumerate(named):
        colour, dash = COLOURS[number % len(COLOURS)], DASHES[number // len(COLOURS) % len(DASHES)]
        path = path_of(points)
        look = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
        lines.append(f'<polyline points="{path}" {look}/>')
        at = TOP + 10 + number * min(room, 18)
        lines.append(
            f'<line x1="{WIDTH - RIGHT + 12}" y1="{at - 4:.0f}" x2="{WIDTH - RIGHT + 40}" '
            f'y2="{at - 4:.0f}" {look}/>'
        )
        lines.append(
            _text(WIDTH - RIGHT + 46, at, f"{name}: {points[-1][1]:.2f} ×", "start", "key")
        )
    if others:
        span = f"{others[-1][1][-1][1]:.2f} to {others[0][1][-1][1]:.2f} ×"
        at = TOP + 10 + len(named) * min(room, 18)
        lines.append(_text(WIDTH - RIGHT + 46, at, f"{len(others)} others: {span}", "start", "key"))
    return "\n".join([*lines, "</svg>", ""])


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(words)}</text>'


def curves_of(results: Mapping[str, object]) -> dict[str, list[tuple[int, float]]]:
    """The curves in the results of a run: whatever row has parts with a "curve" of sizes and milliseconds."""
    found: dict[str, list[tuple[int, float]]] = {}
    rows = results.get("rows")
    for row in rows if isinstance(rows, list) else []:
        for name, part in row.get("parts", {}).items():
            curve = part.get("curve") if isinstance(part, dict) else None
            if curve:
                found[name] = sorted((int(size), float(ms)) for size, ms in dict(curve).items())
    return found


def main() -> int:
    results = Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS
    goal = Path(sys.argv[2]) if len(sys.argv) > 2 else GOAL
    draw(results, goal)
    print(goal)
    return 0


def draw(results: Path, goal: Path = GOAL) -> None:
    """Draw the growth that stands in `results`."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    drawn = svg(curves_of(json.loads(results.read_text())), {"pages: 1.5": 1.5, "search: 3": 3.0})
    goal.write_text(drawn)


if __name__ == "__main__":
    sys.exit(main())
