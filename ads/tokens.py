"""What we sign, so that a browser can only tell us what we told it before.

Three things, each with its own key made from the server's secret:

- a *page token* stands in the cached page: which page class and which story it is;
- a *mark* stands beside each candidate: that this creative could be drawn at this placement of this page
  class at this time;
- a *showing token* is the answer to a page that arrived with marks: placement, creative, page, screen, time
  and a number of its own. It is what views and clicks are told with, and each of them is counted once.

All compare in constant time. Under a changed secret what was signed before still counts while SECRET_KEY_FALLBACKS
names the earlier one; else pages and candidates renew themselves within their cache times.
"""

from __future__ import annotations

import base64
import hmac
import struct
import uuid
from dataclasses import dataclass
from hashlib import blake2b, sha256

from django.conf import settings

from .choices import Device, PageClass

# How long after its candidates were given out something may still be told, in seconds.
TELLABLE_SECONDS = 2 * 3600
# Clocks of two of our own servers may differ that much.
CLOCK_SECONDS = 5

_SIGNATURE = 12
_SHOWING = struct.Struct(">BIIQQIB16s")
_VERSION = 1
_DEVICES = (Device.PHONE, Device.DESKTOP)


class Forged(ValueError):
    """A token that is not ours, or was changed."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page class, with the section that it is narrowed to, and the story when it is one."""

    page_class: str
    section: int | None = None
    article: int | None = None

    @property
    def key(self) -> str:
        """The name under which its candidates are asked for: "article-7", "front", "list"."""
        return f"{self.page_class}-{self.section}" if self.section else self.page_class


@dataclass(frozen=True, slots=True)
class Showing:
    """One creative (None: nothing was sold) on one view of a page; `at` in seconds since 1970, UTC."""

    number: uuid.UUID
    at: int
    placement: int
    creative: int | None
    article: int | None
    section: int | None
    device: str


def page_of_key(key: str) -> Page | None:
    """The page class of "article-7", "front", …; None for what is none."""
    page_class, _dash, section = key.partition("-")
    if page_class not in PageClass.values:
        return None
    if not section:
        return Page(page_class) if key == page_class else None
    if not (section.isascii() and section.isdigit() and len(section) < 10 and section[0] != "0"):
        return None
    return Page(page_class, int(section))


def page_token(page: Page) -> str:
    text = f"{page.key}.{page.article or ''}"
    return f"{text}.{_sign('page', text)}"


def read_page_token(token: str) -> Page:
    """The page. Raises Forged."""
    text, _dot, signature = token.rpartition(".")
    if not _is_signed("page", text, signature):
        raise Forged("page")
    key, _dot, article = text.partition(".")
    page = page_of_key(key)
    if page is None:
        raise Forged("page")
    return Page(page.page_class, page.section, int(article) if article else None)


def mark(at: int, page_key: str, placement: int, creative: int | None) -> str:
    """The signature beside a candidate; placement 0 is the page view itself."""
    return _sign("mark", f"{at}.{page_key}.{placement}.{creative or 0}")


def is_marked(signature: str, at: int, page_key: str, placement: int, creative: int | None) -> bool:
    return _is_signed("mark", f"{at}.{page_key}.{placement}.{creative or 0}", signature)


def showing_number(
    visit: uuid.UUID, at: int, page: str, placement: int, creative: int | None
) -> uuid.UUID:
    """The number of a showing, made from the browser's number of the page view.

    Telling of the same arrival again gives the same number, so nothing is counted twice when an
    answer was lost; and nobody can choose a number.
    """
    text = f"{visit}.{at}.{page}.{placement}.{creative or 0}".encode()
    return uuid.UUID(bytes=blake2b(text, key=_key("number"), digest_size=16).digest())


def showing_token(showing: Showing) -> str:
    packed = _SHOWING.pack(
        _VERSION,
        showing.at,
        showing.placement,
        showing.creative or 0,
        showing.article or 0,
        showing.section or 0,
        _DEVICES.index(Device(showing.device)),
        showing.number.bytes,
    )
    return _encode(packed + _digest("showing", packed))


def read_showing_token(token: str) -> Showing:
    """The showing. Raises Forged."""
    raw = _decode(token)
    if raw is None:
        raise Forged("showing")
    packed, signature = raw[: _SHOWING.size], raw[_SHOWING.size :]
    if not _is_ours("showing", packed, signature):
        raise Forged("showing")
    version, at, placement, creative, article, section, device, number = _SHOWING.unpack(packed)
    if version != _VERSION:
        raise Forged("showing")
    return Showing(
        number=uuid.UUID(bytes=number),
        at=at,
        placement=placement,
        creative=creative or None,
        article=article or None,
        section=section or None,
        device=_DEVICES[device].value,
    )


def is_late(at: int, now: float) -> bool:
    return now > at + TELLABLE_SECONDS


def is_ahead(at: int, now: float) -> bool:
    """Whether it claims to be from the future, by more than clocks differ."""
    return at > now + CLOCK_SECONDS


def _key(purpose: str, secret: str | None = None) -> bytes:
    return sha256(f"{secret or settings.SECRET_KEY}:ads.{purpose}".encode()).digest()


def _digest(purpose: str, message: bytes) -> bytes:
    return hmac.digest(_key(purpose), message, "sha256")[:_SIGNATURE]


def _is_ours(purpose: str, message: bytes, signature: bytes) -> bool:
    """Whether it was signed under the server's secret, or an earlier one (SECRET_KEY_FALLBACKS)."""
    keys = (_key(purpose, one) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    digests = (hmac.digest(key, message, "sha256")[:_SIGNATURE] for key in keys)
    return any(hmac.compare_digest(digest, signature) for digest in digests)


def _sign(purpose: str, text: str) -> str:
    return _encode(_digest(purpose, text.encode()))


def _is_signed(purpose: str, text: str, signature: str) -> bool:
    raw = _decode(signature)
    # The last character has bits to spare: only as we write it is it ours.
    return raw is not None and _encode(raw) == signature and _is_ours(purpose, text.encode(), raw)


def _decode(written: str) -> bytes | None:
    try:
        return base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
