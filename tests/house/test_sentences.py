"""What a person can mend is said in one sentence, without a traceback."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Manage = Callable[..., "subprocess.CompletedProcess[str]"]


def assert_one_sentence(done: subprocess.CompletedProcess[str], sentence: str) -> None:
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert done.returncode != 0
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith(sentence)


def test_unreachable_database_is_one_sentence(manage: Manage, free_port: int) -> None:
    address = f"postgres://u:geheim@127.0.0.1:{free_port}/news"

    done = manage("migrate", DATABASE_URL=address)

    assert_one_sentence(done, "The database cannot be reached: connection failed")
    assert "geheim" not in done.stderr


def test_unreachable_database_stops_make_run_in_one_sentence(run: Manage, free_port: int) -> None:
    address = f"postgres://u:geheim@127.0.0.1:{free_port}/news"

    done = run("make", "run", DATABASE_URL=address, PORT=str(free_port))

    assert_one_sentence(done, "The database cannot be reached: connection failed")
    assert "geheim" not in done.stdout


def test_database_of_another_kind_is_one_sentence(manage: Manage) -> None:
    done = manage("migrate", DATABASE_URL="sqlite:///db.sqlite3")

    assert_one_sentence(done, "DATABASE_URL has to begin with postgres://, not with sqlite://")


def test_mail_server_of_another_kind_is_one_sentence(manage: Manage) -> None:
    done = manage("check", EMAIL_URL="http://u:geheim@mail.example")

    assert_one_sentence(done, "EMAIL_URL cannot be used: it begins with smtp:// or smtps://")
    assert "geheim" not in done.stderr


@pytest.mark.parametrize("days", ["2", "0", "-35", "3661", "35.5", "lama", ""])
def test_days_of_events_that_cannot_be_kept_are_one_sentence(manage: Manage, days: str) -> None:
    done = manage("check", EVENTS_KEPT_DAYS=days)

    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert "EVENTS_KEPT_DAYS" in done.stderr


@pytest.mark.parametrize("days", ["0", "-1", "367", "1.5", "lama", ""])
def test_days_of_unsaved_texts_that_cannot_be_kept_are_one_sentence(
    manage: Manage, days: str
) -> None:
    done = manage("check", UNSAVED_TEXTS_KEPT_DAYS=days)

    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert "UNSAVED_TEXTS_KEPT_DAYS" in done.stderr


@pytest.mark.parametrize("days", ["0", "6", "-1", "3661", "1.5", "lama", ""])
def test_days_of_late_saves_that_cannot_be_kept_are_one_sentence(manage: Manage, days: str) -> None:
    done = manage("check", LATE_SAVES_KEPT_DAYS=days)

    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert "LATE_SAVES_KEPT_DAYS" in done.stderr


def test_missing_secret_in_production_is_one_sentence(
    manage: Manage, run: Manage, free_port: int
) -> None:
    changes = {"ENVIRONMENT": "production", "PORT": str(free_port)}

    assert_one_sentence(manage("check", **changes), "Production needs a secret")
    assert_one_sentence(run("make", "run", **changes), "Production needs a secret")


def test_taken_port_is_one_sentence_before_anything_is_started(run: Manage, var_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run("make", "run", PORT=str(port))

    assert_one_sentence(
        done, f"Port {port} is taken by another program: stop it, or choose another"
    )
    assert done.stdout == ""
    assert list(var_dir.iterdir()) == []


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80 80"])
def test_impossible_port_is_one_sentence(run: Manage, port: str) -> None:
    done = run("make", "run", PORT=port)

    assert_one_sentence(done, f"PORT has to be a number from 1 to 65535, not '{port}'.")


def test_command_without_need_of_the_database_does_not_start_it(
    manage: Manage, var_dir: Path
) -> None:
    assert manage("check").returncode == 0
    assert manage("help").returncode == 0

    assert not (var_dir / "postgres").exists()


def test_traceback_is_shown_to_who_asks_for_it(manage: Manage, free_port: int) -> None:
    address = f"postgres://u@127.0.0.1:{free_port}/news"

    done = manage("migrate", "--traceback", DATABASE_URL=address)

    assert "Traceback" in done.stderr
