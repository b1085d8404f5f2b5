"""Which words of a sentence are a person's name: a sequence model, loaded once per process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pycrfsuite

from articles.reading.features import features
from articles.reading.lexicon import DATA, given_names

MODEL = DATA / "names.crfsuite"

# What the model gives a smaller probability to is no name: as many false alarms as misses, nearly.
# Chosen among 0.45, 0.55 and 0.65 by the totals of the cross-validation.
DOUBTFUL = 0.55

_loaded: pycrfsuite.Tagger | None = None


def _tagger() -> pycrfsuite.Tagger:
    global _loaded
    if _loaded is None:
        _loaded = _open(MODEL)
    return _loaded


def _open(path: Path) -> pycrfsuite.Tagger:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    return tagger


@contextmanager
def using(path: Path) -> Iterator[None]:
    """Reads with another model for a while, for measurements."""
    global _loaded
    kept, _loaded = _loaded, _open(path)
    try:
        yield
    finally:
        _loaded = kept


def tag(words: Sequence[str]) -> list[str]:
    """One label for each word: B-PER and I-PER in a person's name, B-/I-LOC, B-/I-ORG, or O.

    Titles before a name and degrees after it are not labelled; the rules add them.
    """
    if not words:
        return []
    tagger = _tagger()
    labels = list(tagger.tag(features(words)))
    for index, label in enumerate(labels):
        if label == "B-PER" and _is_doubtful(tagger, words, labels, index):
            labels[index] = "O"
            for at in range(index + 1, len(labels)):
                if labels[at] != "I-PER":
                    break
                labels[at] = "O"
    return labels


def _is_doubtful(
    tagger: pycrfsuite.Tagger, words: Sequence[str], labels: Sequence[str], index: int
) -> bool:
    """Whether the name that begins there is none likely, and has no word that people are called by."""
    last = index + 1
    while last < len(labels) and labels[last] == "I-PER":
        last += 1
    if any(word.lower() in given_names() for word in words[index:last]):
        return False
    named: float = tagger.marginal("B-PER", index) + tagger.marginal("I-PER", index)
    return named < DOUBTFUL
