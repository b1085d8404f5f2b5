"""Joining, the name, the terms, the copy of one's data, and leaving for good."""

import json
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Session, User
from auditlog.choices import Action as Audited
from auditlog.writing import write as write_audit
from comments import bans, export, moderation, names, notices, readers, reports, terms
from comments.choices import Action, ReviewFirst, State
from comments.models import Ban, Comment, CommentVersion, ModerationEvent, Reader, Report
from newsroom.models import OutgoingMail
from tests.factories import ArticleFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def row(**fields):
    return Reader(user=UserFactory(), **{"name_key": "ran", **fields})


# What the database holds


def test_two_readers_never_have_one_key():
    row().save()
    with pytest.raises(IntegrityError, match="comments_reader_name_unique"), transaction.atomic():
        row().save()


def test_reader_has_a_name():
    with pytest.raises(IntegrityError, match="comments_reader_named"), transaction.atomic():
        row(name_key="").save()


@pytest.mark.parametrize(
    "fields", [{"terms_version": "2026-11"}, {"terms_accepted_at": timezone.now()}]
)
def test_accepted_terms_have_version_and_time(fields):
    with pytest.raises(IntegrityError, match="comments_reader_terms"), transaction.atomic():
        row(**fields).save()


def test_review_is_one_of_three():
    with pytest.raises(IntegrityError, match="comments_reader_review_known"), transaction.atomic():
        row(review="never").save()
    assert Reader(review="section").review == ReviewFirst.SECTION


def test_new_reader_is_told_of_everything_and_reviewed_as_the_section_says(reader):
    found = reader().reader
    assert (found.review, found.is_told_of_decisions, found.is_told_of_replies) == (
        ReviewFirst.SECTION,
        True,
        True,
    )
    assert found.is_told_of_reports


# Joining


def test_join_gives_name_and_terms(publication):
    user = UserFactory(name="")
    before = timezone.now()
    joined = readers.join(user, name="  Rani  Lestari", terms_version=terms.VERSION)
    user.refresh_from_db()
    assert (user.name, joined.terms_version) == ("Rani Lestari", terms.VERSION)
    assert before <= joined.terms_accepted_at <= timezone.now()
    assert readers.reader_of(user) == joined


def test_nobody_and_who_never_joined_have_no_reader(publication):
    from django.contrib.auth.models import AnonymousUser

    assert readers.reader_of(AnonymousUser()) is None
    assert readers.reader_of(UserFactory()) is None
    assert not readers.has_current_terms(None)


@pytest.mark.parametrize("name", ["rani lestari", "Ranl Lestari", "Rani-Lestari", "R4ni Lestari"])
def test_name_that_looks_like_another_readers_is_taken(reader, name):
    reader("Rani Lestari")
    with pytest.raises(names.NameTaken, match="Add a word to yours"):
        reader(name)


def test_name_is_given_to_one_of_two_who_ask_at_once(reader, monkeypatch):
    """The look before the write finds nothing: the database decides, and says it in a sentence."""
    reader("Rani Lestari")
    monkeypatch.setattr(readers, "check_free", lambda name, user=None: name)
    late = UserFactory(name="")
    with pytest.raises(names.NameTaken):
        readers.join(late, name="Rani Lestari", terms_version=terms.VERSION)
    late.refresh_from_db()
    assert (late.name, Reader.objects.count()) == ("", 1)


def test_terms_of_another_time_are_not_accepted(publication):
    with pytest.raises(ValueError, match="2020-01"):
        readers.join(UserFactory(name=""), name="Rani Lestari", terms_version="2020-01")


def test_newer_terms_are_to_be_accepted_again(reader, monkeypatch):
    found = reader().reader
    assert readers.has_current_terms(found)
    monkeypatch.setattr(terms, "VERSION", "2027-01")
    assert not readers.has_current_terms(found)
    readers.accept_terms(found, "2027-01")
    assert readers.has_current_terms(Reader.objects.get())


def test_staff_join_under_the_name_the_newsroom_gave_them(publication):
    staff = StaffFactory(name="Rahma Nurdin")
    readers.join(staff, name="Bupati", terms_version=terms.VERSION)
    staff.refresh_from_db()
    assert staff.name == "Rahma Nurdin"
    with pytest.raises(names.NameRefused, match="administrator"):
        readers.rename(readers.reader_of(staff), "Somebody Else")


def test_colleague_can_comment_although_a_reader_had_the_name_before(reader):
    reader("Rahma Nurdin")
    staff = StaffFactory(name="Rahma Nurdin")
    readers.join(staff, name="", terms_version=terms.VERSION)
    assert readers.has_current_terms(readers.reader_of(staff))


def test_rename_goes_through_the_same_door(reader):
    reader("Other Reader")
    user = reader("Rani Lestari")
    with pytest.raises(names.NameTaken):
        readers.rename(user.reader, "0ther Reader")
    with pytest.raises(names.NameReserved):
        readers.rename(user.reader, "Bupati")
    readers.rename(user.reader, "Rani Anwar")
    user.refresh_from_db()
    assert (user.name, user.reader.name_key) == ("Rani Anwar", names.key_of("Rani Anwar"))


def test_own_name_may_be_written_differently(reader):
    user = reader("Rani Lestari")
    readers.rename(user.reader, "RANI LESTARI")
    assert User.objects.get(pk=user.pk).name == "RANI LESTARI"


def test_comments_keep_the_name_they_were_signed_with(reader, written):
    user = reader("Rani Lestari")
    comment = written(user)
    readers.rename(user.reader, "Rani Anwar")
    comment.refresh_from_db()
    assert comment.author_name == "Rani Lestari"


# The copy


def exported(user):
    return json.loads("".join(export.export(user)))


def test_export_holds_account_comments_history_reports_and_bans(reader, written, settings):
    user, other = reader("Rani Lestari", email="rani@example.org"), reader("Other One")
    moderator = StaffFactory(is_superuser=True)
    story = ArticleFactory(is_public=True)
    first = written(user, "First “text”.", article=story)
    CommentVersion.objects.create(comment=first, body="Frist text.", written_at=first.created_at)
    answer = written(user, "Second.", parent=written(other, "Not mine."), state=State.PENDING)
    moderation.decide(
        answer,
        State.REJECTED,
        by=moderator,
        seen=State.PENDING,
        seen_revision=0,
        reason="insult",
        note="Stay friendly.",
    )
    reports.report(written(other, "Buy here."), by=user, reason="spam", note="Advertising")
    data = exported(user)
    assert list(data) == [
        *("format", "exported_at", "site", "account", "reader", "comments", "reports", "bans")
    ]
    assert (data["account"]["email"], data["account"]["name"]) == (
        "rani@example.org",
        "Rani Lestari",
    )
    assert data["reader"]["terms_version"] == terms.VERSION
    assert [comment["text"] for comment in data["comments"]] == ["First “text”.", "Second."]
    assert data["comments"][0]["story"] == f"{settings.SITE_URL}{story.get_absolute_url()}"
    assert data["comments"][0]["earlier_texts"][0]["text"] == "Frist text."
    last = data["comments"][1]["history"][-1]
    assert (last["what"], last["to"], last["reason"], last["note"]) == (
        "decided",
        "rejected",
        "insult",
        "Stay friendly.",
    )
    assert [(report["reason"], report["note"]) for report in data["reports"]] == [
        ("spam", "Advertising")
    ]
    assert data["bans"] == []


def test_export_holds_nobody_elses_data(reader, written):
    user = reader("Rani Lestari")
    other = reader("Daeng Ngalle", email="ngalle@example.org")
    moderator = StaffFactory(name="Hasrullah Makmur", email="mod@example.org", is_superuser=True)
    mine = written(user, "Mine.", parent=written(other, "His secret."))
    written(other, "His answer.", parent=mine)
    reports.report(mine, by=other, reason="spam", note="He says so")
    bans.ban(user, by=moderator, reason="Too loud")
    text = "".join(export.export(user))
    for word in ("Ngalle", "ngalle", "secret", "His", "He says so", "Hasrullah", "mod@"):
        assert word not in text, word
    assert exported(user)["bans"][0]["reason"] == "Too loud"


def test_export_names_no_story_that_is_not_public(reader, written):
    user = reader()
    written(user, article=ArticleFactory(headline="Secret draft"))
    assert exported(user)["comments"][0]["story"] is None


@pytest.mark.parametrize("count", [1, 3])
def test_export_takes_the_same_queries_for_one_comment_and_for_three(
    reader, written, count, django_assert_num_queries
):
    user = reader()
    for _number in range(count):
        written(user)
    # The last asks whether the address gets the newsletter.
    with django_assert_num_queries(9):
        exported(user)


# Leaving


def test_erasing_leaves_empty_places_and_nothing_of_the_account(
    reader, written, django_capture_on_commit_callbacks
):
    user, other = reader("Rani Lestari", email="rani@example.org"), reader("Other One")
    root = written(user, "Mine to begin with.")
    CommentVersion.objects.create(comment=root, body="Earlier.", written_at=root.created_at)
    answer = written(other, "An answer.", parent=root)
    written(user, "Mine, waiting.", state=State.PENDING)
    Session.objects.create(
        session_key="k", session_data="d", expire_date=timezone.now(), account=user
    )
    OutgoingMail.objects.create(to="RANI@example.org", sender="n@example.org", subject="123456")
    OutgoingMail.objects.create(to="other@example.org", sender="n@example.org", subject="s")
    readers.erase(user)
    assert not User.objects.filter(email="rani@example.org").exists()
    assert (Session.objects.count(), Reader.objects.count()) == (0, 1)
    assert [mail.to for mail in OutgoingMail.objects.all()] == ["other@example.org"]
    erased = Comment.objects.filter(state=State.ERASED)
    assert {(c.body, c.author_name, c.author_id) for c in erased} == {("", "", None)}
    assert erased.count() == 2
    assert CommentVersion.objects.count() == 0
    answer.refresh_from_db()
    assert (answer.body, answer.is_shown, answer.parent_id) == ("An answer.", True, root.pk)


def everything_written() -> str:
    """All rows of the tables of comments, letters, accounts and the desk's journal, as text."""
    tables = [
        name
        for name in connection.introspection.table_names()
        if name.startswith(("comments_", "newsroom_", "accounts_", "account_", "auditlog_"))
    ]
    rows = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def test_nothing_of_an_erased_account_is_left_in_any_row(reader, written):
    user, other = reader("Rani Lestari", email="rani@example.org"), reader("Other One")
    root = written(other, "A beginning.")
    answer = written(user, "Utterly unique words.", parent=root)
    reports.report(root, by=user, reason="other", note="Complaining uniquely.")
    moderator = StaffFactory(is_superuser=True)
    write_audit(Audited.CHANGED, by=moderator, about=user)
    write_audit(Audited.CHANGED, by=user, about=user.reader)
    write_audit(Audited.DECIDED, by=moderator, about=answer)
    outgoing = mails_to(other, answer)
    words = ("Rani Lestari", "rani@example.org", "Utterly unique", "Complaining uniquely")
    assert all(word in everything_written() for word in words)
    readers.erase(user)
    assert [word for word in words if word in everything_written()] == []
    assert not OutgoingMail.objects.filter(pk=outgoing.pk).exists()


def mails_to(other, answer) -> OutgoingMail:
    """A letter that waits and quotes an answer, as the outbox keeps it."""
    return OutgoingMail.objects.create(
        to=other.email,
        sender="n@example.org",
        subject="Somebody answered your comment",
        text=f"Rani Lestari: Utterly unique words. {notices.address_of(answer)}",
    )


def test_what_was_decided_stays_without_who_it_was_about(reader, written):
    user = reader()
    comment = written(user)
    readers.erase(user)
    events = ModerationEvent.objects.filter(comment=comment).order_by("id")
    assert [(event.action, event.by_id) for event in events] == [
        (Action.RECEIVED, None),
        (Action.ERASED, None),
    ]


def test_reports_of_an_erased_account_are_still_handled(reader, written):
    user = reader()
    reports.report(written(reader("Other One")), by=user, reason="spam")
    readers.erase(user)
    assert Report.objects.get().by_id is None


def test_ban_outlives_the_account(reader):
    user = reader(email="rani@example.org")
    bans.ban(user, by=StaffFactory(is_superuser=True), reason="Again and again")
    readers.erase(user)
    assert Ban.objects.get().reader_id is None
    assert bans.ban_in_force(UserFactory(email="rani@example.org")).reason == "Again and again"


def test_erasing_goes_on_where_it_was_interrupted(reader, written, monkeypatch):
    user = reader()
    for _number in range(3):
        written(user)
    erase, done = moderation.erase, []

    def erase_two(comment, **how):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(comment.pk)
        return erase(comment, **how)

    monkeypatch.setattr(moderation, "erase", erase_two)
    with pytest.raises(KeyboardInterrupt):
        readers.erase(user)
    assert User.objects.filter(pk=user.pk).exists()
    assert Comment.objects.filter(author=user).count() == 1
    monkeypatch.setattr(moderation, "erase", erase)
    readers.erase(user)
    readers.erase(user)  # nothing left, and no error
    assert not User.objects.filter(pk=user.pk).exists()


def test_staff_and_whoever_wrote_stories_are_not_erased_here(reader):
    with pytest.raises(readers.CannotErase, match="administrator ends your account"):
        readers.erase(StaffFactory())
    former = reader("Former Colleague")
    ArticleFactory(created_by=former)
    with pytest.raises(readers.CannotErase, match="wrote more than comments"):
        readers.erase(former)
    assert User.objects.filter(pk=former.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_comment_that_is_sent_meanwhile_is_erased_too(reader, written, monkeypatch):
    user, story = reader(), ArticleFactory(is_public=True)
    written(user, article=story)
    erase_comments, sent = readers._erase_comments, []

    def send_in_another_window(*args):
        count = erase_comments(*args)
        if not sent:
            thread = threading.Thread(target=send)
            thread.start()
            thread.join()
        return count

    def send():
        try:
            sent.append(written(user, "Just in time.", article=story).pk)
        finally:
            connection.close()

    monkeypatch.setattr(readers, "_erase_comments", send_in_another_window)
    readers.erase(user)
    assert [c.state for c in Comment.objects.all()] == [State.ERASED, State.ERASED]
    assert Comment.objects.get(pk=sent[0]).body == ""
