"""A text is kept while it is written: on the server in time, in the browser when the server is silent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Page, expect

from articles import keeping
from articles.models import Article, KeptText, Revision
from tests.factories import ArticleFactory

from .conftest import PHONE, at_end_of
from .test_desk import PASSWORD, open_story, save, sign_in, staff  # noqa: F401
from .test_unsaved_text import COPIES, SOON, offers, open_add, take_back, write_story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PULSE = "**/articles/article/pulse/"


def state(page: Page) -> Any:
    return page.locator("[data-bar-state]")


def expect_state(page: Page, kind: str) -> None:
    expect(state(page)).to_have_attribute("data-keep-state", kind, timeout=15_000)


def headlines(user: Any) -> list[str]:
    return [one.values["fields"]["headline"] for one in keeping.of(user)]


def test_a_text_is_kept_on_the_server_within_three_seconds_of_the_last_key(staff, phone):  # noqa: F811
    problems = sign_in(phone, "reporter")
    article = ArticleFactory(created_by=staff["reporter"], headline="Awal")
    before = Article.objects.values().get(pk=article.pk)
    open_story(phone, article)
    phone.locator("[name=headline]").press_sequentially("Baru ")
    # What the browser itself measures: from the last key to the server's answer.
    took = phone.evaluate(
        """() => new Promise((done) => {
            const start = performance.now();
            const state = document.querySelector("[data-bar-state]");
            const look = () => {
                const took = performance.now() - start;
                if (state.dataset.keepState === "kept" || took > 20000) done(took);
                else setTimeout(look, 10);
            };
            look();
        })"""
    )
    assert took < 3000
    assert len(headlines(staff["reporter"])) == 1
    assert "Baru" in headlines(staff["reporter"])[0]
    # Nothing of the story moved, and its history knows nothing.
    assert Article.objects.values().get(pk=article.pk) == before
    assert not Revision.objects.filter(article=article).exists()
    save(phone)
    expect(state(phone)).to_contain_text("Tersimpan")
    assert headlines(staff["reporter"]) == []
    assert problems == []


def test_a_cut_network_and_a_closed_tab_cost_no_word(staff, new_context):  # noqa: F811
    context = new_context(**PHONE)
    page = context.new_page()
    sign_in(page, "reporter")
    open_add(page)
    context.set_offline(True)
    write_story(page)
    expect_state(page, "silent")
    assert page.evaluate(SOON, 1)
    page.close()
    assert headlines(staff["reporter"]) == []
    context.set_offline(False)
    page = context.new_page()
    # Wherever the desk is opened again, the text goes to the server.
    with page.expect_response(PULSE, timeout=15_000):
        page.goto("/admin/")
    assert headlines(staff["reporter"]) == ["Panen"]
    open_add(page)
    expect(offers(page)).to_have_count(1)
    take_back(page)
    save(page)
    article = Article.objects.get()
    assert (article.headline, article.body) == ("Panen", "<p>Panen dimulai.</p>")
    assert page.evaluate(COPIES) == 0
    assert headlines(staff["reporter"]) == []


def test_a_text_is_offered_on_another_device_and_compared_first(staff, phone, laptop):  # noqa: F811
    article = ArticleFactory(
        created_by=staff["reporter"], headline="Panen raya", body="<p>Panen mulai kemarin.</p>"
    )
    sign_in(phone, "reporter")
    open_story(phone, article)
    at_end_of(phone.locator(".prose-text > p"))
    phone.keyboard.type(" Warga datang.")
    expect_state(phone, "kept")
    phone.goto("about:blank")
    problems = sign_in(laptop, "reporter")
    open_story(laptop, article)
    expect(offers(laptop)).to_have_count(1)
    laptop.locator("[data-keep-compare]").click()
    difference = laptop.locator("[data-keep-difference]")
    expect(difference.locator("ins")).to_contain_text("Warga datang.")
    expect(difference.locator(".difference")).to_have_count(1)
    # Nothing was replaced by looking.
    expect(laptop.locator(".prose-text")).to_have_text("Panen mulai kemarin.")
    laptop.locator("[data-keep-restore]").click()
    expect(laptop.locator(".prose-text")).to_have_text("Panen mulai kemarin. Warga datang.")
    save(laptop)
    article.refresh_from_db()
    assert article.body == "<p>Panen mulai kemarin. Warga datang.</p>"
    # The phone has its copy still, and learns that nobody needs it.
    open_story(phone, article)
    expect(offers(phone)).to_have_count(0)
    assert problems == []


def test_what_stood_in_the_form_is_kept_when_another_text_takes_its_place(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    phone.on("dialog", lambda dialog: dialog.accept())
    open_add(phone)
    write_story(phone)
    phone.goto("/admin/")
    open_add(phone)
    phone.locator("[name=headline]").press_sequentially("Lain")
    take_back_one(phone)
    expect(phone.locator("[name=headline]")).to_have_value("Panen")
    # One tap further the other one is back.
    expect(offers(phone)).to_have_count(1)
    take_back_one(phone)
    expect(phone.locator("[name=headline]")).to_have_value("Lain")
    expect(offers(phone)).to_have_count(1)


def take_back_one(page: Page) -> None:
    page.locator("[data-keep-compare]").first.tap()
    page.locator("[data-keep-restore]:visible").tap()


def test_kept_is_not_said_while_the_server_is_silent_and_a_lost_answer_does_no_harm(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    sent = []

    def lose(route):
        sent.append(route.fetch().status)
        route.abort()

    phone.route(PULSE, lose)
    phone.locator("[name=headline]").press_sequentially("Panen")
    expect_state(phone, "silent")
    # The server has it, but nobody knows.
    assert sent
    assert headlines(staff["reporter"]) == ["Panen"]
    phone.unroute(PULSE)
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect_state(phone, "kept")
    assert KeptText.objects.count() == 1


def test_a_hanging_request_never_holds_up_a_save(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    hanging = []
    phone.route(PULSE, lambda route: hanging.append(route))
    write_story(phone)
    expect_state(phone, "silent")
    assert hanging
    save(phone)
    expect(state(phone)).to_contain_text("Tersimpan")
    assert Article.objects.get().headline == "Panen"
    phone.unroute(PULSE)


def test_an_answer_that_is_a_page_is_no_answer(staff, phone):  # noqa: F811
    """As a hotel's network gives it: 200, and a page of its own."""
    sign_in(phone, "reporter")
    open_add(phone)
    phone.route(PULSE, lambda route: route.fulfill(status=200, body="<h1>Wi-Fi</h1>"))
    phone.locator("[name=headline]").press_sequentially("Panen")
    expect_state(phone, "silent")
    assert headlines(staff["reporter"]) == []


def test_a_session_that_ended_is_said_and_the_text_is_sent_after_signing_in(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    phone.context.clear_cookies(name="sessionid")
    write_story(phone)
    expect_state(phone, "signedOut")
    assert headlines(staff["reporter"]) == []
    with phone.expect_popup() as opened:
        state(phone).locator("a").tap()
    other = opened.value
    other.fill("[name=username]", "reporter@example.org")
    other.fill("[name=password]", PASSWORD)
    other.click("[type=submit]")
    other.wait_for_url("**/admin/")
    other.close()
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect_state(phone, "kept")
    assert headlines(staff["reporter"]) == ["Panen"]
    # The form has the token of the new session: saving it works as well.
    save(phone)
    expect(state(phone)).to_contain_text("Tersimpan")
    assert Article.objects.get().headline == "Panen"


def test_on_a_shared_phone_a_text_never_becomes_somebody_elses(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    phone.locator("[name=headline]").press_sequentially("Punya reporter")
    expect_state(phone, "kept")
    other = phone.context.new_page()
    other.context.clear_cookies(name="sessionid")
    sign_in(other, "editor")
    phone.locator("[name=headline]").press_sequentially(" lagi")
    expect_state(phone, "somebodyElse")
    open_add(other)
    expect(offers(other)).to_have_count(0)
    assert headlines(staff["editor"]) == []
    assert headlines(staff["reporter"]) == ["Punya reporter"]


def test_a_full_device_is_said_when_the_server_is_silent_too(staff, phone):  # noqa: F811
    sign_in(phone, "reporter")
    open_add(phone)
    phone.evaluate(
        """() => {
            let size = 4 << 20;
            for (let n = 0; size > 0; n += 1) {
                try { localStorage.setItem(`other:${n}`, "x".repeat(size)); } catch { size >>= 1; }
            }
        }"""
    )
    phone.locator("[name=headline]").press_sequentially("Panen")
    # As long as the server answers there is nothing to worry about.
    expect_state(phone, "kept")
    phone.context.set_offline(True)
    phone.locator("[name=headline]").press_sequentially(" raya")
    expect_state(phone, "silent")
    expect(phone.locator("[data-keep-said]")).to_have_text(
        "Server tidak menjawab, dan perangkat ini tidak dapat menyimpan. Biarkan halaman ini terbuka."
    )
    phone.context.set_offline(False)


def test_two_hundred_lines_are_kept_in_one_small_parcel(staff, laptop):  # noqa: F811
    sign_in(laptop, "editor")
    open_add(laptop)
    sizes = []
    laptop.on(
        "request",
        lambda request: (
            sizes.append(len(request.post_data_buffer or b"")) if "pulse" in request.url else None
        ),
    )
    laptop.evaluate(
        """() => {
            const group = document.querySelector("[data-rows=attendances]");
            for (let n = 0; n < 200; n += 1) {
                const added = new CustomEvent("rows:add", { bubbles: true, detail: {} });
                group.dispatchEvent(added);
                added.detail.row.querySelector("[name$=-name]").value = `Orang ke-${n}`;
            }
            group.querySelector("[name$=-name]").dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    expect_state(laptop, "kept")
    assert len(KeptText.objects.get().values["rows"]["attendances"]) == 200
    assert max(sizes) < 12_000


# The server itself dies


class Server:
    """A server in a process of its own, which can be killed, beside the database of the test."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        found = connection.settings_dict
        user, password, host = found["USER"], found["PASSWORD"], found["HOST"]
        database = f"postgres://{user}:{password}@{host}:{found['PORT']}/{found['NAME']}"
        if host.startswith("/"):
            database = (
                f"postgres://{user}@{host.replace('/', '%2F')}:{found['PORT']}/{found['NAME']}"
            )
        environment = os.environ | {"DATABASE_URL": database, "PORT": str(self.port)}
        self.process = subprocess.Popen(
            [
                *(sys.executable, "manage.py", "runserver", "--noreload", "--settings"),
                *("tests.settings", f"127.0.0.1:{self.port}"),
            ],
            cwd=Path(settings.BASE_DIR),
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _try in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/admin/login/", timeout=30).close()
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the server did not start")

    def kill(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    one = Server()
    one.start()
    yield one
    one.kill()


def test_a_server_that_is_killed_during_a_save_costs_no_word(staff, server, new_context):  # noqa: F811
    page = new_context(**PHONE, base_url=server.url).new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, "reporter")
    article = ArticleFactory(created_by=staff["reporter"], headline="Awal", body="<p>Awal.</p>")
    open_story(page, article)
    at_end_of(page.locator(".prose-text > p"))
    page.keyboard.type(" Dua.")
    expect_state(page, "kept")
    page.keyboard.type(" Tiga.")
    with connection.cursor() as cursor:
        # The save waits for the story's row: it is killed in the midst of its transaction.
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM articles_article WHERE id = %s FOR UPDATE", [article.pk])
        page.locator(".bar [name=_save]").tap(no_wait_after=True)
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        for _try in range(300):
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                break
            time.sleep(0.05)
        else:
            raise AssertionError("the save did not come to the lock")
        server.kill()
        cursor.execute("ROLLBACK")
    article.refresh_from_db()
    assert article.body == "<p>Awal.</p>"
    assert not Revision.objects.filter(article=article).exists()
    server.start()
    open_story(page, article)
    expect(offers(page)).to_have_count(1)
    take_back(page)
    expect(page.locator(".prose-text")).to_have_text("Awal. Dua. Tiga.")
    save(page)
    article.refresh_from_db()
    assert article.body == "<p>Awal. Dua. Tiga.</p>"
    assert headlines(staff["reporter"]) == []
