"""Offices on the desk: warnings that do not block, a log of corrections, and no circles."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from articles.models import Attendance, Organisation, Person, Tenure
from tests.desk.conftest import filled, line
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    OrganisationFactory,
    PersonFactory,
    PostFactory,
    TenureFactory,
)
from tests.races import at_once


def change(model: str, row) -> str:
    return reverse(f"admin:articles_{model}_change", args=[row.pk])


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def log_of(client, model: str, row) -> str:
    return client.get(reverse(f"admin:articles_{model}_history", args=[row.pk])).content.decode()


def test_two_on_a_single_seat_are_saved_with_a_warning(editor, at_desk):
    post = PostFactory(title="Bupati", organisation__name="Pemkab Tompolangi")
    TenureFactory(post=post, person__name="Sanneng", started_on=datetime.date(2020, 1, 1))
    person, client = PersonFactory(), at_desk(editor)
    page = change("person", person)
    row = line(
        *("tenures", 0, 1),
        post=post.pk,
        kind="definitive",
        started_on="2024-01-01",
        start_precision="day",
        end_precision="day",
    )
    response = client.post(page, filled(client.get(page), **row), follow=True)
    assert Tenure.objects.filter(person=person).count() == 1
    assert any(
        "Bupati – Pemkab Tompolangi has 1 seat, and by these dates Sanneng held it at the same time."
        in sentence
        for sentence in messages_of(response)
    )


def test_a_handover_in_the_same_month_is_no_overlap(editor, at_desk):
    """ "August 2017" and "9 August" do not contradict each other."""
    post = PostFactory()
    TenureFactory(
        post=post,
        started_on=datetime.date(2012, 8, 17),
        ended_on=datetime.date(2017, 8, 1),
        end_precision="month",
    )
    person, client = PersonFactory(), at_desk(editor)
    page = change("person", person)
    row = line(
        *("tenures", 0, 1),
        post=post.pk,
        kind="definitive",
        started_on="2017-08-09",
        start_precision="day",
        end_precision="day",
    )
    response = client.post(page, filled(client.get(page), **row), follow=True)
    assert Tenure.objects.filter(person=person).count() == 1
    assert len(messages_of(response)) == 1


def test_right_to_correct_a_role_leaves_old_and_new_in_the_log(editor, at_desk):
    person = PersonFactory(name="Sanneng")
    right = PostFactory(title="Kepala Dinas", organisation__name="Dinas Perikanan")
    tenure = TenureFactory(
        person=person, post__title="Sekretaris Dinas", ended_on=datetime.date(2025, 8, 9)
    )
    wrong = str(tenure.post)
    printed = AttendanceFactory(
        article=ArticleFactory(is_public=True),
        person=person,
        tenure=tenure,
        office_as_printed="Sekretaris Dinas",
    )
    client = at_desk(editor)
    page = change("person", person)
    data = filled(
        client.get(page),
        **{
            "tenures-0-post": right.pk,
            "tenures-0-ended_on": "2025-08-10",
            "tenures-0-kind": "plt",
            "degrees": "S.Pi.",
        },
    )
    assert client.post(page, data).status_code == 302
    log = log_of(client, "person", person)
    for words in (
        "degrees: – → S.Pi.",
        f"post: {wrong} → Kepala Dinas – Dinas Perikanan",
        "until: 9 August 2025 → 10 August 2025",
        "held as: definitive → Plt. (acting, vacancy)",
        editor.name,
    ):
        assert words in log
    # The story keeps the office as it was printed that day.
    printed.refresh_from_db()
    assert printed.office_as_printed == "Sekretaris Dinas"


def test_taking_a_page_away_is_in_the_log(editor, at_desk):
    person, client = PersonFactory(name="Sanneng"), at_desk(editor)
    page = change("person", person)
    client.post(page, filled(client.get(page), is_public=None, note="Meminta <b>"))
    log = log_of(client, "person", person)
    assert "has a public page: Yes → No" in log
    assert "note: – → Meminta &lt;b&gt;" in log


def test_a_person_who_is_cited_is_not_deleted_and_a_sentence_says_what_to_do(editor, at_desk):
    written = AttendanceFactory()
    client = at_desk(editor)
    url = reverse("admin:articles_person_delete", args=[written.person_id])
    for method in (client.get, client.post):
        response = method(url, follow=True)
        [sentence] = messages_of(response)
        assert sentence.startswith("An entry of a person is not deleted: stories refer to it.")
    assert Person.objects.filter(pk=written.person_id).exists()
    assert Attendance.objects.filter(pk=written.pk).exists()


def test_an_organisation_is_no_part_of_its_own_part(editor, at_desk):
    whole = OrganisationFactory(name="Pemkab")
    part = OrganisationFactory(name="Dinas", parent=whole)
    office = OrganisationFactory(name="UPTD", parent=part)
    client = at_desk(editor)
    page = change("organisation", whole)
    for parent, sentence in (
        (office, "UPTD is itself a part of Pemkab."),
        (part, "Dinas is itself a part of Pemkab."),
        (whole, "An organisation is no part of itself."),
    ):
        response = client.post(page, filled(client.get(page), parent=str(parent.pk)))
        assert sentence in response.content.decode()
    whole.refresh_from_db()
    assert whole.parent is None
    other = OrganisationFactory()
    data = filled(client.get(change("organisation", part)), parent=str(other.pk))
    assert client.post(change("organisation", part), data).status_code == 302


@pytest.mark.parametrize("length", [1, 2, 4])
def test_the_database_draws_no_circle(db, length):
    chain = [OrganisationFactory()]
    for _number in range(length - 1):
        chain.append(OrganisationFactory(parent=chain[-1]))
    with pytest.raises(IntegrityError, match="no part of itself"), transaction.atomic():
        Organisation.objects.filter(pk=chain[0].pk).update(parent=chain[-1])


@pytest.mark.django_db(transaction=True)
def test_two_halves_of_a_circle_are_not_drawn_at_once():
    one, other = OrganisationFactory.create_batch(2)

    def put(part, whole):
        with transaction.atomic():
            Organisation.objects.filter(pk=part.pk).update(parent=whole)

    answers = at_once(lambda: put(one, other), lambda: put(other, one))
    assert [isinstance(answer, IntegrityError) for answer in answers].count(True) == 1
    assert Organisation.objects.filter(parent__isnull=False).count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_two_halves_of_a_circle_at_the_desk_get_a_sentence(editor, at_desk, monkeypatch):
    """The form of the second saw no circle yet."""
    whole = OrganisationFactory()
    part = OrganisationFactory(parent=whole)
    monkeypatch.setattr(
        "articles.admin.people.OrganisationForm.clean_parent",
        lambda form: form.cleaned_data["parent"],
    )
    client = at_desk(editor)
    page = change("organisation", whole)
    response = client.post(page, filled(client.get(page), parent=str(part.pk)), follow=True)
    assert messages_of(response) == ["An organisation is no part of itself."]
