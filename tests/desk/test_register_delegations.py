"""The same delegation twice in one register."""

from __future__ import annotations

import pytest

from articles.models import Attendance, Organisation
from tests.desk.conftest import filled, line
from tests.desk.test_story_form import change
from tests.factories import AttendanceFactory, OrganisationFactory


@pytest.fixture
def write(draft, reporter, at_desk):
    client = at_desk(reporter)

    def save(*lines, **more):
        data = filled(client.get(change(draft)))
        first = draft.attendances.count()
        for index, fields in enumerate(lines, start=first):
            typed = {"capacity": "attended", "position": index, "subject": "delegation", **fields}
            data |= line("attendances", index, first + len(lines), **typed)
        return client.post(change(draft), data | more)

    return save


def errors_of(response):
    (formset,) = (
        inline.formset
        for inline in response.context["inline_admin_formsets"]
        if inline.formset.model is Attendance
    )
    return [form.errors.get("name", []) for form in formset.forms]


@pytest.mark.parametrize("is_known", [True, False])
def test_the_same_delegation_twice_is_refused_on_the_second_line(write, is_known):
    if is_known:
        OrganisationFactory(name="Bappeda")
    answer = write({"name": "perwakilan Bappeda"}, {"name": "perwakilan  Bappeda"})
    assert errors_of(answer) == [[], ["This delegation stands in the register twice."]]
    assert not Attendance.objects.exists()


def test_delegations_that_stand_in_for_others_are_two_lines_and_may_trade_that(write):
    OrganisationFactory(name="Bappeda")
    name = {"name": "perwakilan Bappeda"}
    write({**name, "represents_as_printed": "Bupati"}, {**name, "represents_as_printed": "Sekda"})
    key = "attendances-{}-represents_as_printed".format
    assert write(**{key(0): "Sekda", key(1): "Bupati"}).status_code == 302
    found = Attendance.objects.order_by("position").values_list("represents_as_printed", flat=True)
    assert list(found) == ["Sekda", "Bupati"]


@pytest.mark.parametrize("language", ["en", "id"])
def test_saving_an_untouched_form_with_a_delegation_changes_nothing(
    language, draft, reporter, at_desk
):
    reporter.language = language
    reporter.save(update_fields=["language"])
    OrganisationFactory(name="Persatuan Sepak Bola", short_name="Persitom")
    row = AttendanceFactory(
        article=draft, person=None, organisation=Organisation.objects.get(), name_as_printed=""
    )
    client = at_desk(reporter)
    key = "attendances-0-{}".format
    for changes in ({}, {key("office_as_printed"): "pengurus"}, {key("office_as_printed"): ""}):
        client.post(change(draft), filled(client.get(change(draft))) | changes)
        row.refresh_from_db()
        assert row.name_as_printed == ""
    assert [sorted(one.changed) for one in draft.revisions.order_by("number")][1:] == [
        ["attendances"]
    ] * 2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Persitom", ""),
        ("perwakilan Persitom", ""),
        ("utusan Persitom", "utusan Persitom"),
        ("perwakilan Persatuan Sepak Bola", "perwakilan Persatuan Sepak Bola"),
    ],
)
def test_only_words_of_its_own_are_kept_of_a_delegation(typed, kept, write, settings):
    settings.LANGUAGE_CODE = "id"
    OrganisationFactory(name="Persatuan Sepak Bola", short_name="Persitom")
    write({"name": typed})
    assert Attendance.objects.get().name_as_printed == kept
