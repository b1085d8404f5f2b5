"""Live coverage as readers have it: a piece of the story's page, and the small answers to pages that are open.

The piece is kept by itself, so an entry that is added makes nothing of the story be rendered again but that. The
answers are kept as pages are: ten thousand readers who ask what is new since the same moment cost one look.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from pagecache import recording
from pagecache.parts import part

from .. import keyset
from ..conditional import respond
from ..live import posting, showing
from ..models import LiveEntry
from .frame import CACHE_CONTROL

if TYPE_CHECKING:
    from .story import Own

# Where the piece stands in what is rendered of a story: no text of the database can hold a NUL.
HERE = "\0live\0"
# Where, above the text, a line leads to it.
WAY_HERE = "\0live-way\0"
OLDEST_FIRST = "terlama"


def put_in(own: Own, request: HttpRequest) -> Own:
    """The story with its live coverage, where it has one: the page of it that the address asks for.

    Raises Http404 for a made-up cursor.
    """
    if not own.story.live:
        return own
    is_oldest_first = request.GET.get("urut") == OLDEST_FIRST
    before, after = request.GET.get("sebelum", ""), request.GET.get("sesudah", "")
    cursor = after if is_oldest_first else before
    number = _number(request.GET.get("entri", ""))
    way, _cut, piece = _pieces(own.story.pk, is_oldest_first, cursor, number).partition(HERE)
    return replace(
        own,
        text=SafeString(own.text.replace(WAY_HERE, way).replace(HERE, piece)),
        rest=SafeString(own.rest.replace(HERE, piece)),
    )


def _pieces(story: int, is_oldest_first: bool, cursor: str, number: int | None) -> str:
    """The way to the coverage and the coverage, with HERE between them; empty where there is none."""

    def make() -> str:
        try:
            page = showing.page(
                story, is_oldest_first=is_oldest_first, cursor=cursor, number=number
            )
        except keyset.BadCursor:
            raise Http404("Malformed cursor") from None
        return "" if page is None else _rendered(page)

    return part(f"live:{story}:{is_oldest_first:d}:{cursor}:{number or ''}", make)


def _rendered(page: showing.Page) -> str:
    is_whole = page.is_first and not page.is_oldest_first
    context = {
        "page": page,
        "coverage": page.coverage,
        "article": page.coverage.article,
        "order": f"urut={OLDEST_FIRST}&" if page.is_oldest_first else "",
        "newest": page.entries[0] if is_whole and page.entries else None,
        "json_ld": posting.script_of(page) if is_whole else "",
    }
    way = loader.render_to_string("articles/live_way.html", context)
    return f"{way}{HERE}{loader.render_to_string('articles/live.html', context)}"


@require_safe
def updates(request: HttpRequest, year: int, month: int, day: int, slug: str) -> HttpResponse:
    """What happened in the live coverage since the position `sesudah`, as JSON with pieces of HTML.

    One query when nothing did. 404 where there is none, 410 once the story is gone: open pages stop asking then.
    """
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        raise Http404("No such day") from None
    after = _number(request.GET.get("sesudah", ""))
    if after is None:
        raise Http404("No position")
    rows = showing.coverages().filter(article__published_on=date, article__slug=slug)
    coverage = rows.first()
    if coverage is None or (not coverage.article.is_out and not coverage.article.is_withdrawn):
        raise Http404(f"No live coverage of {slug} on {day}")
    if not coverage.article.is_published:
        return JsonResponse({"gone": True}, status=410)
    recording.shows(f"live:{coverage.pk}")
    body = json.dumps(_told(showing.since(coverage, after), after), ensure_ascii=False)
    response = respond(request, body, "application/json; charset=utf-8")
    response["Cache-Control"] = CACHE_CONTROL
    return response


def _told(news: showing.News, after: int) -> dict[str, Any]:
    told: dict[str, Any] = {"position": news.position}
    if news.position <= after:
        return told
    context = {"coverage": news.coverage, "article": news.coverage.article, "pinned": news.pinned}
    return told | {
        "isMore": news.position < news.coverage.position,
        "isRunning": news.coverage.is_running,
        "state": loader.render_to_string("articles/live_state.html", context),
        "pinned": loader.render_to_string("articles/live_pinned.html", context),
        "entries": [_entry(entry) for entry in news.entries],
    }


def _entry(entry: LiveEntry) -> dict[str, Any]:
    context = {"entry": entry, "article": entry.coverage.article}
    return {
        "number": entry.number,
        "html": loader.render_to_string("articles/live_entry.html", context),
    }


def _number(text: str) -> int | None:
    """A small whole number of an address; None for anything else."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= 9
    return int(text) if is_number else None
