"""What the latest stories of a person tell beyond the list: company, offices, spellings."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from pagecache import recording

from ...choices import AppearsAs
from ...models import Appearance, Attendance, Organisation, Person, Tenure
from ...people import names
from ...people.offices import around, is_held_on

# Who came or spoke in person; not those who were only spoken of or stood in for. Whether somebody who
# is quoted was also there, a register does not say, so no page says it.
IN_PERSON = (AppearsAs.QUOTED, AppearsAs.ORGANISER, AppearsAs.ATTENDED)
# Of each list on the page.
MOST_SHOWN = 8
# Of those most often there, so many are looked at for a public page: to join everybody who ever was
# there with who they are would read the whole table of people.
MOST_ASKED = 60
# One story is no habit, and one spelling may be a slip of the keyboard.
SEEN_OFTEN = 2


@dataclass(frozen=True)
class Companion:
    person: Person
    count: int


@dataclass(frozen=True)
class Seen:
    """An office that stories print and no tenure explains: first and last day, and how often."""

    office: str
    first: datetime.date
    last: datetime.date
    count: int


@dataclass(frozen=True)
class Printed:
    """What the registers of a person's latest stories print."""

    seen_as: Sequence[Seen]
    spellings: Sequence[str]
    stood_for: Sequence[Organisation]


def companions_of(person: Person, appearances: Iterable[Appearance]) -> list[Companion]:
    """Public people who were at the same events, the most frequent first; two queries.

    `appearances` are the person's own, over which it is counted. Once together is not counted.
    """
    together = [row.article_id for row in appearances if row.appears_as in IN_PERSON]
    if not together:
        return []
    often = (
        Appearance.objects.filter(
            article__in=together, person__isnull=False, appears_as__in=IN_PERSON
        )
        .exclude(person=person)
        .order_by()
        .values(who=F("person"))
        .annotate(count=Count("pk"))
        .filter(count__gte=SEEN_OFTEN)
        .order_by("-count", "who")[:MOST_ASKED]
    )
    counted, parameters = often.query.sql_with_params()
    rows: list[Any] = list(
        Person.objects.raw(
            f"""
            SELECT person.*, often.count FROM ({counted}) AS often
            JOIN articles_person AS person ON person.id = often.who
            ORDER BY often.count DESC, often.who
            """,
            parameters,
        )
    )
    # They stand in public stories, so whoever is meant to have a page has one. The others are read, too: a page
    # that is kept has to notice when one of them gets a page.
    known = [row for row in rows if row.is_public and row.merged_into_id is None]
    found = [Companion(row, row.count) for row in known[:MOST_SHOWN]]
    add_current_tenures(companion.person for companion in found)
    return found


def add_current_tenures(people: Iterable[Person]) -> None:
    """Set `current_tenures` of each: the offices held today under any entry; one query."""
    standing = {person.pk: person for person in people}
    for person in standing.values():
        person.current_tenures = []  # type: ignore[attr-defined]
    today = timezone.localdate()
    entries = Person.objects.filter(Q(pk__in=standing) | Q(merged_into__in=standing))
    tenures = (
        Tenure.objects.filter(around(today), person__in=entries)
        .select_related("post__organisation", "person")
        .order_by("post__protocol_rank", "pk")
    )
    for tenure in (tenure for tenure in tenures if is_held_on(tenure, today)):
        current = standing[tenure.person.merged_into_id or tenure.person_id].current_tenures  # type: ignore[attr-defined]
        if tenure.post_id not in {other.post_id for other in current}:
            current.append(tenure)


def printed_of(
    person: Person,
    entries: Collection[int],
    appearances: Iterable[Appearance],
    tenures: Iterable[Tenure],
) -> Printed:
    """What the person's own lines in these stories say; two queries.

    An office that one of the `tenures` explains is not among `seen_as`.
    """
    rows = list(
        Attendance.objects.filter(
            person__in=entries, article__in=[row.article_id for row in appearances]
        ).values_list(
            "name_as_printed",
            "office_as_printed",
            "tenure",
            "represents_organisation",
            "represents_post__organisation",
            "article__event_on",
            "article__published_on",
        )
    )
    known = [(tenure, _words_of(tenure)) for tenure in tenures]
    days: dict[str, list[datetime.date]] = {}
    spelt: dict[str, str] = {}
    for _name, office, tenure, _organisation, _of_post, event_on, published_on in rows:
        day = event_on or published_on
        if office and tenure is None and not _is_explained(office, day, known):
            key = office.casefold()
            spelt.setdefault(key, office)
            days.setdefault(key, []).append(day)
    seen = [Seen(spelt[key], min(on), max(on), len(on)) for key, on in days.items()]
    seen.sort(key=lambda one: (one.last, one.count, one.office), reverse=True)
    spellings = Counter(names.parse(row[0]).name for row in rows)
    stood_for = {pk for row in rows for pk in row[3:5] if pk}
    recording.shows(*(f"organisation:{pk}" for pk in stood_for))
    return Printed(
        seen[:MOST_SHOWN],
        [
            name
            for name, count in spellings.most_common()
            if count >= SEEN_OFTEN and names.name_key(name) != person.name_key
        ][:MOST_SHOWN],
        list(Organisation.objects.public().filter(pk__in=stood_for)[:MOST_SHOWN]),
    )


def _words_of(tenure: Tenure) -> set[str]:
    organisation = tenure.post.organisation
    text = f"{tenure.printed_title} {organisation.name} {organisation.short_name}"
    return set(text.casefold().split())


def _is_explained(
    office: str, day: datetime.date, tenures: Iterable[tuple[Tenure, set[str]]]
) -> bool:
    """Whether it is a way to print an office held that day: "Bupati" of "Bupati Tompolangi"."""
    words = set(office.casefold().split())
    return any(words <= known and is_held_on(tenure, day) for tenure, known in tenures)
