"""How words are taken apart, and which belong to one family."""

import pytest

from articles.copydesk import lexicon, morphology


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("menulis", "tulis"),
        ("penanaman", "tanam"),
        ("memukul", "pukul"),
        ("menyapu", "sapu"),
        ("mengirim", "kirim"),
        ("mengambil", "ambil"),
        ("membeli", "beli"),
        ("melihat", "lihat"),
        ("mengecek", "cek"),
        ("pengeboman", "bom"),
        ("bekerja", "kerja"),
        ("beroda", "roda"),
        ("berhasil", "hasil"),
        ("keberhasilan", "hasil"),
        ("ketidakpastian", "pasti"),
        ("mempertanyakan", "tanya"),
        ("memberdayakan", "daya"),
        ("menyetujui", "tuju"),
        ("dikemukakan", "muka"),
        ("kepemimpinannya", "pimpin"),
        ("berpendapat", "dapat"),
        ("sebaiknya", "baik"),
        ("ditulislah", "tulis"),
        ("bukuku", "buku"),
        ("kuambil", "ambil"),
        ("memproses", "proses"),
        ("memfasilitasi", "fasilitas"),
    ],
)
def test_a_word_may_be_made_of_its_root(word, root):
    assert root in {found for found, _frame in morphology.derivations(word)}


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("menulisan", "tulis"),  # meN-…-an does not exist
        ("ditulisan", "tulis"),
        ("menkirim", "kirim"),  # the k is lost
    ],
)
def test_a_word_is_not_made_against_the_rules(word, root):
    assert root not in {found for found, _frame in morphology.derivations(word)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("menanam", "penanaman"),
        ("bekerja", "pekerjaan"),
        ("tertulis", "tulisannya"),
        ("diresmikan", "peresmian"),
        ("bantuan", "membantu"),
    ],
)
def test_one_family_has_one_stem(one, other):
    assert lexicon.stem(one) == lexicon.stem(other)


@pytest.mark.parametrize(
    "word",
    "antarwarga pascabencana nonpemerintah multifungsi prasejarah antikorupsi".split(),
)
def test_words_behind_a_bound_element_are_known(word):
    assert lexicon.root_strength(word) > 0 or lexicon.shipped().is_listed(word)
