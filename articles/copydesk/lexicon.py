"""The words that ship: which exist, how common they are, and which they are made of.

`data/words.tsv` was counted from permissively licensed Indonesian text (see data/SOURCE.txt).
It is read when the first text is checked, once per process; it takes about 6 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from . import morphology

DATA = Path(__file__).parent / "data"
# A root found only in word lists is one when something is made of it.
UNKNOWN = 0.0


@dataclass(frozen=True)
class Lexicon:
    """Listed words with their counts; `shield`: foreign words and names that look like typos."""

    counts: dict[str, int]
    shield: frozenset[str]
    names: frozenset[str]

    def count(self, word: str) -> int:
        """How often the word stood in the counted text; 0 for a listed word that did not."""
        return self.counts.get(word, 0)

    def is_listed(self, word: str) -> bool:
        return word in self.counts

    def is_root(self, word: str) -> bool:
        return word in self.counts and len(word) >= morphology.SHORTEST_ROOT


@cache
def shipped() -> Lexicon:
    """What `data/words.tsv` says. The file has lines of a word, a tab and a count, under headings."""
    counts: dict[str, int] = {}
    parts: dict[str, set[str]] = {"foreign": set(), "names": set()}
    part = "words"
    with (DATA / "words.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("#"):
                part = line[1:].strip() or part
            elif part == "words":
                word, _, count = line.partition("\t")
                counts[word] = int(count or 0)
            elif line:
                parts[part].add(line)
    return Lexicon(counts, frozenset(parts["foreign"]), frozenset(parts["names"]))


@lru_cache(maxsize=8_192)
def root_strength(word: str) -> float:
    """How common the most common root is that `word` can be made of; 0 when there is none.

    Deeper words are less certain: a second prefix, or a root known from lists only, counts less.
    """
    lexicon = shipped()
    best = UNKNOWN
    for root, frame in morphology.derivations(word):
        if not frame or not lexicon.is_root(root):
            continue
        strength = (lexicon.count(root) + 0.5) * (0.3 if frame.count("-") > 1 else 1.0)
        if len(root) == morphology.SHORTEST_ROOT:
            strength *= 0.3
        if _is_a_noun_under_a_verb(root, frame):
            continue
        best = max(best, strength)
    for rest in morphology.behind_bound(word):
        if len(rest) >= 4 and rest in lexicon.counts:
            best = max(best, lexicon.count(rest) + 0.5)
    return best


def _is_a_noun_under_a_verb(root: str, frame: str) -> bool:
    """Whether the frame makes a verb of a noun in "-an": "meningkatan" is none, "berkaitan" is."""
    return (
        frame.split("-")[0] in {"meN", "di", "ter"}
        and root.endswith("an")
        and len(root) > 5
        and shipped().is_listed(root[:-2])
    )


def stem(word: str) -> str:
    """The root that two words of one family share: "menanam" and "penanaman" give "tanam".

    The shortest listed root; the word itself when none is known.
    """
    lexicon = shipped()
    word = word.lower()
    found = [root for root in morphology.roots(word, lexicon.is_root) if len(root) > 3]
    return min(found, key=lambda root: (len(root), root), default=word)


def roots_of(word: str) -> list[str]:
    """Every listed root that a word may be made of."""
    found = morphology.roots(word.lower(), shipped().is_root)
    return [root for root in dict.fromkeys(found) if len(root) > 3]
