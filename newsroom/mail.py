"""Letters to readers and staff: an outbox in the database, and the hand-over to the mail server.

A page that writes a letter only adds a row and asks for a job, in its own transaction: no mail
server can make it slow or fail, and a page that fails after all sends nothing.
"""

from __future__ import annotations

import datetime
import re
import smtplib
from collections.abc import Sequence
from email.utils import formataddr, make_msgid, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from articles.models import Publication

from .models import OutgoingMail

# After each failure, in minutes; then the letter is given up. The first ones are short, because a
# code is waited for.
PAUSES = (0.25, 1, 5, 15, 60, 180, 360, 720)
# A letter older than this waits for nobody any more: a code has expired long before.
LATEST = datetime.timedelta(days=2)
# Of rows that one statement deletes.
CHUNK = 5000
# Of the job: a code that somebody waits for goes before photos that are cut.
AHEAD = 10
# A worker that was killed in the middle leaves a job that nobody takes up again.
OVERDUE = datetime.timedelta(minutes=10)


class OutboxBackend(BaseEmailBackend):
    """Django's `send()` puts a letter into the outbox, one row for each recipient.

    Raises ValueError for anything but plain text, and BadHeaderError for a header with a line
    break in it: nothing that a reader typed can add a header, a link behind a word or an image.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = [row for message in email_messages for row in _rows(message)]
        with transaction.atomic():
            for row in rows:
                row.save()
                _ask_for_delivery(row)
        return len(rows)


def _rows(message: EmailMessage) -> list[OutgoingMail]:
    is_plain = message.content_subtype == "plain"
    if not is_plain or message.attachments or getattr(message, "alternatives", None):
        raise ValueError("A letter is plain text, without attachments.")
    message.message()  # raises BadHeaderError
    publication = Publication.current()
    name, address = parseaddr(message.from_email)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return [
        OutgoingMail(
            to=recipient,
            sender=formataddr((name or publication.name, address)),
            subject=str(message.subject)[:300],
            text=f"{message.body.rstrip()}\n\n-- \n{publication.name}\n{settings.SITE_URL}\n",
            headers={
                **message.extra_headers,
                # Fixed here, so that a letter that is handed over twice is known to be one.
                "Message-ID": make_msgid(domain=host),
                "Auto-Submitted": "auto-generated",
            },
        )
        for recipient in message.recipients()
    ]


def _ask_for_delivery(mail: OutgoingMail, after: float = 0) -> None:
    """Defer the job; without a mail server the letter stays in the outbox."""
    if settings.EMAIL_HOST:
        job = app.configure_task(
            "newsroom.deliver_mail",
            queue="mail",
            # Without a time it is due whatever this machine's clock says.
            schedule_in={"seconds": int(after)} if after else None,
            priority=AHEAD,
        )
        job.defer(mail_id=mail.pk)


def deliver(mail_id: int) -> None:
    """Hand one letter to the mail server, if it still waits.

    The row is locked meanwhile, so two jobs never send it twice. `sent_at` is set right after
    the server has accepted it, in the same transaction: only if that commit fails (the database
    goes away in that moment) is a letter sent again, with the same Message-ID. Delivery is
    therefore at least once, and once in all but that case. A server that refuses is asked again
    after each of PAUSES; a recipient it refuses for good is not.
    """
    with transaction.atomic():
        waiting = OutgoingMail.objects.waiting().select_for_update(skip_locked=True)
        mail = waiting.filter(pk=mail_id).first()
        if mail is None:
            return
        mail.attempts += 1
        try:
            _hand_over(mail)
        except (smtplib.SMTPException, OSError) as error:
            _note_failure(mail, error)
        else:
            mail.sent_at = timezone.now()
            mail.last_error = ""
        if settings.IS_PRODUCTION and (mail.sent_at or mail.given_up_at):
            mail.text = ""
            mail.subject = without_figures(mail.subject)
        mail.save()


def _hand_over(mail: OutgoingMail) -> None:
    message = EmailMessage(mail.subject, mail.text, mail.sender, [mail.to], headers=mail.headers)
    SMTPBackend(fail_silently=False).send_messages([message])


def _note_failure(mail: OutgoingMail, error: Exception) -> None:
    mail.last_error = (str(error) or type(error).__name__)[:300]
    is_old = timezone.now() - mail.created_at > LATEST
    if _is_final(error) or is_old or mail.attempts > len(PAUSES):
        mail.given_up_at = timezone.now()
        return
    seconds = PAUSES[mail.attempts - 1] * 60
    mail.due_at = timezone.now() + datetime.timedelta(seconds=seconds)
    _ask_for_delivery(mail, seconds)


def _is_final(error: Exception) -> bool:
    """Whether the server will never take this letter (a code from 500 up)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return int(error.smtp_code) >= 500
    return False


def sweep() -> int:
    """Ask again for letters whose job was lost; return how many."""
    now = timezone.now()
    overdue = OutgoingMail.objects.waiting().filter(
        due_at__lt=now - OVERDUE, created_at__gt=now - LATEST
    )
    lost = list(overdue[:1000]) if settings.EMAIL_HOST else []
    for mail in lost:
        _ask_for_delivery(mail)
    return len(lost)


def forget_old() -> int:
    """Delete rows older than settings.LETTERS_KEPT_DAYS, sent or not, in bounded steps; return how many."""
    before = timezone.now() - datetime.timedelta(days=settings.LETTERS_KEPT_DAYS)
    old, total = OutgoingMail.objects.filter(created_at__lt=before).order_by(), 0
    while keys := list(old.values_list("pk", flat=True)[:CHUNK]):
        total += OutgoingMail.objects.filter(pk__in=keys).delete()[0]
    return total


def forget_letters_to(address: str) -> None:
    """Delete every letter to an address, for whoever deletes an account."""
    OutgoingMail.objects.filter(to__iexact=address).delete()


def forget_letters_about(path: str) -> None:
    """Delete letters that still wait and lead to that page: they quote what stands there no more.

    One that is on its way to the mail server this moment is out already, and nobody waits for it.
    """
    waiting = OutgoingMail.objects.waiting().filter(text__contains=f"{settings.SITE_URL}{path}")
    with transaction.atomic():
        keys = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
        OutgoingMail.objects.filter(pk__in=keys).delete()


def without_figures(words: str) -> str:
    """The subject without a code that may stand in it."""
    return re.sub(r"\d", "•", words)
