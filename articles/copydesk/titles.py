"""Lines in Title Case or in capitals: headlines, in which a capital does not make a name.

A list of names has capitals too. A headline says something: among its words are those of the
dictionary, a verb and what it is about; and no full stop ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby

from .tokens import Word

# A line of two words is a name, or a heading such as "Lihat Juga".
FEWEST_WORDS = 3
# Short words ("di", "dan", "para") have no capital in a headline.
SHORT = 4
# Of the longer words so many have one; of those that have one, so many are in the dictionary.
SHARE_OF_CAPITALS = 0.8
SHARE_OF_WORDS = 0.4


def marked(text: str, words: list[Word], is_word: Callable[[str], bool]) -> list[Word]:
    """`words` of `text`, with `in_title` where their capitals say nothing.

    `is_word` tells of a word in small letters whether it is one of the language and no name. In a
    line of Title Case a word all in capitals stays what it is: an abbreviation.
    """
    found: list[Word] = []
    for line in _lines(text, words):
        longer = [word for word in line if len(word.text) >= SHORT and not word.joined]
        capitals = [word for word in longer if word.text[0].isupper()]
        if (
            len(line) >= FEWEST_WORDS
            and text[line[-1].end : line[-1].end + 1] != "."
            and len(capitals) >= 2
            and len(capitals) >= SHARE_OF_CAPITALS * len(longer)
            and sum(is_word(word.lower) for word in capitals) >= SHARE_OF_WORDS * len(capitals)
        ):
            shouts = all(word.text.isupper() for word in capitals)
            line = [
                replace(word, in_title=True)
                if word.text[0].isupper() and (shouts or not word.text.isupper())
                else word
                for word in line
            ]
        found += line
    return found


def _lines(text: str, words: list[Word]) -> Iterator[list[Word]]:
    number, at = 0, 0
    numbered = []
    for word in words:
        number += text.count("\n", at, word.start)
        at = word.start
        numbered.append((number, word))
    for _number, line in groupby(numbered, key=lambda one: one[0]):
        yield [word for _number, word in line]
