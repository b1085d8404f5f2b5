"""A bounded memory that keeps what is asked for again."""

from __future__ import annotations

import threading
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    size: int


V = TypeVar("V", bound=Sized)


class _Place(Generic[V]):
    __slots__ = ("is_seen", "key", "newer", "older", "value")

    def __init__(self, key: str, value: V) -> None:
        self.key, self.value = key, value
        self.is_seen = False
        self.newer: _Place[V] | None = None
        self.older: _Place[V] | None = None


class Memory(Generic[V]):
    """At most so many bytes of values, by key; SIEVE decides what goes (Zhang et al., NSDI 2024).

    A hand goes from the oldest to the newest and takes what nobody has asked for since it last came by. So what is
    read once, as by a crawler in an archive, does not push out what many read, and a look-up moves nothing: it needs
    no lock. `size` of a value is in bytes and may not change; what is larger than an eighth of all is not kept.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._places: dict[str, _Place[V]] = {}
        self._newest: _Place[V] | None = None
        self._oldest: _Place[V] | None = None
        self._hand: _Place[V] | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._places)

    def get(self, key: str) -> V | None:
        place = self._places.get(key)
        if place is None:
            return None
        place.is_seen = True
        return place.value

    def put(self, key: str, value: V) -> None:
        """Keep it, in the place of what is there under this key."""
        with self._lock:
            if (old := self._places.get(key)) is not None:
                was_seen = old.is_seen
                self._take_out(old)
            else:
                was_seen = False
            if value.size > self.limit // 8:
                return
            while self.used + value.size > self.limit and self._oldest is not None:
                self._evict()
            place = _Place(key, value)
            place.is_seen = was_seen
            place.older, self._newest = self._newest, place
            if place.older is not None:
                place.older.newer = place
            else:
                self._oldest = place
            self._places[key] = place
            self.used += value.size

    def drop(self, key: str) -> None:
        with self._lock:
            if (place := self._places.get(key)) is not None:
                self._take_out(place)

    def clear(self) -> None:
        with self._lock:
            self._places = {}
            self._newest = self._oldest = self._hand = None
            self.used = 0

    def _evict(self) -> None:
        place = self._hand or self._oldest
        while place is not None and place.is_seen:
            place.is_seen = False
            place = place.newer or self._oldest
        if place is not None:
            self._hand = place.newer
            self._take_out(place)

    def _take_out(self, place: _Place[V]) -> None:
        if self._hand is place:
            self._hand = place.newer
        if place.newer is not None:
            place.newer.older = place.older
        else:
            self._newest = place.older
        if place.older is not None:
            place.older.newer = place.newer
        else:
            self._oldest = place.newer
        place.newer = place.older = None
        del self._places[place.key]
        self.used -= place.value.size
