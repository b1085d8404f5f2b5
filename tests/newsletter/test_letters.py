"""The letter itself: what mail programs need, and what readers read."""

from __future__ import annotations

import re
import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from articles.choices import Kind, Status
from articles.models import Article, Publication
from newsletter import letters, links, sending
from newsletter.choices import DeliveryState
from newsletter.models import Delivery, Issue
from newsletter.postman import Fate, Postman
from tests.factories import CorrectionFactory, SectionFactory
from tests.newsroom.smtp import mail_server

from . import make

pytestmark = pytest.mark.django_db


def letter_of(issue: Issue, subscriber) -> EmailMessage | None:
    delivery = Delivery.objects.get(issue=issue, subscriber=subscriber)
    letter = letters.Post(issue).letter_to(subscriber, delivery)
    if letter is None:
        return None
    assert b"\n" not in letter.source.replace(b"\r\n", b"")
    assert max(map(len, letter.source.split(b"\r\n"))) < 998
    return message_from_bytes(letter.source, policy=policy.default)


@pytest.fixture
def use(settings):
    def use(server) -> None:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5

    return use


def test_headers_are_what_rfc_8058_and_mail_programs_ask_for():
    Publication.objects.update(name="Kabar “Tompolangi”", email="redaksi@kabar.example")
    make.story("Banjir – “lagi” di Lappabatu")
    row = make.subscriber("rani@example.org")
    issue = make.made_issue()
    letter = letter_of(issue, row)
    assert letter["To"] == "rani@example.org"
    assert letter["From"].addresses[0].display_name == "Kabar “Tompolangi”"
    assert letter["From"].addresses[0].addr_spec == "buletin@kabar.example"
    assert letter["Reply-To"] == "redaksi@kabar.example"
    assert letter["Subject"] == "Banjir – “lagi” di Lappabatu"
    assert letter["List-Unsubscribe"] == f"<{links.leaving(row)}>"
    assert links.leaving(row).startswith("https://kabar.example/buletin/berhenti/")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Id"] == "<buletin.kabar.example>"
    assert (letter["Auto-Submitted"], letter["Precedence"]) == ("auto-generated", "bulk")
    assert letter["Date"]
    # The same if it has to be tried again.
    again = letter_of(issue, row)
    assert letter["Message-ID"] == again["Message-ID"]
    assert re.fullmatch(r"<newsletter-\d{8}-\d+@kabar\.example>", letter["Message-ID"])


def test_both_parts_say_the_same():
    sea = SectionFactory(name="Laut", position=1)
    make.story("Lead & more", section=sea, standfirst="Why\nit matters.")
    paid = make.story("Paid", section=sea, kind=Kind.PAID, sponsor="Toko <Makmur>", standfirst="")
    CorrectionFactory(article=make.story("Wrong", section=sea, minutes_ago=90), text="It is 42.")
    row = make.subscriber("rani@example.org")
    issue = Issue.objects.create(day=make.timezone.localdate(), greeting="Selamat pagi!")
    letter = letter_of(make.made_issue(issue.day), row)
    assert letter.get_content_type() == "multipart/alternative"
    plain, html = letter.iter_parts()
    text = plain.get_content()
    address = f"https://kabar.example{paid.get_absolute_url()}"
    assert "\n\n\n" not in text.replace("\r\n", "\n")
    for words in ("Selamat pagi!", "Lead & more", "Why it matters.", "LAUT", "It is 42.", address):
        assert words in text
    assert "[Advertorial · paid for by Toko <Makmur>]" in text
    drawn = html.get_content()
    for words in ("Lead &amp; more", "Toko &lt;Makmur&gt;", "Laut", "It is 42.", address):
        assert words in drawn
    for link in (links.leaving(row), links.choosing(row), issue.get_absolute_url()):
        assert link in text and link in drawn
    assert "\0" not in text + drawn


def test_nothing_in_it_is_loaded_or_counted():
    make.story()
    row = make.subscriber()
    html = list(letter_of(make.made_issue(), row).iter_parts())[1].get_content()
    assert not re.search(r"<(img|table|script|link|iframe|video|svg)\b|url\(|@import|src=", html)
    assert set(re.findall(r'href="(https?://[^/"]+)', html)) == {"https://kabar.example"}
    assert not re.search(r"utm_|\?", "".join(re.findall(r'href="([^"]+)"', html)))


def test_what_was_withdrawn_since_is_in_no_further_letter():
    make.story("Stays", minutes_ago=90)
    bad = make.story("Withdrawn", minutes_ago=10)
    late = make.story("A child is in it", minutes_ago=20)
    row = make.subscriber()
    issue = make.made_issue()
    assert issue.subject == "Withdrawn"
    Article.objects.filter(pk=bad.pk).update(status=Status.DRAFT)
    Article.objects.filter(pk=late.pk).update(is_identity_protected=True)
    letter = letter_of(issue, row)
    assert letter["Subject"] == "Stays"
    assert "Withdrawn" not in letter.as_string() and "child" not in letter.as_string()
    Article.objects.update(status=Status.DRAFT)
    assert letter_of(issue, row) is None


def test_letters_keep_the_words_of_the_moment_the_issue_was_made():
    story = make.story("As it was")
    row = make.subscriber()
    issue = make.made_issue()
    Article.objects.filter(pk=story.pk).update(headline="As it is now")
    assert letter_of(issue, row)["Subject"] == "As it was"


def test_who_chose_sections_reads_of_these_alone():
    sea, town = SectionFactory(name="Laut"), SectionFactory(name="Kota")
    make.story("Of the town", section=town, minutes_ago=1)
    make.story("Of the sea", section=sea)
    row = make.subscriber(sections=[sea])
    letter = letter_of(make.made_issue(), row)
    assert letter["Subject"] == "Of the sea"
    assert "Of the town" not in letter.as_string()


@pytest.mark.parametrize("count", [1, 3])
def test_letters_of_a_batch_are_written_with_three_queries(count, django_assert_num_queries):
    for _n in range(count):
        make.story()
        make.subscriber()
    issue = make.made_issue()
    rows = list(Delivery.objects.select_related("subscriber"))
    # The entries, and the publication: for the sender, the answers and the letters.
    with django_assert_num_queries(4):
        post = letters.Post(issue)
        for row in rows:
            post.letter_to(row.subscriber, row)


# Over the line


def test_letters_go_over_one_line_and_arrive_whole(use):
    make.story("Banjir “lagi”")
    rows = [make.subscriber(), make.subscriber()]
    issue = make.made_issue()
    with mail_server() as server:
        use(server)
        assert not sending.send_batch(issue.pk)
    assert sorted(to for to, _text in server.letters) == sorted(row.email for row in rows)
    received = message_from_bytes(server.letters[0][1].encode(), policy=policy.default)
    assert received["Subject"] == "Banjir “lagi”"
    issue.refresh_from_db()
    assert (issue.state, issue.sent) == ("sent", 2)


@pytest.mark.parametrize(
    ("answers", "fate"),
    [
        ({}, Fate.ACCEPTED),
        ({"RCPT": "550 rani@example.org unknown"}, Fate.NO_SUCH_ADDRESS),
        ({"RCPT": "551 User not local"}, Fate.NO_SUCH_ADDRESS),
        ({"RCPT": "553 sorry, no mailbox here by that name (#5.1.1)"}, Fate.NO_SUCH_ADDRESS),
        ({"RCPT": "550-5.1.1 no such user\r\n550 5.1.1 rani@example.org"}, Fate.NO_SUCH_ADDRESS),
        ({"RCPT": "550 5.1.10 null MX"}, Fate.NO_SUCH_ADDRESS),
        ({"RCPT": "550 no such user, says 5.7.1.9"}, Fate.NO_SUCH_ADDRESS),
        # Nothing of that is the address's.
        ({"RCPT": "554 5.7.1 <rani@example.org>: Relay access denied"}, Fate.REFUSED),
        ({"RCPT": "550 5.7.1 Client host blocked"}, Fate.REFUSED),
        ({"RCPT": "550 5.4.5 Daily sending limit exceeded"}, Fate.REFUSED),
        ({"RCPT": "550 5.2.1 Mailbox disabled"}, Fate.REFUSED),
        ({"RCPT": "550 5.1.8 Bad sender's system address"}, Fate.REFUSED),
        ({"RCPT": "550 5.10.1 of another kind"}, Fate.REFUSED),
        ({"RCPT": "554 no"}, Fate.REFUSED),
        ({"RCPT": "552 5.1.1 mailbox full"}, Fate.REFUSED),
        ({"RCPT": "500 what?"}, Fate.REFUSED),
        ({"RCPT": "450 later, Rani@Example.org"}, Fate.LATER),
        ({"MAIL": "550 not you"}, Fate.NO_SERVER),
        ({"MAIL": "421 busy"}, Fate.NO_SERVER),
        ({"DATA": "554 spam"}, Fate.REFUSED),
        ({"DATA": "451 busy"}, Fate.LATER),
    ],
)
def test_what_the_server_says_is_what_became_of_it(use, answers, fate):
    with mail_server(**answers) as server:
        use(server)
        with Postman() as postman:
            outcome = postman.carry("N <n@kabar.example>", "rani@example.org", b"A: b\r\n\r\nc\r\n")
    assert outcome.fate is fate
    assert "rani" not in outcome.words.lower()
    assert bool(outcome.words) is (fate is not Fate.ACCEPTED)


def test_a_server_that_is_not_there_is_no_fault_of_the_letter(use, settings):
    with mail_server() as server:
        use(server)
    settings.EMAIL_TIMEOUT = 1
    server.server_close()
    with Postman() as postman:
        assert postman.carry("n@kabar.example", "r@example.org", b"x").fate is Fate.NO_SERVER


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (smtplib.SMTPServerDisconnected("gone"), Fate.UNKNOWN),
        (TimeoutError("slow"), Fate.UNKNOWN),
        (smtplib.SMTPDataError(554, b"no text wanted"), Fate.REFUSED),
    ],
)
def test_a_line_that_breaks_in_the_middle_of_the_text_leaves_it_unknown(
    use, monkeypatch, error, fate
):
    def broken(line, letter):
        raise error

    monkeypatch.setattr(smtplib.SMTP, "data", broken)
    with mail_server() as server:
        use(server)
        with Postman() as postman:
            assert postman.carry("n@kabar.example", "r@example.org", b"x").fate is fate


def test_what_a_server_says_of_an_address_is_kept_without_it(use):
    make.story()
    make.subscriber("rani@example.org")
    issue = make.made_issue()
    with mail_server(RCPT="550 5.1.1 <Rani@example.org>: unknown") as server:
        use(server)
        sending.send_batch(issue.pk)
    row = Delivery.objects.get()
    assert (row.state, row.last_error) == (DeliveryState.FAILED, "550 5.1.1 <…>: unknown")
