"""Uploaded files, for installations without nginx in front of them, and the icon."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

# Names are hashes of the contents: a file never changes under its address.
CACHE_CONTROL = "public, max-age=31536000, immutable"
# Opened by itself it is a picture and no more; the same in deploy/nginx.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """A file under MEDIA_ROOT and nowhere else.

    Pictures are shown; whatever else may lie there is offered as a download, so that no
    upload is ever run as a page of ours. Raises Http404.
    """
    file = _find(name)
    modified_at = int(file.stat().st_mtime)
    known_at = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    if known_at is not None and modified_at <= known_at:
        return HttpResponse(status=304)
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    is_picture = kind.startswith("image/") and kind != "image/svg+xml"
    response = FileResponse(
        file.open("rb"),
        content_type=kind if is_picture else "application/octet-stream",
        as_attachment=not is_picture,
        filename=file.name,
    )
    response["Cache-Control"] = CACHE_CONTROL
    response["Last-Modified"] = http_date(modified_at)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = FILE_POLICY
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
