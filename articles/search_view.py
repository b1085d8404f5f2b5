"""/cari/: the search page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import search as finding
from .models import Article, Section
from .views.frame import Frame, render_page, slice_of

PAGE_SIZE = 20
NEWEST = "terbaru"
BEST = "terkait"

_CURSOR = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,20})?(?:e-[0-9]{1,2})?)-([0-9]{1,18})")


@dataclass(frozen=True)
class Filters:
    """What the reader chose beside the words; what does not exist counts as not chosen."""

    section: Section | None
    year: int | None
    order: str

    @classmethod
    def of(cls, request: HttpRequest, sections: Sequence[Section], years: Sequence[int]) -> Filters:
        by_slug = {section.slug: section for section in sections}
        by_text = {str(year): year for year in years}
        return cls(
            section=by_slug.get(request.GET.get("rubrik", "")),
            year=by_text.get(request.GET.get("tahun", "")),
            order=NEWEST if request.GET.get("urut") == NEWEST else BEST,
        )

    def apply(self, found: QuerySet[Article]) -> QuerySet[Article]:
        if self.section:
            found = found.filter(section=self.section)
        return finding.in_year(found, self.year) if self.year else found

    def as_query(self, text: str, cursor: str = "") -> str:
        """The address of a page of these results, without the path."""
        chosen = {
            "q": text,
            "rubrik": self.section.slug if self.section else "",
            "tahun": str(self.year or ""),
            "urut": self.order if self.order == NEWEST else "",
            "sebelum": cursor,
        }
        return "?" + urlencode({name: value for name, value in chosen.items() if value})


@dataclass(frozen=True)
class Result:
    story: Article
    snippet: str


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Stories and people for `q`, best or newest first, twenty at a time.

    Always an ordinary page, whatever was typed; 404 only for a made-up cursor.
    """
    frame = Frame.load()
    years = _years()
    filters = Filters.of(request, frame.sections, years)
    query = finding.parse(request.GET.get("q", ""))
    results, older, people = [], "", []
    if query.is_answerable:
        stories, cursor = _page(request, query, filters)
        results = [Result(story, finding.snippet(story.snippet_source)) for story in stories]
        older = filters.as_query(query.text, cursor) if cursor else ""
        people = [] if "sebelum" in request.GET else finding.people(query)
    title = _("Search: %(text)s") % {"text": query.text} if query.text else _("Search")
    return render_page(
        request,
        "articles/search.html",
        {
            "query": query,
            "filters": filters,
            "years": years,
            "results": results,
            "people": people,
            "older": older,
            "first": filters.as_query(query.text),
            "is_first": "sebelum" not in request.GET,
            "advice": advice(query, has_found=bool(results or people)),
        },
        frame=frame,
        # Without end, so kept out of search engines as robots.txt asks.
        meta=frame.meta(title, reverse("articles:search"), is_indexed=False),
    )


def advice(query: finding.Query, *, has_found: bool) -> str:
    """What to do next, in one sentence, when there is nothing to show; else empty."""
    if query.is_too_long:
        return _("This is more than %(limit)d characters; search for a few words of it.") % {
            "limit": finding.LONGEST_QUERY
        }
    if query.has_only_stop_words:
        return _("These words stand in nearly every story; add a name, a place or a subject.")
    if query.has_only_exclusions:
        return _("There are only words to leave out; add one that must be there.")
    if not query.text:
        return _(
            "Search for a name, a place or a subject. Put words in quotes to find them together."
        )
    if not query.is_answerable:
        return _("There is no word here to look for; write a name, a place or a subject.")
    if not has_found:
        return _("Nothing was found. Try fewer or other words, or another year and section.")
    return ""


def _years() -> list[int]:
    """Every year since the first story, the newest first."""
    oldest = Article.objects.published().order_by("publish_at", "pk")
    first = oldest.values_list("published_on", flat=True).first()
    return list(range(timezone.localdate().year, first.year - 1, -1)) if first else []


def _page(
    request: HttpRequest, query: finding.Query, filters: Filters
) -> tuple[Sequence[Article], str]:
    """One page of stories and the cursor of the next. Raises Http404 for a made-up cursor."""
    found = filters.apply(finding.stories(query)).for_list()
    found = finding.with_snippets(found, query)
    if filters.order == NEWEST:
        page = slice_of(request, found, size=PAGE_SIZE)
        return page.items, page.older
    found = finding.ranked(found, query)
    if cursor := request.GET.get("sebelum", ""):
        match = _CURSOR.fullmatch(cursor)
        if match is None:
            raise Http404("Malformed cursor")
        rank, pk = float(match[1]), int(match[2])
        found = found.filter(Q(rank__lt=rank) | Q(rank=rank, pk__lt=pk))
    rows = list(found.order_by("-rank", "-pk")[: PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE]
    more = len(rows) > PAGE_SIZE
    return shown, f"{shown[-1].rank!r}-{shown[-1].pk}" if more else ""
