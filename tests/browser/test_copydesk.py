"""The copy desk in a real browser: found, shown in the text, replaced, undone, ignored, handed in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from articles.choices import Status
from articles.models import Article, IgnoredFinding, OwnWord
from tests.factories import ArticleFactory

from .conftest import DESK, PHONE
from .test_desk import open_story, save, sign_in, staff  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

BODY = (
    "<p>Warga meminta ijin kepada <strong>masyrakat</strong> desa.</p>"
    "<p>Jadwal itu <em>di sampaikan</em> tanpa ijin warga.</p>"
)


@pytest.fixture(autouse=True)
def english(staff):  # noqa: F811
    User.objects.update(language="en")


@pytest.fixture
def story(staff):  # noqa: F811
    return ArticleFactory(
        headline="Warga meminta jadwal",
        standfirst="Warga meminta jadwal.",
        body=BODY,
        created_by=staff["reporter"],
    )


def look(page: Page) -> None:
    page.locator("[data-copydesk-look]").click()
    expect(page.locator("[data-copydesk]")).not_to_have_attribute("aria-busy", "true")


def status(page: Page):
    return page.locator("[data-copydesk-status]")


def finding(page: Page, words: str):
    return page.locator("[data-copydesk] li").filter(has=page.locator("mark", has_text=words))


def test_what_is_found_is_shown_jumped_to_and_replaced_with_its_marks(story, laptop):
    problems = sign_in(laptop, "reporter")
    open_story(laptop, story)
    look(laptop)
    expect(status(laptop)).to_have_text("4 things to look at")
    expect(laptop.locator(".prose-text .copydesk-mark")).to_have_count(4)
    # Looking changes nothing.
    expect(laptop.locator("[name=body]")).to_have_value(BODY)
    finding(laptop, "masyrakat").locator("[data-jump]").click()
    expect(laptop.locator(".prose-text")).to_be_focused()
    assert laptop.evaluate("getSelection().toString()") == "masyrakat"
    expect(laptop.locator(".copydesk-mark.is-chosen")).to_have_text("masyrakat")
    laptop.keyboard.press("Escape")
    expect(finding(laptop, "masyrakat").locator("[data-jump]")).to_be_focused()
    finding(laptop, "masyrakat").locator("[data-replace]").click()
    finding(laptop, "di sampaikan").locator("[data-replace]").click()
    expect(laptop.locator("[name=body]")).to_have_value(
        "<p>Warga meminta ijin kepada <strong>masyarakat</strong> desa.</p>"
        "<p>Jadwal itu <em>disampaikan</em> tanpa ijin warga.</p>"
    )
    expect(finding(laptop, "ijin").nth(1)).to_contain_text(
        "Jadwal itu disampaikan tanpa ijin warga."
    )
    # The editor's own undo takes back one step at a time.
    laptop.locator(".prose-text").focus()
    laptop.keyboard.press("ControlOrMeta+z")
    expect(laptop.locator("[name=body]")).to_have_value(re.compile("<em>di sampaikan</em>"))
    expect(laptop.locator("[name=body]")).to_have_value(re.compile("masyarakat"))
    laptop.keyboard.press("ControlOrMeta+z")
    expect(laptop.locator("[name=body]")).to_have_value(BODY)
    assert problems == []


def test_all_of_the_same_word_are_replaced_at_once_and_put_back(story, laptop):
    sign_in(laptop, "reporter")
    open_story(laptop, story)
    look(laptop)
    finding(laptop, "ijin").first.locator("[data-replace-all]").click()
    expect(laptop.locator("[name=body]")).to_have_value(BODY.replace("ijin", "izin"))
    expect(finding(laptop, "ijin")).to_have_count(0)
    laptop.locator("[data-copydesk-undo]").click()
    expect(laptop.locator("[name=body]")).to_have_value(BODY)
    expect(finding(laptop, "ijin")).to_have_count(2)


def test_a_word_with_a_capital_is_replaced_with_the_others_and_keeps_it(story, laptop):
    body = "<p>Masyrakat dan warga.</p><p>Warga dan masyrakat, lalu masyrakat.</p>"
    Article.objects.filter(pk=story.pk).update(body=body)
    sign_in(laptop, "reporter")
    open_story(laptop, story)
    look(laptop)
    marks = laptop.locator("[data-copydesk] li mark")
    expect(marks).to_have_text(["Masyrakat", "masyrakat", "masyrakat"])
    finding(laptop, "masyrakat").nth(1).locator("[data-replace-all]").click()
    mended = body.replace("asyrakat", "asyarakat")
    expect(laptop.locator("[name=body]")).to_have_value(mended)
    laptop.locator("[data-copydesk-undo]").click()
    expect(laptop.locator("[name=body]")).to_have_value(body)
    expect(marks).to_have_text(["Masyrakat", "masyrakat", "masyrakat"])


def test_words_that_were_changed_meanwhile_are_not_replaced_blindly(story, laptop):
    sign_in(laptop, "reporter")
    open_story(laptop, story)
    look(laptop)
    text = laptop.locator(".prose-text > p").first
    # Moved: two words in front of it.
    text.click(position={"x": 1, "y": 8})
    laptop.keyboard.type("Kemarin pagi: ")
    finding(laptop, "masyrakat").locator("[data-replace]").click()
    expect(text).to_have_text("Kemarin pagi: Warga meminta ijin kepada masyarakat desa.")
    # Gone: written anew by hand.
    second = laptop.locator(".prose-text > p").nth(1)
    second.click(click_count=3)
    laptop.keyboard.type("Jadwal berubah; ia minta ijin lagi.")
    finding(laptop, "di sampaikan").locator("[data-replace]").click()
    expect(second).to_have_text("Jadwal berubah; ia minta ijin lagi.")
    expect(finding(laptop, "di sampaikan")).to_have_count(1)
    # The same word elsewhere, in other company, is not taken for the one that was found.
    finding(laptop, "ijin").nth(1).locator("[data-replace]").click()
    expect(second).to_have_text("Jadwal berubah; ia minta ijin lagi.")


def test_plain_fields_are_mended_too_and_their_own_undo_works(story, laptop):
    Article.objects.filter(pk=story.pk).update(
        standfirst="Warga 🙂 minta ijin.", body="<p>Warga meminta jadwal.</p>"
    )
    sign_in(laptop, "reporter")
    open_story(laptop, story)
    look(laptop)
    finding(laptop, "ijin").locator("[data-jump]").click()
    expect(laptop.locator("[name=standfirst]")).to_be_focused()
    assert (
        laptop.evaluate(
            "document.activeElement.value.slice(document.activeElement.selectionStart,"
            " document.activeElement.selectionEnd)"
        )
        == "ijin"
    )
    finding(laptop, "ijin").locator("[data-replace]").click()
    expect(laptop.locator("[name=standfirst]")).to_have_value("Warga 🙂 minta izin.")
    laptop.locator("[name=standfirst]").focus()
    laptop.keyboard.press("ControlOrMeta+z")
    expect(laptop.locator("[name=standfirst]")).to_have_value("Warga 🙂 minta ijin.")


def test_ignored_stays_ignored_in_this_story_and_always_right_everywhere(story, laptop, staff):  # noqa: F811
    sign_in(laptop, "reporter")
    open_story(laptop, story)
    look(laptop)
    finding(laptop, "ijin").first.locator("[data-ignore]").click()
    expect(finding(laptop, "ijin")).to_have_count(0)
    expect(finding(laptop, "di sampaikan").locator("[data-always]")).to_be_hidden()
    finding(laptop, "masyrakat").locator("[data-always]").click()
    expect(status(laptop)).to_contain_text("masyrakat")
    assert [row.word for row in OwnWord.objects.filter(word="masyrakat")] == ["masyrakat"]
    look(laptop)
    expect(status(laptop)).to_have_text("1 thing to look at")
    assert list(IgnoredFinding.objects.values_list("article", "kind", "text")) == [
        (story.pk, "form", "ijin")
    ]
    other = ArticleFactory(headline="Warga", body=BODY, created_by=staff["reporter"])
    open_story(laptop, other)
    look(laptop)
    expect(finding(laptop, "ijin")).to_have_count(2)
    expect(finding(laptop, "masyrakat")).to_have_count(0)


def test_what_is_ignored_in_a_new_story_is_noted_when_it_is_saved(staff, laptop):  # noqa: F811
    sign_in(laptop, "reporter")
    laptop.goto("/admin/articles/article/add/")
    laptop.wait_for_selector(".prose[data-ready]")
    laptop.fill("[name=headline]", "Warga meminta ijin")
    laptop.select_option("[name=section]", label="Pendidikan")
    laptop.locator(".prose-text").click()
    laptop.keyboard.type("Warga meminta ijin.")
    look(laptop)
    finding(laptop, "ijin").first.locator("[data-ignore]").click()
    look(laptop)
    expect(laptop.locator("[data-copydesk] li")).to_have_count(0)
    assert not IgnoredFinding.objects.exists()
    save(laptop)
    article = Article.objects.get()
    assert [row.text for row in article.ignored_findings.all()] == ["ijin"]


def test_handing_in_asks_once_and_never_blocks(story, laptop):
    sign_in(laptop, "reporter")
    open_story(laptop, story)
    hand_in = laptop.locator(".bar [name=_move][value=submit]")
    hand_in.click()
    expect(status(laptop)).to_have_text("4 things to look at")
    story.refresh_from_db()
    assert story.status == Status.DRAFT
    with laptop.expect_navigation():
        laptop.locator("[data-copydesk-on]").click()
    story.refresh_from_db()
    assert story.status == Status.IN_REVIEW


def test_who_has_seen_the_findings_hands_in_with_the_first_press(story, laptop):
    sign_in(laptop, "reporter")
    open_story(laptop, story)
    look(laptop)
    with laptop.expect_navigation():
        laptop.locator(".bar [name=_move][value=submit]").click()
    story.refresh_from_db()
    assert story.status == Status.IN_REVIEW


@pytest.mark.parametrize("answer", ["none", "error", "html"])
def test_without_an_answer_a_sentence_says_so_and_the_story_is_handed_in(answer, story, laptop):
    sign_in(laptop, "reporter")
    open_story(laptop, story)

    def refuse(route):
        if answer == "none":
            route.abort()
        else:
            route.fulfill(
                status=500 if answer == "error" else 200,
                body="<h1>?</h1>",
                content_type="text/html",
            )

    laptop.route("**/copydesk/", refuse)
    laptop.locator("[data-copydesk-look]").click()
    expect(status(laptop)).to_contain_text("The copy desk does not answer")
    expect(laptop.locator("[name=body]")).to_have_value(BODY)
    with laptop.expect_navigation():
        laptop.locator(".bar [name=_move][value=submit]").click()
    story.refresh_from_db()
    assert story.status == Status.IN_REVIEW


def test_without_script_the_page_of_the_move_shows_the_findings_first(story, new_context):
    page = new_context(**DESK, java_script_enabled=False).new_page()
    sign_in(page, "reporter")
    page.goto(f"/admin/articles/article/{story.pk}/change/")
    with page.context.expect_page() as opened:
        page.locator("[data-copydesk-look]").click()
    expect(opened.value.locator(".copydesk-list mark")).to_have_count(4)
    with page.expect_navigation():
        page.locator(".bar [name=_move][value=submit]").click()
    expect(page.locator(".copydesk-list mark")).to_have_count(4)
    with page.expect_navigation():
        page.locator("[name=confirmed]").click()
    story.refresh_from_db()
    assert story.status == Status.IN_REVIEW


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_the_list_leaves_the_words_in_sight(width, story, new_context):
    page = new_context(**{**PHONE, "viewport": {"width": width, "height": 740}}).new_page()
    problems = sign_in(page, "reporter")
    open_story(page, story)
    page.locator("[data-copydesk-look]").tap()
    expect(status(page)).to_have_text("4 things to look at")
    finding(page, "di sampaikan").locator("[data-jump]").tap()
    chosen = page.locator(".copydesk-mark.is-chosen")
    expect(chosen).to_have_text("di sampaikan")
    words, sheet = chosen.bounding_box(), page.locator("[data-copydesk]").bounding_box()
    assert words["y"] > 0
    assert words["y"] + words["height"] < sheet["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "[...document.querySelectorAll('[data-copydesk] button, .bar button')]"
        ".filter((b) => b.checkVisibility() && (b.offsetHeight < 44 || b.offsetWidth < 44))"
        ".map((b) => b.textContent)"
    )
    assert small == []
    finding(page, "di sampaikan").locator("[data-replace]").tap()
    expect(page.locator("[name=body]")).to_have_value(re.compile("<em>disampaikan</em>"))
    assert problems == []
