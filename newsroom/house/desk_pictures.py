"""The pictures of the reporters' and the editors' guide, of the demo's own stories.

Two things have to be saved to be seen: changes to a public story, which are discarded again, and a draft that two
people wrote in, which gets its standfirst back. The history of both stories keeps them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsroom.house.camera import NARROW, keep, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# No higher than what the guide speaks of.
WIDE = (1280, 660)
ADD = "/admin/articles/article/add/"
FORM = "/admin/articles/article/{}/change/"
REPORTER, EDITOR = "panduan-reporter", "panduan-redaktur"
HEADLINE = "Warga Pulau Minta Jadwal Kapal Ditambah"
TEXT = "Warga tiga pulau meminta jadwal kapal ditambah."


def take(chromium: str, base: str, reporter: list[str], editor: list[str]) -> None:
    """Take them all, over the server at `base`; each account is an address and a password."""
    from django.urls import reverse
    from playwright.sync_api import sync_playwright

    from articles import changes
    from articles.choices import Status
    from articles.models import Article

    stories = Article.objects.without_copies()
    draft = stories.filter(status=Status.DRAFT, created_by__email=reporter[0]).first()
    public = [
        one for one in stories.published().order_by("-publish_at")[:9] if not changes.copy_of(one)
    ]
    calendar = reverse("admin:articles_article_calendar")
    arrange = reverse("admin:articles_frontlayout_add")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _take_writing(browser, base, reporter)
        if draft:
            _take_two_versions(browser, base, reporter, editor, FORM.format(draft.pk))
        page = sign_in(browser, base, editor, WIDE)
        keep(page, "meja", WIDE, EDITOR)
        page.goto(calendar)
        today = page.locator("[aria-current=date]")
        today.evaluate("day => day.scrollIntoView({ block: 'center' })")
        keep(page, "kalender", WIDE, EDITOR)
        _arrange(page, arrange)
        keep(page, "halaman-depan", WIDE, EDITOR)
        if public:
            _take_changes(page, FORM.format(public[-1].pk))
        page.context.close()
        browser.close()


def _take_writing(browser: Browser, base: str, account: list[str]) -> None:
    page = sign_in(browser, base, account, NARROW, ADD)
    page.wait_for_selector(".prose[data-ready]")
    page.fill("[name=headline]", HEADLINE)
    page.context.set_offline(True)
    page.click(".prose-text")
    page.keyboard.type(TEXT)
    page.wait_for_selector("[data-keep-state=silent]")
    keep(page, "sambungan", NARROW, REPORTER)
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-keep-state=kept]")
    page.goto(ADD)
    page.locator("[data-keep-compare]").first.click()
    page.wait_for_selector("[data-keep-restore]:visible")
    page.evaluate("scrollTo(0, 0)")
    keep(page, "pulihkan", NARROW, REPORTER)
    page.locator("[data-keep-restore]:visible").click()
    page.locator("[name=section]").select_option(index=1)
    with page.context.expect_page() as opened:
        page.click("[data-preview]")
    opened.value.wait_for_load_state()
    keep(opened.value, "pratinjau", NARROW, REPORTER)
    opened.value.close()
    # The text was never saved, and is not left on the desk either.
    page.goto(ADD)
    with page.expect_response("**/discard/"):
        page.locator("[data-keep-discard]").first.click()
    page.context.close()


def _take_two_versions(
    browser: Browser, base: str, reporter: list[str], editor: list[str], form: str
) -> None:
    late = sign_in(browser, base, reporter, NARROW, form)
    early = sign_in(browser, base, editor, WIDE, form)
    for page in (late, early):
        page.wait_for_selector(".prose[data-ready]")
    before = early.input_value("[name=standfirst]")
    _save(early, "Acara digelar sederhana, sisa dananya untuk jembatan.")
    _save(late, "Acara digelar sederhana dan dananya dialihkan untuk jembatan.")
    late.locator("[data-choice=standfirst] [value=mine]").first.check()
    late.locator("[data-choice=standfirst]").scroll_into_view_if_needed()
    keep(late, "dua-versi", NARROW, REPORTER)
    late.locator("[data-choice=standfirst] [value=theirs]").first.check()
    with late.expect_navigation():
        late.locator("[name=settle]").click()
    early.goto(form)
    early.wait_for_selector(".prose[data-ready]")
    _save(early, before)
    late.context.close()
    early.context.close()


def _arrange(page: Page, address: str) -> None:
    """Two stories put by hand, which nobody saves."""
    page.goto(address)
    for number, slot in ((2, "lead-0"), (3, "secondary-0")):
        page.locator("[data-tray] li:visible [data-pick]").nth(number).click()
        page.locator(f"[data-slot={slot}] [data-put]").click()
    page.evaluate("scrollTo(0, 0)")


def _take_changes(page: Page, form: str) -> None:
    page.goto(form)
    page.wait_for_selector(".prose[data-ready]")
    words = page.input_value("[name=standfirst]").rstrip(".").split()
    _save(page, " ".join([*words[:-2], "mulai", "pekan", "ini."]))
    page.locator(".note-changes a").first.click()
    page.wait_for_load_state()
    keep(page, "perubahan", WIDE, EDITOR)
    page.locator("a[href$='discard_changes/']").click()
    with page.expect_navigation():
        page.locator("[name=confirmed]").click()


def _save(page: Page, standfirst: str) -> None:
    page.fill("[name=standfirst]", standfirst)
    with page.expect_navigation():
        page.locator(".bar [name=_save]").click()
