"""Which words are one or two slips away from another, found through an index without any extension.

Two words that are one slip apart (a letter left out, too many, another, or two swapped) have a word in common once a
letter is left out of either. So each word keeps what is left of it without each of its letters, and a misspelt one is
looked up by what is left of it: the idea of Wolf Garbe's SymSpell (2012). The same for words as they sound
(`people.names.fold_key`), since names have many spellings: "Djafar" and "Jafar".
"""

from __future__ import annotations

from itertools import combinations

from .people.names import fold_key

SHORTEST = 4
LONGEST = 24
# From here on two slips are thought of.
LONG = 7


def keys(word: str) -> list[str]:
    """What a word of the archive is found by when it is misspelt; none for what is too short or no word."""
    if not (SHORTEST <= len(word) <= LONGEST and word.isalpha()):
        return []
    return sorted({word, *_without_one(word), *_sound(word)})


def asked(word: str) -> list[str]:
    """What to look for in those keys for a word as typed."""
    found = set(keys(word))
    if found and len(word) >= LONG:
        pairs = combinations(range(len(word)), 2)
        found |= {word[:i] + word[i + 1 : j] + word[j + 1 :] for i, j in pairs}
    return sorted(found)


def slips(typed: str, word: str) -> float:
    """How many slips lie between what was typed and a word: letters left out, added, changed, or swapped with their
    neighbour (Damerau 1964, optimal string alignment). Words that sound alike are half a slip apart at most."""
    return min(_distance(typed, word), _distance(fold_key(typed), fold_key(word)) + 0.5)


def allowed(typed: str) -> int:
    """How many slips are believed in a word of that length."""
    return 1 if len(typed) < LONG else 2


def _without_one(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _sound(word: str) -> set[str]:
    folded = fold_key(word)
    return {folded, *_without_one(folded)} if len(folded) >= SHORTEST else set()


def _distance(one: str, other: str) -> int:
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, another in enumerate(other, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]
