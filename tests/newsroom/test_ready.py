"""`manage.py ready`: what systemd asks before it starts a web server, and after."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import translation

from newsroom.management.commands import ready


@pytest.mark.django_db
def test_a_version_whose_migrations_are_applied_may_serve(capsys):
    call_command("ready")
    assert capsys.readouterr() == ("", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("waiting", "sentence"),
    [
        (1, "Versi ini belum melayani: 1 migrasinya belum diterapkan. Jalankan manage.py migrate."),
        (3, "Versi ini belum melayani: 3 migrasinya belum diterapkan. Jalankan manage.py migrate."),
    ],
)
def test_a_version_whose_migrations_wait_may_not(monkeypatch, waiting, sentence):
    monkeypatch.setattr(
        ready.MigrationExecutor, "migration_plan", lambda self, targets: [None] * waiting
    )
    with translation.override("id"), pytest.raises(CommandError) as refused:
        call_command("ready")
    assert str(refused.value) == sentence


def test_without_a_database_it_may_since_pages_that_were_kept_can_be_read(monkeypatch, capsys):
    def away(connection):
        raise OperationalError("connection\n refused")

    monkeypatch.setattr(ready, "refuse_in_between", away)
    call_command("ready")
    assert "connection refused" in capsys.readouterr().err


@contextmanager
def server(*answers: tuple[int, object]) -> Iterator[tuple[int, list[str]]]:
    """A web server that gives these answers in turn, the last one for ever; its port, and what it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, told = answers[min(len(asked), len(answers) - 1)]
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode() if told is not None else b"<html>")

        def log_message(self, *args: object) -> None:
            pass

    one = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=one.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield one.server_address[1], asked
    finally:
        one.shutdown()
        thread.join()
        one.server_close()


WELL = (200, {"ok": True, "parts": {"database": {"ok": True}, "migrations": {"ok": True}}})
WAITS = (503, {"ok": False, "parts": {"database": {"ok": True}, "migrations": {"ok": False}}})
AWAY = (503, {"ok": False, "parts": {"database": {"ok": False}, "migrations": {"ok": False}}})
NO_JSON = (502, None)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(ready, "PAUSE", 0)


def test_a_server_is_waited_for_until_it_is_well():
    with server(NO_JSON, WAITS, WELL) as (port, asked):
        call_command("ready", port=port, seconds=60)
    assert asked == ["/readyz?only=database,migrations"] * 3


def test_a_server_whose_database_is_away_answers_all_the_same():
    with server(AWAY) as (port, asked):
        call_command("ready", port=port, seconds=60)
    assert len(asked) == 1


def test_a_server_that_is_not_well_in_time_is_said_with_its_reason():
    with (
        server(WAITS) as (port, _asked),
        pytest.raises(CommandError, match=r'"migrations": \{"ok": false\}'),
    ):
        call_command("ready", port=port, seconds=0)


def test_a_server_that_is_not_there_is_said():
    with server(WELL) as (port, _asked):
        pass
    with pytest.raises(CommandError, match="Connection refused"):
        call_command("ready", port=port, seconds=0)
