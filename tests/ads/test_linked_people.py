"""An advertiser linked to a person is kept off the person's stories, whichever entry is meant."""

from __future__ import annotations

import pytest

from ads.facts import page_facts, person_facts
from ads.models import Flight
from ads.snapshot import facts_of
from articles.models import Article
from articles.people import identity
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    OrganisationFactory,
    PersonFactory,
    StaffFactory,
    TenureFactory,
)

from .factories import FlightFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries():
    """Two entries of one person, the second standing for the first; and a third, unlike them."""
    first, second, other = PersonFactory.create_batch(3)
    identity.merge(first, second, by=StaffFactory())
    return first, second, other


def linked(person) -> frozenset[int]:
    """The people of a flight whose advertiser is linked to that entry."""
    flight = FlightFactory()
    flight.campaign.advertiser.people.add(person)
    [facts] = facts_of(Flight.objects.filter(pk=flight.pk))
    return facts.people


@pytest.mark.parametrize("printed", [0, 1])
@pytest.mark.parametrize("chosen", [0, 1])
@pytest.mark.parametrize("field", ["person", "represents_person"])
def test_brake_holds_for_either_entry_on_either_side(
    entries, chosen, printed, field, django_assert_num_queries
):
    entry = entries[printed]
    entry.refresh_from_db()
    line = AttendanceFactory(article=ArticleFactory(is_public=True), **{field: entry})
    page = Article.objects.for_page().get(pk=line.article_id)
    with django_assert_num_queries(0):
        facts = page_facts(page)
    assert linked(entries[chosen]) & facts.people == {entries[1].pk}
    assert linked(entries[chosen]) & person_facts(entry).people
    assert not linked(entries[2]) & facts.people


def test_brake_holds_for_the_office_of_a_line_that_readers_do_not_see(entries):
    """Of two entries of one person the page prints the first line; both are known to the rules."""
    story = ArticleFactory(is_public=True)
    tenure = TenureFactory(person=entries[1])
    sender = OrganisationFactory()
    AttendanceFactory(article=story, person=entries[0])
    AttendanceFactory(
        article=story, person=entries[1], tenure=tenure, represents_organisation=sender
    )
    facts = page_facts(Article.objects.for_page().get(pk=story.pk))
    assert facts.organisations == {tenure.post.organisation_id, sender.pk}


def test_undone_the_brake_tells_them_apart_again(entries):
    merged = entries[0].judgements.get()
    identity.undo(merged, by=StaffFactory())
    assert linked(entries[0]) == {entries[0].pk}
    assert linked(entries[1]) == {entries[1].pk}
