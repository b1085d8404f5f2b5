"""What a search is narrowed to besides its words: section, year, place, person; and its order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from .models import Appearance, Article, Person, Place, Section
from .models.searched import place_word, section_word

NEWEST = "terbaru"
BEST = "terkait"
# Of somebody who stands in more stories, the newest so many are looked through.
MOST_OF_PERSON = 2000
# Places of one name, with what lies in them, to this depth: a regency, its districts, their villages.
DEPTH = 3
MOST_PLACES = 500
LONGEST = 120
# So many places and people of the first results are offered to narrow them to.
OFFERED = 3


@dataclass(frozen=True)
class Filters:
    """What the reader chose beside the words; what does not exist counts as not chosen.

    Places are chosen by name, in whatever case: all that have it, and what lies in them.
    """

    section: Section | None = None
    year: int | None = None
    place: Place | None = None
    place_keys: Sequence[int] = ()
    person: Person | None = None
    order: str = BEST

    @classmethod
    def of(
        cls,
        sections: Sequence[Section],
        years: Sequence[int],
        *,
        section: str = "",
        year: str = "",
        place: str = "",
        person: str = "",
        order: str = "",
    ) -> Filters:
        """What the values in an address choose. No query without place and person, up to five with them."""
        places = _named(place)
        return cls(
            section={one.slug: one for one in sections}.get(section),
            year={str(one): one for one in years}.get(year),
            place=places[0] if places else None,
            place_keys=_with_parts(places),
            person=_person(person),
            order=NEWEST if order == NEWEST else BEST,
        )

    @property
    def stories(self) -> Q:
        """What the stories must be."""
        wanted = Q()
        if self.section:
            wanted &= Q(section=self.section)
        if self.place_keys:
            wanted &= Q(place__in=self.place_keys)
        if self.person:
            of_person = Appearance.objects.published().filter(person=self.person)
            newest = of_person.order_by("-at", "-article_id").values_list("article_id", flat=True)
            wanted &= Q(pk__in=list(newest[:MOST_OF_PERSON]))
        return wanted

    @property
    def marks(self) -> list[list[str]]:
        """The same in words of the index, where it has them."""
        marks = [[section_word(self.section.pk)]] if self.section else []
        return marks + ([list(map(place_word, self.place_keys))] if self.place_keys else [])

    @property
    def is_narrow(self) -> bool:
        return bool(self.section or self.year or self.place or self.person)

    @property
    def place_name(self) -> str:
        return self.place.name if self.place else ""

    def as_query(self, text: str, cursor: str = "") -> str:
        """The address of a page of these results, without the path."""
        chosen = {
            "q": text,
            "rubrik": self.section.slug if self.section else "",
            "tahun": str(self.year or ""),
            "tempat": self.place_name,
            "orang": self.person.slug if self.person else "",
            "urut": self.order if self.order == NEWEST else "",
            "sebelum": cursor,
        }
        return "?" + urlencode({name: value for name, value in chosen.items() if value})

    def removable(self, text: str) -> list[Choice]:
        """Each filter that no field of the form shows, and the results without it."""
        found = []
        if self.place:
            without = replace(self, place=None, place_keys=())
            found.append(Choice(_("Place: %s") % self.place.short_name, without.as_query(text)))
        if self.person:
            without = replace(self, person=None)
            found.append(Choice(_("Person: %s") % self.person.name, without.as_query(text)))
        return found

    def narrower(self, text: str, stories: Sequence[Article]) -> Narrower:
        """The people and places that most of these stories have, and the results of each alone. Up to two queries."""
        places = Counter(story.place for story in stories if story.place and not self.place)
        people: Counter[int] = Counter()
        if len(stories) > 1 and not self.person:
            # None are of stories that protect identities.
            shown = Appearance.objects.published().filter(
                article__in=[story.pk for story in stories], person__isnull=False
            )
            people.update(shown.values_list("person", flat=True))
        keys = [key for key, number in people.most_common(OFFERED * 2) if number > 1]
        known = Person.objects.public().in_bulk(keys) if keys else {}
        return Narrower(
            [
                Choice(place.short_name, replace(self, place=place).as_query(text))
                for place, number in places.most_common(OFFERED)
                if number < len(stories)
            ],
            [
                Choice(known[key].name, replace(self, person=known[key]).as_query(text))
                for key in keys
                if key in known
            ][:OFFERED],
        )


@dataclass(frozen=True)
class Choice:
    """A filter as it is shown, and the address of the results with it or without."""

    label: str
    address: str


@dataclass(frozen=True)
class Narrower:
    places: Sequence[Choice] = ()
    people: Sequence[Choice] = ()

    def __bool__(self) -> bool:
        return bool(self.places or self.people)


def _named(name: str) -> list[Place]:
    """The places of that name, the largest first."""
    name = " ".join(name.replace("\x00", "").split())[:LONGEST]
    if not name:
        return []
    places = Place.objects.annotate(lower=Lower("name")).filter(lower=name.lower())
    return list(places.order_by("parent_id", "pk")[:MOST_PLACES])


def _with_parts(places: Sequence[Place]) -> list[int]:
    """The keys of the places and of what lies in them; none of none."""
    found = [place.pk for place in places]
    level = found
    for _step in range(DEPTH if found else 0):
        parts = Place.objects.filter(parent__in=level).order_by("pk")
        level = list(parts.values_list("pk", flat=True)[: MOST_PLACES - len(found)])
        if not level:
            break
        found += level
    return found


def _person(slug: str) -> Person | None:
    if not slug or "\x00" in slug or len(slug) > LONGEST:
        return None
    return Person.objects.public().filter(slug=slug).first()
