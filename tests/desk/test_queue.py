"""The moderators' queue: which comments, in which order, and what is shown of each."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from comments import bans, queue, reports
from comments.choices import State
from comments.models import Ban, Comment, Report, Screening
from tests.comments.people import decide, moderator, reader, written
from tests.factories import ArticleFactory

from .queueing import DECIDE, HARM, JSON, QUEUE, keys, seen, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(member, at_desk):
    return at_desk(member("moderator", name="Hasrul"))


def test_the_most_urgent_stands_first(desk):
    article = ArticleFactory(is_public=True)
    late = timezone.now() - datetime.timedelta(hours=1)
    calm, urgent = waiting(article), waiting(article, queue_due_at=late)
    response = desk.get(QUEUE)
    assert keys(response) == [urgent.pk, calm.pk]
    assert response.context["comment"] == urgent
    assert "1 hour overdue" in response.content.decode()


def test_each_tab_holds_what_it_says(desk):
    article = ArticleFactory(is_public=True)
    pending = waiting(article, risk=10)
    shown = waiting(article, state=State.UNREVIEWED, risk=80)
    reported = written(article, author=reader())
    reports.report(reported, by=reader(), reason="threat")
    spam = waiting(article, state=State.SPAM, queue_due_at=None)
    looked_at = waiting(article, state=State.PENDING)
    decide(looked_at, State.SPAM, by=moderator())
    found = {tab: set(keys(desk.get(QUEUE, {"tab": tab}))) for tab in queue.TABS}
    everything = {pending.pk, shown.pk, reported.pk}
    assert found == {
        "all": everything,
        "reported": {reported.pk},
        "waiting": {pending.pk},
        "shown": {shown.pk},
        "risk": everything,
        "spam": {spam.pk},
    }
    assert keys(desk.get(QUEUE, {"tab": "risk"}))[:2] == [shown.pk, pending.pk]


def test_reported_ones_are_sorted_by_their_own_deadline(desk):
    article = ArticleFactory(is_public=True)
    first, second = written(article, author=reader()), written(article, author=reader())
    for comment in (second, first):
        reports.report(comment, by=reader(), reason="hatred")
    Report.objects.filter(comment=first).update(due_at=timezone.now())
    assert keys(desk.get(QUEUE, {"tab": "reported"})) == [first.pk, second.pk]


@pytest.mark.parametrize("tab", ["all", "risk", "reported", "spam"])
def test_pages_neither_repeat_nor_skip(tab):
    article, by = ArticleFactory(is_public=True), reader()
    state = {"spam": State.SPAM, "reported": State.APPROVED}.get(tab, State.PENDING)
    for number in range(7):
        comment = written(article, state=state, author=reader(), risk=number % 3 * 10)
        if tab == "reported":
            reports.report(comment, by=by, reason="hatred")
    shown, cursor = [], ""
    for _page in range(4):
        page = queue.page(queue.TABS[tab], queue.of_tab(queue.TABS[tab]), cursor, size=2)
        shown += [row.pk for row in page.items]
        cursor = page.after
        if not cursor:
            break
    assert sorted(shown) == sorted(Comment.objects.values_list("pk", flat=True))
    assert len(shown) == len(set(shown)) == 7


@pytest.mark.parametrize("cursor", ["x", "1-2", "1-9999999999999999999-1", "0-0-0\x00"])
def test_a_made_up_cursor_leads_to_the_first_page(cursor, desk):
    assert desk.get(QUEUE, {"after": cursor}).url == QUEUE


@pytest.mark.parametrize("query", ["c=x", "c=999999", "tab=nothing", "author=%00", "author=1e9"])
def test_made_up_addresses_do_no_harm(query, desk):
    waiting()
    assert desk.get(f"{QUEUE}?{query}").status_code == 200


def test_counts_stop_at_two_hundred(monkeypatch):
    monkeypatch.setattr(queue, "COUNTED", 2)
    article = ArticleFactory(is_public=True)
    for _number in range(3):
        waiting(article)
    assert queue.counts()["all"] == "2+"
    assert queue.counts()["reported"] == "0"


def test_everything_about_a_comment_is_in_view(desk):
    article = ArticleFactory(
        is_public=True, headline="Rapat nelayan", standfirst="Nelayan meminta dermaga."
    )
    author, by = reader(name="Andi Baso"), moderator(name="Fitri")
    parent = written(article, body="Kapan dermaga jadi?", author_name="Rani")
    earlier = written(article, author=author, body="Dasar bodoh", state=State.PENDING)
    decide(earlier, State.REJECTED, by=by, reason="insult")
    comment = waiting(
        article, parent=parent, author=author, author_name="Andi Baso", address_block="n" * 32
    )
    waiting(article, address_block="n" * 32)
    Screening.objects.create(
        comment=comment,
        outcome=State.PENDING,
        rule="words",
        score=0.71,
        verdicts=[
            {"step": "timing", "outcome": "pass", "term": "", "detail": "", "ms": 0},
            {"step": "words", "outcome": "hold", "term": "gacor", "detail": "", "ms": 0},
        ],
    )
    bans.ban(author, by=by, reason="Iklan judi")
    text = desk.get(QUEUE, {"c": comment.pk}).content.decode()
    for words in (
        *("Rapat nelayan", "Nelayan meminta dermaga.", "Kapan dermaga jadi?", "Dasar bodoh"),
        *("insults or threats", "Banned for ever", "Iklan judi", "gacor", "0,71"),
        "Same network as 1 other account lately.",
        "Held because it has words of the list “gacor”.",
    ):
        assert words in text, words
    assert author.email not in text
    assert "n" * 32 not in text


def test_a_reply_under_a_hidden_comment_says_so(desk):
    article = ArticleFactory(is_public=True)
    parent = written(article, author_name="Rani")
    reply = waiting(article, parent=parent)
    decide(parent, State.REJECTED, by=moderator())
    text = desk.get(QUEUE, {"c": reply.pk}).content.decode()
    assert "The comment of Rani above it is not shown" in text


def test_stored_markup_is_only_text(desk):
    """Attack 1, on the moderators' pages: body, name, note, term, reason of a ban, headline."""
    article = ArticleFactory(is_public=True, headline=f"Berita {HARM}", standfirst=HARM)
    author = reader(name=f"A {HARM}")
    parent = written(article, body=HARM, author_name=HARM)
    comment = written(
        article, parent=parent, author=author, author_name=f"B {HARM}", body=f"C {HARM}"
    )
    reports.report(comment, by=reader(), reason="other", note=f"D {HARM}")
    old = waiting(article, author=author, body=f"E {HARM}")
    decide(old, State.REJECTED, by=moderator(name=f"M {HARM}"), note=f"F {HARM}")
    bans.ban(author, by=moderator(), reason=f"G {HARM}")
    Screening.objects.create(
        comment=comment,
        outcome=State.PENDING,
        rule=f"H {HARM}"[:40],
        verdicts=[{"step": HARM, "outcome": "hold", "term": HARM, "detail": HARM, "ms": 0}],
    )
    page = reverse("admin:comments_comment_change", args=[comment.pk])
    item = reverse("admin:comments_comment_item", args=[comment.pk])
    addresses = [f"{QUEUE}?c={comment.pk}", item, page, reverse("admin:index")]
    addresses += [reverse("admin:comments_comment_changelist")]
    addresses += [reverse("admin:comments_ban_change", args=[Ban.objects.get().pk])]
    for address in addresses:
        text = desk.get(address).content.decode()
        assert "<script>alert" not in text, address
    answer = desk.post(DECIDE, seen(comment, to="approved", state="pending"), **JSON).json()
    assert "<script>alert" not in answer["row"]


def test_harsh_words_are_blurred_and_not_read_aloud_until_asked_for(desk):
    comment = waiting(is_harsh=True, body="Kata kasar sekali")
    text = desk.get(QUEUE).content.decode()
    assert '<div class="item-body is-harsh" aria-hidden="true"' in text
    assert '<span class="row-text is-harsh" aria-hidden="true">' in text
    shown = desk.get(QUEUE, {"c": comment.pk, "show": 1}).content.decode()
    assert "item-body is-harsh" not in shown
