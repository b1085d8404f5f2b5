"""Public people whose names begin like what was typed: below the search field, and above the results."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When

from .models import Appearance, Person
from .people import abbreviations
from .people.lookup import entries_named
from .people.names import name_key
from .reading import lexicon
from .search_query import ADDRESSED, Query

# With one letter half the town begins.
SHORTEST = 2
PEOPLE = 6
# Of more public people with such a name some are not looked at, so that a name costs the same in any town.
MOST_NAMESAKES = 2000
# What offices are called by, in full and in short, with the kinds of places and institutions they are of.
_OF_OFFICES = (
    lexicon.ROLE_HEADS
    | lexicon.ROLE_WORDS
    | lexicon.ORGANISATION_HEADS
    | lexicon.REGION_HEADS
    | lexicon.TITLES
    | lexicon.ADDRESS
    | abbreviations.ACTING
    | frozenset(word for short, full in abbreviations.FULL_FORMS.items() for word in (short, *full))
)


def people(query: Query) -> list[Person]:
    """Public people whose name, or another spelling, has words that begin like those of the query.

    Titles and degrees on either side make no difference: "Hj. Karsina, S.E." finds Andi Karsina, and so do the words
    in another order, or as they sound ("Djufri" and "Jufri"). The names of merged entries, and what is noted for
    them, find the person too. Where nobody is called all of it, words of offices are passed over, since some are
    names: "Bupati Andi Karsina" finds Andi Karsina, "Putri Karsina" whoever is called so. Two queries at most.
    """
    words = words_of_name(" ".join(query.terms))
    found = called(words, most=PEOPLE)
    if not found and (name := _without_offices(words)) and name != words:
        found = called(name, most=PEOPLE, is_typing=False)
    return found


def name_in(query: Query, found: Sequence[Person]) -> list[str]:
    """The words of the query that are a name, where it is nothing but the name, and the office, of one of those found.

    Nobody else was found, or the name is written as theirs is. Otherwise none.
    """
    words = words_of_name(" ".join(query.terms))
    for name in (words, _without_offices(words)):
        for person in found:
            own = person.name_key.split()
            if name and (own == name or (len(found) == 1 and set(name) <= set(own))):
                return name
    return []


def _without_offices(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in _OF_OFFICES]


def words_of_name(typed: str) -> list[str]:
    """The words of it to look a name up by; none where no word has SHORTEST letters.

    Without what a person is addressed by: "Pak Sanneng" is Sanneng.
    """
    words = name_key(typed).split()
    while len(words) > 1 and words[0] in ADDRESSED:
        del words[0]
    return words if max(map(len, words), default=0) >= SHORTEST else []


def called(words: Sequence[str], *, most: int, is_typing: bool = True) -> list[Person]:
    """At most so many public people with such words in a name. One query, or none for no words.

    First those whose name begins so, then those in whose name the words follow one another; of either whoever stood
    in a story last. While typing, words of the name may go on.
    """
    if not words:
        return []
    public = Person.objects.public().filter(pk__in=entries_named(words, is_typing=is_typing))
    # Only the public ones count: else strangers of the same name could take all places.
    found = Person.objects.filter(pk__in=public.order_by().values("pk")[:MOST_NAMESAKES])
    key = " ".join(words)
    nearness = Case(
        When(Q(name_key__startswith=key), then=0),
        When(Q(name_key__contains=f" {key}"), then=1),
        default=2,
    )
    seen = F("seen_at").desc(nulls_last=True)
    return list(
        found.annotate(seen_at=Subquery(_last_seen())).order_by(nearness, seen, "name", "pk")[:most]
    )


def _last_seen() -> QuerySet[Appearance, dict[str, object]]:
    """When somebody of the query around it stood in a public story last."""
    of_person = Appearance.objects.published().filter(person=OuterRef("pk"))
    return of_person.order_by("-at", "-article_id").values("at")[:1]
