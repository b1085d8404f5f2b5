"""What a page says of itself to the rules: the same for the page, its preview and for “Why not?”."""

from __future__ import annotations

from articles.models import Article, Organisation, Person
from articles.subjects import Subjects, subjects_of

from .choices import PageClass
from .selection import PageFacts


def page_facts(article: Article, subjects: Subjects | None = None) -> PageFacts:
    """The facts of a story's page.

    Args:
        article: from `Article.objects.for_page()`; then this asks the database nothing.
        subjects: those of the story, if they are known; then any row of it will do.

    For a story that protects identities no person and no organisation is told: what the rules
    may not print they may not know either, and `PageFacts.is_protected` keeps out every
    advertiser who is linked to anybody.
    """
    about = subjects or subjects_of(article)
    return PageFacts(
        page_class=PageClass.ARTICLE,
        section=article.section_id,
        tags=about.tags,
        places=about.places,
        people=about.people,
        organisations=about.organisations,
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
