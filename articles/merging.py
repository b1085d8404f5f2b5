"""Two versions of a text that began as the same one, made one again (a three-way merge by paragraphs).

What only one side changed is taken; what both changed the same way is taken once; what both changed differently is
a conflict, for a person to decide. Nothing here knows the database or a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .aligning import matches
from .sanitise import clean_body

Choice = Literal["mine", "theirs", "both"]

# An attribute of clean HTML may hold a ">".
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(?:[^\">]|\"[^\"]*\")*>")
_VOID = {"br", "hr", "img"}
# What stands in a paragraph: text and these, outside any block, are one chunk together.
_INLINE = {"strong", "em", "sup", "sub", "a", "code", "br", "img"}


@dataclass(frozen=True)
class Conflict:
    """A stretch that both sides changed, differently; each as it would stand in the text, perhaps empty."""

    base: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Merge:
    """The outcome, in order: what is settled as text, and conflicts between. Joined as `separator` says."""

    parts: tuple[str | Conflict, ...]
    separator: str = "\n"

    @property
    def conflicts(self) -> list[Conflict]:
        return [part for part in self.parts if isinstance(part, Conflict)]

    @property
    def text(self) -> str:
        """The merged text, with `theirs` at each conflict, until somebody chooses."""
        return self.chosen([])

    @property
    def both(self) -> str:
        """The merged text, with theirs and then mine at each conflict: nothing is missing from it."""
        return self.chosen(["both"] * len(self.conflicts))

    def chosen(self, choices: Sequence[Choice]) -> str:
        """The text with what was chosen at each conflict, in their order; `theirs` where nothing was."""
        asked = iter(choices)
        parts: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                parts.append(part)
                continue
            choice = next(asked, "theirs")
            sides = {"mine": [part.mine], "theirs": [part.theirs]}
            parts += filter(None, sides.get(choice, [part.theirs, part.mine]))
        return self.separator.join(parts)


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Merge plain texts, line by line. A text without lines is settled or one conflict as a whole."""
    b, m, t = (text.split("\n") if text else [] for text in (base, mine, theirs))
    return _merge(b, m, t, "\n")


def merge_html(base: str, mine: str, theirs: str) -> Merge:
    """Merge the HTML of stories, one paragraph, list, table or figure at a time. What comes out is clean."""
    b, m, t = (paragraphs_of(clean_body(html)) for html in (base, mine, theirs))
    return _merge(b, m, t, "")


def paragraphs_of(html: str) -> list[str]:
    """Clean HTML in its outermost parts: joined they are `html`."""
    parts: list[str] = []
    depth = start = 0
    for tag in _TAG.finditer(html):
        is_end, name = bool(tag[1]), tag[2]
        if depth == 0 and name in _INLINE:
            # Text without a block around it goes on to the next block.
            continue
        if depth == 0 and not is_end and tag.start() > start:
            parts.append(html[start : tag.start()])
            start = tag.start()
        if name not in _VOID and name not in _INLINE:
            depth += -1 if is_end else 1
        if depth <= 0:
            depth = 0
            parts.append(html[start : tag.end()])
            start = tag.end()
    return [part for part in [*parts, html[start:]] if part]


@dataclass(frozen=True)
class _Edit:
    """That one side has `lines` where the base has those from `start` to `end`."""

    start: int
    end: int
    is_mine: bool
    lines: list[str]


def _edits(base: list[str], side: list[str], *, is_mine: bool) -> Iterator[_Edit]:
    b = s = 0
    for x, y in [*matches(base, side), (len(base), len(side))]:
        if b < x or s < y:
            yield _Edit(b, x, is_mine, side[s:y])
        b, s = x + 1, y + 1


def _merge(base: list[str], mine: list[str], theirs: list[str], separator: str) -> Merge:
    edits = [*_edits(base, mine, is_mine=True), *_edits(base, theirs, is_mine=False)]
    edits.sort(key=lambda edit: (edit.start, edit.end))
    parts: list[str | Conflict] = []
    at = 0
    while edits:
        start, end = edits[0].start, edits[0].end
        group = [edits.pop(0)]
        while edits and _meet(start, end, edits[0]):
            end = max(end, edits[0].end)
            group.append(edits.pop(0))
        ours, others = (_side(base, start, end, group, is_mine=who) for who in (True, False))
        parts += base[at:start]
        parts += _settled(base[start:end], ours, others, separator)
        at = end
    return Merge((*parts, *base[at:]), separator)


def _meet(start: int, end: int, edit: _Edit) -> bool:
    """Whether an edit, not earlier than a stretch of the base, changes some of the same.

    Neighbouring paragraphs are two things; two who wrote in the same gap must be asked for the order.
    """
    return edit.start < end or (start == end == edit.start == edit.end)


def _side(base: list[str], start: int, end: int, group: list[_Edit], *, is_mine: bool) -> list[str]:
    """What a stretch of the base became on one side."""
    lines: list[str] = []
    for edit in group:
        if edit.is_mine == is_mine:
            lines += [*base[start : edit.start], *edit.lines]
            start = edit.end
    return [*lines, *base[start:end]]


def _settled(
    base: list[str], mine: list[str], theirs: list[str], separator: str
) -> list[str | Conflict]:
    """A changed stretch as the side that changed it has it, or what both changed as a conflict."""
    if mine == theirs or theirs == base:
        return list(mine)
    if mine == base:
        return list(theirs)
    # What both wrote alike at the beginning or the end is no part of the dispute.
    first = _alike(mine, theirs)
    last = _alike(mine[first:][::-1], theirs[first:][::-1])
    ours, others = len(mine) - last, len(theirs) - last
    conflict = Conflict(
        *(separator.join(lines) for lines in (base, mine[first:ours], theirs[first:others]))
    )
    return [*mine[:first], conflict, *mine[ours:]]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many entries are the same from the beginning on."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
