"""Answers the candidates before Django wakes: they are bytes in memory, the same for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import Error

from pagecache import instant

from .rotation import Answer, Rotation, rotation

PREFIX = "/s/"
_NO_GUESSING = ("X-Content-Type-Options", "nosniff")
StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Doorway:
    """A WSGI application in front of another: GET and HEAD of /s/<page class>, all else goes through."""

    def __init__(self, application: Application, source: Rotation = rotation) -> None:
        self.application = application
        self.source = source

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.application(environ, start_response)
        try:
            answer = self.source.answer(path[len(PREFIX) :])
        except Error:
            start_response(
                "503 Service Unavailable",
                [("Retry-After", "5"), ("Content-Length", "0"), _NO_GUESSING],
            )
            return [b""]
        if answer is None:
            return self.application(environ, start_response)
        status, headers, body = respond(
            answer,
            accepts=environ.get("HTTP_ACCEPT_ENCODING", ""),
            known=environ.get("HTTP_IF_NONE_MATCH", ""),
        )
        start_response(status, headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def respond(
    answer: Answer, *, accepts: str, known: str
) -> tuple[str, list[tuple[str, str]], bytes]:
    """Status line, headers and body for an answer.

    Args:
        accepts: the request's Accept-Encoding.
        known: its If-None-Match.
    """
    headers = [
        ("Cache-Control", f"public, max-age={answer.max_age(instant.seconds())}"),
        ("ETag", answer.etag),
        ("Vary", "Accept-Encoding"),
        _NO_GUESSING,
    ]
    if known and answer.etag in known:
        return "304 Not Modified", headers, b""
    body = answer.plain
    if "gzip" in accepts:
        body = answer.compressed
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Type", "application/json"))
    headers.append(("Content-Length", str(len(body))))
    return "200 OK", headers, body
