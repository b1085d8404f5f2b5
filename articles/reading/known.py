"""Where a text has institutions and places that the newsroom knows: no part of anybody's name."""

from collections.abc import Collection, Iterator, Sequence

from articles.reading import lexicon
from articles.reading.tokens import tokenise

# After these a single word is a place, even one that people are called by too.
_PLACED_BY = lexicon.REGION_HEADS | {"di", "ke", "dari"}


def mark(low: Sequence[str], labels: list[str], known: Collection[str]) -> frozenset[int]:
    """Labels the words of known names as an institution's, and tells which words these are.

    `low` are the words in lower case. The longest name counts; a name that goes on inside
    somebody's ("Andi |Batara| Lino") is left to the person, and a single word that people are
    called by is a place only after a word that says so ("Desa Baso").
    """
    marked: set[int] = set()
    for first, last in _found(low, known):
        inside = first and labels[first] == "I-PER" and labels[first - 1].endswith("PER")
        if inside and first - 1 not in marked:
            continue
        if (
            last - first == 1
            and low[first] in lexicon.given_names()
            and not (first and low[first - 1] in _PLACED_BY)
        ):
            continue
        labels[first:last] = ["B-ORG"] + ["I-ORG"] * (last - first - 1)
        marked.update(range(first, last))
    return frozenset(marked)


def _found(low: Sequence[str], known: Collection[str]) -> Iterator[tuple[int, int]]:
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for name in known:
        words = tuple(token.text for token in tokenise(name.lower()))
        if words:
            by_first.setdefault(words[0], []).append(words)
    for names in by_first.values():
        names.sort(key=len, reverse=True)
    index = 0
    while index < len(low):
        for words in by_first.get(low[index], ()):
            if tuple(low[index : index + len(words)]) == words:
                yield index, index + len(words)
                index += len(words)
                break
        else:
            index += 1
