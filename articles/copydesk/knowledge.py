"""What the newsroom's database knows of the words of one text.

Asked for a text, and only for what that text says: the number of queries and the rows that come
back grow with the text, not with fifty thousand people or a million words of the archive.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from ..choices import PlaceKind
from ..letters import one_slip_apart
from ..models import Person, Place, Tenure
from ..people.spans import first_day, in_words, last_day
from . import forms, naming, placing
from .findings import StoryFacts
from .known import Known, KnownPerson, KnownPlace, Office
from .models import WrongForm

# A word that stood in so many published stories is a word of this newsroom.
STORIES = 3
LONGEST_WORD = 60
# More names than this are a list pasted by mistake; the rest of it is not looked up.
MOST_NAMES = 3000
SHORTEST_NEAR = 8
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# Names that begin, or end, as half of a printed name does, and are as long, give or take a letter.
# With one slip in a name, one half of it is untouched; both are looked up in an index (that of
# the second half is made by SQL in migration 0001).
_NEAR = """
SELECT person.id, person.name_key, printed.key
  FROM unnest(%(keys)s::text[], %(lo)s::text[], %(hi)s::text[]) AS printed(key, lo, hi)
  JOIN articles_person person ON person.name_key ~>=~ printed.lo AND person.name_key ~<~ printed.hi
 WHERE abs(length(person.name_key) - length(printed.key)) < 2
UNION ALL
SELECT alias.person_id, alias.name_key, printed.key
  FROM unnest(%(keys)s::text[], %(lo)s::text[], %(hi)s::text[]) AS printed(key, lo, hi)
  JOIN articles_personalias alias
    ON alias.name_key ~>=~ printed.lo AND alias.name_key ~<~ printed.hi
 WHERE abs(length(alias.name_key) - length(printed.key)) < 2
UNION ALL
SELECT person.id, person.name_key, printed.key
  FROM unnest(%(keys)s::text[], %(rlo)s::text[], %(rhi)s::text[]) AS printed(key, lo, hi)
  JOIN articles_person person
    ON reverse(person.name_key::text) ~>=~ printed.lo
   AND reverse(person.name_key::text) ~<~ printed.hi
 WHERE abs(length(person.name_key) - length(printed.key)) < 2
UNION ALL
SELECT alias.person_id, alias.name_key, printed.key
  FROM unnest(%(keys)s::text[], %(rlo)s::text[], %(rhi)s::text[]) AS printed(key, lo, hi)
  JOIN articles_personalias alias
    ON reverse(alias.name_key::text) ~>=~ printed.lo
   AND reverse(alias.name_key::text) ~<~ printed.hi
 WHERE abs(length(alias.name_key) - length(printed.key)) < 2
LIMIT %(limit)s
"""
# So many names share half of one with the text that looking further would cost too much.
MOST_PAIRS = 50_000


class Knowledge(Known):
    """The newsroom's knowledge. `load` asks the database, `bare` has only what ships."""

    @classmethod
    def bare(cls) -> Knowledge:
        """What ships with the project: no query."""
        return cls()

    @classmethod
    def load(cls, text: str, story: StoryFacts | None = None) -> Knowledge:
        """What the database knows of the words, names and places in `text` and in `story`."""
        facts = story or StoryFacts()
        # What no text field can hold stands in no table either; places stay as they are.
        text = text.replace("\0", " ").encode("utf-8", "replace").decode()
        whole = "\n".join((text, facts.headline, facts.standfirst))
        single = {word.lower() for word in _WORD.findall(whole)}
        return cls(
            words=_archive_words(single | {w for word in single for w in re.split(r"[-'’]", word)}),
            own=_own_words(single, whole),
            forms=_forms(),
            people=_people(text),
            places=_places(text),
        )


def _archive_words(words: set[str]) -> frozenset[str]:
    return _of(
        words,
        "SELECT word FROM articles_archiveword WHERE word = ANY(%s) AND stories >= %s",
        STORIES,
    )


def _of(words: Iterable[str], query: str, *more: int) -> frozenset[str]:
    """The words of `query`, which is given all asked ones as one array: as a list of thousands of
    parameters, PostgreSQL would take longer to read the question than to answer it."""
    asked = [word for word in words if 0 < len(word) <= LONGEST_WORD]
    with connection.cursor() as cursor:
        cursor.execute(query, [asked, *more])
        return frozenset(row[0] for row in cursor.fetchall())


def _own_words(single: set[str], text: str) -> frozenset[str]:
    """Own words of the text, also those of two or three words: what a finding can be about."""
    pieces = text.lower().split()
    runs = {
        " ".join(pieces[at : at + length]).strip(".,;:!?()\"'“”‘’")
        for length in (2, 3)
        for at in range(len(pieces) - length + 1)
    }
    parts = {part for word in single for part in re.split(r"[-'’]", word)}
    return _of(
        single | parts | runs,
        "SELECT lower(word) FROM articles_ownword WHERE lower(word) = ANY(%s)",
    )


def _forms() -> dict[str, tuple[str, str]]:
    """The editors' table; the shipped one where nothing was ever loaded into it."""
    rows = list(WrongForm.objects.values_list("wrong", "right", "note", "is_active"))
    if not rows:
        return dict(forms.shipped())
    return {wrong.lower(): (right, note) for wrong, right, note, is_active in rows if is_active}


def _people(text: str) -> tuple[KnownPerson, ...]:
    """People whose name, or a noted spelling, is in the text or one slip from what is there."""
    keys = list(dict.fromkeys(printed.key for printed in naming.candidates(text)))[:MOST_NAMES]
    keys = [key for key in keys if " " in key]
    if not keys:
        return ()
    # Half of a short name is half of too many: such a name is looked up as it is.
    halves = [key[: len(key) // 2] if len(key) >= SHORTEST_NEAR else key for key in keys]
    ends = [key[len(key) // 2 if len(key) >= SHORTEST_NEAR else 0 :][::-1] for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAR,
            {
                "keys": keys,
                "lo": halves,
                "hi": [_after(half) for half in halves],
                "rlo": ends,
                "rhi": [_after(end) for end in ends],
                "limit": MOST_PAIRS,
            },
        )
        pairs = cursor.fetchall()
    return _with_offices(
        {pk for pk, known, key in pairs if known == key or one_slip_apart(known, key)}
    )


def _after(prefix: str) -> str:
    """The first text behind all that begin with `prefix`, in the order of code points."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _with_offices(ids: Iterable[int]) -> tuple[KnownPerson, ...]:
    """Each standing person among `ids`, with the names and offices of all their entries."""
    rows = Person.objects.filter(pk__in=list(ids)).values_list("pk", "merged_into_id")
    roots = {merged or pk for pk, merged in rows}
    if not roots:
        return ()
    entries = Person.objects.filter(Q(pk__in=roots) | Q(merged_into__in=roots))
    names: dict[int, Person] = {}
    keys: dict[int, list[str]] = defaultdict(list)
    root_of: dict[int, int] = {}
    for entry in entries.prefetch_related("aliases"):
        root = entry.merged_into_id or entry.pk
        root_of[entry.pk] = root
        keys[root] += [entry.name_key, *(alias.name_key for alias in entry.aliases.all())]
        if entry.pk == root:
            names[root] = entry
    held = _offices(root_of)
    return tuple(
        KnownPerson(
            pk, entry.printed_name, tuple(dict.fromkeys(filter(None, keys[pk]))), tuple(held[pk])
        )
        for pk, entry in sorted(names.items())
    )


def _offices(root_of: dict[int, int]) -> dict[int, list[Office]]:
    held: dict[int, list[Office]] = defaultdict(list)
    tenures = (
        Tenure.objects.filter(person__in=list(root_of))
        .select_related("post__organisation", "post__place")
        .order_by("post__protocol_rank", "-started_on", "id")
    )
    for tenure in tenures:
        post, started, ended = tenure.post, tenure.started_on, tenure.ended_on
        around = (post.organisation.name, post.organisation.short_name)
        place = (post.place.name,) if post.place else ()
        held[root_of[tenure.person_id]].append(
            Office(
                title=tenure.printed_title,
                post=post.title,
                organisation=tuple(filter(None, (*around, *place))),
                first=first_day(started, tenure.start_precision) if started else None,
                last=last_day(ended, tenure.end_precision) if ended else None,
                begins=in_words(started, tenure.start_precision),
            )
        )
    return held


def _places(text: str) -> tuple[KnownPlace, ...]:
    """Provinces, regencies and cities, and the smaller places that are near one of the text's."""
    asked = [name for name in placing.candidates(text) if len(name) >= placing.SHORTEST]
    if not asked:
        return ()
    wide = Q(kind__in=[PlaceKind.PROVINCE, PlaceKind.REGENCY, PlaceKind.CITY])
    # One slip leaves the first or the last three letters as they are.
    near = Q()
    for name in dict.fromkeys(asked):
        near |= Q(name__istartswith=name[:3]) | Q(name__iendswith=name[-3:])
    rows = Place.objects.filter(wide | near).values_list("name", "kind", "timezone")
    return tuple(
        KnownPlace(name.removeprefix("Kabupaten ").removeprefix("Kota "), kind, zone)
        for name, kind, zone in rows
    )
