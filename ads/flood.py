"""How much one address may send: counted in the memory of each process, for the current minute only."""

from __future__ import annotations

import ipaddress
import threading

# A page view sends two or three requests; a carrier puts many readers behind one address.
FLOOD_PER_MINUTE = 600
# Views of one creative: whoever makes them up wants many of the same.
SAME_PER_MINUTE = 120
# Addresses of one minute that are told apart; whoever comes after them is let through.
MOST_ADDRESSES = 50_000


class Flood:
    """Counts requests by address.

    Refused ones are handed over for writing at most once a second: otherwise a flood would become
    one of the database, all on one row.
    """

    def __init__(self, per_minute: int = FLOOD_PER_MINUTE) -> None:
        self._per_minute = per_minute
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[str, int] = {}
        self._unwritten = 0
        self._written_at = 0.0

    def is_over(self, address: str, now: float, what: int | None = None) -> bool:
        """Count a request, or a view of `what`; whether it is one too many. An unknown address ("") never is."""
        source = _source(address)
        if not source:
            return False
        if what is not None:
            source = f"{source} {what}"
        with self._lock:
            minute = int(now // 60)
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            count = self._counts.get(source, 0)
            if not count and len(self._counts) >= MOST_ADDRESSES:
                return False
            self._counts[source] = count + 1
            if count < self._per_minute:
                return False
            self._unwritten += 1
            return True

    def to_write(self, now: float) -> int:
        """How many refusals to count now: those not written yet, or 0 while the last second is not over."""
        with self._lock:
            if not self._unwritten or 0 <= now - self._written_at < 1:
                return 0
            count, self._unwritten, self._written_at = self._unwritten, 0, now
            return count

    def forget(self) -> None:
        """Begin anew, as a new process does."""
        with self._lock:
            self._counts, self._unwritten, self._written_at = {}, 0, 0.0


def _source(address: str) -> str:
    """An address of IPv4, or the network of IPv6 that one connection has: /64."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return parsed.exploded[:19]


flood = Flood()
same = Flood(SAME_PER_MINUTE)
