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
from django.contrib.admin import ModelAdmin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models import F, OrderBy, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

AFTER, BEFORE = "after", "before"
LONGEST_CURSOR = 2000
# So many rows are read one by one before a search asks for more: a few milliseconds.
READ_FIRST = 1000
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


@dataclass(frozen=True)
class NumberedPage:
    """The page that is asked for of a list whose newest row has the highest number: what lies beyond `number`.

    `size` is how many rows it has.
    """

    number: int | None
    is_back: bool
    size: int

    def asked(self, last: int) -> dict[str, Any]:
        """Where its rows begin, in which direction they go, and how many tell whether there are more.

        Args:
            last: the highest number there is.
        """
        if self.number is None:
            return {"start": last, "is_rising": False, "most": self.size + 1}
        start = self.number + (1 if self.is_back else -1)
        return {"start": start, "is_rising": self.is_back, "most": self.size + 1}


def page_by_number(request: HttpRequest, size: int) -> NumberedPage | None:
    """The page of such a list that a search asks for; None when more is asked than that, a filter or another order."""
    # An action asks for what was ticked, on a page that may have moved on.
    if request.method != "GET" or request.GET.keys() - {SEARCH_VAR, AFTER, BEFORE}:
        return None
    is_back = BEFORE in request.GET
    cursor = request.GET.get(BEFORE if is_back else AFTER, "")
    if not cursor:
        return NumberedPage(None, False, size)
    try:
        (number,) = _unpacked(cursor)
    except ValueError:
        return None
    return NumberedPage(number, is_back, size) if isinstance(number, int) else None


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
        found = self._read_page(request, part, keys, (cursor, is_back))
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

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        order: list[Any] = super().get_ordering(request, queryset)
        # What is searched: Django asks for the order just before.
        self._not_searched = queryset.order_by(*order)
        return order

    def _read_page(
        self, request: HttpRequest, part: QuerySet[Any], keys: Sequence[Key], at: tuple[str, bool]
    ) -> list[Any]:
        """The rows of a page and one more.

        What is searched and frequent stands in the next rows of the list: they are read one by one. Only where that
        is not enough all that an index finds is put in order, or all others are read.
        """
        (cursor, is_back), wanted = at, self.list_per_page + 1
        rows = part.reverse() if is_back else part
        read = self._row_by_row(request) if self.query else None
        if read is None:
            return list(rows[:wanted])
        plain, read = self._not_searched.annotate(**self._by), read.annotate(**self._by)
        if cursor:
            here = _part(keys, _read(cursor, keys), is_back)
            plain, read = plain.filter(here), read.filter(here)
        if is_back:
            plain, read = plain.reverse(), read.reverse()
        edge = list(plain.values_list(*self._by)[READ_FIRST : READ_FIRST + 1])
        if not edge:
            # There are no more than that.
            return list(read[:wanted])
        found = list(read.filter(_part(keys, edge[0], not is_back))[:wanted])
        if len(found) < wanted:
            beyond = _part(keys, edge[0], is_back, with_itself=True)
            found += rows.filter(beyond)[: wanted - len(found)]
        return found

    def _row_by_row(self, request: HttpRequest) -> QuerySet[Any] | None:
        """What is found, by a condition that is quickly told of one row; None where the list is found by keys."""
        if (hook := getattr(self.model_admin, "search_row_by_row", None)) is not None:
            found: QuerySet[Any] = hook(request, self._not_searched, self.query)
            return found
        is_plain = type(self.model_admin).get_search_results is ModelAdmin.get_search_results
        return self.queryset if is_plain else None

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
        self._by = {f"_by{n}": one.expression for n, one in enumerate(order) if one}
        try:
            rows = self.queryset.annotate(**self._by)
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


def _part(
    keys: Sequence[Key], values: Sequence[Any], is_back: bool, *, with_itself: bool = False
) -> Q:
    """Rows behind (or before) the one with these values: later in the first key, or the same and later
    in the second, and so on; `with_itself`, that one too."""
    found, same = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        beyond = key.beyond(value, is_back=is_back)
        if beyond is not None:
            found |= same & beyond
        same &= key.same(value)
    if with_itself:
        found |= same
    return keys[0].bound(values[0], is_back=is_back) & found


def _read(cursor: str, keys: Sequence[Key]) -> list[Any]:
    values = _unpacked(cursor)
    if len(values) != len(keys):
        raise BadCursor(cursor)
    try:
        return [_value(key.field, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, ValidationError, TypeError, OverflowError) as error:
        raise BadCursor(cursor) from error


def _unpacked(cursor: str) -> list[Any]:
    """What a cursor holds. Raises BadCursor."""
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise BadCursor(cursor)
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = json.loads(packed)
    except (ValueError, RecursionError) as error:
        raise BadCursor(cursor) from error
    if not isinstance(values, list):
        raise BadCursor(cursor)
    return values


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
