"""The outbox: what goes in, what comes out, and what a broken mail server does (nothing)."""

from __future__ import annotations

import datetime
import threading
from email import message_from_string
from email.header import decode_header, make_header

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, send_mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.models import Publication
from articles.tasks import make_renditions
from newsroom import checks, mail, mail_server, tasks
from newsroom.models import OutgoingMail
from tests.factories import PublicationFactory
from tests.newsroom.smtp import mail_server as running_server

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings, db):
    settings.EMAIL_BACKEND = "newsroom.mail.OutboxBackend"
    settings.DEFAULT_FROM_EMAIL = "noreply@kabar.example"
    settings.SITE_URL = "https://kabar.example"
    PublicationFactory(name="Kabar Tompolangi")


@pytest.fixture
def server(settings):
    with running_server() as running:
        use(settings, running)
        yield running


def use(settings, running) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5


def write(subject="123456 is your code", to="rani@example.org") -> OutgoingMail:
    send_mail(subject, "Your code: 123456\n", None, [to])
    return OutgoingMail.objects.get(to=to)


def jobs() -> list[int]:
    deferred = ProcrastinateJob.objects.filter(task_name="newsroom.deliver_mail")
    return [job.args["mail_id"] for job in deferred.order_by("id")]


# Into the outbox


def test_a_letter_goes_before_the_photos_that_are_to_be_cut(server):
    make_renditions.defer(photo_id=1)
    write()
    assert [job.task_name for job in ProcrastinateJob.objects.order_by("-priority", "id")] == [
        "newsroom.deliver_mail",
        "articles.make_renditions",
    ]


def test_letter_is_a_row_signed_by_the_publication():
    letter = write()
    assert (letter.to, letter.subject) == ("rani@example.org", "123456 is your code")
    assert letter.sender == "Kabar Tompolangi <noreply@kabar.example>"
    assert letter.text == "Your code: 123456\n\n-- \nKabar Tompolangi\nhttps://kabar.example\n"
    assert letter.headers["Auto-Submitted"] == "auto-generated"
    assert letter.headers["Message-ID"].endswith("@kabar.example>")


def test_subject_and_sender_of_any_length_and_script_are_taken(server):
    PublicationFactory(name="Kabar")
    Publication.objects.update(name="Kabar “Tompolangi” – Harian ᨀᨁ")
    letter = write(subject="Komentar “Anda” " * 40)
    tasks.deliver_mail(letter.pk)
    assert len(letter.subject) == 300
    sender = message_from_string(server.letters[0][1])["From"]
    assert str(make_header(decode_header(sender))).startswith("Kabar “Tompolangi” – Harian ᨀᨁ")


def test_each_recipient_gets_a_letter_of_their_own():
    EmailMessage("s", "t", to=["a@example.org"], bcc=["b@example.org"]).send()
    assert sorted(OutgoingMail.objects.values_list("to", flat=True)) == [
        "a@example.org",
        "b@example.org",
    ]


def test_job_is_asked_for_in_the_same_transaction(settings, server):
    letter = write()
    assert jobs() == [letter.pk]
    with pytest.raises(RuntimeError), transaction.atomic():
        write(to="other@example.org")
        raise RuntimeError
    assert jobs() == [letter.pk]
    assert OutgoingMail.objects.count() == 1


def test_without_a_mail_server_letters_stay_in_the_outbox(settings):
    settings.EMAIL_HOST = ""
    write()
    assert jobs() == []
    assert mail.sweep() == 0


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("place", ["subject", "from_email", "to"])
def test_header_cannot_be_injected(place, line_break):
    fields = {"subject": "s", "from_email": "n@example.org", "to": ["a@example.org"]}
    evil = f"x@example.org{line_break}Bcc: all@example.org"
    fields[place] = [evil] if place == "to" else evil
    with pytest.raises((BadHeaderError, ValueError)):
        EmailMessage(body="t", **fields).send()
    assert OutgoingMail.objects.count() == 0


def test_only_plain_text_goes_out():
    letter = EmailMultiAlternatives("s", "t", to=["a@example.org"])
    letter.attach_alternative("<img src=//tracker.example>", "text/html")
    with pytest.raises(ValueError, match="plain text"):
        letter.send()
    with_file = EmailMessage("s", "t", to=["a@example.org"])
    with_file.attach("a.html", "<b>", "text/html")
    with pytest.raises(ValueError, match="plain text"):
        with_file.send()


# Out of it


def test_letter_reaches_the_server_once(server):
    letter = write(subject="Kode Anda: “123456”")
    tasks.deliver_mail(letter.pk)
    tasks.deliver_mail(letter.pk)
    letter.refresh_from_db()
    [(recipient, text)] = server.letters
    received = message_from_string(text)
    assert recipient == "rani@example.org"
    assert str(make_header(decode_header(received["Subject"]))) == "Kode Anda: “123456”"
    assert received["From"] == "Kabar Tompolangi <noreply@kabar.example>"
    assert received["Message-ID"] == letter.headers["Message-ID"]
    assert received.get_content_type() == "text/plain"
    assert (letter.attempts, letter.sent_at is None, letter.last_error) == (1, False, "")


@pytest.mark.parametrize("is_production", [True, False])
def test_code_is_blanked_in_production_once_it_was_sent(settings, server, is_production):
    settings.IS_PRODUCTION = is_production
    letter = write()
    tasks.deliver_mail(letter.pk)
    letter.refresh_from_db()
    blank = ("•••••• is your code", "")
    assert ((letter.subject, letter.text) == blank) is is_production


def test_letter_that_is_given_up_is_blanked_in_production(settings):
    settings.IS_PRODUCTION = True
    with running_server(RCPT="550 no such user") as server:
        use(settings, server)
        letter = write()
        tasks.deliver_mail(letter.pk)
    letter.refresh_from_db()
    assert letter.given_up_at is not None
    assert (letter.subject, letter.text) == ("•••••• is your code", "")


def test_broken_mail_server_loses_nothing_and_is_asked_again_later(settings):
    with running_server() as gone:
        use(settings, gone)
    letter = write()
    tasks.deliver_mail(letter.pk)
    letter.refresh_from_db()
    assert (letter.attempts, letter.sent_at, letter.given_up_at) == (1, None, None)
    assert "refused" in letter.last_error
    pause = letter.due_at - timezone.now()
    assert datetime.timedelta(seconds=10) < pause < datetime.timedelta(seconds=16)
    assert jobs() == [letter.pk, letter.pk]
    with running_server() as mended:
        use(settings, mended)
        tasks.deliver_mail(letter.pk)
    letter.refresh_from_db()
    assert (letter.attempts, len(mended.letters), letter.last_error) == (2, 1, "")


def test_server_that_is_busy_is_asked_a_bounded_number_of_times(settings):
    with running_server(MAIL="451 later") as busy:
        use(settings, busy)
        letter = write()
        for _time in range(20):
            tasks.deliver_mail(letter.pk)
    letter.refresh_from_db()
    assert letter.attempts == len(mail.PAUSES) + 1 == 9
    assert letter.given_up_at is not None
    assert "451" in letter.last_error
    # Each failure asked for one more job, the last one for none.
    assert len(jobs()) == 9


def test_recipient_who_does_not_exist_is_not_asked_for_again(settings):
    with running_server(RCPT="550 no such user") as server:
        use(settings, server)
        letter = write()
        tasks.deliver_mail(letter.pk)
    letter.refresh_from_db()
    assert (letter.attempts, letter.given_up_at is None) == (1, False)
    assert "550" in letter.last_error


def test_old_letter_is_given_up_at_its_next_failure(settings):
    with running_server(MAIL="451 later") as busy:
        use(settings, busy)
        letter = write()
        OutgoingMail.objects.update(created_at=timezone.now() - datetime.timedelta(days=3))
        tasks.deliver_mail(letter.pk)
    letter.refresh_from_db()
    assert letter.given_up_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_send_one_letter(settings, server):
    letter = write()
    meet = threading.Barrier(4)

    def work() -> None:
        try:
            meet.wait()
            tasks.deliver_mail(letter.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.letters) == 1


def test_sweep_asks_again_for_a_letter_whose_job_was_lost(server):
    letter = write()
    ProcrastinateJob.objects.all()._raw_delete(ProcrastinateJob.objects.db)
    tasks.sweep_outbox(0)
    assert jobs() == []  # not overdue yet
    OutgoingMail.objects.update(due_at=timezone.now() - datetime.timedelta(minutes=11))
    tasks.sweep_outbox(0)
    assert jobs() == [letter.pk]
    OutgoingMail.objects.update(created_at=timezone.now() - datetime.timedelta(days=3))
    assert mail.sweep() == 0


def test_letters_are_forgotten_after_two_weeks():
    write()
    assert mail.forget_old() == 0
    OutgoingMail.objects.update(created_at=timezone.now() - datetime.timedelta(days=15))
    assert mail.forget_old() == 1
    assert OutgoingMail.objects.count() == 0


# What the database holds


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"to": ""}, "has_recipient"),
        ({"sent_at": timezone.now(), "given_up_at": timezone.now(), "last_error": "x"}, "one_end"),
        ({"given_up_at": timezone.now()}, "given_up_for_a_reason"),
    ],
)
def test_row_that_cannot_be_is_refused(fields, constraint):
    row = {"to": "a@example.org", "sender": "n@example.org", "subject": "s", **fields}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OutgoingMail.objects.create(**row)


# EMAIL_URL


def test_production_without_a_mail_server_is_warned_of(settings):
    settings.EMAIL_HOST = ""
    [warning] = checks.mail_server_is_named(None)
    assert (warning.id, warning.msg) == (
        "newsroom.W001",
        "No mail is sent, so readers cannot sign in: letters stay in the outbox.",
    )
    settings.EMAIL_HOST = "mail.example"
    assert checks.mail_server_is_named(None) == []


def test_no_address_means_no_mail_server():
    assert mail_server.settings_for("") == {"EMAIL_HOST": ""}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, "", "", False, False)),
        ("smtp://mail.example/?tls=True", ("mail.example", 587, "", "", True, False)),
        ("smtps://u:p@mail.example", ("mail.example", 465, "u", "p", False, True)),
        (
            "smtp://akun%40kabar.id:s%2Fcr%3At@mail.example:2525?tls=1",
            ("mail.example", 2525, "akun@kabar.id", "s/cr:t", True, False),
        ),
    ],
)
def test_address_of_the_mail_server_is_read(address, expected):
    found = mail_server.settings_for(address)
    assert (
        found["EMAIL_HOST"],
        found["EMAIL_PORT"],
        found["EMAIL_HOST_USER"],
        found["EMAIL_HOST_PASSWORD"],
        found["EMAIL_USE_TLS"],
        found["EMAIL_USE_SSL"],
    ) == expected


@pytest.mark.parametrize(
    "address",
    [
        *("mail.example", "http://mail.example", "smtp://", "smtp://h:port", "smtp://h:99999"),
        *("smtp://u:geheim@h/path", "smtp://u:geheim@h?tsl=True", "smtp://u:geheim@h?tls=maybe"),
        *("smtps://u:geheim@h?tls=True", "smtp://[u:geheim@h"),
    ],
)
def test_address_that_is_none_is_refused_in_one_sentence_without_the_password(address):
    with pytest.raises(mail_server.ImproperlyConfigured) as refused:
        mail_server.settings_for(address)
    sentence = str(refused.value)
    assert sentence.startswith("EMAIL_URL cannot be used: ")
    assert "\n" not in sentence
    assert "geheim" not in sentence
