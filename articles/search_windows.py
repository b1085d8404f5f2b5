"""The newest answers out of an index that knows no order.

A GIN index tells every story that has a word, in no order: for a word that stands in most stories that is the whole
archive, however few are shown. So each story is found by the month and the year of its publication too, as words that
no text has ("~202611", "~2026"), and each line of a register by the block of stories that it stands in. A search asks
for the word *and* the last two months first, which the index answers by skipping through the longer of both lists;
then for what is older, in spans that grow, until there are enough. A rare word is soon asked for everywhere, where it
costs little because it is rare. So no search reads more than a bounded number of stories, whatever the archive holds.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib.postgres.search import SearchQueryCombinable, SearchQueryField
from django.db.models import DateTimeField, ExpressionWrapper, F, Func, QuerySet, Value
from django.utils import timezone

from .search_blocks import STORIES_OF_BLOCK

if TYPE_CHECKING:
    from .models import Article

# How far back the spans reach from the month in which they begin: two months, the rest of that year and the year
# before, four more years; then everything.
YEARS = 4
# Where stories are told apart by their numbers, in blocks: the newest two, then fourteen more; then everything.
BLOCKS = (2, 14)

# Rows with a key each, as `values` gives them.
Keys: TypeAlias = QuerySet[Any, Any]


class Within(SearchQueryCombinable, Func):  # type: ignore[misc]
    """A search for any of these words, which are taken as they are."""

    template = "(%(expressions)s)::tsquery"
    output_field = SearchQueryField()

    def __init__(self, words: Sequence[str] | Value) -> None:
        # A copy is made of what was made of the words.
        text = words if isinstance(words, Value) else Value(" | ".join(f"'{w}'" for w in words))
        super().__init__(text)


@dataclass(frozen=True)
class Window:
    """A span of moments of publication, and the words that all stories in it have; none: any."""

    start: datetime.datetime | None
    end: datetime.datetime | None
    words: tuple[str, ...]


def windows(before: datetime.datetime | None = None, year: int | None = None) -> list[Window]:
    """Spans that follow one another into the past, without a gap.

    Args:
        before: nothing that is newer is wanted.
        year: nothing of another year is, whatever the clock of the publication.
    """
    anchor = (before or timezone.now()).astimezone(datetime.UTC)
    last = (anchor.year, anchor.month)
    if year is not None:
        last = min(last, (year + 1, 1))
        months = [month for month in _months_back(last, 15) if month >= (year - 1, 12)]
        return [_of_months(some) for some in (months[:3], months[3:]) if some]
    months = list(_months_back(last, 2 + 11 + 12))
    newest, rest = months[:2], [month for month in months[2:] if month[0] >= anchor.year - 1]
    oldest = (newest + rest)[-1][0]
    years = [number for number in range(oldest - 1, oldest - 1 - YEARS, -1) if number > 0]
    found = [_of_months(some) for some in (newest, rest) if some]
    if not years:
        return found
    found.append(
        Window(_first(years[-1], 1), _first(oldest, 1), tuple(f"~{number}" for number in years))
    )
    return [*found, Window(None, _first(years[-1], 1), ())]


def newest(
    stories: QuerySet[Article], query: SearchQueryCombinable, spans: Sequence[Window], most: int
) -> Keys:
    """The keys of the newest `most` of `stories` that answer `query`; PostgreSQL stops where it has enough."""
    # Not the column itself: an index in that order would be walked through the archive for a word
    # that is rarer than the planner knows.
    moment = ExpressionWrapper(
        F("publish_at") + Value(datetime.timedelta(0)), output_field=DateTimeField()
    )
    pieces = []
    for span in spans:
        rows = stories
        if span.start:
            rows = rows.filter(publish_at__gte=span.start)
        if span.end:
            rows = rows.filter(publish_at__lt=span.end)
        asked = query & Within(span.words) if span.words else query
        found = rows.filter(search=asked).order_by(moment.desc(), "-pk").values("pk")
        pieces.append(found[:most])
    return _one_after_another(pieces, most)


def newest_by_number(
    rows: QuerySet[Any], query: SearchQueryCombinable, *, by: str, last: int, most: int
) -> Keys:
    """The stories of the newest `most` of these rows that answer `query`; PostgreSQL stops where it has enough.

    Args:
        rows: with an annotation `found_by`, the vector of their index, which has `search_blocks.Block` in it.
        by: the column with the number of the story; higher numbers are newer.
        last: the highest of these numbers.
    """
    # Not the column itself, as with the moments above.
    number = F(by) + Value(0)
    pieces = [
        piece.order_by(number.desc()).values(by)[:most]
        for piece in _blocks(rows, query, by, last, is_rising=False)
    ]
    return _one_after_another(pieces, most)


def nearest_by_number(
    rows: QuerySet[Any],
    query: SearchQueryCombinable,
    *,
    by: str,
    start: int,
    most: int,
    is_rising: bool,
    read: int,
) -> list[int]:
    """The numbers of the `most` stories that answer `query`, from the number `start` on: a page of a list. Two queries.

    The next rows are read one by one, since a word that is frequent stands in them. An index reads all there is of
    a beginning of words ("s") before it can tell the first, and is asked only where that was not enough.

    Args:
        rows, by: as above; with a second annotation `read_by`, the same vector as no index has it.
        is_rising: from `start` to newer ones.
        read: so many rows are read, some milliseconds.
    """
    direction, side, beyond = ("", "gte", "gt") if is_rising else ("-", "lte", "lt")
    rows = rows.filter(**{f"{by}__{side}": start})
    numbers = rows.order_by(f"{direction}{by}").values_list(by, flat=True)
    last_read = list(numbers[read - 1 : read])
    found = numbers.filter(read_by=query).distinct()
    if not last_read:
        return list(found[:most])
    (here,) = last_read
    pieces = [found.filter(**{f"{by}__{_opposite(side)}": here})[:most]]
    further = rows.filter(**{f"{by}__{beyond}": here})
    for piece in _blocks(further, query, by, here, is_rising=is_rising):
        # Not the column itself, as with the moments above.
        numbered = piece.annotate(number=F(by) + Value(0)).order_by(f"{direction}number")
        pieces.append(numbered.values_list("number", flat=True).distinct()[:most])
    return list(_one_after_another(pieces, most))


def _opposite(side: str) -> str:
    return "lte" if side == "gte" else "gte"


def _blocks(
    rows: QuerySet[Any], query: SearchQueryCombinable, by: str, start: int, *, is_rising: bool
) -> Iterator[QuerySet[Any]]:
    """The rows that answer, by blocks that follow one another from that of `start`, which may have others in it."""
    step = 1 if is_rising else -1
    block = start // STORIES_OF_BLOCK
    for count in BLOCKS:
        words = [f"~{n}" for n in range(block, block + step * count, step) if n >= 0]
        if words:
            yield rows.filter(found_by=query & Within(words))
        block += step * count
    if is_rising:
        yield rows.filter(**{f"{by}__gte": block * STORIES_OF_BLOCK}, found_by=query)
    elif block >= 0:
        yield rows.filter(**{f"{by}__lt": (block + 1) * STORIES_OF_BLOCK}, found_by=query)


def _one_after_another(pieces: Sequence[Keys], most: int) -> Keys:
    first, *others = pieces
    return first.union(*others, all=True)[:most] if others else first


def _months_back(last: tuple[int, int], count: int) -> Iterator[tuple[int, int]]:
    year, month = last
    for _month in range(count):
        if year < 1:
            return
        yield year, month
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def _of_months(months: Sequence[tuple[int, int]]) -> Window:
    """The span of months that follow one another, given newest first."""
    (year, month), (first_year, first_month) = months[0], months[-1]
    end = _first(year, month + 1) if month < 12 else _first(year + 1, 1)
    words = tuple(f"~{year}{month:02}" for year, month in months)
    return Window(_first(first_year, first_month), end, words)


def _first(year: int, month: int) -> datetime.datetime | None:
    if year > datetime.MAXYEAR:
        return None
    return datetime.datetime(year, month, 1, tzinfo=datetime.UTC)
