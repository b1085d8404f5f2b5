"""The front page as editors arrange it, and the line of breaking news above every page.

`slots` is what fits where and how empty slots fill themselves, `filling` with which stories; `showing` is what a page asks for;
`arranging` and `breaking` are the only doors; `planning` is what stands, what comes and what clashes.
"""

from .arranging import ARRANGE, Seen, Stale, arrange, cancel, restore, seen_now
from .breaking import BREAK, announce, end
from .filling import fillers
from .planning import Clash, clashes, clashing, in_force, not_public_at, planned, with_stories
from .refusing import Refused
from .showing import Around, Breaking, around, placed
from .slots import EVERY_SLOT, LATEST, SLOTS, Filled, Placed, fill, fits

__all__ = [
    "ARRANGE",
    "BREAK",
    "EVERY_SLOT",
    "LATEST",
    "SLOTS",
    "Around",
    "Breaking",
    "Clash",
    "Filled",
    "Placed",
    "Refused",
    "Seen",
    "Stale",
    "announce",
    "around",
    "arrange",
    "cancel",
    "clashes",
    "clashing",
    "end",
    "fill",
    "fillers",
    "fits",
    "in_force",
    "not_public_at",
    "placed",
    "planned",
    "restore",
    "seen_now",
    "with_stories",
]
