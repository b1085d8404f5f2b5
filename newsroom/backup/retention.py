"""Which backups are kept: of the last days, weeks and months that have any, the best of each."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

_PERIODS: tuple[Callable[[datetime.datetime], object], ...] = (
    lambda at: at.date(),
    lambda at: at.isocalendar()[:2],
    lambda at: (at.year, at.month),
)


@dataclass(frozen=True)
class Kept:
    """A backup, as far as it matters here; `is_good`: verified, and no file was missing."""

    name: str
    at: datetime.datetime
    is_good: bool


def kept(
    backups: Iterable[Kept], zone: ZoneInfo, *, daily: int, weekly: int, monthly: int
) -> set[str]:
    """The names of those to keep.

    Periods count only when they have a backup, so that a server which stood still for a month loses nothing. In
    each the newest good one stays, or the newest where none is good. The newest of all, and the newest good one, stay
    whatever the numbers say.
    """
    newest_first = sorted(backups, key=lambda one: (one.at, one.name), reverse=True)
    found = {one.name for one in newest_first[:1]}
    found |= {one.name for one in [one for one in newest_first if one.is_good][:1]}
    for period, most in zip(_PERIODS, (daily, weekly, monthly), strict=True):
        best: dict[object, Kept] = {}
        for one in newest_first:
            of = period(one.at.astimezone(zone))
            if of not in best or (one.is_good and not best[of].is_good):
                best[of] = one
        found |= {one.name for one in list(best.values())[:most]}
    return found
