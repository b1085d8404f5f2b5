"""What the newsroom knows of the names of one text, asked once for all of them."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Upper

from ..models import Organisation, OrganisationAlias, Person, Post, Tenure
from . import lookup, mentions, names
from .alike import CLOSEST, Likeness, is_a_letter_off, likeness
from .joining import Read
from .matching import KEY_LENGTH, without_delegation
from .offices import holders_of, is_held_on, posts_meant, root_of, tenures_of

if TYPE_CHECKING:
    from ..models import Article

HOLDERS_SHOWN = 10
# Of the people who have a part of a name, so many are compared letter by letter.
COMPARED = 40


@dataclass
class Known:
    """Everything that the database was asked, for all names of the text at once.

    `alike` has for each name who is like it, and how; `holders` and `posts` are by the printed
    office, `organisations` and `called` by the folded name.
    """

    day: datetime.date
    people: dict[int, Person]
    terms: dict[int, list[Tenure]]
    alike: list[dict[int, Likeness]]
    holders: dict[str, list[Tenure]]
    posts: dict[str, list[Post]]
    organisations: dict[str, list[Organisation]]
    called: dict[str, list[int]]
    memory: mentions.Memory = field(default_factory=mentions.Memory)

    def held(self, person: int) -> list[Tenure]:
        return [term for term in self.terms.get(person, []) if is_held_on(term, self.day)]


def ask(reads: Sequence[Read], day: datetime.date, article: Article | None) -> Known:
    """Ask about all names of a text; the number of queries does not depend on how many there are."""
    stood_for = [read.represents for read in reads if read.represents]
    offices = [read.office for read in reads if read.office and read.kind != "group"]
    posts = posts_meant([*offices, *stood_for])
    in_office = holders_of({text: posts.get(text, []) for text in offices}, day)
    memory = mentions.recall(
        article, [mentions.key_of(read.name, read.office)[0] for read in reads]
    )
    called, alike = _alike(reads, stood_for)
    roots = {person for found in alike for person in found}
    roots |= {person for found in memory.taken_for.values() for person in found}
    for read in reads:
        roots |= set(holders_like(read, in_office))
    people = Person.objects.in_bulk(roots)
    institutions = [without_delegation(r.name) for r in reads if r.kind == "delegation"]
    return Known(
        day=day,
        people=people,
        terms=tenures_of(people.values()),
        alike=alike,
        holders=in_office,
        posts=posts,
        organisations=_organisations([*institutions, *stood_for]),
        called=called,
        memory=memory,
    )


def _alike(
    reads: Sequence[Read], stood_for: Sequence[str]
) -> tuple[dict[str, list[int]], list[dict[int, Likeness]]]:
    """Who is called exactly so, by key; and for each read who is like it, and how. Two queries."""
    keys = [names.name_key(read.name)[:KEY_LENGTH] if read.words else "" for read in reads]
    folds = [names.fold_key(read.name)[:KEY_LENGTH] if read.words else "" for read in reads]
    others = {names.name_key(text)[:KEY_LENGTH] for text in stood_for}
    entries = lookup.entries_called({*keys, *others} - {""}, {*folds} - {""})
    wanted: list[tuple[str, int]] = []
    whose: list[int] = []
    for index, key in enumerate(keys):
        for query in _queries(key.split()):
            wanted.append((query, len(key)))
            whose.append(index)
    near = lookup.entries_for(wanted, limit=COMPARED)
    alike: list[dict[int, Likeness]] = [{} for _read in reads]
    for index, (key, fold) in enumerate(zip(keys, folds, strict=True)):
        compared = list(entries) if key else []
        compared += [e for number, w in enumerate(whose) if w == index for e in near[number]]
        for entry in compared:
            how = likeness(key, fold, entry.name_key, entry.fold_key)
            if how and CLOSEST[how] <= CLOSEST[alike[index].get(entry.root, Likeness.PART)]:
                alike[index][entry.root] = how
    called: dict[str, list[int]] = {}
    for entry in entries:
        known = called.setdefault(entry.name_key, [])
        if entry.root not in known:
            known.append(entry.root)
    return called, alike


def _queries(words: list[str]) -> list[str]:
    """What finds the names that can be like this one.

    All its words, initials for words too; then each word left out in turn but for its beginning,
    since a letter of the rest may be wrong (not one of the first two, where the name has only two
    words); and of a long name each two words, for a shorter form of it.
    """
    if not words:
        return []
    found = [lookup.query_for(words, is_typing=False)]
    if len(words) == 1:
        return found
    for index, word in enumerate(words):
        rest = [f"'{other}'" for other in words[:index] + words[index + 1 :] if len(other) > 1]
        if len(word) > 3 and rest:
            begins = [f"'{word[:2]}':*"] if len(rest) == 1 else []
            found.append(" & ".join([*rest, *begins]))
    if len(words) > 2:
        long = [word for word in words if len(word) > 2]
        found += [f"'{one}' & '{other}'" for one, other in itertools.pairwise(long)]
    return list(dict.fromkeys(found))


def _organisations(printed: Iterable[str]) -> dict[str, list[Organisation]]:
    """The institutions with exactly these names, short names or noted ones. Two queries."""
    wanted = {folded(name) for name in printed if name}
    upper = {name.upper() for name in wanted}
    noted = (
        OrganisationAlias.objects.annotate(upper_name=Upper("name"))
        .filter(upper_name__in=upper)
        .values("organisation")
    )
    rows = (
        Organisation.objects.annotate(upper_name=Upper("name"), upper_short=Upper("short_name"))
        .filter(Q(upper_name__in=upper) | Q(upper_short__in=upper) | Q(pk__in=noted))
        .prefetch_related("aliases")
        .order_by("name", "id")
    )
    found: dict[str, list[Organisation]] = {}
    for organisation in rows:
        aliases = [alias.name for alias in organisation.aliases.all()]
        for name in {folded(n) for n in (organisation.name, organisation.short_name, *aliases)}:
            if name in wanted:
                found.setdefault(name, []).append(organisation)
    return found


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def holders_like(read: Read, holders: dict[str, list[Tenure]]) -> list[int]:
    """Who held the printed office that day and can be meant: any, where no name is printed.

    "Wakil Bupati Karsena" is whoever of that office has a word of the name, a letter apart.
    """
    found = []
    for term in holders.get(read.office, []):
        known = term.person.name_key.split()
        if read.kind == "office" or any(
            word == other or is_a_letter_off(word, other) for word in read.words for other in known
        ):
            found.append(root_of(term.person))
    return list(dict.fromkeys(found))[:HOLDERS_SHOWN]
