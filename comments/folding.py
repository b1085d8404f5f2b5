"""What a reader sees in a text, whatever characters it was written with.

Advertisers write 𝐒𝐋𝐎𝐓, s l o t, s*l*o*t or ѕӏоt so that no list of words finds them, and somebody
who wants to be taken for the newsroom writes Rеdаksi with Cyrillic letters. These functions bring
such texts back. They are pure, accept every str, even with lone surrogates, and take time
proportional to its length.
"""

from __future__ import annotations

import re
import unicodedata

from .look_alikes import LOOK_ALIKES

# "LATIN LETTER SMALL CAPITAL A", "NEGATIVE SQUARED LATIN CAPITAL LETTER A", "REGIONAL INDICATOR
# SYMBOL LETTER A", "LATIN SMALL LETTER REVERSED E", "LATIN SMALL LETTER O WITH STROKE".
_NAMED_LETTER = re.compile(
    r"(?:[A-Z ]+ )?(?:LATIN (?:CAPITAL |SMALL )?LETTER|REGIONAL INDICATOR SYMBOL LETTER)"
    r"(?: SMALL CAPITAL| SMALL| CAPITAL| REVERSED| TURNED| SIDEWAYS| INVERTED| BARRED| SCRIPT"
    r"| DOTLESS| OPEN| INSULAR| BLACKLETTER| LONG| STRETCHED)*"
    r" ([A-Z]|AE|OE|ALPHA|UPSILON|IOTA)(?: WITH .+)?"
)
_SPELT_OUT = {"ALPHA": "a", "UPSILON": "u", "IOTA": "i"}

# Letters and a symbol that are drawn as nothing, though Unicode calls them no such thing.
_BLANK = {"\u115f": "", "\u1160": "", "\u3164": "", "\uffa0": "", "\u2800": " "}

# Control, format (zero width, direction), lone surrogate; marks above, below and around letters.
_UNSEEN = {"Cc", "Cf", "Cs", "Mn", "Me"}

# One for each character met, so that a text costs one look-up for each of its own. The bound keeps
# a text of all there are from staying in memory.
_REMEMBERED = 20_000


class _Seen(dict[int, str]):
    def __missing__(self, code: int) -> str:
        seen = _seen(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = seen
        return seen


def _seen(character: str) -> str:
    """What the eye reads in one character: nothing, one character or several."""
    if character.isspace():
        return " "
    if character in _BLANK:
        return _BLANK[character]
    if character.isascii():
        return "" if unicodedata.category(character) == "Cc" else character.lower()
    if unicodedata.category(character) in _UNSEEN:
        return ""
    named = _NAMED_LETTER.fullmatch(unicodedata.name(character, ""))
    if named:
        return _SPELT_OUT.get(named[1], named[1].lower())
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if character in LOOK_ALIKES:
        return LOOK_ALIKES[character]
    parts = unicodedata.normalize("NFKD", character)
    if parts != character:
        marks_gone = "".join(map(_seen, parts))
        # Hangul comes together again, as one sees it.
        return unicodedata.normalize("NFC", marks_gone)
    lowered = character.lower()
    return lowered if lowered == character else "".join(map(_seen, lowered))


_SEEN = _Seen()


def fold(text: str) -> str:
    """`text` as the eye reads it, in small letters.

    Marks, control characters and what is invisible go; letters of other alphabets, styled, framed
    and full-width ones become the Latin letters they look like, digits of every script 0 to 9, and
    white space one space. Emoji and punctuation stay. Folding again changes nothing.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    return " ".join(text.translate(_SEEN).split())


# Read as letters between letters; the first five digits also where they end or begin a word.
_AS_LETTERS = str.maketrans("0134567892$@!|", "oieasgtbgzsaii")
_LEET_INSIDE = re.compile(r"(?<=[^\W\d_])[0-9$@!|]+(?=[^\W\d_])")
_LEET_AT_EDGE = re.compile(
    r"(?<![^\W_])[01345$@](?=[^\W\d_]{2})|(?<=[^\W\d_]{2})[01345$@](?![^\W_])"
)
# Three or more single letters or digits, with little between each two of them.
_SPACED = re.compile(
    r"(?<![^\W_])[^\W_](?:[^\w\n]{1,3}|_)(?:[^\W_](?:[^\w\n]{1,3}|_))+[^\W_](?![^\W_])"
)
_BETWEEN = re.compile(r"[\W_]+")
# What nobody writes inside a word but to hide it.
_INSIDE_WORD = re.compile(r"(?<=[^\W\d_])[*_~^`·•]+(?=[^\W\d_])")
_REPEATED = re.compile(r"([^\W\d_])\1+")


def squeeze(text: str) -> str:
    """`text` folded, and brought back to plain words: for looking it up in a list of words.

    Single letters in a row are joined ("s l o t", "g.a.c.o.r"), stars inside a word go, digits
    and signs used as letters become letters ("g4c0r", "$lot"), and a repeated letter stands once
    ("gacorrr"). Longer digits at the end of a word stay ("king328"). Real words change too ("saat"
    to "sat"), so the list must be squeezed as well. An emoji is kept.
    """
    joined = _SPACED.sub(lambda run: _BETWEEN.sub("", run[0]), fold(text))
    whole = _INSIDE_WORD.sub("", joined)
    inside = _LEET_INSIDE.sub(lambda run: run[0].translate(_AS_LETTERS), whole)
    spelt = _LEET_AT_EDGE.sub(lambda one: one[0].translate(_AS_LETTERS), inside)
    return _REPEATED.sub(r"\1", spelt)


_ONE_SHAPE = str.maketrans("01i|!345$@8", "olllleassab")


def skeleton(name: str) -> str:
    """The key that names share when people would take one for the other.

    Folded; without spaces and punctuation; 0 and o, 1, l and i, 5 and s, 3 and e, 4 and a, 8 and b,
    rn and m, vv and w are one. Two names look alike when their skeletons are equal. It is no
    name: never show it. A name without letter or digit is its own skeleton.
    """
    folded = fold(name)
    shaped = "".join(filter(str.isalnum, folded.translate(_ONE_SHAPE)))
    return shaped.replace("rn", "m").replace("vv", "w") or folded.replace(" ", "")
