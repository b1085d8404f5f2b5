"""Paging by "older than this one": page 5,000 costs what page 1 costs.

A cursor is the last row shown, as its time and its number: `20201202T080900000000-1234`.
A row that arrives or leaves meanwhile neither repeats nor hides another.
"""

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

PAGE_SIZE = 20

_FORMAT = "%Y%m%dT%H%M%S%f"
_CURSOR = re.compile(r"([0-9]{8}T[0-9]{12})-([0-9]{1,18})")


class BadCursor(ValueError):
    """A cursor that no page of ours has ever printed."""


@dataclass(frozen=True)
class Position:
    """A place between two rows of a list that is in the order of time."""

    moment: datetime.datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.moment.astimezone(datetime.UTC).strftime(_FORMAT).zfill(21)}-{self.pk}"

    @classmethod
    def parse(cls, cursor: str) -> "Position":
        """The position that `str()` wrote. Raises BadCursor for anything else."""
        match = _CURSOR.fullmatch(cursor)
        if match is None:
            raise BadCursor(cursor)
        try:
            moment = datetime.datetime.strptime(match[1], _FORMAT)
        except ValueError as error:
            raise BadCursor(cursor) from error
        return cls(moment.replace(tzinfo=datetime.UTC), int(match[2]))


@dataclass(frozen=True)
class Slice:
    """One page of a list. `older` is the cursor of the next one, empty on the last; in a rising list it is newer."""

    items: Sequence[Any]
    older: str
    is_first: bool


def cut(
    rows: QuerySet,
    cursor: str = "",
    *,
    by: str = "publish_at",
    then_by: str = "pk",
    is_rising: bool = False,
    size: int = PAGE_SIZE,
    shown: Callable[[QuerySet], QuerySet] | None = None,
    shown_by: tuple[str, str] | None = None,
) -> Slice:
    """The page of `rows` after `cursor`, newest first by the field `by`; one query.

    Args:
        rows: what is in the list and its order, by an index; joins cost what the whole list costs.
        then_by: the number that tells rows of one moment apart.
        is_rising: oldest first instead, by the same index.
        shown: takes the rows of the page, as a query that is cut to them, and returns what the page shows of each:
            joined after the list was cut.
        shown_by: what `by` and `then_by` are called in that.

    Raises BadCursor. One row more than shown is fetched to know whether there are older ones.
    """
    if cursor:
        position = Position.parse(cursor)
        # Two conditions instead of an OR, so that the index on (time, id) bounds the scan.
        beyond, this_side = ("gte", "lte") if is_rising else ("lte", "gte")
        rows = rows.filter(**{f"{by}__{beyond}": position.moment}).exclude(
            **{by: position.moment, f"{then_by}__{this_side}": position.pk}
        )
    direction = "" if is_rising else "-"
    cut_off = rows.order_by(f"{direction}{by}", f"{direction}{then_by}")[: size + 1]
    if shown is not None:
        by, then_by = shown_by or (by, then_by)
        cut_off = shown(cut_off).order_by(f"{direction}{by}", f"{direction}{then_by}")
    found = list(cut_off)
    items = found[:size]
    older = ""
    if len(found) > size:
        older = str(Position(getattr(items[-1], by), getattr(items[-1], then_by)))
    return Slice(items, older, is_first=not cursor)
