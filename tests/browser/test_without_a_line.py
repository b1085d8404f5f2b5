"""Reading without a line: what was read stays readable and says of when it is; what was withdrawn is never shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.signals import request_started
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles import photos, urls
from articles.choices import CorrectionKind, Status, WithdrawalGround
from articles.models import Article, Correction
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    BreakingNewsFactory,
    PublicationFactory,
    StaffFactory,
    image_file,
)

from .conftest import PHONE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

CONTROLLED = """() => new Promise((done) => {
    const workers = navigator.serviceWorker;
    if (workers.controller) done();
    else workers.addEventListener("controllerchange", () => done());
})"""
KEPT = """async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("story "));
    const found = {};
    for (const name of names) {
        // To open one that has gone since makes it anew, empty: that keeps no story.
        const files = (await (await caches.open(name)).keys()).length;
        if (files) found[name.slice(6)] = files;
    }
    return found;
}"""


@pytest.fixture
def story() -> Article:
    PublicationFactory()
    story = ArticleFactory(is_public=True, headline="Panen raya", slug="panen-raya")
    photo = photos.store(image_file(size=(800, 600)), by=None, credit="Rina")
    ArticlePhotoFactory(article=story, photo=photo)
    return story


@pytest.fixture
def reading(new_context: Callable[..., Any]) -> Page:
    page = new_context(**PHONE, service_workers="allow").new_page()
    page.goto("/redaksi/")
    page.evaluate(CONTROLLED)
    # It has the page before it is done with what it keeps.
    until(page, "async () => navigator.serviceWorker.controller.state === 'activated'")
    return page


def until(page: Page, question: str) -> None:
    """Wait until a function of the page answers yes; the site's policy forbids `wait_for_function`."""
    looking = """async () => {
        const end = performance.now() + 20000;
        while (!(await (QUESTION)())) {
            if (performance.now() > end) return false;
            await new Promise((go) => setTimeout(go, 20));
        }
        return true;
    }"""
    assert page.evaluate(looking.replace("QUESTION", question)), page.evaluate(KEPT)


def read(page: Page, story: Article, files: int = 2) -> None:
    """Open it, and wait until it is kept with its photo."""
    page.goto(story.get_absolute_url())
    until(page, f"async () => (await ({KEPT})())['{story.get_absolute_url()}'] === {files}")


def checked(page: Page, story: Article) -> None:
    """Read a story, and wait until no question after what is kept is under way."""
    read(page, story)
    until(page, "async () => await caches.match('/luring/diperiksa')")


def withdraw(story: Article) -> None:
    now = timezone.now()
    Article.objects.filter(pk=story.pk).update(
        status=Status.WITHDRAWN,
        withdrawal_ground=WithdrawalGround.CHILD_PROTECTION,
        withdrawal_notice="Untuk melindungi seorang anak.",
        withdrawal_requested_at=now,
        withdrawal_requested_by=StaffFactory(),
        withdrawn_at=now,
        withdrawn_by=StaffFactory(),
    )
    Correction.objects.create(article=story, kind=CorrectionKind.WITHDRAWAL, text="Ditarik.")


def test_what_was_read_can_be_read_without_a_line_and_says_of_when_it_is(reading, story):
    read(reading, story)
    reading.context.set_offline(True)
    reading.reload()
    expect(reading.get_by_role("heading", level=1)).to_have_text("Panen raya")
    expect(reading.locator(".preview-note")).to_contain_text("disimpan pada")
    assert (
        reading.evaluate("document.querySelector('.lead-photo img, figure img').naturalWidth") > 0
    )
    assert reading.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"


def test_any_other_page_says_that_there_is_no_line_and_lists_what_was_read(reading, story):
    read(reading, story)
    reading.context.set_offline(True)
    reading.goto("/terkini/")
    expect(reading.locator(".preview-note")).to_contain_text("luring")
    reading.get_by_role("link", name="Panen raya").click()
    expect(reading.get_by_role("heading", level=1)).to_have_text("Panen raya")


def test_a_story_withdrawn_meanwhile_is_not_shown_once_there_was_a_line(reading, story):
    other = ArticleFactory(is_public=True, headline="Lain", slug="lain")
    checked(reading, story)
    read(reading, other, files=1)
    withdraw(story)
    reading.goto("/terkini/")
    until(
        reading,
        f"async () => Object.keys(await ({KEPT})()).join() === '{other.get_absolute_url()}'",
    )
    reading.context.set_offline(True)
    reading.goto(story.get_absolute_url())
    expect(reading.get_by_role("heading", level=1)).to_have_text("Membaca tanpa sambungan")
    expect(reading.get_by_role("link", name="Panen raya")).to_have_count(0)
    expect(reading.get_by_role("link", name="Lain")).to_have_count(1)


def test_a_page_left_open_asks_after_what_is_kept_when_the_line_is_back(reading, story):
    checked(reading, story)
    reading.context.set_offline(True)
    # Taken down by hand, so that no list of withdrawals names it; and changed while nobody could hear of it.
    Article.objects.filter(pk=story.pk).update(status=Status.DRAFT)
    reading.context.set_offline(False)
    until(reading, f"async () => Object.keys(await ({KEPT})()).length === 0")


def test_a_device_that_does_not_say_that_its_line_is_back_asks_with_the_next_page(reading, story):
    checked(reading, story)
    reading.context.set_offline(True)
    reading.goto(story.get_absolute_url())
    expect(reading.locator(".preview-note")).to_contain_text("disimpan pada")
    until(reading, "async () => !(await caches.match('/luring/diperiksa'))")
    # A page that Chromium loads while its line is emulated away hears of no event when that ends.
    Article.objects.filter(pk=story.pk).update(status=Status.DRAFT)
    reading.context.set_offline(False)
    reading.goto("/terkini/")
    until(reading, f"async () => Object.keys(await ({KEPT})()).length === 0")


def test_a_line_that_stutters_when_it_is_back_is_tried_again(reading, story, monkeypatch):
    checked(reading, story)
    asked = []

    def fails_at_first(request: HttpRequest) -> HttpResponse:
        asked.append(request.path)
        return JsonResponse([], safe=False, status=200 if len(asked) > 1 else 503)

    withdrawn = next(one for one in urls.urlpatterns if one.name == "withdrawn")
    monkeypatch.setattr(withdrawn, "callback", fails_at_first)
    Article.objects.filter(pk=story.pk).update(status=Status.DRAFT)
    reading.context.set_offline(True)
    reading.context.set_offline(False)
    until(reading, f"async () => Object.keys(await ({KEPT})()).length === 0")
    assert len(asked) > 1


def test_what_broke_when_a_story_was_read_is_not_above_its_copy(reading, story):
    BreakingNewsFactory(text="Gempa di laut")
    read(reading, story)
    expect(reading.get_by_text("Gempa di laut")).to_be_visible()
    reading.context.set_offline(True)
    reading.reload()
    expect(reading.locator(".preview-note")).to_contain_text("disimpan pada")
    expect(reading.get_by_text("Gempa di laut")).to_have_count(0)


def test_a_form_of_a_story_is_not_kept_as_the_story(reading, story):
    other = ArticleFactory(is_public=True, slug="lain")
    read(reading, story)
    reading.goto(f"{other.get_absolute_url()}?urut=terlama")
    third = ArticleFactory(is_public=True, slug="ketiga")
    reading.goto(f"{third.get_absolute_url()}?utm_source=wa&fbclid=x")
    until(reading, f"async () => '{third.get_absolute_url()}' in (await ({KEPT})())")
    assert other.get_absolute_url() not in reading.evaluate(KEPT)


def test_a_page_of_ones_own_is_asked_for_once(reading):
    asked: list[str] = []

    def hear(environ: dict[str, str], **_more: object) -> None:
        asked.append(environ["PATH_INFO"])

    request_started.connect(hear)
    try:
        reading.goto("/akun/masuk/")
        reading.goto("/luring/")
    finally:
        request_started.disconnect(hear)
    assert [asked.count(path) for path in ("/akun/masuk/", "/luring/")] == [1, 1]


def test_the_first_story_of_all_is_kept_too(new_context, story):
    page = new_context(**PHONE, service_workers="allow").new_page()
    read(page, story)


def test_what_is_old_is_not_shown(reading, story):
    read(reading, story)
    reading.evaluate(
        """async (path) => {
            const cache = await caches.open("story " + path), old = await cache.match(path);
            const headers = new Headers(old.headers);
            headers.set("X-Kept", Date.now() - 15 * 864e5);
            await cache.put(path, new Response(await old.blob(), { headers }));
        }""",
        story.get_absolute_url(),
    )
    reading.context.set_offline(True)
    reading.goto(story.get_absolute_url())
    expect(reading.get_by_text("Belum ada yang disimpan")).to_be_visible()


def test_switched_off_it_takes_itself_and_all_that_it_kept_away(reading, story, settings):
    read(reading, story)
    # Until then it still looks after what it keeps.
    until(reading, "async () => await caches.match('/luring/diperiksa')")
    settings.SERVICE_WORKER = False
    reading.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
    until(reading, "async () => !(await navigator.serviceWorker.getRegistration())")
    until(reading, "async () => (await caches.keys()).length === 0")
    reading.goto("/terkini/")
    assert reading.evaluate("document.querySelector('[data-worker]')") is None
