"""The register as a reporter fills it in: who is meant, who is new, what stays as printed."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Attendance, Organisation, OrganisationAlias, Person, PersonAlias
from tests.desk.conftest import filled, line
from tests.desk.test_story_form import change, errors
from tests.factories import (
    OrganisationFactory,
    PersonFactory,
    PostFactory,
    TenureFactory,
)

PEOPLE = reverse("admin:articles_article_people")


@pytest.fixture
def karsina(db):
    """A deputy regent since February 2025, once the head of an agency."""
    person = PersonFactory(
        religious_prefix="Hj.", name="Andi Karsina", degrees="S.E., M.Si.", slug="andi-karsina"
    )
    government = OrganisationFactory(name="Pemerintah Kabupaten Tompolangi", short_name="Pemkab")
    agency = OrganisationFactory(name="Dinas Sosial")
    TenureFactory(
        person=person,
        post=PostFactory(title="Kepala Dinas Sosial", organisation=agency),
        started_on=datetime.date(2020, 1, 1),
        ended_on=datetime.date(2024, 12, 31),
    )
    TenureFactory(
        person=person,
        post=PostFactory(title="Wakil Bupati", organisation=government),
        started_on=datetime.date(2025, 2, 20),
    )
    return person


@pytest.fixture
def write(draft, reporter, at_desk):
    """Add lines to the draft's register and return the answer."""
    client = at_desk(reporter)

    def save(*lines, **more):
        data = filled(client.get(change(draft)))
        first = draft.attendances.count()
        for index, fields in enumerate(lines, start=first):
            typed = {"capacity": "attended", "position": index, **fields}
            data |= line("attendances", index, first + len(lines), **typed)
        return client.post(change(draft), data | more)

    return save


def suggested(client, **query):
    return client.get(PEOPLE, query).json()["results"]


def test_a_known_name_is_found_in_spite_of_titles_and_gets_the_office_of_today(write, karsina):
    write({"name": "andi karsina, S.Sos."})
    found = Attendance.objects.get()
    assert found.person == karsina
    assert (found.name_as_printed, found.office_as_printed) == (
        "andi karsina, S.Sos.",
        "Wakil Bupati",
    )
    assert found.tenure.post.title == "Wakil Bupati"
    assert Person.objects.count() == 1


def test_the_office_is_that_of_the_day_of_the_event(write, karsina):
    write({"name": "Andi Karsina"}, event_on="2024-12-31")
    assert Attendance.objects.get().office_as_printed == "Kepala Dinas Sosial"


def test_another_spelling_that_was_noted_counts_as_the_name(write, karsina):
    PersonAlias.objects.create(person=karsina, name="A. Karsina")
    write({"name": "Hj. A. Karsina"})
    assert Attendance.objects.get().person == karsina


def test_somebody_unknown_is_entered_with_the_parts_of_the_name(write, reporter):
    write({"name": "Drs. H. Muh. Arsyad, M.Si.", "office_as_printed": "Kepala SMPN 1"})
    person = Person.objects.get()
    assert (person.academic_prefix, person.religious_prefix) == ("Drs.", "H.")
    assert (person.name, person.degrees) == ("Muh. Arsyad", "M.Si.")
    assert person.created_by == reporter
    assert person.is_public is True


@pytest.mark.parametrize(
    ("fields", "story"),
    [
        ({}, {}),
        ({"office_as_printed": "Guru", "is_private": "on"}, {}),
        ({"office_as_printed": "Guru"}, {"is_identity_protected": "on"}),
    ],
)
def test_somebody_new_gets_no_page_without_office_or_against_the_reporters_word(
    fields, story, write
):
    write({"name": "Sanneng", **fields}, **story)
    assert Person.objects.get().is_public is False


def test_a_name_that_several_people_have_is_asked_about_and_then_taken(write, karsina):
    other = PersonFactory(name="Andi Karsina", slug="andi-karsina-2")
    response = write({"name": "Andi Karsina"})
    (sentence,) = errors(response)
    assert "Several people have this name: Hj. Andi Karsina, S.E., M.Si. – Wakil Bupati" in sentence
    choices = [
        value
        for value, _label in response.context["inline_admin_formsets"][1]
        .formset.forms[0]
        .fields["which"]
        .choices
    ]
    assert choices == ["", f"person:{karsina.pk}", f"person:{other.pk}", "new"]
    write({"name": "Andi Karsina", "which": f"person:{other.pk}"})
    assert Attendance.objects.get().person == other


def test_somebody_else_of_a_known_name_is_entered_anew(write, karsina):
    write({"name": "Andi Karsina", "chosen": "new"})
    assert Attendance.objects.get().person != karsina
    assert Person.objects.count() == 2


def test_a_name_typed_over_a_chosen_one_is_asked_about(write, karsina):
    line = {"name": "Baso Ilham", "chosen": f"person:{karsina.pk}"}
    assert errors(write(line)) == [
        "Hj. Andi Karsina, S.E., M.Si. was chosen, and “Baso Ilham” is printed. "
        "Choose who is meant."
    ]
    assert Attendance.objects.count() == 0
    assert Person.objects.count() == 1
    write(line | {"which": "new"})
    assert Attendance.objects.get().person.name == "Baso Ilham"


def test_a_name_typed_over_a_chosen_one_may_be_the_same_person(write, karsina):
    chosen = f"person:{karsina.pk}"
    write({"name": "Puang Nining", "chosen": chosen, "which": chosen})
    found = Attendance.objects.get()
    assert (found.person, found.name_as_printed) == (karsina, "Puang Nining")


@pytest.mark.parametrize(
    ("known", "printed", "read"),
    [
        ("Jufri Laosu", "H. Djoefri Laosoe", ""),
        ("Rosdiana", "Rosdiyana", ""),
        ("Rosdiana", "Hj. Rosdiyana", ""),
        ("Andi Karsina", "Puang Nining", "Puang Nining"),
    ],
)
def test_a_confirmed_person_of_another_spelling_is_kept(known, printed, read, write):
    person = PersonFactory(name=known, slug="known")
    write({"name": printed, "chosen": f"person:{person.pk}", "read_name": read})
    assert Attendance.objects.get().person == person
    assert Person.objects.count() == 1


def test_a_saved_name_that_is_typed_again_gets_its_office_again(
    write, karsina, draft, reporter, at_desk
):
    write({"name": "Andi Karsina"})
    client = at_desk(reporter)
    emptied = {"chosen": "", "tenure": "", "office_as_printed": ""}
    data = filled(client.get(change(draft)))
    data |= {f"attendances-0-{name}": value for name, value in emptied.items()}
    client.post(change(draft), data)
    assert Attendance.objects.get().office_as_printed == "Wakil Bupati"


def test_an_office_that_was_emptied_on_a_saved_line_stays_empty(
    write, karsina, draft, reporter, at_desk
):
    write({"name": "Andi Karsina"})
    client = at_desk(reporter)
    emptied = {"attendances-0-tenure": "", "attendances-0-office_as_printed": ""}
    client.post(change(draft), filled(client.get(change(draft))) | emptied)
    assert Attendance.objects.get().office_as_printed == ""


def test_a_chosen_person_may_be_printed_in_another_way(write, karsina):
    write({"name": "Karsina", "chosen": f"person:{karsina.pk}", "office_as_printed": "Wabup"})
    found = Attendance.objects.get()
    assert (found.person, found.name_as_printed) == (karsina, "Karsina")
    # The short form is printed as it is and still says which office it was.
    assert (found.office_as_printed, found.tenure) == ("Wabup", karsina.tenures.get(ended_on=None))


@pytest.mark.parametrize(
    ("office", "is_kept"),
    [
        ("Wakil Bupati", True),
        ("wakil  bupati", True),
        ("Wakil Bupati Tompolangi", True),
        ("Ketua PKK", False),
        ("Bupati", False),
        ("", False),
    ],
)
def test_an_office_typed_over_the_chosen_one_is_not_that_tenure(office, is_kept, write, karsina):
    tenure = karsina.tenures.get(ended_on=None)
    write(
        {
            "name": "Andi Karsina",
            "chosen": f"person:{karsina.pk}",
            "tenure": tenure.pk,
            "office_as_printed": office,
        }
    )
    found = Attendance.objects.get()
    assert (found.office_as_printed, found.tenure) == (office, tenure if is_kept else None)


def test_a_line_keeps_its_tenure_when_the_office_was_renamed_since(
    write, karsina, draft, reporter, at_desk
):
    write({"name": "Andi Karsina"})
    tenure = karsina.tenures.get(ended_on=None)
    tenure.post.title = "Wakil Kepala Daerah"
    tenure.post.save()
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft)), standfirst="Lain."))
    found = Attendance.objects.get()
    assert (found.office_as_printed, found.tenure) == ("Wakil Bupati", tenure)


@pytest.mark.parametrize("letter", ["ß", "ﷺ", "ﬃ"])
def test_a_name_whose_key_is_longer_than_itself_is_entered_and_found_again(letter, write):
    write({"name": letter * 100})
    assert write({"name": letter * 100}, headline="Lain").status_code == 200
    assert Person.objects.count() == 1


def test_somebody_entered_at_the_same_moment_takes_the_next_address(write, monkeypatch):
    PersonFactory(name="Lain", slug="sanneng")
    OrganisationFactory(name="Lain", slug="karang-taruna")
    answers = iter(["sanneng", "sanneng-2", "karang-taruna", "karang-taruna-2"])
    monkeypatch.setattr("articles.slugs.unused_slug", lambda *args: next(answers))
    write({"name": "Sanneng"}, {"subject": "delegation", "name": "Karang Taruna"})
    lines = Attendance.objects.select_related("person", "organisation")
    assert [(row.person or row.organisation).slug for row in lines] == [
        "sanneng-2",
        "karang-taruna-2",
    ]


def test_what_was_printed_never_follows_the_person(write, karsina, draft, reporter, at_desk):
    write({"name": "Hj. Andi Karsina, S.E., M.Si."})
    karsina.name = "Andi Karsina Baso"
    karsina.degrees = ""
    karsina.save()
    karsina.tenures.all().delete()
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft)), standfirst="Lain."))
    found = Attendance.objects.get()
    assert found.name_as_printed == "Hj. Andi Karsina, S.E., M.Si."
    assert found.office_as_printed == "Wakil Bupati"


def test_a_delegation_is_found_by_its_abbreviation_and_printed_as_one(write):
    agency = OrganisationFactory(name="Badan Perencanaan", short_name="Bappeda")
    OrganisationAlias.objects.create(organisation=agency, name="Bapelitbangda")
    write(
        {"subject": "delegation", "name": "perwakilan Bapelitbangda"},
        {"subject": "delegation", "name": "bappeda"},
    )
    assert list(Attendance.objects.values_list("organisation", "name_as_printed")) == [
        (agency.pk, "perwakilan Bapelitbangda"),
        (agency.pk, "representatives of bappeda"),
    ]


def test_an_unknown_institution_is_entered_without_the_word_for_delegation(write):
    write({"subject": "delegation", "name": "utusan Karang Taruna"})
    assert Organisation.objects.get().name == "Karang Taruna"


def test_a_group_has_a_count_and_nobody_behind_it(write):
    write({"subject": "group", "name": "para kepala sekolah", "group_count": "42"})
    found = Attendance.objects.get()
    assert (found.group_label, found.group_count) == ("para kepala sekolah", 42)
    assert found.person is None


@pytest.mark.parametrize(
    ("printed", "field"),
    [
        ("Wakil Bupati", "represents_post"),
        ("Dinas Sosial", "represents_organisation"),
        ("Hj. Andi Karsina", "represents_person"),
        ("Menteri", None),
    ],
)
def test_whom_somebody_represents_is_resolved_when_it_is_one_thing(printed, field, write, karsina):
    write({"name": "Sanneng", "represents_as_printed": printed})
    found = Attendance.objects.get()
    assert found.represents_as_printed == printed
    resolved = [
        name
        for name in ("represents_person", "represents_post", "represents_organisation")
        if getattr(found, name)
    ]
    assert resolved == ([field] if field else [])


def test_a_chosen_representation_is_dropped_when_another_is_typed(write, karsina):
    write(
        {
            "name": "Sanneng",
            "represents_as_printed": "Menteri",
            "represents_chosen": f"person:{karsina.pk}",
        }
    )
    assert Attendance.objects.get().represents_person is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "", "office_as_printed": "Camat"}, "Write who it is, or remove this line."),
        ({"name": "...", "office_as_printed": "Camat"}, "A name has letters."),
        ({"subject": "delegation", "name": "perwakilan "}, "Write which institution sent"),
        ({"subject": "group", "name": "x" * 121}, "A group's name has at most 120 characters."),
        ({"subject": "group", "name": "warga", "group_count": "-3"}, "greater than or equal to 1"),
        ({"subject": "group", "name": "warga", "group_count": "0"}, "greater than or equal to 1"),
        (
            {"subject": "group", "name": "warga", "group_count": "1000001"},
            "less than or equal to 1000000",
        ),
        ({"subject": "group", "name": "warga", "group_count": "9" * 30}, "less than or equal to"),
        ({"subject": "group", "name": "warga", "group_count": "banyak"}, "Enter a whole number."),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
        ({"name": "Sanneng", "capacity": "sleeping"}, "Select a valid choice."),
    ],
)
def test_a_line_that_cannot_be_is_a_sentence(fields, sentence, write):
    response = write(fields)
    assert response.status_code == 200
    assert any(sentence in error for error in errors(response))
    assert Attendance.objects.count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"chosen": "person:999999"},
        {"chosen": "person:" + "9" * 40},
        {"chosen": "person:x"},
        {"chosen": "place:1"},
        {"tenure": "999999"},
        {"represents_as_printed": "Bupati", "represents_chosen": "post:999999"},
        {"which": "person:999999"},
        {"group_count": "5"},
        {"group_count": "0"},
    ],
)
def test_a_forged_choice_is_an_answer_not_an_error(fields, write):
    response = write({"name": "Sanneng", **fields})
    assert response.status_code in {200, 302}


def test_the_same_person_twice_is_refused_on_the_second_line(write, karsina):
    response = write({"name": "Andi Karsina"}, {"name": "Hj. Andi Karsina"})
    assert errors(response) == ["This person stands in the register twice."]


def test_a_new_name_twice_is_refused_on_the_second_line(write):
    response = write({"name": "Sanneng"}, {"name": "H. Sanneng"})
    assert errors(response) == ["This person stands in the register twice."]
    assert Person.objects.count() == 0


def test_a_form_with_somebody_new_that_is_sent_twice_enters_one_person(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)))
    typed = {"name": "Budi Raya", "chosen": "new", "office_as_printed": "Camat", "position": 0}
    data |= line("attendances", 0, 1, capacity="attended", **typed)
    assert [client.post(change(draft), data).status_code for _tap in range(2)] == [302, 302]
    (only,) = Attendance.objects.all()
    assert list(Person.objects.all()) == [only.person]
    # Another one of that name on the form as it is now is somebody else.
    data = filled(client.get(change(draft)))
    data |= line("attendances", 1, 2, capacity="attended", **typed | {"position": 1})
    client.post(change(draft), data)
    assert [row.person.slug for row in Attendance.objects.all()] == ["budi-raya", "budi-raya-2"]


def test_two_lines_may_trade_their_people(write, karsina, draft, reporter, at_desk):
    write({"name": "Andi Karsina"}, {"name": "Sanneng"})
    client = at_desk(reporter)
    data = filled(client.get(change(draft)))
    for field in ("name", "chosen", "tenure"):
        first, second = f"attendances-0-{field}", f"attendances-1-{field}"
        data[first], data[second] = data.get(second, ""), data.get(first, "")
    assert client.post(change(draft), data).status_code == 302
    assert [row.person.name for row in draft.attendances.all()] == ["Sanneng", "Andi Karsina"]


def test_a_removed_line_makes_room_for_the_same_person(write, karsina, draft, reporter, at_desk):
    write({"name": "Sanneng"}, {"name": "Andi Karsina"})
    client = at_desk(reporter)
    data = filled(client.get(change(draft)))
    data |= {
        "attendances-0-name": "Andi Karsina",
        "attendances-0-chosen": f"person:{karsina.pk}",
        "attendances-1-DELETE": "on",
    }
    assert client.post(change(draft), data).status_code == 302
    assert [row.person for row in draft.attendances.all()] == [karsina]


def test_lines_keep_the_order_of_the_form(write, draft, reporter, at_desk):
    write({"name": "Satu"}, {"name": "Dua"}, {"name": "Tiga"})
    client = at_desk(reporter)
    data = filled(client.get(change(draft)))
    for index, position in enumerate((2, 0, 1)):
        data[f"attendances-{index}-position"] = str(position)
    client.post(change(draft), data)
    assert [row.name_as_printed for row in draft.attendances.all()] == ["Dua", "Tiga", "Satu"]


def test_completion_ignores_titles_and_answers_with_the_office_of_the_day(
    karsina, reporter, at_desk
):
    client = at_desk(reporter)
    tenure = karsina.tenures.get(ended_on=None)
    assert suggested(client, q="Hj. kars", on="2025-06-01") == [
        {
            "ref": f"person:{karsina.pk}",
            "name": "Hj. Andi Karsina, S.E., M.Si.",
            "office": "Wakil Bupati",
            "tenure": tenure.pk,
            "detail": "Wakil Bupati – Pemkab",
        }
    ]
    assert suggested(client, q="kars", on="2024-06-01")[0]["office"] == "Kepala Dinas Sosial"
    assert suggested(client, q="kars", on="2019-06-01")[0]["detail"] == "no office on that day"


@pytest.mark.parametrize("query", ["wakil bup", "bupati karsina", "pemkab"])
def test_completion_finds_people_by_their_office(query, karsina, reporter, at_desk):
    refs = [found["ref"] for found in suggested(at_desk(reporter), q=query, on="2025-06-01")]
    assert f"person:{karsina.pk}" in refs


def test_completion_offers_offices_only_to_stand_in_for(karsina, reporter, at_desk):
    client = at_desk(reporter)
    plain = [found["ref"].split(":")[0] for found in suggested(client, q="wakil")]
    with_posts = [found["ref"].split(":")[0] for found in suggested(client, q="wakil", posts="1")]
    assert (plain, with_posts) == (["person"], ["post", "person"])


def test_completion_has_at_most_ten_lines(reporter, at_desk):
    for number in range(15):
        PersonFactory(name=f"Andi {number}", slug=f"andi-{number}")
    assert len(suggested(at_desk(reporter), q="andi")) == 10


@pytest.mark.parametrize("query", ["", " ", "%", "_", "\x00", "'", "Hj.", "x" * 5000, "😀"])
def test_completion_answers_whatever_is_typed(query, karsina, reporter, at_desk):
    assert suggested(at_desk(reporter), q=query, on="not a day") == []


def test_completion_takes_the_same_queries_for_one_and_three(
    karsina, reporter, at_desk, django_assert_num_queries
):
    client = at_desk(reporter)
    with django_assert_num_queries(10):
        suggested(client, q="andi")
    for number in range(2):
        TenureFactory(person=PersonFactory(name=f"Andi {number}", slug=f"andi-{number}"))
    with django_assert_num_queries(10):
        suggested(client, q="andi")


# One person, several entries


def merge(entry, into):
    Person.objects.filter(pk=entry.pk).update(merged_into=into)


def test_a_saved_line_keeps_the_entry_that_was_merged_since(
    write, karsina, draft, reporter, at_desk
):
    old = PersonFactory(name="Kartini", slug="kartini")
    write({"name": "Kartini"})
    merge(old, karsina)
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft)), standfirst="Lain."))
    assert Attendance.objects.get().person == old


@pytest.mark.parametrize("chosen", ["", "person:%d"])
def test_a_new_line_is_about_the_entry_that_stands(chosen, write, karsina):
    old = PersonFactory(name="Kartini", slug="kartini")
    merge(old, karsina)
    write({"name": "Kartini", "chosen": chosen and chosen % old.pk})
    found = Attendance.objects.get()
    assert (found.person, found.name_as_printed) == (karsina, "Kartini")
    assert found.office_as_printed == ("" if chosen else "Wakil Bupati")


def test_two_entries_of_one_person_are_one_person_on_a_new_line(write, karsina):
    old = PersonFactory(name="Kartini", slug="kartini")
    write({"name": "Kartini"})
    merge(old, karsina)
    response = write({"name": "Andi Karsina"})
    assert errors(response) == ["This person stands in the register twice."]


def test_two_saved_lines_of_people_that_were_merged_since_stay(
    write, karsina, draft, reporter, at_desk
):
    old = PersonFactory(name="Kartini", slug="kartini")
    write({"name": "Kartini"}, {"name": "Andi Karsina"})
    merge(old, karsina)
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), standfirst="Lain.")
    assert client.post(change(draft), data).status_code == 302
    assert [row.person for row in draft.attendances.all()] == [old, karsina]


def test_of_several_offices_of_the_day_the_reporter_chooses_one(write, karsina):
    second = TenureFactory(person=karsina, post=PostFactory(title="Ketua PMI"), started_on=None)
    response = write({"name": "Andi Karsina"})
    assert errors(response) == [
        "Andi Karsina held several offices on that day. Choose the one to print."
    ]
    assert Attendance.objects.count() == 0
    write({"name": "Andi Karsina", "which": f"tenure:{second.pk}"})
    found = Attendance.objects.get()
    assert (found.office_as_printed, found.tenure) == ("Ketua PMI", second)


def test_of_several_offices_none_may_be_printed(write, karsina):
    TenureFactory(person=karsina, post=PostFactory(title="Ketua PMI"), started_on=None)
    write({"name": "Andi Karsina", "which": "none"})
    found = Attendance.objects.get()
    assert (found.office_as_printed, found.tenure) == ("", None)


def test_a_namesake_with_several_offices_is_asked_about_twice(write, karsina):
    PersonFactory(name="Andi Karsina", slug="andi-karsina-2")
    second = TenureFactory(person=karsina, post=PostFactory(title="Ketua PMI"), started_on=None)
    write({"name": "Andi Karsina", "which": f"person:{karsina.pk}"})
    assert Attendance.objects.count() == 0
    write({"name": "Andi Karsina", "which": f"tenure:{second.pk}"})
    assert Attendance.objects.get().tenure == second


def test_the_day_of_publication_counts_where_the_event_has_none(write, karsina, draft):
    draft.published_on = datetime.date(2024, 12, 31)
    draft.save()
    write({"name": "Andi Karsina"})
    assert Attendance.objects.get().office_as_printed == "Kepala Dinas Sosial"


# Who gets a page


@pytest.mark.parametrize(
    ("office", "more", "is_public"),
    [
        ("Camat Sinjai Utara", {}, True),
        ("Peserta didik", {"wants_page": "on"}, False),
        ("Ibu korban", {"wants_page": "on"}, False),
        ("sopir truk", {"wants_page": "on"}, False),
        ("Tokoh masyarakat", {}, False),
        ("Tokoh masyarakat", {"wants_page": "on"}, True),
        ("Tokoh masyarakat", {"wants_page": "on", "is_private": "on"}, False),
    ],
)
def test_only_a_public_office_or_the_reporters_word_makes_a_page(office, more, is_public, write):
    write({"name": "Sanneng", "office_as_printed": office, **more})
    assert Person.objects.get().is_public is is_public


def test_an_age_in_the_text_keeps_a_name_private(write):
    write(
        {"name": "Sanneng", "office_as_printed": "Camat", "wants_page": "on"},
        body="<p>Sanneng (13) terluka.</p>",
    )
    assert Person.objects.get().is_public is False


@pytest.mark.parametrize("office", ["Peserta didik", "Korban", "Ibu korban", "pedagang ikan"])
def test_a_child_or_a_victim_of_a_published_story_has_no_page(office, write, draft, client):
    write({"name": "Sanneng", "office_as_printed": office})
    draft.status, draft.publish_at = "published", timezone.now() - datetime.timedelta(hours=1)
    draft.published_on = timezone.localdate(draft.publish_at)
    draft.save()
    assert client.get(draft.get_absolute_url()).status_code == 200
    assert client.get("/tokoh/sanneng/").status_code == 404


def test_what_turns_the_direction_of_writing_is_not_printed(write):
    write({"name": "Baso\u202e Ilham", "office_as_printed": "\u2067Camat\u200b"})
    found = Attendance.objects.get()
    assert (found.name_as_printed, found.office_as_printed) == ("Baso Ilham", "Camat")
    assert found.person.name == "Baso Ilham"
