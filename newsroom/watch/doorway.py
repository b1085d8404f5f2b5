"""Gives each request its name and notes how it went; stands behind the page cache, which kept pages never leave."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from . import logs, meters

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

HEADER = "X-Request-ID"
# Where views and error pages find it.
NAME = "newsroom.request_id"
# Where the middleware below leaves the name of the view.
VIEW = "newsroom.view"
# Long enough to be the only one of its kind, and nothing that could mean anything in a log or a page.
_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
# Answers of which the page cache may keep copies: a name of one request has no place in them.
_KEPT = ("200 ", "410 ")


class Watched:
    """A WSGI application in front of another, which runs under a request id and is timed.

    Args:
        application: what answers.
        is_for_all: its answers may be kept and given to others: only those that never are carry the id.
    """

    def __init__(self, application: Application, *, is_for_all: bool = False) -> None:
        self.application = application
        self.is_for_all = is_for_all

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        name = environ[NAME] = request_id(environ)
        answered = ["500"]

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            answered[0] = status[:3]
            if not (self.is_for_all and status.startswith(_KEPT)):
                headers = [*headers, (HEADER, name)]
            return start_response(status, headers, exc_info)

        began = time.perf_counter()
        token = logs.unit.set(("request_id", name))
        try:
            # What a view sends in pieces is made after this; it is not timed, and its lines have no name.
            return self.application(environ, start)
        finally:
            logs.unit.reset(token)
            meters.note_request(environ.get(VIEW, ""), answered[0], time.perf_counter() - began)


def request_id(environ: dict[str, Any]) -> str:
    """The id that a proxy of our own gave, if it is one; otherwise a new one."""
    told: str = environ.get("HTTP_X_REQUEST_ID", "") if settings.TRUSTED_PROXIES else ""
    return told if _WELL_FORMED.fullmatch(told) else uuid.uuid4().hex
