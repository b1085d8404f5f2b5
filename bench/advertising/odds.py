"""Whether what is drawn agrees with the weights: Pearson's χ² over many draws."""

from __future__ import annotations

import contextlib
import datetime
import math
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from ads.choices import FlightKind
from ads.rotation import thinned
from ads.selection import Candidate, FlightFacts, PlacementFacts, draw, intervals

FREE = 0
# Draws candidates so many times; how often each flight came.
Browser = Callable[[list[Candidate], int], dict[int, int]]
BATCH = 100_000
# The numbers come as in the page: 53 bits of the browser's own generator, from a pool filled at once.
DRAW = """async ({source, told, draws}) => {
    const module = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
    const laid = module.intervals(told), counted = new Map(), pool = new Uint32Array(10000);
    for (let done = 0; done < draws; done++) {
        const place = 2 * done % pool.length;
        if (!place) crypto.getRandomValues(pool);
        const number = ((pool[place] >>> 5) * 2 ** 26 + (pool[place + 1] >>> 6)) / 2 ** 53;
        const flight = module.draw(laid, number)?.[0] ?? 0;
        counted.set(flight, (counted.get(flight) ?? 0) + 1);
    }
    return [...counted];
}"""
SPONSORSHIP, STANDARD, HOUSE = FlightKind.SPONSORSHIP, FlightKind.STANDARD, FlightKind.HOUSE

# What a placement may look like on a day: (flight, kind, part, priority), and the share that each should
# have, worked out by hand from the policy and not by the code that is measured. FREE is nobody's.
MIXES: dict[str, tuple[list[Candidate], dict[int, float]]] = {
    "sponsorships 30, 25 and 10 %": (
        [
            Candidate(1, SPONSORSHIP, 0.30),
            Candidate(2, SPONSORSHIP, 0.25),
            Candidate(3, SPONSORSHIP, 0.10),
        ],
        {1: 0.30, 2: 0.25, 3: 0.10, FREE: 0.35},
    ),
    "sponsorship, standard, house": (
        [
            Candidate(1, SPONSORSHIP, 0.40),
            Candidate(2, STANDARD, 0.20),
            Candidate(3, STANDARD, 0.05),
            Candidate(4, HOUSE, 1.0),
            Candidate(5, HOUSE, 1.0),
        ],
        {1: 0.40, 2: 0.20, 3: 0.05, 4: 0.175, 5: 0.175},
    ),
    "standard alone, stretched": (
        [Candidate(1, STANDARD, 0.02), Candidate(2, STANDARD, 0.03), Candidate(3, STANDARD, 0.05)],
        {1: 0.2, 2: 0.3, 3: 0.5},
    ),
    "over-subscribed, three priorities": (
        [
            Candidate(1, SPONSORSHIP, 0.50),
            Candidate(2, STANDARD, 0.20, 1),
            Candidate(3, STANDARD, 0.30, 5),
            Candidate(4, STANDARD, 0.60, 5),
            Candidate(5, STANDARD, 0.40, 9),
            Candidate(6, HOUSE, 1.0),
        ],
        {1: 0.50, 2: 0.20, 3: 0.10, 4: 0.20, 5: 0.0, 6: 0.0},
    ),
    "two alike": ([Candidate(1, HOUSE, 1.0), Candidate(2, HOUSE, 1.0)], {1: 0.5, 2: 0.5}),
    "ten alike": (
        [Candidate(number, HOUSE, 1.0) for number in range(1, 11)],
        dict.fromkeys(range(1, 11), 0.1),
    ),
}


def measure(draws: int, browser: Browser | None) -> list[dict[str, Any]]:
    """χ² for each mix, as Python draws it and as the browser does (when there is one)."""
    found = []
    chance = random.Random(20261126)
    for name, (candidates, expected) in MIXES.items():
        laid = intervals(candidates)
        numbers = (chance.random() for _draw in range(draws))
        found.append(
            {"mix": name, "by": "Python", **chi_square(_count(laid, numbers), expected, draws)}
        )
        if browser is not None:
            counted = browser(candidates, draws)
            found.append(
                {
                    "mix": name,
                    "by": "browser",
                    **chi_square(counted, expected, sum(counted.values())),
                }
            )
    found += [_sampled(name, flights, chance, draws) for name, flights in _many().items()]
    return found


@contextlib.contextmanager
def browser_of(folder: Path) -> Iterator[Browser | None]:
    """The draw as Chromium does it with static/site/sela.js; None where there is no Chromium."""
    from newsroom.house import browser as house_browser
    from newsroom.house.cluster import is_root

    found = house_browser.find(folder.parent / "browsers")
    if found is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    source = (Path(__file__).resolve().parents[2] / "static" / "site" / "sela.js").read_text()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=str(found), args=["--no-sandbox"] if is_root() else []
        )
        page = chromium.new_page()
        page.goto("about:blank")

        def drawn(candidates: list[Candidate], draws: int) -> dict[int, int]:
            told = [{"f": c.flight, "k": c.kind, "p": c.part, "r": c.priority} for c in candidates]
            counted: dict[int, int] = {}
            for batch in range(0, draws, BATCH):
                given = {
                    "source": source,
                    "told": told,
                    "draws": min(BATCH, draws - batch),
                }
                for flight, count in page.evaluate(DRAW, given):
                    counted[flight] = counted.get(flight, 0) + count
            return counted

        yield drawn
        chromium.close()


def _count(laid: Any, numbers: Iterable[float]) -> dict[int, int]:
    counted: dict[int, int] = {}
    for number in numbers:
        drawn = draw(laid, number)
        flight = drawn[0] if drawn else FREE
        counted[flight] = counted.get(flight, 0) + 1
    return counted


def _many() -> dict[str, list[FlightFacts]]:
    """More flights than an answer carries, with room enough for all that they need."""
    return {
        "60 standard, each answer a sample": [
            _flight(number, STANDARD, need=(1 + number % 5) / 300) for number in range(1, 61)
        ],
        "100 house, each answer a sample": [_flight(number, HOUSE) for number in range(1, 101)],
    }


def _flight(number: int, kind: str, *, need: float = 1.0) -> FlightFacts:
    epoch = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return FlightFacts(
        number, kind, "booked", epoch, None, frozenset({"slot"}), needs={"slot": need}
    )


def _sampled(
    name: str, flights: list[FlightFacts], chance: random.Random, draws: int
) -> dict[str, Any]:
    """A fresh sample for each draw: draws of one answer have its sample in common, and are not independent."""
    slot = PlacementFacts(1, "slot", "article", {"phone": "320x100"})
    counted: dict[int, int] = {}
    for _draw in range(draws):
        listed = [
            Candidate(flight.id, flight.kind, part, flight.priority)
            for flight, part in thinned(flights, slot, chance)
        ]
        drawn = draw(intervals(listed), chance.random())
        flight = drawn[0] if drawn else FREE
        counted[flight] = counted.get(flight, 0) + 1
    weights = {
        flight.id: flight.needs["slot"] if flight.kind == STANDARD else 1.0 for flight in flights
    }
    whole = sum(weights.values())  # alone they are stretched over everything
    expected = {number: weight / whole for number, weight in weights.items()}
    return {"mix": name, "by": "Python", **chi_square(counted, expected, draws)}


def chi_square(counted: dict[int, int], expected: dict[int, float], draws: int) -> dict[str, Any]:
    """Pearson's statistic, its degrees of freedom and p.

    What should never be drawn and was is a fault that no χ² can weigh: then p is 0.
    """
    possible = {flight: share for flight, share in expected.items() if share > 0}
    is_impossible = any(flight not in possible for flight in counted)
    statistic = sum(
        (counted.get(flight, 0) - share * draws) ** 2 / (share * draws)
        for flight, share in possible.items()
    )
    degrees = len(possible) - 1
    p = 0.0 if is_impossible else upper_tail(statistic, degrees)
    return {"draws": draws, "chi_square": statistic, "degrees": degrees, "p": p}


def upper_tail(statistic: float, degrees: int) -> float:
    """P(χ² ≥ statistic): the regularised upper incomplete gamma function Q(degrees/2, statistic/2).

    By the finite sums of Abramowitz and Stegun 26.4.4 (odd degrees) and 26.4.5 (even degrees).
    """
    if degrees < 1:
        return 1.0
    if degrees % 2 == 0:
        term = total = 1.0
        for step in range(1, degrees // 2):
            term *= statistic / (2 * step)
            total += term
        return math.exp(-statistic / 2) * total
    root = math.sqrt(statistic)
    term, total = root, 0.0
    for step in range(1, (degrees - 1) // 2 + 1):
        total += term
        term *= statistic / (2 * step + 1)
    density = math.exp(-statistic / 2) / math.sqrt(2 * math.pi)
    return math.erfc(root / math.sqrt(2)) + 2 * density * total


def report(found: list[dict[str, Any]]) -> str:
    """The figures as a table for people."""
    lines = [f"{'mix':<36}{'by':<9}{'draws':>11}{'χ²':>9}{'degrees':>9}{'p':>9}"]
    for one in found:
        lines.append(
            f"{one['mix']:<36}{one['by']:<9}{one['draws']:>11,}{one['chi_square']:>9.2f}"
            f"{one['degrees']:>9}{one['p']:>9.4f}"
        )
    return "\n".join(lines)
