"""Live coverage between two people: an entry from a phone over a dead line, and a reader whose page is open."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from articles import live
from articles.models import LiveEntry
from tests.covering import covered, entry, member

from .test_desk import sign_in, staff  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_a_reader_gets_what_is_new_on_a_tap_and_what_was_changed_in_its_place(phone):
    editor = member("editor")
    story = covered(by=editor)
    first = entry(story, "Kabar pertama", by=editor)
    phone.clock.install()
    phone.goto(story.get_absolute_url())
    expect(phone.locator("[data-live-entries] > li")).to_have_count(1)
    expect(phone.locator("[data-live=listens]")).to_be_visible()

    entry(story, "Kabar kedua", by=editor)
    entry(story, "Kabar ketiga", by=editor)
    live.change(
        first, live.Words(text="<p>Kabar pertama, diralat</p>"), by=editor, seen=first.position
    )
    with phone.expect_response(re.compile(r"langsung/\?sesudah=1$")):
        phone.clock.run_for(30_000)
    button = phone.locator("[data-live-news] button")
    expect(button).to_contain_text("2")
    expect(phone.locator("#entri-1")).to_contain_text("diralat")
    assert phone.locator("[data-live-entries] > li").count() == 1
    button.tap()
    expect(phone.locator("[data-live-entries] > li")).to_have_count(3)
    numbers = phone.locator("[data-live-entries] > li").evaluate_all(
        "all => all.map((one) => one.dataset.number)"
    )
    assert numbers == ["3", "2", "1"]
    expect(phone.locator("#entri-3")).to_be_focused()

    live.end(story, by=editor)
    with phone.expect_response(re.compile(r"langsung/\?sesudah=4$")):
        phone.clock.run_for(30_000)
    expect(phone.locator(".live-mark")).to_have_count(0)


def test_an_entry_over_a_dead_line_is_not_lost_and_not_doubled(staff, phone):  # noqa: F811
    story = covered()
    address = f"/admin/articles/article/{story.pk}/live/"
    sign_in(phone, "reporter")
    phone.goto(address)
    # The answer is lost, the entry is not: the worst of both.
    lost = []

    def lose_the_answer(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.fallback()

    phone.route(f"**{address}", lose_the_answer)
    phone.locator("[name=text]").fill("Air naik di Bulusirua")
    phone.locator(".live-send button").tap()
    expect(phone.locator("[name=text]")).to_have_value("")
    outbox = phone.locator("[data-live-outbox] > li")
    expect(outbox).to_contain_text("Air naik di Bulusirua")
    # While it waits, what is typed next, and a page that is loaded again, lose nothing.
    phone.locator("[name=text]").fill("Kabar berikut")
    phone.reload()
    expect(phone.locator("[name=text]")).to_have_value("Kabar berikut")
    expect(phone.locator("[data-live-rows] > li").first).to_contain_text("Air naik di Bulusirua")
    expect(outbox).to_have_count(0)
    assert lost == [200]
    assert [one.text for one in LiveEntry.objects.all()] == ["<p>Air naik di Bulusirua</p>"]
