"""The newsroom's word lists: found whatever letters a word hides behind, in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .choices import WordList
from .folding import squeeze
from .models import Word

_NO_WORD = re.compile(r"[\W_]+")


def searchable(text: str) -> str:
    """`text` squeezed to plain words with one space around each, as keys are searched in it."""
    return f" {_NO_WORD.sub(' ', squeeze(text)).strip()} "


def key_of(term: str) -> str:
    """What a term of a list is searched as; a final * stays. Raises ValidationError without any letter."""
    key = searchable(term.rstrip().rstrip("*")).strip()
    if not key:
        raise ValidationError(_("A word needs at least one letter or digit."))
    return f"{key}*" if term.rstrip().endswith("*") else key


@dataclass(frozen=True)
class Term:
    """A word of a list, ready to be searched."""

    term: str
    key: str
    is_blocking: bool
    is_harsh: bool

    @classmethod
    def of(cls, word: Word) -> Term:
        return cls(word.term, word.key, word.list == WordList.BLOCK, word.is_harsh)

    def stands_in(self, text: str) -> bool:
        """Whether the term stands in a text that `searchable` made."""
        needle = self.key[:-1] if self.key.endswith("*") else f"{self.key} "
        return f" {needle}" in text


def terms_in_force() -> list[Term]:
    """All words of the lists that are in force; one query."""
    return [Term.of(word) for word in Word.objects.filter(is_active=True)]


def matches(text: str, terms: Iterable[Term]) -> Iterator[Term]:
    """The terms that stand in `text`, as a reader wrote it."""
    plain = searchable(text)
    return (term for term in terms if term.stands_in(plain))
