"""Finding stories and people: Indonesian full text over PostgreSQL, nothing else.

A reader's query is words, "words in quotes" and -words to leave out. A word is asked for as it stands
and in its other forms (`search_words`), words in quotes as they stand. A story is found by its
own text and by the names and offices in its register, mixed as the reader likes.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from html import unescape
from itertools import combinations
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchQueryCombinable,
    SearchRank,
)
from django.db.models import (
    BooleanField,
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

from . import search_words
from .keyset import Position
from .models import Article, Attendance, Person
from .models.searched import NO_LETTERS, WithoutFigures
from .people import names
from .people.lookup import entries_named
from .people.models.attendance import REGISTER
from .people.names import name_key
from .search_blocks import Block
from .search_windows import Window, Within, newest, newest_by_number, windows

LONGEST_QUERY = 200
# Each term is its own condition; a sentence pasted in whole needs no more to be found.
MOST_TERMS = 12
# Of more words than that the first are looked for where no story has all.
MOST_RELAXED = 6
PEOPLE = 6
# How people are addressed, which is no part of their names.
ADDRESSED = frozenset("pak bu bapak ibu haji hajjah ustaz ustadz bunda kakak".split())

# Words that stand in nearly every story: to ask for them costs much and tells nothing.
STOP_WORDS = frozenset(
    "ada adalah agar akan atas atau bagi bahwa banyak beberapa belum bisa dalam dan dapat dari "
    "dengan di dia hal hanya hingga ia ini itu juga kami karena ke kepada kita lain lalu lebih "
    "maka masih mereka namun oleh pada para saat saja sama sangat saya sebagai sebuah secara "
    "sedang sehingga sejak seorang seperti serta sudah tak telah tentang terhadap tersebut "
    "tetapi tidak untuk yaitu yakni yang".split()
)

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

_TERM = re.compile(r'(-?)(?:["“”„]([^"“”„]*)["“”„]?|([^\s"“”„]+))')
# Written on other keyboards: what is no letter in the index either.
_AS_INDEXED = str.maketrans("‘’‚–—‑…·•", "'''" + " " * 6)
# And the sign with which the words begin that no text has.
_CONTROL = re.compile("[\x00-\x1f\x7f~]")
# Set around a hit by PostgreSQL and turned into <mark> after escaping; no text contains them.
_OPEN, _CLOSE = "\x02", "\x03"
# Set around what is no letter, for the eyes of PostgreSQL.
_APART = "\x04"
_MARKED = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")


@dataclass(frozen=True)
class Query:
    """What a reader typed, taken apart. Nothing in it is an operator any more.

    `quoted` are those of the terms that stood in quotes; `forms` the other forms of the others. `least`
    is how many of the terms a story must have; 0 for all.
    """

    text: str = ""
    terms: Sequence[str] = ()
    excluded: Sequence[str] = ()
    quoted: frozenset[str] = frozenset()
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    least: int = 0
    is_too_long: bool = False
    has_only_stop_words: bool = False
    has_only_exclusions: bool = False

    @property
    def is_answerable(self) -> bool:
        return bool(self.terms)

    def relaxed(self) -> list[Query]:
        """The same with fewer of the terms, for when no story has all; none for two words or fewer."""
        terms = self.terms[:MOST_RELAXED]
        numbers = sorted({len(terms) - 1, len(terms) // 2 + 1}, reverse=True)
        return [
            replace(self, terms=terms, least=number)
            for number in numbers
            if 1 < number < len(terms)
        ]


def parse(typed: str) -> Query:
    """Take apart what was typed. Anything may come: it never raises.

    Stop words are dropped unless they stand in quotes. A query that is too long, or in which
    nothing is left to look for, has no terms.
    """
    text = " ".join(_CONTROL.sub(" ", typed).translate(_AS_INDEXED).split())
    if len(text) > LONGEST_QUERY:
        return Query(text[:LONGEST_QUERY], is_too_long=True)
    terms: dict[str, None] = {}
    titles: dict[str, None] = {}
    excluded: dict[str, None] = {}
    in_quotes: set[str] = set()
    dropped = False
    for minus, quoted, word in _TERM.findall(text):
        term = quoted.strip() or word
        if not any(character.isalnum() for character in term):
            continue
        if quoted:
            in_quotes.add(term)
        if minus:
            excluded[term] = None
        elif not quoted and term.casefold() in STOP_WORDS:
            dropped = True
        elif not quoted and _is_title(term):
            titles[term] = None
        else:
            terms[term] = None
    return Query(
        text,
        # Before a name a title makes no difference; alone it is what is looked for.
        tuple(terms or titles)[:MOST_TERMS],
        tuple(excluded)[:MOST_TERMS],
        frozenset(in_quotes),
        has_only_stop_words=dropped and not (terms or titles),
        has_only_exclusions=bool(excluded) and not (terms or titles) and not dropped,
    )


def _is_title(term: str) -> bool:
    """Whether a term is a title or a degree as they stand beside names: "Hj.", "Dr.", "S.Sos."."""
    bare = term.strip(",").casefold()
    if bare.rstrip(".") in {"hj", "kh", "k.h"}:
        return True
    return bare.endswith(".") and (
        bare.rstrip(".") in names.RELIGIOUS | names.ACADEMIC
        or ("." in bare[:-1] and names.looks_like_degree(term.strip(",")))
    )


def understood(typed: str) -> Query:
    """The same with the other forms of its words. One query, or none."""
    query = parse(typed)
    return replace(
        query,
        forms=search_words.forms(
            term for term in (*query.terms, *query.excluded) if term not in query.quoted
        ),
    )


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
    public = Article.objects.published().filter(chosen or Q())
    if year is not None:
        public = in_year(public, year)
    if before is not None:
        public = public.filter(publish_at__lte=before.moment).exclude(
            publish_at=before.moment, pk__gte=before.pk
        )
    spans = windows(before and before.moment, year)
    lines = Attendance.objects.annotate(register=REGISTER)
    named = lines.filter(article=OuterRef("pk"))
    by_text = _by_text(public, query, spans, most, marks)
    if query.least:
        return Article.objects.filter(pk__in=list(by_text.values_list("pk", flat=True)))
    # Else some terms stand in the text and the others in the register: such a story is among those that have one
    # term, of whichever is rare.
    mixed = public.filter(pk__in=_with_one_term(public, query, spans), is_identity_protected=False)
    for term in query.terms if len(query.terms) > 1 else ():
        mixed = mixed.filter(
            Q(search=_either(query, term)) | Exists(named.filter(register=_as_printed(term)))
        )
    for term in query.excluded:
        mixed = mixed.exclude(search=_either(query, term))
    # And these before anything is ranked: whoever plans the rest knows how few they are.
    keys = by_text.union(mixed.order_by().values("pk")).values_list("pk", flat=True)
    found = Article.objects.filter(pk__in=list(keys))
    for term in query.excluded:
        found = found.exclude(
            Exists(named.filter(register=_as_printed(term))), is_identity_protected=False
        )
    return found


def _by_text(
    public: QuerySet[Article],
    query: Query,
    spans: Sequence[Window],
    most: int,
    marks: Sequence[Sequence[str]],
) -> QuerySet[Article]:
    """The keys of the newest `most` stories whose text alone answers the query."""
    either = partial(_either, query)
    wanted = _enough_of(query, either)
    for term in query.excluded:
        wanted &= _neither(query, term)
    for words in marks:
        wanted &= Within(words)
    if not any(" " in term for term in query.terms):
        return newest(public, wanted, spans, most)
    # Whether words stand together an index does not know: it is looked up in the newest that have all of them.
    with_words = newest(public, _enough_of(query, partial(_words_of, query)), spans, MOST_OF_PHRASE)
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
        newest_by_number(found_by, _as_printed(term), by="article_id", last=last, most=MOST_LINES)
        for term in query.terms
    ]
    if len(query.terms) > 1:
        pieces += [
            newest(public, _words_of(query, term), spans, MOST_OF_TERM) for term in query.terms
        ]
    first, *others = pieces
    return [row["article_id"] for row in (first.union(*others) if others else first)]


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
    # The words as typed count before their other forms, and more where they stand near one another.
    rank: Any = _ranked_by(_any(query.terms, _as_printed))
    if others := [form for forms in query.forms.values() for form in forms]:
        rank += _ranked_by(_one_of(others)) * OTHER_FORM_WEIGHT
    if len(query.terms) > 1:
        rank += _ranked_by(reduce(and_, map(_as_printed, query.terms)))
    return found.annotate(rank=rank + bonus)


def _ranked_by(words: SearchQueryCombinable) -> Any:
    # As double precision: a rank must be the same number when it comes back in an address.
    return Cast(SearchRank(F("search"), words), FloatField())


def in_year(found: QuerySet[Article], year: int) -> QuerySet[Article]:
    """Those whose address has that year."""
    return found.filter(
        published_on__gte=datetime.date(year, 1, 1), published_on__lte=datetime.date(year, 12, 31)
    )


def people(query: Query) -> list[Person]:
    """Public people whose name, or another spelling, has words that begin like those of the query.

    Titles and degrees on either side make no difference: "Hj. Karsina, S.E." finds Andi Karsina, and so do the words
    in another order, or as they sound ("Djufri" and "Jufri"). The names of merged entries, and what is noted for
    them, find the person too.
    """
    words = name_key(" ".join(_named(query))).split()
    if not words:
        return []
    found = Person.objects.public().filter(pk__in=entries_named(words))
    key = " ".join(words)
    in_this_order = Q(name_key__startswith=key) | Q(name_key__contains=f" {key}")
    return list(found.order_by(Case(When(in_this_order, then=0), default=1), "name", "pk")[:PEOPLE])


def _named(query: Query) -> list[str]:
    """The terms without what a person is addressed by: "Pak Sanneng" is Sanneng."""
    terms = list(query.terms)
    while len(terms) > 1 and terms[0].casefold() in ADDRESSED:
        del terms[0]
    return terms


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
            words, _any(query.terms, partial(_either, query)), config="simple", start_sel=_OPEN,
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


def _as_printed(term: str) -> SearchQueryCombinable:
    return SearchQuery(term, config="simple", search_type="phrase")


def _one_of(forms: Sequence[str]) -> SearchQueryCombinable:
    # Made by the grammar of Latin letters alone.
    return SearchQuery(" | ".join(forms), config="simple", search_type="raw")


def _either(query: Query, term: str) -> SearchQueryCombinable:
    """The term as it stands or in another form; a phrase when it has several words."""
    forms = query.forms.get(term)
    return _as_printed(term) | _one_of(forms) if forms else _as_printed(term)


def _enough_of(
    query: Query, of_one: Callable[[str], SearchQueryCombinable]
) -> SearchQueryCombinable:
    """As many of the terms as a story must have."""
    some = combinations(query.terms, query.least or len(query.terms))
    return reduce(or_, (reduce(and_, map(of_one, terms)) for terms in some))


def _neither(query: Query, term: str) -> SearchQueryCombinable:
    forms = query.forms.get(term)
    return ~_as_printed(term) & ~_one_of(forms) if forms else ~_as_printed(term)


def _words_of(query: Query, term: str) -> SearchQueryCombinable:
    """Every word of the term, wherever it stands."""
    if " " not in term:
        return _either(query, term)
    return SearchQuery(term, config="simple", search_type="plain")


def _any(
    terms: Sequence[str], of_one: Callable[[str], SearchQueryCombinable]
) -> SearchQueryCombinable:
    return reduce(or_, map(of_one, terms))
