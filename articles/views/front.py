"""The front page: what matters today, then each section."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pagecache import recording

from .. import front as arrangement
from ..models import Article, Section
from ..querysets import ArticleQuerySet
from ..structured import publication_json_ld
from .blocks import most_read_stories
from .frame import Frame, note_comments, render_page
from .redirects import old_address

# All that stand above the sections.
PLACES = len(arrangement.EVERY_SLOT)
IN_COLUMN = 9
PER_SECTION = 5
MOST_READ = 5
# Blocks take these shapes in turn, so that a long page does not become a wall of equals.
SHAPES = ("big", "three", "list")


@dataclass(frozen=True)
class Block:
    section: Section
    shape: str
    stories: Sequence[Article]


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    # "/?p=12" is how another system wrote its addresses; a plain "/" costs no look-up.
    if request.META.get("QUERY_STRING") and (moved := old_address(request)):
        return moved
    return show(request)


def show(
    request: HttpRequest,
    *,
    placed: Sequence[arrangement.Placed] | None = None,
    at: datetime.datetime | None = None,
    **more: Any,
) -> HttpResponse:
    """The front page; `more` goes into the template, as for a preview.

    Args:
        placed: an arrangement to try instead of the one that stands.
        at: a time to come, to see the page as it would be then.
    """
    recording.shows("latest")
    public = Article.objects.published(at=at)
    if placed is None:
        placed = arrangement.placed(at=at)
    frame = Frame.load() if at is None else _frame_at(at)
    latest, known = _newest_and_placed(public, placed)
    filled = arrangement.fill(placed, known, latest)
    newest = _newest_of_sections(public)
    wanted = {
        section.pk: [pk for pk in newest.get(section.pk, ()) if pk not in filled.keys][:PER_SECTION]
        for section in frame.sections
    }
    known |= _older(public, {pk for keys in wanted.values() for pk in keys} - known.keys())
    note_comments(known.values())
    with recording.beside():
        most_read = most_read_stories()[:MOST_READ]
    return render_page(
        request,
        "articles/front.html",
        {
            "lead": filled.lead,
            "secondary": filled.secondary,
            "below": filled.pinned,
            "column": [story for story in latest if story.pk not in filled.keys][:IN_COLUMN],
            "newest": latest[0] if latest else None,
            "blocks": _blocks(frame.sections, wanted, known),
            "most_read": most_read,
            **more,
        },
        frame=frame,
        meta=frame.meta(frame.publication.name, "/", data=[publication_json_ld(frame.publication)]),
    )


def _frame_at(at: datetime.datetime) -> Frame:
    around = arrangement.around(at=at)
    return Frame(around.publication, list(Section.objects.all()), around.breaking)


def _newest_and_placed(
    public: ArticleQuerySet, placed: Sequence[arrangement.Placed]
) -> tuple[list[Article], dict[int, Article]]:
    """The newest stories, and these and the placed ones by their keys, as far as they are public; one query."""
    keys = public.newest_first().values_list("pk", flat=True)[: arrangement.LATEST]
    if placed:
        chosen = public.filter(pk__in=[one.article for one in placed])
        keys = keys.union(chosen.values_list("pk", flat=True))
    found = list(Article.objects.for_cards(keys).newest_first())
    return found[: arrangement.LATEST], {story.pk: story for story in found}


def _newest_of_sections(public: ArticleQuerySet) -> Mapping[int, Sequence[int]]:
    """The keys of each section's newest stories, with some to spare for those that stand above: one short index
    scan apiece."""
    newest = public.filter(section=OuterRef("pk")).newest_first()
    keys = ArraySubquery(newest.values("pk")[: PER_SECTION + PLACES])
    return dict(Section.objects.order_by().values_list("pk", keys))


def _older(public: ArticleQuerySet, keys: set[int]) -> dict[int, Article]:
    """Public stories that are not among the newest, by their keys; one query, none for none."""
    return {story.pk: story for story in public.for_cards(keys)} if keys else {}


def _blocks(
    sections: Sequence[Section], wanted: Mapping[int, Sequence[int]], known: Mapping[int, Article]
) -> list[Block]:
    """Each section with stories that stand nowhere above, newest first."""
    blocks = []
    for section in sections:
        stories = [known[pk] for pk in wanted[section.pk] if pk in known]
        if stories:
            blocks.append(Block(section, SHAPES[len(blocks) % len(SHAPES)], stories))
    return blocks
