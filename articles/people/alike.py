"""Whether two names can be one person's, by their keys alone. It offers and never decides."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..letters import one_slip_apart

SHORTEST_MISTYPED = 4


class Likeness(models.TextChoices):
    """How a known name is like a printed one, the closest first."""

    SAME = "same", _("same name")
    SPELLING = "spelling", _("spelt otherwise")
    INITIALS = "initials", _("initials")
    LETTER = "letter", _("did you mean?")
    PART = "part", _("part of the name")


CLOSEST = {likeness: rank for rank, likeness in enumerate(Likeness)}


def likeness(printed: str, printed_fold: str, known: str, known_fold: str) -> Likeness | None:
    """How the keys (`names.name_key`, `names.fold_key`) of two names are alike; None if not.

    "A." is like Andi, Abdul and Ahmad. One letter may differ, or be missing, in a word of at
    least four; a shorter name is part of a longer one when its words stand there in order.
    """
    if printed == known:
        return Likeness.SAME
    if printed_fold == known_fold:
        return Likeness.SPELLING
    said, known_words = printed_fold.split(), known_fold.split()
    if len(said) == len(known_words):
        if all(map(_is_initial_or_same, said, known_words)) and _has_a_word(said, known_words):
            return Likeness.INITIALS
        if _differ_by_a_letter(printed.split(), known.split()) or _differ_by_a_letter(
            said, known_words
        ):
            return Likeness.LETTER
    few, many = sorted((said, known_words), key=len)
    if _stand_in_order(few, many) and _has_a_word(few, many):
        return Likeness.PART
    return None


def _is_initial_or_same(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return one == other


def _has_a_word(one: list[str], other: list[str]) -> bool:
    """Initials alone say nobody: one word of each is written out in both."""
    return any(len(word) > 2 and word in other for word in one)


def _differ_by_a_letter(one: list[str], other: list[str]) -> bool:
    if len(one) < 2 or len(one) != len(other):
        return False
    different = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(different) == 1 and is_a_letter_off(*different[0])


def is_a_letter_off(one: str, other: str) -> bool:
    """One slip apart, and long enough for that to mean something: "Adi" and "Ali" are two names."""
    return min(len(one), len(other)) >= SHORTEST_MISTYPED and one_slip_apart(one, other)


def _stand_in_order(few: list[str], many: list[str]) -> bool:
    rest = iter(many)
    return all(any(_is_initial_or_same(word, other) for other in rest) for word in few)
