"""Names, offices, places, clocks and headlines, against what is known. No database."""

import datetime
import itertools
import time

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from articles.copydesk.findings import RegisterLine, StoryFacts
from articles.copydesk.known import Known, KnownPerson, KnownPlace, Office
from articles.copydesk.proofreading import proofread

DAY = datetime.date(2024, 5, 5)
EDUCATION = Office(
    "Kepala Dinas Pendidikan",
    "Kepala Dinas Pendidikan",
    ("Dinas Pendidikan Kabupaten Tompolangi", "Disdik"),
    datetime.date(2024, 1, 1),
)
REGENT = Office(
    "Bupati",
    "Bupati",
    ("Pemerintah Kabupaten Tompolangi",),
    datetime.date(2018, 1, 1),
    datetime.date(2023, 9, 25),
)
ACTING = Office("Plt. Camat Lappabatu", "Camat Lappabatu", (), datetime.date(2024, 1, 1))
KARSINA = KnownPerson(1, "Dra. Hj. Andi Karsina, M.Si.", ("andi karsina",), (EDUCATION,))
PALINRUNGI = KnownPerson(2, "Nurhayati Palinrungi", ("nurhayati palinrungi",), (REGENT,))
UMAR = KnownPerson(3, "Umar Dg. Tata", ("umar dg tata",), (ACTING,))
PLACES = (
    KnownPlace("Tompolangi", "regency", "Asia/Makassar"),
    KnownPlace("Lappabatu", "village", "Asia/Makassar"),
    KnownPlace("Sulawesi Selatan", "province", "Asia/Makassar"),
    KnownPlace("Jakarta", "province", "Asia/Jakarta"),
    KnownPlace("Solok", "city", "Asia/Jakarta"),
)
KNOWN = Known(people=(KARSINA, PALINRUNGI, UMAR), places=PLACES)
FACTS = StoryFacts(day=DAY)


def look(text, kind, known=KNOWN, story=FACTS):
    found = proofread(text, knowledge=known, story=story)
    return [(f.text, f.suggestion) for f in found if f.kind == kind]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hadir pula Andi Karsena di sana.", ("Andi Karsena", "Andi Karsina")),
        ("Kata Nurhayati Palinrugi, itu baik.", ("Nurhayati Palinrugi", "Nurhayati Palinrungi")),
        ("Kata Nurhayti Palinrungi, itu baik.", ("Nurhayti Palinrungi", "Nurhayati Palinrungi")),
        ("Hadir ANDI KARSIAN hari itu.", ("ANDI KARSIAN", "ANDI KARSINA")),
    ],
)
def test_a_name_one_letter_from_a_known_person_is_offered_the_known_spelling(text, found):
    assert look(text, "name") == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Hadir Dra. Hj. Andi Karsina, M.Si. dan Nurhayati Palinrungi.",
        "Hadir Andi Karsono Putra.",
        "Hadir Karsena.",
        "Jalan raya menuju kota.",
    ],
)
def test_other_names_are_silent(text):
    assert look(text, "name") == []


TENRIOLA = KnownPerson(4, "Andi Tenriola Patawari", ("andi tenriola patawari", "tenriola"))
HASNAWIAH = KnownPerson(5, "Hasnawiah Lantara", ("hasnawiah lantara", "hasnawiah"))
SRI = KnownPerson(6, "Sri Wahyuni Mappasena", ("sri wahyuni mappasena", "sri wahyuni"))


@pytest.mark.parametrize(
    ("printed", "right"),
    [
        ("Andi Tenriola Patawarri", "Andi Tenriola Patawari"),
        ("Hasnawiah Lantera", "Hasnawiah Lantara"),
        ("Sri Wahyuni Mappasona", "Sri Wahyuni Mappasena"),
    ],
)
def test_a_short_name_that_is_right_does_not_hide_the_long_one_that_is_not(printed, right):
    known = Known(people=(TENRIOLA, HASNAWIAH, SRI))
    assert look(f"Hadir Hj. {printed}, M.Si. di sana.", "name", known) == [
        (f"Hj. {printed}", f"Hj. {right}")
    ]
    assert look(f"Hadir {right}, lalu Hasnawiah, Tenriola dan Sri Wahyuni.", "name", known) == []


def test_a_name_that_is_right_is_not_looked_at_together_with_its_neighbours():
    known = Known(
        people=(
            KnownPerson(1, "Andi Karsina", ("andi karsina",)),
            KnownPerson(2, "Karsina Tompolangu", ("karsina tompolangu",)),
        )
    )
    assert look("Hadir Andi Karsina Tompolangi.", "name", known) == []


def test_two_known_people_with_names_one_letter_apart_are_both_right():
    rahma = KnownPerson(1, "Andi Rahma", ("andi rahma",))
    rahmi = KnownPerson(2, "Andi Rahmi", ("andi rahmi",))
    known = Known(people=(rahma, rahmi))
    assert look("Hadir Andi Rahma dan Andi Rahmi.", "name", known) == []
    # Either may be meant: nothing is offered.
    assert look("Hadir Andi Rahmu.", "name", known) == []


def test_a_name_that_the_register_has_is_right_as_it_is():
    line = RegisterLine(None, "Hj. Andi Karsena, S.E.")
    story = StoryFacts(day=DAY, register=(line, RegisterLine(None, "Tingal")))
    text = "Tingal hadir. Hadir pula Andi Karsena."
    assert look(text, "name") == [("Andi Karsena", "Andi Karsina")]
    assert proofread(text, knowledge=KNOWN, story=story) == []


def test_names_that_differ_in_a_short_word_are_other_people():
    known = Known(people=(KnownPerson(1, "Adi Palinrungi", ("adi palinrungi",)),))
    assert look("Hadir Ali Palinrungi.", "name", known) == []
    assert look("Hadir A. Palinrungi.", "name", known) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Kepala Dinas Kesehatan dr. Hj. Andi Karsina, M.Si. hadir.",
            ("Kepala Dinas Kesehatan", "Kepala Dinas Pendidikan"),
        ),
        (
            "Acara dibuka Andi Karsina, Kepala Dinas Kesehatan, kemarin.",
            ("Kepala Dinas Kesehatan", "Kepala Dinas Pendidikan"),
        ),
        ("Kegiatan dibuka Camat Bontoramba Umar Dg. Tata.", ("Camat Bontoramba", ACTING.title)),
        # The office has ended, and no other is known: nothing is offered.
        ("Bupati Tompolangi Nurhayati Palinrungi hadir.", ("Bupati Tompolangi", "")),
    ],
)
def test_an_office_that_differs_from_the_tenure_is_found(text, found):
    assert look(text, "office") == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Kepala Dinas Pendidikan Andi Karsina hadir.",
        "Kadis Pendidikan Tompolangi Andi Karsina hadir.",
        "Plt. Camat Lappabatu Umar Dg. Tata hadir.",
        "Mantan Bupati Nurhayati Palinrungi hadir.",
        "Calon Bupati Nurhayati Palinrungi hadir.",
        "Ketua Panitia Andi Karsina hadir.",  # beside the known office
        "Bupati dan Kepala Dinas Pendidikan Andi Karsina hadir.",
        "Bupati Somba Opu hadir.",
        "Menurut Andi Karsina, Bupati sudah tahu.",
        # A rank belongs to the name, and the sentence before is another one.
        "Kepala Dinas Pendidikan AKBP Andi Karsina hadir.",
        "Bupati Sinjai Ratnawati membuka acara itu di aula. Hadir pula Puang Andi Karsina.",
        "Bersama Bupati Umar Rauf. Kepala Dinas Pendidikan Andi Karsina hadir.",
    ],
)
def test_an_office_that_fits_or_may_be_held_beside_is_silent(text):
    assert look(text, "office") == []


def test_an_office_is_that_of_the_day_of_the_event():
    text = "Bupati Tompolangi Nurhayati Palinrungi hadir."
    assert look(text, "office", story=StoryFacts(day=datetime.date(2020, 1, 1))) == []
    assert look(text, "office", story=StoryFacts(day=datetime.date(2023, 9, 25))) == []
    assert look(text, "office", story=StoryFacts(day=datetime.date(2023, 9, 26))) != []


@pytest.mark.parametrize(
    ("begins", "reason"),
    [
        (
            "6 May 2024",
            "Andi Karsina holds this office only from 6 May 2024, after the day of the event.",
        ),
        ("", "Andi Karsina did not hold this office yet on the day of the event."),
    ],
)
def test_an_office_that_had_not_begun_is_found(begins, reason):
    office = Office(
        "Camat Lappabatu", "Camat Lappabatu", (), datetime.date(2024, 5, 6), None, begins
    )
    known = Known(people=(KnownPerson(1, "Andi Karsina", ("andi karsina",), (office,)),))
    text = "Camat Lappabatu Andi Karsina hadir."
    (found,) = proofread(text, knowledge=known, story=FACTS)
    assert (found.text, found.kind, found.suggestion) == ("Camat Lappabatu", "office", "")
    with translation.override("en"):
        assert str(found.reason) == reason
    next_day = StoryFacts(day=datetime.date(2024, 5, 6))
    assert proofread(text, knowledge=known, story=next_day) == []
    assert look("Calon Camat Lappabatu Andi Karsina hadir.", "office", known) == []


def test_somebody_without_a_known_office_is_silent():
    known = Known(people=(KnownPerson(1, "Andi Karsina", ("andi karsina",)),))
    assert look("Bupati Andi Karsina hadir.", "office", known) == []


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("TOMPOLANGGI – Warga hadir.", "dateline", ("TOMPOLANGGI", "TOMPOLANGI")),
        ("TOMPLOANGI, KABAR — Warga hadir.", "dateline", ("TOMPLOANGI", "TOMPOLANGI")),
        ("Warga Desa Lapabatu hadir.", "place", ("Lapabatu", "Lappabatu")),
        ("Di Kabupaten Tompolangy ramai.", "place", ("Tompolangy", "Tompolangi")),
        ("Di Provinsi Sulawesi Selatn.", "place", ("Sulawesi Selatn", "Sulawesi Selatan")),
    ],
)
def test_a_place_that_the_gazetteer_nearly_has_is_offered(text, kind, found):
    assert look(text, kind) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "TOMPOLANGI – Warga hadir.",
        "BONTORAMBA – Warga hadir.",  # unknown, and nothing near
        "Di Kota Solo ramai.",  # too short to tell
        "Warga Desa Lappabatu dan Desa Bontoramba hadir.",
        "Kota Tua dan Desa Wisata ramai.",
        "Warga Kabupaten Tompolangi Utara hadir.",
    ],
)
def test_known_places_and_those_near_nothing_are_silent(text):
    assert look(text, "dateline") == []
    assert look(text, "place") == []


@pytest.mark.parametrize("zone", ["WIB", "WIT", "Wib"])
def test_a_time_with_another_zone_than_the_places_is_found(zone):
    text = f"TOMPOLANGI – Acara mulai pukul 09.00 {zone}."
    assert look(text, "zone") == [(zone, "WITA" if zone.isupper() else "Wita")]


def test_the_zone_is_that_of_the_storys_place_first():
    story = StoryFacts(place="Jakarta", zone="Asia/Jakarta")
    text = "TOMPOLANGI – Acara mulai pukul 09.00-10.30 WITA."
    assert look(text, "zone", known=Known(), story=story) == [("WITA", "WIB")]


@pytest.mark.parametrize(
    "text",
    [
        "TOMPOLANGI – Acara mulai pukul 09.00 WITA.",
        "TOMPOLANGI – Siaran dari Jakarta mulai pukul 09.00 WIB.",  # that place's clock
        "Acara mulai pukul 09.00 WIB.",  # no place
        "TOMPOLANGI – Pukul 09.00. WIB adalah singkatan.",
    ],
)
def test_a_right_zone_is_silent(text):
    assert look(text, "zone") == []


BODY = (
    "TOMPOLANGI – Pemerintah Kabupaten Tompolangi memulai penanaman bakau di pesisir bersama warga "
    "kemarin. Dewan Perwakilan Rakyat Daerah mendukung. Pohon itu dirawat sekolah setiap pekan."
)


@pytest.mark.parametrize(
    ("headline", "words"),
    [
        ("Pemkab Tompolangi Menanam Mangga", ["Mangga"]),
        ("Pemkab Tompolangi Menanam Bakau", []),
        ("DPRD Dukung Perawatan Pohon", []),
        ("Warga dan Polisi Tanam Bakau", ["Polisi"]),
        # Verbs and words that claim nothing are chosen freely.
        ("Inilah yang Perlu Anda Tahu", []),
        ("Bupati Tinjau, Resmikan, dan Puji Pohon Bakau", ["Bupati"]),
        ("Pohon Bakau Segera Menjadi Hutan Lindung", ["Hutan"]),
    ],
)
def test_a_word_of_the_headline_that_no_text_has_is_found(headline, words):
    found = proofread(BODY, knowledge=KNOWN, story=StoryFacts(headline=headline))
    shown = [f for f in found if f.kind == "headline"]
    assert [f.text for f in shown] == words
    assert all(headline[f.start : f.end] == f.text for f in shown)


def test_a_word_of_the_headline_may_stand_in_the_standfirst():
    story = StoryFacts(headline="Menanam Mangga", standfirst="Mangga ditanam juga.")
    assert look(BODY, "headline", story=story) == []


def test_a_headline_without_a_text_is_silent():
    assert look("Baru mulai.", "headline", story=StoryFacts(headline="Menanam Mangga")) == []


@given(
    st.lists(
        st.sampled_from(
            "Kepala Dinas Kesehatan dr. Hj. Andi Karsina Karsena , M.Si. Plt. Camat Umar Dg. Tata "
            "TOMPOLANGGI – \n Desa Lapabatu pukul 09.00 WIB ( ) Bupati dan “ ” kata . A.".split(" ")
        ),
        max_size=30,
    )
)
def test_findings_of_any_mixture_say_where_they_are(words):
    text = " ".join(words)
    found = proofread(text, knowledge=KNOWN, story=FACTS)
    assert all(text[f.start : f.end] == f.text for f in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(str(f.reason) for f in found)


@pytest.mark.parametrize(
    "piece",
    [
        "A. ",
        "Hadir Andi Karsina. ",
        "Hadir Andi Karsena. ",
        "Andi Karsina, " + "A." * 120 + "x ",
        "Desa Lapabatux ",
        "09.00 WIB ",
        "Plt. Kepala ",
    ],
    ids=["initials", "names", "slips", "degrees", "places", "times", "offices"],
)
def test_the_time_is_linear_in_any_text(piece):
    began = time.process_time()
    proofread("TOMPOLANGI – " + piece * (100_000 // len(piece)), knowledge=KNOWN, story=FACTS)
    assert time.process_time() - began < 8
