"""What stands in the places that nobody filled, for whoever arranges the front page."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from pagecache import instant

from ..choices import FrontSlot
from ..models import Article
from .slots import EVERY_SLOT, LATEST, Placed, choose


def fillers(
    placed: Iterable[Placed], at: datetime.datetime | None = None
) -> dict[tuple[FrontSlot, int], Article]:
    """The story of each place that fills itself, as readers see it now or would see it at a time to come.

    Of a place whose own story is shown nothing is said. Two queries, each with that of its photos.
    """
    now = at or instant.now()
    standing = [one for one in placed if one.until is None or one.until > now]
    public = Article.objects.published(at=at).for_list()
    newest = list(public.newest_first()[:LATEST])
    known = {story.pk: story for story in public.filter(pk__in=[one.article for one in standing])}
    own = {(one.slot, one.position): one.article for one in standing}
    found = choose(standing, known, newest)
    return {
        place: found[place]
        for place in EVERY_SLOT
        if place in found and found[place].pk != own.get(place)
    }
