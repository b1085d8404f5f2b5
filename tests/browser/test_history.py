"""The history of a story in a browser: compared, brought back and seen as readers saw it, on a phone."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles import changes, revisions
from articles.models import Article, Revision
from tests.factories import ArticleFactory, AttendanceFactory

from .conftest import PHONE
from .test_desk import sign_in, staff  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

NARROW = {**PHONE, "viewport": {"width": 360, "height": 740}}
LONG = "Rapat itu dibuka pagi hari di aula kantor bupati dan diikuti para kepala sekolah."


def write(article: Article, by, note: str = "", **values) -> None:
    row = Article.objects.get(pk=article.pk)
    for field, value in values.items():
        setattr(row, field, value)
    row.save()
    revisions.record(row, by=by, note=note)


@pytest.fixture
def story(staff) -> Article:  # noqa: F811
    """A draft of the reporter in three versions."""
    story = ArticleFactory(created_by=staff["reporter"], headline="Rapat mutu")
    others = "".join(f"<p>Paragraf nomor {n} yang tidak berubah.</p>" for n in range(9))
    write(story, staff["reporter"], body=f"<p>{LONG}</p>{others}")
    write(story, staff["editor"], "Judul", headline="Rapat mutu guru")
    AttendanceFactory(article=story, name_as_printed="Sanneng", office_as_printed="Camat")
    body = f"<p>{LONG.replace('pagi', 'siang')}</p>{others}"
    write(story, staff["reporter"], body=body)
    return story


def open_history(page: Page, article: Article) -> None:
    page.goto(f"/admin/articles/article/{article.pk}/history/")


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def small_targets(page: Page) -> list[str]:
    """What a thumb would miss: links, buttons and boxes of the page lower than 44 px."""
    return page.evaluate(
        """() => [...document.querySelectorAll(
            ".version-ways a, .version-choice label, .restore-choice, #content button, summary"
        )].filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.9)
          .map((one) => one.textContent.trim())"""
    )


def test_two_versions_are_chosen_and_compared_with_a_thumb(story, new_context):
    page = new_context(**NARROW).new_page()
    problems = sign_in(page, "reporter")
    open_history(page, story)
    assert fits(page) and small_targets(page) == []
    page.locator(".version-choice [name=a][value='1']").check()
    page.locator(".versions-bar button").tap()
    fields = page.locator("[data-difference]")
    expect(fields).to_have_count(3)
    body = page.locator("[data-difference=body]")
    expect(body.locator("del")).to_have_text("pagi")
    expect(body.locator("ins")).to_have_text("siang")
    fold = body.locator("details")
    expect(fold.locator("p").first).to_be_hidden()
    fold.locator("summary").tap()
    expect(fold.locator("p").first).to_be_visible()
    assert fits(page) and small_targets(page) == []
    assert problems == []


def test_one_field_comes_back_and_is_in_the_form_that_opens(story, new_context):
    page = new_context(**NARROW).new_page()
    sign_in(page, "reporter")
    open_history(page, story)
    page.locator(f"a[href$='/{story.pk}/history/1/restore/']").tap()
    page.locator("[name=keys][value=body]").uncheck()
    page.locator("[name=keys][value=attendances]").uncheck()
    assert fits(page) and small_targets(page) == []
    with page.expect_navigation(url="**/change/"):
        page.locator(".restore-bar button").tap()
    expect(page.locator("[name=headline]")).to_have_value("Rapat mutu")
    story.refresh_from_db()
    assert "siang" in story.body
    assert story.revisions.first().changed == ["headline"]


def test_it_all_works_without_script(story, new_context):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, "editor")
    open_history(page, story)
    page.locator(".versions-bar button").click()
    expect(page.locator("[data-difference]")).to_have_count(2)
    page.locator(f"a[href$='/{story.pk}/history/2/restore/']").click()
    page.locator(".restore-bar button").click()
    page.wait_for_url("**/change/")
    story.refresh_from_db()
    assert "pagi" in story.body
    assert story.attendances.count() == 0


def test_of_two_people_the_later_brings_nothing_back_over_the_other(staff, story, new_context):  # noqa: F811
    mine, theirs = new_context().new_page(), new_context().new_page()
    sign_in(mine, "reporter")
    sign_in(theirs, "editor")
    for page in (mine, theirs):
        page.goto(f"/admin/articles/article/{story.pk}/history/1/restore/")
    theirs.locator(".restore-bar button").click()
    theirs.wait_for_url("**/change/")
    mine.locator("[name=keys][value=body]").uncheck()
    mine.locator(".restore-bar button").click()
    expect(mine.locator("[role=alert], .panel-empty").first).to_be_visible()
    assert story.revisions.count() == 4


def test_a_public_story_is_restored_into_its_changes(staff, new_context):  # noqa: F811
    story = ArticleFactory(is_public=True, headline="Panen padi")
    write(story, staff["editor"])
    write(story, staff["editor"], headline="Panen raya padi")
    page = new_context(**NARROW).new_page()
    sign_in(page, "editor")
    page.goto(f"/admin/articles/article/{story.pk}/history/1/restore/")
    page.locator(".restore-bar button").tap()
    page.wait_for_url("**/change/")
    assert changes.copy_of(story).headline == "Panen padi"
    reader = new_context().new_page()
    reader.goto(story.get_absolute_url())
    expect(reader.locator("h1")).to_have_text("Panen raya padi")


def test_the_page_of_then_is_the_readers_own_without_script(staff, new_context):  # noqa: F811
    now = timezone.now()
    story = ArticleFactory(
        is_public=True, headline="Panen padi", publish_at=now - datetime.timedelta(hours=5)
    )
    AttendanceFactory(article=story, name_as_printed="Sanneng", office_as_printed="Camat")
    write(story, staff["editor"])
    Revision.objects.update(created_at=now - datetime.timedelta(hours=5))
    write(story, staff["editor"], headline="Panen raya")
    page = new_context(**NARROW).new_page()
    sign_in(page, "editor")
    open_history(page, story)
    moment = (now - datetime.timedelta(hours=2)).astimezone(story.zone)
    page.locator("[name=at]").fill(f"{moment:%Y-%m-%dT%H:%M}")
    scripts = []
    page.on("response", lambda r: scripts.append(r.url) if r.url.endswith(".js") else None)
    page.locator(".then button").tap()
    expect(page.locator("h1")).to_have_text("Panen padi")
    expect(page.locator("article.full")).to_contain_text("Sanneng")
    expect(page.locator(".then-note")).to_contain_text(f"{moment:%H.%M}")
    assert fits(page)
    assert scripts == []
    page.locator(".then-note a").tap()
    page.wait_for_url("**/history/")
    story.refresh_from_db()
    assert story.headline == "Panen raya"
