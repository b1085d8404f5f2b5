"""What of a story is searched, and its text without pictures: in Python, and the same in the database."""

import re
from functools import reduce

from django.contrib.postgres.search import SearchVectorField
from django.db import models

_FIGURE = re.compile(r"<figure>(?:(?!</?figure>).)*</figure>", re.DOTALL)
# The same with characters that no page shows in the place of the tags. The galleries of other
# systems are figures in a figure; deeper ones go with what stands between them.
_MARKED_SQL = (
    r"replace(replace(translate({text}, E'\x02\x03', ''), '<figure>', E'\x02'), "
    r"'</figure>', E'\x03')"
)
_INNERMOST_SQL = r"regexp_replace({text}, E'\x02[^\x02\x03]*\x03', ' ', 'g')"
_REST_SQL = r"regexp_replace({text}, E'\x02.*\x03', ' ')"
_WITHOUT_FIGURES_SQL = reduce(
    lambda inside, around: around.format(text=inside),
    (_MARKED_SQL, _INNERMOST_SQL, _INNERMOST_SQL, _REST_SQL),
    "{text}",
)
# About what fits into PostgreSQL's megabyte for one vector in a script of four bytes a letter.
_INDEXED_CHARACTERS = 250_000
# Of a moment in UTC, which no clock can move.
_YEAR_SQL = "extract(year FROM publish_at AT TIME ZONE 'UTC')::int"
_MONTH_SQL = "extract(month FROM publish_at AT TIME ZONE 'UTC')::int"


def without_figures(body: str) -> str:
    """A clean HTML text without its figures and what is written below them."""
    while (shorter := _FIGURE.sub("", body)) != body:
        body = shorter
    return body


class WithoutFigures(models.Func):
    """The same in the database."""

    template = _WITHOUT_FIGURES_SQL.format(text="%(expressions)s")
    arity = 1
    output_field = models.TextField()


# In a database without a language of its own (the locale C) PostgreSQL takes these for letters, and
# a word behind a quotation mark for another word.
NO_LETTERS = "“”„«»‘’‚‹›…–—‑·•"


def _words_sql(text: str) -> str:
    spaces = " " * len(NO_LETTERS)
    return f"to_tsvector('simple'::regconfig, translate({text}, '{NO_LETTERS}', '{spaces}'))"


class ArticleSearchVector(models.Func):
    """What a story is found by: the words of headline, standfirst and text as they stand.

    Not stemmed: PostgreSQL's Indonesian stemmer makes "pala" of "kepala" and "ana" of "Diana"; the forms
    of a word are asked for instead (`search_words`). Tags and entities of the body are taken out by
    expressions that PostgreSQL knows to be immutable, so that the column can be a generated one: no way
    of writing a story can leave it stale. Figures are left out: the caption of a story that
    protects identities may name somebody, and a generated column should not have to know which
    story does. Of a text without end only the beginning is indexed. The full stop between the
    parts keeps a phrase from beginning in one and ending in the next. What a search is narrowed to are words
    of their own, which no text has: the year and the month of publication ("~2026", "~202611"; `search_windows`
    asks for the newest stories by them), the section ("~r3") and the place ("~t12").
    """

    template = (
        f"setweight({_words_sql('headline')}, 'A') || '.:1'::tsvector || "
        f"setweight({_words_sql('left(standfirst, 5000)')}, 'B') || '.:1'::tsvector || "
        "setweight("
        + _words_sql(
            f"left(regexp_replace({_WITHOUT_FIGURES_SQL.format(text='body')}, "
            f"'<[^>]*>|&[a-z]+;', ' ', 'g'), {_INDEXED_CHARACTERS})"
        )
        + ", 'D') || array_to_tsvector(array_remove(ARRAY["
        f"'~' || {_YEAR_SQL}::text, '~' || ({_YEAR_SQL} * 100 + {_MONTH_SQL})::text, "
        "'~r' || section_id::text, '~t' || place_id::text], NULL))"
    )
    arity = 0
    output_field = SearchVectorField()


def section_word(section_id: int) -> str:
    """The word that every story of the section has."""
    return f"~r{section_id}"


def place_word(place_id: int) -> str:
    """The word that every story from the place has."""
    return f"~t{place_id}"
