"""Live coverage between two people: an entry from a phone over a dead line, and a reader whose page is open."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from articles import live
from articles.models import LiveEntry, Photo
from tests.covering import covered, entry, member

from .test_desk import sign_in, staff  # noqa: F401
from .test_uploads import SENT, photo_file

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
    # Also for who reads at the top of the page.
    expect(button).to_be_in_viewport()
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


# The outbox


@pytest.fixture
def hall(staff, phone):  # noqa: F811
    """A story, and a reporter's phone on the page of its live coverage."""
    User.objects.update(language="en")
    story = covered()
    sign_in(phone, "reporter")
    phone.goto(address_of(story))
    return story


def address_of(story):
    return f"/admin/articles/article/{story.pk}/live/"


def write(phone, text):
    phone.locator("[name=text]").fill(text)
    phone.locator(".live-send button").tap()
    expect(phone.locator("[name=text]")).to_have_value("")


def answering(phone, story, answer):
    """Have `answer` do what it likes with each entry that is sent."""

    def handle(route):
        if route.request.method == "POST":
            answer(route)
        else:
            route.fallback()

    phone.context.route(f"**{address_of(story)}", handle)


def refuse(route):
    route.fulfill(status=400, content_type="application/json", body='{"error": "No."}')


def outbox(phone):
    return phone.locator("[data-live-outbox] > li")


def texts_and_photos():
    rows = LiveEntry.objects.order_by("number")
    return [(row.text.removeprefix("<p>").removesuffix("</p>"), row.photo) for row in rows]


def test_an_entry_that_is_written_while_another_is_sent_goes_after_it(hall, phone):
    held = []
    answering(phone, hall, lambda route: route.fallback() if held else held.append(route))
    with phone.expect_request(lambda request: request.method == "POST"):
        write(phone, "Satu")
    write(phone, "Dua")
    expect(outbox(phone)).to_have_count(2)
    # The second has been looked at: only then is it left behind.
    phone.evaluate("() => new Promise((done) => setTimeout(done, 0))")
    held[0].fallback()
    expect(outbox(phone)).to_have_count(0)
    assert texts_and_photos() == [("Satu", None), ("Dua", None)]


def test_an_entry_discarded_in_another_window_is_not_sent(hall, phone):
    answering(phone, hall, lambda route: route.abort())
    write(phone, "Satu")
    expect(outbox(phone)).to_contain_text("No connection")
    other = phone.context.new_page()
    other.goto("/admin/")
    other.evaluate(
        "() => Object.keys(localStorage).filter((key) => key.startsWith('live-entry:'))"
        ".forEach((key) => localStorage.removeItem(key))"
    )
    other.close()
    phone.context.unroute_all()
    phone.get_by_role("button", name="Send now").tap()
    expect(outbox(phone)).to_have_count(0)
    assert not LiveEntry.objects.exists()


def test_what_was_not_sent_before_the_end_is_shown_with_the_reason(hall, phone):
    answering(phone, hall, lambda route: route.abort())
    write(phone, "Satu")
    expect(outbox(phone)).to_contain_text("No connection")
    live.end(hall, by=member("editor"))
    phone.reload()
    expect(phone.locator("[data-live-form]")).to_have_count(0)
    expect(outbox(phone)).to_contain_text("Satu")
    expect(outbox(phone)).to_contain_text("It was not sent. The live coverage has ended.")
    expect(outbox(phone).get_by_role("button")).to_have_text(["Discard"])
    phone.on("dialog", lambda dialog: dialog.accept())
    outbox(phone).get_by_role("button").tap()
    expect(outbox(phone)).to_have_count(0)
    phone.reload()
    expect(phone.locator("[data-live-outbox]")).to_be_empty()


def test_an_entry_taken_back_does_not_get_the_photo_of_the_one_in_the_form(hall, phone, tmp_path):
    answering(phone, hall, refuse)
    write(phone, "Satu")
    expect(outbox(phone)).to_contain_text("No.")
    phone.context.unroute_all()
    held = []
    phone.context.route(SENT, lambda route: route.fallback() if held else held.append(route))
    phone.locator("[name=text]").fill("Dua")
    phone.locator("details.live-more summary").tap()
    with phone.expect_request(SENT):
        phone.locator("[name=file]").set_input_files(photo_file(tmp_path, 1))
    phone.get_by_role("button", name="Back into the form").tap()
    expect(phone.locator("[name=text]")).to_have_value("Satu")
    expect(phone.locator("[data-photo-state]")).to_be_hidden()
    expect(outbox(phone)).to_contain_text("Dua")
    held[0].fallback()
    # The photo has come to the entry that it was chosen for.
    expect(outbox(phone).get_by_role("button", name="Send without the photo")).to_have_count(0)
    expect(phone.locator("[name=photo]")).to_have_value("")
    phone.locator(".live-send button").tap()
    expect(phone.locator("[data-live-rows] > li").first).to_contain_text("Satu")
    phone.get_by_role("button", name="Back into the form").tap()
    expect(phone.locator("[name=photo]")).to_have_value(str(Photo.objects.get().pk))
    phone.locator(".live-send button").tap()
    expect(phone.locator("[data-live-rows] > li").first).to_contain_text("Dua")
    assert texts_and_photos() == [("Satu", None), ("Dua", Photo.objects.get())]
