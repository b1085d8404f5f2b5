"""The desk in a real browser: the editor loses nothing, the register is quick with a thumb."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from accounts.models import User
from articles.models import Article
from articles.sanitise import clean_body
from tests.desk.conftest import upload
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    PersonFactory,
    PhotoFactory,
    PublicationFactory,
    SectionFactory,
)

from .conftest import at_end_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "padi-menguning-1"
PICTURE = "/media/photos/x.jpg"
# What imported stories hold, beyond what the toolbar makes.
BODIES = {
    "words": '<p>Satu <strong>dua</strong> <em>tiga</em> <a href="https://a.example/" title="judul">tautan</a> H<sub>2</sub>O x<sup>2</sup> <code>kode</code>.</p>',
    "spaces": "<p>Rp&nbsp;1.000<br>baris dua</p><p></p><p>x</p>",
    "headings": "<h2>Sub</h2><h3>Subsub</h3><hr>",
    "lists": '<ul><li>satu<ul><li>dalam</li></ul></li></ul><ol start="4"><li>empat</li></ol>',
    "list of paragraphs": "<ul><li><p>satu</p><p>lagi</p></li></ul>",
    "quotes": "<blockquote><p>kutip</p></blockquote><blockquote>tanpa paragraf</blockquote>",
    "figure": f'<figure><img src="{PICTURE}" alt="x" width="300" height="200"><figcaption>Foto <em>kami</em></figcaption></figure>',
    "caption above": f'<figure><figcaption>Atas</figcaption><img src="{PICTURE}"></figure>',
    "picture in a link": f'<figure><a href="https://a.example/"><img src="{PICTURE}" alt=""></a></figure>',
    "gallery": f'<figure><figure><img src="{PICTURE}"></figure><figure><img src="{PICTURE}"></figure><figcaption>Galeri</figcaption></figure>',
    "picture in the text": f'<p>teks <img src="{PICTURE}" alt="tengah"> teks</p><img src="{PICTURE}" alt="lepas">',
    "table": '<table><tbody><tr><td rowspan="2">a</td><td>b</td></tr><tr><td>d</td></tr></tbody></table>',
    "table with a head": '<table><caption>Judul</caption><thead><tr><th scope="col">A</th><th>B</th></tr></thead><tbody><tr><td colspan="2">c</td></tr></tbody></table>',
    "table in a figure": "<figure><table><tbody><tr><td>a</td></tr></tbody></table><figcaption>Tabel</figcaption></figure>",
    "pull quote": "<aside><blockquote><p>q <strong>r</strong></p></blockquote><p>Nama</p></aside>",
    "facts": "<aside><h3>Fakta</h3><ul><li>a</li></ul><p>b</p><table><caption>c</caption><tbody><tr><td>d</td></tr></tbody></table></aside>",
    "aside in a quotation": "<blockquote><aside>lepas<aside><p>dalam</p></aside></aside></blockquote>",
    "code": "<pre>baris  satu\n   baris dua</pre><pre><code>x = 1\n  y</code></pre>",
    "nested": "<ul><li>a<blockquote><p>q</p></blockquote></li></ul>",
}


@pytest.fixture
def staff(transactional_db):
    """A reporter who signs, and an editor."""
    PublicationFactory()
    made = {}
    for role in ("reporter", "editor"):
        made[role] = User.objects.create_user(
            f"{role}@example.org", PASSWORD, name=role.title(), is_staff=True
        )
        made[role].groups.add(Group.objects.get(name=role))
        AuthorFactory(name=role.title(), user=made[role])
    SectionFactory(name="Pendidikan")
    return made


def sign_in(page: Page, role: str) -> list[str]:
    """Open the desk; what the browser complains about is collected in the list."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.goto("/admin/login/?next=/admin/")
    page.fill("[name=username]", f"{role}@example.org")
    page.fill("[name=password]", PASSWORD)
    # Whoever goes on before the desk has answered cuts its answer off, cookie and all.
    with page.expect_navigation(url="**/admin/"):
        page.click("[type=submit]")
    return problems


def open_story(page: Page, article: Article) -> None:
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    page.wait_for_selector(".prose[data-ready]")


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator(".bar [name=_save]").click()


def test_editing_one_paragraph_loses_nothing_of_the_others(staff, laptop):
    sign_in(laptop, "editor")
    after = {}
    for body in BODIES.values():
        article = ArticleFactory(body=f"<p>Awal</p>{body}")
        open_story(laptop, article)
        at_end_of(laptop.locator(".prose-text > p").first)
        laptop.keyboard.type(" sekali")
        expect(laptop.locator("[name=body]")).to_have_value(re.compile("^<p>Awal sekali</p>"))
        save(laptop)
        article.refresh_from_db()
        after[body] = article.body
    assert after == {body: f"<p>Awal sekali</p>{clean_body(body)}" for body in BODIES.values()}


def test_a_story_that_was_only_looked_at_is_saved_as_it_was(staff, laptop):
    problems = sign_in(laptop, "editor")
    body = clean_body("loose <b>text</b><p>x</p>" + BODIES["table with a head"])
    article = ArticleFactory(body=body)
    open_story(laptop, article)
    save(laptop)
    article.refresh_from_db()
    assert article.body == body
    assert problems == []


def test_the_toolbar_makes_what_its_words_say(staff, phone):
    sign_in(phone, "reporter")
    phone.goto("/admin/articles/article/add/")
    phone.fill("[name=headline]", "Panen")
    phone.select_option("[name=section]", label="Pendidikan")
    text = phone.locator(".prose-text")
    text.click()
    tools = phone.locator(".prose-tools > button")
    phone.keyboard.type("Sub")
    tools.nth(3).tap()
    phone.keyboard.press("Enter")
    phone.keyboard.type("satu ")
    tools.nth(0).tap()
    phone.keyboard.type("tebal")
    tools.nth(0).tap()
    tools.nth(2).tap()
    phone.locator(".prose-link input").fill("kabar.example/a")
    phone.keyboard.press("Enter")
    save(phone)
    assert Article.objects.get().body == (
        "<h2>Sub</h2><p>satu <strong>tebal</strong>"
        '<a href="https://kabar.example/a" rel="noopener">kabar.example/a</a></p>'
    )


def test_the_ninth_person_takes_two_taps_and_three_letters(staff, phone):
    for number in range(9):
        PersonFactory(name=f"{'abcdefghi'[number]}{'xyz'} Tokoh", slug=f"tokoh-{number}")
    problems = sign_in(phone, "reporter")
    article = ArticleFactory(created_by=staff["reporter"])
    open_story(phone, article)
    for letter in "abcdefghi":
        phone.locator("[data-rows=attendances] [data-rows-add]").tap()
        phone.keyboard.type(f"{letter}xy")
        phone.locator(".suggestions [role=option]").first.tap()
    save(phone)
    assert [row.name_as_printed for row in article.attendances.all()] == [
        f"{letter}xyz Tokoh" for letter in "abcdefghi"
    ]
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert problems == []


def test_rows_move_by_buttons_and_a_removed_one_can_be_put_back(staff, phone):
    sign_in(phone, "reporter")
    article = ArticleFactory(created_by=staff["reporter"])
    open_story(phone, article)
    for name in ("Satu", "Dua", "Tiga"):
        phone.locator("[data-rows=attendances] [data-rows-add]").tap()
        phone.keyboard.type(name)
        phone.keyboard.press("Escape")
    rows = phone.locator("[data-rows=attendances] [data-row]")
    rows.nth(2).locator("[data-row-up]").tap()
    rows.nth(0).locator(".card-remove").tap()
    expect(rows.nth(0).locator("[name$=-name]")).to_be_hidden()
    rows.nth(0).locator(".card-remove").tap()
    expect(rows.nth(0).locator("[name$=-name]")).to_be_visible()
    rows.nth(2).locator(".card-remove").tap()
    save(phone)
    assert [row.name_as_printed for row in article.attendances.all()] == ["Satu", "Tiga"]


def test_another_name_typed_over_a_chosen_one_drops_the_choice(staff, phone):
    PersonFactory(name="Andi Karsina")
    sign_in(phone, "reporter")
    open_story(phone, ArticleFactory(created_by=staff["reporter"]))
    phone.locator("[data-rows=attendances] [data-rows-add]").tap()
    phone.keyboard.type("kar")
    phone.locator(".suggestions [role=option]").first.tap()
    row = phone.locator("[data-attendance]").first
    expect(row.locator("[name$=-chosen]")).to_have_value(re.compile(r"^person:\d+$"))
    row.locator("[name$=-name]").press("End")
    phone.keyboard.type(", S.E.")
    expect(row.locator("[name$=-chosen]")).to_have_value(re.compile(r"^person:\d+$"))
    row.locator("[name$=-name]").press("ControlOrMeta+a")
    phone.keyboard.type("Baso")
    # A name is judged when it is finished.
    phone.keyboard.press("Tab")
    expect(row.locator("[name$=-chosen]")).to_have_value("")


def test_a_tap_on_the_photo_sets_what_stays_visible(staff, phone, tmp_path):
    sign_in(phone, "reporter")
    article = ArticleFactory(created_by=staff["reporter"])
    open_story(phone, article)
    file = tmp_path / "rapat.jpg"
    file.write_bytes(upload().read())
    phone.set_input_files("[data-rows-files]", [file])
    image = phone.locator("[data-focal] img").first
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", True)
    box = image.bounding_box()
    image.tap(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    save(phone)
    photo = article.article_photos.get().photo
    assert (round(photo.focal_x, 1), round(photo.focal_y, 1)) == (0.2, 0.8)


def test_a_photo_of_the_library_is_chosen_by_its_words(staff, phone):
    photo = PhotoFactory(caption="Pelabuhan pagi hari")
    problems = sign_in(phone, "reporter")
    article = ArticleFactory(created_by=staff["reporter"])
    open_story(phone, article)
    phone.locator("[data-library-open]").tap()
    phone.locator("[data-library-query]").fill("pelab")
    phone.locator("[data-library-photos] button", has_text="Pelabuhan").tap()
    phone.locator("[data-library-put]").tap()
    save(phone)
    assert [row.photo for row in article.article_photos.all()] == [photo]
    assert problems == []


def test_the_bar_says_that_something_is_not_saved(staff, phone):
    sign_in(phone, "reporter")
    open_story(phone, ArticleFactory(created_by=staff["reporter"]))
    state = phone.locator("[data-bar-state]")
    expect(state).to_contain_text("Tersimpan")
    phone.locator("[name=headline]").press_sequentially("x")
    expect(state).to_have_text("Belum tersimpan")
    save(phone)
    expect(state).to_contain_text("Tersimpan")


@pytest.mark.parametrize("width", [360, 390, 1440])
@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/articles/article/",
        "/admin/articles/article/add/",
        "/admin/articles/person/add/",
        "/admin/articles/photo/",
    ],
)
def test_no_page_is_wider_than_the_screen(width, address, staff, new_context):
    ArticleFactory(headline="Rapat koordinasi peningkatan mutu pendidikan dasar", is_public=True)
    PhotoFactory()
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    problems = sign_in(page, "editor")
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert problems == []
