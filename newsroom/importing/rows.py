"""Rows of ours as JSON and back: what a WordPress export has no place for.

A row is all its own columns, so a column that is added to a model one day travels too. What it
points at is named, not numbered: an account by its e-mail, a place by its code, everything else
by the key under which the export lists it.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Collection
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models

from articles import models as articles

# By which column each kind of row is named in an export; all others by their number.
KEY_FIELDS: dict[type[models.Model], str] = {
    get_user_model(): "email",
    articles.Author: "slug",
    articles.Section: "slug",
    articles.Tag: "slug",
    articles.Person: "slug",
    articles.Organisation: "slug",
    articles.StoryThread: "slug",
}

# Written from the judgements, which travel themselves; see `articles.people.identity.take_in`.
_WORKED_OUT: dict[type[models.Model], str] = {articles.Person: "merged_into"}

Resolve = Callable[[type[models.Model], str], int | None]


def export_number(row: models.Model) -> int:
    """The number of a story, page or photo among the items of an export, where all are one row."""
    series = (articles.Article, articles.Page, articles.Photo)
    return int(row.pk) * len(series) + series.index(type(row))


def permanent_address(row: models.Model) -> str:
    """What names an item for ever, whatever its address becomes; also a key in the ledger."""
    return f"{settings.SITE_URL}/?p={export_number(row)}"


def key_of(row: models.Model) -> str:
    """By what the export names this row."""
    if isinstance(row, articles.Place):
        return row.code or f"#{row.pk}"
    if isinstance(row, articles.Photo):
        return str(export_number(row))
    if isinstance(row, articles.Article | articles.Page):
        return f"{export_number(row)} {permanent_address(row)}"
    field = KEY_FIELDS.get(type(row))
    return str(getattr(row, field) if field else row.pk)


def row_data(row: models.Model, *, without: Collection[str] = ()) -> dict[str, Any]:
    """All columns of a row that are its own, but for the key, generated ones and `without`."""
    data: dict[str, Any] = {}
    for field in _columns(type(row)):
        if field.name in without:
            continue
        if field.is_relation:
            target = getattr(row, field.name)
            data[field.name] = None if target is None else key_of(target)
        else:
            data[field.name] = _plain(getattr(row, field.attname))
    return data


def values_of(model: type[models.Model], data: dict[str, Any], resolve: Resolve) -> dict[str, Any]:
    """The columns that `data` gives, ready for the model; unknown names are passed over.

    Raises ValueError when a value cannot stand in its column, or points at nothing that is
    here although the column cannot be empty.
    """
    values: dict[str, Any] = {}
    for field in _columns(model):
        if field.name not in data:
            continue
        given = data[field.name]
        if field.is_relation:
            number = None if given is None else resolve(field.related_model, str(given))
            if number is None and not field.null:
                raise ValueError(f"{field.name}: {given!r} is not here.")
            values[field.attname] = number
        else:
            try:
                values[field.name] = field.to_python(given)
            except ValidationError as error:
                raise ValueError(f"{field.name}: {' '.join(error.messages)}") from error
    return values


def _columns(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated and field.name != _WORKED_OUT.get(model)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, models.fields.files.FieldFile):
        return value.name
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value
