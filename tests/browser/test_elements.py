"""Strips of photos and embeds as readers use them, and how a reporter makes what stands in a text."""

from __future__ import annotations

import pytest
from django.utils import translation
from playwright.sync_api import Page, expect

from articles.models import Article
from tests.factories import ArticleFactory, ArticlePhotoFactory, PublicationFactory

from .conftest import PHONE, at_end_of
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


_STANDS_IN = """async (selector) => {
    const end = performance.now() + 20000;
    for (;;) {
        const { anchorNode } = getSelection();
        const element = anchorNode instanceof Element ? anchorNode : anchorNode?.parentElement;
        if (element?.closest(selector)) return true;
        if (performance.now() > end) return false;
        await new Promise((go) => setTimeout(go, 20));
    }
}"""


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

    def stands_in(selector: str) -> bool:
        """Whether the cursor is there, or comes there: the editor follows the browser's a moment later."""
        return bool(phone.evaluate(_STANDS_IN, selector))

    phone.locator(".prose-text").click()
    phone.keyboard.type("Awal")
    phone.keyboard.press("Enter")
    tap("Insert")
    tap("Pull quote")
    phone.keyboard.type("Kami menunggu.")
    phone.keyboard.press("ArrowDown")
    assert stands_in("aside > p")
    phone.keyboard.type("Nur Aini")
    tap("Write on below")
    tap("Fact box")
    phone.keyboard.type("84 hektare")
    tap("Write on below")
    tap("Table")
    phone.keyboard.press("Shift+Tab")
    assert stands_in("desk-words")
    phone.keyboard.type("Harga")
    phone.keyboard.press("Enter")
    assert stands_in("th, td")
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
        "<table><caption>Harga</caption><tbody><tr><th>Jenis</th><th>Rp</th></tr></tbody></table>"
        '<p><a href="https://youtu.be/aqz-KE-bpKQ" rel="noopener">https://youtu.be/aqz-KE-bpKQ</a></p>'
        "<p>Akhir</p>"
    )
    assert problems == []


def insert_table(page: Page) -> None:
    tools = page.locator(".prose-tools")
    with translation.override("id"):
        words = [translation.gettext(word) for word in ("Insert", "Table")]
    for word in words:
        tools.get_by_role("button", name=word, exact=True).click()


def test_tab_goes_through_a_table_and_leaves_the_text_after_escape(staff, laptop):  # noqa: F811
    sign_in(laptop, "reporter")
    article = ArticleFactory(created_by=staff["reporter"], body="<p>Awal</p>")
    open_story(laptop, article)
    keys = laptop.keyboard
    text = laptop.locator(".prose-text")
    text.click()
    insert_table(laptop)
    for number in range(1, 7):
        keys.type(str(number))
        keys.press("Tab")
    # A row more came below the last cell.
    keys.type("7")
    for _back in range(7):
        keys.press("Shift+Tab")
    keys.type("Harga")
    keys.press("Tab")
    keys.press("End")
    keys.type("a")
    expect(text).to_be_focused()
    expect(laptop.locator("[name=body]")).to_have_value(
        "<p>Awal</p><table><caption>Harga</caption><tbody><tr><th>1a</th><th>2</th></tr>"
        "<tr><td>3</td><td>4</td></tr><tr><td>5</td><td>6</td></tr><tr><td>7</td><td></td></tr>"
        "</tbody></table>"
    )
    keys.press("Escape")
    keys.press("Tab")
    assert laptop.evaluate(
        """() => {
            const text = document.querySelector(".prose-text"), now = document.activeElement;
            return Boolean(text.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING)
                && !text.contains(now) && now !== document.body;
        }"""
    )


HEADED = (
    '<table><caption>Harga</caption><thead><tr><th scope="col">A</th><th>B</th></tr></thead>'
    "<tbody><tr><td>c</td><td>d</td></tr></tbody></table>"
)
PLAIN = '<table><tbody><tr><th>A</th><th>B</th></tr><tr><td colspan="2">c</td></tr></tbody></table>'
CAPTIONED = "<table><caption>Stok</caption><tbody><tr><td>c</td></tr></tbody></table>"
# The editor would fill up the shorter row, and put the bodies of a table together.
RAGGED = "<table><tbody><tr><td>r</td><td>s</td></tr><tr><td>t</td></tr></tbody></table>"
TWO_BODIES = "<table><tbody><tr><td>u</td></tr></tbody><tbody><tr><td>v</td></tr></tbody></table>"


def test_a_saved_table_is_edited_again(staff, laptop):  # noqa: F811
    sign_in(laptop, "reporter")
    body = f"<p>Awal</p>{HEADED}<p>x</p>{PLAIN}{CAPTIONED}<aside><p>y</p>{HEADED}</aside>"
    article = ArticleFactory(created_by=staff["reporter"], body=body + RAGGED + TWO_BODIES)
    open_story(laptop, article)
    expect(laptop.locator(".prose-kept")).to_have_count(2)
    for cell in laptop.locator(".prose-text td", has_text="c").all():
        at_end_of(cell)
        laptop.keyboard.type("e")
    save(laptop)
    article.refresh_from_db()
    assert article.body == body.replace(">c<", ">ce<") + RAGGED + TWO_BODIES
    open_story(laptop, article)
    expect(laptop.locator(".prose-kept")).to_have_count(2)


@pytest.mark.parametrize("width", [360, 1440])
def test_lists_have_their_marks_beside_the_text(width, staff, new_context):  # noqa: F811
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    sign_in(page, "reporter")
    lists = "<ul><li>a</li></ul><ol><li>b<ul><li>c</li></ul></li></ol>"
    body = f"<p>x</p>{lists}<aside><p>y</p>{lists}</aside>"
    open_story(page, ArticleFactory(created_by=staff["reporter"], body=body))
    seen = page.locator(
        ".prose-text > :is(ul, ol), .prose-text > aside > :is(ul, ol)"
    ).evaluate_all(
        """lists => lists.map((list) => {
            const before = list.parentElement.querySelector(":scope > p").getBoundingClientRect();
            const item = list.querySelector("li").getBoundingClientRect();
            return [getComputedStyle(list.firstElementChild).listStyleType, item.left - before.left];
        })"""
    )
    indent = 24
    assert seen == [["disc", indent], ["decimal", indent]] * 2
    inner = page.locator(".prose-text ol ul > li").first
    expect(inner).to_have_css("list-style-type", "disc")
