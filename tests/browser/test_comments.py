"""Comments as readers use them: in place by keyboard, with and without script, on a small phone."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from articles.models import Article
from comments import steps
from comments.choices import PinnedAs, State
from comments.models import Comment, Policy, Report
from tests.browser.test_sign_up import latest_code
from tests.comments.people import member, moderator, written
from tests.factories import ArticleFactory, PublicationFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

SMALL = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture(autouse=True)
def newsroom(settings) -> None:
    settings.EMAIL_BACKEND = "newsroom.mail.OutboxBackend"
    cache.clear()
    PublicationFactory()


@pytest.fixture
def article(monkeypatch: pytest.MonkeyPatch) -> Article:
    # The browser types faster than anybody, which would look like a program.
    monkeypatch.setattr(steps, "FASTEST_HUMAN", datetime.timedelta(0))
    story = ArticleFactory(
        is_public=True,
        headline="Harga pasar",
        slug="pasar",
        publish_at=timezone.now() - datetime.timedelta(days=1),
    )
    # Comments are shown at once where nothing speaks against them.
    policy = Policy.objects.create()
    policy.sections_shown_first.add(story.section)
    return story


@pytest.fixture
def person():
    """Somebody whose comments nobody has to look at first."""
    user = member()
    type(user).objects.filter(pk=user.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=90)
    )
    user.refresh_from_db()
    return user


def let_in(context: BrowserContext, user) -> None:
    """Sign in, as another tab would."""
    client = Client()
    client.force_login(user)
    # Signing in gives the form token with the session. Without it, two addresses that are asked
    # for at once would each give another one, and the form's may be the one that was replaced.
    client.get("/akun/")
    context.add_cookies(
        [
            {"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}
            for name in ("sessionid", "csrftoken")
        ]
    )


@pytest.fixture
def page_of(new_context, person) -> Callable[..., Page]:
    def make(is_signed_in: bool = True, **options) -> Page:
        context = new_context(**options)
        if is_signed_in:
            let_in(context, person)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        return page

    return make


def discussion(article: Article) -> str:
    return f"{article.get_absolute_url()}komentar/"


# What the browser keeps, but for what slots keep of their own (sela.js): nothing of a comment is left.
KEPT = "Object.keys(localStorage).filter((key) => !key.startsWith('sela-'))"


class TestInPlace:
    def test_comments_open_by_keyboard_and_are_announced(self, article, page_of) -> None:
        written(article, body="Kami lewat situ setiap hari.")
        page = page_of(is_signed_in=False)
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(article.get_absolute_url())
        page.wait_for_load_state("networkidle")
        assert not [url for url in requests if "komentar" in url or "comments" in url]
        button = page.get_by_role("button", name="Tampilkan 1 komentar")
        expect(button).to_have_attribute("aria-expanded", "false")
        button.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Kami lewat situ setiap hari.")).to_be_visible()
        button = page.get_by_role("button", name="Sembunyikan komentar")
        expect(button).to_have_attribute("aria-expanded", "true")
        expect(button).to_be_focused()
        expect(page.get_by_role("status")).to_have_text("Komentar tampil di bawah.")
        page.keyboard.press("Space")
        expect(page.get_by_text("Kami lewat situ setiap hari.")).to_be_hidden()
        page.keyboard.press("Space")
        expect(page.get_by_text("Kami lewat situ setiap hari.")).to_be_visible()
        # Fetched once, and nobody who only reads gets a cookie.
        assert len([url for url in requests if url.endswith("/isi/")]) == 1
        assert page.context.cookies() == []

    def test_link_works_as_a_link_when_the_pieces_cannot_be_fetched(self, article, page_of) -> None:
        written(article)
        page = page_of(is_signed_in=False)
        page.route("**/isi/**", lambda route: route.abort())
        page.goto(article.get_absolute_url())
        page.get_by_role("button", name="Tampilkan 1 komentar").click()
        expect(page.get_by_text("Periksa sambungan Anda")).to_be_visible()
        link = page.get_by_role("link", name="Tampilkan 1 komentar")
        expect(link).to_be_focused()
        link.click()
        page.wait_for_url(f"**{discussion(article)}")

    def test_more_answers_and_threads_come_below_and_get_the_focus(self, article, page_of) -> None:
        now = timezone.now()
        root = written(article, body="akar", created_at=now)
        for n in range(6):
            written(article, root, body=f"balasan {n}")
        for n in range(22):
            written(article, body=f"utas {n}", created_at=now - datetime.timedelta(minutes=n + 1))
        page = page_of(is_signed_in=False)
        page.goto(article.get_absolute_url())
        page.get_by_role("button", name="Tampilkan 29 komentar").click()
        page.get_by_role("link", name="3 balasan lagi").press("Enter")
        expect(page.get_by_text("balasan 5")).to_be_visible()
        expect(page.locator(".word:focus")).to_contain_text("balasan 3")
        expect(page.get_by_role("link", name="3 balasan lagi")).to_have_count(0)
        page.get_by_role("link", name="Komentar berikutnya").press("Enter")
        expect(page.locator(".word:focus")).to_contain_text("utas 19")
        expect(page.locator(".talk-thread")).to_have_count(23)
        expect(page.get_by_role("link", name="Komentar berikutnya")).to_have_count(0)
        page.get_by_role("link", name="Terlama").press("Enter")
        expect(page.locator(".talk-thread").first).to_contain_text("utas 21")
        expect(page.locator("[data-instead]:focus")).to_have_text("Terlama")
        assert page.url.endswith(article.get_absolute_url())


class TestWriting:
    def test_comment_is_sent_from_the_story_and_can_be_changed(self, article, page_of) -> None:
        page = page_of()
        page.goto(article.get_absolute_url())
        page.get_by_role("button", name="Tulis yang pertama").click()
        text = "Jalan ke dermaga memang sudah lama rusak."
        page.get_by_label("Komentar Anda").fill(text)
        page.get_by_role("button", name="Kirim").click()
        expect(page.locator("[data-taken]")).to_contain_text("Sudah tampil")
        expect(page.locator("[data-taken]")).to_be_focused()
        expect(page.get_by_role("status")).to_contain_text("Sudah tampil")
        assert page.evaluate(KEPT) == []
        page.get_by_role("link", name="Sunting").click()
        page.get_by_label("Komentar Anda").fill(text + " Kapan diperbaiki?")
        page.get_by_role("button", name="Simpan perubahan").click()
        expect(page.get_by_text("Kapan diperbaiki?")).to_be_visible()
        comment = Comment.objects.get()
        assert (comment.body, comment.revision) == (text + " Kapan diperbaiki?", 1)

    def test_answer_is_written_below_what_it_answers(self, article, page_of) -> None:
        parent = written(article, author_name="Baso", body="Kapan selesai?")
        page = page_of()
        page.goto(discussion(article))
        page.get_by_role("link", name="Balas Baso").press("Enter")
        expect(page.locator(".talk-answer textarea")).to_be_focused()
        page.keyboard.type("Kata kepala dinas, bulan depan.")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".talk-answer [data-taken]")).to_be_focused()
        answer = Comment.objects.exclude(pk=parent.pk).get()
        assert (answer.parent, answer.body) == (parent, "Kata kepala dinas, bulan depan.")

    def test_comment_is_sent_without_script(self, article, page_of) -> None:
        parent = written(article, author_name="Baso")
        page = page_of(java_script_enabled=False)
        page.goto(article.get_absolute_url())
        page.get_by_role("link", name="Tampilkan 1 komentar").click()
        page.get_by_role("link", name="Balas Baso").click()
        page.get_by_label("Balasan Anda untuk Baso").fill("Betul sekali, Pak Baso.")
        page.get_by_role("button", name="Kirim").click()
        expect(page.locator("h1")).to_have_text("Komentar Anda")
        answer = Comment.objects.exclude(pk=parent.pk).get()
        assert (answer.parent, answer.body) == (parent, "Betul sekali, Pak Baso.")
        page.get_by_role("link", name="Semua komentar").click()
        page.wait_for_url(f"**{discussion(article)}")

    def test_connection_that_fails_keeps_the_text(self, article, page_of) -> None:
        page = page_of()
        page.route("**/tulis/**", lambda route: route.abort())
        page.goto(discussion(article))
        page.get_by_label("Komentar Anda").fill("Jangan hilang.")
        page.get_by_role("button", name="Kirim").click()
        expect(page.get_by_text("Belum terkirim")).to_be_visible()
        expect(page.get_by_label("Komentar Anda")).to_have_value("Jangan hilang.")
        expect(page.get_by_role("button", name="Kirim")).to_be_enabled()
        page.unroute("**/tulis/**")
        page.get_by_role("button", name="Kirim").click()
        expect(page.locator("[data-taken]")).to_be_visible()
        assert Comment.objects.get().body == "Jangan hilang."

    def test_draft_survives_a_reload_and_a_log_in(self, article, page_of, person) -> None:
        page = page_of()
        page.goto(discussion(article))
        page.get_by_label("Komentar Anda").fill("Saya sedang menulis.")
        page.reload()
        expect(page.get_by_label("Komentar Anda")).to_have_value("Saya sedang menulis.")
        # The session ends while the form is open.
        page.context.clear_cookies()
        page.get_by_role("button", name="Kirim").click()
        expect(page.get_by_role("alert")).to_have_text(
            "Anda sudah tidak masuk. Teks Anda masih di sini."
        )
        expect(page.get_by_label("Komentar Anda")).to_have_value("Saya sedang menulis.")
        # Signed in again by the code in a mail, in the tab that the link opens.
        with page.expect_popup() as opened:
            page.get_by_role("link", name="Masuk", exact=True).click()
        page = opened.value
        page.get_by_label("Alamat surel").fill(person.email)
        page.get_by_role("button", name="Kirim kode").click()
        code = page.get_by_label("Kode", exact=True)
        expect(code).to_be_visible()
        code.fill(latest_code())
        page.get_by_role("button", name="Masuk").click()
        page.wait_for_url(f"**/komentar/{article.pk}/tulis/")
        expect(page.get_by_label("Komentar Anda")).to_have_value("Saya sedang menulis.")
        page.get_by_role("button", name="Kirim").click()
        expect(page.locator("h1")).to_have_text("Komentar Anda")
        # The page's script clears it away; the heading can be read before.
        page.wait_for_function(f"() => {KEPT}.length === 0")
        page.goto(discussion(article))
        expect(page.get_by_label("Komentar Anda")).to_have_value("")

    def test_two_forms_that_are_fetched_at_once_can_both_be_sent(self, article, page_of) -> None:
        """Each would bring a cookie of its own, and the token of the first would fit no more."""
        written(article, author_name="Baso")
        page = page_of()
        held: list[Route] = []
        is_slow = True

        def on_its_way(route: Route) -> None:
            if is_slow:
                held.append(route)
            else:
                route.continue_()

        page.route(re.compile("/formulir/"), on_its_way)
        page.goto(discussion(article))
        page.get_by_role("link", name="Balas Baso").click()
        # The reader asks for the second form while the first is still on its way.
        is_slow = False
        for route in held:
            route.continue_()
        page.locator(".talk-answer textarea").fill("Balasan dari dua formulir.")
        page.locator("[data-write] textarea").fill("Komentar dari dua formulir.")
        page.locator(".talk-answer").get_by_role("button", name="Kirim").click()
        expect(page.locator(".talk-answer [data-taken]")).to_be_visible()
        page.locator("[data-write]").get_by_role("button", name="Kirim").click()
        expect(page.locator("[data-write] [data-taken]")).to_be_visible()
        assert Comment.objects.count() == 3


class TestOwnAndReports:
    def test_own_comments_are_merged_with_their_controls(self, article, page_of, person) -> None:
        shown = written(article, author=person, body="Tayang punya saya")
        written(article, author=person, body="Masih menunggu", state=State.PENDING)
        page = page_of()
        page.goto(article.get_absolute_url())
        page.get_by_role("button", name="Tampilkan 1 komentar").click()
        expect(page.locator(".talk-own")).to_contain_text("Menunggu moderator.")
        expect(page.locator(".talk-own")).to_contain_text("Masih menunggu")
        word = page.locator(f'[data-comment="{shown.pk}"]')
        expect(word.get_by_role("link", name="Hapus")).to_be_visible()
        expect(word.get_by_role("link", name="Laporkan")).to_have_count(0)
        word.get_by_role("link", name="Hapus").click()
        page.get_by_role("button", name="Hapus").click()
        expect(page.get_by_text("Anda menghapus komentar ini.")).to_be_visible()
        shown.refresh_from_db()
        assert shown.state == State.REMOVED

    def test_report_is_sent_by_keyboard(self, article, page_of, person) -> None:
        comment = written(article, author_name="Baso")
        page = page_of()
        page.goto(discussion(article))
        page.get_by_role("link", name="Laporkan Baso").press("Enter")
        page.get_by_label("Membuka data pribadi orang").press("Space")
        page.get_by_role("button", name="Kirim laporan").press("Enter")
        expect(page.get_by_text("Laporan Anda sudah kami terima.")).to_be_visible()
        assert Report.objects.get().comment == comment


class TestShape:
    @pytest.fixture
    def crowded(self, article) -> Comment:
        parent = None
        for n in range(6):
            parent = written(
                article,
                parent,
                author_name=["Pak Guru Sinjai Selatan yang namanya panjang", "W" * 120][n % 2],
                body="Balasan " + ["yang biasa saja.", "x" * 900][n % 2],
            )
        written(article, body="a" + "\u0301" * 5000, author_name="Z" + "\u0335" * 100)
        written(article, body="\u202eke kanan", author_name="مريم")
        official = written(article, body="Hak jawab kami.", author_name="Dinas Perdagangan")
        Comment.objects.filter(pk=official.pk).update(
            pinned_as=PinnedAs.RIGHT_OF_REPLY, pinned_at=timezone.now(), pinned_by=moderator()
        )
        return parent

    def test_five_levels_fit_a_small_phone(self, article, page_of, crowded) -> None:
        page = page_of(**SMALL)
        for path in (
            article.get_absolute_url(),
            discussion(article),
            f"/komentar/k/{crowded.pk}/",
            f"/komentar/k/{crowded.pk}/lapor/",
            f"/komentar/{article.pk}/tulis/?balas={crowded.pk}",
        ):
            page.goto(path)
            if path == article.get_absolute_url():
                page.locator(".talk-button").click()
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") == 360, path
            narrowest = page.evaluate(
                "Math.min(...[...document.querySelectorAll('.word-text')].map(e => e.clientWidth))"
            )
            assert narrowest >= 240, path

    def test_marks_do_not_paint_over_the_neighbours(self, article, page_of, crowded) -> None:
        page = page_of(**SMALL)
        page.goto(discussion(article))
        for selector in (".word-text", ".word-head"):
            clipped = page.evaluate(
                "s => [...document.querySelectorAll(s)].every(e => getComputedStyle(e).overflowY === 'clip')",
                selector,
            )
            assert clipped

    def test_everything_to_tap_is_large_enough(self, article, page_of, crowded) -> None:
        page = page_of(**SMALL)
        page.goto(discussion(article))
        page.wait_for_load_state("networkidle")
        page.get_by_role("link", name=re.compile("^Balas ")).first.click()
        page.wait_for_load_state("networkidle")
        small = page.evaluate(
            """[...document.querySelectorAll('.talk a, .talk button, .talk textarea')]
            .map(e => [e.textContent.trim().slice(0, 30), Math.round(e.getBoundingClientRect().height)])
            .filter(([, height]) => height < 44)"""
        )
        assert small == []
