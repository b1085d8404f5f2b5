"""Rendered articles beside a bare Django view that answers as many bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..advertising.house import Server
from .rows import Row, compare
from .stack import ASKED_WITH, Asked, Stack, get

AIM = 0.12
MEASURE = "rendered article ÷ a bare Django view under the same server"
FIRST = "the same when nobody has read the article for a week"
# So many stories have their parts in memory; of more than that some are on the disk.
FEW = 200
COLD = {"PAGE_CACHE_MB": "0"}
NO_PAGES = {"PAGE_CACHE_PAGES": "0"}
# The bare view does not compress either; what that costs stands among the parts.
PLAIN = ASKED_WITH["plain"]
# What is begun and not answered at the end is lost for the figure: short rounds would have too much of it.
LEAST_SECONDS = 4


@dataclass(frozen=True)
class Case:
    """How articles are asked for at random: under which settings, which, and which were read before."""

    name: str
    environ: dict[str, str]
    paths: list[str]
    read_before: list[str]


def measure(stack: Stack) -> list[Row]:
    """No page is kept as a whole, so each is rendered: with the article's own part from the first reading, and without.

    The archive is read at random, so what was read before lies in memory or on the disk. A second row has the first
    readings, with what all pages share; its parts also what takes the most, nothing kept at all.
    """
    stories = stack.stories
    few, others = stories[:FEW], stories[FEW:] or stories
    with stack.serving(**COLD) as server:
        body = get(server.port, stories[0]).body
    file = stack.folder / "bare-answer"
    file.write_bytes(body)
    bare_environ = {"BARE_ANSWER": str(file)}
    again, first = Row(MEASURE, f"≥ {AIM}"), Row(FIRST, f"≥ {AIM}")
    with stack.serving("bench.speed.bare:application", **bare_environ) as bare:
        stack.ask(bare, seconds=1)
        first.parts = {
            "first reading": _beside(stack, bare, Case("first", NO_PAGES, others, few)),
            "nothing kept at all": _beside(stack, bare, Case("cold", COLD, stories, [])),
        }
        again.parts = {
            "archive": _beside(stack, bare, Case("archive", NO_PAGES, stories, stories)),
            f"{FEW} stories": _beside(stack, bare, Case("few", NO_PAGES, few, few)),
        }
        with stack.serving("bench.speed.bare_house:application", **bare_environ) as house:
            stack.ask(house, seconds=1)
            middleware = compare(
                lambda _n: stack.ask(house), lambda _n: stack.ask(bare), stack.rounds
            )
    again.parts["bare view behind the project's middleware"] = middleware.parts()
    rate = again.parts["archive"]["ratio_by_rate"]
    again.value, again.is_met = f"{rate:.3f}", rate >= AIM
    found = first.parts["first reading"]
    if found["asked"] > len(others):
        first.why = f"{len(others)} stories are too few for {found['asked']} first readings"
    else:
        rate = found["ratio_by_rate"]
        first.value, first.is_met = f"{rate:.3f}", rate >= AIM
    return [again, first]


def _beside(stack: Stack, bare: Server, case: Case) -> dict[str, Any]:
    seconds = max(LEAST_SECONDS, stack.seconds)
    with stack.serving(**case.environ) as server:
        _warm(server, case.read_before)
        number = 0

        def ours(headers: dict[str, str]) -> Asked:
            nonlocal number
            first = number % len(case.paths)
            asked = stack.ask(
                server, paths=case.paths, first=first, seconds=seconds, headers=headers
            )
            # Those that were begun, too.
            number += asked.said.number + stack.connections
            return asked

        ratio = compare(
            lambda _n: ours(PLAIN), lambda _n: stack.ask(bare, headers=PLAIN), stack.rounds
        )
        one, packed = ours(PLAIN), ours(ASKED_WITH["br"])
        return {
            **ratio.parts(),
            "stories": len(case.paths),
            "asked": number,
            "database_us": round(one.database, 1),
            "packed_too_us": round(packed.cpu, 1),
            "p50_ms": one.p50,
            "not_answered_well": one.said.bad + one.said.broken,
        }


def _warm(server: Server, paths: list[str]) -> None:
    for path in paths:
        get(server.port, path)
