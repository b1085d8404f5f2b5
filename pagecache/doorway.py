"""Answers readers from what was kept, before Django wakes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from . import recording
from .addresses import page_of
from .answers import Answer, Headers, Ready, encoding_for, is_of, joined, known_by
from .clock import CONFIRMED_SECONDS
from .edge import NOT_AT_EDGE, Edge
from .installed import PageCache, page_cache
from .outage import link
from .replica.watching import watcher

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

# What a reader's browser sends along and no page depends on. Without these the application answers whole.
_NOT_FOR_PAGES = (
    "HTTP_COOKIE",
    "HTTP_AUTHORIZATION",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
    "HTTP_ACCEPT_LANGUAGE",
)
# Characters of a host, an address or a header that are looked at and remembered; what is longer is nobody's who reads.
LONGEST = 500
# Hosts that were asked about; the wrong ones too, of which there is no end.
_MOST_HOSTS = 256
# Ways in which something that is kept was asked for.
_MOST_ASKED = 2048
# What may be kept: a page, and the notice in the place of one that is gone.
_STATUSES = ("200 ", "410 ")


class Doorway:
    """A WSGI application in front of another. GET and HEAD of public pages are answered from what is kept.

    Args:
        application: what it answers to anything that is no such page goes through untouched.
        cache: the page cache; by default that of this process.
        renderer: renders the pages that are not kept; by default the application.
    """

    def __init__(
        self,
        application: Application,
        cache: PageCache | None = None,
        renderer: Application | None = None,
    ) -> None:
        self.application = application
        self.renderer = renderer or application
        self.cache = cache if cache is not None else page_cache()
        self._given = self.cache.given if self.cache is not None else {}
        self._hosts: dict[str, bool] = {}
        self._secure_header = settings.SECURE_PROXY_SSL_HEADER
        self._tells = bool(os.environ.get("PAGE_CACHE_TELL"))
        self._keeps_pages = settings.PAGE_CACHE_PAGES
        self._session = f"{settings.SESSION_COOKIE_NAME}="
        self._edge = Edge(settings.EDGE_SECONDS) if settings.EDGE_SECONDS else None
        self._scheme = self._secure_header[0] if self._secure_header else "wsgi.url_scheme"
        # Under which key something was found that was asked for like that, so that the next need not be looked into.
        self._asked: dict[tuple[str, ...], str] = {}
        # Until when nginx in front may take what it has for good, and the second in which that is so.
        self._expires = ("X-Accel-Expires", "@0")
        self._second = 0
        if self.cache is not None:
            self.cache.listener.ensure_running()
            if (replica := watcher()) is not None:
                replica.ensure_running()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        asked = (
            environ["PATH_INFO"],
            environ["REQUEST_METHOD"],
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_HOST", ""),
            environ.get(self._scheme, ""),
        )
        key = self._asked.get(asked)
        # Only what is in memory has such a key, and then there is a cache.
        if key is not None and (answer := self.cache.pages.good(key)) is not None:  # type: ignore[union-attr]
            return self._give(answer, "hit", environ, start_response)
        return self._look(asked, environ, start_response)

    def _look(
        self, asked: tuple[str, ...], environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        if self.cache is None or (page := page_of(environ)) is None:
            return self.application(environ, start_response)
        key, query, is_whole = page
        if self._is_secure(environ):
            key = f"https {key}"
        elif settings.SECURE_SSL_REDIRECT:
            return self.application(environ, start_response)
        if not self._is_ours(environ.get("HTTP_HOST", "")):
            return self.application(environ, start_response)
        answer = self.cache.pages.good(key) if self._keeps_pages else None
        if answer is not None:
            if len(self._asked) >= _MOST_ASKED:
                self._asked = {}
            # Whoever asks at length is remembered by nobody.
            if all(len(word) <= LONGEST for word in asked):
                self._asked[asked] = key
            return self._give(answer, "hit", environ, start_response)
        answer, how = self._fetch(self.cache, key, environ, query)
        if not is_whole and answer.status.startswith("404"):
            # The address of another system, perhaps, which only the application can tell.
            return self.application(environ, start_response)
        return self._give(answer, how, environ, start_response)

    def _fetch(
        self, cache: PageCache, key: str, environ: dict[str, Any], query: str
    ) -> tuple[Answer, str]:
        cache.listener.ensure_running()
        if link.is_down and (kept := cache.pages.unconfirmed(key)) is not None:
            return kept, "kept"

        def render() -> tuple[Answer, int]:
            shown = recording.current()
            if shown is not None:
                shown.is_for_replica = self._is_for_replica(environ, shown)
            answer = self._render(environ, query)
            if not answer.status.startswith(_STATUSES) or answer.is_of_one_reader:
                recording.keep_not()
            elif self._edge is not None and shown is not None:
                answer.at_edge = self._edge.mark(shown)
                return answer, answer.size + answer.at_edge.size
            return answer, answer.size

        if not self._keeps_pages:
            with recording.recording() as page:
                page.position = cache.clock.position
                page.is_for_replica = cache.clock.is_heard(CONFIRMED_SECONDS)
                return render()[0], "made"
        rendered = cache.pages.fetch(key, render)
        answer: Answer = rendered.kept.value
        if answer.status.startswith("503") and (kept := cache.pages.unconfirmed(key)) is not None:
            return kept, "kept"
        return answer, rendered.how

    def _render(self, environ: dict[str, Any], query: str) -> Answer:
        """Ask the application as somebody of whom nothing is known."""
        asked = {name: value for name, value in environ.items() if name not in _NOT_FOR_PAGES}
        asked["REQUEST_METHOD"] = "GET"
        asked["QUERY_STRING"] = query
        answered: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, exc_info: Any = None) -> None:
            answered.append((status, headers))

        body = self.renderer(asked, start_response)
        try:
            whole = joined(list(body))
        finally:
            if (close := getattr(body, "close", None)) is not None:
                close()
        status, headers = answered[-1]
        return Answer(status, headers, whole)

    def _is_for_replica(self, environ: dict[str, Any], page: recording.Recording) -> bool:
        """Whether this page may be read where only what this process has heard of has arrived.

        Not for somebody with a session, who may have written something a moment ago. While the database is away,
        nobody writes, and what was heard of is all there is.
        """
        if link.is_down:
            return True
        return page.is_for_replica and self._session not in environ.get("HTTP_COOKIE", "")

    def _give(
        self, answer: Answer, how: str, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        self._given[how] += 1
        ready = answer.ready(encoding_for(environ.get("HTTP_ACCEPT_ENCODING", "")[:LONGEST]))
        status, headers, body = ready.status, ready.headers, ready.body
        if status.startswith("200") and (tag := self._known(ready, environ)) is not None:
            status, headers, body = "304 Not Modified", [*ready.unchanged, ("ETag", tag)], b""
        if how != "made":
            # For nginx in front (deploy/nginx/): good until this second is over. What was just made may be one that is
            # not kept; whoever asks next finds out.
            if (second := int(time.time())) != self._second:
                self._expires, self._second = ("X-Accel-Expires", f"@{second}"), second
            headers = [*headers, self._expires]
        if self._edge is not None:
            # What may be old, or of which nothing was heard just now, is nothing to keep for long.
            told = self._edge.told(answer.at_edge) if how == "hit" else NOT_AT_EDGE
            headers = [*headers, *told]
        if self._tells:
            headers = [*headers, ("X-Page", how)]
        start_response(status, headers)
        # A list: granian sends any other iterable in pieces, which takes half as long again.
        return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _known(self, ready: Ready, environ: dict[str, Any]) -> str | None:
        """The tag of what this reader has already, if it is the answer; a time counts only for who has no tag."""
        if (asked := environ.get("HTTP_IF_NONE_MATCH")) is not None:
            return known_by(ready, asked)
        if (since := environ.get("HTTP_IF_MODIFIED_SINCE")) is not None:
            return ready.etag if is_of(ready, since) else None
        return None

    def _is_secure(self, environ: dict[str, Any]) -> bool:
        if self._secure_header:
            name, value = self._secure_header
            told: str = environ.get(name, "")
            return told.split(",", 1)[0].strip() == value
        return bool(environ["wsgi.url_scheme"] == "https")

    def _is_ours(self, host: str) -> bool:
        known = self._hosts.get(host)
        if known is None:
            domain, _port = split_domain_port(host)
            known = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
            if len(self._hosts) < _MOST_HOSTS and len(host) <= LONGEST:
                self._hosts[host] = known
        return known
