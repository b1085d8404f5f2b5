"""A moderators' queue for pictures and for trying it out: comments through the readers' own door."""

from __future__ import annotations

import datetime
import uuid

from django.utils import timezone

from accounts.models import User
from articles.models import Article
from comments import moderation, reports, submission, tokens
from comments.choices import State
from comments.models import Comment, Report, Word
from comments.words import key_of

READERS = (
    *("Rahmawati Sila", "Andi Baso", "Syamsul Rijal", "Ibu Nurlina"),
    *("Muh. Fadli", "Sitti Hajar", "Petta Lolo", "Hasnah D."),
)
# Who writes, on which story, what, and what answers which line.
LINES = (
    (0, 0, "Semoga jalan ke pelabuhan segera diperbaiki. Sudah tiga tahun begini terus.", None),
    (1, 0, "Setuju, Bu. Truk ikan sering terguling di tikungan dekat masjid.", 0),
    (2, 0, "Anggarannya berapa? Tolong ditulis juga supaya warga bisa ikut mengawasi.", None),
    (3, 1, "Apakah jadwalnya berlaku juga untuk warga dari kecamatan lain?", None),
    (4, 1, "Main s l o t g4c0r di menang88, WA 0812 3456 7890, pasti cuan", None),
    (5, 2, "Pak camat harusnya turun langsung, jangan hanya rapat.", None),
    (6, 2, "Bodoh semua pejabatnya, tidak ada gunanya rapat begini!", None),
    (7, 3, "Alhamdulillah, akhirnya dibuka juga. Terima kasih beritanya.", None),
    (1, 3, "Bagaimana nasib pedagang lama? Mereka belum diberi tempat.", None),
    (4, 3, "Agen resmi slot terpercaya bonus 100% daftar sekarang gan", None),
    (
        2,
        4,
        "Kami di Dusun Bonto belum dapat air bersih sejak Juli, padahal pipanya sudah ada.",
        None,
    ),
    (0, 4, "Numpang tanya, pendaftarannya sampai kapan?", None),
)
WORDS = (("bodoh", True), ("slot gacor", False))
APPROVED = (0, 7)
REPORTED = (7, "falsehood", "Pasarnya belum dibuka, saya baru dari sana.")


def fill(moderator: User) -> list[Comment]:
    """Write the comments where there are none yet; one of them reported, and overdue."""
    if Comment.objects.exists():
        return []
    for term, is_harsh in WORDS:
        Word.objects.get_or_create(
            key=key_of(term), defaults={"term": term, "is_harsh": is_harsh, "is_active": True}
        )
    readers = [_reader(number, name) for number, name in enumerate(READERS)]
    stories = list(Article.objects.published().order_by("-publish_at")[:5])
    made: list[Comment] = []
    for who, story, text, above in LINES:
        token = tokens.Token(uuid.uuid4(), timezone.now() - datetime.timedelta(minutes=2))
        received = submission.receive(
            stories[story],
            author=readers[who],
            body=text,
            token=token,
            parent=None if above is None else made[above],
            block=f"{story}" * 32,
        )
        made.append(received.comment)
        if len(made) - 1 in APPROVED:
            _approve(received.comment, moderator)
    _report(made, readers[3])
    return made


def _reader(number: int, name: str) -> User:
    reader, _is_new = User.objects.get_or_create(
        email=f"pembaca{number}@contoh.example", defaults={"name": name, "is_demo": True}
    )
    User.objects.filter(pk=reader.pk).update(
        created_at=timezone.now() - datetime.timedelta(days=40 * (number + 1))
    )
    return User.objects.get(pk=reader.pk)


def _approve(comment: Comment, moderator: User) -> None:
    comment.refresh_from_db()
    moderation.decide(
        comment,
        State.APPROVED,
        by=moderator,
        seen=State(comment.state),
        seen_revision=comment.revision,
    )
    comment.refresh_from_db()


def _report(made: list[Comment], by: User) -> None:
    place, reason, note = REPORTED
    report = reports.report(made[place], by=by, reason=reason, note=note)
    # As if it had come two days and three hours ago.
    late = datetime.timedelta(hours=3, minutes=5)
    due = timezone.now() - late
    Report.objects.filter(pk=report.pk).update(
        created_at=due - datetime.timedelta(hours=48), due_at=due
    )
    Comment.objects.filter(pk=report.comment_id).update(queue_due_at=due)
