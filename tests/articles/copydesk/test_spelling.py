"""Which words are doubted, and above all which are not."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.copydesk.findings import SPELLING
from articles.copydesk.known import Known
from articles.copydesk.proofreading import proofread
from articles.copydesk.spelling import slips
from articles.letters import one_slip_apart


def look(text, **known):
    return [(f.text, f.suggestion) for f in proofread(text, knowledge=Known(**known))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Warga mengatkan hal itu.", ("mengatkan", "mengatakan")),
        ("Pemerintah akan membangn jalan.", ("membangn", "membangun")),
        ("Ia tingal di kota.", ("tingal", "tinggal")),
        ("Mereka menignkatkan mutu.", ("menignkatkan", "meningkatkan")),
        ("Kegiatan ini dilaksanakam kemarin.", ("dilaksanakam", "dilaksanakan")),
        ("Kegiiatan itu selesai.", ("Kegiiatan", "Kegiatan")),
        ("Katanya, “msayarakat senang.”", ("msayarakat", "masyarakat")),
        ("Ini untk warga.", ("untk", "untuk")),
        ("Para orang-oramg datang.", ("oramg", "orang")),
        ("Di sana pelayanannnya baik.", ("pelayanannnya", "pelayanannya")),
    ],
)
def test_a_slip_is_found_with_the_word_that_was_meant(text, found):
    assert look(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Bupati membuka musyawarah perencanaan pembangunan di aula kantor camat.",
        "Ketidakhadirannya dipertanyakan; pertanggungjawabannya belum disampaikan.",
        "Anak-anak berlari-lari, tembak-menembak terdengar, kemerah-merahan langitnya.",
        "Temui Tompolangi di Lappabatu bersama Karsina.",
        "Kata Karsina Tompolangi, acara itu meriah.",
        "Surat ke redaksi@tompolangi.example, www.tompolangi.example atau tompolangi.go.id.",
        "Ikuti #sinjaibersoih dan @tompolangii di medsos.",
        "Nomor B4ndung dan HUT ke-79 RI tahun 2024.",
        "DPRD dan BAPPEDLA menyetujui APBDP.",
        "Mereka meeting online untuk update software.",
        "“Aga kareba, magello ji siaga dettia,” tuturnya dalam bahasa Bugis.",
        "Makan kapurung dan barongko bersama pallubasa.",
        "",
        "   \n\t ",
    ],
)
def test_correct_text_is_silent(text):
    assert look(text) == []


def test_a_word_of_the_archive_is_never_flagged():
    assert look("Ada mengatkan.") == [("mengatkan", "mengatakan")]
    assert look("Ada mengatkan.", words=frozenset({"mengatkan"})) == []


def test_a_word_of_the_house_is_never_flagged():
    assert look("Ada tingal di sini.", own=frozenset({"tingal"})) == []


def test_a_name_that_stands_inside_a_sentence_is_a_name_at_its_beginning_too():
    assert look("Di sana Tingal bicara. Tingal pulang.") == []


def test_a_capitalised_word_before_a_name_is_part_of_it():
    assert look("Tingal Karsina pulang.") == []


def test_a_turned_off_line_of_the_table_is_no_misspelling_either():
    assert look("Luasnya dua hektar.", forms={}) == []
    assert look("Ia minta ijin.", forms={}) == []


LETTERS = "abcdefghijklmnopqrstuvwxyz"


@given(st.text(alphabet=LETTERS, min_size=1, max_size=12))
def test_every_slip_is_one_slip_away(word):
    others = {other for other, _chance in slips(word)}
    assert word not in others
    assert all(one_slip_apart(word, other) for other in others)
    assert all(0 < chance <= 1 for _other, chance in slips(word))


@given(st.text(alphabet=LETTERS, max_size=8), st.text(alphabet=LETTERS, max_size=8))
def test_one_slip_apart_is_the_same_from_both_sides(one, other):
    assert one_slip_apart(one, other) == one_slip_apart(other, one)


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            "mengatkan dirumah di lakukan ijin Rp. 10.000 se Indonesia “kata” Bupati Andi – — . ,"
            " \n - ' ’ tingal pasca panen resikonya orang-orang".split(" ")
        ),
        st.text(max_size=12),
    ),
    max_size=40,
)


@given(PIECES)
def test_findings_say_where_they_are_and_never_overlap(pieces):
    text = " ".join(pieces)
    found = proofread(text, knowledge=Known())
    assert all(text[f.start : f.end] == f.text for f in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@given(PIECES)
def test_a_replaced_misspelling_is_not_found_again(pieces):
    text = " ".join(pieces)
    found = [f for f in proofread(text, knowledge=Known()) if f.kind == SPELLING]
    for finding in reversed(found):
        text = text[: finding.start] + finding.suggestion + text[finding.end :]
    again = {f.text for f in proofread(text, knowledge=Known()) if f.kind == SPELLING}
    assert not again & {f.suggestion for f in found}


def test_the_time_is_linear_in_the_text():
    sentence = "Bupati Andi Karsina mengatkan bahwa ijin itu di rubah dirumah warga se Indonesia. "
    # Five findings once; "mengatkan", two thousand times, is meant.
    assert len(proofread(sentence, knowledge=Known())) == 5
    assert len(proofread(sentence * 2_000, knowledge=Known())) == 8_000
    for blob in ("a" * 300_000, "a-" * 150_000, "A. " * 100_000, "Rp." * 100_000, "@" * 300_000):
        proofread(blob, knowledge=Known())


def test_a_text_full_of_unknown_words_costs_little_more_for_each():
    letters = "bcdfghjklmnpqrstvwxyz"
    unknown = [f"q{a}{b}o{c}wuxa" for a in letters for b in letters for c in letters[:10]]
    text = ". ".join(f"Warga itu di kota {word}" for word in unknown)
    began = time.process_time()
    proofread(text, knowledge=Known())
    assert len(unknown) == 4410
    # Deeply, each would take some 20 ms.
    assert time.process_time() - began < 20


def test_a_slip_that_comes_twice_is_still_one():
    text = "Menurut dia, pemeritah siap. Warga menunggu pemeritah."
    assert look(text) == [("pemeritah", "pemerintah")] * 2


def test_an_unknown_word_that_comes_again_and_again_is_meant():
    once = "Ia membawa tenur ke pasar."
    assert look(once) == [("tenur", "telur")]
    assert look(" ".join([once] * 6)) == []
