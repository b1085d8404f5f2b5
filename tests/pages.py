"""Pages as readers get them through the page cache, with a log of notices that a test writes itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections

from newsroom.pages import PageHandler
from pagecache.clock import Clock
from pagecache.doorway import Doorway
from pagecache.installed import MEGABYTE, PageCache
from pagecache.keeper import Keeper
from pagecache.listener import Listener


class HeardClock(Clock):
    """A clock to which the database has always just spoken."""

    def is_heard(self, seconds: float) -> bool:
        return True

    def notice(self, *tags: str) -> None:
        """Hear of a change of what `tags` name."""
        self.hear([(self.position + 1, tags)])


class NoListener(Listener):
    def ensure_running(self) -> None:
        """Nobody listens: tests tell the clock themselves, since nothing in them is committed."""


def small_page_cache() -> PageCache:
    """A page cache with nothing on disk; `notice` of its clock says what has changed."""
    clock = HeardClock()
    return PageCache(
        clock=clock,
        pages=Keeper(clock, 8 * MEGABYTE),
        parts=Keeper(clock, 8 * MEGABYTE, is_exact=True),
        listener=NoListener(clock, None),
    )


@dataclass(frozen=True)
class Page:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Reader:
    """Asks for pages at the doorway, as a server does for a browser without cookies."""

    def __init__(self, cache: PageCache) -> None:
        self.doorway = Doorway(WSGIHandler(), cache, renderer=PageHandler())

    def get(self, address: str, **environ: Any) -> Page:
        path, _question, query = address.partition("?")
        told: list[Any] = []
        # A request ends with its connection; here it is that of the test, and its transaction.
        with connections_stay():
            whole = self._whole(path, query, environ, told)
        status, headers = told[-1]
        return Page(int(status.split(" ", 1)[0]), dict(headers), whole)

    def _whole(self, path: str, query: str, environ: dict[str, Any], told: list[Any]) -> bytes:
        body = self.doorway(
            {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": unquote(path),
                "QUERY_STRING": query,
                "HTTP_HOST": "testserver",
                "SERVER_NAME": "testserver",
                "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(),
                "wsgi.errors": io.StringIO(),
                **environ,
            },
            lambda status, headers, exc_info=None: told.append((status, headers)),
        )
        whole = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        return whole


@contextmanager
def connections_stay() -> Iterator[None]:
    """Keep the end of a request from closing the connection of the test, and its transaction with it."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in both:
            signal.connect(close_old_connections)
