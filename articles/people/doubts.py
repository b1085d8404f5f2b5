"""Printed offices that had ended, or had not begun, on the day of the event.

A doubt is told and never blocks: the register may be right and the noted dates wrong.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..models import Person, Tenure
from .offices import agrees, as_printed, is_held_on, is_of_the_past_or_future, is_over
from .spans import in_words


@dataclass(frozen=True)
class Doubt:
    """What is doubtful about one line: a sentence, and the offices that were held that day."""

    sentence: str
    held: tuple[Tenure, ...] = ()


def doubt_about(
    person: Person, office: str, day: datetime.date, terms: Sequence[Tenure], tenure: int | None
) -> Doubt | None:
    """What speaks against `office` being printed for that person in a story of that day.

    `terms` are all terms of the person, `tenure` is the key of the one that the line points at.
    None when an office of that day agrees, when no noted office does, or when the words
    themselves say that it is over.
    """
    if not office or is_of_the_past_or_future(office):
        return None
    held = tuple(term for term in terms if is_held_on(term, day))
    if any(agrees(office, term.post) or term.pk == tenure for term in held):
        return None
    others = [term for term in terms if term.pk == tenure or agrees(office, term.post)]
    over = [term for term in others if is_over(term, day) and term.ended_on]
    to_come = [term for term in others if not is_over(term, day) and term.started_on]
    if over:
        last = max(over, key=lambda term: term.ended_on or day)
        sentence = _("%(name)s was %(office)s until %(end)s; the event was on %(day)s.") % {
            "name": person.name,
            "office": as_printed(last),
            "end": in_words(last.ended_on, last.end_precision),
            "day": in_words(day),
        }
    elif to_come:
        first = min(to_come, key=lambda term: term.started_on or day)
        sentence = _("%(name)s is %(office)s only from %(start)s; the event was on %(day)s.") % {
            "name": person.name,
            "office": as_printed(first),
            "start": in_words(first.started_on, first.start_precision),
            "day": in_words(day),
        }
    else:
        return None
    return Doubt(f"{sentence} {_held_instead(held)}", held)


def _held_instead(held: Sequence[Tenure]) -> str:
    if not held:
        return _("No office of that day is known.")
    return _("Held on that day: %(offices)s.") % {"offices": ", ".join(map(as_printed, held))}
