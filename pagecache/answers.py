"""A page as it goes out: its bytes in each encoding, made once or twice, and its headers."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import brotli  # type: ignore[import-untyped]

from .edge import AtEdge

BROTLI, GZIP, PLAIN = "br", "gzip", ""
# Most pages of an archive are asked for once: these take a page of 30 KB a tenth of a millisecond, and a third.
QUICK_BROTLI, QUICK_GZIP = 1, 1
# What is asked for again is made smaller by a sixth; these take about a millisecond.
BROTLI_QUALITY, GZIP_LEVEL = 5, 6
# A page, its compressed bytes and its headers; what is compressed later was counted from the beginning.
OVERHEAD = 3000
# Text that a few hundred bytes of headers would outweigh gains nothing.
LEAST = 200
# Those that change with the encoding; everything else is kept as the application sent it.
_OURS = frozenset({"content-length", "content-encoding", "etag", "vary"})

Headers = list[tuple[str, str]]
Compress = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Ready:
    """What is handed to the server for one encoding.

    `unchanged` are the headers of a 304 without its ETag: `etag`, or `best`, which the same page has when it is
    compressed well, perhaps already by another process.
    """

    status: str
    headers: Headers
    body: bytes
    etag: str
    best: str
    unchanged: Headers


class Answer:
    """A whole answer of the application, ready for every encoding that browsers ask for.

    Args:
        status: the status line.
        headers: as the application sent them.
        body: not encoded.
        at_edge: what a cache in front is told of it (`pagecache.edge`), if anything.
    """

    __slots__ = ("_first", "_ready", "at_edge", "body", "headers", "mark", "size", "status")

    def __init__(
        self, status: str, headers: Headers, body: bytes, at_edge: AtEdge | None = None
    ) -> None:
        self.status = status
        self.headers = [(name, value) for name, value in headers if name.lower() not in _OURS]
        self.body = body
        self.mark = sha256(body).hexdigest()[:32]
        self.size = len(body) + len(body) // 2 + OVERHEAD
        self.at_edge = at_edge
        self._first: dict[str, Ready] = {}
        self._ready: dict[str, Ready] = {}

    def __reduce__(self) -> tuple[object, ...]:
        # What is compressed is made again sooner than it is read from the disk.
        return (Answer, (self.status, self.headers, self.body, self.at_edge))

    @property
    def is_of_one_reader(self) -> bool:
        """Whether it says of itself that it is nobody else's: it sets a cookie, or must not be stored."""
        told = {name.lower(): value for name, value in self.headers}
        return "set-cookie" in told or "no-store" in told.get("cache-control", "")

    @property
    def _is_picture(self) -> bool:
        """Whether it is compressed as it is."""
        told = {name.lower(): value for name, value in self.headers}
        return told.get("content-type", "").startswith("image/")

    def ready(self, encoding: str) -> Ready:
        """The answer in that encoding (`encoding_for`): quickly made when it is asked for first, then for good."""
        found = self._ready.get(encoding)
        if found is None:
            if encoding and encoding not in self._first:
                found = self._first[encoding] = self._prepare(encoding, _QUICKLY)
            else:
                found = self._ready[encoding] = self._prepare(encoding, _WELL)
                self._first.pop(encoding, None)
        return found

    def _prepare(self, encoding: str, compress: Mapping[str, Compress]) -> Ready:
        if len(self.body) < LEAST or self._is_picture:
            encoding = PLAIN
        body = compress[encoding](self.body) if encoding else self.body
        # Strong validators differ where the bytes differ (RFC 9110, 8.8.3.3): so nginx in front, which has what was
        # compressed quickly confirmed again and again for thousands of readers, is given the smaller one too.
        best = f'"{self.mark}{"-" + encoding if encoding else ""}"'
        is_quick = bool(encoding) and compress is _QUICKLY
        etag = f'{best[:-1]}-quick"' if is_quick else best
        encoded = [("Content-Encoding", encoding)] if encoding else []
        length = ("Content-Length", str(len(body)))
        vary = ("Vary", "Accept-Encoding")
        unchanged = [
            (name, value)
            for name, value in self.headers
            if name.lower() not in {"content-type", "content-language"}
        ]
        headers = [*self.headers, ("ETag", etag), vary, *encoded, length]
        return Ready(self.status, headers, body, etag, best, [*unchanged, vary])


def _brotli(quality: int) -> Compress:
    return lambda body: bytes(brotli.compress(body, quality=quality, lgwin=18))


def _gzip(level: int) -> Compress:
    return lambda body: gzip.compress(body, level, mtime=0)


_QUICKLY = {BROTLI: _brotli(QUICK_BROTLI), GZIP: _gzip(QUICK_GZIP)}
_WELL = {BROTLI: _brotli(BROTLI_QUALITY), GZIP: _gzip(GZIP_LEVEL)}


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """The best encoding that an Accept-Encoding header allows (RFC 9110, 12.5.3)."""
    weights = {}
    for item in accepted.split(","):
        name, _semicolon, parameter = item.strip().lower().partition(";")
        weights[name.strip()] = parameter.replace(" ", "") not in {
            "q=0",
            "q=0.0",
            "q=0.00",
            "q=0.000",
        }
    for encoding in (BROTLI, GZIP):
        if weights.get(encoding, weights.get("*", False)):
            return encoding
    return PLAIN


def known_by(ready: Ready, asked: str) -> str | None:
    """The tag under which If-None-Match names the answer, whatever a proxy made of it (weak comparison); None for none."""
    if asked == ready.etag or asked.strip() == "*":
        return ready.etag
    named = [item.strip().removeprefix("W/") for item in asked.split(",")]
    return next((tag for tag in (ready.etag, ready.best) if tag in named), None)


def is_of(ready: Ready, since: str) -> bool:
    """Whether If-Modified-Since names exactly the time of the answer.

    A later one does not count: what is taken off a feed can leave the feed's last change older than it was.
    """
    return any(name == "Last-Modified" and value == since for name, value in ready.headers)


def joined(body: Sequence[bytes]) -> bytes:
    return body[0] if len(body) == 1 else b"".join(body)
