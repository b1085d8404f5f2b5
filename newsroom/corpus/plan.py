"""What the archive has: how much of everything, when it came out, and who stands in it.

Rows are numbered from the newest story back (`age` 0), so the smaller archive is the newest part of the larger one.
Every number that a row needs follows from its age and the plan: blocks of stories can be made apart, in any order.
"""

from __future__ import annotations

import datetime
import itertools
import random
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

# About 125 stories a day.
SECONDS_BETWEEN = 691
ATTENDEES = 6
TAGS_OF_STORY = 5
BYLINES = 2
VIEWED_HOURS = 3
# One story of five has comments.
COMMENTED = 5
# A regional paper's people grow with its archive.
PEOPLE_FOR_STORIES = (2_000, 50_000)
FEWEST_PEOPLE = 50

SECTIONS = (
    ("pemerintahan", "Pemerintahan", "#1f3a6e"),
    ("pendidikan", "Pendidikan", "#0b5a60"),
    ("ekonomi", "Ekonomi", "#7a4a00"),
    ("hukum", "Hukum", "#5b2333"),
    ("kesehatan", "Kesehatan", "#8a1f3d"),
    ("lingkungan", "Lingkungan", "#2f5d34"),
    ("olahraga", "Olahraga", "#94370f"),
    ("budaya", "Budaya", "#5a3b78"),
)
TAGS = 500
AUTHORS = 40
STAFF = 12
PLACES = 24


@dataclass(frozen=True)
class Subject:
    """Somebody who may stand in a register: number, names, and the office with its tenure."""

    person: int
    printed: str
    office: str = ""
    tenure: int | None = None


@dataclass(frozen=True)
class Plan:
    """The whole archive, before a row of it is made.

    Args:
        articles, comments: how many there are.
        until: the moment before which everything came out, a midnight of the publication.
        zone: the publication's clock.
        first: the first free number of each table, by table.
        others: numbers of the rows that stories refer to, by kind; `tags` with their names.
    """

    articles: int
    comments: int
    until: datetime.datetime
    zone: ZoneInfo
    first: dict[str, int]
    sections: tuple[int, ...]
    places: tuple[int, ...]
    tags: tuple[tuple[int, str], ...]
    authors: tuple[int, ...]
    staff: tuple[int, ...]
    readers: tuple[tuple[int, str], ...]
    people: tuple[Subject, ...]
    # How many comments there are under each commented story, from the newest; and before it.
    talks: tuple[int, ...] = field(default=())
    talks_before: tuple[int, ...] = field(default=())

    def index(self, age: int) -> int:
        """The place of a story in the order of its table, the oldest first."""
        return self.articles - 1 - age

    def article(self, age: int) -> int:
        return self.first["articles_article"] + self.index(age)

    def moment(self, age: int) -> datetime.datetime:
        """When the story of that age came out: the older, the earlier, never twice at once."""
        chance = random.Random(age ^ 0x5EED)
        seconds = (age + 1) * SECONDS_BETWEEN - chance.randrange(SECONDS_BETWEEN - 1)
        return self.until - datetime.timedelta(seconds=seconds)


def shares_of_comments(articles: int, comments: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """How many comments each commented story has, from the newest, and how many stand before it.

    The shares follow a Pareto distribution: few stories have most of the talk.
    """
    stories = (articles + 2) // COMMENTED
    if not stories:
        return (), ()
    weights = [
        min(5_000.0, (1 - random.Random(number ^ 0x7A1C).random()) ** -0.6)
        for number in range(stories)
    ]
    whole = sum(weights)
    marks = [0, *(int(comments * part / whole) for part in itertools.accumulate(weights))]
    marks[-1] = comments
    counts = tuple(after - before for before, after in itertools.pairwise(marks))
    return counts, tuple(marks[:-1])


def skewed(chance: random.Random, count: int) -> int:
    """A number below `count`, small ones far more often: the first of 10,000 once in a hundred."""
    return int(count * chance.random() ** 2)
