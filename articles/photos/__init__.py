"""The library's photos: taken in, cut for every page, put in each other's place.

`articles.pictures` does the work on pixels, in a process of its own.
"""

from .files import MAX_BYTES, keep_for_sender
from .refusals import PhotoRefused
from .renditions import ask_for as ask_for_renditions
from .renditions import due, move_focal_point
from .renditions import make as make_renditions
from .renditions import make_due as make_due_renditions
from .replacing import replace
from .standing import fill, stands_in_public, why_not_reworded
from .taking import decode, store

__all__ = [
    "MAX_BYTES",
    "PhotoRefused",
    "ask_for_renditions",
    "decode",
    "due",
    "fill",
    "keep_for_sender",
    "make_due_renditions",
    "make_renditions",
    "move_focal_point",
    "replace",
    "stands_in_public",
    "store",
    "why_not_reworded",
]
