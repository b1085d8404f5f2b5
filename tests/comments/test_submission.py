"""A text comes in: taken with every verdict, or refused with a sentence and nothing stored."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.choices import Kind
from comments import bans, facts, submission, tokens
from comments.choices import Openness, State
from comments.models import Comment, Discussion, Policy, Screening, Word
from comments.words import key_of
from tests.factories import ArticleFactory, SectionFactory

from .people import decide, moderator, reader, staff, written

pytestmark = pytest.mark.django_db

CALM = "Terima kasih beritanya, semoga jalan ke sekolah itu lekas diperbaiki."


def token_for(article: Any, author: Any, *, seconds_ago: float = 30) -> tokens.Token:
    with time_machine.travel(timezone.now() - datetime.timedelta(seconds=seconds_ago)):
        value, _token = tokens.issue(article_id=article.pk, user_id=author.pk)
    return tokens.read(value, article_id=article.pk, user_id=author.pk)


def send(article: Any, author: Any, body: str = CALM, **options: Any) -> submission.Received:
    token = options.pop("token", None) or token_for(article, author)
    return submission.receive(article, author=author, body=body, token=token, **options)


def shown_first() -> Any:
    """A story of a section whose comments are shown before review."""
    section = SectionFactory()
    policy = Policy.objects.create()
    policy.sections_shown_first.add(section)
    return ArticleFactory(is_public=True, section=section)


def test_comment_waits_with_its_verdicts_and_its_first_event() -> None:
    article, rani = ArticleFactory(is_public=True), reader(name="Rani")
    comment = send(article, rani).comment
    comment.refresh_from_db()
    assert (comment.state, comment.author_name, comment.body) == (State.PENDING, "Rani", CALM)
    assert comment.queue_due_at is not None
    assert [(e.action, e.from_state, e.to_state, e.by) for e in comment.events.all()] == [
        ("received", "", "pending", rani)
    ]
    screening = comment.screenings.get()
    assert [v["step"] for v in screening.verdicts] == [
        *("identities", "completeness", "honeypot", "timing", "account", "pace_of_network"),
        *("pace_of_story", "links", "phones", "words", "repeats", "people", "learned_score"),
    ]
    assert {v["outcome"] for v in screening.verdicts} == {"pass"}
    assert screening.score is not None and screening.score < 0.5


def test_comment_shown_before_review_is_not_approved_and_stays_in_the_queue() -> None:
    comment = send(shown_first(), reader()).comment
    assert (comment.state, comment.is_shown) == (State.UNREVIEWED, True)
    assert list(Comment.objects.waiting()) == [comment]
    assert not Comment.objects.filter(state=State.APPROVED).exists()


def test_word_that_rejects_is_told_and_kept() -> None:
    Word.objects.create(term="gacor", key=key_of("gacor"), list="block", is_active=True)
    Word.objects.create(term="sekolah", key=key_of("sekolah"), list="block", is_active=False)
    comment = send(shown_first(), reader(), f"{CALM} slot G4C0R").comment
    assert comment.state == State.REJECTED
    screening = Screening.objects.get(comment=comment)
    assert screening.rule == "words"
    assert [v["term"] for v in screening.verdicts if v["step"] == "words"] == ["gacor"]


def test_same_form_sent_again_finds_the_comment_it_made() -> None:
    article, rani = ArticleFactory(is_public=True), reader()
    token = token_for(article, rani)
    first = send(article, rani, token=token)
    again = send(article, rani, "Teks lain yang dikirim dengan formulir lama", token=token)
    assert (again.comment, again.is_repeat) == (first.comment, True)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("body", ["", "  \n\t ", "\u200b\u202e", "...", "\x00"])
def test_text_without_anything_to_read_is_refused(body: str) -> None:
    with pytest.raises(submission.NotAccepted, match="Tuliskan komentar"):
        send(ArticleFactory(is_public=True), reader(), body)


def test_too_long_text_is_refused_with_its_length() -> None:
    with pytest.raises(submission.NotAccepted, match=r"paling panjang 3\.000 karakter; .* 3\.001"):
        send(ArticleFactory(is_public=True), reader(), "a" * 3001)


def test_emoji_alone_are_a_comment() -> None:
    assert send(ArticleFactory(is_public=True), reader(), "👏👏").comment.body == "👏👏"


@pytest.mark.parametrize(
    ("policy", "openness", "story", "is_open"),
    [
        ({}, None, {}, True),
        ({"is_open": False}, None, {}, False),
        ({"is_open": False}, Openness.OPEN, {}, True),
        ({}, Openness.CLOSED, {}, False),
        ({"closed_kinds": [Kind.OPINION]}, None, {"kind": Kind.OPINION}, False),
        ({"closed_kinds": [Kind.OPINION]}, Openness.OPEN, {"kind": Kind.OPINION}, True),
        ({"closes_after_days": 7}, None, {"days_old": 8}, False),
        ({"closes_after_days": 7}, None, {"days_old": 6}, True),
        ({"closes_after_days": None}, None, {"days_old": 900}, True),
        ({"closes_after_days": 7}, Openness.OPEN, {"days_old": 8}, True),
    ],
)
def test_discussion_closes_per_story_per_kind_and_after_days(
    policy: dict[str, Any], openness: str | None, story: dict[str, Any], is_open: bool
) -> None:
    Policy.objects.create(**policy)
    days = story.pop("days_old", 0)
    published = timezone.now() - datetime.timedelta(days=days, hours=1)
    article = ArticleFactory(is_public=True, publish_at=published, **story)
    if openness:
        Discussion.objects.create(article=article, openness=openness)
    assert submission.is_open(article) is is_open
    if not is_open:
        with pytest.raises(submission.NotAccepted, match="ditutup"):
            send(article, reader())


@pytest.mark.parametrize("trait", ["is_scheduled", "is_withdrawn"])
def test_story_that_is_not_public_takes_none(trait: str) -> None:
    with pytest.raises(submission.NotAccepted):
        send(ArticleFactory(**{trait: True}), reader())


@pytest.mark.parametrize("state", [State.PENDING, State.REJECTED, State.REMOVED])
def test_answer_to_what_is_not_shown_is_refused_and_stores_nothing(state: State) -> None:
    article = ArticleFactory(is_public=True)
    parent = written(article, state=state)
    with pytest.raises(submission.NotAccepted, match="sudah tidak ada"):
        send(article, reader(), parent=parent)
    assert Comment.objects.count() == 1


def test_answer_belongs_to_the_story_of_its_parent() -> None:
    parent = written(ArticleFactory(is_public=True))
    with pytest.raises(submission.NotAccepted):
        send(ArticleFactory(is_public=True), reader(), parent=parent)


def test_too_many_in_a_minute_are_refused_with_the_time_to_wait() -> None:
    article, rani = ArticleFactory(is_public=True), reader()
    for number in range(3):
        send(article, rani, f"{CALM} {number}")
    with pytest.raises(submission.NotAccepted, match="dalam 1 menit"):
        send(article, rani)
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=61)):
        send(article, rani, token=token_for(article, rani))


def test_colleague_s_comment_is_shown_with_a_badge() -> None:
    comment = send(ArticleFactory(is_public=True), staff("reporter")).comment
    assert (comment.state, comment.is_by_staff, comment.is_shown) == (State.APPROVED, True, True)


def test_comment_is_taken_and_held_when_the_facts_cannot_be_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(*args: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(facts, "STATEMENT_MILLISECONDS", 50)
    monkeypatch.setattr(facts, "_gather", slow)
    comment = send(shown_first(), reader()).comment
    assert (comment.state, comment.screenings.get().rule) == (State.PENDING, "completeness")


def test_answer_that_is_shown_asks_once_for_a_mail() -> None:
    article = shown_first()
    parent = written(article, author=reader())
    comment = send(article, reader(), parent=parent).comment
    jobs = ProcrastinateJob.objects.filter(task_name="comments.tell_of_reply")
    assert [job.args for job in jobs] == [{"comment_id": comment.pk}]


class TestEditing:
    def test_approved_comment_that_is_changed_is_approved_no_more(self) -> None:
        rani = reader()
        comment = send(ArticleFactory(is_public=True), rani).comment
        decide(comment, State.APPROVED, by=moderator())
        submission.edit(comment, f"{CALM} Salam.", by=rani)
        comment.refresh_from_db()
        assert (comment.state, comment.edits, comment.is_shown) == (State.PENDING, 1, False)
        assert comment.queue_due_at is not None
        assert [v.body for v in comment.versions.all()] == [CALM]
        assert comment.screenings.count() == 2
        assert [e.action for e in comment.events.all()] == ["received", "decided", "edited"]

    def test_window_closes_to_the_second(self) -> None:
        rani = reader()
        comment = send(ArticleFactory(is_public=True), rani).comment
        end = comment.created_at + submission.EDIT_WINDOW
        with time_machine.travel(end - datetime.timedelta(seconds=1), tick=False):
            submission.edit(comment, "Teks kedua yang masih sempat", by=rani)
        too_late = pytest.raises(submission.NotAccepted, match="lima menit")
        with time_machine.travel(end, tick=False), too_late:
            submission.edit(comment, "Teks ketiga yang terlambat", by=rani)
        comment.refresh_from_db()
        assert comment.body == "Teks kedua yang masih sempat"

    def test_every_change_goes_through_the_checks(self) -> None:
        Word.objects.create(term="gacor", key=key_of("gacor"), list="block", is_active=True)
        rani = reader()
        comment = send(shown_first(), rani).comment
        submission.edit(comment, f"{CALM} Sekali lagi.", by=rani)
        assert Comment.objects.get().state == State.UNREVIEWED
        submission.edit(comment, "gacor", by=rani)
        assert Comment.objects.get().state == State.REJECTED
        with pytest.raises(submission.NotAccepted):
            submission.edit(comment, CALM, by=rani)

    def test_nobody_else_changes_it_and_not_without_end(self) -> None:
        rani = reader()
        comment = send(ArticleFactory(is_public=True), rani).comment
        with pytest.raises(submission.NotAccepted):
            submission.edit(comment, "Bukan saya", by=reader())
        for number in range(submission.EDITS_AT_MOST):
            submission.edit(comment, f"{CALM} {number}", by=rani)
        with pytest.raises(submission.NotAccepted):
            submission.edit(comment, f"{CALM} lagi", by=rani)


class TestBans:
    def test_banned_account_hears_why_and_until_when(self) -> None:
        rani, article = reader(), ArticleFactory(is_public=True)
        until = timezone.now() + datetime.timedelta(days=7)
        bans.ban(rani, by=moderator(), reason="Iklan judi berulang", until=until)
        with pytest.raises(submission.NotAccepted, match=r"sampai .* WITA. Alasan: Iklan judi"):
            send(article, rani)
        with time_machine.travel(until + datetime.timedelta(seconds=1)):
            send(article, rani, token=token_for(article, rani))

    def test_ban_for_ever_outlives_the_account(self) -> None:
        rani = reader(email="rani@example.org")
        bans.ban(rani, by=moderator(), reason="Iklan judi")
        rani.delete()
        again = reader(email="Rani@Example.org")
        with pytest.raises(submission.NotAccepted, match="tidak dapat lagi"):
            send(ArticleFactory(is_public=True), again)

    def test_lifted_ban_holds_no_more(self) -> None:
        rani, hasna = reader(), moderator()
        row = bans.ban(rani, by=hasna, reason="Salah paham")
        bans.lift(row, by=hasna)
        send(ArticleFactory(is_public=True), rani)
        with pytest.raises(bans.Refused):
            bans.lift(row, by=hasna)

    def test_new_account_from_a_banned_one_s_network_is_held(self) -> None:
        banned, article = reader(), shown_first()
        send(article, banned, block="b" * 32)
        bans.ban(banned, by=moderator(), reason="Iklan judi")
        comment = send(article, reader(), f"{CALM} Salam.", block="b" * 32).comment
        assert (comment.state, comment.screenings.get().rule) == (State.PENDING, "account")
        other = send(article, reader(), f"{CALM} Salut.", block="c" * 32).comment
        assert other.state == State.UNREVIEWED

    def test_colleagues_are_not_banned(self) -> None:
        with pytest.raises(bans.Refused):
            bans.ban(staff("reporter"), by=moderator(), reason="x")
