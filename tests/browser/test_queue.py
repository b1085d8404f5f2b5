"""The moderators' queue by keyboard alone, in a real browser, and with one thumb."""

from __future__ import annotations

import datetime
import re
from collections import Counter

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from comments import counts, reports
from comments.choices import Action, State
from comments.models import Ban, Comment, ModerationEvent
from tests.comments.people import reader, written
from tests.factories import ArticleFactory, PublicationFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "padi-menguning-1"
QUEUE = "/admin/comments/comment/queue/"


@pytest.fixture
def moderators(transactional_db):
    PublicationFactory()
    made = []
    for name in ("Hasrul", "Fitri"):
        user = User.objects.create_user(
            f"{name.lower()}@example.org", PASSWORD, name=name, is_staff=True
        )
        user.groups.add(Group.objects.get(name="moderator"))
        made.append(user)
    return made


def fill(number: int, **fields) -> list[Comment]:
    """So many waiting comments, each more urgent than the next."""
    article = ArticleFactory(is_public=True, headline="Rapat nelayan di Lappabatu")
    start = timezone.now() + datetime.timedelta(hours=1)
    return [
        written(
            article,
            author=reader(),
            author_name=f"Pembaca {place}",
            body=f"Komentar nomor {place} tentang dermaga.",
            state=State.PENDING,
            queue_due_at=start + datetime.timedelta(minutes=place),
            **fields,
        )
        for place in range(number)
    ]


def open_queue(page: Page, name: str = "hasrul") -> list[str]:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda m: problems.append(m.text) if m.type == "error" and "409" not in m.text else None,
    )
    page.goto(f"/admin/login/?next={QUEUE}")
    page.fill("[name=username]", f"{name}@example.org")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_selector("html.has-js [data-queue]")
    return problems


def expect_comment(page: Page, name: str) -> None:
    """The comment is there, and long enough for a key to be meant for it."""
    expect(page.locator("#item-title")).to_have_text(name)
    page.wait_for_timeout(320)


def settle(page: Page, comment: Comment, state: State) -> None:
    """Wait until the server has it, however quickly the screen went on."""
    for _try in range(100):
        if Comment.objects.get(pk=comment.pk).state == state:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{comment.pk} is {Comment.objects.get(pk=comment.pk).state}")


def test_a_moderator_clears_thirty_comments_by_keyboard_alone(moderators, laptop):
    comments = fill(30)
    problems = open_queue(laptop)
    keys = laptop.keyboard
    expected = []
    for place, comment in enumerate(comments):
        expect_comment(laptop, f"Pembaca {place}")
        if place == 4:
            # By mistake, and taken back.
            keys.press("s")
            expect_comment(laptop, "Pembaca 5")
            expect(laptop.locator(".toast")).to_contain_text("(u)")
            keys.press("u")
            expect_comment(laptop, "Pembaca 4")
            settle(laptop, comment, State.PENDING)
            keys.press("a")
            expected.append((State.APPROVED, ""))
        elif place % 5 == 1:
            keys.press("r")
            keys.press("5")
            expected.append((State.REJECTED, "insult"))
        elif place % 5 == 3:
            keys.press("r")
            keys.press("n")
            keys.type("Mohon tetap pada beritanya. asrb5")
            keys.press("Escape")
            keys.press("8")
            expected.append((State.REJECTED, "off_topic"))
        elif place % 7 == 0:
            keys.press("s")
            expected.append((State.SPAM, ""))
        else:
            keys.press("a")
            expected.append((State.APPROVED, ""))
    expect(laptop.locator(".queue-empty")).to_have_text(
        "Antrean kosong. Tidak ada yang menunggu keputusan."
    )
    settle(laptop, comments[-1], expected[-1][0])
    found = []
    for comment in comments:
        event = comment.events.filter(action=Action.DECIDED).last()
        found.append((Comment.objects.get(pk=comment.pk).state, event.reason))
    assert found == expected
    actions = Counter(ModerationEvent.objects.values_list("action", flat=True))
    assert actions == {Action.DECIDED: 31, Action.UNDONE: 1}
    notes = set(ModerationEvent.objects.exclude(note="").values_list("note", flat=True))
    assert notes == {"Mohon tetap pada beritanya. asrb5"}
    assert not Comment.objects.queued().exists()
    assert list(counts.differences()) == []
    assert problems == []


def test_keys_do_nothing_in_a_field_with_a_modifier_or_while_a_page_loads(moderators, laptop):
    comments = fill(3)
    open_queue(laptop)
    keys = laptop.keyboard
    expect_comment(laptop, "Pembaca 0")
    for combination in ("Control+s", "Alt+a", "Meta+r"):
        laptop.evaluate("document.activeElement.blur()")
        laptop.locator("body").dispatch_event(
            "keydown",
            {
                "key": combination[-1],
                "ctrlKey": combination.startswith("Control"),
                "altKey": combination.startswith("Alt"),
                "metaKey": combination.startswith("Meta"),
                "bubbles": True,
            },
        )
    keys.press("b")
    keys.type("asru")
    expect(laptop.locator("[data-ban-reason]")).to_have_value("asru")
    keys.press("Escape")
    keys.press("Escape")
    expect(laptop.locator("[data-ban]")).not_to_have_attribute("open", "")
    # Two quick taps are one decision as long as the next comment is not there.
    laptop.route(re.compile(r"/queue/\d+/"), lambda route: None)
    laptop.reload()
    expect_comment(laptop, "Pembaca 0")
    sent: list[str] = []
    laptop.on("request", lambda request: sent.append(request.method))
    keys.press("a")
    keys.press("a")
    settle(laptop, comments[0], State.APPROVED)
    assert sent.count("POST") == 1
    assert Comment.objects.filter(state=State.PENDING).count() == 2


def test_keys_of_one_character_are_switched_off(moderators, laptop):
    first, second = fill(2)
    problems = open_queue(laptop)
    laptop.keyboard.press("?")
    laptop.get_by_label("Pakai tombol satu huruf").uncheck()
    laptop.keyboard.press("Escape")
    laptop.reload()
    laptop.wait_for_selector("html.no-keys")
    laptop.keyboard.press("a")
    laptop.keyboard.press("ArrowDown")
    expect_comment(laptop, second.author_name)
    first.refresh_from_db()
    assert first.state == State.PENDING
    laptop.get_by_role("button", name="Tombol").click()
    laptop.get_by_label("Pakai tombol satu huruf").check()
    laptop.keyboard.press("Escape")
    laptop.keyboard.press("k")
    expect_comment(laptop, first.author_name)
    assert problems == []


def test_the_second_moderator_reads_what_happened_and_goes_on(moderators, new_context):
    comments = fill(2)
    first, second = new_context().new_page(), new_context().new_page()
    open_queue(first)
    open_queue(second, "fitri")
    expect_comment(second, "Pembaca 0")
    first.keyboard.press("a")
    settle(first, comments[0], State.APPROVED)
    second.keyboard.press("r")
    second.keyboard.press("1")
    expect(second.locator(".toast.is-error")).to_contain_text("Hasrul")
    expect(second.locator("[data-say]")).to_contain_text("Hasrul")
    expect_comment(second, "Pembaca 1")
    assert Comment.objects.get(pk=comments[0].pk).state == State.APPROVED
    assert comments[0].events.filter(action=Action.DECIDED).count() == 1


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda route: route.abort(), "tidak dapat dihubungi"),
        (lambda route: route.fulfill(status=500, body="<h1>500</h1>"), "tidak dapat dihubungi"),
        (lambda route: route.fulfill(status=403, body="<h1>403</h1>"), "Masuk lagi"),
    ],
    ids=["offline", "500", "session"],
)
def test_a_lost_decision_leads_back_to_its_comment(answer, told, moderators, laptop):
    comments = fill(3)
    open_queue(laptop)
    expect_comment(laptop, "Pembaca 0")
    laptop.route("**/queue/decide/", answer)
    keys = laptop.keyboard
    keys.press("r")
    keys.press("n")
    keys.type("Mohon tetap pada beritanya.")
    keys.press("Escape")
    keys.press("8")
    toast = laptop.locator(".toast.is-error")
    expect(toast).to_contain_text(told)
    expect(toast).to_contain_text("Pembaca 0")
    expect_comment(laptop, "Pembaca 0")
    expect(laptop.locator("[data-note]")).to_have_value("Mohon tetap pada beritanya.")
    expect(laptop.locator(".is-current")).to_have_attribute("data-row", str(comments[0].pk))
    laptop.unroute("**/queue/decide/")
    keys.press("8")
    settle(laptop, comments[0], State.REJECTED)
    expect_comment(laptop, "Pembaca 1")
    assert Comment.objects.get(pk=comments[1].pk).state == State.PENDING


@pytest.mark.parametrize("pause", [0, 150])
def test_two_quick_presses_decide_one_comment(pause, moderators, laptop):
    comments = fill(3)
    open_queue(laptop)
    expect_comment(laptop, "Pembaca 0")
    # However slow the machine: the page's clock goes by these milliseconds and no others.
    laptop.clock.install()
    laptop.clock.pause_at(timezone.now() + datetime.timedelta(minutes=1))
    laptop.keyboard.press("a")
    laptop.clock.run_for(pause)
    laptop.keyboard.press("a")
    laptop.clock.resume()
    settle(laptop, comments[0], State.APPROVED)
    expect_comment(laptop, "Pembaca 1")
    assert Comment.objects.filter(state=State.PENDING).count() == 2
    laptop.keyboard.press("a")
    settle(laptop, comments[1], State.APPROVED)


def test_harsh_words_are_shown_by_a_key_or_always(moderators, laptop):
    fill(2, is_harsh=True)
    open_queue(laptop)
    body = laptop.locator("[data-body]")
    expect(body).to_have_attribute("aria-hidden", "true")
    assert "blur" in body.evaluate("node => getComputedStyle(node).filter")
    laptop.keyboard.press("Enter")
    expect(body).not_to_have_attribute("aria-hidden", "true")
    assert body.evaluate("node => getComputedStyle(node).filter") == "none"
    laptop.keyboard.press("j")
    expect_comment(laptop, "Pembaca 1")
    expect(body).to_have_attribute("aria-hidden", "true")
    laptop.get_by_label("Tampilkan yang kasar").check()
    expect(body).not_to_have_attribute("aria-hidden", "true")
    laptop.reload()
    expect(laptop.locator("[data-body]")).not_to_have_attribute("aria-hidden", "true")


def test_several_are_chosen_and_decided_together(moderators, laptop):
    comments = fill(3)
    open_queue(laptop)
    keys = laptop.keyboard
    expect(laptop.locator("[data-bulk]")).to_be_hidden()
    keys.press("x")
    keys.press("j")
    expect_comment(laptop, "Pembaca 1")
    keys.press("x")
    expect(laptop.locator("[data-bulk-count]")).to_have_text("2")
    laptop.locator("[data-bulk] [value=spam]").click()
    expect(laptop.locator(".toast")).to_contain_text("2 komentar diputuskan.")
    expect_comment(laptop, "Pembaca 2")
    states = [Comment.objects.get(pk=comment.pk).state for comment in comments]
    assert states == [State.SPAM, State.SPAM, State.PENDING]


def test_an_account_is_banned_by_keyboard(moderators, laptop):
    (comment,) = fill(1)
    open_queue(laptop)
    keys = laptop.keyboard
    keys.press("b")
    keys.type("Iklan judi")
    keys.press("Enter")
    expect(laptop.locator(".record")).to_contain_text("Diblokir sampai")
    ban = Ban.objects.get()
    assert (ban.reader, ban.reason, ban.by) == (comment.author, "Iklan judi", moderators[0])


def test_with_one_thumb_and_without_a_script(moderators, new_context):
    comments = fill(3)
    reported = written(comments[0].article, author=reader(), author_name="Dilaporkan")
    reports.report(reported, by=reader(), reason="threat", note="Ini ancaman")
    page = new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, java_script_enabled=False
    ).new_page()
    page.goto(f"/admin/login/?next={QUEUE}")
    page.fill("[name=username]", "hasrul@example.org")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    # With all its styles: a height can be asked for before.
    page.wait_for_url(f"**{QUEUE}")
    for button in page.locator(".decide-buttons > *").all():
        box = button.bounding_box()
        assert box and box["height"] >= 48
    page.get_by_role("button", name="Setujui").first.click()
    expect_comment(page, "Pembaca 1")
    page.get_by_role("button", name="Urungkan keputusan terakhir").click()
    expect_comment(page, "Pembaca 0")
    settle(page, comments[0], State.PENDING)
    page.locator(".decide summary").click()
    reasons = page.locator(".decide .reasons").bounding_box()
    assert reasons and reasons["x"] >= 0 and reasons["x"] + reasons["width"] <= 360
    page.get_by_role("button", name="Iklan atau judi").first.click()
    settle(page, comments[0], State.REJECTED)


def test_an_edited_text_outlives_a_lost_session(moderators, laptop):
    (comment,) = fill(1)
    open_queue(laptop)
    laptop.goto(f"/admin/comments/comment/{comment.pk}/change/")
    laptop.locator("#correct-title").click()
    laptop.get_by_label("Teks yang akan dilihat pembaca").fill("Tanpa nomor telepon.")
    laptop.locator("[name=note]").last.fill("Data pribadi")
    laptop.context.clear_cookies(name="sessionid")
    laptop.get_by_role("button", name="Simpan teks suntingan").click()
    laptop.fill("[name=username]", "hasrul@example.org")
    laptop.fill("[name=password]", PASSWORD)
    laptop.click("[type=submit]")
    expect(laptop.locator(".messagelist")).to_contain_text("masih ada di sini")
    expect(laptop.locator("[name=body]")).to_have_value("Tanpa nomor telepon.")
    laptop.get_by_role("button", name="Simpan teks suntingan").click()
    expect(laptop.locator(".messagelist")).to_be_visible()
    assert Comment.objects.get().body == "Tanpa nomor telepon."


def test_a_long_word_does_not_widen_the_list(moderators, laptop):
    written(ArticleFactory(is_public=True), author=reader(), body="w" * 300)
    open_queue(laptop)
    laptop.set_viewport_size({"width": 768, "height": 900})
    laptop.goto("/admin/comments/comment/")
    wide = laptop.evaluate("document.documentElement.scrollWidth")
    assert wide <= 768
    table = laptop.locator("#result_list").bounding_box()
    assert table and table["x"] + table["width"] <= 768
