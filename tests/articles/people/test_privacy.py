"""Who is not to be found: private people, protected stories, what is not out yet or no more.

For each of them every page, list and export of people and institutions is read whole.
"""

import datetime

import pytest
import time_machine
from django.utils import timezone

from articles.choices import Capacity
from articles.models import Person
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    OrganisationFactory,
    PersonFactory,
    PostFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db

PAGES = [
    *("/tokoh/", "/tokoh/karsina/", "/tokoh/karsina/?sebagai=hadir", "/tokoh/karsina/popolo.json"),
    *("/lembaga/dinas/", "/lembaga/dinas/popolo.json", "/popolo.json"),
    *("/sitemap-people.xml", "/sitemap-organisations.xml"),
]


@pytest.fixture
def office():
    return OrganisationFactory(name="Dinas Uji", slug="dinas")


@pytest.fixture
def karsina(office):
    """A public official of the institution, with a public story."""
    post = PostFactory(organisation=office, title="Kepala Dinas")
    held = TenureFactory(person=PersonFactory(name="Andi Karsina", slug="karsina"), post=post)
    AttendanceFactory(article=ArticleFactory(is_public=True), person=held.person, tenure=held)
    return held


def everything(client) -> dict[str, str]:
    found = {}
    for path in PAGES:
        response = client.get(path)
        assert response.status_code == 200, path
        found[path] = response.content.decode()
    return found


def assert_nowhere(client, *words: str) -> None:
    for path, text in everything(client).items():
        for word in words:
            assert word not in text, (path, word)


def beside(held, other, **more):
    """Two stories with both, so that they would be company."""
    for _ in range(2):
        article = ArticleFactory(**({"is_public": True} | more))
        AttendanceFactory(article=article, person=held.person, tenure=held)
        AttendanceFactory(article=article, person=other, name_as_printed="Nama Rahasia")


def test_private_person_has_no_page_and_is_nobodys_company(client, karsina):
    private = PersonFactory(name="Nama Rahasia", slug="rahasia", is_public=False)
    beside(karsina, private)
    assert_nowhere(client, "Rahasia", "rahasia")
    for path in ("/tokoh/rahasia/", "/tokoh/rahasia/popolo.json", "/tokoh/?setelah=rahasia"):
        assert client.get(path).status_code == 404


def test_page_of_a_private_person_answers_as_if_there_were_nobody(client, karsina):
    """404 and not 410: that there is an entry is itself nobody's business."""
    PersonFactory(slug="rahasia", is_public=False)
    there, not_there = client.get("/tokoh/rahasia/"), client.get("/tokoh/tidak-ada/")
    assert there.status_code == not_there.status_code == 404
    assert b"rahasia" not in there.content


def test_private_person_who_came_instead_is_told_by_the_office_alone(client, karsina):
    private = PersonFactory(name="Nama Rahasia", is_public=False)
    AttendanceFactory(
        article=ArticleFactory(is_public=True), person=private, represents_person=karsina.person,
        represents_as_printed="Kepala Dinas", office_as_printed="Staf Uji",
    )  # fmt: skip
    AttendanceFactory(
        article=ArticleFactory(is_public=True), person=private, represents_post=karsina.post,
        office_as_printed="Staf Lain",
    )  # fmt: skip
    assert_nowhere(client, "Rahasia")
    assert "Staf Uji" in client.get("/tokoh/karsina/").content.decode()
    assert "Staf Lain" in client.get("/lembaga/dinas/").content.decode()


def test_private_person_whom_somebody_represents_is_not_named(client, karsina):
    AttendanceFactory(
        article=ArticleFactory(is_public=True), person=karsina.person, tenure=karsina,
        represents_person=PersonFactory(name="Nama Rahasia", is_public=False),
    )  # fmt: skip
    assert_nowhere(client, "Rahasia")


def test_private_holder_of_an_office_is_in_no_membership_and_no_structured_data(
    client, karsina, office
):
    """Nor on the page of the institution, which says that the office was held and when."""
    private = PersonFactory(name="Nama Rahasia", slug="rahasia", is_public=False)
    TenureFactory(person=private, post=karsina.post)
    found = everything(client)
    assert found["/lembaga/dinas/"].count('class="unnamed"') == 1
    for path, text in found.items():
        assert "ahasia" not in text, path


def test_person_made_private_is_gone_from_everywhere_at_once(client, karsina):
    other = TenureFactory(person=PersonFactory(name="Nama Rahasia")).person
    beside(karsina, other)
    assert "Rahasia" in client.get("/tokoh/karsina/").content.decode()
    Person.objects.filter(pk=other.pk).update(is_public=False)
    assert_nowhere(client, "Rahasia")


def test_minor_in_a_protected_story_is_nowhere_even_when_marked_public(client, karsina):
    """The mark is a slip of the desk; the story's protection holds all the same."""
    beside(karsina, PersonFactory(name="Nama Rahasia", slug="anak"), is_identity_protected=True)
    assert_nowhere(client, "Rahasia", "/tokoh/anak/")
    assert client.get("/tokoh/anak/").status_code == 404


HIDDEN = {
    "protected": {"is_public": True, "is_identity_protected": True},
    "scheduled": {"is_scheduled": True},
    "withdrawn": {"is_withdrawn": True},
    "draft": {},
}


@pytest.mark.parametrize("story", HIDDEN.values(), ids=HIDDEN)
class TestStoryThatIsNotPublic:
    @pytest.fixture
    def article(self, karsina, story):
        article = ArticleFactory(**story, headline="Kisah Tersembunyi")
        AttendanceFactory(
            article=article, person=karsina.person, tenure=karsina, capacity=Capacity.QUOTED,
            name_as_printed="Nama Tersembunyi", office_as_printed="Jabatan Tersembunyi",
        )  # fmt: skip
        AttendanceFactory(
            article=article, represents_post=karsina.post, office_as_printed="Wakil Tersembunyi"
        )
        AttendanceFactory(article=article, person=None, organisation=karsina.post.organisation)
        return article

    def test_stands_on_no_page(self, client, article):
        assert_nowhere(client, "Tersembunyi")

    def test_counts_for_nothing(self, client, article):
        context = client.get("/tokoh/karsina/").context
        assert [(t.word, t.count) for t in context["tallies"]] == [("", 1), ("hadir", 1)]
        sent = client.get("/lembaga/dinas/").context["sent"]
        assert [(row.came, row.represented) for row in sent.offices] == [(1, 0)]
        assert (sent.stories, sent.delegations) == (1, 0)

    def test_is_no_company(self, client, karsina, story):
        beside(karsina, PersonFactory(name="Teman Tersembunyi"), **{"is_public": False, **story})
        assert_nowhere(client, "Teman Tersembunyi")


def test_scheduled_story_comes_with_its_time(client, karsina):
    soon = timezone.now() + datetime.timedelta(hours=1)
    article = ArticleFactory(is_scheduled=True, headline="Kisah Nanti", publish_at=soon)
    AttendanceFactory(article=article, person=karsina.person)
    assert b"Kisah Nanti" not in client.get("/tokoh/karsina/").content
    with time_machine.travel(soon + datetime.timedelta(seconds=1), tick=False):
        assert b"Kisah Nanti" in client.get("/tokoh/karsina/").content


class TestIndexed:
    def robots(self, client, path: str) -> bool:
        return b'<meta name="robots" content="noindex">' not in client.get(path).content

    def in_sitemap(self, client, slug: str) -> bool:
        return f"/tokoh/{slug}/" in client.get("/sitemap-people.xml").content.decode()

    def test_whoever_is_only_spoken_of_is_not_indexed(self, client, karsina):
        person = PersonFactory(slug="disebut")
        for _ in range(2):
            AttendanceFactory(
                article=ArticleFactory(is_public=True), person=person, capacity=Capacity.MENTIONED
            )
        assert not self.robots(client, "/tokoh/disebut/")
        assert not self.in_sitemap(client, "disebut")
        assert "/tokoh/disebut/" not in client.get("/popolo.json").content.decode()

    @pytest.mark.parametrize("capacity", [Capacity.ATTENDED, Capacity.QUOTED, Capacity.ORGANISER])
    def test_public_figure_who_took_part_is_indexed(self, client, capacity):
        person = PersonFactory(slug="seniman")
        AttendanceFactory(article=ArticleFactory(is_public=True), person=person, capacity=capacity)
        assert self.robots(client, "/tokoh/seniman/")
        assert self.in_sitemap(client, "seniman")

    def test_holder_of_an_office_is_indexed_also_by_a_merged_entry(self, client):
        person = PersonFactory(slug="pejabat")
        AttendanceFactory(
            article=ArticleFactory(is_public=True), person=person, capacity=Capacity.MENTIONED
        )
        assert not self.robots(client, "/tokoh/pejabat/")
        TenureFactory(person=PersonFactory(merged_into=person))
        assert self.robots(client, "/tokoh/pejabat/")
        assert self.in_sitemap(client, "pejabat")

    @pytest.mark.parametrize("query", ["?sebagai=hadir", "?sebelum=99991231T000000000000-1"])
    def test_pages_behind_the_first_are_not_indexed(self, client, karsina, query):
        assert self.robots(client, "/tokoh/karsina/")
        assert not self.robots(client, f"/tokoh/karsina/{query}")

    def test_institution_is_indexed_on_its_first_page_alone(self, client, karsina):
        assert self.robots(client, "/lembaga/dinas/")
        assert not self.robots(client, "/lembaga/dinas/?sebelum=99991231T000000000000-1")
