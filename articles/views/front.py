"""The front page: what matters today, then each section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Article, Publication, Section
from ..readership import most_read
from ..structured import publication_json_ld
from .frame import Frame, render_page
from .redirects import old_address

LATEST = 24
BESIDE = 4
BELOW = 2
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


def show(request: HttpRequest, **more: Any) -> HttpResponse:
    """The front page; `more` goes into the template, as for a preview."""
    sections = list(_with_newest_ids())
    latest = list(Article.objects.published().for_list().newest_first()[:LATEST])
    lead, others = _choose(latest)
    shown = {story.pk for story in [lead, *others] if story}
    frame = Frame(Publication.current(), sections)
    return render_page(
        request,
        "articles/front.html",
        {
            "lead": lead,
            "secondary": others[:BESIDE],
            "below": others[BESIDE:],
            "column": [story for story in latest if story.pk not in shown][:IN_COLUMN],
            "newest": latest[0] if latest else None,
            "blocks": _blocks(sections, latest, shown),
            "most_read": most_read(MOST_READ).stories,
            **more,
        },
        frame=frame,
        meta=frame.meta(frame.publication.name, "/", data=[publication_json_ld(frame.publication)]),
    )


def _with_newest_ids() -> QuerySet[Section]:
    """The sections, each with the ids of its newest stories: one short index scan apiece."""
    newest = Article.objects.published().filter(section=OuterRef("pk")).newest_first()
    return Section.objects.annotate(
        newest_ids=ArraySubquery(newest.values("pk")[: PER_SECTION + 1 + BESIDE + BELOW])
    )


def _choose(latest: Sequence[Article]) -> tuple[Article | None, list[Article]]:
    """The lead and the stories beside it, from the newest ones; never a paid one.

    The newest with a photo and a standfirst leads, among the first dozen: a picture of today
    rather than the best picture of the week.
    """
    free = [story for story in latest if not story.is_paid]
    lead = next((s for s in free[:12] if s.lead_photo and s.standfirst), None) or next(
        iter(free), None
    )
    return lead, [story for story in free if story is not lead][: BESIDE + BELOW]


def _blocks(sections: Sequence[Section], latest: Sequence[Article], shown: set[int]) -> list[Block]:
    """Each section with stories that stand nowhere above, newest first."""
    known = {story.pk: story for story in latest}
    wanted = {pk for section in sections for pk in section.newest_ids}
    older = Article.objects.published().for_list().filter(pk__in=wanted - set(known))
    known |= {story.pk: story for story in older}
    blocks = []
    for section in sections:
        stories = [known[pk] for pk in section.newest_ids if pk in known and pk not in shown]
        if stories:
            shape = SHAPES[len(blocks) % len(SHAPES)]
            blocks.append(Block(section, shape, stories[:PER_SECTION]))
    return blocks
