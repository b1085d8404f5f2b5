"""Two people beside each other, as an editor compares them: names, offices, stories.

Six queries for a page of pairs, however many they are and however often somebody appears.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q

from ..models import Article, Person, PersonAlias, Tenure

LATEST = 3
# More stories are not counted.
COUNTED = 1_000

_LATEST = """
    SELECT person.id, story.article_id
    FROM unnest(%s::bigint[]) AS person (id)
    CROSS JOIN LATERAL (
        SELECT article_id FROM articles_appearance
        WHERE person_id = person.id AND at <= now()
        ORDER BY at DESC, article_id DESC LIMIT %s) AS story
"""
_COUNTS = """
    SELECT person.id, stories.number
    FROM unnest(%s::bigint[]) AS person (id)
    CROSS JOIN LATERAL (SELECT count(*) AS number FROM (
        SELECT 1 FROM articles_appearance
        WHERE person_id = person.id AND at <= now() LIMIT %s) AS found) AS stories
"""


@dataclass
class Side:
    """What is known of one person: of the entry that stands, and of those merged into it."""

    person: Person
    merged: list[Person] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    tenures: list[Tenure] = field(default_factory=list)
    stories: list[Article] = field(default_factory=list)
    count: int = 0

    @property
    def counted(self) -> str:
        return f"{COUNTED}+" if self.count >= COUNTED else str(self.count)


def sides(people: Collection[int]) -> Mapping[int, Side]:
    """What is known of each of these standing entries, by its key."""
    keys = list(people)
    entries = Person.objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys)).select_related(
        "photo"
    )
    found: dict[int, Side] = {}
    merged: dict[int, list[Person]] = defaultdict(list)
    for entry in entries.order_by("name", "pk"):
        if entry.merged_into_id is None:
            found[entry.pk] = Side(entry)
        else:
            merged[entry.merged_into_id].append(entry)
    root_of = {pk: pk for pk in found}
    for root, rows in merged.items():
        if root in found:
            found[root].merged = rows
            root_of |= {row.pk: root for row in rows}
    for alias in PersonAlias.objects.filter(person__in=root_of).order_by("name", "pk"):
        found[root_of[alias.person_id]].aliases.append(alias.name)
    for tenure in Tenure.objects.filter(person__in=root_of).select_related("post__organisation"):
        found[root_of[tenure.person_id]].tenures.append(tenure)
    _add_stories(found)
    return found


def _add_stories(found: Mapping[int, Side]) -> None:
    latest = _rows(_LATEST, found, LATEST)
    stories = Article.objects.for_line().in_bulk({story for _person, story in latest})
    for person, story in latest:
        found[person].stories.append(stories[story])
    for person, number in _rows(_COUNTS, found, COUNTED):
        found[person].count = number


def _rows(sql: str, people: Iterable[int], limit: int) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(people), limit])
        rows: list[tuple[int, int]] = cursor.fetchall()
        return rows
