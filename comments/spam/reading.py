"""A comment taken apart: its words, and which of them somebody disguised.

Advertisers of gambling sites change the site's name every week and write it so that no list finds
it. How they write it stays: styled letters, letters of several alphabets, spaced letters, a word
with 77 or 4D at its end. So a word is told by how it is written, and what it says matters less.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from ..folding import fold

# What a word is, in the order in which it is tried.
STYLED = "S"  # 𝐒𝐋𝐎𝐓
MIXED = "X"  # ѕlоt, AЕ𝙍О88, PuIau
SPACED = "P"  # S L O T 7 7
NUMBERED = "D"  # mona4d, berkah99
CAPITALS = "U"  # SLOT in a text of small letters
LEET = "L"  # g4c0r
PLAIN = "w"
MARK = "."  # no word: one sign or emoji

# These are taken for names; what stands side by side is one name.
NAMES = frozenset({STYLED, MIXED, SPACED, NUMBERED})


class Word(NamedTuple):
    text: str  # folded
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    words: list[Word]
    is_styled: bool  # all of it, as some write for fun
    is_shouted: bool  # all of it in capitals
    has_hidden: bool  # invisible characters between letters


# One pair of regional indicators, however often, is a flag. The 2 of "teman2" and "teman²" says
# "twice". An address is one word.
_FLAG_OR_TWICE = re.compile(
    "(?<![\U0001f1e6-\U0001f1ff])([\U0001f1e6-\U0001f1ff]{2})\\1*(?![\U0001f1e6-\U0001f1ff])"
    r"|(?<=[^\W\d_])(?:²|2(?=(?:nya|an|ku|mu|in|kan|ken)?(?!\w)))"
)
_FLAG = "\U0001f3f3"
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HIDDEN = re.compile("(?<=\\w)[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+(?=\\w)")
# Lines through and under letters: no language writes these on a Latin letter.
_LINED = re.compile("([A-Za-z0-9])[\u0300-\u036f\u20d0-\u20df]+")
_CAPITAL_I_FOR_L = re.compile(r"(?<=[a-z])I(?=[a-z])")
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])")
_STYLED_A, _STYLED_L = 0x1D5BA, "\U0001d5c5"

# They stand beside a spaced name and are no part of it.
_TWO_LETTER_WORDS = frozenset("di ke ya yg si ni gw lo lu bg jg sm dr dg kl aq ku mu tu".split())

_PIECE = re.compile(r"[^\W_]+|[^\w\s]|_")
_LONGEST_WORD = 40
_LETTERS_BEFORE_PLAIN_END = re.compile(r"[sUd]{3,}(\.{3,})$")
_PLAIN_START = re.compile(r"(\.{2,})[sU][sUd]{2,}$")
_NUMBERED = re.compile(
    r"[a-z]{2,}\d{2,4}(?:[a-z]{1,4})?|[a-z]{2,}[34]d|\d{2,3}[a-z]{3,}|[a-z]+\d[a-z]\d+|[a-z]+\d+bet[a-z]*"
)
_LEET = re.compile(r"[a-z]*\d[a-z]+(?:\d[a-z]*)*|[a-z]+\d(?:[a-z]+\d)+")
# 12jt, 50rb, 3x: amounts.
AMOUNT = re.compile(
    r"\d+(jt|juta|rb|ribu|rebu|k|m|x|kali|menit|detik|jam|hari|tahun|th|thn|an|kg|cm|km)?"
)


# Ordinary words that end in a number: Rp5000, RT03, SMAN1, ke10, covid19.
_COUNTED = re.compile(
    r"(?:ke|se|rp|rm|no|rt|rw|km|th|tahun|sd|sdn|smp|smpn|sma|sman|smk|smkn|man|mtsn|pasal|ayat|bab"
    r"|tahap|hut|cpns|pilkada|pilgub|pilpres|pemilu|covid|jkt|persen)\d+"
)


class _Folded(dict[int, str]):
    """What `fold` makes of one character; white space stays, so that places are kept."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        made = " " if character.isspace() else fold(character)
        if len(self) < 20_000:
            self[code] = made
        return made


class _Drawn(dict[int, str]):
    """How each of the folded characters was drawn: "s" styled, "f" of a foreign alphabet, "U" a
    capital, "d" a digit, "." plain."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _FOLDED[code]
        drawn = "."
        if character.isascii():
            drawn = "U" if character.isupper() else "d" if character.isdigit() else "."
        elif folded.isascii() and folded.isalnum():
            base = unicodedata.normalize("NFD", character)[0]
            if not base.isascii():
                drawn = "f" if _is_living_alphabet(code) else "s"
        drawn *= len(folded)
        if len(self) < 20_000:
            self[code] = drawn
        return drawn


def _is_living_alphabet(code: int) -> bool:
    """Greek, Cyrillic, Armenian, Ethiopic, Chinese: a whole word in it may be meant."""
    return 0x370 <= code < 0x590 or 0x1200 <= code < 0x13A0 or 0x3100 <= code < 0xA000


_FOLDED = _Folded()
_DRAWN = _Drawn()


def read(text: str) -> Reading:
    """Take `text` apart. Never fails; the time grows with the length of `text`."""
    hidden = not text.isascii() and _HIDDEN.search(text) is not None
    text = _FLAG_OR_TWICE.sub(lambda found: _FLAG if found[1] else " ", text)
    text = _ADDRESS.sub(" http ", text)
    if not text.isascii():
        text = _LINED.sub(_unline, text)
    text = _CAPITAL_I_FOR_L.sub(_STYLED_L, text)
    text = _GLUED.sub(" ", text)
    words = _words(text.translate(_FOLDED), text.translate(_DRAWN))
    letters = sum(len(word.text) for word in words if word.kind != MARK) or 1
    styled = [word for word in words if word.kind in (STYLED, MIXED)]
    capitals = sum(len(word.text) for word in words if word.kind == CAPITALS)
    is_styled = sum(len(word.text) for word in styled) > 0.7 * letters and len(styled) > 4
    is_shouted = (
        capitals > 0.6 * letters and sum(word.kind in (CAPITALS, PLAIN) for word in words) > 2
    )
    if is_styled:
        words = [w._replace(kind=_kind_by_text(w.text)) if w.kind == STYLED else w for w in words]
    if is_shouted:
        words = [w._replace(kind=PLAIN) if w.kind == CAPITALS else w for w in words]
    return Reading(_side_by_side(_spaced(words)), is_styled, is_shouted, hidden)


def _unline(found: re.Match[str]) -> str:
    if len(unicodedata.normalize("NFC", found[0])) == 1:
        return found[0]  # é, in two characters
    letter = found[1].lower()
    return chr(_STYLED_A + ord(letter) - ord("a")) if letter.isalpha() else found[1]


def _words(folded: str, drawn: str) -> list[Word]:
    words: list[Word] = []
    for piece in _PIECE.finditer(folded):
        start, end = piece.span()
        if not piece[0][0].isalnum():
            words.append(Word(piece[0], MARK, start, end))
            continue
        how = drawn[start:end]
        for cut in _cuts(how):
            text = folded[start : start + cut]
            words.append(Word(text[:_LONGEST_WORD], _kind(text, how[:cut]), start, start + cut))
            start += cut
            how = how[cut:]
    return words


def _cuts(how: str) -> list[int]:
    """Lengths of the words in a piece: a styled name may be glued to plain words around it."""
    if "s" not in how or "." not in how or len(how) > _LONGEST_WORD:
        return [len(how)]
    if found := _LETTERS_BEFORE_PLAIN_END.search(how):
        return [len(how) - len(found[1]), len(found[1])]
    if found := _PLAIN_START.match(how):
        return [len(found[1]), len(how) - len(found[1])]
    return [len(how)]


def _kind(text: str, how: str) -> str:
    styled, foreign = how.count("s"), how.count("f")
    if styled and styled + how.count("d") == len(how):
        return STYLED
    if styled or 0 < foreign < len(how):
        return MIXED
    if len(how) > 2 and how.count("U") == len(how):
        return CAPITALS
    return _kind_by_text(text)


def _kind_by_text(text: str) -> str:
    if text.isalpha() or len(text) > _LONGEST_WORD or AMOUNT.fullmatch(text):
        return PLAIN
    if _COUNTED.fullmatch(text):
        return PLAIN
    if _NUMBERED.fullmatch(text):
        return NUMBERED
    return LEET if _LEET.fullmatch(text) else PLAIN


def _spaced(words: list[Word]) -> list[Word]:
    """Join what was spaced out: "S L O T 7 7", "J P TO G E L", "s.l.o.t"."""
    joined: list[Word] = []
    at = 0
    while at < len(words):
        if words[at].kind == MARK or len(words[at].text) > 2:
            joined.append(words[at])
            at += 1
            continue
        run = [words[at]]
        end = next_ = at + 1
        while next_ < len(words) and run[0].text not in _TWO_LETTER_WORDS:
            word, gap = words[next_], words[next_].start - run[-1].end
            if gap > 3 or (word.kind != MARK and len(word.text) > 2):
                break
            if word.text in _TWO_LETTER_WORDS:
                break
            next_ += 1
            if word.kind != MARK:
                run.append(word)
                end = next_
        single = sum(len(word.text) == 1 for word in run)
        text = "".join(word.text for word in run)
        is_name = len(run) > 3 or (len(run) == 3 and single > 1)
        if is_name and sum(map(str.isalpha, text)) > 2:
            joined.append(Word(text[:_LONGEST_WORD], SPACED, run[0].start, run[-1].end))
        else:
            joined.extend(words[at:end])
        at = end
    return joined


def _side_by_side(words: list[Word]) -> list[Word]:
    """One name where several disguised words stand together: "𝐓 𝐊 𝐏 𝟑𝟎𝟑", "GA 𝐑𝐔𝐃a"."""
    merged: list[Word] = []
    for word in words:
        last = merged[-1] if merged else None
        if last and word.kind in NAMES and last.kind in NAMES and word.start - last.end <= 3:
            kind = last.kind if last.kind == word.kind else MIXED
            text = (last.text + word.text)[:_LONGEST_WORD]
            merged[-1] = Word(text, kind, last.start, word.end)
        else:
            merged.append(word)
    # One styled character makes no name.
    return [w._replace(kind=PLAIN) if len(w.text) == 1 and w.kind in NAMES else w for w in merged]
