"""Finding stories and people: Indonesian full text over PostgreSQL, nothing else.

A reader's query is words, "words in quotes" and -words to leave out. Each is asked for twice:
as it stands, which is how names in headlines are kept, and stemmed. A story is found by its
own text and by the names and offices in its register, mixed as the reader likes.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from html import unescape
from operator import and_, or_

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchQueryCombinable,
    SearchRank,
    SearchVector,
)
from django.db.models import (
    Case,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .models import Article, Attendance, Person, PersonAlias
from .models.article import WithoutFigures
from .people.names import name_key

LONGEST_QUERY = 200
# Each term is its own condition; a sentence pasted in whole needs no more to be found.
MOST_TERMS = 12
PEOPLE = 6

# Words that stand in nearly every story: to ask for them costs much and tells nothing.
STOP_WORDS = frozenset(
    "ada adalah agar akan atas atau bagi bahwa banyak beberapa belum bisa dalam dan dapat dari "
    "dengan di dia hal hanya hingga ia ini itu juga kami karena ke kepada kita lain lalu lebih "
    "maka masih mereka namun oleh pada para saat saja sama sangat saya sebagai sebuah secara "
    "sedang sehingga sejak seorang seperti serta sudah tak telah tentang terhadap tersebut "
    "tetapi tidak untuk yaitu yakni yang".split()
)

# What a story's register says, as the reader of the page sees it.
REGISTER = SearchVector(
    "name_as_printed", "office_as_printed", "group_label", "represents_as_printed", config="simple"
)
# A name in the register counts as much as one in the standfirst.
REGISTER_WEIGHT = 0.4

_TERM = re.compile(r'(-?)(?:["“”„]([^"“”„]*)["“”„]?|([^\s"“”„]+))')
_CONTROL = re.compile("[\x00-\x1f\x7f]")
# Set around a hit by PostgreSQL and turned into <mark> after escaping; no text contains them.
_OPEN, _CLOSE = "\x02", "\x03"
_MARKED = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")


@dataclass(frozen=True)
class Query:
    """What a reader typed, taken apart. Nothing in it is an operator any more."""

    text: str = ""
    terms: Sequence[str] = ()
    excluded: Sequence[str] = ()
    is_too_long: bool = False
    has_only_stop_words: bool = False
    has_only_exclusions: bool = False

    @property
    def is_answerable(self) -> bool:
        return bool(self.terms)


def parse(typed: str) -> Query:
    """Take apart what was typed. Anything may come: it never raises.

    Stop words are dropped unless they stand in quotes. A query that is too long, or in which
    nothing is left to look for, has no terms.
    """
    text = " ".join(_CONTROL.sub(" ", typed).split())
    if len(text) > LONGEST_QUERY:
        return Query(text[:LONGEST_QUERY], is_too_long=True)
    terms: dict[str, None] = {}
    excluded: dict[str, None] = {}
    dropped = False
    for minus, quoted, word in _TERM.findall(text):
        term = quoted.strip() or word
        if not any(character.isalnum() for character in term):
            continue
        if minus:
            excluded[term] = None
        elif not quoted and term.casefold() in STOP_WORDS:
            dropped = True
        else:
            terms[term] = None
    return Query(
        text,
        tuple(terms)[:MOST_TERMS],
        tuple(excluded)[:MOST_TERMS],
        has_only_stop_words=dropped and not terms,
        has_only_exclusions=bool(excluded) and not terms and not dropped,
    )


def stories(query: Query) -> QuerySet[Article]:
    """The public stories that have every term and none of the excluded ones.

    Raises ValueError for a query that is not answerable. Names of a story whose identities are
    protected find nothing.
    """
    if not query.is_answerable:
        raise ValueError("A query without terms finds nothing.")
    lines = Attendance.objects.annotate(register=REGISTER)
    named = lines.filter(article=OuterRef("pk"))
    # First by the stories' own index, all terms at once; then the stories of those lines of a
    # register that have one term, when the text or the register has each of the others.
    by_text = Article.objects.published().filter(search=_all(query.terms))
    in_register = lines.filter(register=_any(query.terms, _as_printed)).values("article_id")
    by_register = Article.objects.published().filter(
        reduce(and_, (Q(search=_either(term)) | Exists(named.filter(register=_as_printed(term)))
                      for term in query.terms)),
        pk__in=in_register, is_identity_protected=False,
    )  # fmt: skip
    found = Article.objects.filter(
        pk__in=by_text.order_by().values("pk").union(by_register.order_by().values("pk"))
    )
    for term in query.excluded:
        found = found.exclude(search=_either(term)).exclude(
            Exists(named.filter(register=_as_printed(term))), is_identity_protected=False
        )
    return found


def ranked(found: QuerySet[Article], query: Query) -> QuerySet[Article]:
    """The same stories, each with its `rank`: how well it answers, more for the headline."""
    named = Attendance.objects.annotate(register=REGISTER).filter(
        article=OuterRef("pk"), register=_any(query.terms, _as_printed)
    )
    bonus = Case(
        When(Q(Exists(named), is_identity_protected=False), then=Value(REGISTER_WEIGHT)),
        default=Value(0.0),
        output_field=FloatField(),
    )
    rank = SearchRank(F("search"), _any(query.terms, _either))
    # As double precision: a rank must be the same number when it comes back in an address.
    return found.annotate(rank=Cast(rank, FloatField()) + bonus)


def in_year(found: QuerySet[Article], year: int) -> QuerySet[Article]:
    """Those whose address has that year."""
    return found.filter(
        published_on__gte=datetime.date(year, 1, 1), published_on__lte=datetime.date(year, 12, 31)
    )


def people(query: Query) -> list[Person]:
    """Public people whose name, or another spelling, has a word that begins like the query.

    Titles and degrees on either side make no difference: "Hj. Karsina, S.E." finds Andi Karsina.
    The names of merged entries, and what is noted for them, find the person too.
    """
    key = name_key(" ".join(query.terms))
    if not key:
        return []
    by_name = Q(name_key__startswith=key) | Q(name_key__contains=f" {key}")
    noted = PersonAlias.objects.filter(by_name, person=OuterRef("pk"))
    of_merged = PersonAlias.objects.filter(by_name, person__merged_into=OuterRef("pk"))
    merged = Person.objects.filter(by_name, merged_into=OuterRef("pk"))
    found = Person.objects.public().filter(
        by_name | Exists(noted) | Exists(of_merged) | Exists(merged)
    )
    return list(found.order_by("name", "pk")[:PEOPLE])


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
        Value(_OPEN + _CLOSE), Value(""), function="translate", output_field=TextField(),
    )  # fmt: skip
    return found.annotate(
        snippet_source=SearchHeadline(
            plain, _any(query.terms, _either), config="indonesian", start_sel=_OPEN,
            stop_sel=_CLOSE, min_words=14, max_words=28, max_fragments=2, fragment_delimiter=" … ",
        )
    )  # fmt: skip


def snippet(source: str) -> SafeString:
    """A piece of text with its hits in <mark>, safe to print whatever the text holds."""
    # Entities of the body are read as characters first, so that escaping happens exactly once.
    escaped = escape(unescape(source))
    return mark_safe(
        _MARKED.sub(r"<mark>\1</mark>", escaped).replace(_OPEN, "").replace(_CLOSE, "")
    )


def _as_printed(term: str) -> SearchQueryCombinable:
    return SearchQuery(term, config="simple", search_type="phrase")


def _either(term: str) -> SearchQueryCombinable:
    """The term as it stands or stemmed; a phrase when it has several words."""
    return _as_printed(term) | SearchQuery(term, config="indonesian", search_type="phrase")


def _all(terms: Sequence[str]) -> SearchQueryCombinable:
    return reduce(and_, map(_either, terms))


def _any(
    terms: Sequence[str], of_one: Callable[[str], SearchQueryCombinable]
) -> SearchQueryCombinable:
    return reduce(or_, map(of_one, terms))
