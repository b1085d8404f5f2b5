"""No text is lost: an expired session, a lost connection, "Back" and "Forward"."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article
from tests.factories import ArticleFactory, AttendanceFactory, AuthorFactory, PersonFactory

from .conftest import PHONE, at_end_of
from .test_desk import open_story, save, sign_in, staff  # noqa: F401

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

ADD = "/admin/articles/article/add/"
COPIES = "Object.keys(localStorage).filter((key) => key.startsWith('desk-kept:')).length"
# Whether there are so many copies within a second; the desk's policy forbids `wait_for_function`.
SOON = """(count) => new Promise((done) => {
    const start = performance.now();
    const look = () => {
        const isThere = COPIES === count;
        if (isThere || performance.now() - start > 1000) done(isThere);
        else setTimeout(look, 20);
    };
    look();
})""".replace("COPIES", COPIES)


def open_add(page: Page) -> None:
    page.goto(ADD)
    page.wait_for_selector(".prose[data-ready]")


def write_story(page: Page) -> None:
    """A headline, a text, a section, a tag and a line of the register, by keyboard."""
    page.locator("[name=headline]").press_sequentially("Panen")
    page.locator(".prose-text").click()
    page.keyboard.type("Panen dimulai.")
    page.select_option("[name=section]", label="Pendidikan")
    page.locator("[name=tags]").fill("padi, panen")
    page.locator("[name=event_on]").fill("2026-11-20")
    page.locator("[data-rows=attendances] [data-rows-add]").tap()
    page.keyboard.type("Baso Ilham")
    page.keyboard.press("Escape")
    page.locator("[name=attendances-0-office_as_printed]").fill("Camat")


def expect_story(page: Page) -> None:
    expect(page.locator("[name=headline]")).to_have_value("Panen")
    expect(page.locator(".prose-text")).to_have_text("Panen dimulai.")
    expect(page.locator("[name=tags]")).to_have_value("padi, panen")
    expect(page.locator("[name=event_on]")).to_have_value("2026-11-20")
    expect(page.locator("[name=attendances-0-name]")).to_have_value("Baso Ilham")
    expect(page.locator("[name=attendances-0-office_as_printed]")).to_have_value("Camat")


def assert_saved() -> None:
    article = Article.objects.get()
    assert (article.headline, article.body) == ("Panen", "<p>Panen dimulai.</p>")
    assert article.section.name == "Pendidikan"
    assert sorted(tag.name for tag in article.tags.all()) == ["padi", "panen"]
    assert [(row.name_as_printed, row.office_as_printed) for row in article.attendances.all()] == [
        ("Baso Ilham", "Camat")
    ]


def offers(page: Page):
    return page.locator("[data-keep] .desk-note")


def take_back(page: Page) -> None:
    """First what it would change, then the tap that puts it in."""
    expect(page.locator("[data-keep-restore]")).to_be_hidden()
    page.locator("[data-keep-compare]").tap()
    page.locator("[data-keep-restore]").tap()
    expect(page.locator("[data-keep-compare]")).to_have_count(0)


def save_all_the_same(page: Page) -> None:
    """The first press into a line that is down stays here, the second goes to the browser's error page."""
    page.locator(".bar [name=_save]").tap()
    expect(page.locator("[data-keep-state=held]")).to_be_visible()
    # So that the two are not one double tap.
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 2000; }")
    page.locator(".bar [name=_save]").tap()
    page.wait_for_selector("#main-frame-error", state="attached")


def expire_session(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def sign_in_again(page: Page, role: str) -> None:
    page.fill("[name=username]", f"{role}@example.org")
    page.fill("[name=password]", "padi-menguning-1")
    page.click("[type=submit]")


def test_a_text_survives_an_expired_session(staff, phone):  # noqa: F811
    problems = sign_in(phone, "reporter")
    open_add(phone)
    write_story(phone)
    expire_session(phone)
    save(phone)
    sign_in_again(phone, "reporter")
    expect(offers(phone)).to_have_count(1)
    expect(offers(phone)).to_have_text(re.compile(r"\d\d\.\d\d"))
    expect(phone.locator("[name=headline]")).to_have_value("")
    take_back(phone)
    expect_story(phone)
    save(phone)
    assert_saved()
    expect(phone.locator("[data-bar-state]")).to_contain_text("Tersimpan")
    assert phone.evaluate(COPIES) == 0
    open_add(phone)
    expect(offers(phone)).to_have_count(0)
    assert problems == []


def test_a_text_survives_saving_without_a_connection(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    write_story(phone)
    phone.context.set_offline(True)
    save_all_the_same(phone)
    phone.context.set_offline(False)
    open_add(phone)
    take_back(phone)
    expect_story(phone)
    save(phone)
    assert_saved()
    assert phone.evaluate(COPIES) == 0


def test_a_text_sent_again_from_the_browsers_error_page_is_not_offered(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    write_story(phone)
    phone.context.set_offline(True)
    save_all_the_same(phone)
    phone.context.set_offline(False)
    phone.reload()
    expect(phone.locator("[data-bar-state]")).to_contain_text("Tersimpan")
    assert_saved()
    assert phone.evaluate(COPIES) == 0


def test_rows_that_were_saved_before_come_back_as_they_were_changed(staff, phone):  # noqa: F811
    sign_in(phone, "editor")
    article = ArticleFactory()
    for position, name in enumerate(("Satu", "Dua", "Tiga")):
        AttendanceFactory(
            article=article,
            position=position,
            person=PersonFactory(name=name),
            name_as_printed=name,
        )
    AuthorFactory(name="Rahma Nurdin")
    open_story(phone, article)
    rows = phone.locator("[data-rows=attendances] [data-row]")
    rows.nth(2).locator("[data-row-up]").tap()
    rows.nth(0).locator(".card-remove").tap()
    rows.nth(1).locator("[name$=-office_as_printed]").fill("Camat")
    phone.locator("[data-rows=attendances] [data-rows-add]").tap()
    phone.keyboard.type("Empat")
    phone.keyboard.press("Escape")
    phone.locator("[data-rows=bylines] [data-rows-add]").tap()
    phone.locator("[data-rows=bylines] .select2-selection").last.tap()
    phone.locator(".select2-search__field").fill("rahma")
    phone.locator(".select2-results__option", has_text="Rahma").tap()
    expire_session(phone)
    save(phone)
    sign_in_again(phone, "editor")
    phone.wait_for_selector(".prose[data-ready]")
    take_back(phone)
    save(phone)
    assert [(row.name_as_printed, row.office_as_printed) for row in article.attendances.all()] == [
        ("Tiga", "Camat"),
        ("Dua", ""),
        ("Empat", ""),
    ]
    assert "Rahma Nurdin" in [byline.author.name for byline in article.bylines.all()]
    assert phone.evaluate(COPIES) == 0


def test_back_and_forward_keep_the_text_and_the_rows(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    phone.on("dialog", lambda dialog: dialog.accept())
    open_add(phone)
    write_story(phone)
    phone.go_back()
    phone.go_forward()
    phone.wait_for_selector(".prose[data-ready]")
    expect_story(phone)
    expect(offers(phone)).to_have_count(0)
    save(phone)
    assert_saved()
    assert phone.evaluate(COPIES) == 0


def test_typing_on_after_back_and_forward_keeps_what_was_there(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    phone.on("dialog", lambda dialog: dialog.accept())
    article = ArticleFactory(created_by=staff["reporter"], body="<p>Awal.</p>")
    open_story(phone, article)
    at_end_of(phone.locator(".prose-text > p"))
    phone.keyboard.type(" Dua.")
    phone.go_back()
    phone.go_forward()
    phone.wait_for_selector(".prose[data-ready]")
    expect(phone.locator(".prose-text")).to_have_text("Awal. Dua.")
    at_end_of(phone.locator(".prose-text > p"))
    phone.keyboard.type(" Tiga.")
    save(phone)
    article.refresh_from_db()
    assert article.body == "<p>Awal. Dua. Tiga.</p>"
    assert phone.evaluate(COPIES) == 0


def test_a_text_is_kept_within_a_second_and_goes_only_when_saved(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    phone.locator("[name=headline]").press_sequentially("Panen")
    assert phone.evaluate(SOON, 1)
    # Without a section the server refuses: nothing is saved, and the form shows what was typed.
    save(phone)
    expect(phone.locator(".errorlist").first).to_be_visible()
    expect(offers(phone)).to_have_count(0)
    assert phone.evaluate(COPIES) == 1
    phone.select_option("[name=section]", label="Pendidikan")
    save(phone)
    expect(phone.locator("[data-bar-state]")).to_contain_text("Tersimpan")
    assert phone.evaluate(COPIES) == 0


def test_a_story_sent_on_leaves_nothing_on_the_phone(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    write_story(phone)
    with phone.expect_navigation(url="**/admin/"):
        phone.locator(".bar [name=_move][value=submit]").tap()
    assert_saved()
    assert phone.evaluate(SOON, 0)


def test_a_discarded_text_is_not_offered_again(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    phone.on("dialog", lambda dialog: dialog.accept())
    open_add(phone)
    write_story(phone)
    phone.goto("/admin/")
    open_add(phone)
    phone.locator("[data-keep-discard]").tap()
    expect(offers(phone)).to_have_count(0)
    open_add(phone)
    expect(offers(phone)).to_have_count(0)
    assert phone.evaluate(COPIES) == 0


def test_what_is_typed_beside_an_offer_does_not_replace_it(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    phone.on("dialog", lambda dialog: dialog.accept())
    open_add(phone)
    write_story(phone)
    phone.goto("/admin/")
    open_add(phone)
    expect(offers(phone)).to_have_count(1)
    phone.locator("[name=headline]").press_sequentially("Lain")
    phone.goto("/admin/")
    open_add(phone)
    expect(offers(phone)).to_have_count(2)


def test_nobody_sees_the_text_of_somebody_else(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    write_story(phone)
    expire_session(phone)
    save(phone)
    sign_in_again(phone, "editor")
    phone.wait_for_selector(".prose[data-ready]")
    expect(offers(phone)).to_have_count(0)
    assert phone.evaluate(COPIES) == 1


def test_old_copies_go_and_of_those_that_the_server_has_ten_stay(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    values = {"fields": {"headline": "x"}, "rows": {}}
    phone.evaluate(
        """([copy, day]) => {
            for (let n = 0; n < 12; n += 1) {
                const at = Date.now() - n * 60000;
                const text = JSON.stringify({ ...copy, at, kept: true });
                localStorage.setItem(`desk-kept:1:/x/:${n}`, text);
            }
            const at = Date.now() - 15 * day;
            localStorage.setItem("desk-kept:1:/x/:old", JSON.stringify({ ...copy, at }));
        }""",
        [{"sent": "", "values": values}, 86_400_000],
    )
    phone.goto("/admin/")
    assert phone.evaluate(SOON, 10)
    kept = json.loads(phone.evaluate("JSON.stringify(Object.keys(localStorage))"))
    assert sorted(key for key in kept if key.startswith("desk-kept:")) == [
        f"desk-kept:1:/x/:{n}" for n in range(10)
    ]


def test_no_copy_goes_that_the_server_never_had_up_to_sixty(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    values = {"fields": {"headline": "x"}, "rows": {}}
    phone.evaluate(
        """(copy) => {
            const put = (name, minutes, kept) => {
                const text = JSON.stringify({ ...copy, kept, at: Date.now() - minutes * 60000 });
                localStorage.setItem(`desk-kept:1:/x/:${name}`, text);
            };
            for (let n = 0; n < 70; n += 1) put(`only-here-${n}`, 10 * n, false);
            put("newest", 5, true);
            put("old", 300, true);
            put("oldest", 800, true);
        }""",
        {"values": values},
    )
    phone.goto("/admin/")
    assert phone.evaluate(SOON, 60)
    kept = json.loads(phone.evaluate("JSON.stringify(Object.keys(localStorage))"))
    found = {key.removeprefix("desk-kept:1:/x/:") for key in kept if key.startswith("desk-kept:")}
    assert found == {f"only-here-{n}" for n in range(59)} | {"newest"}


def test_the_form_works_without_storage(staff, new_context):  # noqa: F811
    page = new_context(**PHONE).new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })"
    )
    sign_in(page, "reporter")
    open_add(page)
    write_story(page)
    save(page)
    assert_saved()
