"""What readers are written about their comments and reports, word for word."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import override_settings

from comments import notices, reports
from comments.choices import State
from comments.models import Comment
from tests.comments.people import decide, member, moderator, written
from tests.factories import ArticleFactory, PublicationFactory

pytestmark = pytest.mark.django_db

END = """
Surat mana yang Anda terima dapat diatur di halaman Anda: https://kabar.example/akun/
"""


@pytest.fixture(autouse=True)
def site():
    PublicationFactory()
    with override_settings(SITE_URL="https://kabar.example"):
        yield


@pytest.fixture
def article():
    return ArticleFactory(is_public=True, headline='Harga "pasar" & ikan')


def told(event) -> str:
    notices.tell_of_decision(event)
    (letter,) = mail.outbox
    return letter.body


def test_author_reads_why_a_comment_is_not_shown(article) -> None:
    comment = written(article, author=member(), body="Kalian\nsemua", state=State.PENDING)
    event = decide(
        comment, State.REJECTED, by=moderator(), reason="insult", note="Tanpa makian, ya."
    )
    assert told(event) == (
        """Yth. Ummu Kalsum,

komentar Anda pada “Harga "pasar" & ikan” tidak ditampilkan.

Alasan: hinaan atau ancaman.
Catatan moderator: Tanpa makian, ya.

Yang Anda tulis:
> Kalian semua
"""
        + END
    )


def test_author_reads_where_an_approved_comment_stands(article) -> None:
    comment = written(article, author=member(), body="Setuju & ikut", state=State.PENDING)
    assert told(decide(comment, State.APPROVED, by=moderator())) == (
        f"""Yth. Ummu Kalsum,

komentar Anda pada “Harga "pasar" & ikan” sudah tampil.

Yang Anda tulis:
> Setuju & ikut

Baca di sini:
https://kabar.example/komentar/k/{comment.pk}/
"""
        + END
    )


def test_reader_reads_who_answered(article) -> None:
    parent = written(article, author=member())
    reply = written(article, parent, author_name="Baso", body="Kapan?")
    notices.tell_of_reply(Comment.objects.get(pk=reply.pk))
    assert mail.outbox[0].body == (
        f"""Yth. Ummu Kalsum,

Baso membalas komentar Anda pada “Harga "pasar" & ikan”:
> Kapan?

Baca di sini:
https://kabar.example/komentar/k/{reply.pk}/
"""
        + END
    )


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (State.REJECTED, "Moderator sependapat: komentar itu diturunkan. Terima kasih."),
        (
            State.APPROVED,
            "Moderator sudah membacanya dan menilai komentar itu boleh tetap tampil. Jika Anda "
            "berpendapat lain, tulis kepada redaksi dan sebutkan komentarnya.",
        ),
    ],
)
def test_whoever_reported_reads_what_became_of_it(article, state, sentence) -> None:
    comment = written(article)
    reports.report(comment, by=member(), reason="spam")
    assert told(decide(comment, state, by=moderator())) == (
        f"""Yth. Ummu Kalsum,

Anda melaporkan sebuah komentar pada “Harga "pasar" & ikan” dengan alasan: iklan, judi, atau penipuan.

{sentence}
"""
        + END
    )
