"""What counts as measured and as viewable: shares, seconds, focus, hidden tabs, blockers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ads.models import Placement
from articles.models import Article
from tests.ads.factories import FlightFactory
from tests.factories import PublicationFactory

from .conftest import DESK, PHONE
from .sela import SHIFTS, Told, catch, open_story, scroll_to, settle, space, story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

KEY = "article-text"
BLOCKED = """
.iklan, #iklan, .slotiklan, .labeliklan, .article-adv, div[aria-label="Iklan"],
[data-sela="article-text"] { display: none !important; }
"""
Reader = Callable[..., tuple[Page, Told]]


@pytest.fixture
def article() -> Article:
    PublicationFactory()
    FlightFactory(placements=[KEY])
    return story()


@pytest.fixture
def reader(new_context, article) -> Reader:
    """Open the story in a browser whose clock stands still, until a test moves it."""

    def make(script: str = "", **options) -> tuple[Page, Told]:
        context = new_context(**(options or PHONE))
        told = catch(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.add_init_script(script or "0")
        page.clock.install()
        open_story(page, article)
        page.clock.pause_at(page.evaluate("Date.now() + 100"))
        return page, told

    return make


def wait(page: Page, milliseconds: int) -> None:
    page.clock.run_for(milliseconds)
    settle(page)


def say(page: Page, told: Told) -> str:
    """What has been told of the slot once everything that waits is sent."""
    page.evaluate("dispatchEvent(new Event('blur'))")
    wait(page, 1000)
    settle(page)
    return told.kinds(KEY)


def hide(page: Page, is_hidden: bool = True) -> None:
    page.evaluate(
        """(isHidden) => {
            Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
            Object.defineProperty(document, "visibilityState",
                { value: isHidden ? "hidden" : "visible", configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


@pytest.mark.parametrize(("share", "kinds"), [(0.49, "m"), (0.51, "mv")])
def test_half_of_a_creative_for_a_second_is_a_view(reader, share, kinds):
    page, told = reader()
    scroll_to(page, KEY, share)
    wait(page, 1000)
    assert say(page, told) == kinds


@pytest.mark.parametrize(("share", "kinds"), [(0.29, "m"), (0.31, "mv")])
def test_of_a_large_creative_three_tenths_are_enough(reader, share, kinds):
    Placement.objects.filter(key=KEY).update(desktop_size="970x250")
    # In a column of 624 px it is smaller, but a large one all the same.
    page, told = reader(**DESK)
    scroll_to(page, KEY, share)
    wait(page, 1000)
    assert say(page, told) == kinds


@pytest.mark.parametrize(("milliseconds", "kinds"), [(900, "m"), (1000, "mv")])
def test_a_view_takes_a_whole_second(reader, milliseconds, kinds):
    page, told = reader()
    scroll_to(page, KEY, 0.9)
    wait(page, milliseconds)
    assert say(page, told) == kinds


def test_second_begins_anew_after_the_creative_was_out_of_sight(reader):
    page, told = reader()
    scroll_to(page, KEY, 0.9)
    wait(page, 600)
    scroll_to(page, KEY, 0.2)
    scroll_to(page, KEY, 0.9)
    wait(page, 600)
    assert say(page, told) == "m"


def test_second_does_not_run_in_a_hidden_tab_and_begins_anew_after_it(reader):
    page, told = reader()
    scroll_to(page, KEY, 0.9)
    wait(page, 600)
    hide(page)
    wait(page, 5000)
    hide(page, False)
    wait(page, 600)
    assert told.kinds(KEY) == "m"
    wait(page, 400)
    assert say(page, told) == "mv"


def test_page_opened_behind_another_is_counted_when_it_is_looked_at(new_context, article):
    context = new_context(**PHONE)
    told = catch(context)
    page = context.new_page()
    page.add_init_script(
        "for (const [name, value] of [['hidden', true], ['visibilityState', 'hidden']])"
        " Object.defineProperty(document, name, { value, configurable: true });"
    )
    page.goto(article.get_absolute_url(), wait_until="networkidle")
    assert told.arrivals == []
    with page.expect_request_finished(lambda request: "/s/tiba" in request.url):
        hide(page, False)
    assert len(told.arrivals) == 1


def test_page_loaded_ahead_shows_and_counts_nothing_until_it_is_opened(new_context, article):
    context = new_context(**PHONE)
    told = catch(context)
    page = context.new_page()
    page.add_init_script(
        "Object.defineProperty(document, 'prerendering', { value: true, configurable: true });"
    )
    page.goto(article.get_absolute_url(), wait_until="networkidle")
    assert told.arrivals == []
    with page.expect_request_finished(lambda request: "/s/tiba" in request.url):
        page.evaluate(
            """() => {
                Object.defineProperty(document, "prerendering", { value: false });
                document.dispatchEvent(new Event("prerenderingchange"));
            }"""
        )
    assert len(told.arrivals) == 1


def test_page_without_the_focus_is_not_viewed(reader):
    page, told = reader("document.hasFocus = () => window.isFocused ?? false;")
    scroll_to(page, KEY, 0.9)
    wait(page, 5000)
    assert told.kinds(KEY) == "m"
    page.evaluate("() => { window.isFocused = true; dispatchEvent(new Event('focus')); }")
    wait(page, 1000)
    assert say(page, told) == "mv"


def test_slot_that_a_blocker_hides_is_not_measured_and_nothing_jumps(new_context, article):
    context = new_context(**PHONE)
    told = catch(context)
    page = context.new_page()
    page.add_init_script(SHIFTS)
    # A style sheet of the reader's, there before anything is drawn.
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        f" const sheet = new CSSStyleSheet(); sheet.replaceSync(`{BLOCKED}`);"
        " document.adoptedStyleSheets = [sheet]; }, { capture: true });"
    )
    page.clock.install()
    page.goto(article.get_absolute_url(), wait_until="networkidle")
    page.locator(".text").scroll_into_view_if_needed()
    page.clock.run_for(3000)
    settle(page)
    page.evaluate("scrollTo(0, 0)")
    # On a slow machine it may have been told before, or takes a few frames more.
    for _frame in range(100):
        settle(page)
        page.clock.run_for(1000)
        if told.kinds("article-top-1") == "mv":
            break
    assert told.drawn(KEY) != []
    assert told.kinds(KEY) == ""
    assert told.kinds("article-top-1") == "mv"
    assert page.evaluate("shifts") == []


@pytest.mark.parametrize(
    "rule",
    ["visibility: hidden", "opacity: 0", "display: none"],
)
def test_creative_that_cannot_be_seen_is_not_measured(reader, rule):
    script = (
        "addEventListener('DOMContentLoaded', () => { const sheet = new CSSStyleSheet();"
        f" sheet.replaceSync('[data-sela=article-text] .sela-space {{ {rule} !important }}');"
        " document.adoptedStyleSheets = [sheet]; });"
    )
    page, told = reader(script)
    page.locator(f'[data-sela="{KEY}"]').evaluate("(slot) => slot.scrollIntoView()")
    wait(page, 3000)
    wait(page, 3000)
    assert told.drawn(KEY) != []
    assert told.kinds(KEY) == ""


def test_free_slot_is_measured_and_viewed_too(reader):
    page, told = reader()
    page.evaluate("scrollTo(0, 0)")
    expect(space(page, "article-top-1")).to_be_visible()
    wait(page, 3000)
    assert told.drawn("article-top-1") == [0]
    assert told.kinds("article-top-1") == "mv"


def test_printing_shows_and_counts_nothing(reader):
    page, told = reader()
    page.emulate_media(media="print")
    settle(page)
    expect(page.locator(".sela").first).to_be_hidden()
    wait(page, 5000)
    assert len(told.arrivals) == 1
    assert "v" not in told.kinds(KEY)
