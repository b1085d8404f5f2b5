"""A text cut into the words that can be checked, each with its place; in linear time.

Addresses, mentions, hashtags, numbers and everything that has a digit in it are no words here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’‑][^\W\d_]+)*")
_ADDRESS = re.compile(r"^\W{0,3}(?:[a-z][a-z+.-]{1,9}://|www\.)|@|^\W{0,3}#", re.IGNORECASE)
# "sinjaikab.go.id": letters on both sides of a dot, and nothing else.
_DOMAIN = re.compile(
    r"\w\.(?:com|org|net|id|co|go|ac|sch|desa|tv|info|news|io|me)\b", re.IGNORECASE
)
# Behind these a sentence begins; a colon and a dateline's dash open one too.
_ENDS_SENTENCE = re.compile(r"[.!?…:—–]['\"”’»)\]]*$|^[-—–•*]+$")
_OPENS_QUOTE = "\"“‘«'"
# Longer chunks are no words: data, tables pasted without spaces.
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Word:
    """`text` as written, at [start, end); `first` when a sentence, a line or a quote begins here.

    `sentence` counts sentences from 0; `joined` is true where the chunk around the word has
    more in it than punctuation (a digit, a slash), so that the word is part of something else;
    `in_title` where the capital says nothing, since the words of the line nearly all have one.
    """

    text: str
    start: int
    end: int
    first: bool
    sentence: int
    joined: bool
    in_title: bool = False

    @property
    def lower(self) -> str:
        return self.text.lower()


def words(text: str) -> Iterator[Word]:
    """Each word of `text`, in order."""
    first, sentence, last_end = True, 0, 0
    for chunk in _CHUNK.finditer(text):
        body, offset = chunk.group(), chunk.start()
        if "\n" in text[last_end:offset] and last_end:
            first, sentence = True, sentence + 1
        last_end = chunk.end()
        if len(body) > _LONGEST or _ADDRESS.search(body) or _DOMAIN.search(body):
            first = False
            continue
        previous_end = 0
        has_digit = any(c.isdigit() for c in body)
        for match in _WORD.finditer(body):
            between = body[previous_end : match.start()]
            if between and (between[-1] in _OPENS_QUOTE or (previous_end and _is_break(between))):
                first = True
            joined = has_digit or any(c in between for c in "/_&+=<>@#")
            yield Word(
                match.group(), offset + match.start(), offset + match.end(), first, sentence, joined
            )
            first = False
            previous_end = match.end()
        if (
            _ENDS_SENTENCE.search(body[previous_end:])
            if previous_end
            else _ENDS_SENTENCE.search(body)
        ):
            first, sentence = True, sentence + 1


def _is_break(between: str) -> bool:
    return any(c in ".!?:—–" for c in between)
