"""The front page: what matters today, then each section."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .. import front as arrangement
from ..models import Article, Section
from ..querysets import ArticleQuerySet
from ..readership import most_read
from ..structured import publication_json_ld
from .frame import Frame, render_page
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
    public = Article.objects.published(at=at)
    around = arrangement.around(with_placed=placed is None, at=at)
    placed = around.placed if placed is None else placed
    sections = list(_with_newest_ids(public))
    latest = list(public.for_list().newest_first()[: arrangement.LATEST])
    known = _known(public, latest, sections, placed)
    filled = arrangement.fill(placed, known, latest)
    frame = Frame(around.publication, sections, around.breaking)
    return render_page(
        request,
        "articles/front.html",
        {
            "lead": filled.lead,
            "secondary": filled.secondary,
            "below": filled.pinned,
            "column": [story for story in latest if story.pk not in filled.keys][:IN_COLUMN],
            "newest": latest[0] if latest else None,
            "blocks": _blocks(sections, known, filled.keys),
            "most_read": most_read(MOST_READ).stories,
            **more,
        },
        frame=frame,
        meta=frame.meta(frame.publication.name, "/", data=[publication_json_ld(frame.publication)]),
    )


def _with_newest_ids(public: ArticleQuerySet) -> QuerySet[Section]:
    """The sections, each with the ids of its newest stories: one short index scan apiece."""
    newest = public.filter(section=OuterRef("pk")).newest_first()
    return Section.objects.annotate(
        newest_ids=ArraySubquery(newest.values("pk")[: PER_SECTION + PLACES])
    )


def _known(
    public: ArticleQuerySet,
    latest: Sequence[Article],
    sections: Sequence[Section],
    placed: Sequence[arrangement.Placed],
) -> Mapping[int, Article]:
    """All public stories of the page by their keys; what is older than the latest, in one question."""
    known = {story.pk: story for story in latest}
    wanted = {pk for section in sections for pk in section.newest_ids}
    wanted |= {one.article for one in placed}
    older = public.for_list().filter(pk__in=wanted - set(known))
    return known | {story.pk: story for story in older}


def _blocks(
    sections: Sequence[Section], known: Mapping[int, Article], shown: set[int]
) -> list[Block]:
    """Each section with stories that stand nowhere above, newest first."""
    blocks = []
    for section in sections:
        stories = [known[pk] for pk in section.newest_ids if pk in known and pk not in shown]
        if stories:
            shape = SHAPES[len(blocks) % len(SHAPES)]
            blocks.append(Block(section, shape, stories[:PER_SECTION]))
    return blocks
