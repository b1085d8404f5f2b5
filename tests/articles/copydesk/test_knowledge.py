"""What the database knows of a text: the right rows, in few queries."""

import datetime

import pytest
from django.utils import translation

from articles.choices import DatePrecision, PlaceKind, TenureKind
from articles.copydesk import archive, forms
from articles.copydesk.findings import StoryFacts
from articles.copydesk.knowledge import Knowledge
from articles.copydesk.models import ArchiveWord, OwnWord, WrongForm
from articles.copydesk.proofreading import proofread
from articles.models import PersonAlias
from articles.people.models import Person
from tests.factories import (
    ArticleFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    PostFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db

TEXT = (
    "SINJAI – Kepala Dinas Kesehatan Andi Karsena membuka acara di Desa Lapabatu. "
    "Hadir Nurhayati Palinrungi dan Umar Tompolangi."
)


def look(text):
    found = proofread(text, knowledge=Knowledge.load(text))
    return [(f.kind, f.text, f.suggestion) for f in found]


def test_the_shipped_table_is_in_the_database():
    assert WrongForm.objects.count() == len(list(forms._lines()))
    assert WrongForm.objects.get(wrong="ijin").right == "izin"
    assert not WrongForm.objects.get(wrong="hektar").is_active
    assert forms.load_shipped(WrongForm) == 0


def test_editors_extend_the_table_and_turn_lines_off():
    WrongForm.objects.create(wrong="tompolang", right="Tompolangi")
    WrongForm.objects.filter(wrong="ijin").update(is_active=False)
    assert look("Minta ijin di tompolang.") == [("form", "tompolang", "Tompolangi")]


def test_an_empty_table_is_the_shipped_one():
    WrongForm.objects.all().delete()
    assert look("Minta ijin.") == [("form", "ijin", "izin")]


def test_words_of_the_house_are_never_flagged():
    assert look("Ia tingal dan Minta Ijin.") == [
        ("spelling", "tingal", "tinggal"),
    ]
    OwnWord.objects.create(word="Tingal")
    assert look("Ia tingal.") == []


def test_a_finding_of_several_words_can_be_always_right():
    assert look("Hadir pasca panen.") == [("form", "pasca panen", "pascapanen")]
    OwnWord.objects.create(word="pasca panen")
    assert look("Hadir pasca panen.") == []


@pytest.mark.parametrize(("stories", "found"), [(2, 1), (3, 0)])
def test_words_of_three_stories_are_the_newsrooms(stories, found):
    ArchiveWord.objects.create(word="tingal", stories=stories)
    assert len(look("Ia tingal.")) == found


def test_a_person_one_letter_away_is_found_under_every_spelling():
    person = PersonFactory(name="Andi Karsina")
    assert look("Hadir Andi Karsena.") == [("name", "Andi Karsena", "Andi Karsina")]
    assert look("Hadir Andy Karsina.") == [("name", "Andy Karsina", "Andi Karsina")]
    PersonAlias.objects.create(person=person, name="Karsina Tompolangi")
    assert look("Hadir Karsena Tompolangi.") == [
        ("name", "Karsena Tompolangi", "Karsina Tompolangi")
    ]


def test_a_merged_entry_lends_its_name_and_offices():
    root = PersonFactory(name="Andi Karsina")
    merged = PersonFactory(name="Karsina Tompolangi")
    TenureFactory(person=merged, post=PostFactory(title="Camat Lappabatu"))
    Person.objects.filter(pk=merged.pk).update(merged_into=root)
    assert look("Camat Bontoramba Andi Karsina hadir.") == [
        ("office", "Camat Bontoramba", "Camat Lappabatu")
    ]
    assert look("Hadir Karsina Tompolangi.") == []


@pytest.mark.parametrize(("precision", "found"), [(DatePrecision.DAY, 1), (DatePrecision.YEAR, 0)])
def test_an_end_known_to_the_year_counts_to_its_last_day(precision, found):
    tenure = TenureFactory(
        person=PersonFactory(name="Andi Karsina"),
        post=PostFactory(title="Bupati", organisation=OrganisationFactory(name="Pemkab")),
        kind=TenureKind.DEFINITIVE,
        started_on=datetime.date(2018, 1, 1),
        ended_on=datetime.date.today().replace(month=1, day=1),
        end_precision=precision,
    )
    if datetime.date.today() == tenure.ended_on:
        pytest.skip("today is the day on which the office ends")
    assert len(look("Bupati Andi Karsina hadir.")) == found


@pytest.mark.parametrize(
    ("precision", "start"),
    [(DatePrecision.DAY, "2 May 2024"), (DatePrecision.MONTH, "May 2024")],
)
def test_an_office_that_had_not_begun_is_found_with_its_start(precision, start):
    TenureFactory(
        person=PersonFactory(name="Andi Karsina"),
        post=PostFactory(title="Bupati", organisation=OrganisationFactory(name="Pemkab")),
        started_on=datetime.date(2024, 5, 2),
        start_precision=precision,
    )
    text, story = "Bupati Andi Karsina hadir.", StoryFacts(day=datetime.date(2024, 4, 30))
    with translation.override("en"):
        (found,) = proofread(text, knowledge=Knowledge.load(text, story), story=story)
        assert (found.kind, found.text) == ("office", "Bupati")
        assert f"only from {start}," in str(found.reason)


def test_a_place_that_the_newsroom_entered_is_offered():
    PlaceFactory(name="Lappabatu", kind=PlaceKind.VILLAGE)
    assert look("Warga Desa Lapabatu hadir.") == [("place", "Lapabatu", "Lappabatu")]
    assert look("SINAJI – Warga hadir.") == [("dateline", "SINAJI", "SINJAI")]


def test_the_clock_of_the_datelines_place_is_known():
    assert look("SINJAI – Acara mulai pukul 09.00 WIB.") == [("zone", "WIB", "WITA")]


def test_a_text_that_no_database_takes_is_checked_all_the_same():
    assert look("a\0b \ud800 tingal di Desa \0.") == [("spelling", "tingal", "tinggal")]


QUERIES = 9


@pytest.mark.parametrize("more", [0, 30])
def test_the_queries_do_not_grow_with_the_newsroom(more, django_assert_num_queries):
    for number in range(1 + more):
        person = PersonFactory(name=f"Andi Karsina {'abcdefghij'[number % 10]}{number}")
        PersonAlias.objects.create(person=person, name=f"Karsina {number}")
        TenureFactory(person=person, post=PostFactory(title=f"Camat {number}"))
        OwnWord.objects.create(word=f"kata{number}")
        ArchiveWord.objects.create(word=f"kata{number}", stories=3)
        PlaceFactory(name=f"Lappabatu {number}", kind=PlaceKind.VILLAGE)
    PersonFactory(name="Andi Karsina")
    with django_assert_num_queries(QUERIES):
        Knowledge.load(TEXT)


def test_what_ships_needs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert proofread("Ia tingal.", knowledge=Knowledge.bare()) != []


def test_a_storys_words_are_counted_once_each_and_only_of_public_stories():
    story = ArticleFactory(
        is_public=True,
        headline="Tompolangi Ramai",
        standfirst="ramai",
        body="<p>Orang-orang ramai &amp; ramai</p><figure>x</figure>",
    )
    assert archive.add_story(story.pk)
    assert archive.add_story(ArticleFactory(is_public=True, headline="Ramai").pk)
    assert not archive.add_story(ArticleFactory(headline="Ramai").pk)
    assert not archive.add_story(0)
    counts = dict(ArchiveWord.objects.values_list("word", "stories"))
    assert {w: counts[w] for w in ("ramai", "tompolangi", "orang-orang", "orang")} == {
        "ramai": 2,
        "tompolangi": 1,
        "orang-orang": 1,
        "orang": 1,
    }


def test_counting_anew_forgets_what_is_no_longer_public():
    ArchiveWord.objects.create(word="hilang", stories=9)
    ArticleFactory(is_public=True, headline="Ramai")
    ArticleFactory(is_public=True, headline="Ramai", slug="ramai-lagi")
    ArticleFactory(is_withdrawn=True, headline="Ramai Hilang")
    steps = []
    assert archive.recount(steps.append) == 2
    assert steps == [1, 2]
    counts = dict(ArchiveWord.objects.values_list("word", "stories"))
    assert counts["ramai"] == 2
    assert "hilang" not in counts
