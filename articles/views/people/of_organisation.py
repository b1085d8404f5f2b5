"""The page of an institution: people and posts, then and now, and who was sent."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from pagecache import recording

from ... import agenda
from ...models import Appearance, Organisation, Post, Tenure
from ...share_pictures import of_organisation
from ...structured import breadcrumb_json_ld, organisation_json_ld
from ..frame import Frame, render_page
from .offices import holders_of
from .sent import sent_by
from .stories import LinesOfOrganisation, page_of, recent


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """An institution with a public page; 404 for every other.

    As with people, the pages behind the first are lists of stories alone.
    """
    found = public_organisation(slug)
    agenda.until_tomorrow()
    appearances = Appearance.objects.published().filter(organisation=found)
    stories = page_of(request, appearances, LinesOfOrganisation(found))
    is_whole = stories.is_first
    frame = Frame.load()
    whole = _whole(found) if is_whole else {}
    return render_page(
        request,
        "articles/organisation.html",
        {"organisation": found, "stories": stories, "is_whole": is_whole, **whole},
        frame=frame,
        meta=frame.meta(
            found.name,
            found.get_absolute_url(),
            description=found.note,
            data=[
                organisation_json_ld(
                    found,
                    is_parent_public=found.is_parent_public,  # type: ignore[attr-defined]
                    tenures=[t for post in whole["posts"] for t in (*post.now, *post.former)],
                    parts=whole["parts"],
                ),
                breadcrumb_json_ld(
                    [(frame.publication.name, "/"), (found.name, found.get_absolute_url())]
                ),
            ]
            if is_whole
            else (),
            is_indexed=is_whole,
            popolo_path=reverse("articles:organisation_popolo", args=[found.slug]),
            picture=of_organisation(found, frame.publication),
        ),
    )


def public_organisation(slug: str) -> Organisation:
    """The institution at that address, with `is_parent_public`. Raises Http404 for one without a page."""
    parent = Organisation.objects.public().filter(pk=OuterRef("parent"))
    found: Organisation = get_object_or_404(
        Organisation.objects.public()
        .select_related("parent", "place")
        .annotate(is_parent_public=Exists(parent)),
        slug=slug,
    )
    recording.shows(f"of-organisation:{found.pk}")
    return found


def posts_of(found: Organisation) -> list[Post]:
    """Its posts in the order of protocol, with their tenures and whom these are today."""
    held = Prefetch("tenures", Tenure.objects.select_related("person__merged_into"))
    return list(Post.objects.filter(organisation=found).prefetch_related(held))


def _whole(found: Organisation) -> dict[str, Any]:
    posts = posts_of(found)
    latest = recent(Appearance.objects.published().filter(organisation=found))
    return {
        "posts": [holders_of(post) for post in posts],
        "parts": list(found.parts.public()),
        "sent": sent_by(found, posts, latest),
    }
