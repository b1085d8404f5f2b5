"""From a text to the people in it: names, offices, and what each did there."""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise

from articles.reading import attendance, lexicon, naming, offices, presence, speech
from articles.reading.attendance import Item
from articles.reading.mention import ATTENDED, MENTIONED, ORGANISER, PERSON, QUOTED, Mention
from articles.reading.offices import Office
from articles.reading.page import Name, Page, prepare

# With so many people quoted in their own words, one who is only paraphrased counts as mentioned;
# a story of more than so many words has room to quote whoever is its source.
_ENOUGH_QUOTED = 2
_ENOUGH_IN_LONG = 1
_LONG = 200


@dataclass(slots=True)
class Person:
    """One person of a text: every mention of the name."""

    names: list[Name]
    words: frozenset[str]


@dataclass(slots=True)
class _Found:
    """What the words beside the names say, by the first word of each name."""

    before: dict[int, Office | None] = field(default_factory=dict)
    after: dict[int, Office | None] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)
    verbatim: set[int] = field(default_factory=set)
    items: dict[int, Item] = field(default_factory=dict)
    represents: dict[int, str] = field(default_factory=dict)

    def end(self, name: Name) -> int:
        """The word after the name and the office behind it."""
        office = self.after.get(name.first)
        return office.last if office is not None and not self.before.get(name.first) else name.last

    def full(self, person: Person) -> Name:
        """The mention that has most of the name, and an office before one that has none."""
        return max(
            person.names,
            key=lambda name: (name.tail - name.core, self.office(name) is not None),
        )

    def office(self, name: Name) -> Office | None:
        item = self.items.get(name.first)
        if item is not None and item.office is not None:
            return item.office
        return self.before.get(name.first) or self.after.get(name.first)


def read(text: str, *, known: Collection[str] = ()) -> list[Mention]:
    """The people in a story, each once, at the first mention of the fullest name.

    Who is named in full once and by a part of the name later is one person; two full names are two.
    Groups, delegations and offices without a name are read in lists of those present only.

    "quoted" is whose words stand in quotation marks. Somebody who is only paraphrased is quoted too,
    unless others are in their own words (two of them, one in a long story); and so are private
    people (an age in brackets, no office and one name), unless officials are: a register is of
    those who speak for something. "attended" is who stands in a list of those present, opens,
    leads or visits; "organiser" a committee's chair among them; everybody else is "mentioned".

    `known` are a few names of institutions and places, such as the newsroom has noted: none of them
    becomes a part of somebody's name ("Ketua DPRD Tompolangi |Baso Ilham|").

    Guarantees: sorted by `start`, not overlapping, `text[start:end] == name` for a person; never
    raises, whatever the text; the time grows with its length.
    """
    page = prepare(text, known)
    names = naming.find(page)
    found = _beside(page, names)
    others: list[Item] = []
    named = set(names)
    inside: list[tuple[int, int]] = []
    for begin, end in presence.regions(page):
        inside.append((begin, end))
        for item in attendance.items(page, begin, end, names):
            if item.name is None:
                others.append(item)
            else:
                found.items[item.name.first] = item
                named.add(item.name)
    for stand_in in attendance.stand_ins(page, names, inside, found.office):
        found.items.setdefault(stand_in.name.first, stand_in)  # type: ignore[union-attr]
    return _mentions(page, sorted(named, key=lambda name: name.first), found, others)


def read_list(text: str, *, known: Collection[str] = ()) -> list[Mention]:
    """The same for a pasted list of those present, which has no verb before it.

    One a line, numbered or not, or separated by commas or semicolons.
    """
    page = prepare(text, known)
    names = naming.find(page)
    found = _Found()
    others: list[Item] = []
    named = set(names)
    for item in attendance.items(page, 0, len(page.tokens), names, whole=True):
        if item.name is None:
            others.append(item)
        else:
            found.items[item.name.first] = item
            named.add(item.name)
    return _mentions(page, sorted(named, key=lambda name: name.first), found, others)


def people(page: Page, names: list[Name]) -> list[Person]:
    """Names put together by person: a part of a full name means the one named with it last."""
    found: list[Person] = []
    for name in names:
        words = frozenset(
            low.strip(".") for low in page.low[name.core : name.tail] if low[0].isalnum()
        )
        for person in reversed(found[-_REMEMBERED:]):
            if _is_short_for(words, person.words):
                person.names.append(name)
                break
            if words <= person.words or (len(person.words) == 1 and person.words < words):
                person.names.append(name)
                person.words |= words
                break
        else:
            found.append(Person([name], words))
    return found


def _is_short_for(words: frozenset[str], full: frozenset[str]) -> bool:
    """“Risma” for “Tri Rismaharini”."""
    if len(words) != 1 or len(full) < 2:
        return False
    (word,) = words
    return len(word) > 3 and any(len(w) > len(word) + 2 and w.startswith(word) for w in full)


# People who are compared with a new name, so that a text of names alone takes no square time.
_REMEMBERED = 300


def _beside(page: Page, names: list[Name]) -> _Found:
    """Reads the words at both sides of each name; takes out of `names` what is none.

    A “name” from which capitals run on to the next one is a part of that one's office: “Kepala Dinas
    Bina Marga Sulawesi Selatan Darma Budi”.
    """
    found = _Found()
    for earlier, later in pairwise(list(names)):
        if _runs_on(page, earlier, later):
            names.remove(earlier)
    taken = 0
    starts = frozenset(name.first for name in names)
    for number, name in enumerate(names):
        before = offices.before(page, name.first, taken)
        following = names[number + 1].first if number + 1 < len(names) else len(page.tokens)
        after = offices.after(page, name.last, following)
        found.before[name.first], found.after[name.first] = before, after
        phrase = before.first if before else name.first
        end = after.last if after else name.last
        taken = end if after and not before else name.last
        found.said[name.first] = speech.speaks(page, name.first, name.last, phrase, end, starts)
    speakers = [(name.first, name.first) for name in names if found.said[name.first]]
    found.verbatim = {first for first, said in found.said.items() if said == speech.QUOTES}
    found.verbatim |= speech.quoted_later(page, speakers)
    found.verbatim |= _quoted_by_office(page, names, found, starts)
    return found


def _runs_on(page: Page, earlier: Name, later: Name) -> bool:
    between = range(earlier.last, later.first)
    return (
        earlier.first == earlier.core
        and earlier.last == earlier.tail
        and page.sentence_of[earlier.first] == page.sentence_of[later.first]
        and all(page.tokens[at].is_capital or page.tokens[at].text in "()" for at in between)
        and not ("(" in page.low[earlier.last : later.first] and _has_given_name(page, earlier))
        and not any(offices.is_head(page, at) for at in between)
        and offices.before(page, earlier.first, page.bounds(earlier.first)[0]) is not None
    )


def _has_given_name(page: Page, name: Name) -> bool:
    return not lexicon.given_names().isdisjoint(page.low[name.core : name.tail])


def _quoted_by_office(
    page: Page, names: list[Name], found: _Found, starts: frozenset[int]
) -> set[int]:
    """“…,” kata Presiden: the one who was named with that office before."""
    meant: set[int] = set()
    holders: dict[str, int] = {}
    by_start = {name.first: name for name in names}
    for index in range(len(page.low)):
        if index in by_start:
            office = found.office(by_start[index])
            if office is not None and office.role:
                holders[office.role.lower().split()[0]] = index
                holders[" ".join(office.role.lower().split()[:2])] = index
        elif speech.quotes_before(page, index) and offices.is_head(page, index):
            if any(at in starts for at in range(index, min(index + 16, page.bounds(index)[1]))):
                continue
            two, one = " ".join(page.low[index : index + 2]), page.low[index]
            if two in holders:
                meant.add(holders[two])
            elif one in holders:
                meant.add(holders[one])
    return meant


def _mentions(page: Page, names: list[Name], found: _Found, others: list[Item]) -> list[Mention]:
    everybody = people(page, names)
    own_words = [p for p in everybody if any(n.first in found.verbatim for n in p.names)]
    official = sum(_is_official(page, person, found) for person in own_words)
    enough = _ENOUGH_IN_LONG if len(page.tokens) > _LONG else _ENOUGH_QUOTED
    result = []
    for person in everybody:
        if any(n.first in found.verbatim for n in person.names):
            quoted = official < enough or _is_official(page, person, found)
        else:
            quoted = len(own_words) < enough and any(found.said.get(n.first) for n in person.names)
        result.append(_person(page, person, found, quoted))
    result += [_unnamed(page, item) for item in others]
    result.sort(key=lambda mention: (mention.start, -mention.end))
    kept: list[Mention] = []
    for mention in result:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
        elif kept[-1].kind != PERSON and mention.kind == PERSON:
            kept[-1] = mention
    return kept


def _is_official(page: Page, person: Person, found: _Found) -> bool:
    """Whether the text presents somebody as a source: with an office, or by more than one word.

    Papers print the age of private people: “Siti (45), warga …” is no source with an office.
    """
    if any(_has_age(page, name) for name in person.names):
        return False
    office = found.office(found.full(person))
    if office is not None:
        return office.role.lower().split()[:1] not in _PRIVATE
    full = found.full(person)
    return full.tail - full.core > 1


_PRIVATE = [
    [word]
    for word in (
        "warga pedagang pengunjung pembeli korban penumpang petani nelayan sopir pengemudi buruh "
        "karyawan pekerja siswa pelajar mahasiswa pelaku saksi"
    ).split()
]


def _has_age(page: Page, name: Name) -> bool:
    after = page.low[name.last : name.last + 3]
    return len(after) == 3 and after[0] == "(" and after[1].isdigit() and after[2] == ")"


def _person(page: Page, person: Person, found: _Found, quoted: bool) -> Mention:
    name = found.full(person)
    item = next((found.items[n.first] for n in person.names if n.first in found.items), None)
    office = found.office(name) or next(
        (office for n in person.names if (office := found.office(n)) is not None), None
    )
    start, end = page.span(name.first, name.last)
    represents = item.represents if item else ""
    return Mention(
        name=page.text[start:end],
        role=office.role if office else "",
        organisation=office.organisation if office else "",
        acting=office.acting if office else "",
        capacity=QUOTED if quoted else _capacity(page, person, item, office, found),
        represents=represents
        or next(
            (found.represents[n.first] for n in person.names if n.first in found.represents), ""
        ),
        start=start,
        end=end,
    )


def _capacity(
    page: Page, person: Person, item: Item | None, office: Office | None, found: _Found
) -> str:
    attended = (item is not None and item.is_present) or any(
        presence.leads(page, found.end(n)) for n in person.names
    )
    if attended and office is not None and "panitia" in office.role.lower().split():
        return ORGANISER
    return ATTENDED if attended else MENTIONED


def _unnamed(page: Page, item: Item) -> Mention:
    start, end = page.span(item.first, item.last)
    office = item.office
    return Mention(
        role=office.role if office else item.role,
        organisation=office.organisation if office else item.organisation,
        acting=office.acting if office else "",
        capacity=ATTENDED if item.is_present else MENTIONED,
        represents=item.represents,
        start=start,
        end=end,
        kind=item.kind,
        count=item.count,
    )
