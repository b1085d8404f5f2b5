"""What readers see of live coverage: a page of its entries, and what happened since a page was opened.

Of stories that are public; `ArticleQuerySet.published` and its like decide that before anybody comes here. What is
shown of an entry is decided in `articles.disclosure`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from pagecache import recording

from .. import keyset
from ..models import Coverage, LiveEntry

PAGE_SIZE = 30
# What an open page is told at once; it asks again for what is left.
MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Page:
    """Some entries of a coverage in the order that was asked for.

    Attributes:
        next: the cursor of the page after it; empty on the last.
        is_first: nothing in this order comes before.
    """

    coverage: Coverage
    entries: Sequence[LiveEntry]
    pinned: Sequence[LiveEntry]
    is_oldest_first: bool = False
    is_first: bool = True
    next: str = ""


@dataclass(frozen=True)
class News:
    """What happened in a coverage after a position, in the order in which it happened.

    `position` is how far this goes; there is more when it is not the coverage's own.
    """

    coverage: Coverage
    position: int
    entries: Sequence[LiveEntry] = field(default_factory=list)
    pinned: Sequence[LiveEntry] = field(default_factory=list)


def coverages() -> QuerySet[Coverage]:
    """With what entries take their clock from."""
    return Coverage.objects.select_related("article__place").defer(
        "article__body", "article__search"
    )


def page(
    story: int,
    *,
    is_oldest_first: bool = False,
    cursor: str = "",
    number: int | None = None,
) -> Page | None:
    """A page of the coverage of a story; None where there is none. Three queries, four with a number.

    Args:
        cursor: where the page before ended, in the same order.
        number: the entry that the page begins with; of one that is not there, the first page.

    Raises keyset.BadCursor.
    """
    recording.shows(f"live:{story}")
    coverage = coverages().filter(pk=story).first()
    if coverage is None:
        return None
    rows = _entries(coverage)
    position = keyset.Position.parse(cursor) if cursor else None
    if number is not None and position is None:
        position = _before(rows, number, is_oldest_first=is_oldest_first)
    found = _of(coverage, _cut(rows, position, is_oldest_first=is_oldest_first))
    entries = found[:PAGE_SIZE]
    further = ""
    if len(found) > PAGE_SIZE:
        further = str(keyset.Position(entries[-1].happened_at, entries[-1].number))
    return Page(
        coverage=coverage,
        entries=entries,
        pinned=_pinned(coverage),
        is_oldest_first=is_oldest_first,
        is_first=position is None,
        next=further,
    )


def since(coverage: Coverage, position: int) -> News:
    """What an open page has to be told that stands at `position`. No query when nothing happened, else two."""
    if position >= coverage.position:
        return News(coverage, coverage.position)
    rows = _entries(coverage).filter(position__gt=position).order_by("position")
    found = _of(coverage, rows[: MOST_AT_ONCE + 1])
    reached = coverage.position
    if len(found) > MOST_AT_ONCE:
        found = found[:MOST_AT_ONCE]
        reached = found[-1].position
    return News(coverage, reached, found, _pinned(coverage))


def _entries(coverage: Coverage) -> QuerySet[LiveEntry]:
    rows = LiveEntry.objects.filter(coverage=coverage)
    return rows.select_related("place", "photo", "author")


def _before(
    rows: QuerySet[LiveEntry], number: int, *, is_oldest_first: bool
) -> keyset.Position | None:
    """The place just before that entry, in the order that is asked for."""
    found: Any = rows.filter(number=number).values_list("happened_at", flat=True).first()
    if found is None:
        return None
    return keyset.Position(found, number - 1 if is_oldest_first else number + 1)


def _cut(
    rows: QuerySet[LiveEntry], position: keyset.Position | None, *, is_oldest_first: bool
) -> QuerySet[LiveEntry]:
    """One more than a page of what follows a place."""
    if is_oldest_first:
        rows = rows.order_by("happened_at", "number")
        if position is not None:
            rows = rows.filter(happened_at__gte=position.moment).exclude(
                happened_at=position.moment, number__lte=position.pk
            )
    else:
        rows = rows.order_by("-happened_at", "-number")
        if position is not None:
            rows = rows.filter(happened_at__lte=position.moment).exclude(
                happened_at=position.moment, number__gte=position.pk
            )
    return rows[: PAGE_SIZE + 1]


def _pinned(coverage: Coverage) -> list[LiveEntry]:
    return _of(coverage, _entries(coverage).filter(pin__isnull=False).order_by("pin"))


def _of(coverage: Coverage, rows: QuerySet[LiveEntry]) -> list[LiveEntry]:
    found = list(rows)
    for entry in found:
        entry.coverage = coverage
    return found
