"""The candidates of a page class, for servers that have no `ads.doorway` in front."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..doorway import respond
from ..rotation import rotation


@require_safe
def candidates(request: HttpRequest, key: str) -> HttpResponse:
    answer = rotation.answer(key)
    if answer is None:
        raise Http404(f"No page class {key}")
    status, headers, body = respond(
        answer,
        accepts=request.headers.get("Accept-Encoding", ""),
        known=request.headers.get("If-None-Match", ""),
    )
    return HttpResponse(body, status=int(status[:3]), headers=dict(headers))
