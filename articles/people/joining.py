"""The mentions of one text, joined into one for each person, delegation or group.

What reads texts is in `articles.reading`; this knows only the shape of a mention.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from . import names
from .abbreviations import in_full, words_of

# The strongest reason for standing in a register comes first.
STRENGTH = ("quoted", "organiser", "attended", "mentioned")
# Written small or large, these are words of an office and not abbreviations.
_SHORT_WORDS = set(
    "dan di ke dari atas desa kota wali guru para ahli muda staf camat lurah ketua umum tim".split()
)
_ROMAN = re.compile(r"^[IVX]+$")


class Mention(Protocol):
    """One place where a text names somebody: `articles.reading.Mention` has these."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def capacity(self) -> str: ...
    @property
    def represents(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def count(self) -> int | None: ...
    @property
    def acting(self) -> str: ...


@dataclass(frozen=True)
class Read:
    """Somebody that a text names, once: `kind` is person, delegation, group or office.

    `name` is as printed (empty for an office without a holder's name), `office` the whole printed
    office, `start` the first place in the text.
    """

    kind: str
    name: str
    office: str
    capacity: str
    represents: str
    count: int | None
    start: int

    @cached_property
    def words(self) -> list[str]:
        return names.name_key(self.name).split() if self.kind == "person" else []

    @cached_property
    def word_set(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def office_words(self) -> frozenset[str]:
        return frozenset(in_full(words_of(self.office)))


def joined(mentions: Iterable[Mention], text: str) -> list[Read]:
    """One `Read` for each person in `mentions`, in the order of the text.

    A short form ("kata Karsina") goes to the one longer name that has all its words; where two
    have them it stays by itself. The fullest name is kept, the first office, whom somebody first
    stood for, and the strongest capacity.
    """
    found = [_read(mention, text) for mention in mentions]
    people = [one for one in found if one.kind == "person" and one.words]
    rest = [one for one in found if one.kind != "person"]
    heads: list[list[Read]] = []
    # A long list names hundreds: only who shares the rarest word of a name is compared with it.
    by_word: defaultdict[str, list[list[Read]]] = defaultdict(list)
    # Longer names first, so that each short form meets all that it can be short for.
    for one in sorted(people, key=lambda read: (-len(read.word_set), read.start)):
        sharing = min((by_word[word] for word in one.words), key=len)
        homes = [head for head in sharing if _can_be_short_for(one, head[0])]
        exact = [head for head in homes if head[0].words == one.words]
        homes = exact or homes
        if len(homes) == 1:
            homes[0].append(one)
        else:
            heads.append([one])
            for word in one.word_set:
                by_word[word].append(heads[-1])
    everybody = [_one_of(head) for head in heads] + _without_repeats(rest)
    return sorted(everybody, key=lambda read: read.start)


def _read(mention: Mention, text: str) -> Read:
    name = " ".join(mention.name.split())
    office = office_of(mention)
    if mention.kind in {"delegation", "group"} and not name:
        # The reader's place of it is the whole phrase: what a register prints.
        name = office or " ".join(text[mention.start : mention.end].split())
        office = ""
    return Read(
        kind=mention.kind,
        name=in_mixed_case(name) if mention.kind == "person" else name,
        office=_office_in_mixed_case(office),
        capacity=mention.capacity,
        represents=" ".join(mention.represents.split()),
        count=mention.count,
        start=mention.start,
    )


def office_of(mention: Mention) -> str:
    """The printed office in one line: "Plt. Kepala Dinas Kesehatan Sinjai".

    A word that both the role and the institution have ("Ketua DPRD", "DPRD Sinjai") stands once.
    """
    role, organisation = mention.role.split(), mention.organisation.split()
    for shared in range(min(len(role), len(organisation)), 0, -1):
        if [w.casefold() for w in role[-shared:]] == [w.casefold() for w in organisation[:shared]]:
            role = role[:-shared]
            break
    words = [*role, *organisation]
    acting = mention.acting.split()
    if acting and words[: len(acting)] != acting:
        words = [*acting, *words]
    return " ".join(words)[:200]


def _can_be_short_for(one: Read, full: Read) -> bool:
    if one.words != full.words and not one.word_set < full.word_set:
        return False
    # Two of one name in two offices may well be two: the reporter says.
    return one.office_words <= full.office_words or full.office_words <= one.office_words


def _one_of(head: list[Read]) -> Read:
    in_order = sorted(head, key=lambda read: read.start)
    fullest = max(in_order, key=lambda read: (len(read.word_set), len(read.name)))
    return replace(
        fullest,
        office=next((read.office for read in in_order if read.office), ""),
        represents=next((read.represents for read in in_order if read.represents), ""),
        capacity=min((read.capacity for read in head), key=_strength),
        start=in_order[0].start,
    )


def _without_repeats(reads: list[Read]) -> list[Read]:
    first: dict[tuple[str, ...], Read] = {}
    for read in reads:
        key = (read.kind, *words_of(f"{read.name} {read.office}"))
        known = first.setdefault(key, read)
        if known is not read:
            capacity = min((known.capacity, read.capacity), key=_strength)
            first[key] = replace(known, capacity=capacity, count=known.count or read.count)
    return list(first.values())


def _strength(capacity: str) -> int:
    return STRENGTH.index(capacity) if capacity in STRENGTH else len(STRENGTH)


def in_mixed_case(name: str) -> str:
    """A name in capitals as a register prints it: "HJ. ANDI KARSINA, S.E." → "Hj. Andi Karsina, S.E.".

    Other names come back as they are; ranks and degrees keep their capitals.
    """
    parts = names.parse(name)
    if len(parts.name) < 3 or not parts.name.isupper():
        return name
    return names.compose(
        replace(
            parts,
            religious_prefix=_capitalised(parts.religious_prefix, longer_than=1),
            academic_prefix=_capitalised(parts.academic_prefix, longer_than=1),
            name=_capitalised(parts.name, longer_than=1),
            degrees=names.degrees_in_mixed_case(parts.degrees),
        )
    )


def _office_in_mixed_case(office: str) -> str:
    if len(office.split()) < 2 or not office.isupper():
        return office
    return " ".join(
        word
        if _ROMAN.match(word) or (len(word) < 5 and word.casefold() not in _SHORT_WORDS)
        else word.capitalize()
        for word in office.split()
    )


def _capitalised(words: str, *, longer_than: int) -> str:
    return " ".join(
        word.capitalize() if word.isupper() and len(word.strip(".")) > longer_than else word
        for word in words.split()
    )
