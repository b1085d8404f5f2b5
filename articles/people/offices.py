"""Offices on a day: who held which, how they are printed, and whether a printed one agrees.

A person's offices are those of all entries of the person, so nothing here depends on under which
entry a term was noted.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Upper

from ..choices import TenureKind
from ..models import Person, Post, Tenure
from .abbreviations import ACTING, in_full, spellings, without_acting, words_of
from .spans import first_day, last_day

# A title of such words alone does not say of what; the institution is printed behind it.
_BARE = set(
    "kepala ketua wakil sekretaris bendahara anggota direktur manajer komandan koordinator pembina "
    "pengurus rektor dekan humas utama umum i ii iii".split()
)
# Words of an institution's name that say what kind of place follows, or say nothing.
_KINDS_OF_PLACE = set("kabupaten kota kecamatan kelurahan desa provinsi".split())
_SAY_NOTHING = _KINDS_OF_PLACE | set("dan pemerintah negara republik indonesia ri".split())
# "Mantan Wakil Bupati": the term is meant to be over, or not to have begun.
_NOT_NOW = set("mantan eks bekas calon bakal terpilih mendiang almarhum almarhumah".split())
MOST_WORDS = 14
MOST_POSTS = 500
MOST_MEANT = 40
MOST_TENURES = 5000


def is_held_on(tenure: Tenure, day: datetime.date) -> bool:
    """Whether the office was held that day, as far as its dates are known.

    An end that is known to the month or the year counts to the last day of it.
    """
    return not is_coming(tenure, day) and not is_over(tenure, day)


def is_coming(tenure: Tenure, day: datetime.date) -> bool:
    """Whether the office had not begun on that day; one that begins that month or year may have."""
    began = tenure.started_on
    return began is not None and first_day(began, tenure.start_precision) > day


def is_over(tenure: Tenure, day: datetime.date) -> bool:
    """Whether the office had ended before that day."""
    ended = tenure.ended_on
    return ended is not None and last_day(ended, tenure.end_precision) < day


def around(day: datetime.date) -> Q:
    """Terms that may have been held that day; `is_held_on` decides, this lets an index help."""
    year_begins, year_ends = day.replace(month=1, day=1), day.replace(month=12, day=31)
    return Q(Q(started_on__isnull=True) | Q(started_on__lte=year_ends)) & Q(
        Q(ended_on__isnull=True) | Q(ended_on__gte=year_begins)
    )


def with_offices() -> QuerySet[Tenure]:
    """Terms with everything that printing and comparing them reads, the highest office first."""
    return Tenure.objects.select_related(
        "person", "post__place", "post__organisation__place"
    ).order_by("post__protocol_rank", F("started_on").desc(nulls_last=True), "id")


def tenures_of(people: Iterable[Person]) -> dict[int, list[Tenure]]:
    """Every term of each person, under the key of the entry that stands for the person. One query."""
    roots = {root_of(person) for person in people}
    if not roots:
        return {}
    entries = Person.objects.filter(Q(pk__in=roots) | Q(merged_into__in=roots))
    found: dict[int, list[Tenure]] = defaultdict(list)
    for tenure in with_offices().filter(person__in=entries)[:MOST_TENURES]:
        found[root_of(tenure.person)].append(tenure)
    return found


def offices_on(people: Iterable[Person], day: datetime.date) -> dict[int, list[Tenure]]:
    """The offices that each person held on that day, highest first.

    The keys are those of the given entries and of those that stand for them.
    """
    people = list(people)
    terms = tenures_of(people)
    held: dict[int, list[Tenure]] = {}
    for person in people:
        root = root_of(person)
        held[root] = [term for term in terms.get(root, []) if is_held_on(term, day)]
        held[person.pk] = held[root]
    return held


def root_of(person: Person) -> int:
    """The key of the entry that stands for this one."""
    return person.merged_into_id or person.pk


def as_printed(tenure: Tenure) -> str:
    """The office as a register prints it: the title, and the institution where that says nothing.

    "Kepala Dinas Pendidikan" stands for itself in a local paper; "Ketua" becomes "Ketua DPRD".
    """
    title = tenure.printed_title
    if set(words_of(tenure.post.title)) <= _BARE:
        organisation = tenure.post.organisation
        title = f"{title} {organisation.short_name or organisation.name}"
    return title[:200]


def agrees(printed: str, post: Post) -> bool:
    """Whether these printed words can be this office: "Kadisdik Sinjai", "Wabup".

    Every word of the title is there, but for the place; what is there besides belongs to the
    institution or the place. So "Wakil Bupati" is not the "Bupati", nor "Bupati Bone" that of
    Sinjai.
    """
    said, title = _full_words(printed) - ACTING, _full_words(post.title)
    # "Kepala Pelaksana": there the word belongs to the office, and says no more than the rest.
    title = title - ACTING or title
    places = _place_words(post)
    belongs = _full_words(f"{post.organisation.name} {post.organisation.short_name}")
    return (
        bool(said & title)
        and title - said <= places | _SAY_NOTHING
        and said - title <= belongs | places | _SAY_NOTHING
    )


@lru_cache(maxsize=4096)
def _full_words(text: str) -> frozenset[str]:
    # The same few hundred titles and institutions are compared for every name of a text.
    return frozenset(in_full(words_of(text)))


def is_of_the_past_or_future(printed: str) -> bool:
    """Whether the printed words themselves say that the office is not held: "Mantan Bupati"."""
    return bool(_NOT_NOW & set(words_of(printed)))


def _place_words(post: Post) -> frozenset[str]:
    organisation = post.organisation
    places = " ".join(place.name for place in (post.place, organisation.place) if place)
    return _full_words(places) | _after_kind_of_place(organisation.name)


@lru_cache(maxsize=4096)
def _after_kind_of_place(name: str) -> frozenset[str]:
    words = in_full(words_of(name))
    after = [index for index, word in enumerate(words) if word in _KINDS_OF_PLACE]
    return frozenset(words[after[0] :] if after else [])


def posts_meant(texts: Iterable[str]) -> dict[str, list[Post]]:
    """The offices that each printed text can mean, highest first. One query for all texts."""
    exact: set[str] = set()
    within: list[str] = []
    texts = [text for text in dict.fromkeys(texts) if words_of(text)]
    for text in texts:
        words = without_acting(words_of(text)[:MOST_WORDS])
        for length in range(1, len(words) + 1):
            exact |= {spelling.upper() for spelling in spellings(words[:length])}
        within += [
            " & ".join(f"'{word}'" for word in spelling.split()) for spelling in spellings(words)
        ]
    if not exact:
        return {}
    query = " | ".join(f"({words})" for words in within if words)
    found = list(
        Post.objects.annotate(
            upper_title=Upper("title"), title_words=SearchVector("title", config="simple")
        )
        .filter(
            Q(upper_title__in=exact)
            | Q(title_words=SearchQuery(query, search_type="raw", config="simple"))
        )
        .select_related("place", "organisation__place")
        .order_by("protocol_rank", "id")[:MOST_POSTS]
    )
    return {text: [post for post in found if agrees(text, post)] for text in texts}


def holders(texts: Iterable[str], day: datetime.date) -> dict[str, list[Tenure]]:
    """Who held the offices that each text can mean on that day. Two queries for all texts."""
    return holders_of(posts_meant(texts), day)


def holders_of(meant: Mapping[str, Sequence[Post]], day: datetime.date) -> dict[str, list[Tenure]]:
    """Who held these offices on that day, by the text that means them. One query.

    "Plt. Bupati" is somebody acting; "Bupati" is first the one in the office, then whoever acts.
    Words that mean more than MOST_MEANT offices ("kepala desa") say nobody.
    """
    meant = {text: found for text, found in meant.items() if len(found) <= MOST_MEANT}
    posts = {post.pk for found in meant.values() for post in found}
    terms = [
        term
        for term in with_offices().filter(around(day), post__in=posts)[:MOST_TENURES]
        if is_held_on(term, day)
    ]
    found = {}
    for text, offices in meant.items():
        keys = {post.pk for post in offices}
        acting = {word for word in words_of(text) if word in TenureKind.values}
        held = [term for term in terms if term.post_id in keys]
        if acting:
            held = [term for term in held if term.kind in acting]
        found[text] = sorted(held, key=lambda term: term.kind != TenureKind.DEFINITIVE)
    return found
