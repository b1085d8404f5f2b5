"""Pictures of words, drawn for whoever asks first. What is kept of them is kept with the pages and as exactly."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from pagecache import recording

from .. import agenda, share_pictures, threads
from ..drawn import icon
from ..drawn.card import Card
from ..models import Article, Publication, Section
from .people.of_organisation import public_organisation
from .people.of_person import newest_office, offices_of_person, public_person

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
def person_card(request: HttpRequest, slug: str, mark: str) -> HttpResponse:
    """The card of somebody with a public page, with the office of today."""
    person = public_person(slug)
    agenda.until_tomorrow()
    office = newest_office(offices_of_person(person))
    return _card(share_pictures.person_card(person, office, Publication.current()), mark)


@require_safe
def organisation_card(request: HttpRequest, slug: str, mark: str) -> HttpResponse:
    organisation = public_organisation(slug)
    return _card(share_pictures.organisation_card(organisation, Publication.current()), mark)


@require_safe
def thread_card(request: HttpRequest, slug: str, mark: str) -> HttpResponse:
    """The card of a thread with a public story."""
    thread = get_object_or_404(threads.with_newest(), slug=slug)
    recording.shows(f"of-thread:{thread.pk}")
    return _card(share_pictures.thread_card(thread, Publication.current()), mark)


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
