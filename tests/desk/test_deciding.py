"""What the buttons of the queue do, and that nobody undoes another."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments import bans, moderation, queue, readers, reports, terms
from comments.choices import Action, ReportOutcome, State
from comments.models import Ban, Comment, Reader, Report, Screening
from tests.comments.people import decide, moderator, reader, written
from tests.factories import ArticleFactory, PublicationFactory

from .queueing import BAN, BULK, DECIDE, JSON, QUEUE, UNDO, keys, seen, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(member, at_desk):
    return at_desk(member("moderator", name="Hasrul"))


@pytest.mark.parametrize(
    ("data", "state", "reason"),
    [
        ({"to": "approved"}, State.APPROVED, ""),
        ({"to": "spam"}, State.SPAM, ""),
        ({"reason": "insult"}, State.REJECTED, "insult"),
        ({"to": "rejected", "reason": "other", "note": "Maaf."}, State.REJECTED, "other"),
    ],
)
def test_one_tap_decides_and_leads_on(data, state, reason, desk):
    article = ArticleFactory(is_public=True)
    comment, following = waiting(article), waiting(article)
    response = desk.post(DECIDE, seen(comment, next=following.pk, tab="waiting", **data))
    event = comment.events.get(action=Action.DECIDED)
    assert response.url == f"{QUEUE}?tab=waiting&c={following.pk}&did={event.pk}"
    comment.refresh_from_db()
    assert (comment.state, event.reason) == (state, reason)
    assert comment.queue_due_at is None


@pytest.mark.parametrize(
    "data", [{}, {"to": "rejected"}, {"to": "erased"}, {"to": "approved", "state": "x"}]
)
def test_a_decision_that_is_none_changes_nothing(data, desk):
    comment = waiting()
    assert desk.post(DECIDE, seen(comment) | data, **JSON).status_code == 409
    comment.refresh_from_db()
    assert comment.state == State.PENDING


def test_the_second_moderator_is_told_what_happened(desk, member, at_desk):
    comment = waiting()
    form = seen(comment)
    assert desk.post(DECIDE, form | {"to": "approved"}, **JSON).json()["ok"]
    other = at_desk(member("moderator", name="Fitri"))
    response = other.post(DECIDE, form | {"reason": "insult"}, **JSON)
    assert response.status_code == 409
    assert response.json() == {
        "ok": False,
        "told": "Hasrul was quicker: the comment is now “approved”.",
        "row": "",
    }
    # The same without a script: the sentence, and the comment as it is now.
    response = other.post(DECIDE, form | {"reason": "insult"}, follow=True)
    assert "Hasrul was quicker" in response.content.decode()
    assert comment.events.filter(action=Action.DECIDED).count() == 1


def test_a_decision_about_a_text_that_changed_is_refused(desk):
    comment = waiting()
    Comment.objects.filter(pk=comment.pk).update(revision=1, body="Lain")
    answer = desk.post(DECIDE, seen(comment, to="approved"), **JSON).json()
    assert not answer["ok"]
    assert f'data-row="{comment.pk}"' in answer["row"]
    assert f"{comment.pk}:pending:1" in answer["row"]


def test_a_decision_is_taken_back_within_ten_seconds(desk):
    comment = written(ArticleFactory(is_public=True), author=reader())
    reports.report(comment, by=reader(), reason="threat")
    event = desk.post(DECIDE, seen(comment, reason="insult"), **JSON).json()["event"]
    assert Report.objects.get().outcome == ReportOutcome.UPHELD
    answer = desk.post(UNDO, {"event": event}, **JSON).json()
    assert answer["ok"] and f'data-row="{comment.pk}"' in answer["row"]
    comment.refresh_from_db()
    assert comment.state == State.APPROVED
    assert Report.objects.get().handled_at is None
    assert desk.post(UNDO, {"event": event}, **JSON).status_code == 409


def test_only_ones_own_fresh_last_decision_is_taken_back(desk, member, at_desk, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    comment = waiting()
    event = desk.post(DECIDE, seen(comment, to="approved"), **JSON).json()["event"]
    other = at_desk(member("moderator"))
    assert other.post(UNDO, {"event": event}, **JSON).status_code == 409
    assert other.get(QUEUE, {"did": event}).context["did"] is None
    assert desk.get(QUEUE, {"did": event}).context["did"].pk == event
    time_machine.shift(16)
    assert desk.post(UNDO, {"event": event}, **JSON).status_code == 409
    assert desk.get(QUEUE, {"did": event}).context["did"] is None
    comment.refresh_from_db()
    assert comment.state == State.APPROVED


@pytest.mark.parametrize("event", ["", "x", "999999"])
def test_taking_back_what_was_never_decided_is_not_found(event, desk):
    assert desk.post(UNDO, {"event": event}, **JSON).status_code == 404


@pytest.mark.parametrize(("length", "days"), [("day", 1), ("week", 7), ("ever", None)])
def test_a_ban_begins_at_a_comment(length, days, desk):
    comment = waiting()
    data = {"comment": comment.pk, "length": length, "ban_reason": "Iklan judi"}
    assert desk.post(BAN, data, **JSON).json()["ok"]
    ban = Ban.objects.get()
    assert (ban.reader, ban.reason) == (comment.author, "Iklan judi")
    if days is None:
        assert ban.until is None
    else:
        left = ban.until - timezone.now()
        assert datetime.timedelta(days=days, minutes=-1) < left < datetime.timedelta(days=days)
    comment.refresh_from_db()
    assert comment.state == State.PENDING


def test_a_ban_needs_a_reason_and_a_reader(desk, member):
    comment = waiting()
    data = {"comment": comment.pk, "length": "day", "ban_reason": " "}
    assert desk.post(BAN, data, **JSON).status_code == 409
    of_staff = waiting(author=member("reporter"))
    data = {"comment": of_staff.pk, "length": "day", "ban_reason": "x"}
    assert desk.post(BAN, data, **JSON).status_code == 409
    assert not Ban.objects.exists()


def test_several_are_decided_each_for_itself(desk):
    article = ArticleFactory(is_public=True)
    comments = [waiting(article) for _number in range(4)]
    boxes = [f"{c.pk}:{c.state}:{c.revision}" for c in comments]
    decide(comments[1], State.APPROVED, by=moderator(name="Fitri"))
    Comment.objects.filter(pk=comments[2].pk).update(revision=1)
    answer = desk.post(BULK, {"row": [*boxes, "x", "0:y:z"], "reason": "off_topic"}, **JSON).json()
    assert answer["done"] == [comments[0].pk, comments[3].pk]
    assert answer["told"] == "Decided about 2 comments."
    assert answer["left"][0] == "Rani: Fitri was quicker: the comment is now “approved”."
    assert len(answer["left"]) == 2
    states = [Comment.objects.get(pk=c.pk).state for c in comments]
    assert states == ["rejected", "approved", "pending", "rejected"]


def test_several_without_a_script_are_told_as_messages(desk):
    comments = [waiting() for _number in range(2)]
    boxes = [f"{c.pk}:pending:0" for c in comments]
    decide(comments[0], State.SPAM, by=moderator(name="Fitri"))
    response = desk.post(BULK, {"row": boxes, "to": "spam", "tab": "waiting"}, follow=True)
    text = response.content.decode()
    assert "Decided about 1 comment." in text and "Fitri was quicker" in text
    assert response.redirect_chain[-1][0] == f"{QUEUE}?tab=waiting"


def test_a_request_decides_about_five_hundred_at_most(desk, monkeypatch):
    monkeypatch.setattr(queue, "BULK_AT_MOST", 1)
    boxes = [f"{waiting().pk}:pending:0" for _number in range(2)]
    assert desk.post(BULK, {"row": boxes, "to": "spam"}, **JSON).status_code == 409
    assert desk.post(BULK, {"row": [], "to": "spam"}, **JSON).status_code == 409
    assert not Comment.objects.filter(state=State.SPAM).exists()


def test_all_of_an_author_or_of_a_text_are_chosen_at_once(desk):
    article, author = ArticleFactory(is_public=True), reader()
    mine = [waiting(article, author=author, fingerprint=7) for _number in range(2)]
    same = waiting(article, fingerprint=7)
    waiting(article)
    response = desk.get(QUEUE, {"author": author.pk, "all": 1})
    assert keys(response) == [c.pk for c in mine]
    assert len(re.findall(r'name="row"[^>]* checked>', response.content.decode())) == 2
    response = desk.get(QUEUE, {"same": mine[0].pk, "all": 1})
    assert keys(response) == [*[c.pk for c in mine], same.pk]
    assert desk.get(QUEUE, {"same": 999999}).status_code == 404


def test_spam_that_a_rule_found_leaves_the_folder_when_somebody_agrees(desk):
    comment = waiting(state=State.SPAM, queue_due_at=None)
    assert desk.post(DECIDE, seen(comment, to="spam"), **JSON).json()["ok"]
    assert keys(desk.get(QUEUE, {"tab": "spam"})) == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_queue_takes_the_same_queries_for_one_and_for_three(
    number, desk, django_assert_num_queries
):
    PublicationFactory()
    article, author = ArticleFactory(is_public=True), reader()
    for _number in range(number):
        parent = written(article, author=author)
        comment = waiting(article, author=author, parent=parent, address_block="n" * 32)
        reports.report(parent, by=reader(), reason="hatred")
        Screening.objects.create(comment=comment, outcome="pending")
        old = waiting(article, author=author)
        decide(old, State.REJECTED, by=moderator())
    with django_assert_num_queries(20):
        desk.get(QUEUE, {"tab": "waiting"})


def test_moderation_goes_on_without_an_account_behind_the_comment(desk):
    comment = waiting(author=None)
    text = desk.get(QUEUE).content.decode()
    assert "Without an account" in text
    assert desk.post(DECIDE, seen(comment, to="approved"), **JSON).json()["ok"]
    data = {"comment": comment.pk, "length": "day", "ban_reason": "x"}
    assert desk.post(BAN, data, **JSON).status_code == 409


def test_a_removed_comment_offers_nothing_to_decide(desk):
    comment = waiting()
    moderation.remove(comment, by=comment.author)
    text = desk.get(QUEUE, {"c": comment.pk}).content.decode()
    assert "Nothing can be decided about it any more." in text


def test_a_moderator_says_when_an_account_is_reviewed(desk):
    author = reader()
    readers.join(author, name="Andi Baso", terms_version=terms.VERSION)
    comment = waiting(author=author)
    assert "as the section says" in desk.get(QUEUE).content.decode()
    review = reverse("admin:comments_comment_review")
    response = desk.post(review, {"comment": comment.pk, "review": "first", "tab": "waiting"})
    assert response.url == f"{QUEUE}?tab=waiting&c={comment.pk}"
    assert Reader.objects.get().review == "first"
    for wrong in ("", "never"):
        desk.post(review, {"comment": comment.pk, "review": wrong})
    assert Reader.objects.get().review == "first"
    assert desk.post(review, {"comment": waiting(author=None).pk, "review": "after"}).url


class TestALostSession:
    """The session ended; the cookie against forged forms is still there."""

    @pytest.fixture(autouse=True)
    def known(self, member):
        self.member = member("moderator", name="Fitri")
        self.member.set_password("padi-menguning-1")
        self.member.save()

    def signed_in_after(self, response, client):
        """Sign in at the page that `response` leads to, and follow."""
        assert response.status_code == 302 and response.url.startswith("/admin/login/?next=")
        data = {"username": self.member.email, "password": "padi-menguning-1"}
        return client.post(response.url, data, follow=True)

    def test_a_decision_leads_back_to_the_comment_with_its_note(self):
        comment, client = waiting(), Client()
        form = seen(comment, reason="insult", note="Mohon tetap sopan.", tab="waiting")
        page = self.signed_in_after(client.post(DECIDE, form), client)
        assert page.redirect_chain[-1][0] == f"{QUEUE}?tab=waiting&c={comment.pk}"
        text = page.content.decode()
        assert "You were signed out meanwhile; nothing was done yet." in text
        assert ">Mohon tetap sopan.</textarea>" in text
        comment.refresh_from_db()
        assert comment.state == State.PENDING
        again = client.get(f"{QUEUE}?c={comment.pk}").content.decode()
        assert "nothing was done yet" not in again and "Mohon tetap sopan." not in again

    def test_an_edited_text_is_still_in_its_form(self):
        comment, client = waiting(), Client()
        address = reverse("admin:comments_comment_correct", args=[comment.pk])
        form = {"body": "Nomor telepon dihapus.", "revision": 0, "note": "Data pribadi"}
        page = self.signed_in_after(client.post(address, form), client)
        assert page.redirect_chain[-1][0].endswith(f"/{comment.pk}/change/")
        text = page.content.decode()
        assert "Nomor telepon dihapus.</textarea>" in text and 'value="Data pribadi"' in text

    def test_a_ban_keeps_its_reason_and_its_length(self):
        comment, client = waiting(), Client()
        form = {"comment": comment.pk, "length": "week", "ban_reason": "Iklan", "back": "page"}
        page = self.signed_in_after(client.post(BAN, form), client)
        assert 'data-ban-reason value="Iklan"' in page.content.decode()
        assert page.context["ban_form"]["length"].value() == "week"

    @pytest.mark.parametrize("route", ["bulk", "undo", "review"])
    def test_any_other_leads_to_the_queue(self, route):
        client = Client()
        address = reverse(f"admin:comments_comment_{route}")
        page = self.signed_in_after(client.post(address, {"to": "spam"}), client)
        assert page.redirect_chain[-1][0] == QUEUE and page.status_code == 200

    def test_words_lead_to_their_list(self):
        client = Client()
        response = client.post(reverse("admin:comments_word_force"), {"token": "x"})
        assert response.url.endswith(reverse("admin:comments_word_changelist"))


@pytest.mark.parametrize("route", ["decide", "undo", "ban", "bulk", "review"])
def test_an_address_that_acts_answers_get_with_a_sentence_and_a_way_back(route, desk):
    response = desk.get(reverse(f"admin:comments_comment_{route}"))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    text = response.content.decode()
    assert "only works through the button" in text and f'href="{QUEUE}"' in text


@pytest.mark.parametrize("note", ["n" * 501, "Mohon\x00 sopan"])
def test_a_note_that_is_refused_is_still_in_its_form(note, desk):
    comment = waiting()
    response = desk.post(DECIDE, seen(comment, reason="insult", note=note), follow=True)
    assert f"{note.replace(chr(0), '')}</textarea>" in response.content.decode()
    data = {"comment": comment.pk, "length": "week", "ban_reason": note * 20, "back": "page"}
    response = desk.post(BAN, data, follow=True)
    assert (note * 20).replace("\x00", "") in response.content.decode()


def test_a_banned_account_is_not_offered_a_second_ban(desk):
    comment = waiting()
    ban = bans.ban(comment.author, by=moderator(name="Fitri"), reason="Iklan judi")
    page = reverse("admin:comments_comment_change", args=[comment.pk])
    text = desk.get(page).content.decode()
    assert "Banned already: since" in text and "by Fitri. Reason: Iklan judi" in text
    assert 'name="ban_reason"' not in text
    lift = reverse("admin:comments_ban_lift", args=[ban.pk])
    assert desk.post(lift, {"comment": comment.pk, "back": "page"}).url == page
    assert 'name="ban_reason"' in desk.get(page).content.decode()


def test_spam_is_in_the_folder_again_after_a_decision_was_taken_back(desk):
    comment = waiting(state=State.SPAM, queue_due_at=None)
    event = desk.post(DECIDE, seen(comment, to="approved"), **JSON).json()["event"]
    assert keys(desk.get(QUEUE, {"tab": "spam"})) == []
    assert desk.post(UNDO, {"event": event}, **JSON).json()["ok"]
    assert keys(desk.get(QUEUE, {"tab": "spam"})) == [comment.pk]
