"""manage.py score_comments: lines in, lines out."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.management.commands import score_comments
from comments.management.commands.score_comments import answer, batches
from comments.spam import files, scoring


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(scoring, "_current", None)


class Stdin:
    def __init__(self, content: bytes) -> None:
        self.buffer = io.BufferedReader(io.BytesIO(content))  # type: ignore[arg-type]


def run(content: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], str]:
    monkeypatch.setattr(sys, "stdin", Stdin(content))
    out, complaint = io.StringIO(), ""
    try:
        call_command("score_comments", stdout=out)
    except CommandError as error:
        assert error.returncode == 1
        complaint = str(error)
    return [json.loads(line) for line in out.getvalue().splitlines()], complaint


def test_each_line_is_answered_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    spam, harmless = {"text": "main di 𝐃𝐔𝐑𝐈𝐀𝐍𝟕𝟕 gacor"}, {"text": "selamat pagi"}
    content = "\n".join(map(json.dumps, [spam, harmless, spam])).encode()
    found, complaint = run(content, monkeypatch)
    assert [one["spam"] > 0.5 for one in found] == [True, False, True]
    assert [bool(one["reasons"]) for one in found] == [True, False, True]
    assert complaint == ""


def test_stopping_by_hand_ends_without_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(stream: object) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(score_comments, "batches", stop)
    with pytest.raises(SystemExit) as end:
        run(b"", monkeypatch)
    assert end.value.code == 130
    assert capsys.readouterr().err == ""


def test_bad_lines_are_answered_in_their_place_and_the_exit_code_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [
        b'{"text": "selamat pagi"}',
        b"not json",
        b"",
        b"[]",
        b'{"text": 3}',
        b'{"comment": "a"}',
        b'{"text": "\xff"}',
        b"[" * 100_000,
        b'{"text": "' + b"a" * score_comments.LONGEST_LINE + b'"}',
        b'{"text": "\\ud800\\u0000"}',
        b'{"text": "", "spam": 1}\r',
    ]
    found, complaint = run(b"\n".join(lines) + b"\n", monkeypatch)
    assert ["error" in one for one in found] == [False, *[True] * 8, False, False]
    assert complaint.startswith("8 ")
    assert "\n" not in complaint


def test_nothing_in_is_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(b"", monkeypatch) == ([], "")


def test_without_a_model_it_stops_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(files, "SHIPPED_MODEL", tmp_path / "none.bin")
    found, complaint = run(b'{"text": "a"}\n', monkeypatch)
    assert found == []
    assert complaint.startswith("Spam model ")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary().filter(lambda line: b"\n" not in line)))
def test_lines_come_out_as_they_went_in(lines: list[bytes]) -> None:
    stream = io.BufferedReader(io.BytesIO(b"".join(line + b"\n" for line in lines)))  # type: ignore[arg-type]
    assert [line for batch in batches(stream) for line in batch] == lines


@pytest.mark.parametrize("length", [65_535, 65_536, 65_537, 200_000])
def test_a_line_longer_than_what_is_read_at_once_stays_whole(length: int) -> None:
    line = b"x" * length
    stream = io.BufferedReader(io.BytesIO(line + b"\n" + line))  # type: ignore[arg-type]
    assert [found for batch in batches(stream) for found in batch] == [line, line]


@settings(max_examples=300, deadline=None)
@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("text"), inner),
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_line_is_answered(line: bytes) -> None:
    assert answer(line).keys() in ({"error"}, {"spam", "reasons"})
