"""Live coverage: who may do what to it (`covering`), and what readers see of it (`showing`)."""

from .covering import (
    MAY_LEAD,
    MAY_WRITE,
    add,
    begin,
    change,
    end,
    pin,
    unpin,
    was_added_as,
    why_not_change,
    why_not_write,
    withdraw,
)
from .saying import Changed, Refused, Words

__all__ = [
    "MAY_LEAD",
    "MAY_WRITE",
    "Changed",
    "Refused",
    "Words",
    "add",
    "begin",
    "change",
    "end",
    "pin",
    "unpin",
    "was_added_as",
    "why_not_change",
    "why_not_write",
    "withdraw",
]
