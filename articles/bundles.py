"""The rows of many relations in the query of the row that they belong to, as the instances that prefetching gives.

Each `Bundle` is a subquery that gives its rows as JSON, with the rows that these refer to. So seven round trips are
one, and PostgreSQL need not plan a join of everything with everything, which took it longer than to answer. Django
takes milliseconds to write such a query, so each bundle is written once.

What comes out is what `select_related` and `prefetch_related` would have made: the instances are made by `from_db`,
and note themselves as what a page shows (`pagecache.recording`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connections, models
from django.db.models import F, Func
from django.db.models.expressions import RawSQL
from django.db.models.query import ModelIterable

from pagecache import instant, recording

# Stands for the moment of the question wherever a bundle's rows depend on it.
NOW = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)
# Of annotations, which are bundles: no field begins so.
_PREFIX = "bundle_"

Tree = Mapping[str, "Tree"]
Rows = TypeVar("Rows", bound=models.QuerySet)


class Bundle:
    """Rows of one relation. Made once, and used for every query.

    Args:
        name: where they are found: `row.<name>.all()`; `row.<name>` as a list with `is_list`, as the one that a
            foreign key leads to with `is_one`.
        rows: those of one row, whose columns are `OuterRef`s, in their order; times that depend on now are NOW.
        joins: relations whose rows come along, as in `select_related`.
        without: columns that are not read, of whatever table has them.
        owner: the relation that leads back to the row.
        each: what is found instead of the rows themselves: one of their relations.
        is_beside: they stand beside what the page is about.
    """

    def __init__(
        self,
        name: str,
        rows: models.QuerySet,
        *,
        joins: Sequence[str] = (),
        without: Sequence[str] = (),
        owner: str = "",
        each: str = "",
        is_list: bool = False,
        is_one: bool = False,
        is_beside: bool = False,
    ) -> None:
        self.name, self.rows = name, rows
        self.owner, self.each = owner, each
        self.is_list, self.is_one, self.is_beside = is_list, is_one, is_beside
        self.table = _Table(rows.model, _tree(joins), without)
        self._written: dict[type[models.Model], tuple[str, Sequence[Any]]] = {}

    def of(self, model: type[models.Model], db: str) -> RawSQL:
        """The subquery for rows of that model, whose table stands under its own name."""
        if model not in self._written:
            rows = self.rows.values(json=_Row(F(self.rows.model._meta.pk.name), self.table))
            query = model._default_manager.using(db).annotate(json=ArraySubquery(rows)).query
            compiler = query.get_compiler(connection=connections[db])
            self._written[model] = compiler.compile(query.annotations["json"])
        sql, told = self._written[model]
        now = instant.now()
        params = [now if value == NOW else value for value in told]
        # The driver reads JSON by itself.
        return RawSQL(f"to_json({sql})::text", params, output_field=models.JSONField())

    def fill(self, owner: models.Model, found: Sequence[Any], db: str) -> None:
        """Put the rows where prefetching would have put them."""
        if self.is_beside:
            with recording.beside():
                rows = [self._made(owner, values, db) for values in found]
        else:
            rows = [self._made(owner, values, db) for values in found]
        if self.is_list:
            setattr(owner, self.name, rows)
            return
        if self.is_one:
            field: Any = owner._meta.get_field(self.name)
            field.set_cached_value(owner, rows[0] if rows else None)
            return
        cache = owner.__dict__.setdefault("_prefetched_objects_cache", {})
        cache[self.name] = known = self._empty._chain()
        known._result_cache = rows
        known._prefetch_done = True

    @cached_property
    def _empty(self) -> Any:
        model = self.rows.model
        if self.each:
            model = model._meta.get_field(self.each).related_model
        return model._default_manager.all()

    def _made(self, owner: models.Model, values: Sequence[Any], db: str) -> Any:
        row = self.table.make(values, db)
        if self.owner:
            row._meta.get_field(self.owner).set_cached_value(row, owner)
        return getattr(row, self.each) if self.each else row


def bundled(rows: Rows, bundles: Sequence[Bundle]) -> Rows:
    """`rows`, each with its bundles; one query."""

    class Filled(ModelIterable):
        def __iter__(self) -> Iterator[Any]:
            for row in super().__iter__():
                for bundle in bundles:
                    bundle.fill(row, row.__dict__.pop(_PREFIX + bundle.name), self.queryset.db)
                yield row

    found = rows.annotate(**{_PREFIX + one.name: one.of(rows.model, rows.db) for one in bundles})
    found._iterable_class = Filled
    return found


def _tree(joins: Sequence[str]) -> Tree:
    tree: dict[str, Any] = {}
    for join in joins:
        branch = tree
        for name in join.split("__"):
            branch = branch.setdefault(name, {})
    return tree


class _Table:
    """A table of a bundle, and those that it refers to."""

    def __init__(self, model: Any, tree: Tree, without: Sequence[str]) -> None:
        fields = [one for one in model._meta.concrete_fields if one.column not in without]
        self.model = model
        self.left_out = [one.column for one in model._meta.concrete_fields if one not in fields]
        self.names = [one.attname for one in fields]
        self.columns = [one.column for one in fields]
        # JSON has no dates.
        self.read: list[tuple[int, Callable[[Any], Any]]] = [
            (place, one.to_python)
            for place, one in enumerate(fields)
            if isinstance(one, models.DateField)
        ]
        self.others = [
            (field, _Table(field.related_model, branch, without))
            for field, branch in ((model._meta.get_field(name), tree[name]) for name in tree)
        ]

    def sql(self, name: str, depth: int = 1) -> str:
        """A row as JSON, then what it refers to; `name` is that of its table in the query."""
        pieces = [f"to_jsonb({name})" + "".join(f" - '{column}'" for column in self.left_out)]
        for field, table in self.others:
            other, key = f"joined_{depth}", table.model._meta.pk.column
            pieces.append(
                f'(SELECT {table.sql(other, depth + 1)} FROM "{table.model._meta.db_table}" {other}'
                f' WHERE {other}."{key}" = {name}."{field.column}")'
            )
        return f"jsonb_build_array({', '.join(pieces)})"

    def make(self, values: Sequence[Any], db: str) -> Any:
        columns = values[0]
        told = [columns[name] for name in self.columns]
        for place, read in self.read:
            told[place] = read(told[place])
        row = self.model.from_db(db, self.names, told)
        for (field, table), found in zip(self.others, values[1:], strict=True):
            field.set_cached_value(row, table.make(found, db) if found is not None else None)
        return row


class _Row(Func):
    """A row of the question's own table as `_Table.sql` writes it."""

    output_field = models.JSONField()

    def __init__(self, key: F, table: _Table) -> None:
        super().__init__(key)
        self.table = table

    def as_sql(self, compiler: Any, connection: Any, *_given: Any, **_context: Any) -> Any:
        (column,) = self.get_source_expressions()
        return self.table.sql(compiler.quote_name_unless_alias(column.alias)), []
