"""What surrounds every job: its number in the log, and why it failed, for the desk."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from django.db import Error

from pagecache import instant

from . import logs

logger = logging.getLogger(__name__)


async def name_job(call_next: Callable[[], Awaitable[Any]], context: Any, worker: Any) -> Any:
    """Let log lines of the job, and the worker's own about how it ended, carry its number.

    It is not taken back: each job has a context of its own, and the line about its end is written after this.
    """
    logs.unit.set(("job_id", str(context.job.id)))
    return await call_next()


def note_failure(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Write down why a job failed, which procrastinate does not; the failure goes on as it came.

    What it does when goes by the database's clock, of which a worker hears here.
    """
    try:
        instant.ask_if_unknown()
        return call_next()
    except Exception as error:
        from . import jobs  # models, which are not there when the settings name this function

        # The database may be what failed.
        with contextlib.suppress(Error):
            jobs.note_failure(context.job.id, error)
        raise
