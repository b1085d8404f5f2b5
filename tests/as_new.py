"""The test database as it was when it was new, again after every test that commits.

Django's own way is to empty every table and to load what the migrations had brought through the models, a row at
a time: seconds, for each of many hundred tests. Here a copy of those rows is kept beside them, in the database,
and only what a test changed is written: a role or a place that nobody touched stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase
from psycopg.errors import DeadlockDetected

COPIES = "as_new"
# The server of the tests has no autovacuum: what a test with thousands of rows leaves on the disk would be read
# by all the others.
LARGEST_EMPTY_TABLE = 512 * 1024

TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
"""
# A partition has no rows but those of its table.
WITH_ROWS_OF_THEIR_OWN = f"{TABLES} AND NOT relispartition ORDER BY relname"
# What a table works out itself cannot be inserted.
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""
SEQUENCES = """
    SELECT sequencename, last_value FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL ORDER BY sequencename
"""
# Who still writes after a test has ended has so long to come to an end.
PATIENCE = "60s"
MOST_DEADLOCKS = 5
UNENDED = """
    SELECT pid, state, left(query, 300), pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""
SWOLLEN = f"{TABLES} AND relkind = 'r' AND pg_relation_size(oid) > %s"


@dataclass(frozen=True)
class NewDatabase:
    """What a new test database has, and how it comes to have that again.

    Attributes:
        tables: all its tables, partitions too.
        restoring: the statements that undo what was committed.
    """

    tables: frozenset[str]
    restoring: str

    def restore(self) -> None:
        """Make every table hold the rows of the new database, and no others.

        It waits for whoever has written and not committed. Tables that were made since are dropped;
        AssertionError when one of the new database's is gone, and when somebody does not come to an end: their
        connections are ended then, for the tests that follow. Sequences go on, so that a number means one row in
        all of a run, but never stand below what they gave out in the new database.
        """
        try:
            self._restore_between_writers()
        except OperationalError as error:
            with connection.cursor() as cursor:
                cursor.execute(UNENDED)
                unended = cursor.fetchall()
            self._restore()
            raise AssertionError(f"a test left open transactions: {unended}") from error
        self.shrink()

    def _restore_between_writers(self) -> None:
        # A request whose reader is gone may still write, and take locks in another order: it goes first then.
        for _try in range(MOST_DEADLOCKS):
            try:
                return self._restore()
            except OperationalError as error:
                if not isinstance(error.__cause__, DeadlockDetected):
                    raise
        self._restore()

    def _restore(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            cursor.execute(TABLES)
            found = {name for (name,) in cursor.fetchall()}
            assert found >= self.tables, f"a test dropped {sorted(self.tables - found)}"
            if more := sorted(found - self.tables):
                cursor.execute(f"DROP TABLE {', '.join(map(quoted, more))} CASCADE")
            cursor.execute(self.restoring)

    def shrink(self) -> None:
        """Give back the pages of large tables that hold nothing any more: deleted, or rolled back."""
        with connection.cursor() as cursor:
            cursor.execute(SWOLLEN, [LARGEST_EMPTY_TABLE])
            if swollen := [quoted(name) for (name,) in cursor.fetchall()]:
                cursor.execute(f"VACUUM {', '.join(swollen)}")


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def keep() -> NewDatabase:
    """Take the database as it is now for a new one, and copy its rows into a schema of their own.

    The account has to be allowed to set `session_replication_role`, which switches triggers and the checks of
    foreign keys off: as a superuser, or by GRANT SET ON PARAMETER.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {COPIES} CASCADE; CREATE SCHEMA {COPIES}")
        cursor.execute(WITH_ROWS_OF_THEIR_OWN)
        names = [name for (name,) in cursor.fetchall()]
        statements = [
            "SET LOCAL session_replication_role = replica",
            # As TRUNCATE would, it waits for whoever still writes; DELETE alone would not see those rows.
            f"LOCK TABLE {', '.join(map(quoted, names))} IN SHARE ROW EXCLUSIVE MODE",
        ]
        for name in names:
            statements += statements_for(name)
        cursor.execute(SEQUENCES)
        statements += [
            f"SELECT setval('{quoted(name)}', {value})"
            f" WHERE coalesce(pg_sequence_last_value('{quoted(name)}'), 0) < {value}"
            for name, value in cursor.fetchall()
        ]
        cursor.execute(TABLES)
        return NewDatabase(frozenset(name for (name,) in cursor.fetchall()), ";\n".join(statements))


def statements_for(name: str) -> list[str]:
    """Copy the rows of a table, if it has any; return what puts the table back."""
    table, copy = quoted(name), f"{COPIES}.{quoted(name)}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        if not cursor.fetchone()[0]:
            return [f"DELETE FROM {table}"]
        cursor.execute(f"CREATE TABLE {copy} AS TABLE {table}")
        cursor.execute(COLUMNS, [table])
        columns = ", ".join(quoted(column) for (column,) in cursor.fetchall())
    # Compared as texts: not every type can be compared, and every one can be written.
    return [
        f"DELETE FROM {table} t WHERE t::text NOT IN (SELECT c::text FROM {copy} c)",
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {copy} c"
        f" WHERE c::text NOT IN (SELECT t::text FROM {table} t)",
    ]


@contextmanager
def instead_of_flushing(new: NewDatabase) -> Iterator[None]:
    """Every TransactionTestCase, and so every test with `transaction=True`, is followed by `new.restore()`."""
    with (
        mock.patch.object(TransactionTestCase, "_fixture_setup", lambda *_: None),
        mock.patch.object(TransactionTestCase, "_fixture_teardown", lambda *_: new.restore()),
    ):
        yield
