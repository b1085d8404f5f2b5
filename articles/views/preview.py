"""A story as readers will see it, before they do: in the desk's frame, and behind a preview link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .. import preview
from ..cards import article_meta
from ..choices import Status
from ..models import Article, Publication
from . import story as story_page
from .frame import Frame, render_page

TEMPLATE = "articles/preview.html"


def page_for_frame(request: HttpRequest, article: Article) -> str:
    """The whole page of a saved story as HTML, in the publication's language, for a frame without script."""
    with translation.override(settings.LANGUAGE_CODE):
        return _page(request, article.pk, is_framed=True).content.decode()


@csp_replace({"script-src": [NONE]})
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The story of a preview link as it is saved now; once it is out, the way to its own page."""
    link = preview.find(token)
    if link is None or preview.has_ended(link):
        return _private(_gone(request, 410 if link else 404))
    if not preview.is_hidden(link.article):
        return _private(HttpResponseRedirect(link.article.get_absolute_url()))
    preview.note_opening(link)
    expires_at = timezone.localtime(link.expires_at)
    return _private(_page(request, link.article_id, expires_at=expires_at))


def _page(request: HttpRequest, pk: int, **more: Any) -> HttpResponse:
    article = _as_if_out(pk)
    # Nothing for machines: no feeds, no structured data, no card of what is not out.
    meta = replace(
        article_meta(article, Publication.current()),
        data=(),
        feeds=(),
        properties=(),
        picture=None,
        ninjs_url="",
        is_indexed=False,
    )
    return story_page.show(request, article, template=TEMPLATE, meta=meta, **more)


def _as_if_out(pk: int) -> Article:
    """The story with the times that it would have, did it come out now."""
    now = timezone.now()
    rows = Article.objects.for_page().select_related("changes_to")
    article = rows.defer("search", "changes_to__search", "changes_to__body").get(pk=pk)
    if story := article.changes_to:
        article.publish_at, article.published_on = story.publish_at, story.published_on
        article.updated_at = now
        # What was corrected stands with the story, not with its working copy.
        article._prefetched_objects_cache["corrections"] = story.corrections.all()
    elif article.status != Status.PUBLISHED:
        article.publish_at = max(article.not_before or now, now)
    return article


def _gone(request: HttpRequest, status: int) -> HttpResponse:
    frame = Frame.load()
    meta = frame.meta(_("This preview has ended"), "/", is_indexed=False)
    template = "articles/preview_gone.html"
    return render_page(request, template, {}, frame=frame, meta=meta, status=status)


def _private(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, found by nobody, and the address is told to no other site."""
    response["Cache-Control"] = "private, no-store"
    del response["ETag"]
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
