"""What a person can mend is said in one sentence, without a traceback."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from newsroom.house.errors import HouseError
from newsroom.house.run import web_workers

from .conftest import BASE_DIR

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


@pytest.mark.parametrize("days", ["2", "0", "-35", "3661", "35.5", "lama"])
def test_days_of_events_that_cannot_be_kept_are_one_sentence(manage: Manage, days: str) -> None:
    done = manage("check", EVENTS_KEPT_DAYS=days)

    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert "EVENTS_KEPT_DAYS" in done.stderr


@pytest.mark.parametrize("days", ["0", "-1", "367", "1.5", "lama"])
def test_days_of_unsaved_texts_that_cannot_be_kept_are_one_sentence(
    manage: Manage, days: str
) -> None:
    done = manage("check", UNSAVED_TEXTS_KEPT_DAYS=days)

    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert "UNSAVED_TEXTS_KEPT_DAYS" in done.stderr


@pytest.mark.parametrize("days", ["0", "6", "-1", "3661", "1.5", "lama"])
def test_days_of_late_saves_that_cannot_be_kept_are_one_sentence(manage: Manage, days: str) -> None:
    done = manage("check", LATE_SAVES_KEPT_DAYS=days)

    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert "LATE_SAVES_KEPT_DAYS" in done.stderr


@pytest.mark.parametrize(
    ("name", "said", "form"),
    [
        ("PAGE_CACHE_MB", "banyak", "a whole number, 0 to 1000000."),
        ("PAGE_CACHE_DISK_MB", "-1", "a whole number, 0 to 1000000."),
        ("TRUSTED_PROXIES", "-1", "a whole number, 0 to 100."),
        ("SECURE_HSTS_SECONDS", "setahun", "a whole number, 0 to 2147483647."),
        ("PAGE_CACHE_PAGES", "ya", "1 or 0, on or off, true or false, yes or no."),
    ],
)
def test_numbers_and_switches_that_cannot_be_are_one_sentence(
    manage: Manage, name: str, said: str, form: str
) -> None:
    done = manage("check", **{name: said})

    assert done.returncode != 0
    assert done.stderr.splitlines() == [f"{name} is “{said}”; it is {form}"]


def test_empty_numbers_and_switches_count_as_not_set(manage: Manage) -> None:
    settings = (BASE_DIR / "newsroom" / "settings.py").read_text()
    names = re.findall(r'\b(?:number|switch)\("(\w+)"', settings)
    assert {"DEBUG", "PAGE_CACHE_MB", "PAGE_CACHE_PAGES", "SECURE_HSTS_SECONDS"} <= set(names)
    # Nothing reads numbers and switches in another way.
    assert "env.int" not in settings and "env.bool" not in settings

    done = manage("check", **dict.fromkeys(names, ""))

    assert (done.returncode, done.stderr) == (0, "")


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


@pytest.mark.parametrize("workers", ["0", "65", "two", "-1"])
def test_impossible_number_of_web_workers_is_one_sentence(workers: str) -> None:
    with pytest.raises(HouseError, match=f"^WEB_WORKERS is “{workers}”; it is 1 to 64.$"):
        web_workers({"WEB_WORKERS": workers})


def test_web_workers_are_two_unless_said_otherwise() -> None:
    assert [web_workers(said) for said in ({}, {"WEB_WORKERS": " "}, {"WEB_WORKERS": "5"})] == [
        *(2, 2, 5),
    ]


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


@pytest.mark.parametrize("seconds", ["-1", "86401", "0.5", "lama"])
def test_seconds_that_no_cache_keeps_are_one_sentence(manage: Manage, seconds: str) -> None:
    done = manage("check", EDGE_SECONDS=seconds)

    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    assert "EDGE_SECONDS" in line


@pytest.mark.parametrize(
    "address",
    [
        *("ftp://cache/", "http://", "cache:6081", "http://cache:0/", "http://cache:99999/"),
        *("http://u:geheim@cache/", "http://ca che/", "http://cache/\u00e9"),
    ],
)
def test_address_that_cannot_be_told_is_one_sentence(manage: Manage, address: str) -> None:
    done = manage("check", EDGE_PURGE_URL=address)

    assert_one_sentence(done, "EDGE_PURGE_URL cannot be used: it is an http or https address")
    assert "geheim" not in done.stderr


def test_replica_without_the_page_cache_is_one_sentence(manage: Manage) -> None:
    address = "postgres://u:geheim@copy/news"
    done = manage("check", DATABASE_REPLICA_URL=address, PAGE_CACHE_MB="0")

    assert_one_sentence(done, "DATABASE_REPLICA_URL needs the page cache")
    assert "geheim" not in done.stderr
