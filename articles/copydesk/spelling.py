"""Likely misspellings: words that do not exist and are one slip away from a common one.

A word that nobody knows is no alarm by itself: names of dishes, dialect, new words and foreign
words are all unknown. Only when one slip of the fingers (a letter left out, doubled, swapped with
its neighbour, hit beside) makes a known word of it, one that is common enough for its length, is
it a finding. A word made by the rules of word formation of an existing root is doubted only when
what it resembles is far more common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from . import lexicon
from .findings import SPELLING, Finding
from .tokens import Word

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHORTEST = 4
LONGEST = 32
# A slip happens once; what is written so again and again is meant: a term, a dish, dialect. With each
# time that a word stands in the text, what it resembles must be this many times as common.
REPEATED = 4.0
# A story has some ten unknown words. Behind so many in one text each is looked at less deeply.
MOST_DOUBTED = 300
# A sentence, or a quote, with this many unknown words and this share of them is in another language.
FOREIGN_WORDS = 3
FOREIGN_SHARE = 0.4
# How common a word must be for an unknown one of this length to be taken for a slip of it.
_LEAST_COUNT = {4: 60.0, 5: 8.0, 6: 2.0}
_LEAST_OTHERWISE = 0.4
# A long word is near another one by a slip only.
_LONG, _LEAST_LONG = 9, 0.2
# A word that the rules explain is doubted when its likely meaning is this many times as common.
_DOUBT = 40.0
_DOUBT_LEAST = 25.0
# A name may begin a sentence, or stand in a headline: there the bar is higher.
_FIRST_FACTOR = 2.0
_TITLE_FACTOR = 4.0
# In a line of capitals, shorter words than this may be abbreviations.
_SHORTEST_IN_CAPITALS = 6


def _near_keys() -> dict[str, str]:
    near: dict[str, set[str]] = {c: set() for c in _LETTERS}
    for row, keys in enumerate(_ROWS):
        for column, key in enumerate(keys):
            near[key].update(keys[max(0, column - 1) : column + 2])
            for other in (row - 1, row + 1):
                if 0 <= other < len(_ROWS):
                    start = column - (other > row)
                    near[key].update(_ROWS[other][max(0, start) : start + 2])
    return {key: "".join(sorted(keys - {key})) for key, keys in near.items()}


NEAR_KEYS = _near_keys()
_REASON = _("This word is in no dictionary, and one letter away from a common one.")


def slips(word: str) -> Iterator[tuple[str, float]]:
    """Each word that a slip may have turned into `word`, with how likely that slip is (0 to 1)."""
    for i, letter in enumerate(word):
        after = word[i + 1 :]
        inner = 1.0 if i else 0.5
        # A letter too many: doubled ones first, then one hit together with its neighbour.
        if i and word[i - 1] == letter:
            yield word[:i] + after, 1.0
        else:
            beside = (i and word[i - 1] in NEAR_KEYS.get(letter, "")) or (
                after[:1] and after[0] in NEAR_KEYS.get(letter, "")
            )
            yield word[:i] + after, (0.4 if beside else 0.15) * inner
        if after and after[0] != letter:
            yield word[:i] + after[0] + letter + after[1:], 1.0 * inner
        near = NEAR_KEYS.get(letter, "")
        for other in _LETTERS:
            if other != letter:
                yield word[:i] + other + after, (0.7 if other in near else 0.2) * inner
    for i in range(len(word) + 1):
        for letter in _LETTERS:
            if i and word[i - 1] == letter:
                continue  # the same word comes of inserting before the letter
            yield word[:i] + letter + word[i:], 0.9 if i else 0.5


def strength(word: str) -> float:
    """How common a word is, listed or made by the rules; 0 for no word at all."""
    lex = lexicon.shipped()
    if word in lex.counts:
        return lex.counts[word] + 0.5
    return min(lexicon.root_strength(word) * 0.02, 2.0)


@lru_cache(maxsize=8_192)
def likely(word: str, is_deep: bool = True) -> tuple[str, float]:
    """The word that `word` most likely is a slip of, and how likely: how common that word is,
    times how likely the slip (0 to 1). ("", 0) for none.

    Without `is_deep`, only listed words are tried, not those that the rules make: a fiftieth of
    the time.
    """
    lex = lexicon.shipped()
    best, best_score = "", 0.0
    made: list[tuple[str, float]] = []
    for other, chance in slips(word):
        if other in lex.counts:
            score = chance * (lex.counts[other] + 0.5)
            if score > best_score:
                best, best_score = other, score
        elif is_deep and len(other) >= 6:
            made.append((other, chance))
    if best_score < _LEAST_OTHERWISE:
        # Nothing listed: the word may still be one that the rules make of a common root.
        for other, chance in made:
            score = chance * strength(other)
            if score > best_score:
                best, best_score = other, score
    return best, best_score


@lru_cache(maxsize=8_192)
def verdict(word: str, is_deep: bool = True) -> tuple[str, float]:
    """The correction of a lower-case word, and how far it is over the bar (1 is just enough).

    ("", 0) when the word is known or nothing is near it.
    """
    lex = lexicon.shipped()
    if not SHORTEST <= len(word) <= LONGEST or word in lex.counts or word in lex.shield:
        return "", 0.0
    own = lexicon.root_strength(word)
    best, common = likely(word, is_deep)
    if not best:
        return "", 0.0
    bar = _LEAST_COUNT.get(len(word), _LEAST_LONG if len(word) >= _LONG else _LEAST_OTHERWISE)
    if own:
        bar = max(_DOUBT_LEAST, own * 0.02 * _DOUBT)
    return (best, common / bar) if common >= bar else ("", 0.0)


@lru_cache(maxsize=8_192)
def is_word(word: str) -> bool:
    """Whether a lower-case word exists, as far as what ships knows."""
    lex = lexicon.shipped()
    return word in lex.counts or word in lex.shield or lexicon.root_strength(word) > 0


def check(
    words: Iterable[Word],
    is_known: Callable[[str], bool],
    is_name: Callable[[str], bool] = lambda _word: False,
    is_place: Callable[[str], bool] = lambda _word: False,
) -> Iterator[Finding]:
    """The likely misspellings among `words`; `is_known` tells what the newsroom itself knows, and
    `is_name` what belongs to a name of a person or a place that it knows, `is_place` to a place's."""
    words = list(words)
    foreign = _foreign_sentences(words, is_known)
    lex, doubted = lexicon.shipped(), set[str]()
    inside = {w.text for w in words if w.text[:1].isupper() and not w.first and not w.in_title}
    often = Counter(word.lower for word in words)
    for place, word in enumerate(words):
        if word.joined or word.sentence in foreign or not _is_checked(word, inside):
            continue
        capital = word.text[0].isupper()
        if capital and not word.in_title and _is_part_of_a_name(words, place):
            continue
        if word.in_title and _is_behind_a_name(words, place, is_place):
            continue
        for start, part in _parts(word.text):
            lower = part.lower()
            if not lower.isascii() or not lower.isalpha():
                continue
            if not lex.is_listed(lower):
                doubted.add(lower)
            better, over = verdict(lower, len(doubted) <= MOST_DOUBTED)
            if not better or over < REPEATED ** min(often[word.lower] - 1, 20):
                continue
            if is_known(lower) or is_known(word.lower):
                continue
            if capital and (word.in_title or not start):
                factor = _TITLE_FACTOR if word.in_title else _FIRST_FACTOR
                if lower in lex.names or over < factor or (word.in_title and is_name(lower)):
                    continue
                better = better.upper() if word.text.isupper() else better.capitalize()
            at = word.start + start
            yield Finding(at, at + len(part), part, SPELLING, better, _REASON)


def _is_checked(word: Word, inside: set[str]) -> bool:
    """Lower-case words, and capitalised ones where every word has a capital: at the beginning of a
    sentence and in a headline."""
    letters = word.text
    if letters.islower():
        return True
    if word.in_title and letters not in inside:
        return not letters.isupper() or len(letters) >= _SHORTEST_IN_CAPITALS
    return word.first and letters[1:].islower() and letters not in inside


def _is_part_of_a_name(words: list[Word], place: int) -> bool:
    following = words[place + 1] if place + 1 < len(words) else None
    word = words[place]
    return bool(
        following
        and following.sentence == word.sentence
        and following.start == word.end + 1
        and following.text[0].isupper()
    )


def _is_behind_a_name(words: list[Word], place: int, is_place: Callable[[str], bool]) -> bool:
    """Whether a word of a headline can be somebody's last name: the one before is no word at all,
    no abbreviation and no place ("Sinjai Bagikan Bantuan")."""
    word, before = words[place], words[place - 1] if place else None
    if not before or not before.in_title or before.end + 1 != word.start:
        return False
    lower = before.lower
    is_plain = is_word(lower) and lower not in lexicon.shipped().names
    return not is_plain and not is_place(lower)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The parts of a repeated or joined word: "orang-orang", each with its place."""
    at = 0
    for part in text.replace("’", "-").replace("'", "-").replace("‑", "-").split("-"):
        yield at, part
        at += len(part) + 1


def _foreign_sentences(words: list[Word], is_known: Callable[[str], bool]) -> set[int]:
    """Sentences in which too much is unknown to be Indonesian: a quote in a regional language."""
    total: dict[int, int] = {}
    unknown: dict[int, int] = {}
    for word in words:
        if not word.text.islower() or len(word.text) < 3:
            continue
        total[word.sentence] = total.get(word.sentence, 0) + 1
        if not all(is_word(part) or is_known(part) for _at, part in _parts(word.text)):
            unknown[word.sentence] = unknown.get(word.sentence, 0) + 1
    return {
        sentence
        for sentence, count in unknown.items()
        if count >= FOREIGN_WORDS and count >= FOREIGN_SHARE * total[sentence]
    }
