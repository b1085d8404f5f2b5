"""Names and offices in a text, against what the newsroom knows.

A name one letter from a known person's is most likely that person. An office in front of, or
behind, a known person's name is compared with those held on the day of the event.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..letters import one_slip_apart
from ..people import names
from ..people.abbreviations import in_full
from .findings import NAME, OFFICE, Finding, RegisterLine
from .known import Known, KnownPerson, Office

_NAME_REASON = _("One letter away from a person the newsroom knows: {name}.")
_ENDED_REASON = _("{name} no longer held this office on the day of the event.")
_NOT_YET_REASON = _("{name} did not hold this office yet on the day of the event.")
_ONLY_FROM_REASON = _("{name} holds this office only from {start}, after the day of the event.")
_OFFICE_REASON = _("On the day of the event {name} held another office: {office}.")
SHORTEST_NAME = 4
MOST_WORDS = 5
LONGEST_NAME = 120
# A long story has some thousand; the rest of a text without end is not read for names.
MOST_CANDIDATES = 20_000
# A run of words with a capital, as names and offices are printed; initials keep their dot.
_RUN = re.compile(
    r"(?:[A-Z][\w'’-]*\.?)(?:[ \u00a0](?:[A-Z][\w'’-]*\.?|bin|binti|dan(?= [A-Z])))*", re.UNICODE
)
_CAPITALS = re.compile(r"[A-Z][\w'’-]*\.?")
# What an office begins with.
_OFFICES = tuple(
    office.replace("_", " ")
    for office in (
        "bupati gubernur camat lurah kapolres kapolsek kapolda kapolri dandim danrem danramil "
        "pangdam kajari kajati kadis sekda sekdes sekcam sekwan sekretaris ketua kepala direktur "
        "direktris rektor dekan menteri presiden wali_kota walikota wabup wagub wawali kades "
        "kasat kabag kabid kasi kanit komandan bendahara juru_bicara inspektur asisten staf_ahli "
        "jaksa hakim panitera manajer koordinator anggota plt. pj. plh. pjs. plt pj plh pjs wakil "
        "pelaksana_tugas penjabat"
    ).split()
)
_ACTING = re.compile(r"^(?:(?:plt|plh|pjs|pj)\.?|penjabat|pelaksana (?:tugas|harian)) ", re.I)
_FORMER = re.compile(r"\b(?:mantan|bekas|eks|calon|kandidat|bakal calon|cawabup|cabup)\b", re.I)
# "dr.", "H.", "K.H.", "Plt.": shortened words, whose dot ends no sentence.
_SHORTENED = re.compile(r"^(?:[A-Za-z]{1,4}\.)+$")
_ACTING_WORDS = {"plt.", "plh.", "pj.", "pjs."}
# What may stand shortened in the middle of an office.
_WITHIN_OFFICES = _ACTING_WORDS | {"kab.", "kec.", "prov.", "kel.", "no."}
_HEADS = (
    "wakil bupati",
    "wakil gubernur",
    "wakil wali kota",
    "bupati",
    "gubernur",
    "wali kota",
    "camat",
    "lurah",
    "kepala desa",
    "kapolres",
    "kapolsek",
    "kapolda",
    "dandim",
    "danramil",
    "kajari",
    "sekretaris daerah",
    "kepala dinas",
    "kepala badan",
    "kepala bagian",
    "inspektur",
    "kepala",
)
# Nobody holds two of these at a time, but for somebody acting, whose tenure then says so.
_ONE_AT_A_TIME = frozenset(_HEADS) - {"kepala"} | {"kepala dinas"}


@dataclass(frozen=True)
class Printed:
    """A name as it stands in the text, and who it is when that is known."""

    start: int
    end: int
    text: str
    key: str


def candidates(text: str) -> list[Printed]:
    """Every sequence of up to five capitalised words, as a name may be one of them.

    Offices stand in front of names ("Kepala Dinas Kesehatan Andi X"), so every part of a run of
    capitals is looked at; the pattern ends a run at commas and at the full stop of a sentence.
    """
    found: list[Printed] = []
    for run in _RUN.finditer(text):
        words = [
            (run.start() + m.start(), run.start() + m.end())
            for m in _CAPITALS.finditer(run.group())
        ]
        for first in range(len(words)):
            for last in range(first, min(first + MOST_WORDS, len(words))):
                start, end = words[first][0], words[last][1]
                piece = text[start:end].rstrip(".")
                key = names.name_key(piece)
                if len(found) >= MOST_CANDIDATES:
                    return found
                if SHORTEST_NAME <= len(key) <= LONGEST_NAME:
                    found.append(Printed(start, start + len(piece), piece, key))
    return found


def check_names(
    text: str, known: Known, register: tuple[RegisterLine, ...] = ()
) -> Iterator[Finding]:
    """Names one slip away from a known person's, longest first. Known names are silent, and so
    are those that the story's register has: whoever entered them there has looked at them."""
    entered = {names.name_key(line.name) for line in register}
    by_key = {key: person for person in known.people for key in person.keys}
    printed = candidates(text)
    # A shorter name that is right does not make the longer one right that it stands in:
    # "Tenriola" is known, and "Andi Tenriola Patawarri" is still misspelt.
    inner, found_at = bytearray(len(text) + 1), bytearray(len(text) + 1)
    for one in printed:
        if one.key in by_key or one.key in entered:
            for at in range(one.start + 1, one.end):
                inner[at] = True
    near_keys = _NearKeys(known)
    near: dict[str, tuple[KnownPerson, str] | None] = {}
    for one in sorted(printed, key=lambda p: (p.start - p.end, p.start)):
        if one.key in by_key or one.key in entered or inner[one.start] or inner[one.end]:
            continue
        # Longer ones come first, so what overlaps one has an end in it.
        if found_at[one.start] or found_at[one.end - 1]:
            continue
        if one.key not in near:
            near[one.key] = _nearest(one.key, near_keys)
        found = near[one.key]
        if found is None:
            continue
        person, right = found
        better = _with_letters_of(one.text, right)
        if better is None or names.name_key(better) == one.key:
            continue
        for at in range(one.start, one.end):
            found_at[at] = True
        # A degree at the end of a name has its dot already.
        reason = format_lazy(_NAME_REASON, name=person.name.rstrip("."))
        yield Finding(one.start, one.end, one.text, NAME, better, reason)


class _NearKeys:
    """Known people by what is left of their keys without one letter.

    Two keys that are one slip apart share such a rest, so a text's thousandth name is not compared
    with every person.
    """

    def __init__(self, known: Known) -> None:
        self._rests: dict[str, list[tuple[KnownPerson, str]]] = {}
        for person in known.people:
            for key in person.keys:
                for rest in _rests(key):
                    self._rests.setdefault(rest, []).append((person, key))

    def of(self, key: str) -> list[tuple[KnownPerson, str]]:
        """People one slip from `key`, each with the key that is."""
        pairs = {
            (person.id, other): (person, other)
            for rest in _rests(key)
            for person, other in self._rests.get(rest, ())
        }
        return [pair for pair in pairs.values() if one_slip_apart(key, pair[1])]


def _rests(key: str) -> set[str]:
    return {key} | {key[:at] + key[at + 1 :] for at in range(len(key))}


def _nearest(key: str, near_keys: _NearKeys) -> tuple[KnownPerson, str] | None:
    """The only known person whose name is one slip from `key`, and the name's key."""
    words = key.split()
    # One name alone, or a short one, is too often somebody else's.
    if len(words) < 2 or max(map(len, words)) <= 3:
        return None
    found = [
        (person, other)
        for person, other in near_keys.of(key)
        if _differs_in_a_long_word(words, other.split())
    ]
    people = {person.id for person, _other in found}
    return found[0] if len(people) == 1 else None


def _differs_in_a_long_word(words: list[str], others: list[str]) -> bool:
    """The differing word has more than three letters: "A." and "Ali" are other names than "Adi"."""
    if len(words) != len(others):
        return len("".join(words)) > 8
    return all(
        min(len(one), len(other)) > 3
        for one, other in zip(words, others, strict=True)
        if one != other
    )


def _with_letters_of(printed: str, right_key: str) -> str | None:
    """The known spelling in the capitals of the printed one, with its titles left as they are."""
    core = names.parse(printed).name or printed
    at = printed.find(core)
    if at < 0:
        return None
    upper = core.isupper() and len(core) > 3
    words = [word.upper() if upper else word.capitalize() for word in right_key.split()]
    return printed[:at] + " ".join(words) + printed[at + len(core) :]


def check_offices(text: str, known: Known, day: datetime.date) -> Iterator[Finding]:
    """Offices next to known people's names that they did not hold on `day`.

    Silent where no office of the person is known, where two known people share the name, and
    where somebody can well hold the printed office beside the known one (to chair a club).
    """
    by_key: dict[str, dict[int, KnownPerson]] = {}
    for person in known.people:
        for key in person.keys:
            by_key.setdefault(key, {})[person.id] = person
    done: set[tuple[int, int]] = set()
    for printed in candidates(text):
        people = list(by_key.get(printed.key, {}).values())
        if len(people) != 1 or len(printed.key.split()) < 2:
            continue
        for start, end in _office_before(text, printed), _office_behind(text, printed):
            if start < end and (start, end) not in done:
                done.add((start, end))
                yield from _compared(text[start:end], start, people[0], day)


def _compared(
    printed: str, start: int, person: KnownPerson, day: datetime.date
) -> Iterator[Finding]:
    end = start + len(printed)
    held = [office for office in person.offices if office.is_held_on(day)]
    if any(_names(printed, office) for office in held):
        return
    if rivals := [office for office in held if _excludes(printed, office)]:
        best = _most_like(printed, rivals)
        reason = format_lazy(_OFFICE_REASON, name=person.name, office=best.title)
        yield Finding(start, end, printed, OFFICE, best.title, reason)
    elif any(o.last and o.last < day and _names(printed, o) for o in person.offices):
        reason = format_lazy(_ENDED_REASON, name=person.name)
        yield Finding(start, end, printed, OFFICE, "", reason)
    elif to_come := [o for o in person.offices if _begins_later(o, day) and _names(printed, o)]:
        begins = min(to_come, key=lambda office: office.first or day).begins
        sentence = _ONLY_FROM_REASON if begins else _NOT_YET_REASON
        reason = format_lazy(sentence, name=person.name, start=begins)
        yield Finding(start, end, printed, OFFICE, "", reason)


def _begins_later(office: Office, day: datetime.date) -> bool:
    return office.first is not None and office.first > day


def _excludes(printed: str, office: Office) -> bool:
    """Whether nobody holds both: two offices at the head of a government, a service, a village."""
    said, held = _head(printed), _head(office.post or office.title)
    return said in _ONE_AT_A_TIME and held in _ONE_AT_A_TIME


def _head(office: str) -> str:
    plain = _in_full(office)
    return next((head for head in _HEADS if plain == head or plain.startswith(head + " ")), "")


def _office_before(text: str, printed: Printed) -> tuple[int, int]:
    """Where the office in front of a name stands: "[Kepala Dinas Kesehatan] dr. H. Andi X"."""
    offset = max(0, printed.start - 160)
    before = text[offset : printed.start]
    line = before.rfind("\n") + 1
    words = [
        (offset + line + m.start(), offset + line + m.end())
        for m in re.finditer(r"\S+", before[line:])
    ]
    begin, stop = -1, 0
    for start, end in reversed(words[-14:]):
        word = text[start:end]
        if word[-1] in ',;:!?)("“”' or word[0] in '("“”':
            break
        if word.endswith(".") and not _SHORTENED.match(word):
            break
        is_title = word.lower() not in _ACTING_WORDS and bool(
            _SHORTENED.match(word) or _is_rank(word)
        )
        if stop and word.endswith(".") and word.lower() not in _WITHIN_OFFICES:
            break  # the sentence before
        if word[0].islower() and not is_title and word != "dan":
            break
        if not stop and is_title:
            continue  # dr. H. belong to the name
        stop = stop or end
        if _begins_an_office(text[start:stop]):
            begin = start
    if begin < 0:
        return 0, 0
    office = text[begin:stop]
    if _FORMER.search(text[max(0, begin - 20) : stop]) or " dan " in office:
        return 0, 0
    return begin, stop


def _office_behind(text: str, printed: Printed) -> tuple[int, int]:
    """Where the office in apposition stands: "Andi X[, S.E.], Kepala Dinas Kesehatan, …"."""
    tail = text[printed.end : printed.end + 200]
    match = re.match(
        r"((?:,? ?(?:[A-Z][A-Za-z]{0,5}\.){1,3}+[A-Za-z]*+\.?)*+), (?:selaku |sebagai )?"
        r"([A-Z][\w.]*(?: (?:[A-Z][\w.-]*|dan(?= [A-Z])))*)(?=,)",
        tail,
    )
    if not match or not _begins_an_office(match.group(2)) or " dan " in match.group(2):
        return 0, 0
    return printed.end + match.start(2), printed.end + match.end(2)


def _is_rank(word: str) -> bool:
    return word.lower().rstrip(".") in names.RANKS | names.CORPS


def _begins_an_office(phrase: str) -> bool:
    lower = phrase.lower()
    return any(lower == word or lower.startswith(word + " ") for word in _OFFICES)


def _names(printed: str, office: Office) -> bool:
    """Whether the printed office can be this one: its words, fewer, or more behind the same head.

    The institution's and the place's words may stand with it: "Bupati Sinjai".
    """
    said, title = _words_of(printed), _words_of(office.title) | _words_of(office.post)
    around = {word for name in office.organisation for word in _words_of(name)}
    return said <= title | around or (title <= said and _head(printed) == _head(office.post))


def _in_full(office: str) -> str:
    return " ".join(in_full(_ACTING.sub("", office.lower()).split()))


def _words_of(phrase: str) -> set[str]:
    words = set(re.findall(r"\w+", _in_full(phrase)))
    return words - {"kabupaten", "provinsi", "kecamatan"}


def _most_like(printed: str, held: list[Office]) -> Office:
    said = _words_of(printed)
    return max(held, key=lambda office: len(said & _words_of(office.title)))
