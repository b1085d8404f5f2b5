"""What PostgreSQL says of itself: sizes, and which statements take the most time. Never a value out of one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import Error, connection, transaction

from .scrub import scrub

LONGEST_STATEMENT = 300


@dataclass(frozen=True)
class Facts:
    version: str
    size: int
    connections: int
    most_connections: int


@dataclass(frozen=True)
class Table:
    """`rows` is PostgreSQL's own estimate, -1 before it has counted; partitions stand under their table."""

    name: str
    size: int
    rows: int


@dataclass(frozen=True)
class Statement:
    text: str
    calls: int
    mean_ms: float
    total_seconds: float


def facts() -> Facts:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), pg_database_size(current_database()),"
            " (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),"
            " current_setting('max_connections')::int"
        )
        return Facts(*cursor.fetchone())


def largest_tables(most: int) -> list[Table]:
    """With their indexes and what is stored beside them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(parent.relname, part.relname), sum(pg_total_relation_size(part.oid))::bigint AS size,
                   sum(part.reltuples)::bigint
            FROM pg_class part
            LEFT JOIN pg_inherits inherits ON inherits.inhrelid = part.oid
            LEFT JOIN pg_class parent ON parent.oid = inherits.inhparent
            WHERE part.relkind = 'r' AND part.relnamespace = current_schema()::regnamespace
            GROUP BY 1 ORDER BY size DESC, 1 LIMIT %s
            """,
            [most],
        )
        return [Table(*row) for row in cursor.fetchall()]


def slowest(most: int) -> list[Statement] | None:
    """Statements by the time that they took altogether; None where pg_stat_statements is not there or may not be read.

    Only SELECT, INSERT, UPDATE, DELETE, MERGE and WITH: PostgreSQL puts $1 in the place of every value of these. All
    others it keeps as they were typed, a password in ALTER ROLE too.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(nspname) FROM pg_extension"
            " JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_stat_statements'"
        )
        found = cursor.fetchone()
        if found is None:
            return None
        try:
            with transaction.atomic():
                cursor.execute(
                    "SELECT query, calls, mean_exec_time, total_exec_time / 1000"
                    f" FROM {found[0]}.pg_stat_statements"
                    " WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
                    r" AND query ~* '^\s*(select|insert|update|delete|merge|with)\M'"
                    " ORDER BY total_exec_time DESC LIMIT %s",
                    [most],
                )
                rows = cursor.fetchall()
        except Error:
            # Made, but not among shared_preload_libraries.
            return None
    return [Statement(shown(text), *numbers) for text, *numbers in rows]


def shown(statement: str) -> str:
    """One line of a statement, without what is quoted in it, should anything be."""
    plain = re.sub(r"'(?:[^']|'')*'?", "'…'", " ".join(statement.split()))
    plain = scrub(plain)
    return plain if len(plain) <= LONGEST_STATEMENT else f"{plain[:LONGEST_STATEMENT]} …"
