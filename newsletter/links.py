"""The addresses in letters that open what is of one subscriber: signed, and each for one purpose.

A link carries the row's number and a signature (HMAC-SHA-256) over its purpose and the row's own random key,
under the server's secret, or an earlier one that SECRET_KEY_FALLBACKS names. So nobody guesses one, who reads the table alone cannot make one, and one for
confirming opens nothing else. Mail scanners and previews follow links: nothing happens before a button is
pressed, or a mail program sends what RFC 8058 says.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Callable
from hashlib import sha256

from django.conf import settings
from django.urls import reverse

from articles.absolute import absolute

from .models import Subscriber

_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{43})")


def new_key() -> str:
    """256 random bits, 43 characters."""
    return secrets.token_urlsafe(32)


def confirming(subscriber: Subscriber) -> str:
    """The whole address that confirms this time of asking, and no earlier or later one."""
    return _address("confirm", subscriber, _round(subscriber))


def choosing(subscriber: Subscriber) -> str:
    """The whole address where sections are chosen."""
    return _address("choose", subscriber, "own")


def leaving(subscriber: Subscriber) -> str:
    """The whole address that ends the subscription; the same in every letter, for as long as the row is there."""
    return _address("leave", subscriber, "own")


def find_confirming(token: str) -> Subscriber | None:
    """Whose link it is, wherever they stand; None when it is not ours or of an earlier asking. One query."""
    return _find(token, _round)


def find_own(token: str) -> Subscriber | None:
    """The same for a link that chooses or leaves."""
    return _find(token, lambda subscriber: "own")


def _round(subscriber: Subscriber) -> str:
    return f"confirm.{subscriber.round}"


def _address(view: str, subscriber: Subscriber, purpose: str) -> str:
    token = f"{subscriber.pk}-{_signature(settings.SECRET_KEY, purpose, subscriber)}"
    return absolute(reverse(f"newsletter:{view}", args=[token]))


def _find(token: str, purpose_of: Callable[[Subscriber], str]) -> Subscriber | None:
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    found = Subscriber.objects.filter(pk=int(parts[1])).first()
    if found is None:
        return None
    purpose = purpose_of(found)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(_signature(secret, purpose, found), parts[2]):
            return found
    return None


def _signature(secret: str, purpose: str, of: Subscriber) -> str:
    key = sha256(f"{secret}:newsletter.link".encode()).digest()
    digest = hmac.digest(key, f"{purpose}.{of.pk}.{of.key}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
