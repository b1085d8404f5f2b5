"""The register of a story ("Hadir") as readers see it: names, offices, whom they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import disclosure
from ..choices import Capacity
from ..models import Article, Attendance, Organisation, Person

# Of each kind; more than these are folded.
OPEN_LINES = 8


@dataclass(frozen=True)
class Line:
    """One line. The addresses are empty where there is no public page."""

    name: str
    url: str
    office: str
    count: int | None
    represented: str
    represented_url: str
    is_organiser: bool
    is_quoted: bool


@dataclass(frozen=True)
class Lines:
    """Lines of one kind; those that are folded away stay on the page."""

    shown: Sequence[Line]
    folded: Sequence[Line]

    @classmethod
    def of(cls, rows: Iterable[Attendance]) -> Lines:
        lines = [_line(row) for row in rows]
        # One line is not worth a fold.
        cut = OPEN_LINES if len(lines) > OPEN_LINES + 1 else len(lines)
        return cls(lines[:cut], lines[cut:])

    def __bool__(self) -> bool:
        return bool(self.shown)

    @property
    def folded_from(self) -> int:
        return len(self.shown) + 1


@dataclass(frozen=True)
class Register:
    """Who was there, and who was only spoken of."""

    present: Lines
    mentioned: Lines

    def __bool__(self) -> bool:
        return bool(self.present or self.mentioned)


def register_of(article: Article) -> Register:
    """The register of an article fetched by `for_page()`; empty when identities are protected."""
    rows = disclosure.attendances(article)
    return Register(
        present=Lines.of(row for row in rows if row.capacity != Capacity.MENTIONED),
        mentioned=Lines.of(row for row in rows if row.capacity == Capacity.MENTIONED),
    )


def _line(row: Attendance) -> Line:
    represented = row.represents_person or row.represents_organisation
    if represented is None and row.represents_post:
        represented = row.represents_post.organisation
    return Line(
        name=row.printed_name,
        url=_public_url(row.person or row.organisation),
        office=row.office_as_printed,
        count=row.group_count,
        represented=row.represented,
        represented_url=_public_url(represented),
        is_organiser=row.capacity == Capacity.ORGANISER,
        is_quoted=row.capacity == Capacity.QUOTED,
    )


def _public_url(subject: Person | Organisation | None) -> str:
    if isinstance(subject, Person):
        subject = subject.standing_entry
    return subject.get_absolute_url() if subject and subject.is_public else ""
