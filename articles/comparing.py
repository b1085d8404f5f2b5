"""What differs between two texts or two lists, as a person would mark it on paper.

Paragraphs are matched first, then words inside those that changed. Nothing here knows the database or a page: what
comes out is plain text, for a template to escape.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from .aligning import STRETCH, Budget, is_word, matches
from .sanitise import clean_body, plain_text

Kind = Literal["same", "added", "removed"]
BlockKind = Literal["same", "added", "removed", "changed"]
LineKind = Literal["same", "added", "removed", "changed", "moved"]

# A number with its separators is one word (14.05, 1.500), and so is "anak-anak".
_TOKEN = re.compile(
    r"\d+(?:[.,:]\d+)+|[\w\u0300-\u036f]+(?:[-'’][\w\u0300-\u036f]+)*|\n|[^\S\n]+|."
)
# So many words that stayed are never swallowed by the changes on both sides.
_LONG_ISLAND = 4
# What a page shows of one comparison: paragraphs or entries, and stretches of words. More is read by nobody, and
# writing it down would keep the only processor for long.
MOST_BLOCKS = 4_000
MOST_PIECES = 10_000
# What must have stayed of the shorter version for the two to be read as one paragraph, or as one entry.
_SHARED = 0.4
_ALIKE = 0.5


@dataclass(frozen=True)
class Piece:
    """A stretch of text: in both versions, only in the later, or only in the earlier one."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph of a comparison. A "¶" in a changed piece: the paragraph was divided or joined there."""

    kind: BlockKind
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Line:
    """An entry of a list. One that changed has its words in `pieces`; one that moved stands at its new place."""

    kind: LineKind
    text: str
    pieces: tuple[Piece, ...] = ()


_Row = TypeVar("_Row", Block, Line)


def text_of_html(html: str) -> str:
    """The words of a story's HTML, cleaned once more, a line for each paragraph."""
    return plain_text(clean_body(html))


def words(before: str, after: str) -> list[Piece]:
    """What became of `before`, word by word.

    Guaranteed: "same" and "removed" joined are `before`, "same" and "added" joined are `after`; of a change the
    removed words come first; no piece is empty and no two neighbours are of one kind.
    """
    return _without_last_break(_compared(before, after))


def blocks(before: str, after: str) -> list[Block]:
    """The same by paragraphs, for a page: each is the same, added, removed or changed.

    A paragraph that shares little with what took its place is shown as removed, and the other as added.
    """
    return [block for segment in _segments(_compared(before, after)) for block in _blocks(segment)]


def bounded(found: Sequence[_Row]) -> tuple[list[_Row], bool]:
    """What a page shows of paragraphs or entries that were compared, and whether that is all of them.

    All where they are few enough; else from just before the first change on, at most MOST_BLOCKS of them with
    MOST_PIECES stretches of words.
    """
    if len(found) <= MOST_BLOCKS and sum(len(one.pieces) for one in found) <= MOST_PIECES:
        return list(found), True
    first = next((n for n, one in enumerate(found) if one.kind != "same"), 0)
    part: list[_Row] = []
    left = MOST_PIECES
    for one in found[max(first - 1, 0) :][:MOST_BLOCKS]:
        part.append(replace(one, pieces=one.pieces[:left]))
        left -= len(one.pieces)
        if left <= 0:
            break
    return part, False


def items(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    """What became of a list, entry by entry, in the order of `after`; removed ones where they stood."""
    lines: list[Line] = []
    i = j = 0
    for x, y in [*matches(before, after), (len(before), len(after))]:
        lines += _paired(before[i:x], after[j:y])
        if x < len(before):
            lines.append(Line("same", after[y]))
        i, j = x + 1, y + 1
    return _with_moves(lines)


# Texts


def _count(text: str) -> int:
    """How many words a text has."""
    return sum(1 for token in _TOKEN.findall(text) if is_word(token))


def _compared(before: str, after: str) -> list[Piece]:
    """The pieces of two texts that both end with a line break, so that their last lines are like the others."""
    old, new = _lines(before), _lines(after)
    budget = Budget()
    pieces: list[Piece] = []
    i = j = 0
    for x, y in [*matches(old, new, budget=budget), (len(old), len(new))]:
        if i < x or j < y:
            pieces += _readable(_words("".join(old[i:x]), "".join(new[j:y]), budget))
        if x < len(old):
            pieces.append(Piece("same", old[x]))
        i, j = x + 1, y + 1
    return _joined(pieces)


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.split("\n")] if text else []


@dataclass
class _Change:
    """What stayed, and what was removed and added after it; all are tokens."""

    same: list[str]
    removed: list[str]
    added: list[str]

    def __post_init__(self) -> None:
        # Counted once: a long text is joined out of thousands of changes.
        self.island = sum(map(is_word, self.same))
        self.gone, self.new = sum(map(is_word, self.removed)), sum(map(is_word, self.added))

    def swallows(self, later: _Change) -> bool:
        """Whether what stayed between the two is too little to be read: confetti between changes."""
        if later.island >= min(_LONG_ISLAND, self.size, later.size) or "\n" in later.same:
            return False
        # Two insertions are two: words that stayed are not shown as removed and added for them.
        return bool((self.removed or later.removed) and (self.added or later.added))

    @property
    def size(self) -> int:
        return max(self.gone, self.new)

    def take(self, later: _Change) -> None:
        """Become one with the change after it; what stayed between them is replaced by itself."""
        self.removed += later.same + later.removed
        self.added += later.same + later.added
        self.gone += later.island + later.gone
        self.new += later.island + later.new

    def pieces(self) -> Iterator[Piece]:
        yield Piece("same", "".join(self.same))
        yield Piece("removed", "".join(self.removed))
        yield Piece("added", "".join(self.added))


def _words(before: str, after: str, budget: Budget) -> list[Piece]:
    """The pieces of a changed stretch, without what would be confetti."""
    changes: list[_Change] = []
    found = list(_changes(_TOKEN.findall(before), _TOKEN.findall(after), budget))
    for change in _with_whole_paragraphs(found):
        while changes and changes[-1].swallows(change):
            left = changes.pop()
            left.take(change)
            change = left
        changes.append(change)
    return _joined([piece for change in changes for piece in change.pieces()])


def _changes(old: list[str], new: list[str], budget: Budget) -> Iterator[_Change]:
    """Each change with what stayed before it; at last what stayed at the end."""
    # Spaces belong to no word: they follow from the words around them.
    at = [n for n, token in enumerate(old) if token == "\n" or not token.isspace()]
    to = [n for n, token in enumerate(new) if token == "\n" or not token.isspace()]
    pairs = matches([old[n] for n in at], [new[n] for n in to], may_anchor=is_word, budget=budget)
    same: list[str] = []
    i = j = 0
    for x, y in [*((at[a], to[b]) for a, b in pairs), (len(old), len(new))]:
        a, b = x, y
        while i < a and j < b and old[i] == new[j]:
            same.append(old[i])
            i, j = i + 1, j + 1
        while i < a and j < b and old[a - 1] == new[b - 1]:
            a, b = a - 1, b - 1
        if i < a or j < b:
            yield _Change(same, old[i:a], new[j:b])
            same = []
        same += old[a : x + 1]
        i, j = x + 1, y + 1
    yield _Change(same, [], [])


def _with_whole_paragraphs(changes: list[_Change]) -> list[_Change]:
    """The same, where whole paragraphs follow one whose last words changed, or went after it.

    Its stop and its line break stand there twice in the longer version; those that stayed are the first.
    """
    read: list[_Change] = []
    rest = changes[::-1]
    while rest:
        change = rest.pop()
        end = _end_of_line(rest[-1].same) if rest else []
        if end and change.same[-1:] not in ([], ["\n"]):
            removed, more_removed = _cut(change.removed, change.added, end)
            added, more_added = _cut(change.added, change.removed, end)
            if more_removed or more_added:
                following = rest.pop()
                same = following.same[len(end) :]
                rest.append(_Change(same, following.removed, following.added))
                rest.append(_Change(end, more_removed, more_added))
                change = _Change(change.same, removed, added)
        read.append(change)
    return read


def _end_of_line(tokens: list[str]) -> list[str]:
    """What stands before the first line break, with it, when that is no word."""
    end = tokens[: tokens.index("\n") + 1] if "\n" in tokens else []
    return [] if any(map(is_word, end)) else end


def _cut(longer: list[str], shorter: list[str], end: list[str]) -> tuple[list[str], list[str]]:
    """The tokens of the first line without `end`, and those after it, with `end` behind them."""
    if "\n" not in longer or "\n" in shorter:
        return longer, []
    at = longer.index("\n") + 1
    if longer[:at][-len(end) :] != end:
        return longer, []
    return longer[: at - len(end)], longer[at:] + end


def _readable(pieces: list[Piece]) -> list[Piece]:
    """The pieces again; a paragraph of which too little stayed as removed and added as a whole."""
    read: list[Piece] = []
    for segment in _segments(pieces):
        stayed = sum(_count(piece.text) for piece in segment if piece.kind == "same")
        gone = sum(_count(piece.text) for piece in segment if piece.kind == "removed")
        new = sum(_count(piece.text) for piece in segment if piece.kind == "added")
        if gone and new and stayed < _SHARED * (stayed + min(gone, new)):
            is_ended = segment[-1].kind == "same" and segment[-1].text.endswith("\n")
            end = "\n" if is_ended else ""
            for kind in ("removed", "added"):
                whole = "".join(p.text for p in segment if p.kind in ("same", kind))
                read.append(Piece(kind, whole.removesuffix(end) if end else whole))
            read.append(Piece("same", end))
        else:
            read += segment
    return _joined(read)


def _segments(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """The pieces between two line breaks that stayed; each break ends its segment."""
    segment: list[Piece] = []
    for piece in pieces:
        if piece.kind != "same":
            segment.append(piece)
            continue
        for line in _kept_lines(piece.text):
            segment.append(Piece("same", line))
            if line.endswith("\n"):
                yield segment
                segment = []
    if segment:
        yield segment


def _kept_lines(text: str) -> list[str]:
    """The lines with their breaks; `str.splitlines` would also break at other characters."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Without empty pieces, with neighbours of one kind as one, and what was removed before what was added."""
    joined: list[Piece] = []
    texts: dict[Kind, list[str]] = {"same": [], "removed": [], "added": []}

    def flush(*kinds: Kind) -> None:
        for kind in kinds:
            if text := "".join(texts[kind]):
                joined.append(Piece(kind, text))
            texts[kind] = []

    for piece in pieces:
        if not piece.text:
            continue
        flush(*(("removed", "added") if piece.kind == "same" else ("same",)))
        texts[piece.kind].append(piece.text)
    flush("same", "removed", "added")
    return joined


def _without_last_break(pieces: list[Piece]) -> list[Piece]:
    """Without the line break that `_compared` added at the end of both texts."""
    if not pieces:
        return []
    *others, last = pieces
    text = last.text[:-1]
    if last.kind != "same" and others and others[-1].kind == "same":
        # A last paragraph came or went: the break is the one before it.
        others[-1] = Piece("same", others[-1].text[:-1])
        text = "\n" + text
    return _joined([*others, Piece(last.kind, text)])


def _blocks(segment: list[Piece]) -> Iterator[Block]:
    """The paragraphs of one segment: usually one; more where whole ones came or went, or one was divided."""
    open_pieces: list[Piece] = []
    for piece in segment:
        has_stayed = any(one.kind == "same" for one in open_pieces)
        *whole, rest = piece.text.split("\n")
        for line in whole:
            if piece.kind == "same":
                open_pieces.append(Piece("same", line))
                yield from _block(open_pieces)
                open_pieces = []
            elif not has_stayed:
                own = [one for one in open_pieces if one.kind == piece.kind]
                open_pieces = [one for one in open_pieces if one.kind != piece.kind]
                yield from _block([*own, Piece(piece.kind, line)])
            else:
                open_pieces.append(Piece(piece.kind, line + "¶"))
                if piece.kind == "added":
                    yield from _block(open_pieces)
                    open_pieces, has_stayed = [], False
        open_pieces.append(Piece(piece.kind, rest))
    yield from _block(open_pieces)


def _block(pieces: list[Piece]) -> Iterator[Block]:
    joined = _joined(pieces)
    kinds = {piece.kind for piece in joined}
    if kinds == {"removed", "added"}:
        for piece in joined:
            yield Block(piece.kind, (piece,))
    elif joined:
        yield Block(joined[0].kind if len(kinds) == 1 else "changed", tuple(joined))


# Lists


def _paired(removed: Sequence[str], added: Sequence[str]) -> Iterator[Line]:
    """Entries between two that stayed: one that is much like a later one became it."""
    is_short = len(removed) * len(added) <= STRETCH
    new = [Counter(filter(is_word, _TOKEN.findall(entry))) for entry in added]
    j = 0
    for entry in removed:
        old = Counter(filter(is_word, _TOKEN.findall(entry)))
        candidates = range(j, len(added) if is_short else j)
        like = next((n for n in candidates if _are_alike(old, new[n])), None)
        if like is None:
            yield Line("removed", entry)
            continue
        yield from (Line("added", one) for one in added[j:like])
        yield Line("changed", added[like], tuple(words(entry, added[like])))
        j = like + 1
    yield from (Line("added", one) for one in added[j:])


def _are_alike(one: Counter[str], other: Counter[str]) -> bool:
    return 2 * (one & other).total() >= _ALIKE * (one.total() + other.total()) > 0


def _with_moves(lines: list[Line]) -> list[Line]:
    """An entry that went at one place and came at another has moved."""
    gone = Counter(line.text for line in lines if line.kind == "removed")
    moved = gone & Counter(line.text for line in lines if line.kind == "added")
    left = {"removed": moved.copy(), "added": moved}
    read: list[Line] = []
    for line in lines:
        if line.kind in left and left[line.kind][line.text]:
            left[line.kind][line.text] -= 1
            if line.kind == "added":
                read.append(Line("moved", line.text))
            continue
        read.append(line)
    return read
