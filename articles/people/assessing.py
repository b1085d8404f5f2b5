"""What is known about the lines of a register, before they are saved: doubts, offices, order."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ..models import Article, Person, Tenure
from .doubts import Doubt, doubt_about
from .offices import agrees, is_held_on, posts_meant, root_of, tenures_of

# Persons first, delegations after them, groups last; the numbers of the ranks have five digits.
_AFTER_PERSONS = {"delegation": 1_000_000, "group": 2_000_000}
UNKNOWN_RANK = 500_000


@dataclass(frozen=True)
class Line:
    """A line as it stands on a form. `person` is the key of an entry, `tenure` that of a term."""

    subject: str = "person"
    person: int | None = None
    office: str = ""
    tenure: int | None = None


@dataclass(frozen=True)
class Assessment:
    """What is said about one line.

    `held` are the offices of that day, `rank` its place by protocol: lower stands higher, and
    lines of one rank keep their order.
    """

    doubt: Doubt | None
    held: tuple[Tenure, ...]
    rank: int


def assess(lines: Sequence[Line], day: datetime.date) -> list[Assessment]:
    """An assessment for each line. Three queries, however many lines there are."""
    keys = {line.person for line in lines if line.person}
    people = Person.objects.in_bulk(keys)
    terms = tenures_of(people.values())
    posts = posts_meant([line.office for line in lines if line.office])
    assessed = []
    for line in lines:
        person = people.get(line.person or 0)
        own = terms.get(root_of(person), []) if person else []
        held = tuple(term for term in own if is_held_on(term, day))
        doubt = doubt_about(person, line.office, day, own, line.tenure) if person else None
        known = [post.protocol_rank for post in posts.get(line.office, [])]
        assessed.append(Assessment(doubt, held, _rank(line, own, held, known)))
    return assessed


def _rank(line: Line, own: Sequence[Tenure], held: Sequence[Tenure], known: list[int]) -> int:
    if line.subject in _AFTER_PERSONS:
        return _AFTER_PERSONS[line.subject]
    printed = [term for term in own if term.pk == line.tenure]
    printed += [term for term in held if line.office and agrees(line.office, term.post)]
    if printed:
        return printed[0].post.protocol_rank
    if line.office:
        # Somebody new in an office that is known.
        return min(known, default=UNKNOWN_RANK)
    return min((term.post.protocol_rank for term in held), default=UNKNOWN_RANK)


def day_of(article: Article | None, today: datetime.date) -> datetime.date:
    """The day whose offices count: that of the event, else of publication, else today."""
    if article is None:
        return today
    return article.event_on or article.published_on or today


def doubts_of(article: Article, today: datetime.date) -> list[Doubt]:
    """The doubts about the saved register of a story. Two queries."""
    rows = list(
        article.attendances.filter(person__isnull=False)
        .exclude(office_as_printed="")
        .select_related("person")
    )
    people = [row.person for row in rows if row.person]
    terms = tenures_of(people)
    day = day_of(article, today)
    found = [
        doubt_about(
            row.person,
            row.office_as_printed,
            day,
            terms.get(root_of(row.person), []),
            row.tenure_id,
        )
        for row in rows
        if row.person
    ]
    return [doubt for doubt in found if doubt]
