"""What a reader typed into the search field, taken apart: words, "words in quotes" and -words to leave out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from . import search_variants, search_words
from .people import names

LONGEST_QUERY = 200
# Each term is its own condition; a sentence pasted in whole needs no more to be found.
MOST_TERMS = 12
# Of more words than that the first are looked for where no story has all.
MOST_RELAXED = 6
# How people are addressed, which is no part of their names.
ADDRESSED = frozenset("pak bu bapak ibu haji hajjah ustaz ustadz bunda kakak".split())

# Words that stand in nearly every story: to ask for them costs much and tells nothing.
STOP_WORDS = frozenset(
    "ada adalah agar akan atas atau bagi bahwa banyak beberapa belum bisa dalam dan dapat dari "
    "dengan di dia hal hanya hingga ia ini itu juga kami karena ke kepada kita lain lalu lebih "
    "maka masih mereka namun oleh pada para saat saja sama sangat saya sebagai sebuah secara "
    "sedang sehingga sejak seorang seperti serta sudah tak telah tentang terhadap tersebut "
    "tetapi tidak untuk yaitu yakni yang".split()
)

# A quotation mark without its fellow is no sign: what follows are words.
_TERM = re.compile(r'(-?)(?:["“”„]([^"“”„]*)["“”„]|([^\s"“”„]+))')
# PostgreSQL takes tags and entities out of a question and so would look for nothing.
_MARKUP = re.compile(r"[<>=]+/?|/>|&(?=#?\w+;)")
# Written on other keyboards: what is no letter in the index either.
_AS_INDEXED = str.maketrans("‘’‚–—‑…·•", "'''" + " " * 6)
# And the sign with which the words begin that no text has.
_CONTROL = re.compile("[\x00-\x1f\x7f~]")


@dataclass(frozen=True)
class Query:
    """What a reader typed, taken apart. Nothing in it is an operator any more.

    `quoted` are those of the terms that stood in quotes; `forms` the other forms of the others, `variants`
    other words or phrases for the same. `least` is how many of the terms a story must have; 0 for all.
    """

    text: str = ""
    terms: Sequence[str] = ()
    excluded: Sequence[str] = ()
    quoted: frozenset[str] = frozenset()
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    least: int = 0
    is_too_long: bool = False
    has_only_stop_words: bool = False
    has_only_exclusions: bool = False

    @property
    def is_answerable(self) -> bool:
        return bool(self.terms)

    def relaxed(self) -> list[Query]:
        """The same with fewer of the terms, for when no story has all; none for two words or fewer."""
        terms = self.terms[:MOST_RELAXED]
        numbers = sorted({len(terms) - 1, len(terms) // 2 + 1}, reverse=True)
        return [
            replace(self, terms=terms, least=number)
            for number in numbers
            if 1 < number < len(terms)
        ]


def parse(typed: str) -> Query:
    """Take apart what was typed. Anything may come: it never raises.

    Stop words are dropped unless they stand in quotes. A query that is too long, or in which
    nothing is left to look for, has no terms.
    """
    text = " ".join(_CONTROL.sub(" ", typed).translate(_AS_INDEXED).split())
    if len(text) > LONGEST_QUERY:
        return Query(text[:LONGEST_QUERY], is_too_long=True)
    terms: dict[str, None] = {}
    titles: dict[str, None] = {}
    excluded: dict[str, None] = {}
    in_quotes: set[str] = set()
    dropped = False
    for minus, quoted, word in _TERM.findall(_MARKUP.sub(" ", text)):
        term = quoted.strip() or word
        if not any(character.isalnum() for character in term):
            continue
        if quoted:
            in_quotes.add(term)
        if minus:
            excluded[term] = None
        elif not quoted and term.casefold() in STOP_WORDS:
            dropped = True
        elif not quoted and _is_title(term):
            titles[term] = None
        else:
            terms[term] = None
    return Query(
        text,
        # Before a name a title makes no difference; alone it is what is looked for.
        tuple(terms or titles)[:MOST_TERMS],
        tuple(excluded)[:MOST_TERMS],
        frozenset(in_quotes),
        has_only_stop_words=dropped and not (terms or titles),
        has_only_exclusions=bool(excluded) and not (terms or titles) and not dropped,
    )


def _is_title(term: str) -> bool:
    """Whether a term is a title or a degree as they stand beside names: "Hj.", "Dr.", "S.Sos."."""
    bare = term.strip(",").casefold()
    if bare.rstrip(".") in {"hj", "kh", "k.h"}:
        return True
    return bare.endswith(".") and (
        bare.rstrip(".") in names.RELIGIOUS | names.ACADEMIC
        or ("." in bare[:-1] and names.looks_like_degree(term.strip(",")))
    )


def understood(typed: str) -> Query:
    """The same with the other forms of its words and the other ways of writing them. One query, or none."""
    query = parse(typed)
    terms, excluded = (
        [term for term in some if term not in query.quoted]
        for some in (query.terms, query.excluded)
    )
    return replace(
        query,
        forms=search_words.forms([*terms, *excluded]),
        variants={**search_variants.variants(excluded), **search_variants.variants(terms)},
    )
