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


def either(query: Query, term: str) -> SearchQueryCombinable:
    """The term as it stands or in another form; a phrase when it has several words."""
    forms = query.forms.get(term)
    return as_printed(term) | one_of(forms) if forms else as_printed(term)


def enough_of(
    query: Query, of_one: Callable[[str], SearchQueryCombinable]
) -> SearchQueryCombinable:
    """As many of the terms as a story must have."""
    some = combinations(query.terms, query.least or len(query.terms))
    return reduce(or_, (reduce(and_, map(of_one, terms)) for terms in some))


def neither(query: Query, term: str) -> SearchQueryCombinable:
    forms = query.forms.get(term)
    return ~as_printed(term) & ~one_of(forms) if forms else ~as_printed(term)


def words_of(query: Query, term: str) -> SearchQueryCombinable:
    """Every word of the term, wherever it stands."""
    if " " not in term:
        return either(query, term)
    return SearchQuery(term, config="simple", search_type="plain")


def any_of(
    terms: Sequence[str], of_one: Callable[[str], SearchQueryCombinable]
) -> SearchQueryCombinable:
    return reduce(or_, map(of_one, terms))
