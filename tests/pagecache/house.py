"""A page cache of one's own, fed by hand from the log of the test's database."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from pagecache import parts
from pagecache.clock import Clock
from pagecache.doorway import Doorway
from pagecache.installed import PageCache
from pagecache.keeper import Keeper, Kept
from pagecache.notices import SINCE

PLENTY = 1 << 30


@dataclass(frozen=True)
class Answered:
    status: str
    headers: dict[str, str]
    body: bytes

    @property
    def how(self) -> str:
        """How the doorway came by it: "hit", "made"; empty without a doorway."""
        return self.headers.get("x-page", "")


class _Ear:
    """In the place of a listener: it hears only what the test reads to it."""

    def ensure_running(self) -> None:
        pass


class House:
    """The application with and without its doorway. Only inside of `open` parts are kept, too."""

    def __init__(self, monkeypatch: Any) -> None:
        monkeypatch.setenv("PAGE_CACHE_TELL", "1")
        self.application = WSGIHandler()
        self.clock = Clock()
        self.pages = Keeper(self.clock, PLENTY)
        self.parts = Keeper(self.clock, PLENTY, is_exact=True)
        self.cache = PageCache(self.clock, self.pages, self.parts, _Ear())  # type: ignore[arg-type]
        self.doorway = Doorway(self.application, self.cache)
        self._now = [self.cache]
        monkeypatch.setattr(parts, "page_cache", lambda: self._now[0] if self._is_open else None)
        self._is_open = False
        with connection.cursor() as cursor:
            cursor.execute("SELECT last_value FROM pagecache_position")
            self.clock.start(cursor.fetchone()[0], {})

    def hear(self) -> list[str]:
        """Read to the clock what the log has since; what was written in this transaction, too."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS pagecache_queue, pagecache_place IMMEDIATE")
            cursor.execute(SINCE.replace("$1", "%s"), [self.clock.position])
            return self.clock.hear(cursor.fetchall())

    def read(self, address: str, **headers: str) -> Answered:
        """What a reader gets through the doorway."""
        # The database is here, whatever time the test has made it.
        self.clock.hear([])
        self._is_open = True
        try:
            return ask(self.doorway, address, **headers)
        finally:
            self._is_open = False

    def render(self, address: str, **headers: str) -> Answered:
        """What is true now: the application's own answer, nothing kept."""
        return ask(self.application, address, **headers)

    def key(self, address: str) -> str:
        return address

    @contextmanager
    def as_it_was(self) -> Iterator[None]:
        """Take back inside of the block whatever is heard and kept there."""
        position, noticed, floor = self.clock.position, dict(self.clock._noticed), self.clock._floor
        kept = [
            {key: replace(place.value) for key, place in keeper.memory._places.items()}
            for keeper in (self.pages, self.parts)
        ]
        try:
            yield
        finally:
            self.clock.start(position, noticed, floor)
            for keeper, values in zip((self.pages, self.parts), kept, strict=True):
                keeper.memory.clear()
                for key, value in values.items():
                    keeper.memory.put(key, replace(value, looked=(-1, True)))


def ask(application: Any, address: str, method: str = "GET", **headers: str) -> Answered:
    """Ask a WSGI application as a server would; `headers` as in an environment (`HTTP_COOKIE`)."""
    path, _mark, query = address.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **headers,
    }
    told: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        told[:] = [status, headers]

    with _one_connection():
        answer = application(environ, start_response)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
    return Answered(told[0], {name.lower(): value for name, value in told[1]}, body)


@contextmanager
def _one_connection() -> Iterator[None]:
    """A request closes what it does not know; that of the test stays open, as with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def tags_of(kept: Kept[Any]) -> frozenset[str]:
    return kept.hard | kept.soft
