"""The browser draws as the policy says: the same arithmetic, bit by bit."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from ads import selection
from ads.choices import FlightKind
from ads.rotation import _for_browser
from tests.factories import PublicationFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

BATCH = 400
IDS = st.frozensets(st.integers(1, 4), max_size=2)
NUMBERS = st.floats(0, 1, exclude_max=True, allow_subnormal=False)
CANDIDATES = st.lists(
    st.builds(
        lambda kind, part, share, priority: [
            kind, share / 100 if kind == "sponsorship" else part, priority
        ],
        st.sampled_from(FlightKind.values),
        st.floats(0, 1),
        st.integers(1, 60),
        st.integers(1, 9),
    ),
    max_size=12,
)  # fmt: skip
FLIGHTS = st.fixed_dictionaries(
    {
        "device": st.sampled_from(["", "phone", "desktop"]),
        "tags": IDS,
        "places": IDS,
        "people": IDS,
        "organisations": IDS,
        "is_held_at_tragedy": st.booleans(),
        "cap_per_day": st.integers(0, 2),
    }
)
PAGES = st.fixed_dictionaries(
    {
        "tags": IDS,
        "places": IDS,
        "people": IDS,
        "organisations": IDS,
        "is_tragedy": st.booleans(),
        "is_protected": st.booleans(),
    }
)
IN_BROWSER = """async (cases) => {
    const { intervals, draw, choose, excludedBy } = await import("/static/site/sela.js");
    return cases.map(([candidates, number, [flight, page, device, fitting, seen]]) => {
        const laid = intervals(candidates);
        const hit = draw(laid, number);
        return [laid.map((one) => [one.f, one.low, one.high]), hit, hit && choose([7, 8, 9], hit[1]),
            excludedBy(flight, page, device, fitting, seen) ?? null];
    });
}"""


def gathered(strategy: Any, count: int) -> list[Any]:
    """Examples of a strategy, all at once: each look-up in the browser would cost a millisecond."""
    found: list[Any] = []

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def gather(example):
        found.append(example)

    gather()
    return found


def test_browser_draws_and_excludes_as_the_policy_does(laptop: Page):
    PublicationFactory()
    made = gathered(
        st.tuples(
            CANDIDATES, NUMBERS, FLIGHTS, PAGES,
            st.sampled_from(["phone", "desktop"]), st.booleans(), st.integers(0, 3),
        ),
        BATCH,
    )  # fmt: skip
    now = selection.Moment(None)
    cases, expected = [], []
    for rows, number, flight_facts, page_facts, device, fits, seen in made:
        candidates = [
            selection.Candidate(n, kind, part, priority)
            for n, (kind, part, priority) in enumerate(rows, start=1)
        ]
        laid = selection.intervals(candidates)
        # Numbers on the very edges of pieces too.
        if laid and random.Random(number).random() < 0.3:
            number = min(laid[len(laid) // 2].low, 1 - 2**-53)
        hit = selection.draw(laid, number)
        creative = selection.CreativeFacts(1, True, headline="x")
        flight = selection.FlightFacts(
            id=1, kind="house", state="booked", starts_at=None, ends_at=None,
            placements=frozenset(), creatives=(creative,) if fits else (), **flight_facts,
        )  # fmt: skip
        page = selection.PageFacts(**page_facts)
        placement = selection.PlacementFacts(1, "x", "article", {device: "320x50"})
        situation = selection.Situation(placement, page, now, device, seen)
        expected.append(
            [
                [[piece.flight, piece.low, piece.high] for piece in laid],
                list(hit) if hit else None,
                selection.choose([7, 8, 9], hit[1]) if hit else None,
                selection.excluded_by(flight, situation, selection.BROWSER_RULES),
            ]
        )
        cases.append(
            [
                [{"f": c.flight, "k": c.kind, "p": c.part, "r": c.priority} for c in candidates],
                number,
                [
                    _for_browser(flight),
                    {
                        "tags": sorted(page.tags), "at": sorted(page.places),
                        "people": sorted(page.people), "orgs": sorted(page.organisations),
                        "tragedy": page.is_tragedy, "protected": page.is_protected,
                    },
                    device, int(fits), seen,
                ],
            ]
        )  # fmt: skip
    laptop.goto("/privasi/")
    assert laptop.evaluate(IN_BROWSER, cases) == expected
    # The batch means something: pieces, hits and free draws, and each rule at work.
    assert sum(hit is not None for _laid, hit, *_ in expected) > BATCH / 5
    assert {row[3] for row in expected} == {None, *selection.BROWSER_RULES}
