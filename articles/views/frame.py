"""What every public page has around it, and the one way such a page is answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template import loader
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.safestring import SafeString

from pagecache import recording
from pagecache.parts import part

from .. import agenda, front, keyset
from ..cards import PageMeta, page_meta
from ..models import Article, Publication, Section
from ..querysets import ArticleQuerySet
from ..share_pictures import icon_path
from .colours import colours_address

# Exact for every reader at every moment: whoever keeps a page asks again before showing it.
CACHE_CONTROL = "public, max-age=0, must-revalidate"


@dataclass(frozen=True)
class Surroundings:
    """The pieces of pages that are the same on each that has them, as HTML; most stand in base.html."""

    styles: SafeString
    icons: SafeString
    script: SafeString
    top: SafeString
    nameplate: SafeString
    navigation: SafeString
    footer: SafeString
    reading: SafeString
    by_mail: SafeString


@dataclass(frozen=True)
class Frame:
    """The publication with its breaking news, and its sections; two queries for a whole page.

    Kept as one part while pages are rendered for readers. It stands beside what a page is about; a page that is
    about the publication itself says so (`recording.shows("site")`).
    """

    publication: Publication
    sections: Sequence[Section]
    breaking: front.Breaking | None = None

    @classmethod
    def load(cls) -> Frame:
        with recording.beside():
            return part("frame", cls._read)

    @classmethod
    def _read(cls) -> Frame:
        around = front.around()
        frame = cls(around.publication, list(Section.objects.all()), around.breaking)
        # Kept along with it.
        _ = frame.surroundings
        return frame

    @cached_property
    def surroundings(self) -> Surroundings:
        context = {
            "publication": self.publication,
            "sections": self.sections,
            "section_colours": colours_address(self.sections),
            "breaking": self.breaking,
            "icon": icon_path(self.publication, "192"),
            "touch_icon": icon_path(self.publication, "180"),
            "has_worker": settings.SERVICE_WORKER,
        }

        def piece(name: str) -> SafeString:
            return loader.render_to_string(f"frame/{name}.html", context)

        return Surroundings(
            styles=piece("styles"),
            icons=piece("icons"),
            script=piece("script"),
            top=piece("top"),
            nameplate=piece("nameplate"),
            navigation=self._navigation(),
            footer=piece("footer"),
            reading=piece("reading"),
            by_mail=piece("by_mail"),
        )

    def _navigation(self, section: Section | None = None) -> SafeString:
        context = {"sections": self.sections, "section": section}
        return loader.render_to_string("frame/navigation.html", context)

    def context(
        self, meta: PageMeta | None = None, section: Section | None = None
    ) -> dict[str, Any]:
        """What base.html needs on every page; `section` is marked in the masthead.

        Without `meta` the template brings the title and the block `meta` itself.
        """
        around = self.surroundings
        return {
            "publication": self.publication,
            "sections": self.sections,
            "breaking": self.breaking,
            "surroundings": around,
            "navigation": self._navigation(section) if section else around.navigation,
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
    meta: PageMeta | None = None,
    status: int = 200,
    is_kept: bool = True,
) -> HttpResponse:
    """Answer with a public page, or with 304 when the reader has it already.

    The template gets no request: no user, session or token can come into a page that is kept
    for everybody. A page that says that there is nothing is not kept: what would be there has no name yet.

    Args:
        is_kept: whether the page is kept for others; what it shows must then be told to `pagecache.recording`.
    """
    around = frame.context(meta, context.get("section"))
    html = loader.get_template(template).render({**around, **context})
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = CACHE_CONTROL
    if is_kept and status != 404:
        recording.keep()
        agenda.heed()
    # Who keeps the page makes a tag for each encoding of it.
    if status != 200 or recording.current() is not None:
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


def cards_of(request: HttpRequest, rows: ArticleQuerySet) -> keyset.Slice:
    """The page of public stories that the address asks for, with what their cards show; one query."""
    found = slice_of(request, rows, shown=lambda cut: Article.objects.for_cards(cut.values("pk")))
    note_comments(found.items)
    return found


def listed_cards_of(request: HttpRequest, rows: QuerySet, story: str) -> keyset.Slice:
    """The same of what lists stories in the order of `listed_at`: the tags or bylines of public stories.

    `story` is the field that leads to the story.
    """
    key = f"{story}_id"
    now = timezone.now()
    found = slice_of(
        request,
        rows.filter(listed_at__lte=now, **{f"{story}__in": Article.objects.published(at=now)}),
        by="listed_at",
        then_by=key,
        shown=lambda cut: Article.objects.for_cards(cut.values(key)),
        shown_by=("publish_at", "pk"),
    )
    note_comments(found.items)
    return found


def note_comments(stories: Iterable[Article]) -> None:
    """Say that the page shows how many comments these stories have."""
    with recording.beside():
        recording.shows(*(f"talk:{story.pk}" for story in stories))
