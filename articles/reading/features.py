"""What the sequence model sees of each word: its form, its class, and its neighbours'."""

from collections.abc import Sequence
from functools import lru_cache

from articles.reading import lexicon
from articles.reading.tokens import QUOTES


def features(words: Sequence[str]) -> list[list[str]]:
    """One list of features for each word of a sentence; a pure function of the words."""
    if mostly_capitals(words):
        words = [word.capitalize() if len(word) > 1 and "." not in word else word for word in words]
    seen = [_of_word(word) for word in words]
    before, after = ("^", "^", "^"), ("$", "$", "$")
    last = len(words)
    runs = _runs(seen)
    result = []
    for index, (own, _low, shape, kind) in enumerate(seen):
        left = seen[index - 1][1:] if index else before
        left2 = seen[index - 2][1:] if index > 1 else before
        right = seen[index + 1][1:] if index + 1 < last else after
        right2 = seen[index + 2][1:] if index + 2 < last else after
        result.append(
            [
                *own,
                "-1w" + left[0],
                "-1s" + left[1],
                "-1k" + left[2],
                "-2w" + left2[0],
                "-2s" + left2[1],
                "-2k" + left2[2],
                "+1w" + right[0],
                "+1s" + right[1],
                "+1k" + right[2],
                "+2w" + right2[0],
                "+2s" + right2[1],
                f"-1s0s{left[1]}|{shape}",
                f"0s+1s{shape}|{right[1]}",
                f"-1s0s+1s{left[1]}|{shape}|{right[1]}",
                f"-1k0k{left[2]}|{kind}|{shape}",
                f"0k+1k{kind}|{shape}|{right[2]}",
                f"-1w0s{left[0]}|{shape}",
                f"0s+1w{shape}|{right[0]}",
                f"-2w-1w{left2[0]}|{left[0]}|{shape}",
                *_in_run(seen, index, runs[index]),
            ]
        )
    return result


def _runs(seen: Sequence[tuple[tuple[str, ...], str, str, str]]) -> list[tuple[int, int]]:
    """For each word the run of capitals that it stands in; an empty one for any other."""
    result = [(index, index) for index in range(len(seen))]
    begin = 0
    for index in range(len(seen) + 1):
        if index < len(seen) and seen[index][2][0] == "X":
            continue
        for at in range(begin, index):
            result[at] = (begin, index)
        begin = index + 1
    return result


def _in_run(
    seen: Sequence[tuple[tuple[str, ...], str, str, str]], index: int, run: tuple[int, int]
) -> list[str]:
    """What stands around the run of capitals, since a name is the end of one mostly.

    “Direktur Utama PT Kimia Farma |Verdi Budidarmo| mengatakan”: the office at its beginning, the
    verb after it, and how far both are.
    """
    begin, end = run
    if begin == end:
        return []
    head = next((seen[at] for at in range(index, begin - 1, -1) if "role" in seen[at][3]), None)
    first = seen[begin]
    earlier = seen[begin - 1] if begin else None
    following = seen[end] if end < len(seen) else None
    behind, ahead = min(index - begin, 5), min(end - 1 - index, 4)
    word_after = following[1] if following else "$"
    kind_after = following[3] if following else "$"
    word_before = earlier[1] if earlier else "^"
    return [
        f"rb{behind}",
        f"ra{ahead}",
        f"rba{behind}|{ahead}",
        f"raw{ahead}|{word_after}",
        f"rak{ahead}|{kind_after}",
        f"rbw{behind}|{word_before}",
        f"rf{behind}|{first[1]}",
        f"rfk{first[3]}|{ahead}",
        f"rh{head[1] if head else ''}|{ahead}",
        f"rhk{bool(head)}|{ahead}|{kind_after}",
    ]


def mostly_capitals(words: Sequence[str]) -> bool:
    """Whether a sentence is printed in capitals, so that capitals say nothing in it."""
    letters = [word for word in words if len(word) > 3 and word.isalpha()]
    return len(letters) > 1 and sum(word.isupper() for word in letters) * 10 > len(letters) * 7


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[tuple[str, ...], str, str, str]:
    """Its features, its lower-case form, its shape and its class."""
    low = word.lower() if not word[0].isdigit() else "0"
    shape, kind = _shape(word), _kind(word, low)
    own = ["w" + low, "s" + shape, "k" + kind, f"k{kind}s{shape}", f"n{min(len(word), 9)}"]
    if word[0].isalpha() and len(word) > 3:
        own += ["p" + low[:2], "p" + low[:3], "e" + low[-2:], "e" + low[-3:], "e" + low[-4:]]
        if shape == "Xx":
            own += ["Xp" + low[:3], "Xe" + low[-3:], "Xe" + low[-4:]]
    return tuple(own), low, shape, kind


def _shape(word: str) -> str:
    first = word[0]
    if first in QUOTES:
        return '"'
    if first.isdigit():
        return "0"
    if not first.isalpha():
        return first
    if "." in word:
        return "X." if len(word) == 2 else "X.X."
    if word.islower():
        return "x"
    if word.isupper():
        return "X" if len(word) == 1 else "XX" if len(word) < 5 else "XXX"
    if "-" in word:
        return "X-X" if first.isupper() else "x-X"
    return "Xx" if first.isupper() and word[1:].islower() else "xX"


def _kind(word: str, low: str) -> str:
    bare = low.replace(".", "")
    return "+".join(
        name
        for name, holds in (
            ("title", bare in lexicon.TITLES),
            ("address", bare in lexicon.ADDRESS),
            ("role", low in lexicon.ROLE_HEADS),
            ("org", low in lexicon.ORGANISATION_HEADS),
            ("region", bare in lexicon.REGION_HEADS),
            ("cue", low in lexicon.CUES_AFTER or low in lexicon.CUES_BETWEEN),
            ("when", low in lexicon.MONTHS or low in lexicon.DAYS),
            ("place", low in lexicon.places()),
            ("world", low in lexicon.WORLD),
            ("common", low in lexicon.common_words()),
            ("word", low in lexicon.dictionary() and low not in lexicon.common_words()),
            ("given", low in lexicon.given_names()),
        )
        if holds
    )
