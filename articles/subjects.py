"""What a story's page says that the story is about, by keys: for whatever chooses by it what stands beside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import disclosure
from .models import Article, Attendance, Place


@dataclass(frozen=True)
class Subjects:
    """Keys of tags, of the dateline's place and all around it, of people and of organisations."""

    tags: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()


def subjects_of(article: Article) -> Subjects:
    """The subjects of a story from `for_page()`; then this asks the database nothing.

    Of one that protects identities neither tags nor people nor organisations: what may not be printed may not be
    known either.
    """
    # Of one person's two entries readers see a line only; the other's office and errand count too.
    lines = list(article.attendances.all()) if disclosure.attendances(article) else []
    return Subjects(
        # A tag may be a name too.
        tags=frozenset(tag.pk for tag in disclosure.tags(article)),
        places=frozenset(_with_what_it_lies_in(article.place)),
        people=frozenset(pk for line in lines for pk in _people(line)),
        organisations=frozenset(pk for line in lines for pk in _organisations(line)),
    )


def _people(line: Attendance) -> Iterator[int]:
    """Who stands in a line of the register, and for whom: as the entry that stands for them."""
    for person in (line.person, line.represents_person):
        if person is not None:
            yield person.merged_into_id or person.pk


def _organisations(line: Attendance) -> Iterator[int]:
    """The organisation that came, the one stood in for, and those of both offices."""
    for pk in (line.organisation_id, line.represents_organisation_id):
        if pk is not None:
            yield pk
    if line.represents_post is not None:
        yield line.represents_post.organisation_id
    if line.tenure is not None:
        yield line.tenure.post.organisation_id


def _with_what_it_lies_in(place: Place | None) -> Iterator[int]:
    """A place and all around it, up to its province."""
    while place is not None:
        yield place.pk
        place = place.parent
