"""Judges the migrations that came after the last release."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.db.migrations import Migration, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from .known import Running, Tables, tables_of
from .statements import UNNAMED, complaints, split

RELEASED = Path(__file__).with_name("released.toml")

Name = tuple[str, str]


@dataclass(frozen=True)
class Release:
    """What `released.toml` says.

    Attributes:
        leaves: the last migration of each app that the last release had.
        accepted: migrations that somebody has looked at, and why they are well.
    """

    leaves: frozenset[Name]
    accepted: dict[Name, str]


def last_release(file: Path = RELEASED) -> Release:
    """Read what was released. Raises ValueError for a migration that is accepted without a reason."""
    told = tomllib.loads(file.read_text())
    accepted = {}
    for name, why in told.get("accepted", {}).items():
        if not why.strip():
            raise ValueError(f"{file.name} accepts {name} without a reason.")
        app, _dot, migration = name.partition(".")
        accepted[app, migration] = why
    return Release(frozenset(told["migrations"].items()), accepted)


def lint(release: Release) -> Iterator[tuple[Name, str]]:
    """What the last release would suffer from the migrations that came after it: their names, a sentence each.

    Raises ValueError when a migration that was released is not there any more.
    """
    loader = MigrationLoader(None)
    for app, name in sorted(release.leaves):
        if (app, name) not in loader.graph.nodes:
            raise ValueError(
                f"{app}.{name} was released and is not there any more: installations have it in their records."
            )
    before = set(release.leaves)
    released = {name for leaf in before for name in loader.graph.forwards_plan(leaf)}
    plan: list[Name] = []
    for leaf in loader.graph.leaf_nodes():
        plan += [
            name
            for name in loader.graph.forwards_plan(leaf)
            if name not in released and name not in plan
        ]
    if not plan:
        return
    state = loader.project_state(sorted(before))
    yield from judge([loader.graph.nodes[name] for name in plan], state, accepted=release.accepted)


def judge(
    migrations: Iterable[Migration],
    state: ProjectState,
    accepted: Iterable[Name] = (),
) -> Iterator[tuple[Name, str]]:
    """What a version with the models of `state` would suffer from these, one after the other."""
    running = Running(tables_of(state))
    skipped = set(accepted)
    for migration in migrations:
        name = migration.app_label, migration.name
        state, found = _judge_one(migration, state, running)
        if name not in skipped:
            yield from ((name, sentence) for sentence in dict.fromkeys(found))


def _judge_one(
    migration: Migration, state: ProjectState, running: Running
) -> tuple[ProjectState, list[str]]:
    found: list[str] = []
    statements: list[str] = []
    for operation in migration.operations:
        after = state.clone()
        operation.state_forwards(migration.app_label, after)
        sql = collected(migration.app_label, operation, state, after)
        made = [one for text in sql for one in split(text)]
        found += [sentence for one in made for sentence in complaints(one, running)]
        found += _left_behind(tables_of(state), tables_of(after), made)
        statements += made
        state = after
    found += _together(migration, statements, running)
    return state, found


def collected(
    app_label: str, operation: Operation, before: ProjectState, after: ProjectState
) -> list[str]:
    """The statements of an operation, which are not carried out."""
    if isinstance(operation, RunPython):
        return []
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        # Names that Django made itself it would look up in the database, which may know nothing of this yet.
        vars(editor)["_constraint_names"] = lambda model, *_args, **_kwargs: [
            f"{model._meta.db_table}{UNNAMED}"
        ]
        operation.database_forwards(app_label, editor, before, after)
        editor.deferred_sql, waiting = [], editor.deferred_sql
    return [*editor.collected_sql, *map(str, waiting)]


def _left_behind(before: Tables, after: Tables, statements: list[str]) -> Iterator[str]:
    """Columns that the new code does not name any more, and that refuse a row without them."""
    for table, columns in before.items():
        for name, column in columns.items():
            if table not in after or name in after[table] or column.may_be_left_out:
                continue
            if not any(f'DROP COLUMN "{name}"' in one for one in statements):
                yield (
                    f"The new version does not write {table}.{name} any more, so its INSERTs would fail: make it"
                    " null=True or give it a db_default first, in the migration before."
                )


def _together(migration: Migration, statements: list[str], running: Running) -> Iterator[str]:
    """What is wrong with the migration as a whole."""
    if not migration.atomic and len(migration.operations) != 1:
        yield (
            "A migration that is not atomic has one operation: whatever fails in it can then be done again."
        )
    alters = [one for one in statements if one.upper().startswith("ALTER TABLE")]
    validates = [one for one in alters if "VALIDATE CONSTRAINT" in one.upper()]
    if validates and len(alters) > len(validates):
        yield (
            "VALIDATE CONSTRAINT reads all rows, and what stands beside it keeps its lock until that is done: put it"
            " into a migration of its own."
        )
    if alters and any(isinstance(one, RunPython) for one in migration.operations):
        yield (
            "The locks of the schema's changes are kept until the RunPython beside them is done: put it into a"
            " migration of its own."
        )
    for table, column in (pair for one in statements for pair in _dropped_defaults(one)):
        added = f'ALTER TABLE "{table}" ADD COLUMN "{column}"'
        if running.has(table) and any(added in one and "NOT NULL" in one for one in statements):
            yield (
                f"The version that runs does not write {table}.{column}, and Django takes its default away again once"
                " the rows have it, so INSERTs would fail: null=True, or a db_default, which stays in the database."
            )


def _dropped_defaults(statement: str) -> list[Name]:
    return re.findall(r'ALTER TABLE "(\w+)" ALTER COLUMN "(\w+)" DROP DEFAULT', statement)
