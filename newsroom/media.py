"""Uploaded files, for installations without nginx in front of them or with a store of their own; and the icon."""

import datetime
import logging
import mimetypes
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

from .breaker import Breaker

logger = logging.getLogger(__name__)

# Names are hashes of the contents: a file never changes under its address.
CACHE_CONTROL = "public, max-age=31536000, immutable"
# Opened by itself it is a picture and no more; the same in deploy/nginx.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
# Nothing that we keep is as large; it passes through the memory of the process.
MOST_BYTES = 40 * 1024 * 1024

# Of the four threads of a process two at most wait for the store: pages go on however slow it is.
_turns = threading.BoundedSemaphore(2)
breaker = Breaker("The store of photos (MEDIA_STORE)")


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """A file under MEDIA_ROOT, or of the store MEDIA_STORE, and nowhere else.

    Pictures are shown; whatever else may lie there is offered as a download, so that no
    upload is ever run as a page of ours. While the store does not answer it is 503, at once. Raises Http404.
    """
    known_at = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return (_of_store if settings.MEDIA_STORE else _of_folder)(name, known_at)


def _of_folder(name: str, known_at: int | None) -> HttpResponse | FileResponse:
    file = _find(name)
    modified_at = int(file.stat().st_mtime)
    if known_at is not None and modified_at <= known_at:
        return HttpResponse(status=304)
    kind, is_picture = _kind(file.name)
    response = FileResponse(
        file.open("rb"), content_type=kind, as_attachment=not is_picture, filename=file.name
    )
    return _for_good(response, modified_at)


def _of_store(name: str, known_at: int | None) -> HttpResponse:
    since = known_at and datetime.datetime.fromtimestamp(known_at, datetime.UTC)
    if not breaker.may_ask() or not _turns.acquire(timeout=0.2):
        return _later()
    try:
        found = default_storage.read(name, most=MOST_BYTES, since=since)
    except (FileNotFoundError, ValueError):
        breaker.worked()
        raise Http404("No such file") from None
    except OSError as error:
        if getattr(error, "is_away", True):
            breaker.failed(error)
        else:
            # It answers, and says no: that holds nobody up.
            logger.warning("A photo cannot be read: %s", error)
        return _later()
    finally:
        _turns.release()
    breaker.worked()
    if found is None:
        return HttpResponse(status=304)
    kind, is_picture = _kind(name)
    response = HttpResponse(found.contents, content_type=kind)
    if not is_picture:
        # As FileResponse says it.
        response["Content-Disposition"] = content_disposition_header(True, Path(name).name)
    return _for_good(response, int(found.changed_at.timestamp()))


def _kind(name: str) -> tuple[str, bool]:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_picture = kind.startswith("image/") and kind != "image/svg+xml"
    return kind if is_picture else "application/octet-stream", is_picture


def _for_good(response: HttpResponse | FileResponse, modified_at: int) -> Any:
    response["Cache-Control"] = CACHE_CONTROL
    response["Last-Modified"] = http_date(modified_at)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = FILE_POLICY
    return response


def _later() -> HttpResponse:
    response = HttpResponse(status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
    # The breaker says it once.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where the icon stands, for what asks at the old address instead of reading the page."""
    response = HttpResponseRedirect(static("site/icon.svg"))
    response["Cache-Control"] = "public, max-age=86400"
    return response


def _find(name: str) -> Path:
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        file = (root / name).resolve()
        if file.is_relative_to(root) and file.is_file():
            return file
    except (ValueError, OSError):
        # A zero byte, or a name too long for the file system.
        pass
    raise Http404("No such file")
