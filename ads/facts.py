"""What a page says of itself to the rules: the same for the page, its preview and for “Why not?”."""

from __future__ import annotations

from collections.abc import Iterator

from articles import disclosure
from articles.models import Article, Attendance, Organisation, Person, Place

from .choices import PageClass
from .selection import PageFacts


def page_facts(article: Article) -> PageFacts:
    """The facts of a story's page.

    Args:
        article: from `Article.objects.for_page()`; then this asks the database nothing.

    For a story that protects identities no person and no organisation is told: what the rules
    may not print they may not know either, and `PageFacts.is_protected` keeps out every
    advertiser who is linked to anybody.
    """
    # Of one person's two entries readers see a line only; the other's office and errand count too.
    lines = list(article.attendances.all()) if disclosure.attendances(article) else []
    return PageFacts(
        page_class=PageClass.ARTICLE,
        section=article.section_id,
        # A tag may be a name too; the page of a protected story prints none.
        tags=frozenset(tag.pk for tag in disclosure.tags(article)),
        places=frozenset(_with_what_it_lies_in(article.place)),
        people=frozenset(pk for line in lines for pk in _people(line)),
        organisations=frozenset(pk for line in lines for pk in _organisations(line)),
        is_tragedy=article.is_tragedy,
        is_protected=article.is_identity_protected,
    )


def person_facts(person: Person) -> PageFacts:
    """The facts of a person's own page: who is linked to the person is not shown there."""
    return PageFacts(
        page_class=PageClass.LIST, people=frozenset({person.merged_into_id or person.pk})
    )


def organisation_facts(organisation: Organisation) -> PageFacts:
    """The facts of an organisation's own page: who is linked to it is not shown there."""
    return PageFacts(page_class=PageClass.LIST, organisations=frozenset({organisation.pk}))


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
