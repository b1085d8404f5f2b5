"""Saving and handing in while the line is down: the page stays, and what only saves is sent by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from articles.choices import Status
from articles.models import Article
from tests.factories import ArticleFactory

from .test_autosave import PULSE, expect_state, state
from .test_desk import open_story, sign_in, staff  # noqa: F401
from .test_unsaved_text import assert_saved, expect_story, open_add, write_story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

NOT_SENT = "Not sent: the text is kept on this device. Try again"


def press(page: Page, name: str) -> None:
    page.locator(f".bar {name}").first.tap(no_wait_after=True)


def test_a_save_into_a_line_that_is_down_stays_and_is_sent_when_it_is_back(staff, phone):  # noqa: F811
    problems = sign_in(phone, "reporter")
    open_add(phone)
    write_story(phone)
    phone.context.set_offline(True)
    press(phone, "[name=_save]")
    expect_state(phone, "held")
    # Two taps that are meant as one are one.
    press(phone, "[name=_save]")
    expect_state(phone, "held")
    expect_story(phone)
    assert not Article.objects.exists()
    phone.context.set_offline(False)
    expect(state(phone)).to_contain_text("Tersimpan", timeout=15_000)
    assert_saved()
    assert [one for one in problems if "ERR_INTERNET_DISCONNECTED" not in one] == []


def test_a_story_is_handed_in_when_the_silent_server_answers_again(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    article = ArticleFactory(created_by=staff["reporter"], headline="Awal", is_ready=True)
    open_story(phone, article)
    phone.route(PULSE, lambda route: route.abort())
    phone.locator("[name=headline]").press_sequentially("Baru ")
    expect_state(phone, "silent")
    press(phone, "[value=submit]")
    expect_state(phone, "held")
    article.refresh_from_db()
    assert article.status == Status.DRAFT
    with phone.expect_navigation():
        phone.unroute(PULSE)
    article.refresh_from_db()
    assert article.status == Status.IN_REVIEW
    assert "Baru" in article.headline


def test_a_second_press_goes_through(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    phone.route(PULSE, lambda route: route.abort())
    write_story(phone)
    expect_state(phone, "silent")
    press(phone, "[name=_save]")
    expect_state(phone, "held")
    phone.evaluate("() => { const now = Date.now; Date.now = () => now() + 2000; }")
    with phone.expect_navigation():
        press(phone, "[name=_save]")
    assert_saved()


def test_whoever_writes_on_is_not_taken_away_from_it(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    phone.route(PULSE, lambda route: route.abort())
    write_story(phone)
    expect_state(phone, "silent")
    press(phone, "[name=_save]")
    expect_state(phone, "held")
    phone.locator("[name=headline]").press_sequentially(" raya")
    expect_state(phone, "silent")
    phone.unroute(PULSE)
    expect_state(phone, "kept")
    assert not Article.objects.exists()


def test_a_preview_is_never_held(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    phone.route(PULSE, lambda route: route.abort())
    write_story(phone)
    expect_state(phone, "silent")
    with phone.context.expect_page():
        press(phone, "[data-preview]")
    expect_state(phone, "silent")
