"""Which words of a sentence are a person's name: a sequence model, loaded once per process."""

from collections.abc import Sequence
from functools import cache

import pycrfsuite

from articles.reading.features import features
from articles.reading.lexicon import DATA

MODEL = DATA / "names.crfsuite"


@cache
def _tagger() -> pycrfsuite.Tagger:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(MODEL))
    return tagger


def tag(words: Sequence[str]) -> list[str]:
    """One label for each word: B-PER and I-PER in a person's name, B-/I-LOC, B-/I-ORG, or O.

    Titles before a name and degrees after it are not labelled; the rules add them.
    """
    return list(_tagger().tag(features(words))) if words else []
