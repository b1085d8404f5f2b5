"""Counts that readers see, and the nightly proof that they are right.

They are kept by triggers of the database (migration 0002). This module counts anew, in another
way, and says where the two differ; nothing should ever be found, so a difference is an alarm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from pagecache import recording

from .models import Discussion

# The nightly job that looks for differences.
JOB = "comments.recount"


class Wrong(Exception):
    """Some stored count is not what the comments say."""


@dataclass(frozen=True)
class Difference:
    """A stored value that is not what the comments say."""

    what: str
    pk: int
    stored: int
    counted: int

    def __str__(self) -> str:
        return f"{self.what} {self.pk}: stored {self.stored}, counted {self.counted}"


def shown_counts(articles: Iterable[object]) -> dict[int, int]:
    """How many comments are shown under each of the stories, by number; one query."""
    keys = {article.pk for article in articles}  # type: ignore[attr-defined]
    if not keys:
        return {}
    with recording.beside():
        recording.shows(*(f"talk:{key}" for key in keys))
    rows = Discussion.objects.filter(pk__in=keys, shown_count__gt=0)
    return dict(rows.values_list("pk", "shown_count"))


# From the states and parents alone: nothing that the triggers wrote is read.
_TRUTH = """
    WITH RECURSIVE tree AS (
        SELECT id, article_id, path, state,
               state NOT IN ('pending', 'rejected', 'spam') AS is_open, true AS is_reachable
        FROM comments_comment WHERE parent_id IS NULL
        UNION ALL
        SELECT c.id, c.article_id, c.path, c.state,
               tree.is_open AND c.state NOT IN ('pending', 'rejected', 'spam'), tree.is_open
        FROM tree JOIN comments_comment c ON c.parent_id = tree.id
    ), shown AS (
        SELECT * FROM tree WHERE is_reachable AND state IN ('unreviewed', 'approved')
    ), below AS (
        SELECT above.id, count(*) AS n
        FROM shown, unnest(path[1:cardinality(path) - 1]) AS above(id) GROUP BY above.id
    ), by_story AS (
        SELECT article_id, count(*) AS n FROM shown GROUP BY article_id
    )
"""
_WRONG = f"""
    {_TRUTH}
    SELECT 'story', d.article_id, d.shown_count, COALESCE(by_story.n, 0)
    FROM comments_discussion d LEFT JOIN by_story ON by_story.article_id = d.article_id
    WHERE d.shown_count <> COALESCE(by_story.n, 0)
    UNION ALL
    SELECT 'story without a row', by_story.article_id, 0, by_story.n
    FROM by_story WHERE NOT EXISTS (
        SELECT 1 FROM comments_discussion d WHERE d.article_id = by_story.article_id)
    UNION ALL
    SELECT 'replies of comment', c.id, c.shown_replies, COALESCE(below.n, 0)
    FROM comments_comment c LEFT JOIN below ON below.id = c.id
    WHERE c.shown_replies <> COALESCE(below.n, 0)
    UNION ALL
    SELECT 'comment shown', c.id, c.is_shown::int, (shown.id IS NOT NULL)::int
    FROM comments_comment c LEFT JOIN shown ON shown.id = c.id
    WHERE c.is_shown <> (shown.id IS NOT NULL)
"""


def differences() -> Iterator[Difference]:
    """Everything that is stored wrong, as of one moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WRONG)
        rows = cursor.fetchall()
    return (Difference(*row) for row in rows)


def is_alarmed() -> bool:
    """Whether the last nightly recount found a difference (the job failed), or could not run."""
    last = ProcrastinateJob.objects.filter(task_name=JOB, status__in=["failed", "succeeded"])
    return last.order_by("-id").values_list("status", flat=True).first() == "failed"
