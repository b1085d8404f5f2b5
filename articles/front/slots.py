"""The slots of the front page: what fits into them, and what stands where nobody chose."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..choices import FrontSlot
from ..models import Article

# How many stories stand in each, from the top; templates/articles/front.html draws so many.
SLOTS: dict[FrontSlot, int] = {FrontSlot.LEAD: 1, FrontSlot.SECONDARY: 4, FrontSlot.PINNED: 2}
# All places in the order of the page.
EVERY_SLOT: tuple[tuple[FrontSlot, int], ...] = tuple(
    (slot, position) for slot, size in SLOTS.items() for position in range(size)
)
# So many of the newest stories are looked at to fill what nobody filled.
LATEST = 24
# A picture of today leads rather than the best picture of the week.
MAY_LEAD = 12


@dataclass(frozen=True)
class Placed:
    """A story, by its key, in a place; `until` ends it before the next arrangement does."""

    slot: FrontSlot
    position: int
    article: int
    until: datetime.datetime | None = None


@dataclass(frozen=True)
class Filled:
    """What readers see above the sections. Shorter where there are too few stories."""

    lead: Article | None
    secondary: Sequence[Article]
    pinned: Sequence[Article]

    @property
    def keys(self) -> set[int]:
        stories = [self.lead, *self.secondary, *self.pinned]
        return {story.pk for story in stories if story}


def fits(article: Article) -> bool:
    """Whether a public story may stand above the sections: never one that somebody paid for."""
    return not article.is_paid


def choose(
    placed: Sequence[Placed], public: Mapping[int, Article], newest: Sequence[Article]
) -> dict[tuple[FrontSlot, int], Article]:
    """The story of each place as readers see it; a place without any story is not in it.

    A slot that nobody filled, or whose story is not public or does not fit any more, takes the
    newest story that fits and stands in no other. An empty lead takes the newest with a photo that may be
    shown and a standfirst, among the first dozen.

    Args:
        placed: what editors chose, of which the time has not ended.
        public: the stories by their keys that the public may see; whatever is not in it is not shown.
        newest: public stories, newest first, to fill with.
    """
    found: dict[tuple[FrontSlot, int], Article] = {}
    for one in placed:
        story = public.get(one.article)
        if story is not None and fits(story) and (one.slot, one.position) in EVERY_SLOT:
            found[one.slot, one.position] = story
    chosen = {story.pk for story in found.values()}
    free = [story for story in newest if fits(story) and story.pk not in chosen]
    for place in EVERY_SLOT:
        if place not in found and free:
            story = _leading(free) if place[0] == FrontSlot.LEAD else free[0]
            free.remove(story)
            found[place] = story
    return found


def fill(
    placed: Sequence[Placed], public: Mapping[int, Article], newest: Sequence[Article]
) -> Filled:
    """The slots as readers see them, row by row; the arguments are those of `choose`."""
    found = choose(placed, public, newest)
    rows = {
        slot: [found[key] for key in EVERY_SLOT if key[0] == slot and key in found]
        for slot in SLOTS
    }
    return Filled(
        next(iter(rows[FrontSlot.LEAD]), None), rows[FrontSlot.SECONDARY], rows[FrontSlot.PINNED]
    )


def _leading(free: Sequence[Article]) -> Article:
    # `lead_photo` is None for a story that protects identities, whatever photos it has.
    pictured = (story for story in free[:MAY_LEAD] if story.lead_photo and story.standfirst)
    return next(pictured, free[0])
