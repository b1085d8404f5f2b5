"""Headlines: where every word has a capital, a capital makes no name."""

import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from articles.copydesk.known import Known, KnownPerson, KnownPlace
from articles.copydesk.proofreading import proofread

STORIES = sorted((Path(settings.BASE_DIR) / "newsroom/demo/stories").glob("*.toml"))


def look(text, **known):
    return [(f.text, f.suggestion) for f in proofread(text, knowledge=Known(**known))]


@pytest.mark.parametrize(
    ("headline", "found"),
    [
        ("Warga Bulutellue Minta Ijin", [("Ijin", "Izin")]),
        ("Bupati Himbau Warga Urus Ijin Usaha", [("Himbau", "Imbau"), ("Ijin", "Izin")]),
        ("Wakil Bupati Resmikan Kwalitas Jalan", [("Kwalitas", "Kualitas")]),
        ("Pemrintah Sinjai Bagikan Bantuan", [("Pemrintah", "Pemerintah")]),
        ("PEMRINTAH SINJAI BAGIKAN BANTUAN", [("PEMRINTAH", "PEMERINTAH")]),
        ("Para Walikota Datang ke Sinjai", [("Walikota", "Wali Kota")]),
        ("Warga Minta Jalan di Buat Lebar", [("di Buat", "Dibuat")]),
        # The text below it does not change what a headline is.
        ("Warga Bulutellue Minta Ijin\nKota itu ramai.", [("Ijin", "Izin")]),
    ],
)
def test_a_headline_is_proofread_and_the_suggestion_has_its_capitals(headline, found):
    assert look(headline) == found


@pytest.mark.parametrize(
    "text",
    [
        "Andi Karsina Tompolangi\nUmar Rauf Tingal\nHasnawiah Lantera Resiko",
        "Hadir Andi Resiko Tompolangi dan Umar Putera.",
        "Bapak Resiko dan Ibu Putera hadir.",
        "DPRD DAN BAPPD SETUJU USULAN WARGA",
        "Andi Resiko",
        "Kepala Dinas Sosial Hasnawiah Lantara Bagikan Bantuan",
        "KEPALA DINAS PUPR SOFYAN BARRANG TINJAU JALAN",
        "Umar Putera Resmikan Kantor Desa",
    ],
)
def test_names_are_no_headline(text):
    assert look(text) == []


def test_what_is_known_as_a_name_is_one_in_a_headline_too():
    headline = "Pemrintah dan Ijin Bagikan Bantuan Warga"
    assert look(headline) == [("Pemrintah", "Pemerintah"), ("Ijin", "Izin")]
    people = (KnownPerson(1, "Andi Ijin", ("andi ijin",)),)
    assert look(headline, people=people, places=(KnownPlace("Pemrintah", "village"),)) == []


def test_behind_a_known_place_a_headline_goes_on():
    headline = "Bupati Bulutellue Bagikna Bantuan Warga"
    assert look(headline) == []
    places = (KnownPlace("Bulutellue", "district"),)
    assert look(headline, places=places) == [("Bagikna", "Bagikan")]
    assert look("Anggota DPRD Bagikna Bantuan Warga") == [("Bagikna", "Bagikan")]


def test_there_are_stories_to_try_it_on():
    assert len(STORIES) >= 60


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_the_headlines_of_the_stories_that_come_with_it_are_silent(story):
    headline = tomllib.loads(story.read_text("utf-8"))["headline"]
    assert look(headline) == []
    assert look(headline.upper()) == []
