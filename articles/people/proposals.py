"""What a text's names may become in the register: known people, likely ones, or new ones.

Nothing is entered here. A proposal is certain only for an exact name and an office that agrees, or
for the exact full name of one person alone; everything else is offered to choose from.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from ..models import Organisation, OrganisationAlias, Person, Post, Tenure
from . import lookup, mentions, names
from .alike import CLOSEST, Likeness, is_a_letter_off, likeness
from .joining import Mention, Read, joined
from .matching import KEY_LENGTH, without_delegation
from .offices import (
    agrees,
    as_printed,
    holders_of,
    is_held_on,
    posts_meant,
    root_of,
    tenures_of,
)

if TYPE_CHECKING:
    from ..models import Article

MOST_PROPOSALS = 80
OPTIONS_SHOWN = 5
HOLDERS_SHOWN = 10
# Of the people who have a part of a name, so many are compared letter by letter.
COMPARED = 40


@dataclass(frozen=True)
class Option:
    """One answer to "who is this?": a known person or institution, with the office of that day.

    `office` are the offices of that day, to recognise somebody by. `tenure` is the one that the
    printed office says, or the one that is filled in, as `print_office`, when the text prints none.
    """

    ref: str
    name: str
    office: str = ""
    tenure: int | None = None
    print_office: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Proposal:
    """One line that the register could have.

    `read_name` and `read_office` are the words of the text, under which the answer is remembered.
    """

    subject: str
    name: str
    office: str
    capacity: str
    represents: str
    represents_ref: str
    count: int | None
    read_name: str
    read_office: str
    options: tuple[Option, ...] = ()
    is_certain: bool = False
    is_present: bool = False
    is_refused: bool = False
    is_doubtful: bool = False


@dataclass
class _Known:
    """Everything that the database was asked, for all names of the text at once."""

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


def propose(
    found: Iterable[Mention],
    text: str,
    *,
    day: datetime.date,
    article: Article | None = None,
    present: Collection[str] = (),
    present_names: Collection[str] = (),
) -> list[Proposal]:
    """What the mentions in `text` may become, in its order; what is most likely no name last.

    `present` are the references ("person:12") that stand in the register already, `present_names`
    the printed names of lines that point at nobody yet. The number of queries does not depend on
    how many are named.
    """
    reads = joined(found, text)[:MOST_PROPOSALS]
    known = _ask(reads, day, article)
    roots = _roots_of(present)
    keys = {names.name_key(name) for name in present_names}
    proposals = [
        _marked(_proposal(index, read, known), known, roots, keys)
        for index, read in enumerate(reads)
    ]
    return sorted(proposals, key=lambda proposal: proposal.is_doubtful)


# One proposal


def _proposal(index: int, read: Read, known: _Known) -> Proposal:
    if read.kind == "delegation":
        options, is_certain = _institutions(read, known)
    elif read.kind == "office":
        options, is_certain = _holders(read, known), False
    elif read.kind == "person":
        options, is_certain = _people(index, read, known)
    else:
        options, is_certain = [], True
    return Proposal(
        subject=read.kind if read.kind in {"delegation", "group"} else "person",
        name=read.name,
        office=read.office,
        capacity=read.capacity,
        represents=read.represents,
        represents_ref=_whom(read.represents, known),
        count=read.count if read.kind == "group" else None,
        read_name=read.name,
        read_office=read.office,
        options=tuple(options[:OPTIONS_SHOWN]),
        is_certain=is_certain,
    )


def _people(index: int, read: Read, known: _Known) -> tuple[list[Option], bool]:
    """The people whom the name can mean, the likeliest first; whether the first is certain."""
    alike = dict(known.alike[index])
    key = names.name_key(read.name)
    before = known.memory.taken_for.get(key, [])
    for person in before:
        alike.setdefault(person, Likeness.SPELLING)
    for person in _holders_like(read, known.holders):
        alike.setdefault(person, Likeness.PART)
    ranked = sorted(
        (person for person in alike if person in known.people),
        key=lambda person: (
            person not in before[:1],
            _agreeing(read, person, known) is None,
            CLOSEST[alike[person]],
            person not in before,
            person,
        ),
    )
    options = [_option_of(read, person, alike[person], known) for person in ranked]
    return options, _is_certain(read, ranked, alike, known)


def _is_certain(
    read: Read, ranked: Sequence[int], alike: dict[int, Likeness], known: _Known
) -> bool:
    same = [person for person in ranked if alike[person] == Likeness.SAME]
    if not same or ranked[0] != same[0]:
        return False
    agreeing = [person for person in same if _agreeing(read, person, known)]
    if read.office and agreeing:
        return agreeing == [ranked[0]]
    # Another office than the one that is noted: it may be a namesake.
    contradicts = bool(read.office) and bool(known.held(ranked[0]))
    full_words = [word for word in read.words if len(word) > 1]
    return len(same) == 1 and len(full_words) > 1 and not contradicts


def _agreeing(read: Read, person: int, known: _Known) -> Tenure | None:
    if not read.office:
        return None
    return next((term for term in known.held(person) if agrees(read.office, term.post)), None)


def _option_of(read: Read, person: int, how: Likeness, known: _Known) -> Option:
    held = known.held(person)
    term = _agreeing(read, person, known)
    reason = _("same name and office") if term and how == Likeness.SAME else str(how.label)
    if not read.office and len(held) == 1:
        # Of two offices that day the reporter chooses one in the line itself.
        term = held[0]
    return Option(
        ref=f"person:{person}",
        name=known.people[person].printed_name,
        office=", ".join(map(as_printed, held)),
        tenure=term.pk if term else None,
        print_office=as_printed(term) if term else "",
        reason=reason,
    )


def _holders_like(read: Read, holders: dict[str, list[Tenure]]) -> list[int]:
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


def _holders(read: Read, known: _Known) -> list[Option]:
    """Who held an office that the text names without its holder."""
    return [
        Option(
            ref=f"person:{root_of(term.person)}",
            name=known.people[root_of(term.person)].printed_name,
            office=as_printed(term),
            tenure=term.pk,
            print_office=as_printed(term),
            reason=_("held the office on that day"),
        )
        for term in known.holders.get(read.office, [])
        if root_of(term.person) in known.people
    ]


def _institutions(read: Read, known: _Known) -> tuple[list[Option], bool]:
    found = known.organisations.get(_folded(without_delegation(read.name)), [])
    options = [
        Option(f"organisation:{one.pk}", one.short_name or one.name, one.name) for one in found
    ]
    return options, len(found) == 1


def _whom(represents: str, known: _Known) -> str:
    """Whom the words "on behalf of" mean, when that is one office, institution or person."""
    if not represents:
        return ""
    posts = known.posts.get(represents, [])
    institutions = known.organisations.get(_folded(represents), [])
    people = known.called.get(names.name_key(represents), [])
    found = [f"post:{post.pk}" for post in posts]
    found += [f"organisation:{one.pk}" for one in institutions]
    found += [f"person:{person}" for person in people]
    return found[0] if len(found) == 1 else ""


def _marked(
    proposal: Proposal, known: _Known, present: Collection[str], present_names: Collection[str]
) -> Proposal:
    first = proposal.options[0].ref if proposal.options and proposal.is_certain else ""
    key = mentions.key_of(proposal.read_name, proposal.read_office)
    return replace(
        proposal,
        is_present=first in present or (bool(key[0]) and key[0] in present_names),
        is_refused=known.memory.was_refused(key),
        is_doubtful=key[0] in known.memory.refused_often,
    )


# Asking the database once for all names


def _ask(reads: Sequence[Read], day: datetime.date, article: Article | None) -> _Known:
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
        roots |= set(_holders_like(read, in_office))
    people = Person.objects.in_bulk(roots)
    institutions = [without_delegation(r.name) for r in reads if r.kind == "delegation"]
    return _Known(
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
    wanted = {_folded(name) for name in printed if name}
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
        for name in {_folded(n) for n in (organisation.name, organisation.short_name, *aliases)}:
            if name in wanted:
                found.setdefault(name, []).append(organisation)
    return found


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _roots_of(present: Collection[str]) -> set[str]:
    """The references with those of merged people turned into whom they stand for."""
    keys = [int(ref[7:]) for ref in present if ref.startswith("person:")]
    roots = {
        f"person:{root or key}"
        for key, root in Person.objects.filter(pk__in=keys).values_list("pk", "merged_into")
    }
    return roots | {ref for ref in present if not ref.startswith("person:")}
