"""What a public page asks for beside its own: the publication, the breaking news; and what was placed on the front.

The breaking news rides on the one row of the publication, so that a line above every page costs no query of its own.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_date, parse_datetime

from pagecache import instant, recording
from pagecache.recording import FOREVER

from ..choices import FrontSlot, Status
from ..models import Article, BreakingNews, FrontPlacement, Publication
from .planning import standing
from .slots import Placed


@dataclass(frozen=True)
class Breaking:
    """The line above every page; `url` is empty while its story is not public."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Around:
    """The publication, and what stands above its pages."""

    publication: Publication
    breaking: Breaking | None = None


def around(*, at: datetime.datetime | None = None) -> Around:
    """What is around a public page now, or at a time to come; one query.

    Before anybody has filled in the publication there is its default, and nothing else: the doors
    make the row.
    """
    now = at or instant.now()
    recording.shows("site")
    with recording.beside():
        recording.shows("breaking")
    publication: Any = Publication.objects.annotate(
        breaking=_breaking(now), next_breaking=_next_breaking(now)
    ).first()
    if publication is None:
        return Around(Publication())
    _note_breaking(publication.breaking, publication.next_breaking, now)
    return Around(publication, _read_breaking(publication.breaking))


def _breaking(now: datetime.datetime) -> Subquery:
    # Never a paid story: press guidelines, point 6.
    story = Article.objects.published(at=now).unpaid().filter(pk=OuterRef("article"))
    running = BreakingNews.objects.filter(
        Q(article=None) | ~Q(article__status=Status.WITHDRAWN),
        starts_at__lte=now,
        ends_at__gt=now,
        ended_at__isnull=True,
    ).order_by("-starts_at", "-id")
    address = Subquery(story.values(json=JSONObject(day="published_on", slug="slug"))[:1])
    times = {
        "ends_at": "ends_at",
        "story_id": "article_id",
        "story_from": "article__publish_at",
        "story_until": "article__unpublish_at",
    }
    return Subquery(running.values(json=JSONObject(text="text", story=address, **times))[:1])


def _next_breaking(now: datetime.datetime) -> Subquery:
    coming = BreakingNews.objects.filter(starts_at__gt=now, ended_at__isnull=True)
    return Subquery(coming.order_by("starts_at").values("starts_at")[:1])


def _note_breaking(
    row: dict[str, Any] | None, comes_at: datetime.datetime | None, now: datetime.datetime
) -> None:
    """Say until when the line above the pages stays as it is, and which story it leads to."""
    page = recording.current()
    recording.until(comes_at)
    if page is None or row is None:
        return
    if row["story_id"] is not None:
        story = row["story_id"]
        page.take({f"story:{story}", f"{recording.GONE}{story}"}, (), FOREVER, FOREVER)
    for name in ("ends_at", "story_from", "story_until"):
        moment = parse_datetime(row[name]) if row[name] else None
        if moment is not None and moment > now:
            recording.until(moment)


def _read_breaking(row: dict[str, Any] | None) -> Breaking | None:
    if row is None:
        return None
    if (story := row["story"]) is None:
        return Breaking(row["text"])
    address = Article(published_on=parse_date(story["day"]), slug=story["slug"]).get_absolute_url()
    return Breaking(row["text"], address)


def placed(*, at: datetime.datetime | None = None) -> tuple[Placed, ...]:
    """What editors placed on the front page that stands now, or at a time to come; one query."""
    now = at or instant.now()
    recording.shows("front")
    rows = FrontPlacement.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now), layout=Subquery(standing(now).values("pk")[:1])
    ).order_by("slot", "position")
    return tuple(
        Placed(FrontSlot(slot), position, article)
        for slot, position, article in rows.values_list("slot", "position", "article_id")
    )
