"""A text prepared for reading: its words, its sentences, and what the model says of each word."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from articles.reading import known as known_names
from articles.reading import tagging
from articles.reading.tokens import Token, sentences, tokenise

# Tags of a pasted page, control characters and halves of characters count as spaces, so that
# places stay true.
_MARKUP = re.compile(
    r"</?[A-Za-z!][^<>]{0,300}>|&(?:nbsp|#160|ensp|emsp);|[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]"
)
_BLOCK = re.compile(r"</?(?:p|br|li|ul|ol|div|h\d|tr|td)\b", re.IGNORECASE)


@dataclass(slots=True)
class Page:
    """Words with their lower-case forms; `sentence_of[i]` is the number of word i's sentence.

    `known` are the words of institutions and places that the newsroom knows.
    """

    text: str
    tokens: list[Token]
    low: list[str]
    sentences: list[tuple[int, int]]
    labels: list[str]
    sentence_of: list[int] = field(default_factory=list)
    known: frozenset[int] = frozenset()

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The characters from word `first` up to, not including, word `last`."""
        return self.tokens[first].start, self.tokens[last - 1].end

    def words(self, first: int, last: int) -> str:
        """The words as printed, runs of spaces made one."""
        if first >= last:
            return ""
        begin, end = self.span(first, last)
        return " ".join(self.text[begin:end].split())

    def bounds(self, index: int) -> tuple[int, int]:
        """Where the sentence of this word begins and ends."""
        return self.sentences[self.sentence_of[index]]


@dataclass(frozen=True, slots=True)
class Name:
    """Words `first` to `last` are the whole printed name, `core` to `tail` the name without titles."""

    first: int
    last: int
    core: int
    tail: int


def prepare(text: str, known: Collection[str] = ()) -> Page:
    """Split, and ask the model about each sentence that has a capital in it.

    `known` are names of institutions and places, in any case.
    """
    plain = _MARKUP.sub(_blank, text)
    tokens = tokenise(plain)
    found = list(sentences(plain, tokens))
    labels: list[str] = []
    sentence_of: list[int] = []
    for number, (begin, end) in enumerate(found):
        words = [token.text for token in tokens[begin:end]]
        has_capital = any(word[0].isupper() for word in words)
        labels += tagging.tag(words) if has_capital else ["O"] * len(words)
        sentence_of += [number] * len(words)
    low = [token.text.lower() for token in tokens]
    marked = known_names.mark(low, labels, known) if known else frozenset()
    return Page(text, tokens, low, found, labels, sentence_of, marked)


def _blank(match: re.Match[str]) -> str:
    # A paragraph's end is an end of line too; the length stays the same.
    filler = " " * len(match.group())
    return "\n" + filler[1:] if _BLOCK.match(match.group()) else filler
