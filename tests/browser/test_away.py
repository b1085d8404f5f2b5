"""Sending while the database is away: the page that says so, and the way back to what was written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import RequestFactory
from playwright.sync_api import Page, Route, expect

from articles.views.away import away
from comments.models import Comment

from .test_comments import article, discussion, newsroom, page_of, person  # noqa: F401
from .test_desk import save, sign_in, staff  # noqa: F401
from .test_unsaved_text import assert_saved, expect_story, open_add, write_story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def take_away(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What is posted there is answered as it is while the database is away."""

    def take(page: Page, pattern: str) -> None:
        def answer(route: Route) -> None:
            if route.request.method != "POST":
                return route.fallback()
            headers = {
                f"HTTP_{name.upper().replace('-', '_')}": value
                for name, value in route.request.headers.items()
            }
            said = away(RequestFactory().post("/", **headers))
            return route.fulfill(
                status=said.status_code,
                headers=dict(said.items()),
                body=said.content.decode(),
            )

        page.route(pattern, answer)

    return take


def test_a_comment_stays_in_its_form_and_is_sent_later(article, page_of, take_away) -> None:  # noqa: F811
    page = page_of()
    take_away(page, "**/tulis/**")
    page.goto(discussion(article))
    page.get_by_label("Komentar Anda").fill("Jangan hilang.")
    page.get_by_role("button", name="Kirim").click()
    expect(page.get_by_text("Belum terkirim")).to_be_visible()
    expect(page.get_by_label("Komentar Anda")).to_have_value("Jangan hilang.")
    page.unroute("**/tulis/**")
    page.get_by_role("button", name="Kirim").click()
    expect(page.locator("[data-taken]")).to_be_visible()
    assert Comment.objects.get().body == "Jangan hilang."


@pytest.mark.parametrize("has_script", [True, False])
def test_a_comment_on_the_forms_own_page_is_there_one_page_back(
    article,  # noqa: F811
    page_of,  # noqa: F811
    take_away,
    has_script,
) -> None:
    page = page_of(java_script_enabled=has_script)
    take_away(page, "**/tulis/**")
    page.goto(f"/komentar/{article.pk}/tulis/")
    page.get_by_label("Komentar Anda").fill("Jangan hilang.")
    page.get_by_role("button", name="Kirim").click()
    page.locator("main.notice").wait_for()
    page.go_back()
    expect(page.get_by_label("Komentar Anda")).to_have_value("Jangan hilang.")


def test_a_story_that_was_saved_in_vain_is_there_one_page_back(staff, phone, take_away) -> None:  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    write_story(phone)
    take_away(phone, "**/article/add/")
    save(phone)
    phone.locator("main.notice").wait_for()
    phone.go_back()
    phone.wait_for_selector(".prose[data-ready]")
    expect_story(phone)
    phone.unroute("**/article/add/")
    save(phone)
    assert_saved()
