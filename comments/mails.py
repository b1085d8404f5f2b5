"""Mails to readers about their comments and reports: plain text, and never somebody else's links.

A reader's words are quoted shortened to one line, with what could become a link broken, so that no
advertiser writes to others through us. The addresses in a mail only open pages; whatever changes
something there is a button (mail scanners follow links).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.text import Truncator

from articles.absolute import absolute
from articles.models import Publication

if TYPE_CHECKING:
    from accounts.models import User

QUOTED = 160
_LINK = re.compile(r"://|(?<=\w)\.(?=\w)|www", re.IGNORECASE)


def quoted(text: str) -> str:
    """A reader's words for a mail: one line, nothing that a mail program makes a link of."""
    line = Truncator(" ".join(text.split())).chars(QUOTED)
    return _LINK.sub(lambda found: found[0].replace("://", ": //").replace(".", ". "), line)


def send(to: User, template: str, subject: str, context: dict[str, Any]) -> None:
    """Put a mail into the outbox; `template` is one of templates/comments/mail/, without .txt."""
    publication = Publication.current()
    text = render_to_string(
        f"comments/mail/{template}.txt",
        {
            "publication": publication,
            "name": to.name,
            "account_url": absolute("/akun/"),
            **context,
        },
    )
    one_line = " ".join(f"{subject} – {publication.name}".split())
    EmailMessage(subject=one_line[:200], body=text.strip() + "\n", to=[to.email]).send()
