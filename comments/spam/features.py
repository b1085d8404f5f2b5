"""What is counted in a comment, as numbers of buckets.

Three views of one comment: its *context* (the words around the names, which are left out), its
*names* (only how they are written), and where names and words *meet*. Learning from each of the
first two alone keeps the filter from leaning on names it will never see again: see `learning.py`.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from itertools import pairwise
from math import sqrt
from typing import NamedTuple
from zlib import crc32

from ..folding import squeeze
from .reading import AMOUNT, CAPITALS, LEET, MARK, NAMES, Reading, Word, read

# A model fits these features only. Raise it with every change here, in `reading.py`, or in what
# `fold` and `squeeze` give, and make the shipped model anew: manage.py train_spam_filter --shipped
VERSION = 1

BUCKETS = 1 << 18
_MASK = BUCKETS - 1
# More would let a long harmless text outweigh an advertisement inside it; see `parts`.
PART = 1_500
_OVERLAP = 100

# The words of the trade, squeezed. Moderators see which of them a comment has.
GAMBLING_WORDS = frozenset(
    squeeze(word)
    for word in """
    jp jepe jepey jepi jepee jeipe jekpot jakpot jackpot maxwin mexwin gacor gacir gachor ghacor
    wd wede wedey wedei withdraw depo deposit rungkad rungkat scatter scater freespin
    spin slot toto togel cuan saldo petir zeus mahjong mahyong olympus starlight princess rtp bandar
    situs bet taruhan casino kasino poker pragmatic jutawan parlay judi domino baccarat bakarat
    rolet sbobet bosku boskuh hoki bonus
    """.split()
)

_REPEATED = re.compile(r"(.)\1+")
_DIGITS_INSIDE = re.compile(
    r"(?<=[a-z])[0134569](?=[a-z])|^[0134569](?=[a-z]{2})|(?<=[a-z]{2})[0134569]$"
)
_AS_LETTERS = str.maketrans("0134569", "oieasgg")
_SHAPE = str.maketrans("abcdefghijklmnopqrstuvwxyz0123456789", "a" * 26 + "0" * 10)
_DIGITS_AT_END = re.compile(r"\d+$")
_NAME = "\x01"


class Views(NamedTuple):
    context: array[int]
    names: array[int]
    meeting: array[int]


def parts(text: str) -> list[str]:
    """`text` in parts that are judged each for itself, so that nothing hides in a long one."""
    if len(text) <= PART:
        return [text]
    return [text[at : at + PART] for at in range(0, len(text), PART - _OVERLAP)]


def plain(word: str) -> str:
    """A word without what makes it look different: g4c0rrr is gacor, 12jt is 0jt."""
    if word.isalpha():
        return _REPEATED.sub(r"\1", word)
    if amount := AMOUNT.fullmatch(word):
        return "0" + (amount[1] or ("" if len(word) < 6 else "00000"))
    spelt = _DIGITS_INSIDE.sub(lambda digit: digit[0].translate(_AS_LETTERS), word)
    return _REPEATED.sub(r"\1", spelt)


def views(text: str) -> Views:
    """The buckets of one part of a comment; no bucket twice in a view."""
    return views_of(read(text))


def views_of(reading: Reading) -> Views:
    context: set[str] = set()
    names: set[str] = set()
    meeting: set[str] = set()
    row: list[str] = []
    gambling = leet = count = 0
    for word in reading.words:
        if word.kind == MARK:
            row.append(word.text if word.text.isascii() else "\x02")
            continue
        text = plain(word.text)
        gambling += text in GAMBLING_WORDS
        if word.kind in NAMES:
            row.append(_NAME)
            count += 1
            names.update(_of_name(word))
            continue
        row.append(text)
        leet += word.kind == LEET
        context.add(text)
        if word.kind == CAPITALS:
            names.add("capitals")
            names.add(f"capitals {min(len(text), 12)}")
        if len(text) > 4:
            meeting.add("end " + text[-3:])
            meeting.add("end " + text[-4:])
    names.add(f"count {min(count, 3)}")
    if reading.is_styled:
        names.add("all styled")
    if reading.has_hidden:
        names.add("hidden")
    if reading.is_shouted:
        context.add("shouted ")
    context.add(f"gambling {min(gambling, 4)}")
    context.add(f"leet {min(leet, 3)}")
    meeting.add(f"gambling {min(gambling, 2)} {min(count, 1)}")
    words = [item for item in row if item[0].isalnum() or item == _NAME]
    meeting.add(f"words {min(len(words) // 2, 8)}")
    for run in _runs(row):
        (meeting if _NAME in run else context).add("row " + run)
    for run in _runs(words):
        if _NAME in run:
            meeting.add(run)
    context.update(_runs([word for word in words if word != _NAME]))
    letters = " ".join(item for item in row if item != _NAME)
    return Views(
        array("I", _buckets(context, 1, f" {letters} ".encode())),
        array("I", _buckets(names, 2)),
        array("I", _buckets(meeting, 3)),
    )


def _of_name(word: Word) -> Iterator[str]:
    text, kind = word.text, word.kind
    shape = _REPEATED.sub(r"\1", text.translate(_SHAPE))
    yield kind
    yield "shape " + shape
    yield f"shape {kind} {shape}"
    yield f"length {kind} {min(len(text), 12)}"
    for length in (2, 3, 4):
        yield "end " + text[-length:]
    if digits := _DIGITS_AT_END.search(text):
        yield "digits " + digits[0]


def _runs(items: list[str]) -> Iterator[str]:
    """Two and three in a row, and the outer ones of three."""
    row = ["^", *items, "$"]
    for one, two in pairwise(row):
        yield f"{one} {two}"
    for one, two, three in zip(row, row[1:], row[2:], strict=False):
        yield f"{one} {two} {three}"
        yield f"{one} _ {three}"


def _buckets(said: set[str], view: int, letters: bytes = b"") -> set[int]:
    found = {crc32(one.encode(), view) & _MASK for one in said}
    if letters:
        found |= {crc32(letters[at : at + 3], 4) & _MASK for at in range(len(letters) - 2)}
        found |= {crc32(letters[at : at + 4], 5) & _MASK for at in range(len(letters) - 3)}
    return found


def shares(views: Views) -> tuple[float, float, float]:
    """What one bucket of each view counts: each view weighs the same, however long the text."""
    return tuple(1 / sqrt(len(view)) if view else 0.0 for view in views)  # type: ignore[return-value]
