"""Lists of the desk by keyset: the page after ten thousand rows costs what the first one costs, and none is counted.

A cursor is the values that the last row of a page is ordered by. Lists whose order cannot be written into an
address (by a range of days, say) keep Django's numbered pages; they are short.
"""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models import F, OrderBy, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

AFTER, BEFORE = "after", "before"
LONGEST_CURSOR = 2000
_KINDS = (
    *(models.IntegerField, models.CharField, models.TextField, models.DateTimeField),
    *(models.DateField, models.BooleanField, models.FloatField, models.UUIDField),
)


class BadCursor(ValueError):
    """A cursor that no page of this list has printed."""


@dataclass(frozen=True)
class Key:
    """One field of the order: its annotation's name, its type, its direction."""

    name: str
    field: models.Field[Any, Any]
    is_descending: bool

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: Any, *, is_back: bool) -> Q | None:
        """Rows that come behind `value` in the list, or before it; None where there are none.

        PostgreSQL puts NULL behind everything, so in a descending list it comes first.
        """
        is_larger = self.is_descending == is_back
        if value is None:
            return None if is_larger else Q(**{f"{self.name}__isnull": False})
        if is_larger:
            larger = Q(**{f"{self.name}__gt": value})
            return larger | Q(**{f"{self.name}__isnull": True}) if self.field.null else larger
        return Q(**{f"{self.name}__lt": value})

    def bound(self, value: Any, *, is_back: bool) -> Q:
        """What all rows from `value` on have in common, for an index to begin at."""
        if value is None or (self.field.null and self.is_descending == is_back):
            return Q()
        side = "gte" if self.is_descending == is_back else "lte"
        return Q(**{f"{self.name}__{side}": value})


class KeysetList(ChangeList):
    """A list with "older" and "newer" instead of numbers.

    For templates: `is_keyset`, and `next_url`, `previous_url`, `first_url`, empty where there is nothing.
    """

    is_keyset = False
    next_url = previous_url = first_url = ""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if _cannot_be_asked(request.GET):
            # PostgreSQL takes no text with a NUL in it, in no filter of any list.
            request.GET = QueryDict()
            messages.warning(request, _("This page of the list is not there; here is the first."))
        super().__init__(request, *args, **kwargs)

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = super().get_filters_params(params)
        return {key: value for key, value in found.items() if key not in {AFTER, BEFORE}}

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        # Filters and the other page begin anew.
        query: str = super().get_query_string(new_params, [*(remove or []), AFTER, BEFORE])
        return query

    def get_results(self, request: HttpRequest) -> None:
        keyed = self._keyed()
        if keyed is None:
            super().get_results(request)
            return
        rows, keys = keyed
        is_back = BEFORE in request.GET
        cursor = request.GET.get(BEFORE if is_back else AFTER, "")
        try:
            part = rows.filter(_part(keys, _read(cursor, keys), is_back)) if cursor else rows
        except BadCursor:
            messages.warning(request, _("This page of the list is not there; here is the first."))
            part, cursor, is_back = rows, "", False
        found = list((part.reverse() if is_back else part)[: self.list_per_page + 1])
        has_more = len(found) > self.list_per_page
        shown = found[: self.list_per_page]
        if is_back:
            shown.reverse()
        self._show(shown, keys, has_next=has_more or is_back, has_previous=bool(cursor))
        if is_back and not has_more:
            # Nothing is before it: this is the first page.
            self.previous_url = self.first_url = ""
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        # What stands on this page. Nothing is counted: the count of an archive costs more than its page.
        self.result_count = len(shown)
        self.full_result_count, self.show_full_result_count = None, False
        self.show_admin_actions = bool(shown)
        self.can_show_all, self.multi_page = False, bool(self.next_url or self.previous_url)

    def _show(
        self, shown: list[Any], keys: Sequence[Key], *, has_next: bool, has_previous: bool
    ) -> None:
        self.is_keyset, self.result_list = True, shown
        if shown and has_next:
            self.next_url = self._url(AFTER, shown[-1], keys)
        if has_previous:
            self.first_url = self.get_query_string()
            self.previous_url = self._url(BEFORE, shown[0], keys) if shown else self.first_url

    def _url(self, side: str, row: Any, keys: Sequence[Key]) -> str:
        values = [getattr(row, key.name) for key in keys]
        # A moment to the microsecond: Django's own encoder would round it, and the row come again.
        packed = json.dumps(values, default=_text, separators=(",", ":")).encode()
        cursor = base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")
        url: str = self.get_query_string({side: cursor})
        return url

    def _keyed(self) -> tuple[QuerySet[Any], list[Key]] | None:
        """The rows with what they are ordered by; None when that cannot stand in an address."""
        order = [_as_order(part) for part in self.queryset.query.order_by]
        if not order or any(one is None for one in order):
            return None
        annotated = {f"_by{n}": one.expression for n, one in enumerate(order) if one}
        try:
            rows = self.queryset.annotate(**annotated)
            keys = [
                Key(f"_by{n}", rows.query.annotations[f"_by{n}"].output_field, one.descending)
                for n, one in enumerate(order)
                if one
            ]
        except (FieldError, AttributeError):
            return None
        return (rows, keys) if all(isinstance(key.field, _KINDS) for key in keys) else None


def _cannot_be_asked(query: QueryDict) -> bool:
    return any("\x00" in part for key in query for part in (key, *map(str, query.getlist(key))))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _as_order(part: Any) -> OrderBy | None:
    if isinstance(part, str):
        name = part.lstrip("-")
        return None if name == "?" else OrderBy(F(name), descending=part.startswith("-"))
    if not isinstance(part, OrderBy) or part.nulls_first or part.nulls_last:
        return None
    return part


def _part(keys: Sequence[Key], values: Sequence[Any], is_back: bool) -> Q:
    """Rows behind (or before) the one with these values: later in the first key, or the same and later
    in the second, and so on."""
    found, same = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        beyond = key.beyond(value, is_back=is_back)
        if beyond is not None:
            found |= same & beyond
        same &= key.same(value)
    return keys[0].bound(values[0], is_back=is_back) & found


def _read(cursor: str, keys: Sequence[Key]) -> list[Any]:
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise BadCursor(cursor)
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = json.loads(packed)
        if not isinstance(values, list) or len(values) != len(keys):
            raise BadCursor(cursor)
        return [_value(key.field, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, RecursionError, ValidationError, TypeError, OverflowError) as error:
        raise BadCursor(cursor) from error


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, (list, dict)):
        raise BadCursor("No value")
    if isinstance(value, str):
        # Half a character is no text that could be asked for: UnicodeEncodeError is a ValueError.
        value.encode()
        if "\x00" in value:
            raise BadCursor("No value")
    return field.to_python(value)
