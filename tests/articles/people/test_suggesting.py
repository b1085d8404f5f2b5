"""The type-ahead of the register: names and offices together, on the day of the event."""

import datetime

import pytest
from django.utils import translation

from articles.choices import DatePrecision, TenureKind
from articles.models import Person, PersonAlias
from articles.people.offices import agrees, as_printed, holders, is_held_on
from articles.people.suggesting import suggest
from tests.factories import OrganisationFactory, PersonFactory, PostFactory, TenureFactory

DAY = datetime.date(2023, 10, 4)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def karsina(db):
    """Deputy regent until 19 September 2023, head of an agency since."""
    person = PersonFactory(name="Andi Karsina", slug="andi-karsina", religious_prefix="Hj.")
    government = OrganisationFactory(name="Pemerintah Kabupaten Sinjai", short_name="Pemkab Sinjai")
    agency = OrganisationFactory(name="Dinas Kesehatan Sinjai")
    TenureFactory(
        person=person,
        post=PostFactory(title="Wakil Bupati", organisation=government),
        started_on=datetime.date(2018, 9, 20),
        ended_on=datetime.date(2023, 9, 19),
    )
    TenureFactory(
        person=person,
        post=PostFactory(title="Kepala Dinas Kesehatan", organisation=agency),
        started_on=datetime.date(2023, 9, 20),
    )
    return person


def found(text, day=DAY, **more):
    return [(one["ref"], one["office"]) for one in suggest(text, day=day, **more)]


@pytest.mark.parametrize(
    "text",
    [
        *("kars", "karsina andi", "Hj. kars", "hj kars", "A. Karsina", "ibu karsina", "karsina s"),
        *("kadinkes", "kadis karsina", "karsina kadis", "kepala dinas kes", "kepala sinjai"),
        *("plt kadis karsina", "KARSINA", "dinas kesehatan andi", "karshina"),
    ],
)
def test_a_name_an_office_or_both_find_somebody_with_the_office_of_the_day(text, karsina):
    assert found(text)[0] == (f"person:{karsina.pk}", "Kepala Dinas Kesehatan")


@pytest.mark.parametrize(
    "text", ["wabup", "wabup sinj", "wakil bupati sinjai", "wabup kars", "pemkab"]
)
def test_an_office_is_that_of_the_day(text, karsina):
    before = [one for one in found(text, datetime.date(2023, 9, 19)) if "person" in one[0]]
    assert before == [(f"person:{karsina.pk}", "Wakil Bupati")]
    assert f"person:{karsina.pk}" not in [ref for ref, _office in found(text)]


@pytest.mark.parametrize("text", ["bupati bone", "kapolres karsina", "zzz", "kadis zzz"])
def test_every_word_has_to_fit(text, karsina):
    assert found(text) == []


@pytest.mark.parametrize("text", ["djufri", "jufri", "moh djuf", "muhammad jufri", "M. Jufri"])
def test_spellings_are_folded_while_typing(text, db):
    person = PersonFactory(name="Muhammad Djoefri", slug="djoefri")
    assert found(text) == [(f"person:{person.pk}", "")]


def test_a_known_initial_is_found_by_the_whole_name(db):
    person = PersonFactory(name="A. Yusuf", slug="a-yusuf")
    assert found("andi yusuf") == [(f"person:{person.pk}", "")]
    assert found("andi") == []


def test_names_and_offices_of_a_merged_entry_find_the_one_that_stands(karsina):
    old = PersonFactory(name="Kartini Ottong", slug="kartini-ottong")
    PersonAlias.objects.create(person=old, name="Bu Tini")
    TenureFactory(person=old, post=PostFactory(title="Ketua PKK"), started_on=None)
    Person.objects.filter(pk=old.pk).update(merged_into=karsina)
    for text in ("kartini", "tini", "ketua pkk", "pkk ottong"):
        assert f"person:{old.pk}" not in str(found(text))
        assert {ref for ref, _office in found(text)} == {f"person:{karsina.pk}"}
    assert found("kartini") == [
        (f"person:{karsina.pk}", "Kepala Dinas Kesehatan"),
        (f"person:{karsina.pk}", "Ketua PKK"),
    ]
    assert found("ketua pkk") == [(f"person:{karsina.pk}", "Ketua PKK")]


def test_two_offices_of_one_day_are_two_suggestions(karsina):
    TenureFactory(person=karsina, post=PostFactory(title="Ketua PMI"), started_on=None)
    assert [office for _ref, office in found("karsina")] == ["Kepala Dinas Kesehatan", "Ketua PMI"]


@pytest.mark.parametrize(
    ("title", "kind", "printed"),
    [
        ("Kepala Dinas Kesehatan", TenureKind.DEFINITIVE, "Kepala Dinas Kesehatan"),
        ("Kepala Dinas Kesehatan", TenureKind.PLT, "Plt. Kepala Dinas Kesehatan"),
        ("Ketua", TenureKind.DEFINITIVE, "Ketua DPRD Sinjai"),
        ("Wakil Ketua II", TenureKind.DEFINITIVE, "Wakil Ketua II DPRD Sinjai"),
        ("Bupati", TenureKind.PJ, "Pj. Bupati"),
    ],
)
def test_an_office_is_printed_with_its_institution_where_the_title_says_nothing(
    title, kind, printed, db
):
    council = OrganisationFactory(name="Dewan Perwakilan Rakyat Daerah", short_name="DPRD Sinjai")
    tenure = TenureFactory(post=PostFactory(title=title, organisation=council), kind=kind)
    assert as_printed(tenure) == printed


@pytest.mark.parametrize(
    ("printed", "title", "organisation", "does"),
    [
        ("Wabup Sinjai", "Wakil Bupati", "Pemerintah Kabupaten Sinjai", True),
        ("Wakil Bupati", "Wakil Bupati Sinjai", "Pemerintah Kabupaten Sinjai", True),
        ("Plt. Bupati Sinjai", "Bupati", "Pemerintah Kabupaten Sinjai", True),
        ("Bupati", "Wakil Bupati", "Pemerintah Kabupaten Sinjai", False),
        ("Wakil Bupati", "Bupati", "Pemerintah Kabupaten Sinjai", False),
        ("Bupati Bone", "Bupati", "Pemerintah Kabupaten Sinjai", False),
        ("Kepala Dinas", "Kepala Dinas Kesehatan", "Dinas Kesehatan", False),
        ("Kadisdik", "Kepala Dinas Pendidikan", "Dinas Pendidikan", True),
        ("Kepala Dinas Pendidikan", "Kepala", "Dinas Pendidikan", True),
        ("Kapolres Sinjai", "Kepala Kepolisian Resor", "Polres Sinjai", True),
        ("", "Bupati", "Pemerintah Kabupaten Sinjai", False),
        ("Sinjai", "Bupati", "Pemerintah Kabupaten Sinjai", False),
    ],
)
def test_whether_printed_words_can_be_an_office(printed, title, organisation, does, db):
    post = PostFactory(title=title, organisation=OrganisationFactory(name=organisation))
    assert agrees(printed, post) is does


@pytest.mark.parametrize(
    ("ended_on", "precision", "last_day"),
    [
        (datetime.date(2023, 9, 19), DatePrecision.DAY, datetime.date(2023, 9, 19)),
        (datetime.date(2023, 9, 1), DatePrecision.MONTH, datetime.date(2023, 9, 30)),
        (datetime.date(2023, 1, 1), DatePrecision.YEAR, datetime.date(2023, 12, 31)),
    ],
)
def test_an_end_counts_to_the_last_day_that_it_can_mean(ended_on, precision, last_day, db):
    post = PostFactory(title="Bupati")
    term = TenureFactory(
        post=post, started_on=datetime.date(2018, 1, 1), ended_on=ended_on, end_precision=precision
    )
    after = last_day + datetime.timedelta(days=1)
    assert (is_held_on(term, last_day), is_held_on(term, after)) == (True, False)
    assert holders(["Bupati"], last_day) == {"Bupati": [term]}
    assert holders(["Bupati"], after) == {"Bupati": []}


@pytest.mark.parametrize("text", ["", " ", "%", "'", "\\", "&|!():*", "<->", "a'b", "ﷺ", "😀", "²"])
def test_whatever_is_typed_is_an_answer(text, karsina):
    assert isinstance(suggest(text, day=DAY, with_posts=True), list)


@pytest.mark.parametrize(
    ("title", "institution", "typed"),
    [
        ("Asisten I", "Sekretariat Daerah", "asisten 1"),
        ("Asisten I", "Sekretariat Daerah", "asisten I"),
        ("Asisten 2", "Sekretariat Daerah", "asisten ii"),
        ("Kepala Pelaksana", "BPBD Sinjai", "kalaksa"),
        ("Kepala Pelaksana BPBD", "BPBD Sinjai", "kepala pelaksana"),
        ("Kepala SMPN 1 Sinjai", "SMPN 1 Sinjai", "kepsek"),
        ("Kepala SMPN 1 Sinjai", "SMPN 1 Sinjai", "kepsek smpn 1"),
        ("Wakil Ketua I", "DPRD Sinjai", "waka dprd"),
        ("Wakil Kepala", "SMPN 1 Sinjai", "waka smpn"),
    ],
)
@pytest.mark.django_db
def test_offices_are_found_as_they_are_spoken_of(title, institution, typed):
    post = PostFactory(title=title, organisation__name=institution)
    person = PersonFactory(name="Baso Ilham", slug="baso")
    TenureFactory(person=person, post=post, started_on=datetime.date(2020, 1, 1))
    other = PostFactory(title="Asisten III", organisation__name="Kantor Lain")
    TenureFactory(post=other, started_on=datetime.date(2020, 1, 1))
    assert [ref for ref, _office in found(typed)] == [f"person:{person.pk}"]


@pytest.mark.django_db
def test_a_leading_part_of_an_office_is_found_as_printed():
    post = PostFactory(title="Kepala Pelaksana", organisation__name="BPBD Sinjai")
    person = TenureFactory(post=post, started_on=datetime.date(2020, 1, 1)).person
    for printed in ("Kepala Pelaksana BPBD Sinjai", "Kalaksa BPBD"):
        assert [t.person for t in holders([printed], DAY)[printed]] == [person]


@pytest.mark.parametrize("text", ["S.E., M.M.", "S.Sos.", "SE, MM", "Andi " * 1000, "a" * 5000])
@pytest.mark.django_db
def test_degrees_alone_or_a_whole_page_offer_nobody(text):
    for name in ("Sitti Endang", "Muh. Mansur", "Andi Sose"):
        PersonFactory(name=name)
    assert found(text) == []


@pytest.mark.django_db
def test_an_institution_that_the_title_says_is_not_said_twice():
    agency = OrganisationFactory(name="Dinas Lingkungan Hidup", short_name="DLH")
    post = PostFactory(title="Kepala DLH Sinjai", organisation=agency)
    TenureFactory(person__name="Baso Ilham", post=post, started_on=datetime.date(2020, 1, 1))
    assert [one["detail"] for one in suggest("baso", day=DAY)] == ["Kepala DLH Sinjai"]
