"""What a browser is told: the same for everybody, small, and true for as long as it may be kept."""

from __future__ import annotations

import datetime
import gzip
import json
import random
import threading
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from ads import rotation as rotating
from ads import snapshot, tokens
from ads.choices import FlightKind, FlightState
from ads.doorway import Doorway
from ads.models import Flight, SilencePeriod
from ads.rotation import Rotation, candidates, compose, thinned
from ads.selection import Candidate, intervals
from ads.snapshot import Snapshot
from tests.factories import (
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    SectionFactory,
    TagFactory,
)

from .factories import (
    AdvertiserFactory,
    CampaignFactory,
    CategoryFactory,
    CreativeFactory,
    FlightFactory,
)
from .test_selection import NOON, SLOT, WITA, flight

TAKEN = Snapshot(NOON, (SLOT,), (flight(),), sections=frozenset(range(1, 100)))


def told(taken: Snapshot, at: datetime.datetime = NOON, key: str = "article-3") -> dict:
    page = tokens.page_of_key(key)
    return json.loads(compose(taken, page, at, random.Random(1)).plain)


def test_an_answer_names_flights_creatives_and_marks():
    at = int(NOON.timestamp())
    assert told(TAKEN) == {
        "t": at,
        "r": at,
        "m": tokens.mark(at, "article-3", 0, None),
        "places": {
            "article-top-1": {
                "id": 1,
                "free": tokens.mark(at, "article-3", 1, None),
                "flights": [
                    {
                        "f": 12,
                        "k": "sponsorship",
                        "p": 0.3,
                        "r": 5,
                        "c": [[7, tokens.mark(at, "article-3", 1, 7)]],
                    }
                ],
            }
        },
        "flights": {"12": {"until": int(flight().ends_at.timestamp())}},
        "creatives": {"7": {"i": {"320x100": ["/media/sela/a.webp", 640, 200]}, "a": "Pakan"}},
    }


def test_a_slot_without_anything_sold_is_named_all_the_same():
    assert told(Snapshot(NOON, (SLOT,)))["places"]["article-top-1"]["flights"] == []


def test_the_slots_of_other_pages_are_not_in_the_answer():
    assert told(TAKEN, key="front")["places"] == {}


def test_the_browser_gets_what_it_has_to_exclude_by():
    narrow = flight(
        device="phone",
        tags=frozenset({4, 2}),
        places=frozenset({73}),
        is_held_at_tragedy=True,
        people=frozenset({5}),
        organisations=frozenset({6}),
        cap_per_day=3,
        ends_at=None,
    )
    assert told(Snapshot(NOON, (SLOT,), (narrow,)))["flights"]["12"] == {
        "d": "phone",
        "tags": [2, 4],
        "at": [73],
        "held": True,
        "people": [5],
        "orgs": [6],
        "cap": 3,
    }


def test_an_answer_lives_until_the_clock_changes_it():
    page = tokens.page_of_key("article-3")
    ends = flight().ends_at
    for before, kept in [(3600, 25), (20, 20), (1, 1)]:
        at = ends - datetime.timedelta(seconds=before)
        answer = compose(replace(TAKEN, taken_at=at), page, at, random.Random(1))
        assert answer.max_age(at.timestamp()) == kept
        assert answer.good_until <= ends.timestamp()
    at = NOON.replace(minute=59, second=50)
    fresh = replace(TAKEN, taken_at=at)
    assert compose(fresh, page, at, random.Random(1)).max_age(at.timestamp()) == 10


def test_a_flight_that_ended_is_gone_even_from_an_old_snapshot():
    over = flight().ends_at
    assert told(TAKEN, over)["flights"] == {}
    assert told(TAKEN, over - datetime.timedelta(microseconds=1))["flights"] != {}


def test_an_answer_stays_small_however_much_is_sold():
    many = tuple(
        flight(id=number, kind=FlightKind.STANDARD, goal=10, needs={SLOT.key: 0.01})
        for number in range(1, 1001)
    )
    answer = compose(
        Snapshot(NOON, (SLOT,), many), tokens.page_of_key("article-3"), NOON, random.Random(1)
    )
    assert len(json.loads(answer.plain)["flights"]) == rotating.MOST_OF_A_KIND
    assert len(answer.plain) < 6000
    assert gzip.decompress(answer.compressed) == answer.plain


def test_thinning_keeps_every_flight_at_its_part_over_many_answers():
    parts = {number: (number % 7 + 1) / 1000 for number in range(1, 101)} | {101: 0.4}
    many = [
        flight(id=number, kind=FlightKind.STANDARD, goal=10, needs={SLOT.key: part})
        for number, part in parts.items()
    ]
    chance, got, rounds = random.Random(7), Counter(), 4000
    for _round in range(rounds):
        kept = thinned(many, SLOT, chance)
        assert len(kept) == rotating.MOST_OF_A_KIND
        assert sum(part for _flight, part in kept) == pytest.approx(sum(parts.values()))
        for one, part in kept:
            got[one.id] += part
    alike = defaultdict(list)
    for number, part in parts.items():
        alike[part].append(got[number] / rounds)
    for part, seen in alike.items():
        assert sum(seen) / len(seen) == pytest.approx(part, rel=0.05)


def test_thinning_leaves_a_short_list_and_every_sponsorship_alone():
    few = [flight(id=number) for number in range(1, 40)]
    assert [one.id for one, _part in thinned(few, SLOT, random.Random(1))] == list(range(1, 40))


def test_the_browsers_list_is_laid_out_as_the_policy_says():
    listed = told(TAKEN)["places"]["article-top-1"]["flights"]
    assert [(p.flight, p.low, p.high) for p in intervals(candidates(listed))] == [(12, 0.0, 0.3)]


class Source:
    """A database that can be counted and stopped."""

    def __init__(self) -> None:
        self.taken = TAKEN
        self.reads = 0
        self.is_down = False

    def take(self) -> Snapshot:
        self.reads += 1
        if self.is_down:
            raise OperationalError("down")
        return self.taken


@pytest.fixture
def still(monkeypatch):
    """A rotation whose thread never starts, over a database that the test holds."""
    source = Source()
    rotation = Rotation(source.take, seconds=4)
    monkeypatch.setattr(rotation, "_keep_renewing", lambda: None)
    return source, rotation


def test_many_questions_read_the_database_once(still):
    source, rotation = still
    with time_machine.travel(NOON, tick=False):
        first = rotation.answer("article-3")
        assert all(rotation.answer("article-3") is first for _ in range(50))
        assert rotation.answer("article-4") is not first
    assert source.reads == 1


def test_a_stopped_flight_is_gone_from_all_answers_at_the_next_reading(still):
    source, rotation = still
    with time_machine.travel(NOON, tick=False):
        assert b'"f":12' in rotation.answer("article-3").plain
        source.taken = replace(TAKEN, flights=())
        rotation.renew()
        assert b'"f":12' not in rotation.answer("article-3").plain


def test_a_process_that_was_not_asked_for_a_while_reads_before_it_answers(still):
    source, rotation = still
    with time_machine.travel(NOON, tick=False) as clock:
        rotation.answer("article-3")
        source.taken = replace(TAKEN, flights=())
        clock.shift(3600)
        assert b'"f":12' not in rotation.answer("article-3").plain


@pytest.mark.parametrize(("age", "kept"), [(0, 25), (5, 25), (8, 22), (20, 10), (27, 4), (3600, 4)])
def test_the_age_of_a_snapshot_and_of_a_kept_answer_are_thirty_seconds_together(age, kept):
    old = replace(TAKEN, taken_at=NOON - datetime.timedelta(seconds=age))
    answer = compose(old, tokens.page_of_key("article-3"), NOON, random.Random(1))
    assert answer.max_age(NOON.timestamp()) == kept


def test_the_last_snapshot_goes_on_while_the_database_is_down_and_ends_are_kept(still):
    source, rotation = still
    with time_machine.travel(NOON, tick=False) as clock:
        rotation.answer("article-3")
        source.is_down = True
        for _question in range(3):
            clock.shift(600)
            assert b'"f":12' in rotation.answer("article-3").plain
        clock.move_to(flight().ends_at)
        assert b'"f":12' not in rotation.answer("article-3").plain


def test_a_database_that_is_down_is_not_asked_at_every_question(still):
    source, rotation = still
    with time_machine.travel(NOON, tick=False) as clock:
        rotation.answer("article-3")
        source.is_down, source.reads = True, 0
        clock.shift(600)
        for number in range(50):
            rotation.answer(f"article-{number + 1}")
        assert source.reads == 1


def test_who_asks_while_another_reads_after_a_pause_waits_for_what_it_reads():
    source = Source()
    rotation = Rotation(source.take, seconds=4)
    rotation._keep_renewing = lambda: None
    is_reading, go_on, answers = threading.Event(), threading.Event(), []

    def slow() -> Snapshot:
        is_reading.set()
        assert go_on.wait(10)
        return replace(TAKEN, flights=())

    with time_machine.travel(NOON, tick=False) as clock:
        rotation.answer("article-3")
        rotation._take = slow
        clock.shift(6 * 3600)

        def ask() -> None:
            answers.append(b'"f":12' in rotation.answer("article-3").plain)

        first, second = threading.Thread(target=ask), threading.Thread(target=ask)
        first.start()
        assert is_reading.wait(10)
        second.start()
        go_on.set()
        first.join(10)
        second.join(10)
    assert answers == [False, False]


def test_made_up_sections_do_not_take_the_place_of_those_that_are_asked_for(still):
    _source, rotation = still
    with time_machine.travel(NOON, tick=False):
        first = rotation.answer("article-3")
        for number in range(100, 100 + 2 * rotating.MOST_ANSWERS):
            assert rotation.answer(f"article-{number}") is not None
        assert rotation.answer("article-3") is first


def test_thinning_leaves_the_important_flights_their_precedence():
    first = flight(id=1, kind=FlightKind.STANDARD, goal=10, priority=1, needs={SLOT.key: 0.9})
    others = [
        flight(id=number, kind=FlightKind.STANDARD, goal=10, priority=9, needs={SLOT.key: 0.9})
        for number in range(2, 21)
    ]
    for round_number in range(50):
        kept = thinned([first, *others], SLOT, random.Random(round_number))
        laid = intervals(Candidate(f.id, f.kind, part, f.priority) for f, part in kept)
        assert laid[0].flight == 1
        assert laid[0].high - laid[0].low == pytest.approx(0.9)


def test_without_any_snapshot_the_door_says_come_again(still):
    source, rotation = still
    source.is_down = True
    assert asked(rotation, "/s/article-3") == (
        "503 Service Unavailable",
        {"Retry-After": "5", "Content-Length": "0", "X-Content-Type-Options": "nosniff"},
        b"",
    )


def test_the_thread_renews_and_survives_a_failure():
    source = Source()
    renewed = threading.Event()

    def take() -> Snapshot:
        source.reads += 1
        if source.reads == 2:
            raise ValueError("something else broke")
        if source.reads == 4:
            renewed.set()
        return TAKEN

    rotation = Rotation(take, seconds=0.01)
    rotation.answer("article-3")
    assert renewed.wait(10)
    rotation._asked_at = 0
    rotation._thread.join(10)
    assert not rotation._thread.is_alive()


def asked(source: Rotation, path: str, method: str = "GET", **headers: str):
    seen = {}

    def start_response(status, headers):
        seen["status"], seen["headers"] = status, dict(headers)

    def behind(environ, start_response):
        start_response("404 Not Found", [])
        return [b"django"]

    environ = {"PATH_INFO": path, "REQUEST_METHOD": method} | headers
    body = b"".join(Doorway(behind, source)(environ, start_response))
    return seen["status"], seen["headers"], body


def test_the_door_answers_before_django(still):
    _source, rotation = still
    with time_machine.travel(NOON, tick=False):
        answer = rotation.answer("article-3")
        status, headers, body = asked(rotation, "/s/article-3")
        assert (status, body) == ("200 OK", answer.plain)
        assert headers == {
            "Cache-Control": "public, max-age=25",
            "Content-Length": str(len(answer.plain)),
            "Content-Type": "application/json",
            "ETag": answer.etag,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        status, headers, body = asked(rotation, "/s/article-3", HTTP_ACCEPT_ENCODING="br, gzip")
        assert (headers["Content-Encoding"], body) == ("gzip", answer.compressed)
        assert asked(rotation, "/s/article-3", "HEAD")[2] == b""
        assert asked(rotation, "/s/article-3", HTTP_IF_NONE_MATCH=answer.etag)[::2] == (
            "304 Not Modified",
            b"",
        )


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/", "GET"),
        ("/s/article-3", "POST"),
        ("/s/nothing", "GET"),
        ("/s/", "GET"),
        ("/s/tiba", "POST"),
        ("/sa", "GET"),
    ],
)
def test_all_else_goes_through_the_door(still, path, method):
    assert asked(still[1], path, method)[2] == b"django"


@pytest.mark.django_db
def test_the_snapshot_holds_what_is_sold(django_assert_num_queries):
    section, tag, place = SectionFactory(), TagFactory(), PlaceFactory()
    person, organisation = PersonFactory(), OrganisationFactory()
    advertiser = AdvertiserFactory(people=[person], organisations=[organisation])
    campaign = CampaignFactory(
        advertiser=advertiser, category=CategoryFactory(is_held_at_tragedy=True, is_political=True)
    )
    sold = FlightFactory(
        campaign=campaign,
        kind=FlightKind.STANDARD,
        goal=500,
        placements=["article-top-1", "article-end"],
        sections=[section],
        tags=[tag],
        places=[place],
        weekdays=[1, 2],
        from_hour=6,
        until_hour=9,
        cap_per_day=2,
        device="phone",
        creatives=2,
    )
    today = timezone.localdate()
    SilencePeriod.objects.create(
        name="Masa tenang", days=(today, today + datetime.timedelta(days=3))
    )
    taken = snapshot.take()
    (facts,) = taken.flights
    assert facts == replace(
        facts,
        id=sold.pk,
        kind="standard",
        state="booked",
        goal=500,
        delivered=0,
        placements=frozenset({"article-top-1", "article-end"}),
        sections=frozenset({section.pk}),
        tags=frozenset({tag.pk}),
        places=frozenset({place.pk}),
        weekdays=frozenset({1, 2}),
        from_hour=6,
        until_hour=9,
        cap_per_day=2,
        device="phone",
        is_held_at_tragedy=True,
        is_political=True,
        people=frozenset({person.pk}),
        organisations=frozenset({organisation.pk}),
        needs={"article-top-1": 1.0, "article-end": 1.0},
    )
    assert [creative.id for creative in facts.creatives] == [
        c.pk for c in sold.creatives.order_by("pk")
    ]
    assert taken.moment(timezone.now()).is_silent
    assert not taken.moment(timezone.now() + datetime.timedelta(days=4)).is_silent


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_a_snapshot_costs_the_same_queries_however_much_is_sold(number, django_assert_num_queries):
    FlightFactory.create_batch(number)
    with django_assert_num_queries(12):
        assert len(snapshot.take().flights) == number


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "days", "is_in"),
    [
        (FlightState.BOOKED, (-7, 1), True),
        (FlightState.BOOKED, (0, 1), True),
        (FlightState.BOOKED, (1, 2), True),
        (FlightState.BOOKED, (-7, 0), False),
        (FlightState.BOOKED, (2, 9), False),
        (FlightState.PAUSED, (-7, 7), False),
        (FlightState.STOPPED, (-7, 7), False),
        (FlightState.DRAFT, (-7, 7), False),
    ],
)
def test_what_does_not_run_is_in_no_snapshot(state, days, is_in):
    today = timezone.localdate()
    first, after = (today + datetime.timedelta(days=number) for number in days)
    sold = FlightFactory(days=(first, after), booked=False)
    Flight.objects.filter(pk=sold.pk).update(state=state)
    assert [facts.id for facts in snapshot.take().flights] == ([sold.pk] if is_in else [])


@pytest.mark.django_db
def test_a_creative_that_is_not_approved_is_told_to_nobody(client):
    sold = FlightFactory(creatives=1)
    waiting = CreativeFactory(flight=sold, headline="Belum disetujui")
    body = client.get("/s/article-1").content.decode()
    assert "Pakan ayam murah" in body
    assert "Belum disetujui" not in body
    assert f"[{waiting.pk}," not in body


@pytest.mark.django_db
def test_the_candidates_are_asked_for_without_a_query_and_without_a_cookie(
    client, django_assert_num_queries, monkeypatch
):
    FlightFactory()
    kept = Rotation(seconds=60)
    monkeypatch.setattr(kept, "_keep_renewing", lambda: None)
    monkeypatch.setattr("ads.views.candidates.rotation", kept)
    client.get("/s/front")
    with django_assert_num_queries(0):
        response = client.get("/s/front")
    assert response.status_code == 200
    assert response.cookies == {}
    assert client.get("/s/nothing").status_code == 404


def test_wita_is_the_zone_of_these_tests():
    assert NOON.tzinfo is WITA
