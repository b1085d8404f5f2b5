"""What an advertiser signs off: a page behind a signed address, and the creative on a real page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles.views import front, lists, story
from articles.views.frame import Frame

from .. import approval, signing_page
from ..choices import PageClass
from ..forms.signing import SignOffForm
from ..models import Creative, Placement


@require_http_methods(["GET", "HEAD", "POST"])
def sign_off(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the creative and what was agreed; POST takes the person's decision."""
    try:
        creative, digest = approval.read(token)
    except approval.OldLink:
        return _gone(request, 410)
    except approval.BadLink:
        return _gone(request, 404)
    form = SignOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            form.decide(creative, digest)
        except approval.Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _private(HttpResponseRedirect(request.path))
    context = signing_page.context_of(creative, digest, token) | {"form": form}
    return _page(request, "ads/sign_off.html", context, 422 if form.errors else 200)


def stale(request: HttpRequest, token: str) -> HttpResponse:
    """The form again, filled in: it came without its own token, as after a night in an open window."""
    try:
        creative, digest = approval.read(token)
    except (approval.OldLink, approval.BadLink):
        return _gone(request, 404)
    form = SignOffForm(request.POST)
    form.is_valid()
    form.add_error(None, _("This page was open for long. Please press the button once more."))
    context = signing_page.context_of(creative, digest, token) | {"form": form}
    return _page(request, "ads/sign_off.html", context, 403)


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A real page of the site with the creative in the placement that `?slot=` names."""
    try:
        creative, digest = approval.read(token)
    except approval.OldLink:
        return _gone(request, 410)
    except approval.BadLink:
        return _gone(request, 404)
    placements = {one.key: one for one in creative.flight.placements.all()}
    placement = placements.get(request.GET.get("slot", "")) or next(iter(placements.values()), None)
    if placement is None or digest != creative.digest:
        return HttpResponseRedirect(signing_page.path_of(token))
    return _private(_page_with(request, placement, creative))


def _page_with(request: HttpRequest, placement: Placement, creative: Creative) -> HttpResponse:
    """A page of the class on which the placement stands; the front page while there is no story."""
    shown = {"preview": {"placement": placement.key, "creative": creative}}
    if placement.page_class == PageClass.LIST:
        return lists.show(request, **shown)
    page = signing_page.story_for_preview() if placement.page_class == PageClass.ARTICLE else None
    return story.show(request, page, **shown) if page else front.show(request, **shown)


def _gone(request: HttpRequest, status: int) -> HttpResponse:
    return _page(request, "ads/sign_gone.html", {"is_old": status == 410}, status)


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int
) -> HttpResponse:
    frame = Frame.load()
    meta = frame.meta(_("Advertisement for your approval"), request.path, is_indexed=False)
    html = loader.get_template(template).render({**frame.context(meta), **context}, request)
    return _private(HttpResponse(html, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, found by nobody, and the address, which is the key, is told to nobody: not to our own log either.

    Not "no-referrer": then a browser names no origin with the form, which is refused as forged.
    """
    response["Cache-Control"] = "private, no-store"
    for name in ("ETag", "Expires"):
        if name in response:
            del response[name]
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "strict-origin"
    return response
