"""The stories of a person or an institution: by capacity, a page at a time, as printed then.

Everything is read from `Appearance` by index, so somebody with 20,000 stories costs what somebody
with ten costs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import pgettext_lazy

from ...choices import AppearsAs
from ...keyset import Slice
from ...models import Appearance, Article, Attendance, Organisation, Person, Post, Tenure
from ...people.querysets import AppearanceQuerySet, PersonQuerySet
from ..frame import slice_of

# More are not counted; the page says "1.000+".
MOST_COUNTED = 1_000
# What is counted on a page (with whom, who was sent) is counted over so many stories, the latest.
RECENT = 300
# Lines of one story that an institution's page prints; a council session has forty.
LINES_OF_A_STORY = 3

# By the word in the address, in the order of the page.
CAPACITIES = {
    "dikutip": (AppearsAs.QUOTED, pgettext_lazy("stories where somebody is", "Quoted")),
    "hadir": (AppearsAs.ATTENDED, pgettext_lazy("stories where somebody is", "Present")),
    "penyelenggara": (AppearsAs.ORGANISER, pgettext_lazy("stories where somebody is", "Organiser")),
    "diwakili": (
        AppearsAs.REPRESENTED,
        pgettext_lazy("stories where somebody is", "Represented by others"),
    ),
    "disebut": (AppearsAs.MENTIONED, pgettext_lazy("stories where somebody is", "Mentioned")),
}


@dataclass(frozen=True)
class Tally:
    """A tab: a capacity and its number of stories; `word` is "" for all of them."""

    word: str
    label: str
    count: int
    is_chosen: bool

    @property
    def is_more(self) -> bool:
        return self.count > MOST_COUNTED

    @property
    def shown(self) -> int:
        return min(self.count, MOST_COUNTED)


@dataclass(frozen=True)
class Line:
    """What a story's register prints of the subject of the page.

    `name` is empty where it is that of the page, or that of somebody without a public page.
    `is_by`: somebody came instead, and the line is theirs.
    """

    capacity: str = ""
    name: str = ""
    url: str = ""
    office: str = ""
    represented: str = ""
    is_by: bool = False
    is_delegation: bool = False


@dataclass(frozen=True)
class Story:
    """A story on the page of a subject. `more` lines of it are not printed."""

    article: Article
    lines: Sequence[Line]
    more: int = 0


def capacity_of(request: HttpRequest) -> str:
    """The word of the chosen capacity in the address, "" for all. Raises Http404 for another."""
    word = request.GET.get("sebagai", "")
    if word and word not in CAPACITIES:
        raise Http404("No such capacity")
    return word


def with_counts(people: PersonQuerySet) -> PersonQuerySet:
    """These people with what `tallies_of` shows of them; never more than MOST_COUNTED of a kind read."""
    counted: PersonQuerySet = people.annotate(
        **{
            f"count_{word}": Func(
                ArraySubquery(
                    Appearance.objects.published()
                    .filter(person=OuterRef("pk"), appears_as=kind)
                    .order_by()
                    .values("article_id")[: MOST_COUNTED + 1]
                ),
                function="CARDINALITY",
                output_field=IntegerField(),
            )
            for word, (kind, _label) in CAPACITIES.items()
        }
    )
    return counted


def tallies_of(person: Person, chosen: str) -> list[Tally]:
    """How many stories there are of each kind that there is, of a person `with_counts`."""
    counts = {word: getattr(person, f"count_{word}") for word in CAPACITIES}
    found = [
        Tally(word, str(label), counts[word], word == chosen)
        for word, (_kind, label) in CAPACITIES.items()
        if counts[word] or word == chosen
    ]
    everything = pgettext_lazy("stories where somebody is", "All")
    return [Tally("", str(everything), sum(counts.values()), not chosen), *found]


def appearances_of(person: Person, word: str = "") -> AppearanceQuerySet:
    rows = Appearance.objects.published().filter(person=person)
    return rows.filter(appears_as=CAPACITIES[word][0]) if word else rows


def recent(rows: AppearanceQuerySet) -> list[Appearance]:
    """The latest of them, to count over."""
    return list(rows.order_by("-at", "-article_id")[:RECENT])


def page_of(request: HttpRequest, rows: AppearanceQuerySet, lines: LinesOf) -> Slice:
    """The page of stories that the address asks for, newest first; `lines` tells their lines. Two queries."""
    found = slice_of(request, rows, by="at", then_by="article_id", shown=_with_stories)
    printed = lines.of([row.article_id for row in found.items])
    items = []
    for row in found.items:
        # The triggers have said so already; who may be read is asked of the story itself, too.
        if row.article.is_published:
            own = printed.get(row.article_id, [])
            shown = own[:LINES_OF_A_STORY]
            items.append(Story(row.article, shown, len(own) - len(shown)))
    return Slice(items, found.older, found.is_first)


def _with_stories(cut: QuerySet) -> QuerySet:
    """What a line of words shows of the stories of these appearances."""
    return (
        Appearance.objects.filter(pk__in=cut.values("pk"))
        .select_related("article__section", "article__place")
        .defer("article__body", "article__search")
    )


class LinesOf(ABC):
    """The lines of stories that are about one subject, as printed. Subclasses say which."""

    @abstractmethod
    def rows(self) -> Q:
        """Which lines of a story are about the subject."""

    @abstractmethod
    def line(self, row: Attendance) -> Line:
        """What the page says of such a line."""

    def of(self, articles: Sequence[int]) -> Mapping[int, Sequence[Line]]:
        """By story, in the order of the register; one query."""
        found: dict[int, list[Line]] = defaultdict(list)
        rows = (
            Attendance.objects.filter(self.rows(), article__in=articles)
            .select_related(
                "person__merged_into",
                "represents_person__merged_into",
                "represents_organisation",
                "represents_post",
            )
            .order_by("article_id", "position", "pk")
        )
        for row in rows:
            line = self.line(row)
            if line not in found[row.article_id]:
                found[row.article_id].append(line)
        return found


class LinesOfPerson(LinesOf):
    """Lines of somebody, under any of the entries, and of those who came instead."""

    def __init__(self, person: Person, entries: Iterable[int]) -> None:
        self.person, self.entries = person, set(entries)

    def rows(self) -> Q:
        return Q(person__in=self.entries) | Q(represents_person__in=self.entries)

    def line(self, row: Attendance) -> Line:
        if row.person_id in self.entries:
            name = row.name_as_printed
            return Line(
                capacity=str(AppearsAs(row.capacity).label),
                name="" if name == self.person.printed_name else name,
                office=row.office_as_printed,
                represented=_represented(row),
            )
        return Line(
            name=row.name_as_printed if _public_name(row.person) else "",
            url=_public_address(row.person),
            office=row.office_as_printed,
            is_by=True,
        )

    def of(self, articles: Sequence[int]) -> Mapping[int, Sequence[Line]]:
        """Where two entries of one person stand in a story, readers see the first."""
        found = super().of(articles)
        return {
            key: [
                line
                for number, line in enumerate(lines)
                if line.is_by or not any(not earlier.is_by for earlier in lines[:number])
            ]
            for key, lines in found.items()
        }


class LinesOfOrganisation(LinesOf):
    """Who came from an institution, in which of its offices, and who came in its place."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation

    def rows(self) -> Q:
        own = self.organisation
        # Subqueries: to tell a joined row in an OR, PostgreSQL reads every office and tenure there is.
        posts = Post.objects.filter(organisation=own).order_by()
        return (
            Q(organisation=own)
            | Q(tenure__in=Tenure.objects.filter(post__organisation=own).order_by().values("pk"))
            | Q(represents_organisation=own)
            | Q(represents_post__in=posts.values("pk"))
        )

    def line(self, row: Attendance) -> Line:
        if row.person_id is None:
            is_own = row.organisation_id == self.organisation.pk
            return Line(
                name="" if is_own else row.printed_name,
                represented="" if is_own and not row.represented else _represented(row),
                is_delegation=is_own,
            )
        return Line(
            name=row.name_as_printed if _public_name(row.person) else "",
            url=_public_address(row.person),
            office=row.office_as_printed,
            represented=_represented(row),
        )


def _represented(row: Attendance) -> str:
    """Whom the line stands in for; not the name of somebody without a public page."""
    if row.represents_as_printed or not row.represents_person_id:
        return row.represented
    return _public_name(row.represents_person)


def _public_name(person: Person | None) -> str:
    standing = person and person.standing_entry
    return standing.printed_name if standing and standing.is_public else ""


def _public_address(person: Person | None) -> str:
    standing = person and person.standing_entry
    return standing.get_absolute_url() if standing and standing.is_public else ""
