"""Who has no page: private citizens, minors, victims, and whoever asks to be taken off."""

import pytest
from django.urls import reverse

from articles.models import Attendance, Person, PersonAlias
from articles.people import identity
from articles.search_people import people
from articles.search_query import parse
from articles.slugs import follow
from comments.names import _people_names
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    PersonFactory,
    StaffFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db
NAME = "Ramlah Larupa"


@pytest.fixture
def editor():
    return StaffFactory()


def quoted(story, **fields) -> Attendance:
    return AttendanceFactory(
        article=story, person=PersonFactory(**fields), capacity="quoted", name_as_printed=NAME
    )


def has_page(client, person: Person) -> bool:
    """Whether the person has a page, and is in the list, the sitemap and the search."""
    person.refresh_from_db()
    path = person.get_absolute_url()
    answers = {
        client.get(path).status_code == 200,
        path in client.get(reverse("articles:people")).content.decode(),
        path in client.get("/sitemap-people.xml").content.decode(),
        person in people(parse(person.name)),
    }
    [answer] = answers
    return answer


def test_private_citizens_have_no_page_and_stand_in_the_story_by_name(client):
    assert Person._meta.get_field("is_public").default is False
    story = ArticleFactory(is_public=True)
    line = quoted(story, name=NAME, is_public=False)
    assert not has_page(client, line.person)
    page = client.get(story.get_absolute_url()).content.decode()
    assert NAME in page
    assert line.person.get_absolute_url() not in page


def test_minors_and_victims_of_a_protected_story_have_no_page_even_when_marked_public(client):
    story = ArticleFactory(is_public=True, is_identity_protected=True)
    line = quoted(story, name=NAME, is_public=True)
    assert not has_page(client, line.person)
    assert NAME not in client.get(story.get_absolute_url()).content.decode()


def test_a_protected_story_of_a_merged_entry_is_not_on_the_page(client, editor):
    protected = ArticleFactory(is_public=True, is_identity_protected=True, headline="Sidang anak")
    line = quoted(protected, name=NAME)
    official = TenureFactory(person__name="Andi Ramlah Larupa").person
    identity.merge(line.person, official, by=editor)
    assert has_page(client, official)
    assert "Sidang anak" not in client.get(official.get_absolute_url()).content.decode()


def test_quoted_person_who_asks_removal_has_no_page_at_any_address_and_stays_in_the_story(
    client, editor
):
    """The page goes; the story is an editor's to change, in the open, like any published text."""
    story = ArticleFactory(is_public=True)
    line = quoted(story, name=NAME, slug="ramlah")
    twice = TenureFactory(person__slug="ramlah-2", person__name="Hj. Ramlah").person
    identity.merge(twice, line.person, by=editor)
    follow("/tokoh/ramlah-dulu/", "/tokoh/ramlah/")
    assert has_page(client, line.person)
    Person.objects.filter(pk=line.person_id).update(is_public=False)
    assert not has_page(client, line.person)
    for path in ("/tokoh/ramlah/", "/tokoh/ramlah-2/", "/tokoh/ramlah-dulu/"):
        assert client.get(path).status_code == 404
    page = client.get(story.get_absolute_url()).content.decode()
    assert NAME in page
    assert "/tokoh/ramlah" not in page
    # What an editor changes in the register is what readers see, and the person stays known.
    Attendance.objects.filter(pk=line.pk).update(name_as_printed="Seorang warga")
    page = client.get(story.get_absolute_url()).content.decode()
    assert NAME not in page
    assert "Seorang warga" in page


def test_merging_somebody_without_a_page_into_another_without_one_opens_none(client, editor):
    first, second = (TenureFactory(person__is_public=False).person for _number in range(2))
    identity.merge(first, second, by=editor)
    assert not Person.objects.public().exists()


@pytest.mark.parametrize("typed", ["Karsina", "Hj. Karsina, S.E.", "ibu tini"])
def test_search_finds_the_person_by_every_name_of_every_entry(editor, typed):
    merged, root = PersonFactory(name="Andi Karsina"), TenureFactory(person__name="Baso").person
    PersonAlias.objects.create(person=merged, name="Ibu Tini")
    identity.merge(merged, root, by=editor)
    assert people(parse(typed)) == [root]
    root.is_public = False
    root.save()
    assert people(parse(typed)) == []


def test_nobody_comments_under_the_name_of_a_merged_entry(editor):
    merged, root = PersonFactory(name="Andi Karsina"), TenureFactory(person__name="Baso").person
    PersonAlias.objects.create(person=merged, name="Ibu Tini")
    identity.merge(merged, root, by=editor)
    assert set(_people_names()) == {"Baso", "Andi Karsina", "Ibu Tini"}
