"""Pages for the one person who has the link, or who has just sent a form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from articles.views.frame import Frame

View = Callable[..., HttpResponse]
LARGEST = 16 * 1024
_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


def private_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, title: str, status: int = 200
) -> HttpResponse:
    """Kept by nobody, found by nobody, and its address, which is the key, is told to nobody."""
    frame = Frame.load()
    meta = frame.meta(title, request.path, is_indexed=False)
    html = loader.get_template(template).render({**frame.context(meta), **context})
    return private(HttpResponse(html, status=status))


def private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "strict-origin"
    return response


def small_form(view: View) -> View:
    """A view that takes a small form and refuses everything else in one sentence.

    No token against forgery is asked for: nothing here goes by a session. What a form may do is said by the
    link it stands behind, and subscribing needs no right at all; so pages with such a form are kept whole,
    and a mail program can unsubscribe (RFC 8058), which has no cookie.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            try:
                length = int(request.META.get("CONTENT_LENGTH") or 0)
            except ValueError:
                length = 0
            if length > LARGEST or (length and request.content_type not in _FORMS):
                sentence = _("Only the form of this page can be sent here.")
                return private_page(
                    request,
                    "newsletter/said.html",
                    {"heading": _("Not taken"), "sentences": [sentence]},
                    title=_("Not taken"),
                    status=400,
                )
        return view(request, *args, **kwargs)

    return guarded
