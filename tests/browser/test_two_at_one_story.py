"""Two browsers on one story, through every way of writing: nothing is overwritten, nothing is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from articles.choices import Status
from articles.models import Article, LateSave, Revision
from tests.factories import ArticleFactory

from .conftest import DESK, PHONE
from .test_desk import open_story, save, sign_in, staff  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

LATE = re.compile(r"/late/\d+/$")


@pytest.fixture
def two(staff, new_context):  # noqa: F811
    """A reporter on a phone and an editor at a desk, both signed in."""
    reporter, editor = new_context(**PHONE).new_page(), new_context(**DESK).new_page()
    sign_in(reporter, "reporter")
    sign_in(editor, "editor")
    return reporter, editor


@pytest.fixture
def draft(staff):  # noqa: F811
    article = ArticleFactory(headline="Rapat", created_by=staff["reporter"])
    article.bylines.create(author=staff["reporter"].author)
    return article


def write(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.locator(f"[name={name}]").fill(text)


def choose(page: Page, field: str, answer: str) -> None:
    page.locator(f"[data-choice={field}] [value={answer}]").first.check()


def settle(page: Page) -> None:
    with page.expect_navigation():
        page.locator("[name=settle]").click()


def press(page: Page, move: str) -> None:
    button = page.locator(f"[name=_move][value={move}]")
    if not button.is_visible():
        page.locator(".bar-more > summary").click()
    with page.expect_navigation():
        button.click()


def test_both_save_and_the_second_chooses_word_by_word(two, draft):
    reporter, editor = two
    open_story(reporter, draft)
    open_story(editor, draft)
    write(editor, headline="Rapat di Lappabatu", standfirst="Dari redaktur.")
    save(editor)
    write(reporter, headline="Rapat di Bulusirua", tags="sekolah")
    save(reporter)
    expect(reporter).to_have_url(LATE)
    headline = reporter.locator("[data-choice=headline]")
    expect(headline.locator("del")).to_have_text("Lappabatu")
    expect(headline.locator("ins")).to_have_text("Bulusirua")
    draft.refresh_from_db()
    assert draft.headline == "Rapat di Lappabatu"
    # What both changed is asked; what one changed is proposed.
    settle(reporter)
    expect(reporter.locator("[role=alert]")).to_be_visible()
    choose(reporter, "headline", "own")
    reporter.locator("[name=own-headline]").fill("Rapat di dua desa")
    settle(reporter)
    draft.refresh_from_db()
    assert (draft.headline, draft.standfirst) == ("Rapat di dua desa", "Dari redaktur.")
    assert [tag.name for tag in draft.tags.all()] == ["sekolah"]
    assert LateSave.objects.count() == 0
    expect(reporter.locator("[name=headline]")).to_have_value("Rapat di dua desa")


def test_the_late_one_can_close_the_page_and_choose_tomorrow(two, draft):
    reporter, editor = two
    open_story(reporter, draft)
    open_story(editor, draft)
    write(editor, headline="Dari redaktur")
    save(editor)
    write(reporter, headline="Dari reporter")
    save(reporter)
    reporter.goto("/admin/")
    reporter.locator("#panel-too-late a").first.tap()
    expect(reporter).to_have_url(LATE)
    choose(reporter, "headline", "mine")
    settle(reporter)
    draft.refresh_from_db()
    assert draft.headline == "Dari reporter"


def test_two_quick_saves_of_one_form_are_no_conflict(two, draft):
    reporter, _editor = two
    open_story(reporter, draft)
    write(reporter, headline="Satu")
    save(reporter)
    reporter.go_back()
    reporter.wait_for_selector(".prose[data-ready]")
    write(reporter, headline="Dua")
    save(reporter)
    expect(reporter.locator("[name=headline]")).to_have_value("Dua")
    assert LateSave.objects.count() == 0
    draft.refresh_from_db()
    assert draft.headline == "Dua"


def test_a_new_story_whose_answer_was_lost_on_the_line_is_sent_again_and_is_one(two):
    reporter, _editor = two
    reporter.goto("/admin/articles/article/add/")
    reporter.wait_for_selector(".prose[data-ready]")
    reporter.select_option("[name=section]", label="Pendidikan")
    write(reporter, headline="Banjir")

    def lose_the_answer(route):
        route.fetch(max_redirects=0)
        route.abort("aborted")

    reporter.route("**/add/", lose_the_answer, times=1)
    with reporter.expect_event("requestfailed"):
        reporter.locator(".bar [name=_save]").click()
    assert [article.headline for article in Article.objects.all()] == ["Banjir"]
    # The button locks itself for a while against a second tap.
    reporter.evaluate("delete document.getElementById('article_form').dataset.sent")
    write(reporter, headline="Banjir surut")
    save(reporter)
    assert [article.headline for article in Article.objects.all()] == ["Banjir surut"]


def test_what_is_typed_after_handing_in_elsewhere_waits_beside_the_story(two, draft):
    reporter, _editor = two
    other = reporter.context.new_page()
    open_story(reporter, draft)
    open_story(other, draft)
    press(other, "submit")
    write(reporter, headline="Kalimat yang terlambat")
    save(reporter)
    expect(reporter).to_have_url(LATE)
    expect(reporter.locator("[data-choice=headline] ins")).to_contain_text("Kalimat yang terlambat")
    expect(reporter.locator("[name=settle]")).to_have_count(0)
    draft.refresh_from_db()
    assert (draft.status, draft.headline) == (Status.IN_REVIEW, "Rapat")
    with reporter.expect_navigation():
        reporter.locator("button[formaction$='/move/recall/']").tap()
    reporter.goto("/admin/")
    reporter.locator("#panel-too-late a").first.tap()
    choose(reporter, "headline", "mine")
    settle(reporter)
    draft.refresh_from_db()
    assert (draft.status, draft.headline) == (Status.DRAFT, "Kalimat yang terlambat")


def test_a_button_of_the_bar_publishes_nothing_unseen(two, draft):
    reporter, editor = two
    open_story(reporter, draft)
    open_story(editor, draft)
    write(reporter, headline="Ditambah reporter")
    save(reporter)
    press(editor, "publish")
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    expect(editor.locator("[name=headline]")).to_have_value("Ditambah reporter")
    expect(editor.locator(".messagelist")).to_contain_text("Reporter")


def test_a_button_of_the_desk_approves_nothing_unseen(two, draft):
    reporter, editor = two
    open_story(reporter, draft)
    press(reporter, "submit")
    editor.goto("/admin/")
    draft.refresh_from_db()
    reporter.goto(f"/admin/articles/article/{draft.pk}/change/")
    with reporter.expect_navigation():
        reporter.locator(".bar-more > summary").tap()
        reporter.locator("button[formaction$='/move/recall/']").tap()
    open_story(reporter, draft)
    write(reporter, headline="Berubah")
    press(reporter, "submit")
    with editor.expect_navigation():
        editor.locator("#panel-to-review button[formaction$='/move/approve/']").click()
    draft.refresh_from_db()
    assert draft.status == Status.IN_REVIEW
    expect(editor.locator(".step-unseen ins").first).to_have_text("Berubah")
    with editor.expect_navigation():
        editor.locator("[name=confirmed]").click()
    draft.refresh_from_db()
    assert draft.status == Status.APPROVED


def test_a_note_for_the_reporter_is_not_lost_when_the_story_changed_meanwhile(two, draft):
    _reporter, editor = two
    Article.objects.filter(pk=draft.pk).update(status=Status.IN_REVIEW)
    second = editor.context.new_page()
    editor.goto(f"/admin/articles/article/{draft.pk}/move/send_back/")
    open_story(second, draft)
    write(second, headline="Berubah")
    save(second)
    editor.fill("[name=note]", "Siapa sumbernya?")
    with editor.expect_navigation():
        editor.locator("[name=confirmed]").click()
    expect(editor.locator("[name=note]")).to_have_value("Siapa sumbernya?")
    draft.refresh_from_db()
    assert draft.status == Status.IN_REVIEW
    with editor.expect_navigation():
        editor.locator("[name=confirmed]").click()
    draft.refresh_from_db()
    assert (draft.status, draft.desk_note) == (Status.RETURNED, "Siapa sumbernya?")


def test_the_list_changes_the_stories_that_were_seen_and_names_the_other(two, draft):
    reporter, editor = two
    other = ArticleFactory(headline="Lain")
    open_story(reporter, draft)
    editor.goto("/admin/articles/article/")
    for box in editor.locator(".action-select").all():
        box.check()
    write(reporter, headline="Berubah")
    save(reporter)
    editor.select_option("[name=action]", "tags")
    with editor.expect_navigation():
        editor.locator("[name=index]").click()
    editor.fill("[name=tags]", "laut")
    with editor.expect_navigation():
        editor.locator(".step-form .button-forward").click()
    assert [tag.name for tag in other.tags.all()] == ["laut"]
    assert draft.tags.count() == 0
    expect(editor.locator(".messagelist .error")).to_contain_text("Berubah")


def test_one_typo_of_a_public_story_is_mended_with_a_thumb(new_context, staff):  # noqa: F811
    phone = new_context(**PHONE).new_page()
    sign_in(phone, "editor")
    article = ArticleFactory(is_public=True, headline="Banjr di Lappabatu")
    open_story(phone, article)
    write(phone, headline="Banjir di Lappabatu")
    press(phone, "publish_changes")
    article.refresh_from_db()
    assert article.headline == "Banjir di Lappabatu"
    assert not Article.objects.filter(changes_to=article).exists()
    phone.goto(article.get_absolute_url())
    expect(phone.locator("h1")).to_have_text("Banjir di Lappabatu")


def test_two_who_change_one_public_story_meet_in_its_changes(two, draft):
    _reporter, editor = two
    second = editor.context.new_page()
    article = ArticleFactory(is_public=True, headline="Lama")
    open_story(editor, article)
    open_story(second, article)
    write(editor, headline="Dari yang pertama")
    save(editor)
    write(second, headline="Dari yang kedua")
    save(second)
    expect(second).to_have_url(LATE)
    choose(second, "headline", "mine")
    settle(second)
    article.refresh_from_db()
    assert article.headline == "Lama"
    press(second, "publish_changes")
    article.refresh_from_db()
    assert article.headline == "Dari yang kedua"
    # The first one's words are in the history all the same.
    kept = Revision.objects.filter(article=article).values_list("snapshot__headline", flat=True)
    assert "Dari yang pertama" in kept
    # The first one's form is still open: nothing of it writes over what is public now.
    write(editor, standfirst="Terlambat.")
    save(editor)
    expect(editor).to_have_url(LATE)
    article.refresh_from_db()
    assert (article.headline, article.standfirst == "Terlambat.") == ("Dari yang kedua", False)
