"""/cari/: the search page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db.models import Exists, Q
from django.db.models.functions import Upper
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .keyset import BadCursor, Position
from .models import Article, Section, Tag
from .search_filters import BEST, NEWEST, Filters, Narrower
from .search_meant import FEW, meant
from .search_people import name_in
from .search_people import people as people_called
from .search_query import LONGEST_QUERY, Query, understood
from .search_snippets import snippet, with_snippets
from .search_stories import MOST_STORIES, look_up, ranked
from .search_suggest import public_of_tag
from .views.frame import Frame, render_page, slice_of

PAGE_SIZE = 20

_CURSOR = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,20})?(?:e-[0-9]{1,2})?)-([0-9]{1,18})")


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
    filters = Filters.of(
        frame.sections,
        years,
        section=request.GET.get("rubrik", ""),
        year=request.GET.get("tahun", ""),
        place=request.GET.get("tempat", ""),
        person=request.GET.get("orang", ""),
        order=request.GET.get("urut", ""),
    )
    query = understood(request.GET.get("q", ""))
    is_first = "sebelum" not in request.GET
    results, older, people, narrower = [], "", [], Narrower()
    is_relaxed, suggested, number = False, "", None
    if query.is_answerable:
        if is_first or filters.order == BEST:
            people = people_called(query)
        shown_for, found = _first_that_finds(request, query, filters, name_in(query, people))
        is_relaxed = bool(shown_for.least)
        results = [Result(story, snippet(story.snippet_source)) for story in found.stories]
        older = filters.as_query(query.text, found.cursor) if found.cursor else ""
        number = found.number
    if query.is_answerable and is_first:
        narrower = filters.narrower(query.text, [result.story for result in results])
        if is_relaxed or len(results) < FEW:
            suggested = meant(query)
    title = _("Search: %(text)s") % {"text": query.text} if query.text else _("Search")
    return render_page(
        request,
        "articles/search.html",
        {
            "query": query,
            "filters": filters,
            "years": years,
            "results": results,
            "number": number,
            "more_than": MOST_STORIES,
            "people": people if is_first else [],
            "subjects": subjects(query, frame.sections) if is_first else [],
            "narrower": narrower,
            "removable": filters.removable(query.text),
            "is_relaxed": is_relaxed,
            "meant": Meant(suggested, Filters().as_query(suggested)) if suggested else None,
            "older": older,
            "first": filters.as_query(query.text),
            "is_first": is_first,
            "advice": advice(query, has_found=bool(results or people), is_narrow=filters.is_narrow),
        },
        frame=frame,
        # Without end, so kept out of search engines as robots.txt asks.
        meta=frame.meta(title, reverse("articles:search"), is_indexed=False),
        # Any new story may be found by it, and hardly anybody asks the same again.
        is_kept=False,
    )


@dataclass(frozen=True)
class Meant:
    """Another query that finds more, and the address of what it finds."""

    text: str
    address: str


def subjects(query: Query, sections: Sequence[Section]) -> list[Section | Tag]:
    """The section and the tag that are called what was asked for. One query for words, none without."""
    name = " ".join(query.terms).casefold()
    if not name:
        return []
    found: list[Section | Tag] = [one for one in sections if one.name.casefold() == name]
    tags = Tag.objects.annotate(upper_name=Upper("name")).filter(upper_name=name.upper())
    return found + list(tags.filter(Exists(public_of_tag()))[:1])


def advice(query: Query, *, has_found: bool, is_narrow: bool = False) -> str:
    """What to do next, in one sentence, when there is nothing to show; else empty."""
    if query.is_too_long:
        return _("This is more than %(limit)d characters; search for a few words of it.") % {
            "limit": LONGEST_QUERY
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
    if not has_found and is_narrow:
        return _("Nothing was found here. Take away a filter, or try fewer or other words.")
    if not has_found:
        return _("Nothing was found. Try fewer or other words.")
    return ""


def position_of(cursor: str) -> Position:
    """Where a page that is ordered by time goes on. Raises Http404 for a made-up cursor."""
    try:
        return Position.parse(cursor)
    except BadCursor:
        raise Http404("Malformed cursor") from None


def _years() -> list[int]:
    """Every year since the first story, the newest first."""
    oldest = Article.objects.published().order_by("publish_at", "pk")
    first = oldest.values_list("published_on", flat=True).first()
    return list(range(timezone.localdate().year, first.year - 1, -1)) if first else []


@dataclass(frozen=True)
class Page:
    """Twenty stories, the cursor of the next page, and how many there are on all pages.

    None where that is not known; above MOST_STORIES it says only that there are more than those.
    """

    stories: Sequence[Article] = ()
    cursor: str = ""
    number: int | None = None


def _first_that_finds(
    request: HttpRequest, query: Query, filters: Filters, name: Sequence[str]
) -> tuple[Query, Page]:
    """A page of the stories with all of the words or, where there is none, with most of them."""
    for attempt in (query, *query.relaxed()):
        found = _page(request, attempt, filters, () if attempt.least else name)
        if found.stories:
            return attempt, found
    return query, Page()


def _page(request: HttpRequest, query: Query, filters: Filters, name: Sequence[str]) -> Page:
    """One page of stories. Raises Http404 for a made-up cursor."""
    cursor = request.GET.get("sebelum", "")
    look = partial(look_up, query, chosen=filters.stories, marks=filters.marks, year=filters.year)
    if filters.order == NEWEST:
        answer = look(
            before=position_of(cursor) if cursor else None,
            # Of these, those are left out whose registers have an excluded name.
            most=MOST_STORIES if query.excluded else PAGE_SIZE + 1,
        )
        shown = with_snippets(answer.stories.for_list(), query)
        page = slice_of(request, shown, size=PAGE_SIZE)
        is_whole = not cursor and not page.older and answer.is_all
        return Page(page.items, page.older, len(page.items) if is_whole else None)
    # One more than are counted tells that there are more.
    answer = look(most=MOST_STORIES + 1)
    found = ranked(with_snippets(answer.stories.for_list(), query), query, name=name)
    if cursor:
        match = _CURSOR.fullmatch(cursor)
        if match is None:
            raise Http404("Malformed cursor")
        rank, pk = float(match[1]), int(match[2])
        found = found.filter(Q(rank__lt=rank) | Q(rank=rank, pk__lt=pk))
    rows = list(found.order_by("-rank", "-pk")[: PAGE_SIZE + 1])
    items = rows[:PAGE_SIZE]
    if len(rows) <= PAGE_SIZE:
        is_whole = not cursor and answer.is_all
        return Page(items, "", len(items) if is_whole else None)
    number = answer.number if answer.is_all or answer.number > MOST_STORIES else None
    older = f"{items[-1].rank!r}-{items[-1].pk}"
    return Page(items, older, None if query.excluded else number)
