"""The search field while somebody types, in a real browser: a combobox by keyboard, a form without it."""

import datetime

import pytest
from playwright.sync_api import expect

from articles.copydesk import archive
from tests.factories import ArticleFactory, SectionFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_suggestions_are_chosen_by_keyboard_and_never_stand_in_the_way(laptop):
    section = SectionFactory(name="Kesehatan", slug="kesehatan")
    story = ArticleFactory(
        headline="Kesatria muda",
        section=section,
        is_public=True,
        publish_at=datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC),
    )
    story.tags.add("kesenian")
    archive.recount()

    laptop.goto("/cari/")
    laptop.locator("#search-words").focus()
    combobox = laptop.locator("#search-words[role=combobox]")
    combobox.wait_for()
    combobox.type("kes")
    options = laptop.get_by_role("option")
    options.nth(2).wait_for()
    assert options.all_inner_texts()[0].startswith("Kesehatan")
    assert combobox.get_attribute("aria-expanded") == "true"

    laptop.keyboard.press("ArrowDown")
    laptop.keyboard.press("ArrowDown")
    assert combobox.get_attribute("aria-activedescendant") == "search-words-list-1"
    laptop.keyboard.press("Escape")
    assert combobox.get_attribute("aria-expanded") == "false"
    assert combobox.get_attribute("aria-activedescendant") is None
    assert combobox.input_value() == "kes"

    laptop.keyboard.press("ArrowUp")
    laptop.keyboard.press("ArrowUp")
    laptop.keyboard.press("Enter")
    laptop.wait_for_url("**/tag/kesenian/")

    laptop.goto("/cari/")
    laptop.locator("#search-words").fill("kesatria")
    laptop.keyboard.press("Enter")
    laptop.wait_for_url("**/cari/?q=kesatria*")
    assert laptop.get_by_text("Kesatria muda").is_visible()


def test_suggestions_of_an_earlier_query_cannot_be_chosen(laptop):
    SectionFactory(name="Kesehatan", slug="kesehatan")
    laptop.goto("/cari/")
    field = laptop.locator("#search-words")
    field.focus()
    laptop.locator("#search-words[role=combobox]").wait_for()
    said = laptop.locator(".suggestions-said")
    field.type("ke")
    laptop.locator(".suggestions [role=option]").wait_for()
    expect(said).not_to_be_empty()

    laptop.keyboard.press("Backspace")
    expect(said).to_be_empty()
    expect(field).to_have_attribute("aria-expanded", "false")
    laptop.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-expanded") == "false"
    laptop.keyboard.press("Enter")
    laptop.wait_for_url("**/cari/?q=k*")


def test_suggestions_end_with_the_line(laptop):
    SectionFactory(name="Kesehatan", slug="kesehatan")
    laptop.goto("/cari/")
    field = laptop.locator("#search-words")
    field.focus()
    laptop.locator("#search-words[role=combobox]").wait_for()
    field.type("kes")
    laptop.locator(".suggestions [role=option]").wait_for()

    laptop.route("**/cari/saran.json*", lambda route: route.abort())
    field.type("e")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(laptop.locator(".suggestions-said")).to_be_empty()
    laptop.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-expanded") == "false"
