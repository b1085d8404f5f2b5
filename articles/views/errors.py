"""Answers when there is nothing to show. Those without the database work when it is gone."""

from __future__ import annotations

import logging
import re
import sys
from contextlib import nullcontext

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _

from pagecache import recording
from pagecache.outage import is_lost_connection, is_out_of_room, link

from .away import away
from .blocks import latest_stories
from .frame import Frame, render_page
from .redirects import old_address

logger = logging.getLogger(__name__)

# Longer than what anybody types into a search.
LONGEST_WORDS = 100
PEOPLE = "/tokoh/"
# Words of our addresses, which nobody was looking for.
BELOW_STORIES = {"riwayat", "langsung", "ninjs.json"}


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An old address answers with the new one; any other says what to do next."""
    if moved := old_address(request):
        return moved
    # Under /admin/ the desk's language is on; the page is the public site's all the same.
    with translation.override(settings.LANGUAGE_CODE):
        return _public_404(request)


def _public_404(request: HttpRequest) -> HttpResponse:
    # Anybody can ask for what is not there as often as they like: where pages are kept, all of it but the words of
    # the address is taken from what was made for other pages.
    with nullcontext() if recording.current() is not None else recording.recording():
        frame = Frame.load()
        context = {"latest": latest_stories(), "words": words_of(request.path)}
        meta = frame.meta(_("Page not found"), "/", is_indexed=False)
        return render_page(request, "404.html", context, frame=frame, meta=meta, status=404)


def words_of(path: str) -> str:
    """What somebody may have looked for who came to that address; empty where it has no words.

    "/2020/12/02/harga-pasar-turun/" was about "harga pasar turun". Addresses of people have none: whoever has no
    public page is answered for with the same bytes as somebody who never was.
    """
    if path.startswith(PEOPLE):
        return ""
    parts = (part for part in reversed(path.split("/")) if part not in BELOW_STORIES)
    last = next((part for part in parts if re.search(r"[^\W\d_]{3}", part)), "")
    words = re.split(r"[\W_]+", re.sub(r"\.[a-z]{2,5}$", "", last))
    return " ".join(word for word in words if word and not word.isdigit())[:LONGEST_WORDS].strip()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _static_page("400.html", 400, request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _static_page("403.html", 403, request)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or the database is away or a disk is full, which is not a fault of this request and passes."""
    error = sys.exception()
    if is_lost_connection(error) or is_out_of_room(error):
        response = away(request)
        # An outage is said once, where it is noticed, and not for each of those who ask meanwhile.
        response._has_been_logged = link.is_down  # type: ignore[attr-defined]
        return response
    return _static_page("500.html", 500, request)


def _static_page(template: str, status: int, request: HttpRequest) -> HttpResponse:
    # By it whoever is told finds the lines in the log (newsroom/watch/doorway.py); it is well-formed or not there.
    told = {
        "incident": request.META.get("newsroom.request_id", ""),
        "was_sent": request.method not in ("GET", "HEAD"),
    }
    try:
        html = loader.get_template(template).render(told)
    except Exception:
        # The page about a fault must not fail itself, whatever is broken.
        logger.exception("The page %s cannot be shown", template)
        html = f"<!doctype html><title>{status}</title><h1>{status}</h1>"
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    return response
