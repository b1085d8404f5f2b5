"""The four kinds of answers: pages and fragments, each for everybody or for one person alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.template import loader
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from articles import agenda
from articles.views.frame import CACHE_CONTROL, Frame
from pagecache import recording

View = Callable[..., HttpResponse]

# Longer than the longest comment in the most wasteful encoding, shorter than anything else.
LARGEST = 64 * 1024
_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


def public_fragment(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A piece of a page, the same for everybody. As with pages, the template gets no request."""
    html = loader.get_template(template).render({"language": settings.LANGUAGE_CODE, **context})
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = CACHE_CONTROL
    response["X-Robots-Tag"] = "noindex"
    recording.keep()
    agenda.heed()
    if status != 200:
        return response
    etag = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def private_fragment(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A piece of a page for the person who asked; kept nowhere."""
    html = loader.get_template(template).render(context, request)
    return _private(HttpResponse(html, status=status))


def private_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, title: str, status: int = 200
) -> HttpResponse:
    """A page for the person who asked; kept nowhere, by no search engine either."""
    frame = Frame.load()
    meta = frame.meta(title, request.path, is_indexed=False)
    html = loader.get_template(template).render({**frame.context(meta), **context}, request)
    return _private(HttpResponse(html, status=status))


def private_redirect(address: str) -> HttpResponse:
    return _private(HttpResponse(status=303, headers={"Location": address}))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def wants_fragment(request: HttpRequest) -> bool:
    """Whether our script asks; a form that is sent without it wants a whole page."""
    return request.headers.get("X-Fragment") == "1"


class _Check(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def small_form(view: View) -> View:
    """A view that takes a small form, refuses everything else in one sentence, and checks CSRF.

    The size is looked at before anything is read. When the CSRF token does not fit, because the
    session ended or the browser refuses cookies, `view` is called with `refused=` a sentence:
    it shows the form again with what was typed, and does nothing else.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > LARGEST:
            return refuse(
                request,
                _(
                    "That is too long to be taken. Go back with your browser: your text is still "
                    "there, shorten it and send it again."
                ),
                status=413,
            )
        if request.content_type not in _FORMS:
            return refuse(request, _("Only the form of this page can be sent here."), status=400)
        if _Check(lambda request: HttpResponse()).process_view(request, view, (), {}):
            kwargs["refused"] = _(
                "The form could not be checked: you signed in or out meanwhile, or your browser "
                "keeps no cookies. Your text is still here: send it again."
            )
        return view(request, *args, **kwargs)

    return guarded


def refuse(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    """One clear sentence, as a page or as a fragment."""
    context = {"sentence": sentence}
    if wants_fragment(request):
        return private_fragment(request, "comments/refusal.html", context, status=status)
    return private_page(
        request, "comments/refused.html", context, title=_("Not taken"), status=status
    )
