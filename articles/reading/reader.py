"""From a text to the people in it: names, offices, and what each did there."""

from dataclasses import dataclass, field

from articles.reading import naming, offices, speech
from articles.reading.mention import ATTENDED, MENTIONED, ORGANISER, PERSON, QUOTED, Mention
from articles.reading.naming import Name
from articles.reading.offices import Office
from articles.reading.page import Page, prepare


@dataclass(slots=True)
class Person:
    """One person of a text: every mention, and the best of what stands beside them."""

    names: list[Name]
    words: frozenset[str]
    before: list[Office | None] = field(default_factory=list)
    after: list[Office | None] = field(default_factory=list)
    quoted: bool = False

    @property
    def full(self) -> int:
        """Which mention has most of the name; the first of those that have as much."""
        sizes = [name.tail - name.core for name in self.names]
        return sizes.index(max(sizes))


def people(page: Page, names: list[Name]) -> list[Person]:
    """Names put together by person: a part of a full name means the one who was named with it."""
    found: list[Person] = []
    for name in names:
        words = frozenset(low.strip(".") for low in page.low[name.core : name.tail] if low[0].isalnum())
        person = _same(found, words)
        if person is None:
            person = Person([], words)
            found.append(person)
        person.names.append(name)
        person.words |= words
    return found


def _same(found: list[Person], words: frozenset[str]) -> Person | None:
    for person in reversed(found):
        if words <= person.words or (person.words < words and len(person.words) == 1):
            return person
    return None


def read(text: str) -> list[Mention]:
    page = prepare(text)
    names = naming.find(page)
    taken = 0
    befores: dict[int, Office | None] = {}
    afters: dict[int, Office | None] = {}
    starts = frozenset(name.first for name in names)
    for number, name in enumerate(names):
        before = offices.before(page, name.first, taken)
        following = names[number + 1].first if number + 1 < len(names) else len(page.tokens)
        after = offices.after(page, name.last, following)
        befores[name.first], afters[name.first] = before, after
        taken = after.last if after and not before else name.last
    spoken = speech.last_spoken_of(page, [(n.first, n.last) for n in names])
    by_place = {name.first: number for number, name in enumerate(names)}
    result = []
    for person in people(page, names):
        quoted = False
        for name in person.names:
            before, after = befores[name.first], afters[name.first]
            phrase = before.first if before else name.first
            end = after.last if after else name.last
            if by_place[name.first] in spoken or speech.speaks(page, name.first, name.last, phrase, end, starts):
                quoted = True
        name = person.names[person.full]
        office = befores[name.first] or afters[name.first]
        if office is None:
            office = next((o for n in person.names for o in (befores[n.first], afters[n.first]) if o), None)
        start, end_ = page.span(name.first, name.last)
        result.append(
            Mention(
                name=text[start:end_],
                role=office.role if office else "",
                organisation=office.organisation if office else "",
                acting=office.acting if office else "",
                capacity=QUOTED if quoted else MENTIONED,
                start=start,
                end=end_,
            )
        )
    return sorted(result, key=lambda m: m.start)
