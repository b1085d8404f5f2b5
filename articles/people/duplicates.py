"""Which names may be one person's: how alike two are, and which pairs are worth comparing.

Pure: no database. Titles and degrees are stripped before anything is compared, since shared ones
make different people alike. What is found is listed for an editor; nothing here joins anybody.

Strong are: the same name, spelling folds apart; the same words in another order; the same name
with words more or less, as long as two words that tell people apart are shared; initials that fit
beside two such words. Everything else is weak: one letter's difference (Yusuf and Yunus are two
people), an initial beside a single word, a single name. A single name is nobody in particular and
is listed only beside the same one of the same institution.

Pairs are found by blocks of folded words, not by comparing everybody with everybody. Keys are
numbers and read in PASSES passes over the names, so that memory is bounded whatever the register's
size; a block of more than LARGEST names is a name so common that it says nothing by itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations, groupby

from ..letters import one_slip_apart
from .names import fold_key, name_key

# So many keys are in memory at a time: 50,000 people have about a million, of 40 bytes each.
PASSES = 4
# Names in a block that are compared with one another; half a million comparisons at most.
LARGEST = 1_000
# Folded words that stand before or in so many names that sharing one says little.
COMMON = frozenset(
    fold_key(word)
    for word in (
        "muhammad ahmad achmad andi abdul abd nur nurul siti sitti st dewi sri tri dwi eka "
        "haji daeng puang karaeng petta bin binti baso besse ambo"
    ).split()
)
_INDEX_BITS = 21
_KEY_BITS = 42


class Reason(StrEnum):
    """Why two entries are listed, and what speaks against it."""

    SAME_NAME = "same_name"
    SPELLING = "spelling"
    ORDER = "order"
    INITIALS = "initials"
    MORE_WORDS = "more_words"
    ONE_LETTER = "one_letter"
    SINGLE_NAME = "single_name"
    NOTED_NAME = "noted_name"
    # Of what is known beside the name
    SAME_OFFICE_THEN = "same_office_then"
    SAME_OFFICE = "same_office"
    SAME_ORGANISATION = "same_organisation"
    TOGETHER = "together"
    MAN_AND_WOMAN = "man_and_woman"


# Hundredths; only the order among each other matters.
_SCORE = {
    Reason.SAME_NAME: 80,
    Reason.SPELLING: 74,
    Reason.ORDER: 70,
    Reason.MORE_WORDS: 62,
    Reason.INITIALS: 60,
    Reason.ONE_LETTER: 42,
    Reason.SINGLE_NAME: 38,
    Reason.NOTED_NAME: -2,
    Reason.SAME_OFFICE_THEN: 18,
    Reason.SAME_OFFICE: 12,
    Reason.SAME_ORGANISATION: 8,
    Reason.TOGETHER: -20,
    Reason.MAN_AND_WOMAN: -40,
}
AGAINST = frozenset({Reason.TOGETHER, Reason.MAN_AND_WOMAN})
_ALWAYS_STRONG = {Reason.SAME_NAME, Reason.SPELLING, Reason.ORDER}
_NOTHING_DISTINCT = 8
# Below it a pair is not worth an editor's time.
LEAST = 25


@dataclass(frozen=True)
class Entry:
    """One person as they are compared: every name, and what an office says.

    `names` are all the person's names and spellings as typed, the printed one first, those of
    merged entries among them; `sex` is "m" for H., "f" for Hj., "" for unknown.
    """

    id: int
    names: tuple[str, ...]
    organisations: frozenset[int] = frozenset()
    sex: str = ""


@dataclass(frozen=True)
class Likeness:
    """How two names are alike; `distinct` words that tell people apart are in both."""

    reason: Reason
    distinct: int
    is_noted: bool = False

    @property
    def is_strong(self) -> bool:
        if self.reason in _ALWAYS_STRONG:
            return True
        return self.reason in {Reason.MORE_WORDS, Reason.INITIALS} and self.distinct >= 2

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return (self.reason, Reason.NOTED_NAME) if self.is_noted else (self.reason,)


@dataclass(frozen=True, order=True)
class Candidate:
    """Two entries with why they are listed; sorts by how likely they are one person."""

    is_strong: bool
    score: int
    one: int
    other: int
    likeness: Likeness = field(compare=False)
    more: tuple[Reason, ...] = field(default=(), compare=False)

    @classmethod
    def of(
        cls, one: int, other: int, likeness: Likeness, more: Iterable[Reason] = ()
    ) -> Candidate | None:
        """A pair with all that speaks for and against it; None when too little is left."""
        more = tuple(dict.fromkeys(more))
        score = sum(_SCORE[reason] for reason in (*likeness.reasons, *more))
        if not likeness.is_strong and not likeness.distinct:
            # What the names share is a word that thousands bear.
            score -= _NOTHING_DISTINCT
        if score < LEAST:
            return None
        is_strong = likeness.is_strong and not AGAINST & set(more)
        low, high = sorted((one, other))
        return cls(is_strong, min(score, 100), low, high, likeness, more)

    def with_more(self, more: Iterable[Reason]) -> Candidate | None:
        """The same pair once more is known; None when that speaks against it loudly enough."""
        return Candidate.of(self.one, self.other, self.likeness, (*self.more, *more))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return (*self.likeness.reasons, *self.more)


class _Form:
    """One name, in the words that are compared."""

    __slots__ = ("initials", "is_noted", "key", "owner", "words")

    def __init__(self, owner: int, name: str, is_noted: bool) -> None:
        self.owner, self.is_noted = owner, is_noted
        self.key = name_key(name)
        folded = fold_key(name).split()
        self.initials = tuple(word for word in folded if len(word) == 1)
        self.words = tuple(word for word in folded if len(word) > 1)


def compare(one: str, other: str) -> Likeness | None:
    """How two printed names are alike, or None; titles and degrees make no difference.

    Two single names are never alike: by themselves they say nothing.
    """
    return _compare(_Form(0, one, False), _Form(1, other, False))


def _compare(one: _Form, other: _Form) -> Likeness | None:
    shared = [word for word in one.words if word in other.words]
    distinct = sum(word not in COMMON for word in shared)
    is_noted = one.is_noted or other.is_noted

    def found(reason: Reason) -> Likeness:
        return Likeness(reason, distinct, is_noted)

    if len(one.words) + len(one.initials) < 2 or len(other.words) + len(other.initials) < 2:
        return None
    if one.initials == other.initials and sorted(one.words) == sorted(other.words):
        if one.key == other.key:
            # "A. M." is the same letters, and not much of a name.
            return found(Reason.SAME_NAME) if one.words else None
        if one.words == other.words:
            return found(Reason.SPELLING)
        return found(Reason.ORDER)
    if not shared:
        return None
    left, right = _rest(one.words, shared), _rest(other.words, shared)
    if one.initials or other.initials:
        return _with_initials(one, other, left, right, distinct, is_noted)
    if len(left) == len(right) == 1:
        near = one_slip_apart(left[0], right[0])
        return found(Reason.ONE_LETTER) if near else None
    if not (left and right) and len(shared) >= 2 and distinct:
        return found(Reason.MORE_WORDS)
    return None


def _with_initials(
    one: _Form, other: _Form, left: list[str], right: list[str], distinct: int, is_noted: bool
) -> Likeness | None:
    """Each initial stands for a word of the other side, or for the same initial there."""
    if not distinct:
        return None
    mine, theirs = list(one.initials), list(other.initials)
    for letter in one.initials:
        if letter in theirs:
            mine.remove(letter)
            theirs.remove(letter)
    for letters, words in ((mine, right), (theirs, left)):
        for letter in list(letters):
            word = next((word for word in words if word[0] == letter), None)
            if word is not None:
                letters.remove(letter)
                words.remove(word)
    if not (mine or theirs or left or right):
        return Likeness(Reason.INITIALS, distinct, is_noted)
    # "A. Karsina Ottong" and "Karsina Ottong": the initial is a word more.
    if not (mine or left) or not (theirs or right):
        return Likeness(Reason.MORE_WORDS, distinct, is_noted) if distinct >= 2 else None
    return None


def _rest(words: Sequence[str], shared: Sequence[str]) -> list[str]:
    rest = list(words)
    for word in shared:
        if word in rest:
            rest.remove(word)
    return rest


def likely_pairs(entries: Sequence[Entry], *, at_most: int) -> list[Candidate]:
    """The likeliest pairs by name and institution, the best first; at most that many are kept.

    Cost grows with the number of names, not with its square; see the module's first lines.
    """
    by_id = {entry.id: entry for entry in entries}
    forms = [
        _Form(entry.id, name, is_noted=place > 0)
        for entry in entries
        for place, name in enumerate(entry.names)
    ]
    best: dict[tuple[int, int], Candidate] = {}
    heap: list[Candidate] = []
    for one, other in _worth_comparing(forms):
        pair = (min(one.owner, other.owner), max(one.owner, other.owner))
        likeness = _compare(one, other)
        if likeness is None:
            continue
        candidate = Candidate.of(*pair, likeness, _of_titles(by_id[pair[0]], by_id[pair[1]]))
        if candidate is None or (pair in best and best[pair] >= candidate):
            continue
        best[pair] = candidate
        heapq.heappush(heap, candidate)
        while len(best) > at_most:
            worst = heapq.heappop(heap)
            # A line that was bettered since stands in the heap still.
            if best.get((worst.one, worst.other)) == worst:
                del best[worst.one, worst.other]
    for candidate in _single_names(entries):
        best.setdefault((candidate.one, candidate.other), candidate)
    return sorted(best.values(), key=lambda found: (-found.is_strong, -found.score, found.one))[
        :at_most
    ]


def _of_titles(one: Entry, other: Entry) -> tuple[Reason, ...]:
    differ = one.sex and other.sex and one.sex != other.sex
    return (Reason.MAN_AND_WOMAN,) if differ else ()


def _worth_comparing(forms: Sequence[_Form]) -> Iterator[tuple[_Form, _Form]]:
    # Letters that stand beside a word somewhere; only these words look for an initial.
    with_initial = {
        (word, letter) for form in forms for word in form.words for letter in form.initials
    }
    low = (1 << _INDEX_BITS) - 1
    for number in range(PASSES):
        keys = [
            (key & ((1 << _KEY_BITS) - 1)) << _INDEX_BITS | index
            for index, form in enumerate(forms)
            for key in _keys(form, with_initial)
            if key % PASSES == number
        ]
        keys.sort()
        for _key, block in groupby(keys, key=lambda packed: packed >> _INDEX_BITS):
            places = {packed & low for packed in block}
            if 1 < len(places) <= LARGEST:
                for left, right in combinations(sorted(places), 2):
                    if forms[left].owner != forms[right].owner:
                        yield forms[left], forms[right]


def _keys(form: _Form, with_initial: set[tuple[str, str]]) -> Iterator[int]:
    """Under what a name is looked for: two of its words; a word beside an initial; a letter less."""
    words = sorted(form.words)
    if len(words) + len(form.initials) < 2:
        return
    for pair in combinations(words[:6], 2):
        yield hash(pair)
    for word in form.words:
        if word in COMMON:
            continue
        for letter in form.initials:
            yield hash((word, "", letter))
        for other in form.words:
            if other is not word and (word, other[0]) in with_initial:
                yield hash((word, "", other[0]))
    # Of two words one may be another by a letter; of more, two are the same and found above.
    if len(words) == 2 and not form.initials:
        for word, beside in (form.words, form.words[::-1]):
            yield hash((beside, word, "-"))
            for place in range(len(word)):
                yield hash((beside, word[:place] + word[place + 1 :], "-"))


def _single_names(entries: Sequence[Entry]) -> Iterator[Candidate]:
    """The same single name twice in one institution; never by itself."""
    found: dict[tuple[str, int], list[Entry]] = {}
    for entry in entries:
        folded = {fold_key(name) for name in entry.names}
        for name in folded:
            if name and " " not in name:
                for organisation in entry.organisations:
                    found.setdefault((name, organisation), []).append(entry)
    for same in found.values():
        for one, other in combinations(same[:LARGEST], 2):
            more = (Reason.SAME_ORGANISATION, *_of_titles(one, other))
            candidate = Candidate.of(one.id, other.id, Likeness(Reason.SINGLE_NAME, 0), more)
            if candidate is not None:
                yield candidate
