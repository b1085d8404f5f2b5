"""Decisions: which may be made, by whom, on what, and what they leave behind."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from comments import moderation, notices, readers, reports, submission, terms
from comments.choices import Action, PinnedAs, ReportOutcome, State
from comments.models import Comment, ModerationEvent
from comments.spam.decisions import decisions
from comments.standing import standing_of
from tests.factories import ArticleFactory, AttendanceFactory, PersonFactory

from .people import decide, moderator, reader, staff, written

pytestmark = pytest.mark.django_db


def joined(name: str) -> User:
    """A reader who wishes to be told of everything."""
    user = reader()
    readers.join(user, name=name, terms_version=terms.VERSION)
    return user


ALLOWED = {
    (State.PENDING, State.APPROVED),
    (State.PENDING, State.REJECTED),
    (State.PENDING, State.SPAM),
    (State.UNREVIEWED, State.APPROVED),
    (State.UNREVIEWED, State.REJECTED),
    (State.UNREVIEWED, State.SPAM),
    (State.APPROVED, State.APPROVED),
    (State.APPROVED, State.REJECTED),
    (State.APPROVED, State.SPAM),
    (State.REJECTED, State.APPROVED),
    (State.REJECTED, State.SPAM),
    (State.SPAM, State.APPROVED),
    (State.SPAM, State.REJECTED),
    (State.SPAM, State.SPAM),
}


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_decision_is_made_only_along_the_table(before: State, after: State) -> None:
    comment = written(ArticleFactory(is_public=True), state=before)
    if (before, after) in ALLOWED:
        event = decide(comment, after, by=moderator())
        assert (event.from_state, event.to_state, comment.state) == (before, after, after)
    else:
        with pytest.raises(moderation.Refused):
            decide(comment, after, by=moderator())
        comment.refresh_from_db()
        assert (comment.state, comment.events.count()) == (before, 0)


@pytest.mark.parametrize("role", ["reporter", "editor", "ad_desk"])
def test_only_who_moderates_decides(role: str) -> None:
    comment = written(ArticleFactory(is_public=True), state=State.PENDING)
    with pytest.raises(moderation.Refused, match="tidak berwenang"):
        decide(comment, State.APPROVED, by=staff(role))


def test_rejection_needs_a_reason() -> None:
    comment = written(ArticleFactory(is_public=True), state=State.PENDING)
    with pytest.raises(moderation.Refused, match="alasan"):
        decide(comment, State.REJECTED, by=moderator(), reason="because")
    with pytest.raises(IntegrityError, match="rejected_with_reason"), transaction.atomic():
        ModerationEvent.objects.create(
            comment=comment, action="decided", from_state="pending", to_state="rejected"
        )


def test_second_moderator_is_told_what_the_first_decided() -> None:
    comment = written(ArticleFactory(is_public=True), state=State.PENDING)
    decide(comment, State.APPROVED, by=moderator(name="Hasna"))
    with pytest.raises(moderation.Overtaken) as overtaken:
        moderation.decide(
            comment,
            State.REJECTED,
            by=moderator(),
            seen=State.PENDING,
            seen_revision=0,
            reason="insult",
        )
    assert str(overtaken.value) == "Hasna lebih dulu: komentar ini sekarang “disetujui”."
    assert overtaken.value.comment.state == State.APPROVED
    assert comment.events.count() == 1


def test_decision_about_a_text_that_changed_meanwhile_is_refused() -> None:
    comment = written(ArticleFactory(is_public=True), state=State.PENDING)
    Comment.objects.filter(pk=comment.pk).update(revision=1, body="Teks lain")
    with pytest.raises(moderation.Overtaken):
        moderation.decide(
            comment, State.APPROVED, by=moderator(), seen=State.PENDING, seen_revision=0
        )
    comment.refresh_from_db()
    assert comment.state == State.PENDING


def test_second_moderator_does_not_undo_a_decision_that_left_the_state_as_it_was() -> None:
    comment = written(ArticleFactory(is_public=True))
    reports.report(comment, by=reader(), reason="hatred")
    seen = Comment.objects.get(pk=comment.pk)
    decide(comment, State.APPROVED, by=moderator(name="Hasna"))
    with pytest.raises(moderation.Overtaken, match="Hasna lebih dulu"):
        moderation.decide(
            comment,
            State.REJECTED,
            by=moderator(),
            seen=State.APPROVED,
            seen_revision=seen.revision,
            reason="insult",
        )
    comment.refresh_from_db()
    assert comment.is_shown


def test_report_that_comes_while_a_moderator_reads_is_not_closed_unread() -> None:
    comment = written(ArticleFactory(is_public=True))
    first = reports.report(comment, by=reader(), reason="spam")
    seen = Comment.objects.get(pk=comment.pk)
    second = reports.report(comment, by=reader(), reason="privacy")
    with pytest.raises(moderation.Overtaken, match="melaporkan komentar ini"):
        moderation.decide(
            comment,
            State.APPROVED,
            by=moderator(),
            seen=State.APPROVED,
            seen_revision=seen.revision,
        )
    for case in (first, second):
        case.refresh_from_db()
        assert case.handled_at is None


def test_decision_takes_the_comment_out_of_the_queue_and_ends_its_reports() -> None:
    comment = written(ArticleFactory(is_public=True))
    case = reports.report(comment, by=reader(), reason="hatred")
    assert list(Comment.objects.queued()) == [comment]
    event = decide(comment, State.REJECTED, by=moderator())
    case.refresh_from_db()
    assert (case.outcome, case.handled_at, case.handled_by) == (
        ReportOutcome.UPHELD,
        event.created_at,
        event.by,
    )
    assert list(Comment.objects.queued()) == []


def test_reported_comment_that_stays_is_approved_again() -> None:
    comment = written(ArticleFactory(is_public=True))
    case = reports.report(comment, by=reader(), reason="hatred")
    decide(comment, State.APPROVED, by=moderator())
    case.refresh_from_db()
    assert case.outcome == ReportOutcome.KEPT
    assert comment.is_shown


def test_undo_brings_back_state_queue_and_reports() -> None:
    comment = written(ArticleFactory(is_public=True))
    case = reports.report(comment, by=reader(), reason="hatred")
    due = Comment.objects.get(pk=comment.pk).queue_due_at
    hasna = moderator()
    event = decide(comment, State.SPAM, by=hasna)
    moderation.undo(event, by=hasna)
    comment.refresh_from_db()
    case.refresh_from_db()
    assert (comment.state, comment.queue_due_at, comment.is_shown) == (State.APPROVED, due, True)
    assert (case.outcome, case.handled_at, case.handled_by) == ("", None, None)
    assert [e.action for e in comment.events.all()] == ["reported", "decided", "undone"]


def test_undo_is_for_ones_own_last_decision_within_the_time() -> None:
    comment = written(ArticleFactory(is_public=True), state=State.PENDING)
    hasna, rusdi = moderator(), moderator()
    event = decide(comment, State.SPAM, by=hasna)
    with pytest.raises(moderation.Refused, match="keputusan Anda sendiri"):
        moderation.undo(event, by=rusdi)
    later = time_machine.travel(timezone.now() + datetime.timedelta(seconds=16))
    with later, pytest.raises(moderation.Refused, match="sepuluh detik"):
        moderation.undo(event, by=hasna)
    decide(comment, State.APPROVED, by=rusdi)
    with pytest.raises(moderation.Overtaken):
        moderation.undo(event, by=hasna)
    comment.refresh_from_db()
    assert comment.state == State.APPROVED


def test_author_removes_and_the_place_stays() -> None:
    rani = reader()
    article = ArticleFactory(is_public=True)
    comment = written(article, author=rani)
    answer = written(article, comment)
    moderation.remove(comment, by=rani)
    answer.refresh_from_db()
    comment.refresh_from_db()
    assert (comment.state, comment.is_shown, comment.is_listed) == (State.REMOVED, False, True)
    assert (answer.is_shown, article.discussion.shown_count) == (True, 1)
    with pytest.raises(moderation.Refused):
        moderation.remove(answer, by=rani)


def test_erased_comment_keeps_its_history_and_nothing_that_was_said() -> None:
    rani = reader()
    comment = written(ArticleFactory(is_public=True), author=rani, address_block="b" * 32)
    hasna = moderator()
    moderation.correct(comment, "Teks baru", by=hasna, seen_revision=0, note="nama anak")
    comment.screenings.create(outcome="pending", verdicts=[{"term": "kata"}])
    moderation.erase(comment, rule="account deleted")
    comment.refresh_from_db()
    assert (comment.body, comment.author_name, comment.author, comment.address_block) == (
        "",
        "",
        None,
        "",
    )
    assert (comment.versions.count(), comment.screenings.count()) == (0, 0)
    assert [event.action for event in comment.events.all()] == ["corrected", "erased"]


def test_newsroom_edit_keeps_the_original_and_says_why() -> None:
    comment = written(ArticleFactory(is_public=True), body="Anak si Fulan kelas 3 SD 5")
    hasna = moderator()
    with pytest.raises(moderation.Refused):
        moderation.correct(comment, "Anak itu", by=hasna, seen_revision=0, note=" ")
    moderation.correct(comment, "Anak itu", by=hasna, seen_revision=0, note="Identitas anak")
    comment.refresh_from_db()
    assert (comment.body, comment.state, comment.revision) == ("Anak itu", State.APPROVED, 1)
    assert comment.corrected_at is not None
    assert [v.body for v in comment.versions.all()] == ["Anak si Fulan kelas 3 SD 5"]
    with pytest.raises(moderation.Overtaken):
        moderation.correct(comment, "Lagi", by=hasna, seen_revision=0, note="x")


def test_editor_pins_only_what_is_shown_and_moderator_does_not_pin() -> None:
    comment = written(ArticleFactory(is_public=True))
    with pytest.raises(moderation.Refused):
        moderation.pin(comment, PinnedAs.RIGHT_OF_REPLY, by=moderator())
    editor = staff("editor")
    moderation.pin(comment, PinnedAs.RIGHT_OF_REPLY, by=editor)
    moderation.unpin(comment, by=editor)
    hidden = written(comment.article, state=State.PENDING)
    with pytest.raises(moderation.Refused):
        moderation.pin(hidden, PinnedAs.NEWSROOM, by=editor)
    assert [e.action for e in comment.events.all()] == ["pinned", "unpinned"]


@pytest.mark.parametrize("change", ["UPDATE {} SET note = 'x'", "DELETE FROM {}"])
def test_event_is_never_changed_or_deleted(change: str) -> None:
    decide(written(ArticleFactory(is_public=True), state=State.PENDING), State.SPAM, by=moderator())
    with (
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format("comments_moderationevent"))


def test_author_of_an_event_may_leave() -> None:
    rani = reader()
    comment = written(ArticleFactory(is_public=True), author=rani)
    moderation.remove(comment, by=rani)
    rani.delete()
    assert [(e.by, e.action) for e in comment.events.all()] == [(None, Action.REMOVED)]


def test_author_is_told_after_the_time_to_take_it_back() -> None:
    comment = written(ArticleFactory(is_public=True), state=State.PENDING)
    event = decide(comment, State.APPROVED, by=moderator())
    job = ProcrastinateJob.objects.get(task_name="comments.tell_of_decision")
    assert job.args == {"event_id": event.pk}
    assert job.scheduled_at - timezone.now() > moderation.UNDO_GRACE - datetime.timedelta(seconds=1)


def test_text_that_its_author_changed_is_pinned_no_more() -> None:
    rani = reader()
    comment = written(ArticleFactory(is_public=True), author=rani)
    moderation.pin(comment, PinnedAs.RIGHT_OF_REPLY, by=staff("editor"))
    submission.edit(comment, "Teks lain yang belum dibaca siapa pun.", by=rani)
    comment.refresh_from_db()
    assert (comment.pinned_as, comment.pinned_at, comment.pinned_by) == ("", None, None)


def test_hidden_comment_is_pinned_no_more_when_it_is_shown_again() -> None:
    comment = written(ArticleFactory(is_public=True))
    moderation.pin(comment, PinnedAs.NEWSROOM, by=staff("editor"))
    hasna = moderator()
    decide(comment, State.REJECTED, by=hasna)
    decide(comment, State.APPROVED, by=hasna)
    assert comment.pinned_as == ""


def test_newsroom_does_not_edit_what_is_gone() -> None:
    rani = reader()
    for take_out in (lambda c: moderation.remove(c, by=rani), moderation.erase):
        comment = written(ArticleFactory(is_public=True), author=rani)
        take_out(comment)
        comment.refresh_from_db()
        with pytest.raises(moderation.Refused, match="sudah dihapus"):
            moderation.correct(
                comment, "Lagi", by=moderator(), seen_revision=comment.revision, note="x"
            )


def test_decision_that_follows_at_once_owns_the_report_and_its_reader_is_told_the_last_word(
    mailoutbox: list[object],
) -> None:
    comment = written(ArticleFactory(is_public=True))
    case = reports.report(comment, by=joined("Rani Lestari"), reason="hatred")
    hasna = moderator()
    first = decide(comment, State.APPROVED, by=hasna)
    second = decide(comment, State.REJECTED, by=hasna)
    for event in (first, second):
        notices.tell_of_decision(event)
    case.refresh_from_db()
    assert (case.outcome, case.handled_at) == (ReportOutcome.UPHELD, second.created_at)
    assert len(mailoutbox) == 1


class TestQuotesOfWhatWasErased:
    @pytest.fixture
    def quoting(self) -> Comment:
        article = ArticleFactory(is_public=True)
        told = "Anak saya Budi sekolah di SD 12 kelas tiga pagi hari."
        comment = written(article, body=told)
        answer = written(article, comment, body=f"> {told} Kasihan.")
        moderation.erase(comment)
        answer.refresh_from_db()
        return answer

    def test_report_does_not_put_the_deadline_off(self, quoting: Comment) -> None:
        due = quoting.queue_due_at
        with time_machine.travel(timezone.now() + datetime.timedelta(hours=40)):
            reports.report(quoting, by=reader(), reason="privacy")
        quoting.refresh_from_db()
        assert quoting.queue_due_at == due

    def test_decision_ends_it_and_taking_back_brings_it_back(self, quoting: Comment) -> None:
        due, hasna = quoting.queue_due_at, moderator()
        event = decide(quoting, State.APPROVED, by=hasna)
        assert quoting.queue_due_at is None
        moderation.undo(event, by=hasna)
        quoting.refresh_from_db()
        assert quoting.queue_due_at == due
        decide(quoting, State.APPROVED, by=hasna)
        reports.report(quoting, by=reader(), reason="privacy")
        quoting.refresh_from_db()
        assert quoting.queue_due_at == quoting.reports.get().due_at

    def test_moderator_who_had_it_open_is_told(self) -> None:
        article = ArticleFactory(is_public=True)
        told = "Anak saya Budi sekolah di SD 12 kelas tiga pagi hari."
        comment = written(article, body=told)
        answer = written(article, comment, body=told, state=State.UNREVIEWED)
        seen = Comment.objects.get(pk=answer.pk)
        moderation.erase(comment)
        with pytest.raises(moderation.Overtaken):
            moderation.decide(
                seen,
                State.APPROVED,
                by=moderator(),
                seen=State.UNREVIEWED,
                seen_revision=seen.revision,
            )


def test_a_decision_taken_back_is_neither_an_example_nor_a_reason() -> None:
    author, by = reader(), moderator()
    comment = written(ArticleFactory(is_public=True), author=author, state=State.REJECTED)
    moderation.record(comment, Action.RECEIVED, from_state="", by=author, rule="words")
    spam = written(comment.article, author=author, state=State.SPAM)
    moderation.record(spam, Action.RECEIVED, from_state="", by=author, rule="learned_score")
    for row in (comment, spam):
        moderation.undo(decide(row, State.APPROVED, by=by), by=by)
        row.refresh_from_db()
    assert "Ada kata di dalamnya" in standing_of([comment])[0].why
    moderation.undo(decide(spam, State.SPAM, by=by), by=by)
    assert list(decisions()) == []
    spam.refresh_from_db()
    decide(spam, State.SPAM, by=by)
    assert [found.is_spam for found in decisions()] == [True]


def test_the_newsroom_writes_no_protected_name_into_a_comment() -> None:
    article = ArticleFactory(is_public=True, is_identity_protected=True)
    AttendanceFactory(article=article, person=PersonFactory(name="Andi Melati"))
    comment = written(article, body="Kasihan anak itu.")
    with pytest.raises(moderation.Refused, match="Andi Melati"):
        moderation.correct(
            comment, "Kasihan Andi Melati.", by=moderator(), seen_revision=0, note="Nama"
        )
    comment.refresh_from_db()
    assert comment.body == "Kasihan anak itu."
