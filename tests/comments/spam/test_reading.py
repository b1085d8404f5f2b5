"""Which words of a comment were disguised, and how."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.spam.reading import (
    CAPITALS,
    LEET,
    MARK,
    MIXED,
    NUMBERED,
    PLAIN,
    SPACED,
    STYLED,
    read,
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(word.text, word.kind) for word in read(text).words]


@pytest.mark.parametrize(
    ("written", "word", "kind"),
    [
        ("𝐆𝐀𝐂𝐎𝐑", "gacor", STYLED),
        ("𝐊𝐈𝐍𝐆77", "king77", STYLED),
        ("ｓｌｏｔ", "slot", STYLED),
        ("ꜱʟᴏᴛ", "slot", STYLED),
        ("ѕlоt", "slot", MIXED),
        ("PuIau", "pulau", MIXED),
        ("p͟u͟l͟a͟u͟", "pulau", STYLED),
        ("K I N G 7 7", "king77", SPACED),
        ("J P TO G E L", "jptogel", SPACED),
        ("s.l.o.t", "slot", SPACED),
        ("🅢 🅛 🅞 🅣", "slot", SPACED),
        ("𝐓 𝐊 𝐏 𝟑𝟎𝟑", "tkp303", MIXED),
        ("king77", "king77", NUMBERED),
        ("durian4d", "durian4d", NUMBERED),
        ("g4c0r", "g4c0r", LEET),
    ],
)
def test_a_disguised_word_is_read_and_said_how(written: str, word: str, kind: str) -> None:
    assert kinds(f"main di {written} kawan") == [
        ("main", PLAIN),
        ("di", PLAIN),
        (word, kind),
        ("kawan", PLAIN),
    ]


@pytest.mark.parametrize(
    "word",
    ["teman2", "teman²", "hati2nya", "Rp5000", "RT03", "SMAN1", "12jt", "50rb", "covid19", "ke10"],
)
def test_ordinary_words_with_digits_are_plain(word: str) -> None:
    assert {kind for _, kind in kinds(f"itu {word} saja")} == {PLAIN}


@pytest.mark.parametrize("text", ["FC 3–2", "S (34), B (29)", "M 5,6", "a, b", "1 2 3 4"])
def test_scores_ages_and_lists_are_no_spaced_names(text: str) -> None:
    assert SPACED not in {kind for _, kind in kinds(text)}


@pytest.mark.parametrize(
    "text", ["Привет всем", "Γεια σου", "你好 印尼", "السلام عليكم", "café olé", "cafe\u0301"]
)
def test_words_of_living_languages_are_plain(text: str) -> None:
    assert {kind for _, kind in kinds(text)} == {PLAIN}


def test_flags_are_emoji_and_no_letters() -> None:
    assert {kind for _, kind in kinds("🇮🇩 🇮🇩🇮🇩🇮🇩")} == {MARK}


def test_capitals_stand_out_only_among_small_letters() -> None:
    assert kinds("main di SLOT kawan")[2] == ("slot", CAPITALS)
    shouted = read("JALAN RUSAK DI DESA KAMI")
    assert shouted.is_shouted
    assert {word.kind for word in shouted.words} == {PLAIN}


def test_a_comment_styled_from_end_to_end_hides_no_single_word() -> None:
    reading = read("𝚜𝚎𝚋𝚎𝚕𝚞𝚖 𝚝𝚒𝚍𝚞𝚛 𝚊𝚔𝚞 𝚋𝚎𝚛𝚍𝚘𝚊 𝚍𝚞𝚕𝚞 𝚢𝚊")
    assert reading.is_styled
    assert {word.kind for word in reading.words} == {PLAIN}


def test_a_name_glued_to_plain_words_is_cut_off() -> None:
    assert kinds("di𝑷𝑶𝑲𝑬𝑹𝑩𝑶𝑳𝑨") == [("di", PLAIN), ("pokerbola", STYLED)]
    assert kinds("𝑷𝑶𝑲𝑬𝑹𝑩𝑶𝑳𝑨memang") == [("pokerbola", STYLED), ("memang", PLAIN)]


def test_invisible_characters_between_letters_are_noticed() -> None:
    assert read("sl\u200bot").has_hidden
    assert not read("👨\u200d👩\u200d👧 slot").has_hidden


@settings(deadline=None)
@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_read(text: str) -> None:
    for word in read(text).words:
        assert word.text
        assert word.start < word.end
