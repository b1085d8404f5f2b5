"""Makes the model of names anew: `.venv/bin/python -m bench.people.train [--also FILE]`.

Learns from idner (MIT, its licence beside it), from its sentences with other names in them, and from
invented ones (invented.py). `--also` takes further annotated sets, one word and its IOB label a line.
Texts that may only be used for evaluation are never read here. The development set of idner and every
sentence in it are left out.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pycrfsuite

from articles.reading import lexicon
from articles.reading.features import features
from articles.reading.tagging import MODEL
from bench.people import corpora
from bench.people.corpora import HERE, Marked
from bench.people.invented import Inventor

ALSO = "a further annotated set to learn from; may be given more than once"

RENAMED = 4
INVENTED = 4000
# L1 keeps the model small, L2 keeps it calm; chosen on the development set.
PARAMETERS = {
    "c1": 0.42,
    "c2": 0.05,
    "max_iterations": 120,
    "feature.possible_transitions": True,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the model of names anew.")
    parser.add_argument("--words", action="store_true", help="also write common_words.txt anew")
    parser.add_argument("--also", action="append", default=[], type=Path, help=ALSO)
    options = parser.parse_args()
    if options.words:
        write_common_words(options.also)
    started = time.perf_counter()
    train(corpora.sentences(HERE / "idner-train.txt"), MODEL, options.also)
    print(f"{MODEL.name}: {MODEL.stat().st_size:,} bytes, {time.perf_counter() - started:.0f} s")


def train(idner: list[Marked], model: Path, also: Iterable[Path] = (), seed: int = 7) -> None:
    """Learns from these sentences of idner, from invented ones and from the sets at `also`."""
    known = [
        word
        for text, spans in idner
        for begin, end, label in spans
        if label == "PER"
        for word in text[begin:end].split()
        if word[0].isupper()
    ]
    inventor = Inventor(seed, known)
    renamed = [inventor.renamed(marked) for _ in range(RENAMED) for marked in idner]
    others = [marked for path in also for marked in corpora.sentences(path)]
    others += [inventor.renamed(marked) for marked in others]
    invented = [inventor.sentence() for _ in range(INVENTED)]
    trainer = pycrfsuite.Trainer(verbose=False)
    for words, labels in corpora.examples([*idner, *idner, *renamed, *others, *invented]):
        trainer.append(features(words), labels)
    trainer.set_params(PARAMETERS)
    trainer.train(str(model))


def write_common_words(also: Iterable[Path] = ()) -> None:
    """Words that the training texts have in lower case outside of names, twice or more."""
    seen = Counter(
        word
        for path in (HERE / "idner-train.txt", *also)
        for text, _spans in corpora.sentences(path)
        for word in text.split()
        if word.replace("-", "").isalpha() and word.isascii() and word.islower() and len(word) > 1
    )
    kept = {word for word, times in seen.items() if times > 1} | lexicon.SENTENCE_STARTERS
    (lexicon.DATA / "common_words.txt").write_text("\n".join(sorted(kept)) + "\n", "utf-8")


def scratch() -> Path:
    """A file for a model that is not kept."""
    return Path(tempfile.mkdtemp(prefix="names-")) / "model.crfsuite"


if __name__ == "__main__":
    main()
