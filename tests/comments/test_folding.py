"""What the eye reads, whatever characters it was written with."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments import look_alikes
from comments.folding import fold, skeleton, squeeze

ANY_TEXT = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Bupati Membuka  Musrenbang\n2026 ", "bupati membuka musrenbang 2026"),
        ("𝐒𝐋𝐎𝐓 𝓖𝓪𝓬𝓸𝓻 𝙈𝘼𝙓𝙒𝙄𝙉", "slot gacor maxwin"),
        ("ＧＡＲＵＤＡ", "garuda"),
        ("ⓢⓛⓞⓣ ⒮⒧⒪⒯ 🅂🄻🄾🅃 🅢🅛🅞🅣 🆂🅻🅾🆃", "slot slot slot slot slot"),
        ("🇸🇱🇴🇹", "slot"),
        ("ꜱʟᴏᴛ ɢᴀᴄᴏʀ", "slot gacor"),
        ("ˢˡᵒᵗ ᵍᵃᶜᵒʳ", "slot gacor"),
        ("ѕӏоt", "slot"),
        ("AЕ𝙍О𝟪𝟾 A𝘌Я𝐎𝟾𝟴", "aero88 aero88"),
        ("ΜΑΧΩΙΝ αυтσ", "maxoin auto"),
        ("ᏚᏞᎾᎢ ᔕᒪOT ꓢꓡꓳꓔ", "slot slot slot"),
        ("ՏӀՕT", "slot"),
        ("𝐏𝐑0𝐁𝐄𐊗", "pr0bex"),
        ("❼❽ ⑦⑧ ٧٨ 7️⃣8️⃣", "78 78 78 78"),
        ("s\u200bl\u2060o\ufefft", "slot"),
        ("\u202etols\u202c", "tols"),
        ("ş̷l̲ó͟t̶", "slot"),
        ("ø ł đ ə ŉ", "o l d ə ʼn"),
        ("a\x00b\x07", "ab"),
        ("a\u2800b\u3000c", "a b c"),
        ("mantap 😂👍🏻!", "mantap 😂👍🏻!"),
        ("Rp 5.000,- “katanya” – begitu…", "rp 5.000,- “katanya” – begitu..."),
        ("a\ud800b", "ab"),
        ("한국 بسم", "한국 بسم"),
        ("", ""),
        (" \t\n", ""),
    ],
)
def test_fold_gives_what_the_eye_reads(written: str, read: str) -> None:
    assert fold(written) == read


@settings(deadline=None)
@given(ANY_TEXT)
def test_fold_of_any_text_never_fails_and_folding_again_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_fold_works_character_by_character(one: str, other: str) -> None:
    assert fold(one + " " + other) == " ".join([fold(one), fold(other)]).strip()


@settings(deadline=None)
@given(ANY_TEXT)
def test_folded_text_can_be_stored_and_shown(text: str) -> None:
    folded = fold(text)
    folded.encode()
    assert "\x00" not in folded
    assert "  " not in folded


@pytest.mark.parametrize("marks", ["\u0301" * 5000, "\u0316\u0301" * 30_000])
def test_thousands_of_marks_on_a_letter_leave_the_letter(marks: str) -> None:
    assert fold("a" + marks + "b") == "ab"


def test_a_text_of_every_character_is_not_kept_in_memory() -> None:
    from comments import folding

    fold("".join(map(chr, range(0x110000))))
    assert len(folding._SEEN) <= folding._REMEMBERED


def test_each_look_alike_stands_in_one_group_only() -> None:
    tables = [
        value
        for name, value in vars(look_alikes).items()
        if isinstance(value, str) and name.startswith("_") and not name.startswith("__")
    ]
    written = [character for table in tables for group in table.split() for character in group[1:]]
    assert sorted(written) == sorted(look_alikes.LOOK_ALIKES)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("s l o t", "slot"),
        ("g.a.c.o.r", "gacor"),
        ("g-a-c-o-r", "gacor"),
        ("g4c000r", "gacor"),
        ("s*l*o*t", "slot"),
        ("sl*ot", "slot"),
        ("s_l_o_t", "slot"),
        ("$l0t", "slot"),
        ("h0k1", "hoki"),
        ("alex!s17", "alexis17"),
        ("gacorrrrr", "gacor"),
        ("g 4 c 0 r", "gacor"),
        ("𝘼 𝘟 𝙇 𝟳 𝟳 𝟩", "axl777"),
        ("KING328", "king328"),
        ("ram4h p3t1r", "ramah petir"),
        ("main di s l o t dong", "main di slot dong"),
        ("teman2 dari Covid-19", "teman2 dari covid-19"),
        ("saat", "sat"),
        ("hati-hati, ya. dia pergi", "hati-hati, ya. dia pergi"),
        ("a b", "a b"),
        ("2026 100 3-2", "2026 100 3-2"),
        ("😂", "😂"),
    ],
)
def test_squeeze_gives_the_plain_word(written: str, word: str) -> None:
    assert squeeze(written) == word


@settings(deadline=None)
@given(ANY_TEXT)
def test_squeeze_of_any_text_never_fails_nor_grows(text: str) -> None:
    assert len(squeeze(text)) <= len(fold(text))


@pytest.mark.parametrize(
    ("name", "imitation"),
    [
        ("Redaksi", "Rеdаksi"),
        ("Redaksi", "REDAK5I"),
        ("Redaksi", "r e d a k s i."),
        ("Redaksi", "Redaksl"),
        ("Redaksi", "Redaks1"),
        ("Admin", "𝐀𝐝𝐦𝐢𝐧"),
        ("Admin", "Adrnin"),
        ("Wali Kota", "VValiKota"),
        ("Bupati Sinjai", "8upat! S1nja1"),
        ("Polo", "P0l0"),
    ],
)
def test_names_that_look_alike_have_one_skeleton(name: str, imitation: str) -> None:
    assert skeleton(name) == skeleton(imitation)


@pytest.mark.parametrize(
    ("name", "other"),
    [("Andi", "Anda"), ("Rahma", "Rahmi"), ("Yusuf", "Yunus"), ("😂", "👍"), ("!!", "??")],
)
def test_names_that_look_different_have_different_skeletons(name: str, other: str) -> None:
    assert skeleton(name) != skeleton(other)


@settings(deadline=None)
@given(ANY_TEXT)
def test_skeleton_of_any_name_never_fails(name: str) -> None:
    assert " " not in skeleton(name)
