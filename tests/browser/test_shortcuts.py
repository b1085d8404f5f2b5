"""The desk by keyboard: what the keys do, and that they keep out of whatever is typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from articles.choices import Status
from tests.browser.conftest import at_end_of
from tests.browser.test_desk import open_story, sign_in
from tests.browser.test_desk import staff as staff
from tests.factories import ArticleFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

LIST = "/admin/articles/article/"


@pytest.fixture
def story(staff):
    return ArticleFactory(headline="Rapat mutu", body="<p>Awal</p>", created_by=staff["reporter"])


def test_a_story_is_saved_while_it_is_typed(story, laptop):
    problems = sign_in(laptop, "reporter")
    open_story(laptop, story)
    laptop.fill("#id_headline", "Rapat mutu selesai")
    with laptop.expect_navigation():
        laptop.keyboard.press("Control+s")
    story.refresh_from_db()
    assert story.headline == "Rapat mutu selesai"
    assert problems == []


def test_letters_and_the_next_step_are_left_to_the_field_one_types_in(story, laptop):
    sign_in(laptop, "reporter")
    open_story(laptop, story)
    at_end_of(laptop.locator(".prose-text > p").first)
    laptop.keyboard.type(" n1?/")
    laptop.keyboard.press("Control+Enter")
    expect(laptop.locator(".prose-text")).to_contain_text("Awal n1?/")
    expect(laptop.locator("[data-shortcuts]")).to_be_hidden()
    story.refresh_from_db()
    assert story.status == Status.DRAFT


def test_numbers_lead_to_the_parts_of_the_form(story, laptop):
    sign_in(laptop, "reporter")
    open_story(laptop, story)
    for key, part in (
        ("1", "#id_headline"),
        ("2", ".prose-text"),
        ("3", "#article_photos-heading"),
        ("4", "#attendances-heading"),
    ):
        laptop.keyboard.press("Escape")
        laptop.keyboard.press(key)
        expect(laptop.locator(part)).to_be_focused()
        assert laptop.locator(part).is_visible()


def test_the_next_step_is_taken_outside_a_field(story, laptop):
    sign_in(laptop, "reporter")
    open_story(laptop, story)
    with laptop.expect_navigation():
        laptop.keyboard.press("Control+Enter")
    story.refresh_from_db()
    assert story.status == Status.IN_REVIEW


def test_the_preview_opens_beside_the_form(story, laptop):
    sign_in(laptop, "reporter")
    open_story(laptop, story)
    with laptop.context.expect_page() as opened:
        laptop.keyboard.press("p")
    assert "/preview/" in opened.value.url or opened.value.url == "about:blank"


def test_lines_of_the_list_and_of_the_first_screen_are_walked_and_opened(staff, laptop):
    for name in ("Satu", "Dua"):
        ArticleFactory(headline=name, created_by=staff["reporter"])
    sign_in(laptop, "reporter")
    laptop.goto(LIST)
    for key, name in (("j", "Dua"), ("j", "Satu"), ("j", "Satu"), ("k", "Dua")):
        laptop.keyboard.press(key)
        expect(laptop.locator("#result_list a:focus")).to_have_text(name)
    with laptop.expect_navigation(url="**/change/"):
        laptop.keyboard.press("o")
    laptop.goto("/admin/")
    laptop.keyboard.press("j")
    expect(laptop.locator(".panel a:focus")).to_have_text("Dua")
    with laptop.expect_navigation(url="**/change/"):
        laptop.keyboard.press("Enter")


@pytest.mark.parametrize("page", ["/admin/", LIST])
def test_search_and_a_new_story_are_one_key_away(page, staff, laptop):
    sign_in(laptop, "reporter")
    laptop.goto(page)
    laptop.keyboard.press("/")
    expect(laptop.locator("#searchbar")).to_be_focused()
    laptop.keyboard.type("n")
    expect(laptop.locator("#searchbar")).to_have_value("n")
    laptop.locator("h1").click()
    with laptop.expect_navigation(url="**/article/add/"):
        laptop.keyboard.press("n")


def test_the_dialog_lists_only_what_works_here_and_closes(story, laptop):
    sign_in(laptop, "reporter")
    laptop.goto(LIST)
    laptop.keyboard.press("?")
    dialog = laptop.locator("[data-shortcuts]")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-does=next]")).to_be_visible()
    expect(dialog.locator("[data-does=save]")).to_be_hidden()
    # Nothing works behind it.
    laptop.keyboard.press("n")
    laptop.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    laptop.locator("[data-shortcuts-open]").click()
    expect(dialog).to_be_visible()
    assert laptop.url.endswith(LIST)


def test_keys_of_one_character_can_be_switched_off_and_saving_stays(story, laptop):
    sign_in(laptop, "reporter")
    laptop.goto(LIST)
    laptop.keyboard.press("?")
    laptop.locator("[data-shortcuts] [data-use-keys]").uncheck()
    laptop.keyboard.press("Escape")
    open_story(laptop, story)
    for key in ("?", "1", "h"):
        laptop.keyboard.press(key)
    expect(laptop.locator("[data-shortcuts]")).to_be_hidden()
    expect(laptop.locator("#id_headline")).not_to_be_focused()
    with laptop.expect_navigation():
        laptop.keyboard.press("Control+s")


def test_a_touch_screen_is_told_of_no_keys(story, phone):
    sign_in(phone, "reporter")
    expect(phone.locator("#site-name")).to_be_visible()
    expect(phone.locator("[data-shortcuts-open]")).to_be_hidden()
