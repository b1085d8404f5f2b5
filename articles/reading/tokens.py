"""A text as words and marks, each with its place.

One expression without nested repeats, so that the time follows the length of the text whatever
stands in it. Abbreviations keep their dot ("Hj.", "S.E.", "A."), since a list of those present is
full of them and a dot alone would end a sentence there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Dots after these words belong to them; a single capital is an initial anyway.
_SHORT = (
    "H|Hj|KH|Kh|TGH|Ust|Pdt|Rm|Prof|Dr|dr|Drs|Dra|Drg|drg|Drh|drh|Ir|Apt|Ns|Ny|Tn|Sdr|Sdri|Nn"
    "|Plt|Pj|Plh|Pjs|Muh|Moh|Moch|Mhd|Abd|Dg|Kr|St|Hi|Jend|Brigjen|Kol|Let|Kapt"
    "|Inf|Kav|Arh|Arm|Czi|Cpm|Chb|Cba|Cpl|Caj|Ckm|Mar|Pnb|Pol|Purn|Kab|Kec|Prov|Kel|Mr|Mrs|Jr|Sr|Gr"
)
# Quotation marks, as they are typed and as they are set.
QUOTES = frozenset("\"“”„‟«»″❝❞'‘’`")
DOUBLE_QUOTES = frozenset('"“”„‟«»″❝❞')

_TOKEN = re.compile(
    r"(?:[A-Z][a-z]{0,2}\.){2,8}(?:[A-Za-z]{1,6}(?![^\W_])\.?)?"  # S.E., H.M., S.I.Kom
    r"|[A-Z][a-z]{0,2}\.[A-Za-z]{1,6}(?![^\W_])\.?"  # M.Si, S.Pd., A.Yusuf
    rf"|(?:(?:{_SHORT}|{_SHORT.upper()})|[A-Z])\.(?![.])"
    r"|\d(?:[\d.,:]{0,30}\d)?(?![^\W_])"
    r"|\w+(?:['’‘`\-]\w+)*"
    r"|[^\w\s]"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark: `text[start:end]`, offsets in characters."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


def tokenise(text: str) -> list[Token]:
    """The words and marks of the text, in order; whitespace is left out."""
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def sentences(text: str, tokens: list[Token], longest: int = 160) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end, as indices into `tokens`.

    A sentence ends at a full stop, question or exclamation mark that a capital or a quotation mark
    follows, at the end of a line, and after `longest` tokens at the latest.
    """
    begin = 0
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if following is None:
            continue
        ends = (
            token.text in ".?!"
            and following.start > token.end
            and not following.text[0].islower()
            and following.text[0] not in ",;)"
            and not _between_degrees(tokens, index)
        ) or "\n" in text[token.end : following.start]
        if ends or index + 1 - begin >= longest:
            yield begin, index + 1
            begin = index + 1
    if begin < len(tokens):
        yield begin, len(tokens)


def _between_degrees(tokens: list[Token], index: int) -> bool:
    """The dot in "SE. MM" ends no sentence."""
    if tokens[index].text != "." or not index or index + 1 >= len(tokens):
        return False
    before, after = tokens[index - 1].text, tokens[index + 1].text
    return all(
        word.isupper() and word.isalpha() and 2 <= len(word) <= 4 for word in (before, after)
    )
