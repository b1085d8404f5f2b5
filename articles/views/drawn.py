"""Pictures of words, drawn for whoever asks first. What is kept of them is kept with the pages and as exactly."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from pagecache import recording

from .. import share_pictures
from ..drawn import icon
from ..drawn.card import Card
from ..models import Article, Publication, Section

# Addresses change with the contents. But a card says what its story said, and a withdrawal has to end it wherever it is
# kept: nobody keeps it for longer than this without asking.
_AN_HOUR = "public, max-age=3600"
_FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def story_card(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """The card of a public story. 404 for one that was withdrawn, and for any mark but that of its present words."""
    stories = Article.objects.published().select_related("section")
    story = get_object_or_404(stories, pk=pk)
    return _card(share_pictures.story_card(story, Publication.current()), mark)


@require_safe
def section_card(request: HttpRequest, slug: str, mark: str) -> HttpResponse:
    section = get_object_or_404(Section, slug=slug)
    return _card(share_pictures.section_card(section, Publication.current()), mark)


@require_safe
def publication_card(request: HttpRequest, mark: str) -> HttpResponse:
    return _card(share_pictures.publication_card(Publication.current()), mark)


@require_safe
def publication_icon(request: HttpRequest, kind: str, mark: str) -> HttpResponse:
    name = Publication.current().name
    if kind not in icon.KINDS or mark != icon.mark_of(name):
        raise Http404("No such icon")
    return _picture(icon.as_png(name, kind), _FOR_GOOD)


def _card(card: Card, mark: str) -> HttpResponse:
    if mark != card.mark:
        raise Http404("Not the card of what is there now")
    return _picture(card.as_png(), _AN_HOUR)


def _picture(png: bytes, cache_control: str) -> HttpResponse:
    response = HttpResponse(png, content_type="image/png")
    response["Cache-Control"] = cache_control
    recording.keep()
    return response
