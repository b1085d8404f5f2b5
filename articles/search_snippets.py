"""The piece of a story that shows why it was found, with its hits marked."""

from __future__ import annotations

import re
from functools import partial
from html import unescape

from django.contrib.postgres.search import SearchHeadline
from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .models import Article
from .models.searched import NO_LETTERS, WithoutFigures
from .search_query import Query
from .search_terms import any_of, either

# Set around a hit by PostgreSQL and turned into <mark> after escaping; no text contains them.
_OPEN, _CLOSE = "\x02", "\x03"
# Set around what is no letter, for the eyes of PostgreSQL.
_APART = "\x04"
_MARKED = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")


def with_snippets(found: QuerySet[Article], query: Query) -> QuerySet[Article]:
    """The same stories, each with the `snippet_source` that `snippet` makes safe to print.

    Like the index, without captions: one may name whom its story protects.
    """
    body = Func(
        WithoutFigures("body"), Value("<[^>]*>"), Value(" "), Value("g"),
        function="regexp_replace", output_field=TextField(),
    )  # fmt: skip
    plain = Func(
        Concat("standfirst", Value(" "), body, output_field=TextField()),
        Value(_OPEN + _CLOSE + _APART), Value(""), function="translate", output_field=TextField(),
    )  # fmt: skip
    # As in the index, no quotation mark is a letter of the word behind it; here it has to stay.
    words = Func(
        plain, Value(f"([{NO_LETTERS}])"), Value(rf"{_APART}\1{_APART}"), Value("g"),
        function="regexp_replace", output_field=TextField(),
    )  # fmt: skip
    return found.annotate(
        snippet_source=SearchHeadline(
            words, any_of(query.terms, partial(either, query)), config="simple", start_sel=_OPEN,
            stop_sel=_CLOSE, min_words=14, max_words=28, max_fragments=2, fragment_delimiter=" … ",
        )
    )  # fmt: skip


def snippet(source: str) -> SafeString:
    """A piece of text with its hits in <mark>, safe to print whatever the text holds."""
    # Entities of the body are read as characters first, so that escaping happens exactly once.
    escaped = escape(unescape(source.replace(_APART, "")))
    return mark_safe(
        _MARKED.sub(r"<mark>\1</mark>", escaped).replace(_OPEN, "").replace(_CLOSE, "")
    )
