"""Jobs as who watches sees them: waiting, late, failed and why; tried again, given up, taken from a dead worker.

procrastinate keeps the jobs and moves them; beside them `JobFailure` keeps why one failed and who let it be.
"""

from __future__ import annotations

import contextlib
import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.utils import Error, IntegrityError
from django.utils import timezone
from procrastinate import sql
from procrastinate.contrib.django.models import ProcrastinateJob

from ..models import JobFailure
from .scrub import scrub

# A worker tells every ten seconds that it lives; who was silent for so long is dead, or its machine is.
SILENT_SECONDS = 60
# What was begun so often and never ended is what kills the workers.
MOST_BEGINNINGS = 5
# What is written down then; the desk says it in words.
KILLS = "worker died"

# A job that was asked for "now" has no time of its own: then it is that of the asking.
_DUE = """coalesce(job.scheduled_at, (
    SELECT max(event.at) FROM procrastinate_events event WHERE event.job_id = job.id AND event.type = 'deferred'
))"""


@dataclass(frozen=True)
class Counts:
    """`late`: due for longer than JOBS_LATE_SECONDS and not begun; `failed`: those that nobody gave up."""

    waiting: int
    late: int
    doing: int
    failed: int


class NotPossible(Exception):
    """The job is not in the state that it was seen in."""


def seconds_late() -> float:
    """How long the job has been due that waits longest; 0 when none is. Two looks at indexes, however many wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT coalesce(extract(epoch FROM clock_timestamp() - min(due)), 0)::float FROM (
                SELECT min(scheduled_at) AS due FROM procrastinate_jobs
                WHERE status = 'todo' AND scheduled_at IS NOT NULL
                UNION ALL
                -- Their numbers are in the order of the asking.
                (SELECT {_DUE} FROM procrastinate_jobs job
                 WHERE job.status = 'todo' AND job.scheduled_at IS NULL ORDER BY job.id LIMIT 1)
            ) oldest
            """
        )
        (seconds,) = cursor.fetchone()
    return max(0.0, float(seconds))


def counts() -> Counts:
    """All of it in one query."""
    late = timezone.now() - datetime.timedelta(seconds=settings.JOBS_LATE_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT
                count(*) FILTER (WHERE job.status = 'todo'),
                count(*) FILTER (WHERE job.status = 'todo' AND {_DUE} < %s),
                count(*) FILTER (WHERE job.status = 'doing'),
                count(*) FILTER (WHERE job.status = 'failed' AND NOT EXISTS (
                    SELECT FROM newsroom_jobfailure failure
                    WHERE failure.job = job.id AND failure.given_up_at IS NOT NULL))
            FROM procrastinate_jobs job WHERE job.status IN ('todo', 'doing', 'failed')
            """,
            [late],
        )
        return Counts(*cursor.fetchone())


def failed(most: int) -> list[dict[str, Any]]:
    """Failed jobs that nobody gave up, the newest first: id, task_name, attempts, at, sentence."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT job.id, job.task_name, job.attempts, coalesce(failure.at, (
                SELECT max(event.at) FROM procrastinate_events event
                WHERE event.job_id = job.id AND event.type = 'failed'
            )) AS at, coalesce(failure.sentence, '')
            FROM procrastinate_jobs job LEFT JOIN newsroom_jobfailure failure ON failure.job = job.id
            WHERE job.status = 'failed' AND failure.given_up_at IS NULL
            ORDER BY at DESC NULLS LAST, job.id DESC LIMIT %s
            """,
            [most],
        )
        names = ("id", "task_name", "attempts", "at", "sentence")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def note_failure(job_id: int, error: BaseException) -> None:
    """Write down why it failed this time, in one line and without anybody's secrets."""
    words = " ".join(scrub(str(error)).split())
    sentence = f"{type(error).__name__}: {words}" if words else type(error).__name__
    _write_down(job_id, sentence)


def _write_down(job_id: int, sentence: str) -> None:
    sentence = sentence.replace("\x00", "")[:300]
    JobFailure.objects.update_or_create(
        job=job_id, defaults={"sentence": sentence, "at": timezone.now()}
    )


@transaction.atomic
def try_again(job_id: int) -> None:
    """Have a failed job done once more, now. Raises NotPossible when it is not failed, or waits already."""
    _failed(job_id)
    try:
        with transaction.atomic():
            _retry(job_id)
    except IntegrityError:
        # A queueing lock: two of the kind never wait together.
        raise NotPossible from None
    JobFailure.objects.filter(job=job_id).update(given_up_at=None, given_up_by=None)


@transaction.atomic
def give_up(job_id: int, *, by: Any) -> None:
    """Let a failed job be: it is counted and listed no more. Raises NotPossible when it is not failed."""
    _failed(job_id)
    now = timezone.now()
    failure, _is_new = JobFailure.objects.get_or_create(
        job=job_id, defaults={"sentence": "", "at": now}
    )
    if failure.given_up_at:
        raise NotPossible
    failure.given_up_at, failure.given_up_by = now, by
    failure.save(update_fields=["given_up_at", "given_up_by"])


def _failed(job_id: int) -> None:
    """Lock it, so that two people who press at once do it once."""
    jobs = ProcrastinateJob.objects.select_for_update().filter(pk=job_id, status="failed")
    if not jobs.exists():
        raise NotPossible


def take_from_dead_workers() -> int:
    """Have done again what a worker had begun that died; return how many. Jobs bear being done twice.

    What has been begun MOST_BEGINNINGS times fails: it may be what kills them. One whose like waits already ends, and
    the other does its work.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, attempts FROM ({_stalled()}) stalled",
            {"queue": None, "task_name": None, "seconds_since_heartbeat": SILENT_SECONDS},
        )
        found = cursor.fetchall()
    return sum(_take(job_id, attempts) for job_id, attempts in found)


def _stalled() -> str:
    # What procrastinate's get_stalled_jobs asks, which has no form without asyncio.
    return sql.queries["select_stalled_jobs_by_heartbeat"].strip().rstrip(";")


def _take(job_id: int, attempts: int) -> bool:
    try:
        with transaction.atomic():
            if attempts + 1 < MOST_BEGINNINGS:
                _retry(job_id)
                return True
            _end(job_id, "failed")
            _write_down(job_id, KILLS)
            return False
    except IntegrityError:
        with contextlib.suppress(Error), transaction.atomic():
            _end(job_id, "aborted")
    except Error:
        # It was taken or ended meanwhile.
        pass
    return False


def _end(job_id: int, status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, %s, false)", [job_id, status])


def _retry(job_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.queries["retry_job"],
            {
                "job_id": job_id,
                "retry_at": timezone.now(),
                "new_priority": None,
                "new_queue_name": None,
                "new_lock": None,
            },
        )


def forget_ended() -> int:
    """Delete jobs that ended long ago, with their events; return how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM procrastinate_jobs job
            USING (SELECT job_id, max(at) AS at FROM procrastinate_events GROUP BY job_id) ended
            WHERE ended.job_id = job.id AND (
                job.status IN ('succeeded', 'cancelled', 'aborted') AND ended.at < now() - make_interval(days => %s)
                OR job.status = 'failed' AND ended.at < now() - make_interval(days => %s)
            )
            """,
            [settings.JOBS_KEPT_DAYS, settings.FAILED_JOBS_KEPT_DAYS],
        )
        deleted = int(cursor.rowcount)
        cursor.execute(
            "DELETE FROM newsroom_jobfailure failure"
            " WHERE NOT EXISTS (SELECT FROM procrastinate_jobs job WHERE job.id = failure.job)"
        )
    return deleted
