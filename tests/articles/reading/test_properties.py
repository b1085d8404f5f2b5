"""What holds for every text, sensible or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.reading import read, read_list
from articles.reading.page import prepare
from articles.reading.tokens import sentences, tokenise

# Pieces that make the rules work: titles, marks, verbs, offices, and what breaks parsers.
PIECES = st.sampled_from(
    "Hj. A. H. Drs. AKBP Letkol Inf. Andi Budi Yusuf S.E. M.Si. SE MM , ; . : ( ) - “ ” \" ' ’ • 1. 2) "
    "Bupati Ketua DPRD Kepala Dinas Plt. perwakilan para 150 puluhan dan serta dihadiri oleh didampingi "
    "hadir turut mewakili diwakili yang selaku kata ujarnya menurut mengatakan bahwa istri SINJAI KEPALA "
    "\n \r\n \x00 <p> </li> &nbsp; \ud800 \u202e 😀 ı İ ß é ﬁ ١٢ ² (45) - – Desa Kecamatan".split(
        " "
    )
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join))


@pytest.mark.parametrize("reader", [read, read_list])
@given(text=TEXTS)
def test_reading_never_raises_and_its_places_are_true(reader, text):
    end = 0
    for mention in reader(text):
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.start >= end, "overlapping or out of order"
        end = mention.end
        if mention.kind == "person":
            assert text[mention.start : mention.end] == mention.name != ""
        else:
            assert mention.name == ""
        assert mention.capacity in {"attended", "quoted", "mentioned", "organiser"}


@given(text=TEXTS)
def test_reading_twice_gives_the_same(text):
    assert read(text) == read(text)


@given(text=TEXTS)
def test_words_and_sentences_cover_the_text_in_order(text):
    tokens = tokenise(text)
    assert [text[token.start : token.end] for token in tokens] == [token.text for token in tokens]
    assert sorted(tokens, key=lambda token: token.start) == tokens
    bounds = list(sentences(text, tokens))
    assert [i for begin, end in bounds for i in range(begin, end)] == list(range(len(tokens)))


@given(text=TEXTS)
def test_a_page_keeps_the_length_of_its_text(text):
    page = prepare(text)
    assert page.text == text
    assert len(page.tokens) == len(page.low) == len(page.labels) == len(page.sentence_of)


@pytest.mark.parametrize(
    "text",
    [
        "A" * 100_000,
        "A " * 50_000,
        "A." * 50_000,
        "," * 100_000,
        '"' * 100_000,
        "”," * 50_000,
        "( " * 50_000,
        "<" * 100_000,
        "<p" * 50_000,
        "Andi " * 20_000,
        "Ketua " * 20_000,
        "Ketua DPRD, " * 10_000,
        "dihadiri " * 12_000,
        "mewakili " * 12_000,
        "diwakili " * 12_000,
        "Bupati dan " * 10_000,
        "H. " * 33_000,
        "S.E., " * 17_000,
        "katanya " * 12_000,
        "Andi Budi, " * 9_000,
        "dihadiri Andi Budi, S.E., " * 4_000,
        "1. " * 33_000,
        "-" * 100_000,
        "\n" * 100_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_long_monotone_text_is_read_like_any_other(text):
    """Rules that look back or ahead without end would take hours here."""
    for reader in (read, read_list):
        for mention in reader(text):
            assert text[mention.start : mention.end]


def test_half_a_character_and_control_characters_are_spaces():
    text = "kata \ud800Budi\x00 Santoso\x07"
    assert [text[m.start : m.end] for m in read(text)] == ["Budi\x00 Santoso"]


def test_the_tags_of_a_pasted_page_are_no_words_and_offsets_stay():
    text = "<p>Rapat dihadiri <b>Bupati</b> Andi&nbsp;Seto, S.H.</p><p>Selesai</p>"
    (mention,) = read(text)
    assert text[mention.start : mention.end] == mention.name == "Andi&nbsp;Seto, S.H."


def test_a_text_of_a_megabyte_is_read():
    sentence = (
        "Rapat dihadiri Ketua DPRD Bone Andi Budi, S.E., dan para camat. “Siap,” kata Andi Budi. "
    )
    text = sentence * 12_000
    assert read(text)
