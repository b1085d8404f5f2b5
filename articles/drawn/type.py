"""Setting type into pictures with the face of our own pages, static/site/fonts."""

from __future__ import annotations

import threading
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageFont

# FreeType reads what browsers are sent; the file is no second one.
_FACE = Path(__file__).resolve().parents[2] / "static/site/fonts/newsroom-serif.woff2"
# The largest optical size the face has a design for.
_LARGEST_DESIGN = 60
_TEST_SIZE = 24
_ELLIPSIS = "…"
# Held by whoever draws: one face is not asked by two threads at once, and a burst of readers gets one processor.
turn = threading.Lock()


@lru_cache(maxsize=32)
def face(size: int, weight: int = 600) -> ImageFont.FreeTypeFont:
    """The serif in pixels, from 400 to 700 heavy."""
    from PIL import ImageFont  # here, as in `card`

    font = ImageFont.truetype(str(_FACE), size)
    font.set_variation_by_axes([weight, min(size, _LARGEST_DESIGN)])
    return font


def settable(text: str) -> str:
    """The text in characters that the face has; empty when it cannot be set honestly.

    Signs that it lacks (emoji, arrows) are left out, and letters with marks that it lacks lose them. Of a text
    with any other letter that it lacks, one of another script, nothing is set rather than a part of it.
    """
    found = []
    for character in unicodedata.normalize("NFC", " ".join(text.split())):
        if character.isspace() or _has(character):
            found.append(character)
            continue
        base = unicodedata.normalize("NFKD", character)
        plain = "".join(c for c in base if not unicodedata.combining(c))
        if plain and all(map(_has, plain)):
            found.append(plain)
        elif unicodedata.category(character)[0] in "LN":
            return ""
    return " ".join("".join(found).split())


@lru_cache(maxsize=4096)
def _has(character: str) -> bool:
    if unicodedata.category(character)[0] in "CZ":
        return False
    # The face has all of ASCII, and need not be loaded to tell that: so most pages are made without it.
    if character.isascii():
        return True
    font = face(_TEST_SIZE)
    # What stands for all that is missing is drawn for a character that no face may have.
    return _drawn(font, character) != _drawn(font, "\uffff")


def _drawn(font: ImageFont.FreeTypeFont, character: str) -> tuple[object, ...]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)


def measured(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[tuple[str, float]]:
    """The words with how wide they are in pixels; one that is wider than `width` is broken into pieces that are not."""
    found = []
    for word in text.split():
        while (length := font.getlength(word)) > width and len(word) > 1:
            pieces = range(1, len(word))
            fits = max(bisect_right(pieces, width, key=lambda n: font.getlength(word[:n])), 1)
            found.append((word[:fits], font.getlength(word[:fits])))
            word = word[fits:]
        found.append((word, length))
    return found


def lines_of(words: Iterable[tuple[str, float]], space: float, width: float) -> list[str]:
    """Measured words in lines that are no wider."""
    lines: list[list[str]] = []
    filled = 0.0
    for word, length in words:
        if lines and filled + space + length <= width:
            lines[-1].append(word)
            filled += space + length
        else:
            lines.append([word])
            filled = length
    return [" ".join(line) for line in lines]


def balanced(words: Sequence[tuple[str, float]], space: float, width: int) -> list[str]:
    """The same in as few lines, but as even as that allows."""
    count = len(lines_of(words, space, width))
    low, high = width // 3, width
    while high - low > 8:
        middle = (low + high) // 2
        if len(lines_of(words, space, middle)) > count:
            low = middle
        else:
            high = middle
    return lines_of(words, space, high)


def shortened(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """One line that is no wider, cut at its end where it has to be."""
    if font.getlength(text) <= width:
        return text
    lengths = range(len(text) + 1)
    fits = bisect_right(lengths, width, key=lambda n: font.getlength(text[:n] + _ELLIPSIS)) - 1
    return text[: max(fits, 0)].rstrip() + _ELLIPSIS


def fitted(
    text: str, sizes: tuple[int, ...], width: int, height: int, leading: float
) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The text in the first of these sizes in which it fits; cut at its end where it fits in none."""
    for size in sizes:
        font = face(size)
        space = font.getlength(" ")
        words = measured(text, font, width)
        lines = balanced(words, space, width)
        if len(lines) * size * leading <= height:
            return font, lines
    lines = lines_of(words, space, width)
    most = max(int(height / (size * leading)), 1)
    return font, [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), font, width)]
