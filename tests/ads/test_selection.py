"""The policy: which flight takes part, and how the views are divided among those that do."""

from __future__ import annotations

import datetime
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads.choices import FlightKind, FlightState
from ads.selection import (
    RULES,
    Candidate,
    CreativeFacts,
    FlightFacts,
    Moment,
    PageFacts,
    PlacementFacts,
    Situation,
    choose,
    draw,
    excluded_by,
    intervals,
    is_in_hours,
    part_of,
)

WITA = ZoneInfo("Asia/Makassar")
NOON = datetime.datetime(2026, 12, 2, 12, 0, tzinfo=WITA)  # a Wednesday
SLOT = PlacementFacts(1, "article-top-1", "article", {"phone": "320x100", "desktop": "970x90"})
PICTURE = CreativeFacts(7, True, {"320x100": ("/media/sela/a.webp", 640, 200)}, alt_text="Pakan")
WORDS = CreativeFacts(8, True, headline="Pakan ayam murah")


def flight(**changes: object) -> FlightFacts:
    facts = FlightFacts(
        id=12,
        kind=FlightKind.SPONSORSHIP,
        state=FlightState.BOOKED,
        starts_at=datetime.datetime(2026, 12, 1, tzinfo=WITA),
        ends_at=datetime.datetime(2026, 12, 4, tzinfo=WITA),
        placements=frozenset({"article-top-1"}),
        creatives=(PICTURE,),
        share=30,
    )
    return replace(facts, **changes)


def situation(**changes: object) -> Situation:
    page = changes.pop("page", PageFacts(section=3))
    at = changes.pop("at", NOON)
    silent = changes.pop("is_silent", False)
    usual = Situation(SLOT, page, Moment(at, silent), "phone")
    return replace(usual, **changes)


def test_flight_that_breaks_no_rule_takes_part():
    assert excluded_by(flight(), situation()) is None


@pytest.mark.parametrize(
    ("rule", "changes", "around"),
    [
        ("not_booked", {"state": FlightState.DRAFT}, {}),
        ("stopped", {"state": FlightState.STOPPED}, {}),
        ("paused", {"state": FlightState.PAUSED}, {}),
        ("not_yet", {}, {"at": datetime.datetime(2026, 11, 30, 23, 59, 59, tzinfo=WITA)}),
        ("over", {}, {"at": datetime.datetime(2026, 12, 4, tzinfo=WITA)}),
        ("reached", {"kind": FlightKind.STANDARD, "goal": 100, "delivered": 100}, {}),
        ("elsewhere", {"placements": frozenset({"article-end"})}, {}),
        ("weekday", {"weekdays": frozenset({1, 2, 4})}, {}),
        ("hour", {"from_hour": 13, "until_hour": 18}, {}),
        ("silence", {"is_political": True}, {"is_silent": True}),
        ("not_approved", {"creatives": (replace(PICTURE, is_approved=False),)}, {}),
        ("section", {"sections": frozenset({4})}, {}),
        ("section", {"sections": frozenset({4})}, {"page": PageFacts("front")}),
        ("device", {"device": "desktop"}, {}),
        ("size", {}, {"device": "desktop"}),
        ("tag", {"tags": frozenset({9})}, {"page": PageFacts(tags=frozenset({8}))}),
        ("place", {"places": frozenset({73})}, {"page": PageFacts(places=frozenset({31}))}),
        ("tragedy", {"is_held_at_tragedy": True}, {"page": PageFacts(is_tragedy=True)}),
        ("linked", {"people": frozenset({5})}, {"page": PageFacts(people=frozenset({5, 6}))}),
        (
            "linked",
            {"organisations": frozenset({5})},
            {"page": PageFacts(organisations=frozenset({5}))},
        ),
        ("linked", {"people": frozenset({5})}, {"page": PageFacts(is_protected=True)}),
        ("capped", {"cap_per_day": 3}, {"seen_today": 3}),
    ],
)
def test_flight_is_kept_out_by_the_rule_that_it_breaks(rule, changes, around):
    assert excluded_by(flight(**changes), situation(**around)) == rule


@pytest.mark.parametrize(
    ("changes", "around"),
    [
        ({}, {"at": datetime.datetime(2026, 12, 1, tzinfo=WITA)}),
        ({}, {"at": datetime.datetime(2026, 12, 3, 23, 59, 59, 999999, tzinfo=WITA)}),
        ({"ends_at": None, "kind": FlightKind.HOUSE}, {"at": NOON.replace(year=2036)}),
        ({"kind": FlightKind.STANDARD, "goal": 100, "delivered": 99}, {}),
        ({"weekdays": frozenset({3})}, {}),
        ({"from_hour": 12, "until_hour": 13}, {}),
        ({"is_political": True}, {}),
        ({"sections": frozenset({3, 4})}, {}),
        ({"creatives": (WORDS,)}, {"device": "desktop"}),
        ({"tags": frozenset({9})}, {"page": PageFacts(tags=frozenset({9, 1}))}),
        ({"places": frozenset({73})}, {"page": PageFacts(places=frozenset({7302, 73}))}),
        ({"is_held_at_tragedy": True}, {}),
        ({"people": frozenset({5})}, {"page": PageFacts(people=frozenset({6}))}),
        ({}, {"page": PageFacts(is_protected=True)}),
        ({"cap_per_day": 3}, {"seen_today": 2}),
    ],
)
def test_flight_takes_part_up_to_the_edge_of_each_rule(changes, around):
    assert excluded_by(flight(**changes), situation(**around)) is None


def test_every_rule_is_tried_above():
    marks = test_flight_is_kept_out_by_the_rule_that_it_breaks.pytestmark[0].args[1]
    assert {rule for rule, *_rest in marks} == RULES.keys()


def test_the_flight_of_a_day_ends_at_midnight_of_the_publication_and_not_of_utc():
    # 4 December 00.00 WITA is 3 December 16.00 UTC.
    last = datetime.datetime(2026, 12, 3, 15, 59, 59, tzinfo=datetime.UTC).astimezone(WITA)
    assert excluded_by(flight(), situation(at=last)) is None
    after = datetime.datetime(2026, 12, 3, 16, 0, tzinfo=datetime.UTC).astimezone(WITA)
    assert excluded_by(flight(), situation(at=after)) == "over"


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        (6, 9, [6, 7, 8]),
        (22, 4, [0, 1, 2, 3, 22, 23]),
        (20, 0, [20, 21, 22, 23]),
        (20, 24, [20, 21, 22, 23]),
        (None, None, list(range(24))),
    ],
)
def test_hours_are_half_open_and_go_through_midnight(first, last, hours):
    assert [hour for hour in range(24) if is_in_hours(hour, first, last)] == hours


def lengths(*candidates: Candidate) -> dict[int, float]:
    return {piece.flight: round(piece.high - piece.low, 9) for piece in intervals(candidates)}


def test_sponsorships_have_their_share_and_house_flights_the_rest():
    got = lengths(
        Candidate(1, "sponsorship", 0.3), Candidate(2, "house", 1.0), Candidate(3, "house", 1.0)
    )
    assert got == {1: 0.3, 2: 0.35, 3: 0.35}


def test_standard_flights_have_what_they_need_and_house_flights_the_rest():
    got = lengths(
        Candidate(1, "sponsorship", 0.5), Candidate(2, "standard", 0.2), Candidate(3, "house", 1.0)
    )
    assert got == {1: 0.5, 2: 0.2, 3: 0.3}


def test_standard_flights_that_need_too_much_are_cut_alike():
    got = lengths(
        Candidate(1, "sponsorship", 0.5),
        Candidate(2, "standard", 0.3),
        Candidate(3, "standard", 0.7),
    )
    assert got == {1: 0.5, 2: 0.15, 3: 0.35}


def test_the_more_important_standard_flight_is_served_first():
    got = lengths(
        Candidate(1, "standard", 0.8, priority=5),
        Candidate(2, "standard", 0.7, priority=1),
        Candidate(3, "house", 1.0),
    )
    assert got == {1: 0.3, 2: 0.7, 3: 0.0}


def test_without_a_house_flight_the_standard_ones_are_stretched_over_what_is_free():
    got = lengths(
        Candidate(1, "sponsorship", 0.5),
        Candidate(2, "standard", 0.1),
        Candidate(3, "standard", 0.3),
    )
    assert got == {1: 0.5, 2: 0.125, 3: 0.375}


def test_a_sold_share_does_not_grow_when_nothing_else_runs():
    laid = intervals([Candidate(1, "sponsorship", 0.25)])
    assert draw(laid, 0.2499) == (1, pytest.approx(0.9996))
    assert draw(laid, 0.25) is None


def test_two_flights_of_the_same_need_are_drawn_alike():
    # An inclusive end on both sides gives the first of two flights two thirds.
    laid = intervals([Candidate(1, "standard", 1.0), Candidate(2, "standard", 1.0)])
    drawn = [draw(laid, number / 1000) for number in range(1000)]
    assert [sum(found[0] == which for found in drawn) for which in (1, 2)] == [500, 500]


def test_creatives_of_a_flight_share_its_piece():
    laid = intervals([Candidate(1, "house", 1.0)])
    chosen = [choose([7, 8, 9], draw(laid, number / 900)[1]) for number in range(900)]
    assert [chosen.count(which) for which in (7, 8, 9)] == [300, 300, 300]


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        flight=st.integers(1, 10**6),
        kind=st.sampled_from(FlightKind.values),
        part=st.floats(0, 1, exclude_min=True),
        priority=st.integers(1, 9),
    ),
    max_size=30,
    unique_by=lambda one: one.flight,
)


@given(CANDIDATES)
def test_intervals_lie_in_order_inside_the_whole_and_never_overlap(candidates):
    laid = intervals(candidates)
    assert {piece.flight for piece in laid} == {one.flight for one in candidates}
    reached = 0.0
    for piece in laid:
        assert reached == piece.low <= piece.high <= 1.0
        reached = piece.high


@given(CANDIDATES, st.floats(0, 1, exclude_max=True))
def test_a_draw_finds_the_one_interval_that_holds_it(candidates, number):
    laid = intervals(candidates)
    holding = [piece.flight for piece in laid if piece.low <= number < piece.high]
    found = draw(laid, number)
    assert ([found[0]] if found else []) == holding
    if found:
        assert 0 <= found[1] < 1


@given(CANDIDATES)
def test_a_sponsorship_gets_its_share_whoever_else_runs(candidates):
    shares = [one for one in candidates if one.kind == "sponsorship"]
    laid = {piece.flight: piece for piece in intervals(candidates)}
    if sum(one.part for one in shares) <= 1:
        for one in shares:
            got = laid[one.flight].high - laid[one.flight].low
            assert got == pytest.approx(one.part, abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"share": 30}, 0.3),
        ({"kind": FlightKind.STANDARD, "needs": {"article-top-1": 0.12}}, 0.12),
        ({"kind": FlightKind.STANDARD}, 1.0),
        ({"kind": FlightKind.STANDARD, "needs": {"article-top-1": 7.0}}, 1.0),
        ({"kind": FlightKind.HOUSE}, 1.0),
    ],
)
def test_the_part_of_a_flight_is_its_share_its_need_or_its_weight(changes, part):
    assert part_of(flight(**changes), "article-top-1") == part
