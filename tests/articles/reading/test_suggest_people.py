"""The command: what it prints, and what it says of what it cannot read."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

KEYS = ["name", "role", "organisation", "capacity", "represents", "start", "end"]


@pytest.fixture
def run(monkeypatch, capsys):
    def command(raw: bytes, *options: str) -> tuple[list[str], str, str]:
        stdin = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", stdin)
        problem = ""
        try:
            with translation.override("en"):
                call_command("suggest_people", *options)
        except CommandError as error:
            problem = str(error)
        out, err = capsys.readouterr()
        return out.splitlines(), err, problem

    return command


def test_it_prints_exactly_the_agreed_keys(run):
    text = "Rapat dihadiri Plt. Kepala Dinas Sosial Andi Budi, S.E., mewakili Bupati Bone."
    (line,), err, problem = run(text.encode())
    (row,) = json.loads(line)
    assert list(row) == KEYS
    assert row == {
        "name": "Andi Budi, S.E.",
        "role": "Plt. Kepala",
        "organisation": "Dinas Sosial",
        "capacity": "attended",
        "represents": "Bupati Bone",
        "start": 40,
        "end": 55,
    }
    assert text[40:55] == "Andi Budi, S.E."
    assert (err, problem) == ("", "")


@pytest.mark.parametrize("option", [[], ["--jsonl"]])
def test_a_mark_of_the_encoding_is_no_character_of_the_text(option, run):
    text = "“Sudah,” kata Andi Budi."
    raw = json.dumps({"text": text}) if option else text
    (line,), _err, _problem = run(("\ufeff" + raw).encode(), *option)
    (row,) = json.loads(line)
    assert text[row["start"] : row["end"]] == "Andi Budi"


def test_offsets_count_characters_not_bytes(run):
    text = "“Sudah 😀,” kata Andi Budi."
    (line,), _err, _problem = run(text.encode())
    (row,) = json.loads(line)
    assert text[row["start"] : row["end"]] == "Andi Budi"


@pytest.mark.parametrize(
    "raw", [b"", b" \n", b"\x00\x00", b"\r\n\r\n", b"<p></p>", b"\xef\xbb\xbf"]
)
def test_a_text_of_nothing_gives_an_empty_list(run, raw):
    assert run(raw) == (["[]"], "", "")


def test_line_ends_of_windows_count_as_they_are(run):
    text = "Rapat.\r\nHadir Bupati Bone Andi Budi.\r\n"
    (line,), _err, _problem = run(text.encode())
    (row,) = json.loads(line)
    assert text[row["start"] : row["end"]] == row["name"] == "Andi Budi"


def test_bytes_that_are_no_text_are_named_by_line(run):
    out, _err, problem = run(b"Rapat\nHadir \xff\xfe")
    assert out == []
    assert problem == "Standard input, line 2: this is not UTF-8."


def test_lines_give_one_list_each_and_bad_ones_an_empty_list(run):
    lines = [
        b'{"text": "Kata Budi Santoso."}',
        b"{bad",
        b"",
        b'{"teks": "x"}',
        b'{"text": 5}',
        b"[1]",
        b"\xff",
        b'{"text": "Hadir Bupati \\ud800 Andi Seto."}',
        b"[" * 100_000,
    ]
    out, err, problem = run(b"\n".join(lines), "--jsonl")
    assert [len(json.loads(line)) for line in out] == [1, 0, 0, 0, 0, 0, 1, 0]
    assert err.splitlines() == [
        "Standard input, line 2: this is not JSON.",
        'Standard input, line 4: an object with the key "text" and a text for it is expected.',
        'Standard input, line 5: an object with the key "text" and a text for it is expected.',
        'Standard input, line 6: an object with the key "text" and a text for it is expected.',
        "Standard input, line 7: this is not UTF-8.",
        "Standard input, line 9: this is not JSON.",
    ]
    assert problem == "6 lines could not be read; an empty list stands in their place."


def test_no_line_gives_nothing(run):
    assert run(b"", "--jsonl") == ([], "", "")
