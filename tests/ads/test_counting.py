"""What is counted and what is not, by the reason: one test for each, told as a browser tells it."""

from __future__ import annotations

import time
import uuid

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from ads import tokens
from ads.flood import FLOOD_PER_MINUTE, SAME_PER_MINUTE, flood
from ads.models import Discard, Event, Placement
from tests.factories import UserFactory

from .beacons import (
    BROWSER,
    arrival,
    arrive,
    click,
    discards,
    events,
    now_minus,
    placement,
    post,
    tell,
)
from .factories import FlightFactory

pytestmark = pytest.mark.django_db

GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.fixture
def top() -> int:
    return placement()


@pytest.fixture
def creative() -> int:
    return FlightFactory().creatives.get().pk


class TestCounted:
    def test_page_with_what_it_drew_is_counted_by_one_query(
        self, client, top, creative, django_assert_num_queries
    ):
        side = placement("article-end")
        with django_assert_num_queries(1):
            first, second = arrive(client, (top, creative), (side, None))
        assert events() == [("p", None, None), ("s", top, creative), ("s", side, None)]
        assert first and second and first != second
        assert discards() == {}

    def test_views_are_counted_by_one_query(self, client, top, creative, django_assert_num_queries):
        (token,) = arrive(client, (top, creative))
        with django_assert_num_queries(1):
            response = tell(client, (token, "m"), (token, "v"))
        assert (response.status_code, response.content) == (204, b"")
        assert [kind for kind, *_ in events()] == ["m", "p", "s", "v"]

    def test_click_leads_away_and_is_counted_by_two_queries(
        self, client, top, creative, django_assert_num_queries
    ):
        (token,) = arrive(client, (top, creative))
        with django_assert_num_queries(2):
            response = click(client, creative, token)
        assert (response.status_code, response["Location"]) == (302, "https://toko.example/pakan")
        assert ("c", top, creative) in events()

    def test_page_without_slots_is_a_page_view(self, client):
        assert arrive(client, page=tokens.Page("article", 7, 70)) == []
        (event,) = Event.objects.all()
        assert (event.kind, event.article_id, event.section_id) == ("p", 70, 7)
        assert (event.placement_id, event.creative_id, event.device) == (None, None, "phone")

    def test_all_events_of_a_showing_have_its_number_and_the_time_of_its_mark(
        self, client, top, creative
    ):
        at = now_minus(600)
        (token,) = arrive(client, (top, creative), at=at)
        tell(client, (token, "m"), (token, "v"))
        click(client, creative, token)
        rows = list(Event.objects.exclude(kind="p"))
        assert len(rows) == 4
        assert {row.showing for row in rows} == {tokens.read_showing_token(token).number}
        assert {row.at.timestamp() for row in rows} == {at}

    def test_answers_are_kept_by_nobody(self, client, top, creative):
        response = post(client, "/s/tiba", arrival((top, creative)))
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")

    def test_two_stories_of_a_section_seen_with_one_answer_are_two_views(self, client):
        at, visit = now_minus(), str(uuid.uuid4())
        for article in (70, 71):
            arrive(client, page=tokens.Page("article", 7, article), at=at, visit=visit)
        assert sorted(Event.objects.values_list("article_id", flat=True)) == [70, 71]


class TestReplay:
    def test_arrival_told_again_gets_the_same_answer_and_counts_once(self, client, top, creative):
        told = arrival((top, creative))
        first, second = (post(client, "/s/tiba", told).json() for _ in range(2))
        assert first == second and first["shown"][0]
        assert events() == [("p", None, None), ("s", top, creative)]
        assert discards() == {("replay", None, None): 1, ("replay", top, creative): 1}

    def test_page_that_draws_anew_is_no_second_page_view(self, client, top, creative):
        visit = str(uuid.uuid4())
        arrive(client, (top, creative), visit=visit)
        (token,) = arrive(client, (top, None), visit=visit, at=now_minus(5), again=True)
        assert token is not None
        assert Event.objects.filter(kind="p").count() == 1
        assert Event.objects.filter(kind="s").count() == 2

    def test_views_told_again_count_once(self, client, top, creative):
        (token,) = arrive(client, (top, creative))
        for _ in range(3):
            assert tell(client, (token, "v")).status_code == 204
        assert tell(client, (token, "m"), (token, "m")).status_code == 204
        assert [kind for kind, *_ in events()] == ["m", "p", "s", "v"]
        assert discards() == {("replay", top, creative): 3}

    def test_second_click_leads_away_and_counts_no_more(self, client, top, creative):
        (token,) = arrive(client, (top, creative))
        assert [click(client, creative, token).status_code for _ in range(2)] == [302, 302]
        assert [kind for kind, *_ in events()] == ["c", "p", "s"]
        assert discards() == {("replay", top, creative): 1}


class TestForged:
    def test_bad_page_token_refuses_all(self, client, top, creative):
        told = arrival((top, creative))
        told["page"] = told["page"][:-1] + ("A" if told["page"][-1] != "A" else "B")
        response = post(client, "/s/tiba", told)
        assert (response.status_code, response.json()) == (200, {"shown": [None]})
        assert events() == []
        assert discards() == {("forged", None, None): 2}

    @pytest.mark.parametrize(
        "changes",
        [
            {"m": "x" * 16},
            {"t": int(time.time()) - 11},
            {"device": "watch"},
            {"page": tokens.page_token(tokens.Page("article", 8, 70))},
            {"page": tokens.page_token(tokens.Page("front"))},
        ],
    )
    def test_page_view_with_another_mark_time_page_or_screen_is_refused(self, client, changes):
        told = arrival(at=now_minus(10)) | changes
        assert post(client, "/s/tiba", told).json() == {"shown": []}
        assert events() == []
        assert discards() == {("forged", None, None): 1}

    def test_mark_of_another_placement_or_creative_is_refused_alone(self, client, top, creative):
        end = placement("article-end")
        told = arrival((top, creative))
        (good,) = told["drawn"]
        told["drawn"] = [
            [end, creative, good[2]],
            [top, creative + 1, good[2]],
            [top, 0, good[2]],
            [0, 0, told["m"]],
            good,
        ]
        shown = post(client, "/s/tiba", told).json()["shown"]
        assert [token is not None for token in shown] == [False] * 4 + [True]
        assert events() == [("p", None, None), ("s", top, creative)]
        assert discards() == {("forged", None, None): 4}

    def test_mark_of_another_time_or_page_is_refused(self, client, top, creative):
        told = arrival((top, creative))
        other_time = arrival((top, creative), at=told["t"] - 1)["drawn"]
        other_page = arrival((top, creative), at=told["t"], page=tokens.Page("article", 8))["drawn"]
        for drawn in (other_time, other_page):
            shown = post(client, "/s/tiba", arrival(at=told["t"]) | {"drawn": drawn}).json()
            assert shown == {"shown": [None]}
        assert events() == [("p", None, None)] * 2
        assert discards() == {("forged", None, None): 2}

    def test_one_view_of_a_page_fills_a_placement_once(self, client, top):
        one, other = (FlightFactory().creatives.get().pk for _ in range(2))
        shown = arrive(client, (top, one), (top, other))
        assert shown[0] and shown[1] is None
        assert events() == [("p", None, None), ("s", top, one)]

    def test_unknown_placement_does_not_count(self, client):
        assert arrive(client, (999_999, None)) == [None]
        assert events() == [("p", None, None)]
        assert discards() == {("forged", None, None): 1}

    def test_placement_that_does_not_stand_does_not_count(self, client, top, creative):
        Placement.objects.filter(pk=top).update(is_on=False)
        side = placement("article-side")
        assert arrive(client, (top, creative), (side, None)) == [None, None]
        assert events() == [("p", None, None)]
        assert discards() == {("forged", top, creative): 1, ("forged", side, None): 1}

    def test_page_from_the_future_is_refused(self, client, top, creative):
        at = int(time.time()) + tokens.CLOCK_SECONDS + 5
        assert arrive(client, (top, creative), at=at) == [None]
        assert events() == []
        assert discards() == {("forged", None, None): 1, ("forged", top, creative): 1}

    def test_view_with_a_changed_token_is_refused(self, client, top, creative):
        (token,) = arrive(client, (top, creative))
        for bad in ("", "x", token[:-1], token + "A", token.swapcase(), "=" * 8):
            assert tell(client, (bad, "v")).status_code == 204
        assert [kind for kind, *_ in events()] == ["p", "s"]
        assert discards() == {("forged", None, None): 6}

    def test_token_of_one_creative_does_not_count_a_click_on_another(self, client, top, creative):
        other = FlightFactory().creatives.get().pk
        (token,) = arrive(client, (top, creative))
        assert click(client, other, token).status_code == 302
        assert [kind for kind, *_ in events()] == ["p", "s"]
        assert discards() == {("forged", top, creative): 1}

    @pytest.mark.parametrize("token", ["", "x", "ÿ", "\x00", "A" * 5000])
    def test_click_without_a_token_leads_away_and_is_not_counted(self, client, creative, token):
        assert click(client, creative, token).status_code == 302
        assert events() == []
        assert discards() == {("forged", None, None): 1}


class TestTime:
    def test_two_hours_count_and_a_second_more_does_not(self, client, top, creative):
        at = int(time.time())
        told = arrival((top, creative), at=at)
        late = arrival((top, creative), at=at)
        with time_machine.travel(at + 7200, tick=False):
            (token,) = post(client, "/s/tiba", told).json()["shown"]
            assert tell(client, (token, "m")).status_code == 204
        with time_machine.travel(at + 7201, tick=False):
            assert post(client, "/s/tiba", late).json() == {"shown": [None]}
            assert tell(client, (token, "v")).status_code == 204
            assert click(client, creative, token).status_code == 302
        assert [kind for kind, *_ in events()] == ["m", "p", "s"]
        assert discards() == {("late", None, None): 1, ("late", top, creative): 3}

    def test_view_within_a_second_is_too_early(self, client, top, creative):
        at = int(time.time())
        told = arrival((top, creative), at=at)
        with time_machine.travel(at + 0.9, tick=False):
            (token,) = post(client, "/s/tiba", told).json()["shown"]
            tell(client, (token, "m"), (token, "v"))
        assert [kind for kind, *_ in events()] == ["m", "p", "s"]
        assert discards() == {("early", top, creative): 1}
        with time_machine.travel(at + 1, tick=False):
            tell(client, (token, "v"))
        assert [kind for kind, *_ in events()] == ["m", "p", "s", "v"]


class TestSenders:
    @pytest.mark.parametrize("agent", [GOOGLEBOT, "", "curl/8.5.0", "WhatsApp/2.23.20.0"])
    def test_bot_is_answered_and_not_counted(self, client, top, creative, agent):
        (token,) = arrive(client, (top, creative))
        Event.objects.all().delete()
        response = post(client, "/s/tiba", arrival((top, creative)), user_agent=agent)
        assert (response.status_code, response.json()) == (200, {"shown": [None]})
        assert post(client, "/s/lihat", {"told": [[token, "v"]]}, user_agent=agent).content == b""
        assert click(client, creative, token, user_agent=agent).status_code == 302
        assert events() == []
        assert discards() == {("bot", None, None): 1, ("bot", top, creative): 3}

    def test_staff_do_not_count(self, client, top, creative):
        (token,) = arrive(Client(), (top, creative))
        Event.objects.all().delete()
        client.force_login(UserFactory(is_staff=True))
        assert arrive(client, (top, creative)) == [None]
        assert tell(client, (token, "v")).status_code == 204
        assert click(client, creative, token).status_code == 302
        assert events() == []
        assert discards() == {("staff", None, None): 1, ("staff", top, creative): 3}

    def test_reader_who_is_signed_in_counts(self, client, top, creative):
        client.force_login(UserFactory(is_staff=False))
        assert arrive(client, (top, creative)) != [None]

    def test_session_that_is_over_is_a_reader(self, client, top, creative):
        client.cookies["sessionid"] = "no-longer"
        assert arrive(client, (top, creative)) != [None]

    @pytest.mark.parametrize(
        "header",
        [
            {"sec_purpose": "prefetch"},
            {"sec_purpose": "prefetch;prerender"},
            {"purpose": "prefetch"},
            {"x_purpose": "preview"},
            {"x_moz": "prefetch"},
        ],
    )
    def test_what_is_loaded_ahead_does_not_count(self, client, top, creative, header):
        (token,) = arrive(client, (top, creative))
        assert click(client, creative, token, **header).status_code == 302
        assert [kind for kind, *_ in events()] == ["p", "s"]
        assert post(client, "/s/tiba", arrival(), **header).json() == {"shown": []}
        assert discards() == {("prefetch", top, creative): 1, ("prefetch", None, None): 1}

    @pytest.mark.parametrize("path", ["/s/tiba", "/s/lihat"])
    @pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
    def test_beacons_are_posted(self, client, path, method, django_assert_num_queries):
        with django_assert_num_queries(1):
            response = getattr(client, method)(path, headers={"user-agent": BROWSER})
        assert (response.status_code, response["Allow"]) == (405, "POST")
        assert discards() == {("method", None, None): 1}

    def test_head_of_a_click_does_not_count(self, client, top, creative):
        (token,) = arrive(client, (top, creative))
        response = client.head(f"/s/ke/{creative}?t={token}", headers={"user-agent": BROWSER})
        assert response.status_code == 302
        assert [kind for kind, *_ in events()] == ["p", "s"]
        assert discards() == {("method", top, creative): 1}

    def test_flood_from_one_address_is_refused_and_from_another_not(self, client, settings):
        settings.TRUSTED_PROXIES = 1
        start = int(time.time()) // 60 * 60 + 1
        with time_machine.travel(start, tick=False) as clock:
            for _ in range(FLOOD_PER_MINUTE):
                assert not flood.is_over("5.6.7.8", time.time())
            told = arrival()
            for _ in range(3):
                response = post(client, "/s/tiba", told, x_forwarded_for="5.6.7.8")
                assert (response.status_code, response["Retry-After"]) == (429, "60")
            # Written once a second, so that a flood does not become one of the database.
            assert discards() == {("flood", None, None): 1}
            assert post(client, "/s/tiba", told, x_forwarded_for="5.6.7.9").status_code == 200
            clock.shift(2)
            assert post(client, "/s/lihat", {"told": []}, x_forwarded_for="5.6.7.9").content == b""
            assert discards() == {("flood", None, None): 3}
            clock.shift(60)
            assert post(client, "/s/tiba", told, x_forwarded_for="5.6.7.8").status_code == 200

    def test_discards_are_added_up_by_hour(self, client):
        with time_machine.travel(1_790_000_000, tick=False) as clock:
            for _ in range(3):
                client.get("/s/tiba")
            clock.shift(3600)
            client.get("/s/tiba")
        assert list(Discard.objects.order_by("hour").values_list("count", flat=True)) == [3, 1]


class TestDatabase:
    @pytest.fixture
    def down(self, monkeypatch):
        def fail(values):
            raise OperationalError("the server closed the connection")

        monkeypatch.setattr("ads.events._run", fail)

    def test_beacons_are_taken_while_the_database_is_down(self, client, down, spool):
        shown = post(client, "/s/tiba", arrival((placement(), None)))
        assert shown.status_code == 200
        (token,) = shown.json()["shown"]
        told = post(client, "/s/lihat", {"told": [[token, "m"], ["x", "v"]]})
        assert (told.status_code, told["Cache-Control"]) == (204, "no-store")
        assert not spool.is_empty()

    def test_beacons_are_asked_for_later_when_they_can_be_kept_nowhere(self, client, down, spool):
        spool.most = 0
        for path, told in (("/s/tiba", arrival()), ("/s/lihat", {"told": [["x", "v"]]})):
            response = post(client, path, told)
            assert (response.status_code, response["Retry-After"]) == (503, "30")
            assert response["Cache-Control"] == "no-store"

    def test_click_still_leads_away_when_it_cannot_be_written(self, client, creative, down):
        assert click(client, creative, "x").status_code == 302


class TestWhatIsMadeUp:
    """Signed all the same, so it is told by where it comes from and how much of it."""

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
    def test_beacon_from_the_page_of_another_site_is_foreign(self, client, top, creative, site):
        post(client, "/s/tiba", arrival((top, creative)), sec_fetch_site=site)
        assert not Event.objects.exists()
        assert set(Discard.objects.values_list("reason", flat=True)) == {"foreign"}

    def test_beacon_of_our_own_page_counts(self, client, top, creative):
        told = arrival((top, creative))
        post(client, "/s/tiba", told, sec_fetch_site="same-origin", sec_fetch_mode="cors")
        assert Event.objects.count() == 2

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
            {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors"},
        ],
    )
    def test_click_that_is_a_picture_on_some_page_is_foreign(self, client, top, creative, headers):
        (token,) = arrive(client, (top, creative))
        response = client.get(
            f"/s/ke/{creative}?t={token}", headers={"user-agent": BROWSER} | headers
        )
        assert response.status_code == 302
        assert Discard.objects.get().reason == "foreign"

    def test_views_of_one_creative_from_one_address_have_a_limit(self, client, top, creative):
        for _number in range(SAME_PER_MINUTE + 5):
            (token,) = arrive(client, (top, creative))
            tell(client, (token, "v"))
        assert Event.objects.filter(kind="v").count() == SAME_PER_MINUTE
        assert Discard.objects.get(creative_id=creative).count == 5

    def test_what_is_told_again_for_want_of_an_answer_is_no_replay(self, client, top, creative):
        told = arrival((top, creative))
        first = post(client, "/s/tiba", told)
        again = post(client, "/s/tiba?lagi", told)
        assert again.json() == first.json()
        assert Event.objects.count() == 2
        assert not Discard.objects.exists()
