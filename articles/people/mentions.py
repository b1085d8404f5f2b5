"""What was said to the names that were found in texts: the only door to `MentionVerdict`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from ..models import MentionVerdict
from . import names
from .abbreviations import words_of

if TYPE_CHECKING:
    from accounts.models import User

    from ..models import Article

MOST_AT_ONCE = 200
KEY_LENGTH = 200
# A name that was refused in so many stories, and never taken, is most likely no name.
REFUSED_OFTEN = 3
LOOKED_BACK = 50


@dataclass(frozen=True)
class Verdict:
    """What a reporter said to one name as it was read: taken (and as whom), or refused.

    `person` and `organisation` are keys; a group is taken as neither.
    """

    name: str
    office: str
    is_accepted: bool
    person: int | None = None
    organisation: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        return key_of(self.name, self.office)


@dataclass(frozen=True)
class Memory:
    """What is remembered about some names, by their keys."""

    refused: frozenset[tuple[str, str]] = frozenset()
    taken_for: dict[str, list[int]] = field(default_factory=dict)
    refused_often: frozenset[str] = frozenset()

    def was_refused(self, key: tuple[str, str]) -> bool:
        """Whether this name, under whatever office, was refused in this story."""
        return key in self.refused or (
            bool(key[0]) and key[0] in {name for name, _ in self.refused}
        )


def key_of(name: str, office: str) -> tuple[str, str]:
    """The keys under which a read name and office are remembered."""
    name_key = names.name_key(name) or " ".join(words_of(name))
    return name_key[:KEY_LENGTH], " ".join(words_of(office))[:KEY_LENGTH]


@transaction.atomic
def remember(article: Article, verdicts: Iterable[Verdict], *, by: User | None) -> int:
    """Note the verdicts of one story; the latest about a name and office counts.

    At most MOST_AT_ONCE are noted, those without a letter not at all. Returns how many were.
    One statement, safe to repeat.
    """
    latest = {verdict.key: verdict for verdict in verdicts if any(verdict.key)}
    now = timezone.now()
    rows = [
        MentionVerdict(
            article=article,
            name_key=name_key,
            office_key=office_key,
            is_accepted=verdict.is_accepted,
            person_id=verdict.person if verdict.is_accepted else None,
            organisation_id=verdict.organisation if verdict.is_accepted else None,
            decided_at=now,
            decided_by=by,
        )
        for (name_key, office_key), verdict in list(latest.items())[:MOST_AT_ONCE]
    ]
    MentionVerdict.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["article", "name_key", "office_key"],
        update_fields=["is_accepted", "person", "organisation", "decided_at", "decided_by"],
    )
    return len(rows)


_TAKEN = """
SELECT wanted.name_key, coalesce(person.merged_into_id, person.id)
FROM unnest(%s::text[]) AS wanted (name_key)
CROSS JOIN LATERAL (
    SELECT person_id, decided_at FROM articles_mentionverdict
    WHERE is_accepted AND name_key = wanted.name_key
    ORDER BY decided_at DESC LIMIT %s
) AS verdict
JOIN articles_person person ON person.id = verdict.person_id
GROUP BY 1, 2
ORDER BY count(*) DESC, max(verdict.decided_at) DESC, 2
"""

_REFUSED_OFTEN = """
SELECT wanted.name_key
FROM unnest(%s::text[]) AS wanted (name_key)
WHERE (SELECT count(*) FROM (
    SELECT 1 FROM articles_mentionverdict
    WHERE NOT is_accepted AND name_key = wanted.name_key LIMIT %s) AS refusals) >= %s
AND NOT EXISTS (
    SELECT 1 FROM articles_mentionverdict
    WHERE is_accepted AND name_key = wanted.name_key)
"""


def recall(article: Article | None, name_keys: Collection[str]) -> Memory:
    """What is remembered about these names, in this story and in others. Three queries.

    `taken_for` are the people whom a name was taken for among its latest LOOKED_BACK verdicts,
    the most frequent first and of two the later; the entries that stand today.
    """
    keys = [key for key in dict.fromkeys(name_keys) if key]
    refused: frozenset[tuple[str, str]] = frozenset()
    if article is not None and article.pk:
        rows = MentionVerdict.objects.filter(article=article, is_accepted=False)
        refused = frozenset(rows.values_list("name_key", "office_key"))
    taken: dict[str, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [keys, LOOKED_BACK])
        for name_key, person in cursor.fetchall():
            taken[name_key].append(person)
        cursor.execute(_REFUSED_OFTEN, [keys, REFUSED_OFTEN, REFUSED_OFTEN])
        often = frozenset(name_key for (name_key,) in cursor.fetchall())
    return Memory(refused, dict(taken), often)
