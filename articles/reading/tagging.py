"""Which words of a sentence are a person's name: a sequence model, loaded once per process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pycrfsuite

from articles.reading.features import features
from articles.reading.lexicon import DATA

MODEL = DATA / "names.crfsuite"

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
    return list(_tagger().tag(features(words))) if words else []
