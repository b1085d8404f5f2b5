"""The terms of a reader's query as PostgreSQL is asked for them: as they stand, in their other forms, near one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import combinations
from operator import and_, or_

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable

from .search_query import Query


def as_printed(term: str) -> SearchQuery:
    return SearchQuery(term, config="simple", search_type="phrase")


def one_of(forms: Sequence[str]) -> SearchQuery:
    # Made by the grammar of Latin letters alone.
    return SearchQuery(" | ".join(forms), config="simple", search_type="raw")


def as_written(query: Query, term: str) -> SearchQueryCombinable:
    """The term as it stands, or in another way of writing it; a phrase when it has several words."""
    return any_of((term, *query.variants.get(term, ())), as_printed)


def either(query: Query, term: str) -> SearchQueryCombinable:
    """The same, or in another form."""
    forms = query.forms.get(term)
    return as_written(query, term) | one_of(forms) if forms else as_written(query, term)


def enough_of(
    query: Query, of_one: Callable[[str], SearchQueryCombinable]
) -> SearchQueryCombinable:
    """As many of the terms as a story must have."""
    some = combinations(query.terms, query.least or len(query.terms))
    return reduce(or_, (reduce(and_, map(of_one, terms)) for terms in some))


def neither(query: Query, term: str) -> SearchQueryCombinable:
    unwanted = [as_printed(one) for one in (term, *query.variants.get(term, ()))]
    if forms := query.forms.get(term):
        unwanted.append(one_of(forms))
    return reduce(and_, (~one for one in unwanted))


def has_phrases(query: Query) -> bool:
    """Whether words have to stand together."""
    return any(" " in one for term in query.terms for one in (term, *query.variants.get(term, ())))


def words_of(query: Query, term: str) -> SearchQueryCombinable:
    """The same as `either`, but the words of a phrase wherever they stand."""
    forms = query.forms.get(term)
    words = any_of((term, *query.variants.get(term, ())), _plain)
    return words | one_of(forms) if forms else words


def _plain(term: str) -> SearchQuery:
    return SearchQuery(term, config="simple", search_type="plain")


def any_of(
    terms: Sequence[str], of_one: Callable[[str], SearchQueryCombinable]
) -> SearchQueryCombinable:
    return reduce(or_, map(of_one, terms))
