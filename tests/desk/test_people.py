"""People, institutions and tags on the desk: addresses that nobody took, and what a page costs."""

import pytest
from django.urls import reverse

from articles.models import Person, Section
from tests.factories import PersonFactory, SectionFactory, TenureFactory


@pytest.mark.parametrize("offices", [1, 3])
def test_a_person_takes_the_same_queries_with_one_office_and_three(
    offices, editor, at_desk, django_assert_num_queries
):
    person = PersonFactory()
    for _office in range(offices):
        TenureFactory(person=person)
    client = at_desk(editor)
    page = reverse("admin:articles_person_change", args=[person.pk])
    titles = [str(tenure.post) for tenure in person.tenures.select_related("post__organisation")]
    client.get(page)
    with django_assert_num_queries(9):
        content = client.get(page).content.decode()
    assert [content.count(f">{title}</option>") for title in titles] == [1] * offices


def test_an_address_taken_at_the_same_moment_is_the_next_one(editor, at_desk, monkeypatch):
    PersonFactory(name="Lain", slug="sanneng")
    answers = iter(["sanneng", "sanneng-2"])
    monkeypatch.setattr("articles.slugs.unused_slug", lambda *args: next(answers))
    data = {"name": "Sanneng", "slug": ""}
    for prefix in ("tenures", "aliases"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    response = at_desk(editor).post(reverse("admin:articles_person_add"), data)
    assert response.status_code == 302
    assert Person.objects.get(name="Sanneng").slug == "sanneng-2"


def test_an_address_made_from_a_long_name_has_room_for_its_number(member, at_desk):
    SectionFactory(name="Lain", slug="x" * 60)
    data = {"name": "x" * 60, "slug": "", "colour": "#23395b", "position": "1"}
    client = at_desk(member("chief_editor"))
    assert client.post(reverse("admin:articles_section_add"), data).status_code == 302
    assert Section.objects.get(name="x" * 60).slug == "x" * 52


def test_a_changed_address_leads_to_the_present_one_without_chains(member, at_desk, client):
    section = SectionFactory(name="Ekonomi", slug="ekonomi")
    desk = at_desk(member("chief_editor"))
    page = reverse("admin:articles_section_change", args=[section.pk])
    for slug in ("bisnis", "niaga"):
        data = {"name": "Ekonomi", "slug": slug, "colour": "#23395b", "position": "1"}
        assert desk.post(page, data).status_code == 302
    for old in ("ekonomi", "bisnis"):
        answer = client.get(f"/rubrik/{old}/")
        assert (answer.status_code, answer["Location"]) == (301, "/rubrik/niaga/")
    data = {"name": "Ekonomi", "slug": "ekonomi", "colour": "#23395b", "position": "1"}
    assert desk.post(page, data).status_code == 302
    assert client.get("/rubrik/ekonomi/").status_code == 200
    assert client.get("/rubrik/niaga/")["Location"] == "/rubrik/ekonomi/"


def entered(client, **fields):
    data = {"name": "", "slug": ""} | fields
    for prefix in ("tenures", "aliases"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return client.post(reverse("admin:articles_person_add"), data)


@pytest.mark.parametrize("name", ["H.", "Prof.", "\U0001f600", "123", "\u202e", "..."])
def test_a_name_that_is_none_is_a_sentence(name, editor, at_desk):
    response = entered(at_desk(editor), name=name)
    (sentence,) = response.context["adminform"].form.errors["name"]
    assert "without titles" in sentence
    assert not Person.objects.exists()


@pytest.mark.parametrize("name", ["Sanneng", "A. Baso", "O", "Ñ"])
def test_a_short_name_is_one(name, editor, at_desk):
    assert entered(at_desk(editor), name=name).status_code == 302


def test_what_is_not_seen_is_not_part_of_a_name(editor, at_desk):
    entered(
        at_desk(editor),
        name="\u202eBudi\u200b  Raya\u00ad",
        religious_prefix="H\u2066.",
        degrees="S.E.",
    )
    person = Person.objects.get()
    assert (person.name, person.religious_prefix, person.slug) == ("Budi Raya", "H.", "budi-raya")
