"""What is in each table, in a line: how many rows, and a fingerprint of all of them in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

# Partitions are tables; a table in partitions has no rows of its own. What an extension brings is its own.
TABLES = """
SELECT n.nspname, c.relname, pg_table_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.deptype = 'e')
ORDER BY 1, 2
"""
# Sums do not depend on an order, so nothing has to be sorted. MD5 because every version computes it alike; it is to
# find what went wrong, and keeps out nobody who would forge a row.
FINGERPRINT = """
SELECT count(*), coalesce(sum(('x' || left(h, 16))::bit(64)::bigint), 0),
    coalesce(sum(('x' || right(h, 16))::bit(64)::bigint), 0)
FROM (SELECT md5(this_row::text) AS h FROM ONLY {} this_row) hashed
"""
Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Table:
    """The contents of a table: two with the same are equal."""

    name: str
    rows: int
    fingerprint: str


def exist(connection: psycopg.Connection[Any]) -> bool:
    """Whether the database has any table."""
    return connection.execute(f"SELECT EXISTS ({TABLES})").fetchone() == (True,)


@contextmanager
def snapshot(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """One point in time for as long as it lasts; gives the name by which pg_dump joins in.

    Tables are locked first, so that none is altered or emptied meanwhile, as pg_dump does by itself.
    """
    names = [sql.Identifier(*row[:2]) for row in connection.execute(TABLES).fetchall()]
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # LOCK takes no snapshot: what the tables are is seen once nobody can change it.
        if names:
            all_names = sql.SQL(", ").join(names)
            connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(all_names))
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield row[0]


def look(connection: psycopg.Connection[Any], step: Step) -> Iterator[Table]:
    """Each table in turn; `step` hears how many bytes of how many were read."""
    found = connection.execute(TABLES).fetchall()
    done, whole = 0, sum(size for _schema, _name, size in found)
    for schema, name, size in found:
        step(done, whole)
        row = connection.execute(
            sql.SQL(FINGERPRINT).format(sql.Identifier(schema, name))
        ).fetchone()
        assert row is not None
        count, *sums = row
        digest = "".join(f"{int(one) % 2**64:016x}" for one in sums)
        yield Table(f"{schema}.{name}", count, digest)
        done += size


def differing(one: Iterable[Table], other: Iterable[Table]) -> list[str]:
    """The names of tables that are not equal, or only there once."""
    return sorted({table.name for table in set(one) ^ set(other)})
