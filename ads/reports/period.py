"""From which day to which a report goes, in whole days of the publication's zone."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Flight
from ..snapshot import midnight

# Three years: longer than anything is sold for, and short enough for one page.
MOST_DAYS = 1100
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadPeriod(ValueError):
    """Days that cannot be reported on; `str()` says why, for the person who asked."""


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included."""

    first: datetime.date
    last: datetime.date

    @property
    def start(self) -> datetime.datetime:
        """The instant at which its first day begins."""
        return midnight(self.first)

    @property
    def end(self) -> datetime.datetime:
        """The instant at which its last day is over."""
        return midnight(self.last + datetime.timedelta(days=1))

    @property
    def days(self) -> list[datetime.date]:
        number = (self.last - self.first).days + 1
        return [self.first + datetime.timedelta(days=step) for step in range(number)]


def of_flights(flights: Iterable[Flight]) -> Period:
    """From their first day to their last, not beyond today; today alone when there are none."""
    today = timezone.localdate()
    rows = list(flights)
    first = min((row.first_day for row in rows), default=today)
    last = max((row.last_day or today for row in rows), default=today)
    last = min(last, max(first, today))
    first = max(first, last - datetime.timedelta(days=MOST_DAYS - 1))
    return Period(first, last)


def read(first: str, last: str, default: Period) -> Period:
    """The period that was typed as two dates; what is empty is taken from the default.

    Raises BadPeriod.
    """
    begin = _day(first) if first else default.first
    end = _day(last) if last else max(default.last, begin)
    if end < begin:
        raise BadPeriod(_("The last day lies before the first."))
    if (end - begin).days >= MOST_DAYS:
        raise BadPeriod(_("A report goes over three years at most."))
    return Period(begin, end)


def _day(text: str) -> datetime.date:
    try:
        # `fromisoformat` knows weeks and shorter forms too.
        day = datetime.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2200:
        raise BadPeriod(_("“%(text)s” is no day; write it as 2026-11-26.") % {"text": text[:40]})
    return day
