"""What is known when a text is checked: the newsroom's own words, people, offices and places.

Plain data, so that every check can be tested without a database; `knowledge.Knowledge` fills it
from the newsroom's tables.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import forms


@dataclass(frozen=True)
class Office:
    """An office somebody held, with the days it was held; None where the day is not known.

    `title` is printed in front of the name ("Plt. Kepala Dinas Pendidikan"), `post` is the same
    without what says that it was held for a time; `organisation` has the names of the institution,
    and `begins` says when it began as far as that is known ("May 2024").
    """

    title: str
    post: str
    organisation: tuple[str, ...] = ()
    first: datetime.date | None = None
    last: datetime.date | None = None
    begins: str = ""

    def is_held_on(self, day: datetime.date) -> bool:
        if self.first and self.first > day:
            return False
        return not (self.last and self.last < day)


@dataclass(frozen=True)
class KnownPerson:
    """Somebody the newsroom knows. `keys` are the keys of the name and of the noted spellings."""

    id: int
    name: str
    keys: tuple[str, ...]
    offices: tuple[Office, ...] = ()


@dataclass(frozen=True)
class KnownPlace:
    """`name` without its kind ("Sinjai"); `kind` is a PlaceKind; `zone` such as "Asia/Makassar"."""

    name: str
    kind: str
    zone: str = ""


@dataclass(frozen=True)
class Known:
    """Everything that a check may ask. Words and keys are in small letters."""

    words: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    forms: Mapping[str, tuple[str, str]] = field(default_factory=forms.shipped)
    people: tuple[KnownPerson, ...] = ()
    places: tuple[KnownPlace, ...] = ()

    def is_known(self, word: str) -> bool:
        """Whether the newsroom itself uses this lower-case word: it is never a misspelling then."""
        return word in self.own or word in self.words
