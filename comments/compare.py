"""Two texts of a comment, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# Past this many words a comparison would take longer than reading both.
MOST_WORDS = 4000

_PIECE = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Piece:
    """Some text that stayed ("same"), came ("added") or went ("removed")."""

    kind: str
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """What changed from one text to the other; very long ones are shown one after the other."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return [Piece("removed", before), Piece("added", after)]
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("removed", "".join(old[a:b])))
        if d > c:
            pieces.append(Piece("added", "".join(new[c:d])))
    return pieces
