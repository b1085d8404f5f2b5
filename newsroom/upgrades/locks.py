"""How a migration waits for its locks: never for long, and again and again.

Whoever waits for a table's strongest lock keeps everybody who comes later waiting too, also those who only read. So it
gives up after LOCK_SECONDS, lets them through, and tries again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

LOCK_SECONDS = 2
# Together some five minutes, if nobody lets go.
TRIES = 30
PAUSE = 0.5
LONGEST_PAUSE = 10.0
# Somebody else has it; two wait for one another, and PostgreSQL has ended one of them.
BUSY = {"55P03", "40P01"}


def patiently(
    connection: BaseDatabaseWrapper, work: Callable[[], object], say: Callable[[str], object]
) -> None:
    """Do that work, again for as long as somebody holds a lock that it needs.

    Args:
        work: may be done again after it failed; each migration is applied whole or not at all.
        say: hears one sentence for each time that it has to wait.

    Raises CommandError when it was tried TRIES times, and whatever else `work` raises.
    """
    pause = PAUSE
    for left in reversed(range(TRIES)):
        try:
            with limited(connection):
                work()
            return
        except OperationalError as error:
            if not is_busy(error):
                raise
            if not left:
                raise CommandError(
                    _(
                        "Somebody holds a lock that the migration needs, for too long: %(error)s What was applied"
                        " before stays; run it again."
                    )
                    % {"error": _first_line(error)}
                ) from error
            say(
                _(
                    "A lock is held by somebody else; others go first, and it is tried again in %(seconds).1f s."
                )
                % {"seconds": pause}
            )
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def is_busy(error: BaseException) -> bool:
    return getattr(error.__cause__ or error, "sqlstate", None) in BUSY


@contextmanager
def limited(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Within it no statement of this connection waits for a lock for longer than LOCK_SECONDS.

    But for CONCURRENTLY: that keeps nobody waiting, and given up it leaves half an index behind.
    """
    connection.ensure_connection()
    _limit(connection, LOCK_SECONDS)
    try:
        with connection.execute_wrapper(_without_limit_for_concurrent):
            yield
    finally:
        # A connection that is lost, or whose transaction has failed, forgets it by itself.
        if connection.is_usable():
            _limit(connection, 0)


def _without_limit_for_concurrent(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    if "CONCURRENTLY" not in str(sql):
        return execute(sql, params, many, context)
    connection = context["connection"]
    _limit(connection, 0)
    try:
        return execute(sql, params, many, context)
    finally:
        _limit(connection, LOCK_SECONDS)


def _limit(connection: BaseDatabaseWrapper, seconds: float) -> None:
    # Past the wrappers, which would ask again.
    connection.connection.execute(f"SET lock_timeout = '{int(seconds * 1000)}ms'")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0].rstrip(".") + "."
