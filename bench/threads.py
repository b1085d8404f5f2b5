"""Reading threads and the queue at 10,000, 100,000 and 1,000,000 comments: times, ratios, plans.

    .venv/bin/python bench/threads.py                  three sizes, about a minute
    .venv/bin/python bench/threads.py --sizes 10000    one size
    .venv/bin/python bench/threads.py --plans          the plans at the largest size too

Everything happens in a database of its own beside the tests' one, and goes with it. The corpus is
the same at every size but for its length: stories are chosen by a power law, so the busiest has
about a tenth of all comments; one story has 10,000 threads, one thread 10,000 answers. What counts
is the ratio of the sizes in one run; milliseconds depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

STORIES = 2000
RUNS = 60

# Ten comments a block: a first one, four answers to it, two to the second, and so on downwards.
FILL = """
INSERT INTO comments_comment (id, article_id, parent_id, path, author_id, author_name, body, state,
                              created_at, is_reachable, is_shown, shown_replies, queue_due_at)
SELECT id, story, CASE place WHEN 0 THEN NULL WHEN 1 THEN first WHEN 2 THEN first WHEN 3 THEN first
                  WHEN 4 THEN first WHEN 5 THEN first + 1 WHEN 6 THEN first + 1 WHEN 7 THEN first + 5
                  WHEN 8 THEN first + 7 ELSE first + 2 END,
       CASE place WHEN 0 THEN ARRAY[first] WHEN 1 THEN ARRAY[first, id] WHEN 2 THEN ARRAY[first, id]
                  WHEN 3 THEN ARRAY[first, id] WHEN 4 THEN ARRAY[first, id]
                  WHEN 5 THEN ARRAY[first, first + 1, id] WHEN 6 THEN ARRAY[first, first + 1, id]
                  WHEN 7 THEN ARRAY[first, first + 1, first + 5, id]
                  WHEN 8 THEN ARRAY[first, first + 1, first + 5, first + 7, id]
                  ELSE ARRAY[first, first + 2, id] END,
       authors[1 + id %% array_length(authors, 1)], 'Pembaca ' || id %% 5000,
       'Komentar nomor ' || id || ' tentang berita ini, semoga bermanfaat bagi semua.',
       state, '2024-01-01'::timestamptz + id * interval '20 seconds',
       true, state = 'approved',
       CASE place WHEN 0 THEN 9 - (place_9 <> 'approved')::int WHEN 1 THEN 4 WHEN 2 THEN
            (place_9 = 'approved')::int WHEN 5 THEN 2 WHEN 7 THEN 1 ELSE 0 END,
       CASE state WHEN 'pending' THEN '2024-01-02'::timestamptz + id * interval '20 seconds' END
FROM (
    SELECT block * 10 + place + %(offset)s AS id, block * 10 + %(offset)s AS first, place,
           stories[1 + floor(array_length(stories, 1) * power(
               ((hashint8(block) & 1048575)::float8 / 1048576), 4))::int] AS story,
           CASE WHEN place = 9 THEN odd ELSE 'approved' END AS state, odd AS place_9
    FROM generate_series(0, %(number)s / 10 - 1) AS block,
         LATERAL (SELECT CASE abs(hashint8(block + 7)) %% 20 WHEN 0 THEN 'pending'
                         WHEN 1 THEN 'rejected' WHEN 2 THEN 'spam' ELSE 'approved' END AS odd) o,
         generate_series(0, 9) AS place,
         (SELECT array_agg(id ORDER BY id) AS stories FROM articles_article) s
) c, (SELECT array_agg(id ORDER BY id) AS authors FROM accounts_user) a
"""
ONE_STORY = """
INSERT INTO comments_comment (id, article_id, path, author_name, body, state, created_at,
                              is_reachable, is_shown, shown_replies)
SELECT id, %(story)s, ARRAY[id], 'Pembaca', 'Komentar', 'approved',
       '2025-01-01'::timestamptz + id * interval '1 second', true, true, 0
FROM generate_series(%(offset)s, %(offset)s + 9999) AS id
"""
ONE_THREAD = """
INSERT INTO comments_comment (id, article_id, parent_id, path, author_name, body, state, created_at,
                              is_reachable, is_shown, shown_replies)
SELECT id, %(story)s, CASE WHEN id = %(offset)s THEN NULL ELSE %(offset)s END,
       CASE WHEN id = %(offset)s THEN ARRAY[id] ELSE ARRAY[%(offset)s, id] END,
       'Pembaca', 'Komentar', 'approved', '2025-01-01'::timestamptz + id * interval '1 second',
       true, true, CASE WHEN id = %(offset)s THEN 10000 ELSE 0 END
FROM generate_series(%(offset)s::bigint, %(offset)s + 10000) AS id
"""
EVENTS = """
INSERT INTO comments_moderationevent (comment_id, created_at, action, rule, from_state, to_state, reason, note)
SELECT id, created_at, 'received', '', '', 'pending', '', '' FROM comments_comment
UNION ALL
SELECT id, created_at + interval '1 hour', 'decided', '', 'pending', state,
       CASE state WHEN 'rejected' THEN 'insult' ELSE '' END, ''
FROM comments_comment WHERE state <> 'pending'
"""
COUNT = """
INSERT INTO comments_discussion (article_id, shown_count)
SELECT article_id, count(*) FILTER (WHERE is_shown) FROM comments_comment GROUP BY article_id
"""


def fill(number: int) -> dict[str, Any]:
    """Fill the empty tables with `number` comments; which stories are worth a look."""
    from django.db import connection

    from articles.models import Article
    from comments import counts
    from tests.factories import ArticleFactory, SectionFactory, UserFactory

    if not Article.objects.exists():
        section = SectionFactory()
        for number_of_story in range(STORIES + 2):
            ArticleFactory(is_public=True, section=section, headline=f"Berita {number_of_story}")
        for _reader in range(500):
            UserFactory()
    stories = list(Article.objects.order_by("-pk")[:2])
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE comments_comment, comments_discussion CASCADE")
        cursor.execute("ALTER TABLE comments_comment DISABLE TRIGGER USER")
        cursor.execute(FILL, {"number": number, "offset": 1})
        cursor.execute(ONE_STORY, {"story": stories[0].pk, "offset": 50_000_001})
        cursor.execute(ONE_THREAD, {"story": stories[1].pk, "offset": 60_000_001})
        cursor.execute(COUNT)
        cursor.execute(EVENTS)
        cursor.execute("ALTER TABLE comments_comment ENABLE TRIGGER USER")
        cursor.execute("SELECT setval(pg_get_serial_sequence('comments_comment', 'id'), 70000000)")
        cursor.execute(
            "VACUUM (ANALYZE) comments_comment, comments_discussion, comments_moderationevent"
        )
        cursor.execute(
            "SELECT article_id FROM comments_discussion ORDER BY shown_count DESC OFFSET %s LIMIT 1",
            [0 if number > 110_000 else 2],
        )
        busiest = cursor.fetchone()[0]
    wrong = list(counts.differences())
    assert not wrong, wrong[:3]
    return {
        "busiest": Article.objects.get(pk=busiest),
        "threads": stories[0],
        "thread": stories[1],
    }


def questions(found: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """What pages ask, by name; each call runs the queries as the page does."""
    from accounts.models import User
    from articles.models import Article
    from comments import counts, figures, threads
    from comments.choices import Order
    from comments.models import Comment

    busiest, many, one = found["busiest"], found["threads"], found["thread"]
    reader = User.objects.filter(is_staff=False).earliest("pk")
    deep = ""
    for _page in range(20):
        deep = threads.page_of_threads(many, Order.NEWEST, deep).after
    more = threads.page_of_threads(one).threads[0].replies.after
    lists = list(Article.objects.order_by("pk")[:20])
    return {
        "busiest story, newest": lambda: threads.page_of_threads(busiest),
        "busiest story, oldest": lambda: threads.page_of_threads(busiest, Order.OLDEST),
        "busiest story, most replied": lambda: threads.page_of_threads(busiest, Order.MOST_REPLIED),
        "10,000 threads, newest": lambda: threads.page_of_threads(many),
        "10,000 threads, page 20": lambda: threads.page_of_threads(many, Order.NEWEST, deep),
        "10,000 answers, first page": lambda: threads.page_of_threads(one),
        "10,000 answers, next 50": lambda: threads.replies_after(one, more),
        "counts of a list of 20": lambda: counts.shown_counts(lists),
        "queue, first 50": lambda: list(Comment.objects.queued()[:50]),
        "desk's list of all, first 50": lambda: list(
            Comment.objects.select_related("article").order_by("-id")[:50]
        ),
        "a month's figures, uncached": lambda: figures.counted(figures.Month(2024, 1)),
        "history of an account": lambda: list(
            Comment.objects.filter(author=reader).order_by("-created_at", "-id")[:20]
        ),
    }


def milliseconds(ask: Callable[[], Any]) -> float:
    """The median of RUNS, after a few to warm up."""
    for _run in range(5):
        ask()
    taken = []
    for _run in range(RUNS):
        started = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def plans(name: str, ask: Callable[[], Any]) -> None:
    """Print how PostgreSQL answers each query of a question: nodes, indexes, rows, pages."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    print(f"\n## {name}")
    with CaptureQueriesContext(connection) as queries:
        ask()
    for query in queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) {query['sql']}")
            for (line,) in cursor.fetchall():
                if "Planning" not in line and "Index Searches" not in line:
                    print(f"    {line}")
        print()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()

    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = "newsroom_bench"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    print(f"PostgreSQL {connection.pg_version // 10000}, database {name}")
    table: dict[str, list[float]] = {}
    try:
        for size in options.sizes:
            started = time.perf_counter()
            found = fill(size)
            print(f"{size:>9,} comments in {time.perf_counter() - started:.0f} s", flush=True)
            for question, ask in questions(found).items():
                table.setdefault(question, []).append(milliseconds(ask))
        if options.plans:
            for question, ask in questions(found).items():
                plans(question, ask)
    finally:
        connection.creation.destroy_test_db("newsroom", verbosity=0)
    head = "".join(f"{size:>12,}" for size in options.sizes)
    print(f"\n{'median, ms':<30}{head}{'largest ÷ smallest':>22}")
    for question, row in table.items():
        cells = "".join(f"{value:>12.2f}" for value in row)
        print(f"{question:<30}{cells}{row[-1] / row[0]:>22.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
