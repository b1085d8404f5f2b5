"""Slots as readers meet them: what is drawn, that nothing jumps, and pages that stay open."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from playwright.sync_api import Page, expect

from ads.choices import FlightState
from ads.models import Category, Placement
from articles.models import Article
from tests.ads.factories import AdvertiserFactory, CampaignFactory, CreativeFactory, FlightFactory
from tests.factories import AttendanceFactory, PersonFactory, PublicationFactory, image_file

from .conftest import DESK, PHONE
from .sela import SHIFTS, Told, catch, link, open_story, settle, space, story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

KEY = "article-top-1"
Reader = Callable[..., tuple[Page, Told]]


@pytest.fixture(autouse=True)
def newsroom() -> None:
    PublicationFactory()


@pytest.fixture
def reader(new_context) -> Reader:
    def make(**options) -> tuple[Page, Told]:
        context = new_context(**(options or PHONE))
        told = catch(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.add_init_script(SHIFTS)
        return page, told

    return make


def sold(headline: str = "Pakan ayam", placements=(KEY,), **more):
    flight = FlightFactory(placements=placements, creatives=0, **more)
    CreativeFactory(flight=flight, headline=headline, approved=True)
    return flight


def picture(flight, *sizes: str):
    images = {}
    for size in sizes:
        width, height = map(int, size.split("x"))
        name = default_storage.save(
            f"sela/{size}.jpg", ContentFile(image_file(size=(width, height)).read())
        )
        images[size] = {"name": name, "width": width, "height": height}
    return CreativeFactory(flight=flight, kind="image", images=images, approved=True)


def stop(flight) -> None:
    flight.state = FlightState.STOPPED
    flight.save(update_fields=["state"])


@pytest.mark.parametrize("options", [PHONE, DESK], ids=["phone", "desktop"])
def test_drawing_moves_nothing(reader, options):
    flight = FlightFactory(placements=Placement.objects.values_list("key"), creatives=0)
    picture(flight, "320x100", "320x50", "300x250", "970x90", "728x90", "336x280", "300x600")
    article = story()
    page, told = reader(**options)
    open_story(page, article)
    expect(link(page, KEY).locator("img")).to_be_visible()
    page.wait_for_load_state("networkidle")
    settle(page)
    assert len(told.arrivals[0]["drawn"]) == (5 if options is DESK else 4)
    assert page.evaluate("shifts") == []


@pytest.mark.parametrize(
    ("options", "device", "size"),
    [(PHONE, "phone", (320, 100)), (DESK, "desktop", (970, 90))],
    ids=["phone", "desktop"],
)
def test_picture_of_the_right_size_is_drawn_and_told(reader, options, device, size):
    flight = FlightFactory(placements=[KEY], creatives=0)
    creative = picture(flight, "320x100", "970x90")
    article = story()
    page, told = reader(**options)
    open_story(page, article)
    image = link(page, KEY).get_by_alt_text("Pakan ayam murah")
    expect(image).to_have_attribute("width", str(size[0]))
    box = space(page, KEY).bounding_box()
    assert (box["width"], box["height"]) == size
    arrival = told.arrivals[0]
    assert (arrival["device"], told.drawn(KEY)) == (device, [creative.pk])
    assert uuid.UUID(arrival["visit"]).version == 4
    expect(link(page, KEY)).to_have_attribute("rel", "sponsored noopener")
    number = Placement.objects.get(key=KEY).pk
    expect(link(page, KEY)).to_have_attribute(
        "href", re.compile(rf"/s/ke/{creative.pk}\?t=1-{number}-{creative.pk}$")
    )


def test_words_of_an_advertiser_are_words_and_never_code(reader):
    sold("<b>Murah</b><script>")
    page, _told = reader()
    open_story(page, story())
    expect(link(page, KEY).locator("strong")).to_have_text("<b>Murah</b><script>")


def test_link_leads_on_before_anything_was_acknowledged(reader):
    creative = sold().creatives.get()
    page, told = reader()
    told.is_down = True
    open_story(page, story())
    expect(link(page, KEY)).to_have_attribute("href", f"/s/ke/{creative.pk}")


def test_advertiser_linked_to_a_person_on_the_story_is_not_shown(reader):
    owner = PersonFactory()
    campaign = CampaignFactory(advertiser=AdvertiserFactory(people=[owner]))
    sold(campaign=campaign)
    named, other = story(), story()
    protected = story(is_identity_protected=True)
    AttendanceFactory(article=named, person=owner)
    page, told = reader()
    for article in (named, protected, other):
        open_story(page, article)
    settle(page)
    first, second, third = told.drawn(KEY)
    assert (first, second) == (0, 0)
    assert third > 0


def test_tragedy_keeps_cheerful_advertising_away(reader):
    sold(campaign=CampaignFactory(category=Category.objects.get(name="Hiburan dan promosi")))
    page, told = reader()
    open_story(page, story(is_tragedy=True))
    open_story(page, story())
    settle(page)
    sad, other = told.drawn(KEY)
    assert sad == 0
    assert other > 0


def test_creative_that_was_seen_often_enough_today_is_not_drawn_again(reader):
    creative = sold(cap_per_day=1).creatives.get()
    article = story()
    page, told = reader()
    page.clock.install()
    open_story(page, article)
    expect(link(page, KEY)).to_be_visible()
    page.clock.run_for(1100)
    settle(page)
    page.clock.run_for(1100)
    settle(page)
    assert told.kinds(KEY) == "mv"
    open_story(page, article)
    settle(page)
    assert told.drawn(KEY) == [creative.pk, 0]


def test_without_local_storage_everything_is_drawn_and_nothing_capped(reader):
    creative = sold(cap_per_day=1).creatives.get()
    article = story()
    page, told = reader()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } });"
    )
    for _ in range(2):
        open_story(page, article)
    settle(page)
    assert told.drawn(KEY) == [creative.pk, creative.pk]


def test_house_creative_stands_once_on_a_page_while_there_are_others(reader):
    campaign = CampaignFactory(advertiser=AdvertiserFactory(is_house=True))
    keys = ["article-top-1", "article-top-2"]
    for words in ("Langganan", "Pasang iklan"):
        sold(words, keys, kind="house", campaign=campaign)
    page, told = reader()
    open_story(page, story())
    settle(page)
    assert told.drawn(keys[0]) != told.drawn(keys[1])


def test_stopped_flight_leaves_a_page_that_stays_open(reader):
    flight = sold()
    page, told = reader()
    page.clock.install()
    open_story(page, story())
    expect(link(page, KEY)).to_be_visible()
    # Only what stands on the screen is asked for again, and an observer tells that a frame later.
    settle(page)
    stop(flight)
    page.clock.run_for(27_000)
    expect(link(page, KEY)).to_have_count(0)
    expect(space(page, KEY).locator(".sela-own")).to_be_visible()
    settle(page)
    assert [arrival.get("again", False) for arrival in told.arrivals] == [False, True]


def test_page_in_a_hidden_tab_asks_for_nothing(reader):
    sold()
    page, _told = reader()
    asked = []
    page.on("request", lambda request: "/s/article" in request.url and asked.append(request.url))
    page.clock.install()
    open_story(page, story())
    page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { value: true });
            Object.defineProperty(document, "visibilityState", { value: "hidden" });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    page.clock.run_for(120_000)
    settle(page)
    assert len(asked) == 1


def test_flight_that_ends_leaves_a_page_that_stays_open_at_that_instant(reader):
    sold()
    page, told = reader()

    def soon_over(route):
        answer = route.fetch()
        listed = json.loads(answer.body())
        for flight in listed["flights"].values():
            flight["until"] = listed["t"] + 10
        if told.arrivals:
            listed["places"][KEY]["flights"] = []
        route.fulfill(json=listed)

    page.route("**/s/article-*", soon_over)
    page.clock.install()
    open_story(page, story())
    expect(link(page, KEY)).to_be_visible()
    settle(page)
    page.clock.run_for(5_000)
    expect(link(page, KEY)).to_be_visible()
    page.clock.run_for(6_000)
    expect(link(page, KEY)).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")


def test_page_from_the_memory_of_the_browser_is_another_view_and_drawn_anew(reader):
    sold()
    page, told = reader()
    open_story(page, story())
    settle(page)
    with page.expect_request_finished(lambda request: "/s/tiba" in request.url):
        page.evaluate(
            "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })), undefined"
        )
    first, second = told.arrivals
    assert first["visit"] != second["visit"]
    assert len(told.drawn(KEY)) == 2


def test_what_nobody_acknowledged_is_sent_again_with_the_next_page(reader):
    sold()
    article = story()
    page, told = reader()
    page.clock.install()
    told.is_down = True
    open_story(page, article)
    settle(page)
    assert told.arrivals == []
    told.is_down = False
    page.clock.run_for(15_000)
    with page.expect_request_finished(lambda request: "/s/tiba" in request.url):
        page.evaluate("dispatchEvent(new Event('online'))")
    settle(page)
    assert len(told.arrivals) == 1
    assert page.evaluate("localStorage.getItem('sela-out')").count("/s/tiba") == 0


def test_candidates_that_cannot_be_reached_leave_our_own_line(reader):
    page, told = reader()
    page.route("**/s/article-*", lambda route: route.abort())
    open_story(page, story())
    expect(space(page, KEY).get_by_role("link")).to_have_attribute("href", "/kontak/")
    assert page.evaluate("shifts") == []
    assert told.arrivals == []


def test_picture_that_is_blocked_leaves_our_own_line_and_is_not_measured(reader):
    flight = FlightFactory(placements=[KEY], creatives=0)
    creative = picture(flight, "320x100")
    page, told = reader()
    page.route("**/media/sela/**", lambda route: route.abort())
    page.clock.install()
    open_story(page, story())
    expect(space(page, KEY).locator(".sela-own")).to_be_visible()
    page.clock.run_for(3000)
    settle(page)
    assert (told.drawn(KEY), told.kinds(KEY)) == ([creative.pk], "")
    assert page.evaluate("shifts") == []


def test_without_script_the_house_creative_stands_there(new_context):
    campaign = CampaignFactory(advertiser=AdvertiserFactory(is_house=True))
    flight = sold("Langganan buletin", kind="house", campaign=campaign)
    Placement.objects.filter(key=KEY).update(fallback=flight.creatives.get())
    page = new_context(**PHONE, java_script_enabled=False).new_page()
    page.goto(story().get_absolute_url())
    shown = link(page, KEY).locator("visible=true")
    expect(shown).to_have_text("Langganan buletin")
    expect(shown).to_have_attribute("href", "https://toko.example/pakan")


def test_reading_sets_no_cookie(new_context):
    sold()
    context = new_context(**PHONE)
    catch(context)
    page = context.new_page()
    open_story(page, story())
    settle(page)
    assert context.cookies() == []


def test_turned_phone_gets_what_fits_it(reader):
    flight = FlightFactory(placements=[KEY], creatives=0)
    picture(flight, "320x100", "970x90")
    page, _told = reader()
    open_story(page, story())
    expect(link(page, KEY).locator("img")).to_have_attribute("width", "320")
    page.set_viewport_size({"width": 844, "height": 390})
    expect(link(page, KEY).locator("img")).to_have_attribute("width", "970")


def test_slot_beside_the_text_stands_on_wide_windows_only(reader):
    article: Article = story()
    page, told = reader(viewport={"width": 1279, "height": 900})
    open_story(page, article)
    expect(space(page, "article-side")).to_be_hidden()
    settle(page)
    assert told.drawn("article-side") == []
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(space(page, "article-side").locator("a")).to_be_visible()
    assert page.locator(".text > p").first.bounding_box()["width"] == 624
    assert page.evaluate("document.documentElement.scrollWidth") == 1440
