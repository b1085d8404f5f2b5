"""What every public page has around it, and the one way such a page is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template import loader
from django.utils.cache import get_conditional_response

from .. import front, keyset
from ..cards import PageMeta, page_meta
from ..models import Publication, Section
from .colours import colours_address

# Exact for every reader at every moment: whoever keeps a page asks again before showing it.
CACHE_CONTROL = "public, max-age=0, must-revalidate"


@dataclass(frozen=True)
class Frame:
    """The publication with its breaking news, and its sections; two queries for a whole page."""

    publication: Publication
    sections: Sequence[Section]
    breaking: front.Breaking | None = None

    @classmethod
    def load(cls) -> Frame:
        around = front.around()
        return cls(around.publication, list(Section.objects.all()), around.breaking)

    def context(self, meta: PageMeta) -> dict[str, Any]:
        """What base.html needs on every page."""
        return {
            "publication": self.publication,
            "sections": self.sections,
            "section_colours": colours_address(self.sections),
            "breaking": self.breaking,
            "language": settings.LANGUAGE_CODE,
            "meta": meta,
        }

    def section(self, slug: str) -> Section:
        """The section with that address. Raises Http404."""
        for section in self.sections:
            if section.slug == slug:
                return section
        raise Http404(f"No section {slug}")

    def meta(self, title: str, path: str, **more: Any) -> PageMeta:
        """The head of a page; `more` as `cards.page_meta` takes it."""
        return page_meta(self.publication, title=title, path=path, **more)


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    frame: Frame,
    meta: PageMeta,
    status: int = 200,
) -> HttpResponse:
    """Answer with a public page, or with 304 when the reader has it already.

    The template gets no request: no user, session or token can come into a page that is kept
    for everybody.
    """
    html = loader.get_template(template).render({**frame.context(meta), **context})
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = CACHE_CONTROL
    if status != 200:
        return response
    etag = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    # Typed as optional for callers without a response; with one it always returns one.
    return get_conditional_response(request, etag=etag, response=response) or response


def slice_of(request: HttpRequest, rows: QuerySet, **options: Any) -> keyset.Slice:
    """The page of `rows` that the address asks for. Raises Http404 for a made-up cursor."""
    try:
        return keyset.cut(rows, request.GET.get("sebelum", ""), **options)
    except keyset.BadCursor:
        raise Http404("Malformed cursor") from None
