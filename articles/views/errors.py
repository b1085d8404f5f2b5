"""Answers when there is nothing to show. Those without the database work when it is gone."""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _

from ..models import Article
from .frame import Frame, render_page
from .redirects import old_address

logger = logging.getLogger(__name__)

LATEST = 8


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An old address answers with the new one; any other says what to do next."""
    if moved := old_address(request):
        return moved
    # Under /admin/ the desk's language is on; the page is the public site's all the same.
    with translation.override(settings.LANGUAGE_CODE):
        return _public_404(request)


def _public_404(request: HttpRequest) -> HttpResponse:
    latest = Article.objects.published().for_list().newest_first()[:LATEST]
    frame = Frame.load()
    meta = frame.meta(_("Page not found"), "/", is_indexed=False)
    return render_page(request, "404.html", {"latest": latest}, frame=frame, meta=meta, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _static_page("400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _static_page("403.html", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    return _static_page("500.html", 500)


def _static_page(template: str, status: int) -> HttpResponse:
    try:
        html = loader.get_template(template).render({})
    except Exception:
        # The page about a fault must not fail itself, whatever is broken.
        logger.exception("The page %s cannot be shown", template)
        html = f"<!doctype html><title>{status}</title><h1>{status}</h1>"
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    return response
