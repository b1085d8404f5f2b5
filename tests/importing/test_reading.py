"""From bytes to elements: what is tolerated, what is repaired, where it breaks, what is refused."""

from __future__ import annotations

import gzip
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.importing.elements import Break, Element, read_elements
from newsroom.importing.repair import Repair
from newsroom.importing.source import ExportFile, ExportRefused

from .conftest import FOOT, HEAD, item, wxr


@pytest.fixture
def read(tmp_path: Path):
    def read_bytes(content: str | bytes) -> tuple[list[Element | Break], list[str]]:
        path = tmp_path / "export.xml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        notes: list[str] = []
        return list(read_elements(ExportFile(path), notes)), notes

    return read_bytes


def titles(found: list[Element | Break]) -> list[str]:
    return [e.value("", "title") for e in found if isinstance(e, Element) and e.name == "item"]


def breaks(found: list[Element | Break]) -> list[Break]:
    return [e for e in found if isinstance(e, Break)]


def test_elements_come_one_by_one_with_their_line(read) -> None:
    found, notes = read(wxr(item(1, "Satu"), item(2, "Dua")))
    assert titles(found) == ["Satu", "Dua"]
    assert [e.line for e in found if e.name == "item"] == [8, 16]
    assert notes == []


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "9.9"])
@pytest.mark.parametrize("prefix", ["wp", "w", "export"])
def test_vocabulary_is_known_by_address_not_by_prefix(read, version: str, prefix: str) -> None:
    found, _notes = read(
        f'<rss xmlns:{prefix}="http://wordpress.org/export/{version}/"><channel>'
        f"<item><{prefix}:post_id>5</{prefix}:post_id></item></channel></rss>"
    )
    assert found[-1].value("wp", "post_id") == "5"


def test_same_prefix_for_another_vocabulary_is_not_wordpress(read) -> None:
    found, _notes = read(
        '<rss xmlns:wp="https://attacker.example/"><channel><item><wp:post_id>5</wp:post_id></item></channel></rss>'
    )
    assert found[-1].value("wp", "post_id") == ""


def test_undeclared_usual_prefix_means_what_it_always_means(read) -> None:
    found, _notes = read("<rss><channel><item><wp:post_id>5</wp:post_id></item></channel></rss>")
    assert found[-1].value("wp", "post_id") == "5"


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (wxr(item(title="Kafé – “pagi”")).encode(), "Kafé – “pagi”"),
        (b"\xef\xbb\xbf" + wxr(item(title="Kafé")).encode(), "Kafé"),
        (wxr(item(title="Kafé")).encode("utf-16"), "Kafé"),
        (wxr(item(title="Kafé")).encode("utf-32"), "Kafé"),
        (wxr(item(title="Kafé")).replace("UTF-8", "ISO-8859-1").encode("latin-1"), "Kafé"),
        (wxr(item(title="Kafé – “pagi”")).encode("cp1252"), "Kafé – “pagi”"),
        (wxr(item(title="Kafé")).replace("UTF-8", "klingon").encode(), "Kafé"),
        (wxr(item(title="Kafé")).replace("UTF-8", "UTF-16").encode(), "Kafé"),
        (gzip.compress(wxr(item(title="Kafé")).encode()), "Kafé"),
    ],
    ids=[
        "utf-8",
        "bom",
        "utf-16",
        "utf-32",
        "latin-1",
        "cp1252 as utf-8",
        "unknown",
        "wrong",
        "gzip",
    ],
)
def test_encoding_is_found_out(read, content: bytes, title: str) -> None:
    found, _notes = read(content)
    assert titles(found) == [title]


@pytest.mark.parametrize("size", [1, 7, 64])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_pieces_may_end_anywhere(
    read, monkeypatch: pytest.MonkeyPatch, size: int, encoding: str
) -> None:
    content = wxr(item(1, "Kafé & ]]", "é" * 50), "<item><title>x & é</title></item>").encode(
        encoding
    )
    whole = read(content)
    monkeypatch.setattr("newsroom.importing.source.CHUNK_BYTES", size)
    assert read(content) == whole


def test_wrong_bytes_are_named_with_their_line(read) -> None:
    _found, notes = read(wxr(item(title="Kafé")).encode("cp1252"))
    assert notes == ["1 byte is not valid UTF-8, in line 9; it was read as Windows-1252."]


def test_control_characters_and_bare_ampersands_are_repaired(read) -> None:
    text = wxr(
        item(1, "a\x01b\x0bc"), "<item><title>x & y &nbsp; &#7; 1 < 2 ]]> &amp;</title></item>"
    )
    found, notes = read(text)
    assert titles(found) == ["a b c", "x & y &nbsp;   1 < 2 ]]> &"]
    assert [note.split(":")[0] for note in notes] == [
        "Characters that XML does not allow were read as spaces",
        "“&” that should have been written “&amp;” was read as it stands",
        "“<” that begins no tag was read as text",
        "“]]>” outside of a CDATA section was read as text",
    ]
    assert notes[0].endswith("3 times, first in line 9, column 18.")


def test_comments_may_hold_what_xml_forbids_in_them(read) -> None:
    found, notes = read(wxr("<!-- a -- b & <c> -->", item(1, "Satu")))
    assert titles(found) == ["Satu"]
    assert notes == []


def test_warnings_above_the_document_are_left_out(read) -> None:
    found, notes = read("\n<br />Warning: oops in /x.php\n" + wxr(item(1, "Satu")))
    assert titles(found) == ["Satu"]
    assert notes == ["2 lines before the beginning of the document were left out."]
    assert [e.line for e in found if e.name == "item"] == [10]


@pytest.mark.parametrize(
    "declaration", ["<?xml version='1.1'?>", '<?xml version="1.0"\n standalone="yes" ?>', ""]
)
def test_declaration_of_the_document_says_nothing_new(read, declaration: str) -> None:
    text = wxr(item(1, "Satu")).replace('<?xml version="1.0" encoding="UTF-8"?>', declaration)
    found, _notes = read(text)
    assert titles(found) == ["Satu"]
    assert found[-1].line == text.count("\n", 0, text.index("<item>")) + 1


def test_break_costs_only_its_own_item(read) -> None:
    broken = "<item><title>Rusak</title><wp:post_type>post</wp:post_type><b></item>\n"
    found, _notes = read(wxr(item(1, "Satu"), broken, item(3, "Tiga"), broken, item(5, "Lima")))
    assert titles(found) == ["Satu", "Tiga", "Lima"]
    assert [(b.line, b.message) for b in breaks(found)] == [
        (16, "mismatched tag"),
        (25, "mismatched tag"),
    ]
    assert [b.lost.value("", "title") for b in breaks(found)] == ["Rusak", "Rusak"]


def test_truncated_file_says_where_it_ends(read) -> None:
    found, _notes = read(
        HEAD + item(1, "Satu") + "<item><title>Dua</title><content:encoded><![CDATA[Teks"
    )
    assert titles(found) == ["Satu"]
    (cut,) = breaks(found)
    assert (cut.line, cut.column, cut.message) == (16, 55, "unclosed CDATA section")
    assert cut.lost.value("", "title") == "Dua"


def test_truncated_packed_file_yields_what_could_be_unpacked(read) -> None:
    packed = gzip.compress(
        wxr(*(item(n, f"Berita {n}", "x" * 50_000) for n in range(40))).encode(), 0
    )
    found, notes = read(packed[: len(packed) // 2])
    assert 10 < len(titles(found)) < 30
    assert len(breaks(found)) == 1
    assert "The packed file ends too early" in notes[-1]


def test_position_of_a_break_counts_columns_from_one(read) -> None:
    found, _notes = read("<rss><channel>\n  <item></wrong></item></channel></rss>")
    assert [(b.line, b.column) for b in breaks(found)] == [(2, 11)]


BOMB = '<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE rss PUBLIC "x" "https://attacker.example/x.dtd">',
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
        "<!DOCTYPE rss []>",
    ],
)
def test_entities_and_other_files_are_refused(read, doctype: str) -> None:
    with pytest.raises(ExportRefused, match="declares entities or asks for other files"):
        read(wxr(item()).replace("<rss", f"{doctype}<rss", 1))


def test_bomb_after_a_break_is_no_entity(read) -> None:
    found, _notes = read(wxr("<item></b></item>", BOMB, "<item><title>&b;</title></item>"))
    assert "&b;" in titles(found)


def test_plain_doctype_is_harmless(read) -> None:
    found, _notes = read(wxr(item(1, "Satu")).replace("<rss", "<!DOCTYPE rss><rss", 1))
    assert titles(found) == ["Satu"]


def test_deep_nesting_is_not_built(read) -> None:
    depth = 20_000
    found, _notes = read(wxr("<item>" + "<x>" * depth + "</x>" * depth + "</item>", item(2, "Dua")))
    assert titles(found) == ["", "Dua"]


def test_item_without_end_is_not_kept_in_memory(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsroom.importing.elements.MAX_ITEM_CHARACTERS", 10_000)
    found, _notes = read(wxr(item(1, "Satu", "x" * 20_000), item(2, "Dua")))
    assert titles(found) == ["Dua"]
    assert breaks(found)[0].message == "the item is larger than 0 MB"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty."),
        (b"   \n \n", "is no XML"),
        (b"halo", "is no XML"),
        (b'{"posts": []}', "is no XML"),
        (b"PK\x03\x04....", "is a ZIP archive"),
        (b"\x89PNG\r\n\x1a\n", "is no XML"),
    ],
)
def test_what_is_no_export_is_one_sentence(read, content: bytes, sentence: str) -> None:
    with pytest.raises(ExportRefused, match=sentence):
        read(content)


def test_folder_and_missing_file_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="is a folder"):
        ExportFile(tmp_path)
    with pytest.raises(ExportRefused, match="does not exist"):
        ExportFile(tmp_path / "none.xml")


MARKUP = st.text(alphabet="<>&;![]CDATA-ax#10 \n\x01é", max_size=60)


@settings(deadline=None)
@given(MARKUP, st.lists(st.integers(0, 60), max_size=6))
def test_repair_does_not_depend_on_how_the_text_arrives(text: str, cuts: list[int]) -> None:
    def repaired(pieces: list[str]) -> tuple[str, list[str]]:
        repair = Repair()
        out = "".join(map(repair.feed, pieces)) + repair.finish()
        return out, repair.notes()

    ends = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    pieces = [text[a:b] for a, b in itertools.pairwise(ends)]
    assert repaired(pieces) == repaired([text])


@settings(deadline=None)
@given(MARKUP)
def test_any_damage_ends_in_elements_breaks_or_a_refusal(tmp_path_factory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.xml"
    path.write_text(HEAD + item(1, "Satu") + text + item(2, "Dua") + FOOT)
    found = list(read_elements(ExportFile(path), []))
    assert titles(found)[0] == "Satu"
