"""A ban is told at once: to whoever has a name here, with its reason and its end."""

from __future__ import annotations

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from comments import bans
from tests.comments.people import member, moderator, reader
from tests.factories import PublicationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def publication():
    return PublicationFactory()


@pytest.mark.parametrize(
    ("days", "subject", "words"),
    [
        (None, "Anda tidak dapat lagi berkomentar", "tidak dapat lagi berkomentar"),
        (3, "Untuk sementara Anda tidak dapat berkomentar", "tidak dapat berkomentar sampai"),
    ],
)
def test_reader_is_told_of_a_ban_by_mail(
    django_capture_on_commit_callbacks, days, subject, words
) -> None:
    user = member()
    until = timezone.now() + datetime.timedelta(days=days) if days else None
    with django_capture_on_commit_callbacks(execute=True):
        bans.ban(user, by=moderator(), reason="Iklan berulang", until=until)
    (letter,) = mail.outbox
    assert letter.to == [user.email]
    assert letter.subject.startswith(subject)
    assert words in letter.body
    assert "Iklan berulang" in letter.body


def test_account_that_never_joined_gets_no_mail(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        bans.ban(reader(), by=moderator(), reason="Iklan berulang")
    assert mail.outbox == []


def test_a_ban_from_before_the_secret_was_changed_holds_and_is_lifted_by_a_new_one(
    settings,
) -> None:
    user, by = member(), moderator()
    first = bans.ban(user, by=by, reason="Iklan berulang")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret"
    assert bans.ban_in_force(user) == first
    second = bans.ban(user, by=by, reason="Makian")
    first.refresh_from_db()
    assert first.lifted_by == by
    assert bans.ban_in_force(user) == second
