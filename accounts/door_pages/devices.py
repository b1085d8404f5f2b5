"""Where somebody is signed in, and how to end it there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import devices
from .frame import page


def listed(site: Any, request: HttpRequest) -> HttpResponse:
    rows = devices.shown(request.user, request)
    return page(site, request, "devices.html", _("Devices"), rows=rows)


def end(site: Any, request: HttpRequest) -> HttpResponse:
    """One (`key`), or with `others` all but this one."""
    if request.POST.get("others"):
        ended = devices.end_all(request.user, but=request.session.session_key)
        messages.success(request, said(ended))
    elif devices.end(request.user, request.POST.get("key", "")):
        messages.success(request, _("Signed out there."))
    else:
        messages.info(request, _("Nobody is signed in there any more."))
    return HttpResponseRedirect(reverse("admin:devices"))


def said(ended: int) -> str:
    """What came of ending several."""
    if not ended:
        return _("Nobody was signed in anywhere else.")
    words = ngettext("Signed out on %d other device.", "Signed out on %d other devices.", ended)
    return words % ended


def end_by_letter(site: Any) -> Callable[..., HttpResponse]:
    """The page behind the link of a letter: who holds it ends that one session, without signing in."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, token: str) -> HttpResponse:
        named = devices.named_by(token)
        is_ended = False
        if named is not None and request.method == "POST":
            devices.end(*named)
            is_ended = True
        return page(
            site,
            request,
            "end.html",
            _("Sign out a device"),
            status=200 if named else 404,
            is_known=named is not None,
            is_ended=is_ended,
        )

    return view
