"""From a page in a real browser to the figures, with nothing in between that is made up."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from ads import proofs, roll_up
from ads.models import Discard, Event, HourCount, Placement
from articles.models import ArticleViews
from tests.ads.beacons import BROWSER
from tests.ads.factories import CreativeFactory, FlightFactory
from tests.factories import PublicationFactory

from .conftest import PHONE
from .sela import link, open_story, story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
KEY = "article-top-1"


@pytest.fixture(autouse=True)
def newsroom() -> None:
    PublicationFactory()


def sold(headline: str = "Pakan ayam"):
    flight = FlightFactory(placements=[KEY], creatives=0)
    return CreativeFactory(flight=flight, headline=headline, approved=True)


def kinds_of(creative) -> str:
    return "".join(
        sorted(Event.objects.filter(creative_id=creative.pk).values_list("kind", flat=True))
    )


def wait_for_answer(page: Page, path: str, told: str = ""):
    """Until the server has answered what told this."""
    return page.expect_response(
        lambda response: (
            response.url.endswith(path)
            and response.ok
            and told in (response.request.post_data or "")
        )
    )


@pytest.fixture(autouse=True)
def no_events():
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE ads_event")


def test_a_view_and_a_click_on_a_phone_become_figures(new_context):
    creative, article = sold(), story()
    page = new_context(**PHONE, user_agent=BROWSER).new_page()
    # It stands above the story, so it is seen at once.
    with wait_for_answer(page, "/s/tiba"), wait_for_answer(page, "/s/lihat", '"v"'):
        open_story(page, article)
    expect(link(page, KEY)).to_have_attribute("href", re.compile(r"\?t="))
    with page.context.expect_page() as opened:
        link(page, KEY).click()
    opened.value.close()
    expect(link(page, KEY)).to_be_visible()
    assert kinds_of(creative) == "cmsv"
    assert Event.objects.get(kind="p").article_id == article.pk

    at = Event.objects.values_list("at", flat=True).first()
    roll_up.roll_up(at, at)
    row = HourCount.objects.get(creative=creative)
    assert (row.served, row.measured, row.viewable, row.clicks) == (1, 1, 1, 1)
    assert (row.placement.key, row.section_id, row.device) == (KEY, article.section_id, "phone")
    assert ArticleViews.objects.get(article=article).views == 1
    # What was free on the page is counted too: it can be sold.
    assert HourCount.objects.filter(creative=None).count() == 3
    # A page of the test before may have told something as it was closed: it says that it is headless, and the
    # marks of some are made up, which proves no placement.
    discarded = Discard.objects.exclude(reason="bot").exclude(placement=None)
    assert list(discarded.values("reason", "count")) == []


def test_a_browser_that_says_it_is_headless_counts_for_nothing(new_context):
    creative, article = sold(), story()
    page = new_context(**PHONE).new_page()
    with wait_for_answer(page, "/s/tiba"):
        open_story(page, article)
    assert not Event.objects.exists()
    assert Discard.objects.get(creative=creative).reason == "bot"


def test_the_server_takes_a_picture_only_of_what_really_stands_there(
    chromium, live_server, settings
):
    settings.SITE_URL = live_server.url
    first, second = sold("Pakan ayam"), None
    second = CreativeFactory(flight=first.flight, headline="Pakan itik", approved=True)
    story()
    placement = Placement.objects.get(key=KEY)
    proof = proofs.take(chromium, second, placement, "phone")
    assert proof is not None
    assert (proof.creative, proof.placement, proof.width) == (second, placement, 390)
    paused = sold("Dijeda")
    paused.flight.state = "paused"
    paused.flight.save(update_fields=["state"])
    assert proofs.take(chromium, paused, placement, "phone") is None
    assert not Event.objects.exists()
