"""Protecting the identities of a story after it was saved without that."""

import pytest

from articles.models import Article, Person
from articles.people import identity
from tests.desk.conftest import filled
from tests.desk.test_story_form import change
from tests.factories import ArticleFactory, AttendanceFactory, PersonFactory, TenureFactory


@pytest.fixture
def protect(editor, at_desk):
    def save(story):
        client = at_desk(editor)
        data = filled(client.get(change(story)), is_identity_protected="on")
        data |= {"_move": "publish_changes"}
        assert client.post(change(story), data).status_code == 302
        assert Article.objects.get(pk=story.pk).is_identity_protected

    return save


def test_whoever_only_that_story_made_known_has_no_page_from_then_on(protect, client):
    story = ArticleFactory(is_public=True)
    person = AttendanceFactory(article=story, office_as_printed="siswa").person
    assert client.get(person.get_absolute_url()).status_code == 200
    protect(story)
    assert client.get(person.get_absolute_url()).status_code == 404
    AttendanceFactory(article=ArticleFactory(is_public=True), person=person)
    assert client.get(person.get_absolute_url()).status_code == 404


def test_holders_of_offices_and_people_of_other_stories_keep_their_page(protect):
    story, other = ArticleFactory.create_batch(2, is_public=True)
    holder = TenureFactory().person
    known = AttendanceFactory(article=other).person
    for person in (holder, known):
        AttendanceFactory(article=story, person=person)
    protect(story)
    assert Person.objects.filter(is_public=True).count() == 2


@pytest.mark.parametrize("state", [{}, {"is_withdrawn": True}, {"is_scheduled": True}])
def test_a_story_that_is_not_out_keeps_nobodys_page(protect, state):
    story = ArticleFactory(is_public=True)
    line = AttendanceFactory(article=story)
    AttendanceFactory(article=ArticleFactory(**state), person=line.person)
    protect(story)
    assert not Person.objects.get().is_public


def test_somebody_stood_in_for_and_every_entry_of_a_person_are_closed(protect, editor):
    story = ArticleFactory(is_public=True)
    represented, entry, root = PersonFactory.create_batch(3)
    AttendanceFactory(article=story, person=entry, represents_person=represented)
    judgement = identity.merge(entry, root, by=editor)
    protect(story)
    identity.undo(judgement, by=editor)
    assert not Person.objects.filter(is_public=True).exists()


def test_the_office_under_another_entry_keeps_the_page(protect, editor):
    story = ArticleFactory(is_public=True)
    entry = AttendanceFactory(article=story).person
    root = PersonFactory()
    tenure = TenureFactory()
    identity.merge(entry, root, by=editor)
    identity.merge(tenure.person, root, by=editor)
    protect(story)
    root.refresh_from_db()
    assert root.is_public
