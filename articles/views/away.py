"""What is said when the database cannot be reached: in a moment, in the form that was asked for, and nothing of why."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from pagecache.parts import remembered

# Seconds after which it is worth trying again.
RETRY_AFTER = "5"
# Where whoever comes wants to sign in, or has.
OF_ACCOUNTS = ("/admin/", "/akun/")


def away(request: HttpRequest) -> HttpResponse:
    """503: a page for people, one sentence for scripts. Nothing here asks the database."""
    # Also at the desk: whose language it would speak stands in the database.
    with translation.override(settings.LANGUAGE_CODE):
        response = _answer(request)
        response["Content-Language"] = settings.LANGUAGE_CODE
    response.status_code = 503
    response["Retry-After"] = RETRY_AFTER
    response["Cache-Control"] = "no-store"
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    was_sent = request.method not in ("GET", "HEAD")
    sentence = _("That does not work for a moment. Please try again shortly.")
    if request.headers.get("X-Fragment"):
        return HttpResponse(format_html('<p class="talk-failed" role="alert">{}</p>', sentence))
    # What a browser opens as a page says so; scripts, feed readers and pictures do not.
    accepted = request.headers.get("Accept", "")
    if "json" in accepted or "json" in (request.content_type or ""):
        return JsonResponse({"error": sentence})
    if request.path.endswith((".xml", ".json", ".csv", ".txt")):
        return HttpResponse(f"{sentence}\n", content_type="text/plain; charset=utf-8")
    told = {
        "was_sent": was_sent,
        "is_of_account": request.path.startswith(OF_ACCOUNTS),
        "address": "" if was_sent else request.get_full_path(),
        # What stands around every page; with it the name of the paper, if this machine has shown a page before.
        "frame": remembered("frame"),
    }
    return HttpResponse(loader.get_template("503.html").render(told))
