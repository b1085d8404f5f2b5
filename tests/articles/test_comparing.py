"""What differs between two texts: exact, sensible to read, and fast."""

import itertools
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.comparing import blocks, items, text_of_html, words

MARK = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}


def marked(before: str, after: str) -> str:
    return "".join(MARK[piece.kind].format(piece.text) for piece in words(before, after))


def paragraphs(before: str, after: str) -> list[tuple[str, str]]:
    return [
        (block.kind, "".join(MARK[p.kind].format(p.text) for p in block.pieces))
        if block.kind == "changed"
        else (block.kind, block.text)
        for block in blocks(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ""),
        ("", "Rapat", "[+Rapat+]"),
        ("Rapat", "", "[-Rapat-]"),
        ("Rapat dibuka.", "Rapat dibuka.", "Rapat dibuka."),
        (
            "Bupati membuka rapat di Sinjai.",
            "Wakil bupati membuka rapat di Bone.",
            "[-Bupati-][+Wakil bupati+] membuka rapat di [-Sinjai-][+Bone+].",
        ),
        ("Pukul 14.05 WITA.", "Pukul 14.30 WITA.", "Pukul [-14.05-][+14.30+] WITA."),
        ("anak-anak hadir", "anak hadir semua", "[-anak-anak-][+anak+] hadir[+ semua+]"),
        ("Ia datang, lalu pulang.", "Ia datang lalu pulang.", "Ia datang[-,-] lalu pulang."),
        ("Satu\nDua", "Satu\nDua\nTiga", "Satu\nDua[+\nTiga+]"),
        ("Satu\nDua\nTiga", "Satu\nTiga", "Satu\n[-Dua\n-]Tiga"),
        ("  dua spasi", "dua spasi ", "[-  -]dua spasi[+ +]"),
        ("a <b>&amp; c d", "a <i>&amp; c d", "a <[-b-][+i+]>&amp; c d"),
    ],
)
def test_whole_words_are_marked_and_punctuation_stands_apart(before, after, expected):
    assert marked(before, after) == expected


def test_scattered_little_words_that_stayed_are_no_confetti():
    before = "Kegiatan itu dihadiri para kepala dinas dan camat se-kabupaten, kata panitia di gedung serbaguna itu kemarin."
    after = "Acara tersebut diikuti puluhan guru honorer dan siswa sekolah dasar, kata panitia di gedung serbaguna itu kemarin."
    assert [piece.text for piece in words(before, after)] == [
        "Kegiatan itu dihadiri para kepala dinas dan camat se-kabupaten",
        "Acara tersebut diikuti puluhan guru honorer dan siswa sekolah dasar",
        ", kata panitia di gedung serbaguna itu kemarin.",
    ]


def test_a_paragraph_that_shares_little_with_the_other_is_removed_and_added():
    before = "Pembuka tetap.\nHujan deras membuat jalan di kota itu tergenang.\nPenutup tetap."
    after = "Pembuka tetap.\nBupati meresmikan gedung baru di hadapan warga.\nPenutup tetap."
    assert paragraphs(before, after) == [
        ("same", "Pembuka tetap."),
        ("removed", "Hujan deras membuat jalan di kota itu tergenang."),
        ("added", "Bupati meresmikan gedung baru di hadapan warga."),
        ("same", "Penutup tetap."),
    ]


def test_a_paragraph_that_came_between_two_that_changed_a_little_stands_alone():
    before = "Satu dua tiga empat lima.\nEnam tujuh delapan sembilan sepuluh."
    after = (
        "Satu dua tiga empat enam puluh.\nSebuah kalimat lain.\nEnam tujuh delapan sembilan belas."
    )
    assert paragraphs(before, after) == [
        ("changed", "Satu dua tiga empat [-lima-][+enam puluh+]."),
        ("added", "Sebuah kalimat lain."),
        ("changed", "Enam tujuh delapan sembilan [-sepuluh-][+belas+]."),
    ]


def test_a_paragraph_that_was_divided_or_joined_says_where():
    whole = "Rapat dibuka pagi itu. Peserta datang dari sembilan kecamatan."
    divided = "Rapat dibuka pagi itu.\nPeserta datang dari sembilan kecamatan."
    assert paragraphs(whole, divided) == [
        ("changed", "Rapat dibuka pagi itu.[- -][+¶+]"),
        ("same", "Peserta datang dari sembilan kecamatan."),
    ]
    assert paragraphs(divided, whole) == [
        ("changed", "Rapat dibuka pagi itu.[-¶-][+ +]Peserta datang dari sembilan kecamatan.")
    ]


def test_paragraphs_that_came_and_went_at_either_end_are_whole():
    assert paragraphs("Satu\nDua", "Dua\nTiga empat") == [
        ("removed", "Satu"),
        ("same", "Dua"),
        ("added", "Tiga empat"),
    ]
    assert paragraphs("", "Satu\nDua") == [("added", "Satu"), ("added", "Dua")]


def test_the_text_of_html_keeps_paragraphs_as_lines_and_nothing_that_could_run():
    html = "<h2>Judul &amp; isi</h2><p>Satu <strong>dua</strong></p><script>x()</script><ul><li>a</li><li>b</li></ul>"
    assert text_of_html(html) == "Judul & isi\nSatu dua\na\nb"
    assert text_of_html("<table><tr><td>a</td><td>b</td></tr></table>") == "a b"
    assert text_of_html("") == ""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [], []),
        (["a", "b"], ["a", "b"], [("same", "a"), ("same", "b")]),
        (["a", "b"], ["a", "c"], [("same", "a"), ("removed", "b"), ("added", "c")]),
        (["a", "b", "c"], ["c", "a", "b"], [("moved", "c"), ("same", "a"), ("same", "b")]),
        (["a", "a"], ["a"], [("same", "a"), ("removed", "a")]),
        (
            ["Sanneng, Camat Tellulimpoe"],
            ["Rahma", "Sanneng, Sekcam Tellulimpoe"],
            [("added", "Rahma"), ("changed", "Sanneng, Sekcam Tellulimpoe")],
        ),
    ],
)
def test_lists_are_compared_by_entry(before, after, expected):
    assert [(line.kind, line.text) for line in items(before, after)] == expected


def test_a_changed_entry_says_which_words():
    (line,) = items(["Sanneng, Camat Tellulimpoe"], ["Sanneng, Sekcam Tellulimpoe"])
    assert [(p.kind, p.text) for p in line.pieces] == [
        ("same", "Sanneng, "),
        ("removed", "Camat"),
        ("added", "Sekcam"),
        ("same", " Tellulimpoe"),
    ]


text_of_few_words = st.text(alphabet=st.sampled_from("ab .\n,"), max_size=60)


@given(text_of_few_words | st.text(max_size=60), text_of_few_words | st.text(max_size=60))
def test_the_pieces_are_both_texts_whatever_they_are(before, after):
    pieces = words(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after
    assert all(p.text for p in pieces)
    kinds = [p.kind for p in pieces]
    assert all(a != b for a, b in itertools.pairwise(kinds))
    assert "added removed" not in " ".join(kinds)


@given(text_of_few_words, text_of_few_words)
def test_the_paragraphs_hold_every_word_of_both_texts(before, after):
    shown = blocks(before, after)
    for kind, text in (("added", before), ("removed", after)):
        there = "".join(p.text for b in shown for p in b.pieces if p.kind != kind)
        assert there.replace("¶", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")


entries = st.lists(st.sampled_from(["a", "b", "c d", "c e", "c d e"]), max_size=8)


@given(entries, entries)
def test_a_list_keeps_its_entries_in_their_new_order(before, after):
    lines = items(before, after)
    assert [line.text for line in lines if line.kind != "removed"] == after
    gone = [line for line in lines if line.kind in ("removed", "same", "moved", "changed")]
    assert len(gone) == len(before)


def long_text(count: int, seed: int = 1) -> str:
    chance = random.Random(seed)
    known = [f"kata{n}" for n in range(3000)]
    said = [known[min(int(chance.paretovariate(0.7)) - 1, 2999)] for _ in range(count)]
    return "\n".join(" ".join(said[n : n + 60]) + "." for n in range(0, count, 60))


def with_every_paragraph_touched(text: str) -> str:
    chance = random.Random(2)
    lines = [line.split(" ") for line in text.split("\n")]
    for line in lines:
        line[chance.randrange(len(line))] = "lain"
        del line[chance.randrange(len(line))]
    return "\n".join(" ".join(line) for line in lines)


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(lambda: (long_text(20_000), long_text(20_000, 9)), id="nothing in common"),
        pytest.param(
            lambda: (long_text(20_000), with_every_paragraph_touched(long_text(20_000))),
            id="each paragraph touched",
        ),
        pytest.param(lambda: ("a " * 20_000, "a b " * 10_000), id="two words"),
        pytest.param(lambda: ("a\nb\n" * 10_000, "b\nb\na\n" * 7_000), id="short lines"),
        pytest.param(
            lambda: (long_text(20_000).replace("\n", " "), long_text(20_000, 9).replace("\n", " ")),
            id="one paragraph",
        ),
        pytest.param(
            lambda: (
                " ".join(f"x{n} y{n} k{n}" for n in range(6700)),
                " ".join(f"a{n} b{n} k{n}" for n in range(6700)),
            ),
            id="every third word stayed",
        ),
        pytest.param(lambda: ("x" * 500_000, "y" * 500_000), id="one word"),
        pytest.param(lambda: (". , " * 10_000, ", , . " * 7_000), id="punctuation"),
    ],
)
def test_twenty_thousand_words_take_no_longer_than_a_blink(pair):
    before, after = pair()
    began = time.process_time()
    shown = blocks(before, after)
    assert time.process_time() - began < 1.5
    assert shown
