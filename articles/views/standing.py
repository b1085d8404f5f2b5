"""Pages that stand: masthead, guidelines, privacy, contact, own pages, and all corrections."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pagecache import recording

from ..models import Article, Correction, Page
from ..sanitise import plain_text
from ..structured import publication_json_ld
from .frame import Frame, render_page, slice_of
from .installable import MOST_DAYS, MOST_STORIES

# The page that the contact address shows above what the masthead knows.
CONTACT_SLUG = "kontak"


@require_safe
def masthead(request: HttpRequest) -> HttpResponse:
    frame = Frame.load()
    meta = frame.meta(
        _("Masthead"),
        reverse("articles:masthead"),
        data=[publication_json_ld(frame.publication)],
    )
    return render_page(request, "articles/masthead.html", {}, frame=frame, meta=meta)


@require_safe
def guidelines(request: HttpRequest) -> HttpResponse:
    frame = Frame.load()
    meta = frame.meta(_("Cyber media guidelines"), reverse("articles:guidelines"))
    return render_page(request, "articles/guidelines.html", {}, frame=frame, meta=meta)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    frame = Frame.load()
    meta = frame.meta(_("Privacy"), reverse("articles:privacy"))
    context = {
        "days_of_events": settings.EVENTS_KEPT_DAYS,
        "kept": MOST_STORIES,
        "kept_days": MOST_DAYS,
    }
    return render_page(request, "articles/privacy.html", context, frame=frame, meta=meta)


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    frame = Frame.load()
    own_text = Page.objects.filter(slug=CONTACT_SLUG, is_published=True).first()
    meta = frame.meta(_("Contact"), reverse("articles:contact"))
    return render_page(request, "articles/contact.html", {"page": own_text}, frame=frame, meta=meta)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse | HttpResponsePermanentRedirect:
    if slug == CONTACT_SLUG:
        return HttpResponsePermanentRedirect(reverse("articles:contact"))
    found = get_object_or_404(Page, slug=slug, is_published=True)
    frame = Frame.load()
    meta = frame.meta(found.title, found.get_absolute_url(), description=plain_text(found.body))
    return render_page(request, "articles/page.html", {"page": found}, frame=frame, meta=meta)


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Corrections of public stories and withdrawals, newest first; none of a story that is over."""
    frame = Frame.load()
    recording.shows("corrections")
    rows = Correction.objects.select_related("article__place", "article__section").filter(
        article__in=Article.objects.published_or_withdrawn()
    )
    entries = slice_of(request, rows, by="created_at")
    meta = frame.meta(
        _("Corrections"), reverse("articles:corrections"), is_indexed=entries.is_first
    )
    return render_page(
        request, "articles/corrections.html", {"corrections": entries}, frame=frame, meta=meta
    )
