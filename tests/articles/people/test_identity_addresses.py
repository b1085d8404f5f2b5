"""Addresses of merged entries lead to the person's page: at once, in one step, and back when undone."""

import pytest

from articles.models import Redirect
from articles.people import identity
from articles.slugs import follow
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    PersonFactory,
    RedirectFactory,
    StaffFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return StaffFactory()


def official(slug: str, **fields):
    """Somebody with an office, who has a page."""
    return TenureFactory(person=PersonFactory(slug=slug, **fields)).person


def answer(client, path):
    response = client.get(path)
    return response.status_code, response.headers.get("Location", "")


def test_merged_entries_lead_to_the_page_that_stands_without_a_chain(client, editor):
    a, b, _c = official("a"), official("b"), official("c")
    first = identity.merge(a, b, by=editor)
    assert answer(client, "/tokoh/a/") == (301, "/tokoh/b/")
    second = identity.merge(b, _c, by=editor)
    assert answer(client, "/tokoh/a/") == (301, "/tokoh/c/")
    assert answer(client, "/tokoh/b/") == (301, "/tokoh/c/")
    assert answer(client, "/tokoh/c/") == (200, "")
    identity.undo(second, by=editor)
    assert answer(client, "/tokoh/a/") == (301, "/tokoh/b/")
    assert answer(client, "/tokoh/b/") == (200, "")
    identity.undo(first, by=editor)
    assert answer(client, "/tokoh/a/") == (200, "")


def test_former_addresses_of_a_merged_entry_lead_there_too(client, editor):
    a, b = official("a"), official("b")
    follow("/tokoh/a-dulu/", a.get_absolute_url())
    RedirectFactory(path="/politisi/a.html", target="/tokoh/a/")
    merged = identity.merge(a, b, by=editor)
    for old in ("/tokoh/a-dulu/", "/politisi/a.html"):
        assert answer(client, old) == (301, "/tokoh/b/")
    follow("/tokoh/b/", "/tokoh/b-baru/")
    b.slug = "b-baru"
    b.save()
    for old in ("/tokoh/a-dulu/", "/politisi/a.html", "/tokoh/a/", "/tokoh/b/"):
        assert answer(client, old) == (301, "/tokoh/b-baru/")
    identity.undo(merged, by=editor)
    assert answer(client, "/tokoh/a-dulu/") == (301, "/tokoh/a/")


@pytest.mark.parametrize("way", ["a into b", "b into a"])
def test_no_loop_when_an_address_was_somebody_elses_before(client, editor, way):
    """A was at /tokoh/kartini/ and moved; then B was entered there; then one gives way."""
    a, b = official("andi-kartini"), official("kartini")
    Redirect.objects.create(path="/tokoh/kartini/", target="/tokoh/andi-kartini/")
    pair = (a, b) if way == "a into b" else (b, a)
    identity.merge(*pair, by=editor)
    assert answer(client, pair[0].get_absolute_url()) == (301, pair[1].get_absolute_url())
    assert answer(client, pair[1].get_absolute_url()) == (200, "")
    pair[1].is_public = False
    pair[1].save()
    for person in pair:
        assert answer(client, person.get_absolute_url()) == (404, "")


def test_merged_into_somebody_without_a_page_answers_as_that_person_does(client, editor):
    private = official("private", is_public=False)
    a = official("a")
    follow("/tokoh/a-dulu/", "/tokoh/a/")
    identity.merge(a, private, by=editor)
    pages = [client.get(path) for path in ("/tokoh/private/", "/tokoh/a/", "/tokoh/a-dulu/")]
    assert [page.status_code for page in pages] == [404] * 3
    assert len({page.content for page in pages}) == 1


def test_the_page_has_offices_and_stories_of_all_entries(client, editor):
    a, b = PersonFactory(slug="a"), official("b")
    story = ArticleFactory(is_public=True, headline="Panen raya di Lappabatu")
    AttendanceFactory(article=story, person=a)
    identity.merge(a, b, by=editor)
    assert "Panen raya di Lappabatu" in client.get("/tokoh/b/").content.decode()


@pytest.mark.parametrize(
    ("path", "queries"), [("/terkini-dulu/", 1), ("/tokoh/nobody/", 2), ("/tokoh/a/", 2)]
)
def test_what_an_old_address_costs(rf, editor, django_assert_num_queries, path, queries):
    from articles.views.redirects import old_address

    identity.merge(official("a"), official("b"), by=editor)
    with django_assert_num_queries(queries):
        old_address(rf.get(path))
