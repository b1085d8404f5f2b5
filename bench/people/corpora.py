"""The annotated sets as sentences with marked spans, and how spans are compared with words."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from articles.reading.tokens import Token, tokenise

HERE = Path(__file__).parent
Marked = tuple[str, list[tuple[int, int, str]]]

_LABELS = {"PERSON": "PER", "PLACE": "LOC", "ORGANISATION": "ORG"}
_EDGES = "()[]{}<>,;:!?\"“”'‘’-–—"


def sentences(path: Path) -> list[Marked]:
    """Sentences of a file with one word and its IOB label a line.

    Words are joined by one space. Brackets and marks that hang on a word ("(Jokowi)", "PAN),") are
    not part of a name, and a name in brackets is a name of its own.
    """
    found: list[Marked] = []
    lines: list[tuple[str, str]] = []
    for line in [*path.read_text("utf-8").splitlines(), ""]:
        if line.strip():
            parts = line.split()
            lines.append((parts[0], parts[-1]))
        elif lines:
            found.append(_sentence(lines))
            lines = []
    return found


def _sentence(lines: list[tuple[str, str]]) -> Marked:
    text, spans = "", []
    inside = ""
    for word, tag in lines:
        text += " " if text else ""
        label = _LABELS.get(tag[2:], tag[2:]) if tag != "O" else ""
        bare = word.strip(_EDGES)
        if label and bare:
            begin = len(text) + word.index(bare)
            if tag.startswith("B") or inside != label or word.startswith("("):
                spans.append((begin, begin + len(bare), label))
            else:
                spans[-1] = (spans[-1][0], begin + len(bare), label)
            inside = label
        elif not label:
            inside = ""
        text += word
    return text, spans


def part(text: str, parts: int) -> int:
    """Into which of so many parts a sentence or an article falls; the same on every machine."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % parts


def labels(tokens: Sequence[Token], spans: Iterable[tuple[int, int, str]]) -> list[str]:
    """The IOB label of each token."""
    result = ["O"] * len(tokens)
    for begin, end, label in spans:
        first = True
        for index, token in enumerate(tokens):
            if token.start < end and token.end > begin:
                result[index] = ("B-" if first else "I-") + label
                first = False
    return result


def examples(marked: Iterable[Marked]) -> list[tuple[list[str], list[str]]]:
    """Words and labels of each sentence."""
    result = []
    for text, spans in marked:
        tokens = tokenise(text)
        result.append(([token.text for token in tokens], labels(tokens, spans)))
    return result
