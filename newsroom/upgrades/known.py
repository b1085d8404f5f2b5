"""What a version of the code takes for granted about the database: its tables and columns, out of its models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED, Field


@dataclass(frozen=True)
class Column:
    """One column as the code of that version knows it.

    Attributes:
        type: as PostgreSQL calls it, `varchar(50)`.
        may_be_left_out: an INSERT that does not name it succeeds.
        has_default: the database has a default for it, which INSERTs ask for.
    """

    type: str
    may_be_left_out: bool
    has_default: bool


Tables = dict[str, dict[str, Column]]


def _has_default(one: Field[Any, Any]) -> bool:
    return one.db_default is not NOT_PROVIDED


def tables_of(state: ProjectState) -> Tables:
    """The tables of all models of that state, those of many-to-many fields too, with their columns."""
    return {
        model._meta.db_table: {
            one.column: Column(
                one.db_type(connection) or "",
                may_be_left_out=one.null or one.generated or _has_default(one),
                has_default=_has_default(one),
            )
            for one in model._meta.local_fields
            if one.column
        }
        for model in state.apps.get_models(include_auto_created=True)
        if not model._meta.proxy
    }


@dataclass
class Running:
    """What the version that runs lives on, and what was made since, which it does not know.

    Attributes:
        tables: what that version knows.
        new_tables: made by the migrations that are judged; whatever is done to them, nobody waits.
        new_indexes: as above.
    """

    tables: Tables
    new_tables: set[str] = field(default_factory=set)
    new_indexes: set[str] = field(default_factory=set)

    def has(self, table: str) -> bool:
        """Whether somebody may be waiting for that table. One made by SQL alone counts, unless it is new."""
        return table not in self.new_tables

    def knows(self, table: str, column: str) -> bool:
        return column in self.tables.get(table, {})

    def column(self, table: str, column: str) -> Column | None:
        return self.tables.get(table, {}).get(column)
