"""The front page arranged in a real browser: with a mouse, by keyboard, on a phone, without script."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from articles import front
from articles.models import Article
from tests.factories import ArticleFactory, BreakingNewsFactory, FrontLayoutFactory

from .conftest import DESK, PHONE
from .test_desk import sign_in, staff  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

ADD = "/admin/articles/frontlayout/add/"
NAMES = ("Panen raya", "Rapat mutu", "Jembatan putus", "Persitom menang")


@pytest.fixture
def stories(staff) -> list[Article]:  # noqa: F811
    """Four public stories, newest first."""
    now = timezone.now()
    return [
        ArticleFactory(headline=name, is_public=True, publish_at=now - datetime.timedelta(hours=n))
        for n, name in enumerate(NAMES, 1)
    ]


def slot(page: Page, key: str) -> Locator:
    return page.locator(f"[data-slot={key}]")


def in_tray(page: Page, name: str) -> Locator:
    return page.locator("[data-tray] li", has_text=name)


def standing() -> dict[str, str]:
    layout = front.in_force()
    assert layout is not None
    return {f"{p.slot}-{p.position}": p.article.headline for p in layout.placements.all()}


def on_page(page: Page) -> dict[str, str]:
    """What the cards say, where something was chosen."""
    found = {}
    for card in page.locator("[data-slot]:not(.is-empty)").all():
        found[card.get_attribute("data-slot") or ""] = card.locator("[data-headline]").inner_text()
    return found


def arrange(page: Page) -> None:
    with page.expect_navigation(url="**/frontlayout/"):
        page.locator(".front-bar [name=_save]").click()


def drag(page: Page, grip: Locator, target: Locator) -> None:
    grip.scroll_into_view_if_needed()
    start = grip.bounding_box()
    end = target.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 12, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 30, steps=2)
    page.mouse.move(end["x"] + 90, end["y"] + 25, steps=4)
    page.mouse.up()


def test_stories_are_dragged_into_their_places(stories, laptop, client):
    problems = sign_in(laptop, "editor")
    laptop.goto(ADD)
    lead = slot(laptop, "lead-0")
    drag(laptop, in_tray(laptop, "Jembatan putus").locator("[data-grip]"), lead)
    expect(lead).to_contain_text("Jembatan putus")
    drag(laptop, in_tray(laptop, "Rapat mutu").locator("[data-grip]"), lead)
    # What stood there went one further down.
    expect(slot(laptop, "secondary-0")).to_contain_text("Jembatan putus")
    drag(laptop, slot(laptop, "secondary-0").locator("[data-grip]"), slot(laptop, "secondary-2"))
    expect(in_tray(laptop, "Rapat mutu")).to_be_hidden()
    assert on_page(laptop) == {"lead-0": "Rapat mutu", "secondary-2": "Jembatan putus"}
    arrange(laptop)
    assert standing() == {"lead-0": "Rapat mutu", "secondary-2": "Jembatan putus"}
    laptop.goto("/")
    expect(laptop.locator(".today-lead .story-lead")).to_contain_text("Rapat mutu")
    assert problems == []


def test_a_drag_that_ends_nowhere_moves_nothing(stories, laptop):
    FrontLayoutFactory(lead=stories[1])
    sign_in(laptop, "editor")
    laptop.goto(ADD)
    drag(laptop, slot(laptop, "lead-0").locator("[data-grip]"), laptop.locator("h1"))
    assert on_page(laptop) == {"lead-0": "Rapat mutu"}
    expect(laptop.locator(".is-picked")).to_have_count(0)


def test_everything_is_done_by_keyboard(stories, laptop):
    sign_in(laptop, "editor")
    laptop.goto(ADD)
    said = laptop.locator("[data-said]")
    in_tray(laptop, "Jembatan putus").locator("[data-pick]").focus()
    laptop.keyboard.press("Enter")
    expect(said).to_contain_text("Jembatan putus")
    # The first place has the focus: Enter puts it there.
    laptop.keyboard.press("Enter")
    expect(slot(laptop, "lead-0").locator("[data-grip]")).to_be_focused()
    in_tray(laptop, "Panen raya").locator("[data-pick]").focus()
    laptop.keyboard.press("Enter")
    laptop.keyboard.press("Enter")
    assert on_page(laptop) == {"lead-0": "Panen raya", "secondary-0": "Jembatan putus"}
    laptop.keyboard.press("ArrowDown")
    expect(slot(laptop, "secondary-0").locator("[data-grip]")).to_be_focused()
    laptop.keyboard.press("ArrowDown")
    assert on_page(laptop) == {"lead-0": "Jembatan putus", "secondary-1": "Panen raya"}
    laptop.keyboard.press("Delete")
    assert on_page(laptop) == {"lead-0": "Jembatan putus"}
    in_tray(laptop, "Panen raya").locator("[data-pick]").focus()
    laptop.keyboard.press("Enter")
    laptop.keyboard.press("Escape")
    expect(laptop.locator("[data-put]:visible")).to_have_count(0)
    laptop.locator(".front-bar [name=_save]").focus()
    with laptop.expect_navigation(url="**/frontlayout/"):
        laptop.keyboard.press("Enter")
    assert standing() == {"lead-0": "Jembatan putus"}


def test_a_full_part_of_the_page_lets_its_last_story_go(stories, laptop):
    sign_in(laptop, "editor")
    laptop.goto(ADD)
    for name in NAMES[:3]:
        in_tray(laptop, name).locator("[data-pick]").click()
        slot(laptop, "pinned-0").locator("[data-put]").click()
    assert on_page(laptop) == {"pinned-0": "Jembatan putus", "pinned-1": "Rapat mutu"}
    expect(laptop.locator("[data-said]")).to_contain_text("Panen raya")
    expect(in_tray(laptop, "Panen raya")).to_be_visible()


def test_the_page_is_arranged_with_one_thumb(stories, phone):
    problems = sign_in(phone, "editor")
    phone.goto(ADD)
    in_tray(phone, "Rapat mutu").locator("[data-pick]").tap()
    slot(phone, "secondary-0").locator("[data-put]").tap()
    slot(phone, "secondary-0").locator("[data-step='-1']").tap()
    slot(phone, "lead-0").locator("summary").tap()
    until = (timezone.localtime() + datetime.timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    phone.fill("[name=lead-0-until]", until)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    small = phone.evaluate(
        """() => [...document.querySelectorAll('.front-form button, .front-form summary')]
            .filter((one) => one.checkVisibility() && !one.matches('.visually-hidden'))
            .map((one) => one.getBoundingClientRect())
            .filter((box) => box.height < 44 || box.width < 44).length"""
    )
    assert small == 0
    arrange(phone)
    assert standing() == {"lead-0": "Rapat mutu"}
    (placement,) = front.in_force().placements.all()
    assert timezone.localtime(placement.until).strftime("%Y-%m-%dT%H:%M") == until
    assert problems == []


def test_an_older_story_is_found_while_typing(stories, laptop):
    for _number in range(31):
        ArticleFactory(is_public=True)
    ArticleFactory(
        headline="Bendungan retak",
        is_public=True,
        publish_at=timezone.now() - datetime.timedelta(days=400),
    )
    sign_in(laptop, "editor")
    laptop.goto(ADD)
    laptop.locator("[data-q]").press_sequentially("bendu")
    in_tray(laptop, "Bendungan retak").locator("[data-pick]").click()
    slot(laptop, "lead-0").locator("[data-put]").click()
    arrange(laptop)
    assert standing() == {"lead-0": "Bendungan retak"}


def test_a_page_is_planned_and_previewed_before_it_stands(stories, laptop):
    sign_in(laptop, "editor")
    laptop.goto(ADD)
    in_tray(laptop, "Jembatan putus").locator("[data-pick]").click()
    slot(laptop, "lead-0").locator("[data-put]").click()
    laptop.locator("[name=when][value=at]").check()
    later = (timezone.localtime() + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    laptop.fill("[name=starts_at]", later)
    with laptop.context.expect_page() as opened:
        laptop.locator(".front-bar [formaction]").click()
    preview = opened.value
    expect(preview.locator(".today-lead .story-lead")).to_contain_text("Jembatan putus")
    expect(preview.locator(".preview-note")).to_be_visible()
    preview.close()
    assert front.in_force() is None and not front.planned().exists()
    arrange(laptop)
    laptop.goto("/")
    expect(laptop.locator(".today-lead .story-lead")).to_contain_text("Panen raya")
    (plan,) = front.planned()
    assert timezone.localtime(plan.starts_at).strftime("%Y-%m-%dT%H:%M") == later


def test_two_people_arrange_and_neither_is_overwritten_unseen(stories, staff, new_context):  # noqa: F811
    one, two = new_context(**DESK).new_page(), new_context(**DESK).new_page()
    for page in (one, two):
        sign_in(page, "editor")
        page.goto(ADD)
    for page, name in ((one, "Panen raya"), (two, "Rapat mutu")):
        in_tray(page, name).locator("[data-pick]").click()
        slot(page, "lead-0").locator("[data-put]").click()
    arrange(one)
    with two.expect_navigation():
        two.locator(".front-bar [name=_save]").click()
    expect(two.locator(".front-stale .is-other")).to_contain_text("Panen raya")
    expect(two.locator(".front-stale .is-other")).to_contain_text("Rapat mutu")
    assert standing() == {"lead-0": "Panen raya"}
    with two.expect_navigation(url="**/frontlayout/"):
        two.locator(".front-stale button").click()
    assert standing() == {"lead-0": "Rapat mutu"}


def test_everything_works_without_script(stories, new_context):
    page = new_context(**PHONE, java_script_enabled=False).new_page()
    sign_in(page, "editor")
    page.goto(ADD)
    page.select_option("[name=lead-0]", label="Panen raya")
    page.select_option("[name=secondary-0]", label="Rapat mutu")
    slot(page, "secondary-0").locator("[name=_move][value$=up]").tap()
    expect(page.locator("[name=lead-0]")).to_have_value(str(stories[1].pk))
    slot(page, "secondary-0").locator("[name=_move][value$=empty]").tap()
    expect(page.locator("[name=secondary-0]")).to_have_value("")
    page.fill("[name=q]", "jemb")
    page.keyboard.press("Enter")
    expect(page.locator("[name=lead-0]")).to_have_value(str(stories[1].pk))
    arrange(page)
    assert standing() == {"lead-0": "Rapat mutu"}


@pytest.mark.parametrize("width", [360, 1440])
def test_breaking_news_stands_above_the_page_and_leads_to_its_story(stories, new_context, width):
    BreakingNewsFactory(text="Gempa terasa di Lappabatu", article=stories[2])
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto("/terkini/")
    bar = page.locator(".breaking a")
    box, head = bar.bounding_box(), page.locator(".masthead").bounding_box()
    assert box and head
    assert box["height"] >= 44 and box["y"] + box["height"] <= head["y"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    bar.click()
    expect(page.locator("h1")).to_have_text("Jembatan putus")


def test_a_line_as_long_as_advised_takes_three_lines_of_a_small_phone(stories, new_context):
    BreakingNewsFactory(text="Gempa " * 11 + "kuat", article=stories[2])
    page = new_context(viewport={"width": 360, "height": 800}).new_page()
    page.goto("/terkini/")
    # The lines of the text, of which the first stands beside the label.
    assert page.evaluate("document.querySelector('.breaking span').getClientRects().length") == 3
    assert page.locator(".breaking").bounding_box()["height"] <= 3 * 20 + 24


def test_what_fills_a_place_follows_the_form(stories, laptop):
    problems = sign_in(laptop, "editor")
    laptop.goto(ADD)
    says = slot(laptop, "lead-0").locator("[data-headline]")
    expect(says).to_contain_text("Panen raya")
    in_tray(laptop, "Panen raya").locator("[data-pick]").click()
    slot(laptop, "pinned-0").locator("[data-put]").click()
    expect(says).to_contain_text("Rapat mutu")
    slot(laptop, "pinned-0").locator("[data-empty]").click()
    expect(says).to_contain_text("Panen raya")
    assert problems == []
