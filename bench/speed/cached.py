"""Cached pages beside constant bytes under the same server, and through nginx beside a file."""

from __future__ import annotations

from typing import Any

from .rows import Ratio, Row, compare
from .stack import ASKED_WITH, Stack, get

AIM = 0.8
CONSTANT = "cached article ÷ granian constant answer of equal bytes"
FILE = "cached article through the shipped nginx ÷ nginx from a file"


def beside_constant(stack: Stack) -> Row:
    """Two servers with one process each on one core, asked in turn; packed as browsers ask, and unpacked."""
    row = Row(CONSTANT, f"≥ {AIM}")
    path = stack.stories[0]
    ratios: list[Ratio] = []
    with stack.serving() as server:
        for name, headers in ASKED_WITH.items():
            for _time in range(3):
                answer = get(server.port, path, headers=headers)
            with stack.constant(answer) as constant:
                # What was asked for is in memory, and both are warm.
                stack.ask(server, path, headers=headers, seconds=1)
                stack.ask(constant, path, headers=headers, seconds=1)
                ratio = compare(
                    lambda _n, h=headers: stack.ask(server, path, headers=h),  # type: ignore[misc]
                    lambda _n, c=constant, h=headers: stack.ask(c, path, headers=h),  # type: ignore[misc]
                    stack.rounds,
                )
            ratios.append(ratio)
            row.parts[name] = {"bytes": len(answer.body), **ratio.parts()}
    return _filled(row, ratios)


def beside_file(stack: Stack) -> Row:
    """One nginx: the page out of its cache, and the same bytes from a file, logged alike."""
    row = Row(FILE, f"≥ {AIM}")
    path = stack.stories[0]
    ratios = []
    # As deploy/newsroom.env.example has it behind this nginx.
    with stack.serving(SEND_PERMISSIONS_POLICY="off") as server, stack.nginx(server) as front:
        for name, headers in ASKED_WITH.items():
            for _time in range(3):
                answer = get(front.port, path, headers=headers)
            file = front.put(f"page-{name}.webp", answer.body)
            before = get(server.port, "/healthz")
            assert before.status == 200
            ratio = compare(
                lambda _n, h=headers: stack.ask(front, path, headers=h),  # type: ignore[misc]
                lambda _n, f=file, h=headers: stack.ask(front, f, headers=h),  # type: ignore[misc]
                stack.rounds,
            )
            ratios.append(ratio)
            row.parts[name] = {"bytes": len(answer.body), **ratio.parts()}
    return _filled(row, ratios)


def _filled(row: Row, ratios: list[Ratio]) -> Row:
    worst = min(ratios, key=lambda ratio: ratio.rate)
    row.value = ", ".join(
        f"{name} {part['ratio_by_rate']:.2f} (by processor time {part['ratio_by_processor_time']:.2f})"
        for name, part in row.parts.items()
    )
    row.is_met = bool(worst.rate >= AIM)
    return row


ROWS: dict[str, Any] = {"cached": beside_constant, "nginx": beside_file}
