"""What a story's page tells the rules, and that asking costs no query of its own."""

from __future__ import annotations

import pytest

from ads.facts import page_facts
from articles.choices import PlaceKind
from articles.models import Article
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    PostFactory,
    TenureFactory,
    province,
)

pytestmark = pytest.mark.django_db


def facts(story, assert_num_queries):
    found = Article.objects.for_page().get(pk=story.pk)
    with assert_num_queries(0):
        return page_facts(found)


def test_facts_of_a_register_are_people_and_institutions(django_assert_num_queries):
    story = ArticleFactory(is_public=True)
    person, absent, sender = PersonFactory(), PersonFactory(), OrganisationFactory()
    tenure = TenureFactory(person=person)
    represented_post, represented = PostFactory(), OrganisationFactory()
    AttendanceFactory(article=story, person=person, tenure=tenure, represents_person=absent)
    AttendanceFactory(article=story, person=None, organisation=sender)
    AttendanceFactory(article=story, represents_post=represented_post)
    last = AttendanceFactory(article=story, represents_organisation=represented)
    found = facts(story, django_assert_num_queries)
    assert {person.pk, absent.pk, last.person_id} <= found.people
    assert found.organisations == {
        sender.pk,
        tenure.post.organisation_id,
        represented_post.organisation_id,
        represented.pk,
    }


def test_facts_of_a_place_reach_up_to_its_province(django_assert_num_queries):
    regency = PlaceFactory(kind=PlaceKind.REGENCY, name="Kabupaten Tompolangi", code="73.99")
    district = PlaceFactory(parent=regency)
    village = PlaceFactory(parent=district, kind=PlaceKind.VILLAGE)
    found = facts(ArticleFactory(place=village), django_assert_num_queries)
    assert found.places == {village.pk, district.pk, regency.pk, province("73").pk}


def test_facts_of_a_protected_story_name_nobody(django_assert_num_queries):
    story = ArticleFactory(is_identity_protected=True, tags=["anak"])
    AttendanceFactory(article=story)
    found = facts(story, django_assert_num_queries)
    assert (found.people, found.organisations, found.tags) == (frozenset(),) * 3
    assert found.is_protected


def test_facts_tell_section_tags_and_the_tragedy_mark(django_assert_num_queries):
    story = ArticleFactory(is_tragedy=True, tags=["banjir", "longsor"], place=None)
    found = facts(story, django_assert_num_queries)
    assert found.section == story.section_id
    assert found.tags == {tag.pk for tag in story.tags.all()}
    assert found.is_tragedy and not found.is_protected and found.places == frozenset()
