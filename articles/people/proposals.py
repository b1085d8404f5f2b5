"""What a text's names may become in the register: known people, likely ones, or new ones.

Nothing is entered here. A proposal is certain only for an exact name and an office that agrees, or
for the exact full name of one person alone; everything else is offered to choose from.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ..models import Person, Tenure
from . import mentions, names
from .alike import CLOSEST, Likeness
from .joining import Mention, Read, joined
from .known import Known, ask, folded, holders_like
from .matching import without_delegation
from .offices import agrees, as_printed, root_of
from .publicity import Page, page_for

if TYPE_CHECKING:
    from ..models import Article

MOST_PROPOSALS = 80
OPTIONS_SHOWN = 5
# Characters of the text shown on each side of a name.
AROUND = 60


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
    `page` is said of somebody new; `around` is the piece of the text: before, the words, behind.
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
    page: Page = Page.NEVER
    around: tuple[str, str, str] = ("", "", "")


class Proposals(list[Proposal]):
    """What a text's names may become; `left_out` are the names of those too many at once."""

    left_out: tuple[str, ...] = ()


def propose(
    found: Iterable[Mention],
    text: str,
    *,
    day: datetime.date,
    article: Article | None = None,
    present: Collection[str] = (),
    present_names: Collection[str] = (),
) -> Proposals:
    """What the mentions in `text` may become, in its order; what is most likely no name last.

    `present` are the references ("person:12") that stand in the register already, `present_names`
    the printed names of lines that point at nobody yet. The number of queries does not depend on
    how many are named.
    """
    everybody = joined(found, text)
    reads = everybody[:MOST_PROPOSALS]
    known = ask(reads, day, article)
    roots = _roots_of(present)
    keys = {names.name_key(name) for name in present_names}
    proposals = [
        _marked(_proposal(index, read, known, text), known, roots, keys)
        for index, read in enumerate(reads)
    ]
    ordered = Proposals(sorted(proposals, key=lambda proposal: proposal.is_doubtful))
    ordered.left_out = tuple(read.name or read.office for read in everybody[MOST_PROPOSALS:])
    return ordered


# One proposal


def _proposal(index: int, read: Read, known: Known, text: str) -> Proposal:
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
        name=without_count(read.name, read.count) if read.kind == "group" else read.name,
        office=read.office,
        capacity=read.capacity,
        represents=read.represents,
        represents_ref=_whom(read.represents, known),
        count=read.count if read.kind == "group" else None,
        read_name=read.name,
        read_office=read.office,
        options=tuple(options[:OPTIONS_SHOWN]),
        is_certain=is_certain,
        page=page_for(read.name, read.office, text, known.posts.get(read.office, [])),
        around=_around(read, text),
    )


def without_count(label: str, count: int | None) -> str:
    """A group's name without the number that is printed behind it: "kepala sekolah" of "42 …"."""
    if not count:
        return label
    numbers = f"{count}|{count:,}".replace(",", "[.]")
    shorter = re.sub(rf"^(?:sebanyak\s+)?(?:{numbers})\s+(?:orang\s+)?(?=\S)", "", label.strip())
    # "42 orang" is nothing else.
    return shorter if shorter != "orang" else label


def _around(read: Read, text: str) -> tuple[str, str, str]:
    """The piece of the line that the words stand in; nothing where it has nothing more."""
    end = read.start + len(read.name or read.office)
    before = text[max(0, read.start - AROUND) : read.start].split("\n")[-1]
    behind = text[end : end + AROUND].split("\n")[0]
    if not before.strip() and not behind.strip():
        return "", "", ""
    if len(before) == AROUND:
        before = "… " + before.partition(" ")[2]
    if len(behind) == AROUND:
        behind = behind.rpartition(" ")[0] + " …"
    return before, text[read.start : end], behind


def _people(index: int, read: Read, known: Known) -> tuple[list[Option], bool]:
    """The people whom the name can mean, the likeliest first; whether the first is certain."""
    alike = dict(known.alike[index])
    key = names.name_key(read.name)
    before = known.memory.taken_for.get(key, [])
    for person in before:
        alike.setdefault(person, Likeness.SPELLING)
    for person in holders_like(read, known.holders):
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
    read: Read, ranked: Sequence[int], alike: dict[int, Likeness], known: Known
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


def _agreeing(read: Read, person: int, known: Known) -> Tenure | None:
    if not read.office:
        return None
    return next((term for term in known.held(person) if agrees(read.office, term.post)), None)


def _option_of(read: Read, person: int, how: Likeness, known: Known) -> Option:
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


def _holders(read: Read, known: Known) -> list[Option]:
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


def _institutions(read: Read, known: Known) -> tuple[list[Option], bool]:
    found = known.organisations.get(folded(without_delegation(read.name)), [])
    options = [
        Option(f"organisation:{one.pk}", one.short_name or one.name, one.name) for one in found
    ]
    return options, len(found) == 1


def _whom(represents: str, known: Known) -> str:
    """Whom the words "on behalf of" mean, when that is one office, institution or person."""
    if not represents:
        return ""
    posts = known.posts.get(represents, [])
    institutions = known.organisations.get(folded(represents), [])
    people = known.called.get(names.name_key(represents), [])
    found = [f"post:{post.pk}" for post in posts]
    found += [f"organisation:{one.pk}" for one in institutions]
    found += [f"person:{person}" for person in people]
    return found[0] if len(found) == 1 else ""


def _marked(
    proposal: Proposal, known: Known, present: Collection[str], present_names: Collection[str]
) -> Proposal:
    first = proposal.options[0].ref if proposal.options and proposal.is_certain else ""
    key = mentions.key_of(proposal.read_name, proposal.read_office)
    return replace(
        proposal,
        is_present=first in present or (bool(key[0]) and key[0] in present_names),
        is_refused=known.memory.was_refused(key),
        is_doubtful=key[0] in known.memory.refused_often,
    )


def _roots_of(present: Collection[str]) -> set[str]:
    """The references with those of merged people turned into whom they stand for."""
    keys = [int(ref[7:]) for ref in present if ref.startswith("person:")]
    roots = {
        f"person:{root or key}"
        for key, root in Person.objects.filter(pk__in=keys).values_list("pk", "merged_into")
    }
    return roots | {ref for ref in present if not ref.startswith("person:")}
