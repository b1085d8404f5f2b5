"""What a statement does to a table in use, and what to do instead; one sentence each.

It reads the statements that Django's operations make, and SQL of our own kind (RunSQL). What it does not know it
refuses: a migration that somebody has looked at is accepted by name, with the reason (`released.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .known import Running

NAME = r'(?:"?public"?\.)?"?([\w$]+)"?'
# Bodies of functions and texts: what stands in them happens later, or never.
QUOTED = re.compile(r"\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'", re.DOTALL)
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
# Ends the name of an index or a constraint that only the database knows; before it stands the table.
UNNAMED = "__unnamed"
# Functions whose value is the same for the whole statement: PostgreSQL keeps it once, for all rows that are there.
STEADY = frozenset("now statement_timestamp transaction_timestamp varchar char numeric".split())

# Locks nobody, or for a moment; of the rest `migrate` waits for the lock with a limit.
HARMLESS = re.compile(
    r"(SELECT|SET|RESET|COMMENT|INSERT|GRANT|REVOKE|ANALYZE"
    r"|CREATE (OR REPLACE )?(CONSTRAINT )?(FUNCTION|TRIGGER|VIEW|SEQUENCE|TYPE|STATISTICS|COLLATION|EXTENSION|AGGREGATE)"
    r"|DROP (FUNCTION|TRIGGER|VIEW|TYPE|STATISTICS|AGGREGATE)"
    r"|ALTER (SEQUENCE|FUNCTION|INDEX))\b",
    re.IGNORECASE,
)
HARMLESS_ACTION = re.compile(
    r"(DROP CONSTRAINT|RENAME CONSTRAINT|ALTER (COLUMN )?\S+ (DROP NOT NULL|SET DEFAULT|SET STATISTICS|SET STORAGE)"
    r"|SET \(|RESET \(|OWNER TO|(ENABLE|DISABLE) (REPLICA |ALWAYS )?TRIGGER|VALIDATE CONSTRAINT)",
    re.IGNORECASE,
)


def split(sql: str) -> list[str]:
    """The statements of a text, each on one line, without comments and without what is quoted."""
    bare = COMMENT.sub(" ", QUOTED.sub("''", sql))
    return [line for one in bare.split(";") if (line := " ".join(one.split()))]


def complaints(statement: str, running: Running) -> Iterator[str]:
    """What the running version would suffer from one of them. Notes in `running` what it makes."""
    for pattern, judge in _JUDGES:
        if found := pattern.match(statement):
            yield from judge(found, statement, running)
            return
    if not HARMLESS.match(statement):
        yield f"Nobody has said yet what “{statement[:60]}” does to a table in use."


def _create_table(found: re.Match[str], text: str, running: Running) -> Iterator[str]:
    running.new_tables.add(found[1])
    yield from ()


def _drop_table(found: re.Match[str], text: str, running: Running) -> Iterator[str]:
    if found[1] in running.tables and running.has(found[1]):
        yield (
            f"The version that runs reads {found[1]}: delete the model in this release's state alone"
            " (SeparateDatabaseAndState), and drop the table in the next release."
        )


def _create_index(found: re.Match[str], text: str, running: Running) -> Iterator[str]:
    is_concurrent, name, table = found[1], found[2], found[3]
    running.new_indexes.add(name or "")
    if not is_concurrent and running.has(table):
        yield (
            f"Nobody could write to {table} while its index is made: use AddIndexConcurrently of"
            " django.contrib.postgres.operations, in a migration of its own with atomic = False."
        )


def _drop_index(found: re.Match[str], text: str, running: Running) -> Iterator[str]:
    name = found[2]
    is_new = name in running.new_indexes or name.removesuffix(UNNAMED) in running.new_tables
    if not found[1] and not is_new:
        yield (
            f"Dropping {name} stops everybody at its table behind whoever reads for long: use"
            " RemoveIndexConcurrently, in a migration of its own with atomic = False."
        )


def _rows(found: re.Match[str], text: str, running: Running) -> Iterator[str]:
    if running.has(found[1]):
        yield (
            f"Rows of {found[1]} would be locked until the migration ends: change them in pieces, by a job or a"
            " command that can be done again, after the new version runs."
        )


def _whole_table(found: re.Match[str], text: str, running: Running) -> Iterator[str]:
    yield f"“{found[1].upper()}” locks the whole table, also against reading, until the migration ends: leave it out."


def _block(found: re.Match[str], text: str, running: Running) -> Iterator[str]:
    yield "What a DO block does cannot be read here: write its statements as they are, or as a RunPython."


def _alter_table(found: re.Match[str], text: str, running: Running) -> Iterator[str]:
    table = found[1]
    if not running.has(table):
        return
    for action in actions(text[found.end() :]):
        yield from _action(table, action, running)


def actions(text: str) -> list[str]:
    """The actions of an ALTER TABLE: what stands between commas outside of brackets."""
    found, depth, begin = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.append(text[begin:at].strip())
            begin = at + 1
    return [*found, text[begin:].strip()]


def _action(table: str, action: str, running: Running) -> Iterator[str]:
    said = re.sub(r'"', "", action)
    if found := re.match(r"ADD CONSTRAINT (\w+) (.*)", said, re.IGNORECASE):
        yield from _add_constraint(table, found[1], found[2])
    elif found := re.match(
        r"ADD ((?:UNIQUE|PRIMARY KEY|EXCLUDE|CHECK|FOREIGN KEY)\b.*)", said, re.IGNORECASE
    ):
        yield from _add_constraint(table, "a constraint", found[1])
    elif found := re.match(r"ADD (?:COLUMN )?(?:IF NOT EXISTS )?(\w+) (.*)", said, re.IGNORECASE):
        yield from _add_column(table, found[1], found[2])
    elif found := re.match(r"DROP (?:COLUMN )(?:IF EXISTS )?(\w+)", said, re.IGNORECASE):
        if running.knows(table, found[1]):
            yield (
                f"The version that runs reads {table}.{found[1]}: remove the field in this release's state alone"
                " (SeparateDatabaseAndState), and drop the column in the next release."
            )
    elif found := re.match(r"ALTER (?:COLUMN )?(\w+) (?:SET DATA )?TYPE (.*)", said, re.IGNORECASE):
        yield from _type(table, found[1], found[2], running)
    elif found := re.match(r"ALTER (?:COLUMN )?(\w+) SET NOT NULL", said, re.IGNORECASE):
        yield (
            f"All rows of {table} would be read under a lock that nobody passes: say “{found[1]} is not null” as a"
            " CheckConstraint, by AddConstraintNotValid and, in a later migration, ValidateConstraint; it keeps null"
            " out just as well."
        )
    elif found := re.match(r"ALTER (?:COLUMN )?(\w+) DROP DEFAULT", said, re.IGNORECASE):
        column = running.column(table, found[1])
        if column and column.has_default:
            yield (
                f"The version that runs asks the database for the default of {table}.{found[1]}: take it away in"
                " the release after the one that writes a value itself."
            )
    elif re.match(r"RENAME CONSTRAINT", said, re.IGNORECASE):
        return
    elif re.match(r"RENAME", said, re.IGNORECASE):
        yield (
            f"The version that runs knows {table} by its old names: leave them (db_table, db_column), or add the new"
            " one, write both, and drop the old one in the next release."
        )
    elif not HARMLESS_ACTION.match(said):
        yield f"Nobody has said yet what “ALTER TABLE {table} {said[:50]}” does to a table in use."


def _add_column(table: str, column: str, about: str) -> Iterator[str]:
    upper = about.upper()
    default = re.search(r"\bDEFAULT\b(.*)", about, re.IGNORECASE)
    functions = set(re.findall(r"(\w+)\s*\(", default[1].lower() if default else "")) - STEADY
    if "GENERATED" in upper or re.match(r"(BIG|SMALL)?SERIAL\b", upper):
        yield (
            f"{table} would be written anew with {column}, and nobody could read it meanwhile: add a plain column that"
            " may be null, fill it in pieces after the new version runs, and keep it by a trigger."
        )
    elif functions:
        yield (
            f"{table} would be written anew, since {', '.join(sorted(functions))}() differs from row to row: add"
            f" {column} with null=True, and fill it in pieces after the new version runs."
        )
    if "NOT NULL" in upper and not default and "GENERATED" not in upper:
        yield _leaves_out(table, column)
    if re.search(r"\b(UNIQUE|PRIMARY KEY)\b", upper):
        yield (
            f"Nobody could read {table} while the index of the unique {column} is made: add it without unique=True,"
            " and a UniqueConstraint from a unique index that is made CONCURRENTLY."
        )
    if re.search(r"\bCHECK\b", upper):
        yield (
            f"All rows of {table} would be read under a lock that nobody passes, for the check of {column}: take a"
            " field that has none (IntegerField), and AddConstraintNotValid."
        )


def _leaves_out(table: str, column: str) -> str:
    return (
        f"The version that runs does not write {table}.{column}, so its INSERTs would fail: null=True, or a db_default,"
        " which stays in the database."
    )


def _add_constraint(table: str, name: str, about: str) -> Iterator[str]:
    upper = about.upper()
    if upper.startswith(("UNIQUE", "PRIMARY KEY", "EXCLUDE")):
        if "USING INDEX" not in upper:
            yield (
                f"Nobody could read {table} while the index of {name} is made: make a unique index CONCURRENTLY, and"
                " the constraint of it (ADD CONSTRAINT … UNIQUE USING INDEX) in a later migration."
            )
    elif "NOT VALID" not in upper:
        instead = (
            "AddConstraintNotValid of django.contrib.postgres.operations"
            if upper.startswith("CHECK")
            else "ADD CONSTRAINT … NOT VALID by RunSQL"
        )
        yield (
            f"All rows of {table} would be read under a lock, for {name}: use {instead}, and validate it in a later"
            " migration."
        )


def _type(table: str, column: str, wanted: str, running: Running) -> Iterator[str]:
    known = running.column(table, column)
    if known and _is_only_longer(known.type, wanted):
        return
    yield (
        f"{table} would be written anew for another type of {column}, and nobody could read it meanwhile: add a new"
        " column, write both, fill it in pieces, and drop the old one in the next release."
    )


def _is_only_longer(before: str, after: str) -> bool:
    """Whether every value of the one is one of the other as it stands, so that no row is looked at."""
    short = re.fullmatch(r"varchar\((\d+)\)", before)
    after = re.sub(r"\s+USING .*", "", after, flags=re.IGNORECASE).strip()
    long = re.fullmatch(r"varchar\((\d+)\)", after)
    if short and long:
        return int(long[1]) >= int(short[1])
    return bool(short) and after in {"text", "varchar"}


_JUDGES = [
    (re.compile(pattern, re.IGNORECASE), judge)
    for pattern, judge in (
        (rf"CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?{NAME}", _create_table),
        (rf"DROP TABLE (?:IF EXISTS )?{NAME}", _drop_table),
        (
            rf"CREATE (?:UNIQUE )?INDEX (CONCURRENTLY )?(?:IF NOT EXISTS )?(?:{NAME} )?ON (?:ONLY )?{NAME}",
            _create_index,
        ),
        (rf"DROP INDEX (CONCURRENTLY )?(?:IF EXISTS )?{NAME}", _drop_index),
        (rf"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?{NAME} ", _alter_table),
        (rf"UPDATE (?:ONLY )?{NAME}", _rows),
        (rf"DELETE FROM (?:ONLY )?{NAME}", _rows),
        (r"(LOCK|TRUNCATE|CLUSTER|VACUUM FULL|REINDEX)\b", _whole_table),
        (r"DO\b", _block),
    )
]
