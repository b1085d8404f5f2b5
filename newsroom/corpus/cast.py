"""Who and what stories refer to: sections, tags, authors, accounts, people with their offices."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.db.models import Model

from accounts.models import User
from articles.models import (
    Author,
    Place,
    Publication,
    Section,
    Tag,
)
from articles.people import names
from comments.names import key_of

from . import words
from .copying import line
from .plan import AUTHORS, PLACES, SECTIONS, STAFF, TAGS, Plan, Subject, shares_of_comments

# So that nobody can sign in with these accounts: no password matches it.
NO_PASSWORD = "!"
COMMENTS_OF_READER = 50
FEWEST_READERS = 20
PEOPLE_OF_OFFICE = 20
FEWEST_OFFICES = 5
OFFICES = ("Kepala", "Sekretaris", "Kepala Bidang")

COLUMNS = {
    "articles_person": (
        "id religious_prefix academic_prefix rank name degrees name_key fold_key slug note is_public created_at"
    ),
    "articles_organisation": "id name short_name slug note is_public",
    "articles_post": "id title organisation_id seats protocol_rank",
    "articles_tenure": "id person_id post_id kind started_on start_precision end_precision",
    "accounts_user": (
        "id password is_superuser email name language is_staff is_active is_demo created_at"
    ),
    "comments_reader": "user_id name_key terms_version review created_at",
}

Copy = Callable[[str, str, Iterable[str]], None]


def enter(
    copy: Copy,
    first: dict[str, int],
    *,
    articles: int,
    comments: int,
    people: int,
    until: datetime.datetime,
    zone: Any,
) -> Plan:
    """Bring everything into the database that stories refer to, and plan the stories.

    Args:
        copy: takes a table, its columns and lines for them.
        first: the first free number of each table.
    """
    Publication.objects.get_or_create(pk=1, defaults={"name": "Korpus"})
    talks, talks_before = shares_of_comments(articles, comments)
    return Plan(
        articles=articles,
        comments=comments,
        until=until,
        zone=zone,
        first=first,
        sections=_sections(),
        places=tuple(
            Place.objects.filter(code__startswith="73.")
            .order_by("code")
            .values_list("pk", flat=True)[:PLACES]
        ),
        tags=_tags(),
        authors=_authors(),
        staff=_staff(until),
        readers=_readers(copy, first, comments, until),
        people=_people(copy, first, people, until),
        talks=talks,
        talks_before=talks_before,
    )


def _numbers(model: type[Model], by: str, rows: Iterable[dict[str, Any]]) -> tuple[int, ...]:
    """The rows, found by one field or made."""
    manager = model._default_manager
    return tuple(manager.get_or_create(**{by: row[by]}, defaults=row)[0].pk for row in rows)


def _sections() -> tuple[int, ...]:
    return _numbers(
        Section,
        "slug",
        (
            {"slug": slug, "name": name, "colour": colour, "position": position}
            for position, (slug, name, colour) in enumerate(SECTIONS, start=1)
        ),
    )


def _tags() -> tuple[tuple[int, str], ...]:
    found = [f"{words.WORDS[300 + number]} {number}" for number in range(TAGS)]
    rows = ({"name": name, "slug": name.replace(" ", "-")} for name in found)
    return tuple(zip(_numbers(Tag, "name", rows), found, strict=True))


def _authors() -> tuple[int, ...]:
    found = (_name(random.Random(number), number) for number in range(AUTHORS))
    return _numbers(
        Author, "slug", ({"slug": name.lower().replace(" ", "-"), "name": name} for name in found)
    )


def _staff(until: datetime.datetime) -> tuple[int, ...]:
    return _numbers(
        User,
        "email",
        (
            {
                "email": f"redaksi-{number}@corpus.example",
                "name": _name(random.Random(number), number),
                "password": NO_PASSWORD,
                "is_staff": True,
                "is_active": False,
                "created_at": until,
            }
            for number in range(STAFF)
        ),
    )


def _readers(
    copy: Copy, first: dict[str, int], comments: int, until: datetime.datetime
) -> tuple[tuple[int, str], ...]:
    count = max(FEWEST_READERS, comments // COMMENTS_OF_READER)
    # By number, so that a second corpus beside the first has other ones.
    start = first["accounts_user"] + STAFF
    found = tuple(
        (start + place, _name(random.Random(place), start + place)) for place in range(count)
    )
    copy(
        "accounts_user",
        COLUMNS["accounts_user"],
        (
            line(
                [
                    *(pk, NO_PASSWORD, False, f"pembaca-{pk}@corpus.example", name),
                    *("id", False, True, False, until),
                ]
            )
            for pk, name in found
        ),
    )
    copy(
        "comments_reader",
        COLUMNS["comments_reader"],
        (line([pk, key_of(name), "", "section", until]) for pk, name in found),
    )
    return found


def _people(
    copy: Copy, first: dict[str, int], count: int, until: datetime.datetime
) -> tuple[Subject, ...]:
    """People, every third of them in an office of an institution; three of four have a page."""
    offices = max(FEWEST_OFFICES, count // PEOPLE_OF_OFFICE)
    institutions = [f"Dinas {words.surname(number)}" for number in range(offices)]
    copy(
        "articles_organisation",
        COLUMNS["articles_organisation"],
        (
            line(
                [
                    *(first["articles_organisation"] + number, name, ""),
                    *(f"{_slug(name)}-{first['articles_organisation'] + number}", "", True),
                ]
            )
            for number, name in enumerate(institutions)
        ),
    )
    copy(
        "articles_post",
        COLUMNS["articles_post"],
        (
            line(
                [
                    first["articles_post"] + number * len(OFFICES) + place,
                    *(title, first["articles_organisation"] + number, 1, 100 + place),
                ]
            )
            for number in range(offices)
            for place, title in enumerate(OFFICES)
        ),
    )
    found, lines, tenures = [], [], []
    for number in range(count):
        name = _name(random.Random(number ^ 0xFACE), number)
        pk = first["articles_person"] + number
        office, tenure = "", None
        if number % 3 == 0:
            post = number // 3 % (offices * len(OFFICES))
            tenure = first["articles_tenure"] + number // 3
            office = f"{OFFICES[post % len(OFFICES)]} {institutions[post // len(OFFICES)]}"
            tenures.append(
                line(
                    [
                        *(tenure, pk, first["articles_post"] + post, "definitive"),
                        *(datetime.date(2020, 1, 1), "day", "day"),
                    ]
                )
            )
        lines.append(
            line(
                [
                    *(pk, "", "", "", name, "", names.name_key(name), names.fold_key(name)),
                    *(f"{_slug(name)}-{pk}", "", number % 4 != 3, until),
                ]
            )
        )
        found.append(Subject(pk, name, office, tenure))
    copy("articles_person", COLUMNS["articles_person"], lines)
    copy("articles_tenure", COLUMNS["articles_tenure"], tenures)
    return tuple(found)


def _name(chance: random.Random, number: int) -> str:
    """A given name and a surname of that number, and for one of three a second given name."""
    given = [chance.choice(words.GIVEN_NAMES)]
    if number % 3 == 1:
        given.append(chance.choice(words.GIVEN_NAMES))
    return " ".join([*given, words.surname(number)])


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def first_free(tables: Iterable[str]) -> dict[str, int]:
    """The first number of each table that no row has or had."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            (sequence,) = cursor.fetchone()
            cursor.execute(
                f"SELECT greatest(coalesce((SELECT max(id) FROM {table}), 0), "
                f"(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence})) + 1"
            )
            (found[table],) = cursor.fetchone()
    return found
