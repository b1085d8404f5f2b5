"""A migration waits for its locks in small pieces, so that nobody waits behind it."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from newsroom.health import _facts_of
from newsroom.upgrades import locks

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = "newsroom_waiting_sample"


@pytest.fixture
def table():
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (id bigint)")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(locks, "LOCK_SECONDS", 0.05)
    monkeypatch.setattr(locks, "PAUSE", 0)


def other() -> psycopg.Connection:
    """Somebody else's connection."""
    return psycopg.connect(**_facts_of(connection)())


def alter() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} ADD COLUMN place text")


def timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()[0]


def test_who_reads_for_long_goes_first_and_it_is_tried_again(table):
    reader, said = other(), []
    reader.execute(f"SELECT * FROM {TABLE}")

    def hear(sentence: str) -> None:
        said.append(sentence)
        # Others get through while it waits for its next turn.
        with other() as second:
            second.execute(f"SELECT * FROM {TABLE}")
        if len(said) == 2:
            reader.rollback()

    locks.patiently(connection, alter, hear)
    reader.close()
    assert len(said) == 2
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT place FROM {TABLE}")
    assert timeout() == "0"


def test_it_gives_up_with_a_sentence_after_its_tries(table, monkeypatch):
    monkeypatch.setattr(locks, "TRIES", 3)
    said: list[str] = []
    with other() as reader:
        reader.execute(f"SELECT * FROM {TABLE}")
        with pytest.raises(CommandError, match="lock timeout"):
            locks.patiently(connection, alter, said.append)
    assert len(said) == 2
    assert timeout() == "0"


def test_what_is_no_lock_is_not_tried_again():
    tried = []

    def fail() -> None:
        tried.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(OperationalError):
        locks.patiently(connection, fail, pytest.fail)
    connection.close()
    assert tried == [1]


def test_an_index_that_is_made_concurrently_waits_as_long_as_it_takes(table):
    """Given up, it would leave an index behind that is not valid."""
    writer = other()
    writer.execute(f"INSERT INTO {TABLE} VALUES (1)")
    waits = """
        SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%%CONCURRENTLY%%'
    """

    def end() -> None:
        with other() as watcher:
            watcher.autocommit = True
            # It has waited for longer than a lock may be waited for.
            while not watcher.execute(
                waits + " AND now() - query_start > interval '0.2 seconds'"
            ).fetchone():
                pass
        writer.commit()

    thread = threading.Thread(target=end)
    thread.start()
    try:
        with locks.limited(connection), connection.cursor() as cursor:
            cursor.execute(f"CREATE INDEX CONCURRENTLY {TABLE}_idx ON {TABLE} (id)")
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone()[0] == "50ms"
    finally:
        thread.join()
        writer.close()


def test_migrate_waits_so(monkeypatch):
    seen = []

    def look(self, *args, **options):
        seen.append(timeout())

    monkeypatch.setattr("django.core.management.commands.migrate.Command.handle", look)
    call_command("migrate")
    assert seen == ["50ms"]
