"""Lists of stories: section, tag, author, latest, popular. The archive is archive.py."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pagecache import recording

from ..models import Article, Author, Byline, Tag
from ..readership import most_read
from ..structured import author_json_ld, breadcrumb_json_ld
from .frame import Frame, cards_of, listed_cards_of, render_page

POPULAR = 10


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    frame = Frame.load()
    found = frame.section(slug)
    path = found.get_absolute_url()
    recording.shows(f"section:{found.pk}")
    stories = cards_of(request, Article.objects.published().filter(section=found))
    meta = frame.meta(
        found.name,
        path,
        description=found.description,
        section=found,
        data=[breadcrumb_json_ld([(frame.publication.name, "/"), (found.name, path)])],
        is_indexed=stories.is_first,
    )
    context = {"section": found, "stories": stories}
    return render_page(request, "articles/section.html", context, frame=frame, meta=meta)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Tag, slug=slug)
    recording.shows(f"of-tag:{found.pk}")
    # A tag may be a name, so never a story that protects identities.
    tagged = found.tagged_articles.filter(content_object__is_identity_protected=False)
    stories = listed_cards_of(request, tagged, "content_object")
    if not stories.items:
        # Nor by the address of an older page: the tag itself may name whom its story protects.
        raise Http404("No public story has this tag")
    frame = Frame.load()
    meta = frame.meta(
        _("Stories about %(tag)s") % {"tag": found.name},
        found.get_absolute_url(),
        is_indexed=stories.is_first,
    )
    context = {"tag": found, "stories": stories}
    return render_page(request, "articles/tag.html", context, frame=frame, meta=meta)


@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Author, slug=slug)
    recording.shows(f"of-author:{found.pk}")
    # Who signs a story twice, in two roles, has it once.
    first = Byline.objects.filter(article=OuterRef("article"), author=found, pk__lt=OuterRef("pk"))
    stories = listed_cards_of(request, found.bylines.filter(~Exists(first)), "article")
    if not stories.items:
        raise Http404("No public story is signed with this name")
    frame = Frame.load()
    meta = frame.meta(
        found.name,
        found.get_absolute_url(),
        description=found.bio,
        kind="profile",
        data=[author_json_ld(found, frame.publication)],
        is_indexed=stories.is_first,
    )
    context = {"author": found, "stories": stories}
    return render_page(request, "articles/author.html", context, frame=frame, meta=meta)


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    return show(request)


def show(request: HttpRequest, **more: Any) -> HttpResponse:
    """The latest stories; `more` goes into the template, as for a preview."""
    frame = Frame.load()
    recording.shows("latest")
    stories = cards_of(request, Article.objects.published())
    meta = frame.meta(_("Latest"), reverse("articles:latest"), is_indexed=stories.is_first)
    context = {"stories": stories, **more}
    return render_page(request, "articles/latest.html", context, frame=frame, meta=meta)


@require_safe
def popular(request: HttpRequest) -> HttpResponse:
    """The most read stories; while nobody was counted the newest, and the page says so."""
    frame = Frame.load()
    recording.shows("latest")
    ranking = most_read(POPULAR)
    stories = ranking.stories
    if not stories:
        newest = Article.objects.published().unpaid().newest_first().values("pk")[:POPULAR]
        stories = list(Article.objects.for_cards(newest).newest_first())
    context = {"stories": stories, "span": ranking.span.name}
    meta = frame.meta(_("Most read"), reverse("articles:popular"), is_indexed=False)
    return render_page(request, "articles/popular.html", context, frame=frame, meta=meta)
