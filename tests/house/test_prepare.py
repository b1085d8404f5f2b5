"""What is said and made before the servers start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsroom.house import prepare


def test_root_hears_of_folders_whose_clone_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    orphan = tmp_path / "newsroom-orphan"
    orphan.mkdir()
    (orphan / "clone").write_text("/no/such/clone")

    prepare.say_where(tmp_path / "newsroom-own", {})

    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"Everything is kept in {tmp_path}/newsroom-own: run as root")
    assert second == f"{orphan} belonged to /no/such/clone, which is gone: it can be deleted."


def test_named_var_dir_is_said_without_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare.say_where(tmp_path, {"VAR_DIR": str(tmp_path)})

    assert capsys.readouterr().out == f"Everything is kept in {tmp_path}.\n"


@pytest.mark.parametrize(
    ("environ", "demo"),
    [
        ({}, "1"),
        ({"DEMO": "0"}, "0"),
        ({"DATABASE_URL": "postgres://db/news"}, None),
        ({"ENVIRONMENT": "production"}, None),
    ],
)
def test_demo_is_the_default_of_an_embedded_development_installation_only(
    environ: dict[str, str], demo: str | None
) -> None:
    prepare.set_demo_default(environ)

    assert environ.get("DEMO") == demo


def test_demo_passwords_are_shown_only_when_they_are_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / prepare.DEMO_ACCOUNTS).write_text("reporter  rahasia\n")

    prepare.say_accounts(tmp_path, is_new=True)
    assert "rahasia" in capsys.readouterr().out

    prepare.say_accounts(tmp_path, is_new=False)
    assert "rahasia" not in capsys.readouterr().out
