"""Strips of photos and embeds as readers use them, and how a reporter makes what stands in a text."""

from __future__ import annotations

import pytest
from django.utils import translation
from playwright.sync_api import Page, expect

from articles.models import Article
from tests.factories import ArticleFactory, ArticlePhotoFactory, PublicationFactory

from .conftest import PHONE
from .test_desk import open_story, save, sign_in, staff  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

BODY = (
    "<p>Isi berita.</p><p>https://youtu.be/aqz-KE-bpKQ</p>"
    '<p><a href="https://www.instagram.com/p/Cabcdef/">Banjir di hulu</a></p><p>Akhir.</p>'
)


@pytest.fixture
def story(transactional_db) -> Article:
    PublicationFactory()
    article = ArticleFactory(is_public=True, body=BODY)
    for number in range(4):
        ArticlePhotoFactory(article=article, caption=f"Foto {number}", position=number)
    return article


def height_of(page: Page, selector: str) -> int:
    return page.locator(selector).evaluate("e => Math.round(e.getBoundingClientRect().height)")


def test_another_site_is_asked_only_after_a_tap(story, phone):
    asked: list[str] = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(body="<p>film</p>", content_type="text/html")

    phone.route(lambda url: "127.0.0.1" not in url and "localhost" not in url, answer)
    problems: list[str] = []
    phone.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    phone.goto(story.get_absolute_url(), wait_until="networkidle")
    assert asked == []
    expect(phone.get_by_role("link", name="Instagram")).to_be_visible()
    video = phone.locator(".embed-wide")
    before = height_of(phone, ".embed-wide")
    video.locator("button").tap()
    frame = video.locator("iframe")
    expect(frame).to_be_visible()
    assert height_of(phone, ".embed-wide") == before
    assert frame.evaluate("f => [f.sandbox.value, f.referrerPolicy, f.title !== '']") == [
        "allow-scripts allow-same-origin allow-popups allow-presentation",
        "strict-origin",
        True,
    ]
    phone.frame_locator(".embed-wide iframe").get_by_text("film").wait_for()
    assert asked == ["https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"]
    assert problems == []


def test_the_strip_is_swiped_stepped_and_seen_whole(story, phone):
    phone.goto(story.get_absolute_url())
    gallery = phone.locator("[data-gallery]")
    position, way = gallery.locator("[data-position]"), gallery.locator("[data-way='1']")
    expect(position).to_have_text("1 / 3")
    way.tap()
    expect(position).to_have_text("2 / 3")
    gallery.locator(".strip").focus()
    phone.keyboard.press("ArrowRight")
    expect(position).to_have_text("3 / 3")
    expect(way).to_be_disabled()
    gallery.locator("[data-whole]").focus()
    phone.keyboard.press("Enter")
    whole = phone.locator("dialog.whole")
    expect(whole.locator("[data-position]")).to_have_text("3 / 3")
    expect(whole.get_by_text("Foto 3")).to_be_in_viewport()
    phone.keyboard.press("ArrowLeft")
    expect(whole.locator("[data-position]")).to_have_text("2 / 3")
    phone.keyboard.press("Escape")
    expect(whole).to_have_count(0)
    expect(gallery.locator("[data-whole]")).to_be_focused()
    expect(position).to_have_text("2 / 3")


def test_without_script_nothing_is_offered_that_does_nothing(story, new_context):
    page = new_context(**PHONE, java_script_enabled=False).new_page()
    page.goto(story.get_absolute_url())
    expect(page.locator(".embed button").first).to_be_hidden()
    expect(page.locator(".strip-ways")).to_be_hidden()
    expect(page.get_by_role("link", name="YouTube")).to_be_visible()
    page.locator(".strip a").first.tap()
    page.wait_for_url("**/media/**")


def test_a_reporter_makes_boxes_tables_and_embeds_with_words(staff, phone):  # noqa: F811
    problems = sign_in(phone, "reporter")
    phone.goto("/admin/articles/article/add/")
    phone.fill("[name=headline]", "Panen")
    phone.select_option("[name=section]", label="Pendidikan")
    tools = phone.locator(".prose-tools")

    def said(words: str) -> str:
        with translation.override("id"):
            return translation.gettext(words)

    def tap(words: str) -> None:
        tools.get_by_role("button", name=said(words), exact=True).tap()

    phone.locator(".prose-text").click()
    phone.keyboard.type("Awal")
    phone.keyboard.press("Enter")
    tap("Insert")
    tap("Pull quote")
    phone.keyboard.type("Kami menunggu.")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.type("Nur Aini")
    tap("Write on below")
    tap("Fact box")
    phone.keyboard.type("84 hektare")
    tap("Write on below")
    tap("Table")
    phone.keyboard.type("Harga")
    phone.keyboard.press("Enter")
    phone.keyboard.type("Jenis")
    phone.keyboard.press("Tab")
    phone.keyboard.type("Rp")
    phone.keyboard.press("Tab")
    tap("Remove row")
    tap("Write on below")
    tap("Video, post or map")
    phone.locator(".prose-link input").fill("youtu.be/aqz-KE-bpKQ")
    phone.keyboard.press("Enter")
    phone.keyboard.type("Akhir")
    save(phone)
    story = Article.objects.get()
    assert story.body == (
        "<p>Awal</p>"
        "<aside><blockquote><p>Kami menunggu.</p></blockquote><p>Nur Aini</p></aside>"
        f"<aside><h3>{said('Facts')}</h3><ul><li>84 hektare</li></ul></aside>"
        "<table><caption>Harga</caption><tbody><tr><th>Jenis</th><th>Rp</th></tr>"
        "<tr><td></td><td></td></tr></tbody></table>"
        '<p><a href="https://youtu.be/aqz-KE-bpKQ" rel="noopener">https://youtu.be/aqz-KE-bpKQ</a></p>'
        "<p>Akhir</p>"
    )
    assert problems == []
