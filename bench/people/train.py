"""Makes the model of names anew: `.venv/bin/python -m bench.people.train`.

Learns from idner (MIT), NER-Grit (Apache-2.0), the sentences of idner with other names in them, and
invented ones (invented.py); their licences stand beside the files. Texts that may only be used for
evaluation are never read here. The development set of idner and every sentence in it are left out.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

import pycrfsuite

from articles.reading import lexicon
from articles.reading.features import features
from articles.reading.tagging import MODEL
from bench.people import corpora
from bench.people.corpora import HERE, Marked
from bench.people.invented import Inventor

RENAMED = 4
INVENTED = 4000
# L1 keeps the model small, L2 keeps it calm; chosen on the development set.
PARAMETERS = {
    "c1": 0.26,
    "c2": 0.05,
    "max_iterations": 120,
    "feature.possible_transitions": True,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the model of names anew.")
    parser.add_argument("--words", action="store_true", help="also write common_words.txt anew")
    if parser.parse_args().words:
        write_common_words()
    started = time.perf_counter()
    train(corpora.sentences(HERE / "idner-train.txt"), MODEL)
    print(f"{MODEL.name}: {MODEL.stat().st_size:,} bytes, {time.perf_counter() - started:.0f} s")


def train(idner: list[Marked], model: Path, seed: int = 7) -> None:
    """Learns from these sentences of idner and from all else that may be learned from."""
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
    invented = [inventor.sentence() for _ in range(INVENTED)]
    grit = corpora.sentences(HERE / "nergrit-train.txt")
    trainer = pycrfsuite.Trainer(verbose=False)
    for words, labels in corpora.examples([*idner, *idner, *renamed, *grit, *invented]):
        trainer.append(features(words), labels)
    trainer.set_params(PARAMETERS)
    trainer.train(str(model))


def write_common_words() -> None:
    """Words that the training texts have in lower case outside of names, twice or more."""
    seen = Counter(
        word
        for name in ("idner-train.txt", "nergrit-train.txt")
        for text, _spans in corpora.sentences(HERE / name)
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
