"""Mentions of one text joined: nobody is lost, whatever the names are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.people.abbreviations import in_full, spellings, words_of
from articles.people.alike import is_a_letter_off
from articles.people.joining import STRENGTH, in_mixed_case, joined, office_of
from articles.people.names import name_key
from tests.articles.people.reading import Mention, in_order

WORDS = st.sampled_from(["Andi", "Karsina", "A.", "Hj.", "Yusuf", "KARSINA", "S.E.", "Baso", ","])
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
MENTIONS = st.builds(
    Mention,
    name=NAMES,
    role=st.sampled_from(["", "Camat", "Wakil Bupati", "Wabup"]),
    capacity=st.sampled_from(STRENGTH),
)


@given(st.lists(MENTIONS, max_size=8))
def test_every_word_of_every_name_stands_in_somebody(mentions):
    found = joined(in_order(*mentions), "")
    words = {word for mention in mentions for word in name_key(mention.name).split()}
    assert {word for read in found for word in read.words} == words
    assert [read.start for read in found] == sorted(read.start for read in found)


@given(st.lists(MENTIONS, min_size=1, max_size=8))
def test_the_strongest_capacity_is_kept(mentions):
    found = joined(in_order(*mentions), "")
    named = [m for m in mentions if name_key(m.name)]
    if named:
        strongest = min((m.capacity for m in named), key=STRENGTH.index)
        assert strongest in {read.capacity for read in found}


@given(st.text(max_size=60))
def test_a_name_in_capitals_keeps_its_words(name):
    assert words_of(in_mixed_case(name.upper())) == words_of(name.upper())


@given(st.text(alphabet="abcde", max_size=8), st.text(alphabet="abcde", max_size=8))
def test_a_letter_off_goes_both_ways(one, other):
    assert is_a_letter_off(one, other) is is_a_letter_off(other, one)


def test_a_word_that_role_and_institution_share_stands_once():
    mention = Mention(role="Ketua DPRD", organisation="DPRD Sinjai", acting="Plt.")
    assert office_of(mention) == "Plt. Ketua DPRD Sinjai"


def test_short_forms_and_full_forms_are_spellings_of_each_other():
    assert in_full(["kadis", "sosial"]) == ["kepala", "dinas", "sosial"]
    assert spellings(["wabup"]) == {"wabup", "wakil bupati"}
    assert "wabup sinjai" in spellings(["wakil", "bupati", "sinjai"])


@pytest.mark.parametrize(
    ("capitals", "printed"),
    [
        ("HJ. ANDI KARSINA, S.SOS., M.SI.", "Hj. Andi Karsina, S.Sos., M.Si."),
        ("dr. UMAR BAKRI, SP.OG", "dr. Umar Bakri, Sp.OG"),
    ],
)
def test_a_name_in_capitals_gets_its_degrees_as_they_are_printed(capitals, printed):
    assert in_mixed_case(capitals) == printed
