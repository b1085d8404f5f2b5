"""What a public page asks for beside its own: the publication, the breaking news, the slots.

All of it rides on the one row of the publication, so that neither a line above every page nor an
arrangement of the front page costs a query of its own.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_date

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
    """The publication, what stands above its pages, and what editors placed on the front page."""

    publication: Publication
    breaking: Breaking | None = None
    placed: tuple[Placed, ...] = ()


def around(*, with_placed: bool = False, at: datetime.datetime | None = None) -> Around:
    """What is around a public page now, or at a time to come; one query.

    Before anybody has filled in the publication there is its default, and nothing else: the doors
    make the row.
    """
    now = at or timezone.now()
    wanted: dict[str, Any] = {"breaking": _breaking(now)}
    if with_placed:
        wanted["placed"] = _placed(now)
    publication: Any = Publication.objects.annotate(**wanted).first()
    if publication is None:
        return Around(Publication())
    rows = publication.placed if with_placed else ()
    return Around(
        publication,
        _read_breaking(publication.breaking),
        tuple(Placed(FrontSlot(row["slot"]), row["position"], row["article"]) for row in rows),
    )


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
    return Subquery(running.values(json=JSONObject(text="text", story=address))[:1])


def _read_breaking(row: dict[str, Any] | None) -> Breaking | None:
    if row is None:
        return None
    if (story := row["story"]) is None:
        return Breaking(row["text"])
    address = Article(published_on=parse_date(story["day"]), slug=story["slug"]).get_absolute_url()
    return Breaking(row["text"], address)


def _placed(now: datetime.datetime) -> ArraySubquery:
    rows = FrontPlacement.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now), layout=Subquery(standing(now).values("pk")[:1])
    ).order_by("slot", "position")
    return ArraySubquery(
        rows.values(json=JSONObject(slot="slot", position="position", article=F("article_id")))
    )
