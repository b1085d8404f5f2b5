"""Answers to machines that come again and again: with validators, so that most visits end in 304."""

from __future__ import annotations

import datetime
import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from pagecache import recording

from . import agenda


def respond(
    request: HttpRequest,
    body: str | bytes,
    content_type: str,
    changed_at: datetime.datetime | None = None,
) -> HttpResponse:
    """Answer with `body`, or with 304 when the asker has it already.

    The ETag is a hash of the body, so equal answers have equal tags on every machine. `changed_at`
    is the last change of what the body shows; None when it shows nothing that has a time.
    """
    response = HttpResponse(body, content_type=content_type)
    recording.keep()
    agenda.heed()
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    seconds = None
    if changed_at is not None:
        seconds = int(changed_at.timestamp())
        response["Last-Modified"] = http_date(seconds)
    # Typed as optional for callers without a response; with one it always returns one.
    return get_conditional_response(request, etag, seconds, response) or response
