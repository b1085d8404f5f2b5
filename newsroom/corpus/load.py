"""The corpus into the database: COPY, in one transaction, with everything the schema promises.

Row by row, an archive of a million stories would take days: each row asks for its foreign keys, moves some thirty
indexes and fires triggers. So, inside one transaction,

- the foreign keys, secondary indexes and unique constraints of the tables are taken away and made again at the end
  from the definitions that were there, which checks every row once, as a set;
- triggers rest, and what they would have derived (appearances, counts) is derived once, as a set, or comes with the
  rows; `tests/newsroom/test_load_corpus.py` compares both;
- a failure, or Ctrl-C, leaves the database as it was.

Other sessions wait meanwhile: the tables are locked. Rows are made by other processes, ahead of PostgreSQL.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from . import cast, stories
from .blocks import COLUMNS, made
from .copying import line
from .plan import VIEWED_HOURS, Plan, skewed

# Hours back from the end of the archive in which readers found old stories, and how many in each.
TAIL_HOURS = 7 * 24
TAIL_STORIES = 100

NUMBERED = [
    table
    for table in {**cast.COLUMNS, **COLUMNS, "articles_appearance": ""}
    if table not in {"comments_reader", "comments_discussion"}
]
LOADED = [*cast.COLUMNS, *COLUMNS, "articles_appearance"]
# Written by articles_count_archive() and what it sets off.
COUNTED = ["articles_archiveday", "articles_archivehour", "articles_archivespan"]

# What the triggers of registers and of stories' states keep, for everything that has no row yet.
APPEARANCES = """
INSERT INTO articles_appearance (article_id, person_id, organisation_id, appears_as, at, until)
SELECT DISTINCT ON (article_id, person_id, organisation_id)
    article_id, person_id, organisation_id, appears_as, at, until
FROM articles_named_by_lines()
WHERE article_id >= %s
ORDER BY article_id, person_id, organisation_id, articles_strength(appears_as)
"""

Step = Callable[[str, int, int], None]


def load(
    *,
    articles: int,
    comments: int,
    people: int,
    until: datetime.datetime,
    zone: ZoneInfo,
    step: Step,
    processes: int | None = None,
) -> None:
    """Load a corpus; all of it, or nothing.

    Args:
        articles, comments, people: how many; at least `plan.FEWEST_PEOPLE` people.
        until: everything came out before it; a midnight of `zone`, the publication's clock.
        step: is told what goes on: a key of the command's sentences, how much is done, and of how much.
        processes: that make rows; as many as there are processors.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # A sort of a million rows that does not fit goes through the disk.
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '256MB'")
        with _rows_alone(cursor, step):
            first = cast.first_free(NUMBERED)
            step("people", 0, 1)
            plan = cast.enter(
                lambda table, columns, rows: _copy(cursor, table, columns, rows), first,
                articles=articles, comments=comments, people=people, until=until, zone=zone,
            )  # fmt: skip
            step("stories", 0, articles)
            for done, rows in made(plan, processes):
                for table, lines in rows.items():
                    _copy(cursor, table, COLUMNS[table], lines)
                step("stories", done, articles)
            _copy(cursor, "articles_articleviews", COLUMNS["articles_articleviews"], _tail(plan))
            step("appearances", 0, 1)
            cursor.execute(APPEARANCES, [first["articles_article"]])
            cursor.execute("SELECT articles_count_archive()")
            # No trigger told of all this: every page that was kept before shows another archive now.
            cursor.execute("SELECT pagecache_tell(ARRAY['*'])")
        for table in NUMBERED:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM {table}", [table]
            )
    step("vacuum", 0, 1)
    with connection.cursor() as cursor:
        # Index-only scans need to know which pages everybody may see; a transaction cannot tell.
        can_vacuum = not connection.in_atomic_block
        tables = ", ".join([*LOADED, *COUNTED])
        cursor.execute(f"{'VACUUM (ANALYZE)' if can_vacuum else 'ANALYZE'} {tables}")


def _tail(plan: Plan) -> Iterator[str]:
    """Views of old stories in the last days: readers find what is years old every hour."""
    number = plan.first["articles_articleviews"] + plan.articles * VIEWED_HOURS
    last = plan.until.replace(minute=0, second=0, microsecond=0) - stories.HOUR
    for back in range(TAIL_HOURS):
        chance = random.Random(back ^ 0x7A11)
        hour = last - back * stories.HOUR
        for age in sorted({skewed(chance, plan.articles) for _story in range(TAIL_STORIES)}):
            is_counted_already = plan.moment(age) > hour - (VIEWED_HOURS - 1) * stories.HOUR
            if stories.status(age) == "published" and not is_counted_already:
                yield line([number, plan.article(age), hour, 1 + skewed(chance, 40)])
                number += 1


def _copy(cursor: Any, table: str, columns: str, lines: Iterable[str]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns.split())}) FROM STDIN") as copy:
        for rows in _joined(lines):
            copy.write(rows)


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Pieces of some hundred lines: each is a message to the server."""
    some: list[str] = []
    for one in lines:
        some.append(one)
        if len(some) == 500:
            yield "".join(some)
            some.clear()
    yield "".join(some)


@contextmanager
def _rows_alone(cursor: Any, step: Step) -> Iterator[None]:
    """The tables without foreign keys, secondary indexes and triggers; all are there again afterwards."""
    # What waits for the end of the transaction has to be looked at before tables are changed.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    constraints = _asked(
        cursor,
        # Primary keys stay: tables that are not loaded refer to them.
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u') ORDER BY contype = 'f', conname",
    )
    for table, name, _definition in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    indexes = _asked(
        cursor,
        "SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid) "
        "FROM pg_index WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary ORDER BY 1, 2",
    )
    for _table, name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    for table in LOADED:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    whole = len(indexes) + len(constraints)
    for done, (_table, _name, definition) in enumerate(indexes):
        step("indexes", done, whole)
        cursor.execute(definition)
    for done, (table, name, definition) in enumerate(constraints, start=len(indexes)):
        step("indexes", done, whole)
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for table in LOADED:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _asked(cursor: Any, sql: str) -> list[tuple[str, str, str]]:
    cursor.execute(sql, [LOADED])
    return list(cursor.fetchall())
