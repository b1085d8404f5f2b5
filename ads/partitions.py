"""A table of events for each day: made ahead, made in need, and dropped whole."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

# Two nights may pass without the job, and the third day still has its table.
DAYS_AHEAD = 3

_NAME = re.compile(r"ads_event_([0-9]{4})([0-9]{2})([0-9]{2})")
_ALL = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'ads_event'::regclass"


def make(days: Iterable[datetime.date]) -> None:
    """See to it that these days have a table; others may do the same at the same moment."""
    with connection.cursor() as cursor:
        for day in sorted(set(days)):
            cursor.execute("SELECT ads_make_partition(%s)", [day])


def make_ahead(today: datetime.date | None = None) -> None:
    """Today's (of the publication's zone) and the next DAYS_AHEAD days' tables."""
    first = today or timezone.localdate()
    make(first + datetime.timedelta(days=number) for number in range(DAYS_AHEAD + 1))


def days() -> list[datetime.date]:
    """The days that have a table, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL)
        names = [name for (name,) in cursor.fetchall()]
    found = [_NAME.search(name) for name in names]
    return sorted(datetime.date(*map(int, match.groups())) for match in found if match)


def drop(day: datetime.date) -> None:
    """Drop a day's table with all that is in it. Whoever calls has seen to its figures.

    It needs the whole of `ads_event` for a moment; when it does not get it within some seconds it
    raises OperationalError rather than letting every reader wait.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute(f"DROP TABLE IF EXISTS ads_event_{day:%Y%m%d}")
