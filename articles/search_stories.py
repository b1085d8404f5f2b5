"""Stories that answer a query: Indonesian full text over PostgreSQL, nothing else.

A word is asked for as it stands and in its other forms (`search_words`), words in quotes as they stand. A story is
found by its own text and by the names and offices in its register, mixed as the reader likes.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import and_
from typing import Any

from django.contrib.postgres.search import SearchQueryCombinable, SearchRank
from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils import timezone

from .keyset import Position
from .models import Article, Attendance
from .people.models.attendance import REGISTER
from .search_blocks import Block
from .search_query import Query
from .search_terms import (
    any_of,
    as_printed,
    as_written,
    either,
    enough_of,
    has_phrases,
    neither,
    one_of,
    words_of,
)
from .search_windows import Keys, Window, Within, newest, newest_by_number, windows

# The newest so many answers are ranked by how well they answer.
MOST_STORIES = 500
# Where only together text and register have all terms: so many stories with one of them are looked through.
MOST_OF_TERM = 200
MOST_LINES = 300
# Words in quotes are looked for in so many stories that have all of them.
MOST_OF_PHRASE = 2000
# A word in another form than typed counts as much as a third of itself.
OTHER_FORM_WEIGHT = 0.3
# A name in the register counts as much as one in the standfirst.
REGISTER_WEIGHT = 0.4
# Of stories found by a name, one of so many days counts half as much as today's.
HALF_AFTER = 90
# More than any rank: stories that tell of somebody stand before those that have the name in the register.
TOLD_OF = 10.0


@dataclass(frozen=True)
class Found:
    """Stories that answer a query: how many, and whether the archive has no others."""

    stories: QuerySet[Article]
    number: int
    is_all: bool


def stories(
    query: Query,
    *,
    chosen: Q | None = None,
    marks: Sequence[Sequence[str]] = (),
    year: int | None = None,
    before: Position | None = None,
    most: int = MOST_STORIES,
) -> QuerySet[Article]:
    """The stories that `look_up` finds."""
    return look_up(query, chosen=chosen, marks=marks, year=year, before=before, most=most).stories


def look_up(
    query: Query,
    *,
    chosen: Q | None = None,
    marks: Sequence[Sequence[str]] = (),
    year: int | None = None,
    before: Position | None = None,
    most: int = MOST_STORIES,
) -> Found:
    """The newest public stories that have every term and none of the excluded ones.

    All of them where at most `most` answer by their own text, and at most MOST_OF_TERM have one of the terms
    in their text or MOST_LINES lines of registers one of them, and words in quotes stand in at most
    MOST_OF_PHRASE. Of what is more frequent the newest are looked at, so that a search costs the same in any
    archive. Names of a story whose identities are protected find nothing. Three queries, four for words that have to
    stand together. With excluded terms the number is of the stories before registers were asked for them.

    Args:
        chosen: what the stories must be besides, such as of one section.
        marks: the same as words of the index where it has them (`models.searched`): one of each group.
        year: of which their address has to be.
        before: than which, newest first, they have to stand further down.

    Raises ValueError for a query that is not answerable.
    """
    if not query.is_answerable:
        raise ValueError("A query without terms finds nothing.")
    public: QuerySet[Article] = Article.objects.published().filter(chosen or Q())
    if year is not None:
        public = in_year(public, year)
    if before is not None:
        public = public.filter(publish_at__lte=before.moment).exclude(
            publish_at=before.moment, pk__gte=before.pk
        )
    spans = windows(before.moment if before else None, year)
    answers, is_all = _by_text(public, query, spans, most, marks)
    if not query.least:
        mixed, has_looked_at_all = _mixed(public, query, spans)
        answers, is_all = answers.union(mixed), is_all and has_looked_at_all
    # And these before anything is ranked: whoever plans the rest knows how few they are.
    keys = list(answers.values_list("pk", flat=True))
    found = Article.objects.filter(pk__in=keys)
    for term in query.excluded:
        found = found.exclude(Exists(_lines_with(query, term)), is_identity_protected=False)
    return Found(found, len(keys), is_all and len(keys) < most)


def _lines_with(query: Query, term: str) -> QuerySet[Attendance]:
    """The lines with that term in the register of a story of the query around it."""
    lines = Attendance.objects.annotate(register=REGISTER)
    return lines.filter(article=OuterRef("pk"), register=as_written(query, term))


def _mixed(public: QuerySet[Article], query: Query, spans: Sequence[Window]) -> tuple[Keys, bool]:
    """The keys of stories of which some terms stand in the text and the others in the register; whether all of them.

    Such a story is among those that have one term, of whichever is rare.
    """
    with_one, is_all = _with_one_term(public, query, spans)
    mixed = public.filter(pk__in=with_one, is_identity_protected=False)
    for term in query.terms if len(query.terms) > 1 else ():
        mixed = mixed.filter(Q(search=either(query, term)) | Exists(_lines_with(query, term)))
    for term in query.excluded:
        mixed = mixed.exclude(search=either(query, term))
    return mixed.order_by().values("pk"), is_all


def _by_text(
    public: QuerySet[Article],
    query: Query,
    spans: Sequence[Window],
    most: int,
    marks: Sequence[Sequence[str]],
) -> tuple[Keys, bool]:
    """The keys of the newest `most` stories whose text alone answers the query; whether all could be looked at."""
    wanted = enough_of(query, partial(either, query))
    for term in query.excluded:
        wanted &= neither(query, term)
    for words in marks:
        wanted &= Within(words)
    if not has_phrases(query):
        return newest(public, wanted, spans, most), True
    # Whether words stand together an index does not know: it is looked up in the newest that have all of them.
    with_words = newest(public, enough_of(query, partial(words_of, query)), spans, MOST_OF_PHRASE)
    keys = [row["pk"] for row in with_words]
    # Not as a condition that the index could answer: it would for each word, throughout the archive.
    together = Case(When(search=wanted, then=True), default=False, output_field=BooleanField())
    found = public.filter(pk__in=keys).annotate(together=together).filter(together=True)
    return found.order_by("-publish_at", "-pk").values("pk")[:most], len(keys) < MOST_OF_PHRASE


def _with_one_term(
    public: QuerySet[Article], query: Query, spans: Sequence[Window]
) -> tuple[set[int], bool]:
    """The keys of the newest stories that have one of the terms, in the register or in the text; whether all of them.

    Looked up before registers are asked for the others: else all registers are read, once for each term.
    """
    last = Article.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found_by = Attendance.objects.annotate(found_by=REGISTER + Block("article_id"))
    pieces = [
        newest_by_number(
            found_by, as_written(query, term), by="article_id", last=last, most=MOST_LINES
        )
        for term in query.terms
    ]
    if len(query.terms) > 1:
        pieces += [
            newest(public, words_of(query, term), spans, MOST_OF_TERM) for term in query.terms
        ]
    first, *others = pieces
    rows = list(first.union(*others, all=True) if others else first)
    # Every row is there as long as no piece can have had its most.
    is_all = len(rows) < (min(MOST_OF_TERM, MOST_LINES) if others else MOST_LINES)
    return {row["article_id"] for row in rows}, is_all


def ranked(
    found: QuerySet[Article], query: Query, *, name: Sequence[str] = ()
) -> QuerySet[Article]:
    """The same stories, each with its `rank`: how well it answers, more for the headline.

    Where the query is the name of somebody (`name`: its words), stories whose text has it come first, and of
    these or the others what is new counts more.
    """
    written = partial(as_written, query)
    named = Attendance.objects.annotate(register=REGISTER).filter(
        article=OuterRef("pk"), register=any_of(query.terms, written)
    )
    bonus = Case(
        When(Q(Exists(named), is_identity_protected=False), then=Value(REGISTER_WEIGHT)),
        default=Value(0.0),
        output_field=FloatField(),
    )
    # The words as typed count before their other forms, and more where they stand near one another.
    rank: Any = _ranked_by(any_of(query.terms, written))
    if others := [form for forms in query.forms.values() for form in forms]:
        rank += _ranked_by(one_of(others)) * OTHER_FORM_WEIGHT
    if len(query.terms) > 1:
        rank += _ranked_by(reduce(and_, map(written, query.terms)))
    rank += bonus
    if name:
        told = Case(
            When(search=reduce(and_, map(as_printed, name)), then=Value(TOLD_OF)),
            default=Value(0.0),
            output_field=FloatField(),
        )
        rank = told + rank * _newness()
    return found.annotate(rank=rank)


def _newness() -> Func:
    """1 for what came out today, half of it for what did HALF_AFTER days ago, and so on; the same all day long."""
    return Func(
        Value(timezone.localdate(), DateField()), F("published_on"), template=f"{HALF_AFTER}.0::float8 / "
        f"({HALF_AFTER} + greatest(%(expressions)s, 0))", arg_joiner=" - ",
        output_field=FloatField(),
    )  # fmt: skip


def _ranked_by(words: SearchQueryCombinable) -> Any:
    # As double precision: a rank must be the same number when it comes back in an address.
    return Cast(SearchRank(F("search"), words), FloatField())


def in_year(found: QuerySet[Article], year: int) -> QuerySet[Article]:
    """Those whose address has that year."""
    return found.filter(
        published_on__gte=datetime.date(year, 1, 1), published_on__lte=datetime.date(year, 12, 31)
    )
