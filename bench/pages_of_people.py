"""Pages of people and institutions: what 20,000 appearances cost beside ten.

    .venv/bin/python bench/pages_of_people.py            about two minutes
    .venv/bin/python bench/pages_of_people.py --plans    how PostgreSQL answers each query, too

Everything happens in a database of its own beside the tests' one, and goes with it. One regent
stands in 20,000 stories, the institution in as many; beside them an ordinary official with sixty
stories, who fills a page too, and somebody with ten, who fills half of one. 200,000 other lines
stand in the same stories. What counts is the ratio in one run; milliseconds depend on the
machine. Pages are rendered whole, as a reader gets them, by Django's test client.
"""

from __future__ import annotations

import argparse
import datetime
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

STORIES = 24_000
BUSY = 20_000
OTHERS = 10_000
OFFICES = 600
LINES = 10
RUNS = 40

# Copies of one story, an hour apart.
STORIES_LIKE = """
INSERT INTO articles_article ({columns})
SELECT {values} FROM articles_article story, generate_series(1, %(number)s) AS n
WHERE story.id = %(story)s
"""
OTHER_LINES = """
INSERT INTO articles_attendance (article_id, position, person_id, name_as_printed,
    office_as_printed, capacity, group_label, represents_as_printed)
SELECT DISTINCT ON (story, somebody) story, place, somebody, 'Nama ' || somebody,
    'Kepala Dinas ' || somebody %% 40,
    CASE place %% 4 WHEN 0 THEN 'quoted' WHEN 1 THEN 'mentioned' ELSE 'attended' END, '', ''
FROM (
    SELECT story, place, people[1 + floor(array_length(people, 1) * power(
        (hashint8(story * 31 + place) & 1048575)::float8 / 1048576, 2))::int] AS somebody
    FROM unnest(%(stories)s::bigint[]) AS story, generate_series(1, %(lines)s) AS place,
         (SELECT %(people)s::bigint[] AS people) AS known
) AS lines
"""
BUSY_LINES = """
INSERT INTO articles_attendance (article_id, position, person_id, name_as_printed,
    office_as_printed, capacity, tenure_id, group_label, represents_as_printed)
SELECT story, 0, %(person)s, 'Bupati Sibuk', 'Bupati',
    (ARRAY['attended', 'quoted', 'attended', 'organiser', 'mentioned'])[1 + story %% 5],
    %(tenure)s, '', ''
FROM unnest(%(stories)s::bigint[]) AS story
"""
# One in six: somebody comes for the regent.
REPRESENTED = """
INSERT INTO articles_attendance (article_id, position, person_id, name_as_printed,
    office_as_printed, capacity, represents_post_id, group_label, represents_as_printed)
SELECT story, 99, %(person)s, 'Wakil', 'Asisten Administrasi', 'attended', %(post)s, '', 'Bupati'
FROM unnest(%(stories)s::bigint[]) AS story WHERE story %% 6 = 0
"""


def fill() -> dict[str, Any]:
    """Fill the empty tables; who is worth a look."""
    from django.db import connection

    from articles.models import Article, Person, Tenure
    from tests.factories import (
        ArticleFactory,
        OrganisationFactory,
        PersonFactory,
        PostFactory,
        PublicationFactory,
        TenureFactory,
    )

    PublicationFactory()
    post = PostFactory(title="Bupati", organisation=OrganisationFactory(slug="sibuk"))
    busy = TenureFactory(person=PersonFactory(name="Bupati Sibuk", slug="sibuk"), post=post)
    quiet = [
        TenureFactory(
            person=PersonFactory(name=slug, slug=slug),
            post=PostFactory(organisation=OrganisationFactory(slug=slug)),
        )
        for slug in ("biasa", "jarang")
    ]
    stand_in = PersonFactory(name="Wakil")
    others = Person.objects.bulk_create(
        [
            Person(name=f"Nama {n}", name_key=f"nama {n}", slug=f"nama-{n}", is_public=n % 4 != 0)
            for n in range(OTHERS)
        ]
    )
    people = [person.pk for person in others]
    posts = [PostFactory() for _n in range(OFFICES)]
    Tenure.objects.bulk_create(
        [
            Tenure(person=person, post=posts[n % OFFICES], started_on=datetime.date(2020, 1, 1))
            for n, person in enumerate(others[: OTHERS // 3])
        ]
    )
    story = ArticleFactory(is_public=True)
    fields = {
        field.column: f"story.{field.column}"
        for field in Article._meta.local_concrete_fields
        if not field.primary_key and not getattr(field, "generated", False)
    }
    fields |= {
        "slug": "'berita-' || n",
        "headline": "'Berita nomor ' || n",
        "publish_at": "story.publish_at - n * interval '1 hour'",
        "published_on": "(story.publish_at - n * interval '1 hour')::date",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            STORIES_LIKE.format(columns=", ".join(fields), values=", ".join(fields.values())),
            {"number": STORIES, "story": story.pk},
        )
        stories = list(Article.objects.order_by("-publish_at").values_list("pk", flat=True))
        cursor.execute("ALTER TABLE articles_attendance DISABLE TRIGGER USER")
        cursor.execute(OTHER_LINES, {"stories": stories, "people": people, "lines": LINES})
        cursor.execute(
            BUSY_LINES, {"person": busy.person.pk, "tenure": busy.pk, "stories": stories[:BUSY]}
        )
        for tenure, number in zip(quiet, (60, 10), strict=True):
            some = stories[5 :: STORIES // 100][:number]
            cursor.execute(
                BUSY_LINES, {"person": tenure.person.pk, "tenure": tenure.pk, "stories": some}
            )
        cursor.execute(
            REPRESENTED, {"person": stand_in.pk, "post": post.pk, "stories": stories[:BUSY]}
        )
        cursor.execute("ALTER TABLE articles_attendance ENABLE TRIGGER USER")
        for start in range(0, len(stories), 2000):
            cursor.execute(
                "SELECT articles_refresh_appearances(%s::bigint[])", [stories[start : start + 2000]]
            )
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("SELECT count(*) FROM articles_appearance")
        print(f"{cursor.fetchone()[0]:,} appearances in {len(stories):,} stories")
    return {"busy": busy.person, "cursor": _deep(busy.person, 500)}


def _deep(person: Any, page: int) -> str:
    """The cursor of that page of a person's stories."""
    from articles.keyset import PAGE_SIZE, Position
    from articles.models import Appearance

    row = Appearance.objects.filter(person=person).order_by("-at", "-article_id")[
        (page - 1) * PAGE_SIZE - 1
    ]
    return str(Position(row.at, row.article_id))


def pages(found: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    """The address measured, that of an ordinary official or page, and that of somebody with ten."""
    deep = f"?sebelum={found['cursor']}"
    return {
        "person, first page": _of("tokoh"),
        "person, one capacity": _of("tokoh", "?sebagai=dikutip"),
        "person, page 500": ("/tokoh/sibuk/" + deep, "/tokoh/sibuk/" + _FIRST, ""),
        "institution, first page": _of("lembaga"),
        "institution, page 500": ("/lembaga/sibuk/" + deep, "/lembaga/sibuk/" + _FIRST, ""),
        "person, Popolo": _of("tokoh", "popolo.json"),
    }


def _of(kind: str, rest: str = "") -> tuple[str, str, str]:
    return (f"/{kind}/sibuk/{rest}", f"/{kind}/biasa/{rest}", f"/{kind}/jarang/{rest}")


# Before everything: the first page, as one of those that are lists alone.
_FIRST = "?sebelum=99991231T000000000000-1"


def milliseconds(asks: list[Callable[[], Any]]) -> list[float]:
    """The median of RUNS of each, in turn, so that a busy moment of the machine meets all."""
    taken: list[list[float]] = [[] for _ask in asks]
    for _run in range(RUNS):
        for ask, times in zip(asks, taken, strict=True):
            started = time.perf_counter()
            ask()
            times.append((time.perf_counter() - started) * 1000)
    return [statistics.median(times[3:]) for times in taken]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()

    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    setup_test_environment()
    connection.settings_dict["TEST"]["NAME"] = "newsroom_bench_people"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    client = Client()

    def ask(path: str) -> None:
        assert client.get(path).status_code == 200, path

    try:
        started = time.perf_counter()
        found = fill()
        print(f"filled in {time.perf_counter() - started:.0f} s")
        print(
            f"\n{'median, ms':<26}{'20,000':>9}{'ordinary':>10}{'ratio':>7}{'ten':>9}{'ratio':>7}"
            f"{'queries':>9}  tables read whole"
        )
        for name, paths in pages(found).items():
            with CaptureQueriesContext(connection) as captured:
                ask(paths[0])
            queries = [query["sql"] for query in captured]
            read = _sequential(queries, options.plans)
            busy, *beside = milliseconds([partial(ask, path) for path in paths if path])
            cells = "".join(f"{one:>10.2f}{busy / one:>7.2f}" for one in beside)
            print(
                f"{name:<26}{busy:>9.2f}{cells:<34}{len(queries):>8}  "
                f"{', '.join(sorted(read)) or 'none'}",
                flush=True,
            )
    finally:
        connection.creation.destroy_test_db("newsroom", verbosity=0)
    return 0


def _sequential(queries: list[str], is_printed: bool) -> set[str]:
    """The tables that PostgreSQL reads whole for these queries, of those that grow with the news."""
    from django.db import connection

    read = set()
    for sql in queries:
        if not sql.startswith("SELECT"):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) {sql}")
            lines = [line for (line,) in cursor.fetchall()]
        if is_printed:
            print("\n" + sql[:160])
            print("\n".join(f"    {line}" for line in lines))
        for line in lines:
            for table in ("appearance", "article", "attendance", "person", "tenure"):
                if f"Seq Scan on articles_{table} " in f"{line} ":
                    read.add(table)
    return read


if __name__ == "__main__":
    sys.exit(main())
