"""What is offered under a field while somebody types: people, institutions, offices.

The words are beginnings of words, in any order of name and office: "kars", "wabup sinj",
"kadis karsina". Titles in front of a name, short forms of offices and spelling folds do not matter.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import (
    BooleanField,
    Case,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Length
from django.utils.translation import gettext as _

from ..models import Organisation, OrganisationAlias, Person, PersonAlias, Post, Tenure
from . import lookup
from .abbreviations import FULL_FORMS, without_acting, words_of
from .names import looks_like_degree
from .offices import around, as_printed, is_held_on, offices_on

LIMIT = 10
# Offices with these words are looked through from the highest; more words make them fewer.
POSTS_LOOKED_AT = 60
ENTRIES_LOOKED_AT = 3 * LIMIT
MOST_WORDS = 6
# More is no beginning of a name.
LONGEST_TYPED = 200
# "Kepala SMPN 1" heads a school too.
_ALSO_CALLED = {
    "sekolah": "sd sdn smp smpn sma sman smk smkn slb mi min mts mtsn man madrasah".split()
}
# Short for several offices, so that printed it says none for certain.
_MAY_STAND_FOR = {"waka": (("wakil", "ketua"), ("wakil", "kepala"))}
_NUMBERS = {"1": "i", "2": "ii", "3": "iii", "4": "iv", "5": "v"}
_SAME_NUMBER = _NUMBERS | {roman: digit for digit, roman in _NUMBERS.items()}


@dataclass(frozen=True)
class Suggestion:
    """One line under a field: what it points at, and what choosing it fills in."""

    ref: str
    name: str
    office: str = ""
    tenure: int | None = None
    detail: str = ""


def suggest(text: str, *, day: datetime.date, with_posts: bool = False) -> list[dict[str, object]]:
    """At most LIMIT known people and institutions for the beginnings of words in `text`.

    A person who held several offices on `day` stands there once for each. With `with_posts`,
    offices without a holder's name are offered too, and first.
    """
    words = lookup.words_of_name(text)[:MOST_WORDS]
    if not words or len(text) > LONGEST_TYPED or _is_degrees(text):
        return []
    found = _posts_suggested(words) if with_posts else []
    found += _people_suggested(words, day)
    found += _organisations_suggested(words)
    return [asdict(suggestion) for suggestion in found[:LIMIT]]


def _is_degrees(text: str) -> bool:
    """Whether degrees are all that is typed: "S.E., M.M."."""
    pieces = text.replace(",", " ").split()
    return bool({".", ","} & set(text)) and all(map(looks_like_degree, pieces))


# People


def _people_suggested(words: list[str], day: datetime.date) -> list[Suggestion]:
    named = _named(words)
    terms = [term for term in _in_office(words, day) if is_held_on(term, day)]
    roots = list(dict.fromkeys([*named, *(_root(term) for term in terms)]))[: 2 * LIMIT]
    people = Person.objects.in_bulk(roots)
    held = offices_on(people.values(), day)
    in_question = {term.pk for term in terms}
    suggestions = []
    for root in filter(people.__contains__, roots):
        offices = held[root]
        # Who was found by an office is offered with it; who was found by name, with all.
        wanted = offices if root in named else [o for o in offices if o.pk in in_question]
        suggestions += [_of_person(people[root], office) for office in wanted]
        if not wanted:
            suggestions.append(_of_person(people[root], None))
    return suggestions


def _named(words: Sequence[str]) -> list[int]:
    """Keys of people whose name, or a noted spelling, has all the words; the first word first."""
    query = lookup.search_query(words)
    entries = _searched(Person.objects.all(), query).annotate(
        root=Coalesce("merged_into_id", "id"), place=_place_of(words[0])
    )
    noted = _searched(PersonAlias.objects.all(), query).annotate(
        root=Coalesce("person__merged_into_id", "person_id"), place=_place_of(words[0])
    )
    fields = ("place", "name", "root")
    found = entries.order_by("place", "name", "id").values_list(*fields)[:ENTRIES_LOOKED_AT]
    also = noted.order_by("place", "name", "id").values_list(*fields)[:ENTRIES_LOOKED_AT]
    return list(dict.fromkeys(root for *_rank, root in sorted([*found, *also])))[:LIMIT]


def _searched(rows: QuerySet, query: SearchQuery) -> QuerySet:
    keys = SearchVector("name_key", "fold_key", config="simple")
    found: QuerySet = rows.annotate(words=keys).filter(words=query)
    return found


def _place_of(word: str) -> Case:
    return Case(
        When(name_key__startswith=word, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )


def _in_office(words: list[str], day: datetime.date) -> list[Tenure]:
    """Terms around that day whose office has the words, or some while the name has the others."""
    spoken = without_acting(words) or words
    searches = [_held(spoken, [], day)]
    for cut in range(1, len(spoken)):
        searches.append(_held(spoken[:cut], spoken[cut:], day))
        searches.append(_held(spoken[cut:], spoken[:cut], day))
    keys = [key for key, _rank in searches[0].union(*searches[1:], all=True)]
    terms = Tenure.objects.filter(pk__in=keys).select_related("person")
    return list(terms.order_by("post__protocol_rank", "person__name", "id"))


def _held(office: list[str], name: list[str], day: datetime.date) -> QuerySet:
    posts = _posts_with(office)
    terms = Tenure.objects.filter(around(day))
    if name:
        people = _searched(Person.objects.all(), lookup.search_query(name))
        terms = terms.filter(post__in=posts.values("pk"), person__in=people.values("pk"))
    else:
        highest = posts.order_by("protocol_rank", "title", "id").values("pk")[:POSTS_LOOKED_AT]
        terms = terms.filter(post__in=highest)
    ranked = terms.annotate(rank=F("post__protocol_rank"))
    return ranked.order_by("rank", "id").values_list("pk", "rank")[:ENTRIES_LOOKED_AT]


def _root(term: Tenure) -> int:
    return term.person.merged_into_id or term.person_id


def _of_person(person: Person, tenure: Tenure | None) -> Suggestion:
    ref = f"person:{person.pk}"
    if tenure is None:
        return Suggestion(ref, person.printed_name, detail=_("no office on that day"))
    organisation = tenure.post.organisation
    title, institution = tenure.printed_title, organisation.short_name or organisation.name
    # "Kepala DLH Sinjai" says of what.
    is_said = set(words_of(institution)) <= set(words_of(title))
    return Suggestion(
        ref,
        person.printed_name,
        office=as_printed(tenure),
        tenure=tenure.pk,
        detail=title if is_said else f"{title} – {institution}",
    )


# Offices and institutions


def _posts_with(words: Sequence[str]) -> QuerySet[Post]:
    """Offices that have every word, or what it is short for, in the title or the institution."""
    posts = Post.objects.annotate(title_words=SearchVector("title", config="simple"))
    for word in words:
        said = _in_office_or_institution(word)
        for meant in (FULL_FORMS.get(word, ()), *_MAY_STAND_FOR.get(word, ())):
            in_full = Q()
            for full in meant:
                in_full &= _in_office_or_institution(full)
            if meant:
                said |= in_full
        posts = posts.filter(said)
    return posts


def _in_office_or_institution(word: str) -> Q:
    institutions = _organisations_with(word).order_by().values("pk")
    return Q(title_words=_beginning(word)) | Q(
        IsOneOf(F("organisation_id"), ArraySubquery(institutions))
    )


class IsOneOf(Func):
    """`field = ANY(ARRAY(…))`: unlike `IN`, looked up in an index beside another condition."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def _beginning(word: str) -> SearchQuery:
    if word in _SAME_NUMBER:
        # "Asisten 1" is Asisten I, and neither is Asisten II.
        either = [f"'{word}'", f"'{_SAME_NUMBER[word]}'"]
    else:
        either = [f"'{word}':*", *(f"'{other}'" for other in _ALSO_CALLED.get(word, ()))]
    return SearchQuery(" | ".join(either), search_type="raw", config="simple")


def _organisations_with(word: str) -> QuerySet[Organisation]:
    return Organisation.objects.annotate(
        words=SearchVector("name", "short_name", config="simple")
    ).filter(words=_beginning(word))


def _posts_suggested(words: list[str]) -> list[Suggestion]:
    posts = _posts_with(words).select_related("organisation")
    ordered = posts.order_by("protocol_rank", "title", "id")[:4]
    return [
        Suggestion(f"post:{post.pk}", post.title, detail=post.organisation.name) for post in ordered
    ]


def _organisations_suggested(words: list[str]) -> list[Suggestion]:
    organisations: QuerySet[Any] = Organisation.objects.annotate(
        words=SearchVector("name", "short_name", config="simple")
    )
    for word in words:
        noted = (
            OrganisationAlias.objects.annotate(words=SearchVector("name", config="simple"))
            .filter(words=_beginning(word))
            .order_by()
            .values("organisation")
        )
        organisations = organisations.filter(
            Q(words=_beginning(word)) | Q(IsOneOf(F("pk"), ArraySubquery(noted)))
        )
    ordered = organisations.order_by(Length("name"), "name", "id")[:4]
    return [
        Suggestion(
            f"organisation:{organisation.pk}",
            organisation.short_name or organisation.name,
            detail=_("delegation – %(name)s") % {"name": organisation.name},
        )
        for organisation in ordered
    ]
