"""The letter that a subscriber gets: headers, a plain-text part and one of simple HTML.

No picture, no tracking pixel, and links to the stories as they are: nobody counts who opens a letter or what is
followed. The signature that RFC 8058 asks for (DKIM, over the List-Unsubscribe headers too) is the mail
server's part.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from email.charset import QP, Charset
from email.generator import BytesGenerator
from email.utils import formataddr, make_msgid, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.absolute import absolute
from articles.models import Article, Publication

from . import links
from .layout import lay_out
from .models import Delivery, Entry, Issue, Subscriber

# In the rendered parts, for what differs from letter to letter. No story's text holds a NUL.
_LEAVE, _CHOOSE, _SINCE = "\0leave\0", "\0choose\0", "\0since\0"


@dataclass(frozen=True)
class Letter:
    """`source` is the whole message with CRLF; `sender` is as in From."""

    sender: str
    recipient: str
    source: bytes


@dataclass(frozen=True)
class Parts:
    subject: str
    text: str
    html: str


def sender() -> str:
    """Whom the newsletter comes from: the publication by its name."""
    name, address = parseaddr(settings.NEWSLETTER_FROM_EMAIL)
    return formataddr((name or Publication.current().name, address))


def public_entries(issue: Issue) -> Sequence[Entry]:
    """What of an issue may still be sent: public stories, and none that protects identities only since then; no
    correction whose words are held back."""
    rows = Entry.objects.filter(issue=issue, article__in=Article.objects.published()).exclude(
        correction__held_why__gt=""
    )
    shown = rows.select_related("article", "section").defer("article__body", "article__search")
    return [
        entry
        for entry in shown.order_by("position")
        if entry.was_protected or not entry.article.is_identity_protected
    ]


def parts_of(
    issue: Issue, entries: Sequence[Entry], chosen: frozenset[int] | None = None
) -> Parts | None:
    """Subject and parts for everybody who chose these sections; None when there is nothing for them."""
    laid = lay_out(entries, chosen)
    if laid is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "issue": issue,
            "laid": laid,
            "language": settings.LANGUAGE_CODE,
            "publication": Publication.current(),
            "site_url": absolute("/"),
            "issue_url": absolute(issue.get_absolute_url()),
            "privacy_url": absolute("/privasi/"),
            "leave_url": _LEAVE,
            "choose_url": _CHOOSE,
            "since": _SINCE,
        }
        text = render_to_string("newsletter/letter.txt", context)
        html = render_to_string("newsletter/letter.html", context)
    return Parts(" ".join(laid.lead.headline.split()), _tidied(text), html)


def _tidied(text: str) -> str:
    """Without the blank lines that tags leave: never two in a row."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept) + "\n"


class Post:
    """The letters of one issue for as long as a batch lasts: what may be sent is looked up once.

    Args:
        entries: of an issue that is not made yet, what it would hold.
    """

    def __init__(self, issue: Issue, entries: Sequence[Entry] | None = None) -> None:
        self.issue = issue
        self._entries = public_entries(issue) if entries is None else entries
        self._parts: dict[frozenset[int] | None, Parts | None] = {}
        self._sender = sender()
        self._reply_to = Publication.current().email
        self._host = urlsplit(settings.SITE_URL).hostname or "localhost"
        self._charset = Charset("utf-8")
        # Lines that no server on the way has to break, and a source that can be read.
        self._charset.body_encoding = QP

    def letter_to(self, subscriber: Subscriber, delivery: Delivery) -> Letter | None:
        """The letter, or None when nothing of what this subscriber wants is public any more."""
        chosen = None
        if not subscriber.wants_all:
            chosen = frozenset(subscriber.sections.values_list("pk", flat=True))
        if chosen not in self._parts:
            self._parts[chosen] = parts_of(self.issue, self._entries, chosen)
        parts = self._parts[chosen]
        # The same however often it is tried: a server that knows it drops the second.
        name = f"<newsletter-{self.issue.day:%Y%m%d}-{delivery.pk}@{self._host}>"
        return self._letter(subscriber, parts, parts.subject, name) if parts else None

    def trial_for(self, address: str) -> Letter | None:
        """What a subscriber of all sections gets, for somebody of the newsroom; None when there is nothing.

        Its subject says that it is a trial, and its links are of nobody: they open nothing.
        """
        parts = parts_of(self.issue, self._entries)
        if parts is None:
            return None
        nobody = Subscriber(pk=0, email=address, key=links.new_key(), confirmed_at=timezone.now())
        with translation.override(settings.LANGUAGE_CODE):
            subject = _("Trial: %(subject)s") % {"subject": parts.subject}
        return self._letter(nobody, parts, subject, make_msgid(domain=self._host))

    def _letter(self, subscriber: Subscriber, parts: Parts, subject: str, name: str) -> Letter:
        leave = links.leaving(subscriber)
        message = EmailMultiAlternatives(
            subject,
            personal(parts.text, subscriber),
            self._sender,
            [subscriber.email],
            reply_to=[self._reply_to] if self._reply_to else None,
            headers={
                "Message-ID": name,
                "List-Id": f"<buletin.{self._host}>",
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                # No answers from people on holiday.
                "Auto-Submitted": "auto-generated",
                "Precedence": "bulk",
            },
        )
        message.encoding = self._charset
        message.attach_alternative(personal(parts.html, subscriber), "text/html")
        return Letter(self._sender, subscriber.email, _source_of(message))


def _source_of(message: EmailMultiAlternatives) -> bytes:
    """The message with CRLF, and no header broken that was not: a mail program may look for the address in
    List-Unsubscribe on the header's own line."""
    stream = io.BytesIO()
    writer = BytesGenerator(stream, mangle_from_=False, maxheaderlen=0)
    writer.flatten(message.message(), linesep="\r\n")
    return stream.getvalue()


def personal(part: str, subscriber: Subscriber) -> str:
    """A part with this subscriber's own addresses in it, which need no escaping."""
    part = part.replace(_LEAVE, links.leaving(subscriber))
    part = part.replace(_CHOOSE, links.choosing(subscriber))
    return part.replace(_SINCE, _day(subscriber.confirmed_at))


def sample(part: str) -> str:
    """A part as the desk looks at it, with addresses that lead nowhere."""
    for marker in (_LEAVE, _CHOOSE):
        part = part.replace(marker, "#")
    return part.replace(_SINCE, "…")


def _day(moment: datetime.datetime | None) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return date_format(timezone.localtime(moment), "j F Y") if moment else ""
