"""Ways to change any row of any table behind everybody's back, as far as the database allows."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.postgres.fields import ArrayField, RangeField
from django.db import connection, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.utils import DatabaseError
from django.utils import timezone


class Undone(Exception):
    """Takes back what was done in a block."""


@dataclass(frozen=True)
class Change:
    """Something done to one row, in words, and how."""

    words: str
    do: Callable[[], Any]


# Ways to change one thing, of which the first so many that the database allows are looked at.
Ways = tuple[Iterable[Change], int]


def taken_back(change: Change, look: Callable[[], Any]) -> bool:
    """Make the change, with all that is checked when a transaction ends, look, and take it back.

    False when the database does not allow it; then nothing is looked at.
    """
    try:
        with transaction.atomic():
            change.do()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            look()
            raise Undone
    except Undone:
        return True
    except (DatabaseError, ProtectedError, RestrictedError):
        return False


def changes_of(row: models.Model, told: Collection[str] = ()) -> Iterator[Ways]:
    """Each column to another value, the row copied, the row deleted.

    Of a table where only the columns in `told` are told about, all others are changed in one statement.
    """
    columns = [
        field
        for field in row._meta.local_concrete_fields
        if not field.primary_key and not field.generated
    ]
    for field in columns:
        if not told or field.column in told:
            # What a row belongs to is another one, and none.
            yield updates(row, field), 2 if field.is_relation else 1
    if told:
        yield [_all_at_once(row, [field for field in columns if field.column not in told])], 1
    yield _copies(row), 1
    yield _deletions(row), 1


def _update(row: models.Model, values: dict[str, Any]) -> Change:
    rows = type(row)._base_manager.filter(pk=row.pk)
    told = ", ".join(f"{name} = {value!r}"[:80] for name, value in values.items())
    return Change(f"UPDATE {_name(row)} SET {told}", partial(rows.update, **values))


def _all_at_once(row: models.Model, fields: Iterable[Any]) -> Change:
    """Each of these columns to the first other value that is allowed."""
    values: dict[str, Any] = {}
    for field in fields:
        for value in _others(field, getattr(row, field.attname)):
            if taken_back(_update(row, {**values, field.attname: value}), lambda: None):
                values[field.attname] = value
                break
    return _update(row, values)


def updates(row: models.Model, field: Any) -> Iterator[Change]:
    for value in _others(field, getattr(row, field.attname)):
        yield _update(row, {field.attname: value})


def _copies(row: models.Model) -> Iterator[Change]:
    fields = [
        field
        for field in row._meta.local_concrete_fields
        if not field.generated and not isinstance(field, models.AutoField)
    ]
    values = {field.attname: getattr(row, field.attname) for field in fields}
    for field in fields:
        if isinstance(field, models.CharField) and field.unique:
            values[field.attname] = f"{values[field.attname] or ''}x"
    yield _insert(row, values)
    for field in fields:
        for value in _others(field, values[field.attname]):
            yield _insert(row, {**values, field.attname: value})


def _insert(row: models.Model, values: dict[str, Any]) -> Change:
    new = type(row)(**values)
    return Change(
        f"INSERT a copy of {_name(row)}", lambda: type(row)._base_manager.bulk_create([new])
    )


def _deletions(row: models.Model) -> Iterator[Change]:
    rows = type(row)._base_manager.filter(pk=row.pk)
    yield Change(f"DELETE {_name(row)}", lambda: rows._raw_delete(rows.db))
    yield Change(f"DELETE {_name(row)} with what hangs on it", lambda: rows.get().delete())


def _name(row: models.Model) -> str:
    return f"{row._meta.db_table} {row.pk}"


def _others(field: Any, value: Any) -> Iterator[Any]:
    """Other values for a column, the likeliest to be allowed and to matter first."""
    if field.is_relation:
        others = field.related_model._base_manager.exclude(pk=value).order_by("pk")
        yield from others.values_list("pk", flat=True)[:6]
    elif field.choices:
        yield from (key for key, _label in field.flatchoices if key != value)
    else:
        yield from _others_of_kind(field, value)
    if field.null and value is not None:
        yield None
    if field.empty_strings_allowed and value:
        yield ""


def _others_of_kind(field: Any, value: Any) -> Iterator[Any]:
    now = timezone.now()
    if isinstance(field, ArrayField):
        base = field.base_field
        more = (key for key, _label in base.choices or [] if key not in (value or []))
        yield [*(value or []), next(more, 1)]
        yield []
    elif isinstance(field, RangeField):
        first = datetime.date(2020, 1, 1)
        yield (value.lower - datetime.timedelta(days=400), value.upper)
        yield (first, first + datetime.timedelta(days=1))
    elif isinstance(field, models.BooleanField):
        yield not value
    elif isinstance(field, models.DateTimeField):
        for moment in (value, now):
            if moment is not None:
                yield moment - datetime.timedelta(minutes=10)
                yield moment + datetime.timedelta(days=40)
    elif isinstance(field, models.DateField):
        day = value or now.date()
        yield day - datetime.timedelta(days=40)
        yield day + datetime.timedelta(days=40)
    elif isinstance(field, models.JSONField):
        yield from ({}, [], {"x": 1})
    elif isinstance(field, (models.IntegerField, models.FloatField, models.DecimalField)):
        yield (value or 0) + 1
        yield 0
    elif isinstance(field, models.CharField | models.TextField):
        yield f"{value or ''}x"
        yield f"x{value or ''}"[: field.max_length]
        yield "#123456"
