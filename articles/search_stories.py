"""Stories that answer a query: Indonesian full text over PostgreSQL, nothing else.

A word is asked for as it stands and in its other forms (`search_words`), words in quotes as they stand. A story is
found by its own text and by the names and offices in its register, mixed as the reader likes.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import partial, reduce
from operator import and_
from typing import Any

from django.contrib.postgres.search import SearchQueryCombinable, SearchRank
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast

from .keyset import Position
from .models import Article, Attendance
from .people.models.attendance import REGISTER
from .search_blocks import Block
from .search_query import Query
from .search_terms import any_of, as_printed, either, enough_of, neither, one_of, words_of
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


def stories(
    query: Query,
    *,
    chosen: Q | None = None,
    marks: Sequence[Sequence[str]] = (),
    year: int | None = None,
    before: Position | None = None,
    most: int = MOST_STORIES,
) -> QuerySet[Article]:
    """The newest public stories that have every term and none of the excluded ones.

    All of them where at most `most` answer by their own text, and at most MOST_OF_TERM have one of the terms
    in their text or MOST_LINES lines of registers one of them, and words in quotes stand in at most
    MOST_OF_PHRASE. Of what is more frequent the newest are looked at, so that a search costs the same in any
    archive. Names of a story whose identities are protected find nothing. Three queries, four for words in quotes.

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
    by_text = _by_text(public, query, spans, most, marks)
    keys = by_text if query.least else by_text.union(_mixed(public, query, spans))
    # And these before anything is ranked: whoever plans the rest knows how few they are.
    found = Article.objects.filter(pk__in=list(keys.values_list("pk", flat=True)))
    for term in query.excluded:
        found = found.exclude(Exists(_lines_with(term)), is_identity_protected=False)
    return found


def _lines_with(term: str) -> QuerySet[Attendance]:
    """The lines with that term in the register of a story of the query around it."""
    lines = Attendance.objects.annotate(register=REGISTER)
    return lines.filter(article=OuterRef("pk"), register=as_printed(term))


def _mixed(public: QuerySet[Article], query: Query, spans: Sequence[Window]) -> Keys:
    """The keys of stories of which some terms stand in the text and the others in the register.

    Such a story is among those that have one term, of whichever is rare.
    """
    mixed = public.filter(pk__in=_with_one_term(public, query, spans), is_identity_protected=False)
    for term in query.terms if len(query.terms) > 1 else ():
        mixed = mixed.filter(Q(search=either(query, term)) | Exists(_lines_with(term)))
    for term in query.excluded:
        mixed = mixed.exclude(search=either(query, term))
    return mixed.order_by().values("pk")


def _by_text(
    public: QuerySet[Article],
    query: Query,
    spans: Sequence[Window],
    most: int,
    marks: Sequence[Sequence[str]],
) -> Keys:
    """The keys of the newest `most` stories whose text alone answers the query."""
    wanted = enough_of(query, partial(either, query))
    for term in query.excluded:
        wanted &= neither(query, term)
    for words in marks:
        wanted &= Within(words)
    if not any(" " in term for term in query.terms):
        return newest(public, wanted, spans, most)
    # Whether words stand together an index does not know: it is looked up in the newest that have all of them.
    with_words = newest(public, enough_of(query, partial(words_of, query)), spans, MOST_OF_PHRASE)
    keys = [row["pk"] for row in with_words]
    # Not as a condition that the index could answer: it would for each word, throughout the archive.
    together = Case(When(search=wanted, then=True), default=False, output_field=BooleanField())
    found = public.filter(pk__in=keys).annotate(together=together).filter(together=True)
    return found.order_by("-publish_at", "-pk").values("pk")[:most]


def _with_one_term(public: QuerySet[Article], query: Query, spans: Sequence[Window]) -> list[int]:
    """The keys of the newest stories that have one of the terms, in the register or in the text.

    Looked up before registers are asked for the others: else all registers are read, once for each term.
    """
    last = Article.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found_by = Attendance.objects.annotate(found_by=REGISTER + Block("article_id"))
    pieces = [
        newest_by_number(found_by, as_printed(term), by="article_id", last=last, most=MOST_LINES)
        for term in query.terms
    ]
    if len(query.terms) > 1:
        pieces += [
            newest(public, words_of(query, term), spans, MOST_OF_TERM) for term in query.terms
        ]
    first, *others = pieces
    return [row["article_id"] for row in (first.union(*others) if others else first)]


def ranked(found: QuerySet[Article], query: Query) -> QuerySet[Article]:
    """The same stories, each with its `rank`: how well it answers, more for the headline."""
    named = Attendance.objects.annotate(register=REGISTER).filter(
        article=OuterRef("pk"), register=any_of(query.terms, as_printed)
    )
    bonus = Case(
        When(Q(Exists(named), is_identity_protected=False), then=Value(REGISTER_WEIGHT)),
        default=Value(0.0),
        output_field=FloatField(),
    )
    # The words as typed count before their other forms, and more where they stand near one another.
    rank: Any = _ranked_by(any_of(query.terms, as_printed))
    if others := [form for forms in query.forms.values() for form in forms]:
        rank += _ranked_by(one_of(others)) * OTHER_FORM_WEIGHT
    if len(query.terms) > 1:
        rank += _ranked_by(reduce(and_, map(as_printed, query.terms)))
    return found.annotate(rank=rank + bonus)


def _ranked_by(words: SearchQueryCombinable) -> Any:
    # As double precision: a rank must be the same number when it comes back in an address.
    return Cast(SearchRank(F("search"), words), FloatField())


def in_year(found: QuerySet[Article], year: int) -> QuerySet[Article]:
    """Those whose address has that year."""
    return found.filter(
        published_on__gte=datetime.date(year, 1, 1), published_on__lte=datetime.date(year, 12, 31)
    )
