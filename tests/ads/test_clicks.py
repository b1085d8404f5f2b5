"""A click leads to the stored address of a creative that was approved and sold, and nowhere else."""

from __future__ import annotations

import pytest

from ads.choices import CreativeState, FlightState
from ads.models import Creative, Flight

from .beacons import BROWSER, arrive, click, events, placement
from .factories import CreativeFactory, FlightFactory, days

pytestmark = pytest.mark.django_db


@pytest.fixture
def creative() -> Creative:
    return FlightFactory().creatives.get()


def test_click_leads_to_the_stored_address_and_tells_little(client, creative):
    response = click(client, creative.pk, "")
    assert (response.status_code, response["Location"]) == (302, "https://toko.example/pakan")
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert not response.cookies


@pytest.mark.parametrize(
    "query",
    [
        "url=https://jahat.example",
        "t=https://jahat.example&to=//jahat.example",
        "oadest=javascript:alert(1)&next=%0d%0aLocation:%20https://jahat.example",
        "dest=%2F%2Fjahat.example&redirect=https://toko.example@jahat.example",
    ],
)
def test_click_follows_no_address_of_a_request(client, creative, query):
    response = client.get(f"/s/ke/{creative.pk}?{query}", headers={"user-agent": BROWSER})
    assert response["Location"] == "https://toko.example/pakan"


@pytest.mark.parametrize(
    "path",
    [
        "0", "999999999", "9" * 30, "9" * 5000, "-1", "1.5", "x", "", "1/", "%2e%2e",
        "https://jahat.example", "//jahat.example",
    ],
)  # fmt: skip
def test_click_on_no_creative_is_not_found(client, path):
    assert client.get(f"/s/ke/{path}", headers={"user-agent": BROWSER}).status_code == 404


@pytest.mark.parametrize("state", [s for s in CreativeState if s != CreativeState.APPROVED])
def test_creative_that_is_not_approved_leads_nowhere(client, creative, state):
    Creative.objects.filter(pk=creative.pk).update(state=state)
    assert click(client, creative.pk, "").status_code == 404


def test_creative_of_an_offer_leads_nowhere(client):
    flight = FlightFactory(booked=False)
    assert click(client, flight.creatives.get().pk, "").status_code == 404


@pytest.mark.parametrize("state", [FlightState.PAUSED, FlightState.STOPPED])
def test_late_click_on_a_flight_that_was_stopped_leads_away_and_counts(client, creative, state):
    (token,) = arrive(client, (placement(), creative.pk))
    Flight.objects.filter(pk=creative.flight_id).update(state=state)
    assert click(client, creative.pk, token).status_code == 302
    assert [kind for kind, *_ in events()] == ["c", "p", "s"]


def test_click_after_the_last_day_leads_away(client):
    creative = FlightFactory(days=days(-20, -10)).creatives.get()
    assert click(client, creative.pk, "").status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_click_is_no_form(client, creative, method):
    assert getattr(client, method)(f"/s/ke/{creative.pk}").status_code == 405


def test_link_with_all_that_a_link_may_have_is_followed_as_it_is(client):
    link = "https://toko.example:8443/a/b?x=1&y=%20z&utm=a+b#top"
    creative = CreativeFactory(flight=FlightFactory(creatives=0), link=link, approved=True)
    assert click(client, creative.pk, "")["Location"] == link


def test_search_engines_are_asked_to_stay_away(client):
    assert "Disallow: /s/\n" in client.get("/robots.txt").content.decode()
