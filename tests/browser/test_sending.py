"""A story sent over a bad line: once for two taps, and once more when the line has failed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article
from tests.browser.test_desk import sign_in, staff

__all__ = ["staff"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_a_failed_sending_locks_the_button_for_a_while_only(staff, new_context):
    page: Page = new_context().new_page()
    sign_in(page, "reporter")
    page.clock.install()
    page.goto("/admin/articles/article/add/")
    page.fill("[name=headline]", "Rapat mutu")
    page.select_option("[name=section]", label="Pendidikan")
    sent = []

    def fail(route):
        if route.request.method == "POST":
            sent.append(route.request.url)
            # The answer of a server that is being restarted: the browser stays on the page.
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route("**/article/add/", fail)
    save = page.locator(".bar [name=_save]")
    save.click()
    save.click()
    page.clock.run_for(11_000)
    save.click()
    assert len(sent) == 1
    page.clock.run_for(2_000)
    # What was typed counts as unsaved all the while.
    expect(page.locator("[data-bar-state]")).to_have_class("bar-state is-unsaved")
    page.unroute("**/article/add/")
    save.click()
    page.wait_for_url("**/change/")
    assert [article.headline for article in Article.objects.all()] == ["Rapat mutu"]
