"""The times in exports, which come as local time, as Greenwich time, as both or as neither."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

_MARGIN = datetime.timedelta(days=2)
_FIRST = datetime.datetime(1900, 1, 1)
_LAST = datetime.datetime(9999, 1, 1)


@dataclass(slots=True, frozen=True)
class Moment:
    """A time as the export gives it: `local` on the site's clock, `utc`, either may be missing."""

    local: datetime.datetime | None = None
    utc: datetime.datetime | None = None

    def __bool__(self) -> bool:
        return self.local is not None or self.utc is not None

    def at(self, zone: datetime.tzinfo) -> datetime.datetime | None:
        """The instant; `zone` is the site's clock, used when only local time is known."""
        if self.utc is not None:
            return self.utc.replace(tzinfo=datetime.UTC)
        if self.local is not None:
            return self.local.replace(tzinfo=zone).astimezone(datetime.UTC)
        return None

    @property
    def offset(self) -> datetime.timedelta | None:
        """How far the site's clock was from Greenwich, in whole quarters of an hour."""
        if self.local is None or self.utc is None:
            return None
        quarters = round((self.local - self.utc) / datetime.timedelta(minutes=15))
        offset = quarters * datetime.timedelta(minutes=15)
        return offset if abs(offset) <= datetime.timedelta(hours=14) else None


class SiteClock:
    """Learns the site's zone from the items that carry both times."""

    def __init__(self, named: datetime.tzinfo | None, otherwise: datetime.tzinfo) -> None:
        self._named = named
        self._otherwise = otherwise
        self._offsets: Counter[datetime.timedelta] = Counter()

    def observe(self, moment: Moment) -> None:
        if moment.offset is not None:
            self._offsets[moment.offset] += 1

    @property
    def zone(self) -> datetime.tzinfo:
        """The zone that was named; else the commonest offset; else the publication's zone."""
        if self._named is not None:
            return self._named
        if self._offsets:
            return datetime.timezone(self._offsets.most_common(1)[0][0])
        return self._otherwise


def moment(local: str, utc: str, rfc822: str = "") -> Moment:
    """Read the three ways in which WordPress writes one time; zeros and nonsense are no time."""
    parsed = Moment(_plain(local), _plain(utc))
    return parsed if parsed else Moment(utc=_rfc822(rfc822))


def iso_moment(text: str) -> Moment:
    """Read an Atom time, which carries its own offset."""
    try:
        parsed = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return Moment()
    if parsed.tzinfo is None:
        return Moment(local=_within(parsed))
    return Moment(utc=_within(_to_utc(parsed)))


def _plain(text: str) -> datetime.datetime | None:
    try:
        parsed = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return _within(_to_utc(parsed) if parsed.tzinfo else parsed)


def _rfc822(text: str) -> datetime.datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _within(_to_utc(parsed) if parsed.tzinfo else parsed)


def _to_utc(parsed: datetime.datetime) -> datetime.datetime | None:
    try:
        return parsed.astimezone(datetime.UTC).replace(tzinfo=None)
    except OverflowError:
        return None


def _within(parsed: datetime.datetime | None) -> datetime.datetime | None:
    """Years like 0001 stand for no time at all, and would not survive a change of zone."""
    if parsed is None or not _FIRST <= parsed <= _LAST - _MARGIN:
        return None
    return parsed
