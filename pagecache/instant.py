"""What time it is, also on a machine whose clock is wrong: the database's clock is the one that counts.

What comes out when is written by many machines and read by many more. One that is an hour ahead would show what nobody
may see yet, and one that is behind would hold back what is public. The database has one clock, and it is heard of while
the log is read anyway; in between, time passes by `time.monotonic()`, which nobody sets.
"""

from __future__ import annotations

import contextlib
import datetime
import logging
import time

from django.db import Error, connection
from django.utils import timezone

from .notices import TIME

logger = logging.getLogger(__name__)

# Clocks that are kept by NTP differ by milliseconds, and what is heard is late by as much as the way takes. A clock that
# differs by less is believed.
TOLERATED_SECONDS = 5.0
# What was heard so long ago says nothing any more: time.monotonic() stands still while a machine sleeps.
KNOWN_SECONDS = 3600.0
# What asks for itself asks so often.
ASKED_SECONDS = 60.0


class Moment:
    """The time, as the database says it where this machine's clock is wrong."""

    def __init__(self) -> None:
        # When the database was heard (time.monotonic()), and what time it said; together.
        self._heard: tuple[float, float] | None = None
        self._is_wrong = False

    def hear(self, told: float, asked_at: float) -> None:
        """Take in what time it is by the database.

        Args:
            told: seconds since 1970.
            asked_at: when it was asked (time.monotonic()); what took long to answer is not believed.
        """
        answered_at = time.monotonic()
        if answered_at - asked_at < TOLERATED_SECONDS / 2:
            self._heard = answered_at, told
            self._say(self.ahead)

    def forget(self) -> None:
        """Go by this machine's clock alone."""
        self._heard = None

    @property
    def is_due(self) -> bool:
        """Whether it is time to ask again."""
        return self._heard is None or time.monotonic() - self._heard[0] > ASKED_SECONDS

    @property
    def ahead(self) -> float:
        """Seconds by which this machine's clock is ahead, less than zero when it is behind; 0 when it is right."""
        if self._heard is None:
            return 0.0
        heard_at, told = self._heard
        passed = time.monotonic() - heard_at
        if passed > KNOWN_SECONDS:
            return 0.0
        ahead = time.time() - (told + passed)
        return ahead if abs(ahead) > TOLERATED_SECONDS else 0.0

    def _say(self, ahead: float) -> None:
        if bool(ahead) == self._is_wrong:
            return
        self._is_wrong = bool(ahead)
        if ahead:
            logger.error(
                "This machine's clock is %.0f s %s the database's, which is gone by: set it, and keep it by NTP.",
                abs(ahead),
                "ahead of" if ahead > 0 else "behind",
            )
        else:
            logger.warning("This machine's clock agrees with the database's again.")


moment = Moment()


def now() -> datetime.datetime:
    """What time it is, in UTC."""
    return timezone.now() - datetime.timedelta(seconds=moment.ahead)


def seconds() -> float:
    """What time it is, in seconds since 1970."""
    return time.time() - moment.ahead


def ask_if_unknown() -> None:
    """Ask the database on this thread's connection, where no listener asks it, as in a job; not more than once a minute."""
    if moment.is_due:
        asked_at = time.monotonic()
        # While it is away, what was heard last is gone by.
        with contextlib.suppress(Error), connection.cursor() as cursor:
            cursor.execute(TIME)
            (told,) = cursor.fetchone()
            moment.hear(told, asked_at)
