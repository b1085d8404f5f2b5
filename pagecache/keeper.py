"""Keeps what was rendered while it is true, and has it rendered once when it is not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from . import instant
from .clock import CONFIRMED_SECONDS, Clock
from .memory import Memory
from .recording import FOREVER, current, recording
from .replica.reading import is_good_so_far

# A rendering that takes longer keeps nobody else waiting.
PATIENCE = 10.0
# Nothing is kept longer: the log of notices goes back a day more than that.
KEPT_SECONDS = 7 * 24 * 3600.0
# What claims to be younger than now by more than that was made while the machine's clock was wrong.
CLOCK_SECONDS = 60.0
# Bytes that something kept takes beside its value and its key, about; and for each of its tags.
OVERHEAD, TAG = 600, 100

T = TypeVar("T")


class State(Enum):
    """Of something kept: as good as new; true, but what surrounds it changed; not to be shown."""

    GOOD = "good"
    OLD = "old"
    GONE = "gone"


@dataclass(slots=True)
class Kept(Generic[T]):
    """What was rendered, and what it depends on (`recording.Recording`).

    `position` is how far the log had been read when its rendering began; `size` is in bytes, about; times are in
    seconds since 1970.
    """

    value: T
    hard: frozenset[str]
    soft: frozenset[str]
    position: int
    size: int
    until: float = FOREVER
    ends: float = FOREVER
    made_at: float = 0.0
    # The mark of the clock under which it was last looked at, and whether its soft tags held then: together, since
    # several threads look at once.
    looked: tuple[int, bool] = (-1, True)
    # When time alone makes it old.
    best_before: float = field(init=False)

    def __post_init__(self) -> None:
        self.best_before = min(self.until, self.ends, self.made_at + KEPT_SECONDS)


class Disk(Protocol):
    """What outlives a process, and is shared by those of a machine (`pagecache.disk`)."""

    def get(self, key: str) -> Kept[Any] | None: ...

    def put(self, key: str, kept: Kept[Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class Rendered(Generic[T]):
    """What is handed out, and how it came about: "hit" (from memory), "old", "disk" or "made"."""

    kept: Kept[T]
    how: str


class Keeper:
    """One level of keeping, for pages or for their parts.

    Args:
        clock: what this process has heard.
        limit: bytes of memory for values.
        disk: the second level, if any.
        now: seconds since 1970; another one in tests.
        confirm: reads the log now, on whatever thread; whether it could be read. Asked when nothing was heard for a
            while though the database is there, as when a busy machine has kept the listener from its turn.
        is_exact: what is old is never handed out, not even while it is made anew: for parts, which a page that is
            rendered after a notice must not take from before it.
    """

    def __init__(
        self,
        clock: Clock,
        limit: int,
        disk: Disk | None = None,
        now: Callable[[], float] = instant.seconds,
        *,
        confirm: Callable[[], bool] = lambda: False,
        is_exact: bool = False,
    ) -> None:
        self.clock = clock
        self.confirm = confirm
        self.is_exact = is_exact
        self.memory: Memory[Kept[Any]] = Memory(limit)
        self.disk = disk
        self.now = now
        self._flights: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def state_of(self, kept: Kept[Any]) -> State:
        """What may be done with it, as far as this process has heard."""
        now = self.now()
        if now >= kept.ends or not -CLOCK_SECONDS <= now - kept.made_at < KEPT_SECONDS:
            return State.GONE
        mark = self.clock.mark
        looked, is_fresh = kept.looked
        if looked != mark:
            if not self.clock.is_true(kept.hard, kept.position):
                return State.GONE
            is_fresh = self.clock.is_true(kept.soft, kept.position)
            kept.looked = mark, is_fresh
        return State.GOOD if is_fresh and now < kept.until else State.OLD

    def good(self, key: str) -> Any | None:
        """The kept value when it is as good as new and this process hears; the fast way, without a lock."""
        kept = self.memory.get(key)
        if kept is None or not self.clock.is_heard(CONFIRMED_SECONDS):
            return None
        # As most often: it was looked at since the last notice.
        if kept.looked == (self.clock.mark, True):
            return kept.value if self.now() < kept.best_before else None
        return kept.value if self.state_of(kept) is State.GOOD else None

    def fetch(
        self, key: str, make: Callable[[], tuple[T, int]], *, is_small: bool = False
    ) -> Rendered[T]:
        """What is under `key`, kept or made.

        Args:
            make: renders it inside a recording; returns the value and its size in bytes. What it notes
                decides whether the value is kept.
            is_small: it stays in memory: there are so many of its kind that pages would wait for their turn on disk.

        One thread makes it, and those who come meanwhile get the old value if there is one that may be shown, or
        wait. Raises what `make` raises.
        """
        if not self.clock.is_heard(CONFIRMED_SECONDS) and not self.confirm():
            # Nothing that is kept can be trusted, nor what would be kept now.
            return Rendered(self._make(key, make, None, is_heard=False), "made")
        disk = None if is_small else self.disk
        kept, how = self._find(key, disk, self.clock.position)
        if kept is not None and self.state_of(kept) is State.GOOD:
            return Rendered(kept, how)
        with self._lock:
            flight = self._flights.get(key)
            if flight is None:
                mine = self._flights[key] = threading.Event()
        if flight is None:
            try:
                # Another flight may have landed since the look above.
                if (found := self._landed(key)) is not None:
                    return Rendered(found, "hit")
                return Rendered(self._make(key, make, disk), "made")
            finally:
                with self._lock:
                    del self._flights[key]
                mine.set()
        if kept is not None and not self.is_exact:
            return Rendered(kept, "old")
        flight.wait(PATIENCE)
        if (found := self._landed(key)) is not None:
            return Rendered(found, "hit")
        # It was not to be kept, or failed, or is old already: no use in waiting again.
        return Rendered(self._make(key, make, disk), "made")

    def _landed(self, key: str) -> Kept[Any] | None:
        found = self.memory.get(key)
        if found is not None and self.state_of(found) is State.GOOD:
            return found
        return None

    def unconfirmed(self, key: str) -> Any | None:
        """The kept value of which nothing was heard that ends it, for when the database cannot be asked."""
        kept, _how = self._find(key, self.disk)
        return None if kept is None else kept.value

    def _find(
        self, key: str, disk: Disk | None, up_to: float = FOREVER
    ) -> tuple[Kept[Any] | None, str]:
        # While the log is heard, nothing from beyond its end: that was kept of another database.
        kept = self.memory.get(key)
        if kept is not None:
            if self.state_of(kept) is not State.GONE:
                return kept, "hit"
            self.memory.drop(key)
        kept = disk.get(key) if disk is not None else None
        if kept is not None and kept.position <= up_to and self.state_of(kept) is not State.GONE:
            self.memory.put(key, kept)
            return kept, "disk"
        return None, ""

    def _make(
        self,
        key: str,
        make: Callable[[], tuple[T, int]],
        disk: Disk | None,
        *,
        is_heard: bool = True,
    ) -> Kept[T]:
        # A part may show what the page around it had read before: it is as old as that page.
        around = current()
        position = self.clock.position if around is None else around.position
        with recording(self.now() if around is None else around.began.timestamp()) as noted:
            noted.position = position
            noted.is_for_replica = is_heard
            value, size = make()
        kept = Kept(
            value=value,
            hard=frozenset(noted.hard),
            soft=frozenset(noted.soft - noted.hard),
            position=position,
            size=size + len(key) + OVERHEAD + TAG * (len(noted.hard) + len(noted.soft)),
            until=noted.until,
            ends=noted.ends,
            made_at=self.now(),
        )
        # Unless it changed while it was rendered, or the database became another one. Of a part it is known already
        # whether the page around it will be rendered again.
        is_of_this_log = position <= self.clock.position and is_good_so_far()
        if noted.is_kept and is_heard and is_of_this_log and self.state_of(kept) is State.GOOD:
            self.memory.put(key, kept)
            if disk is not None:
                disk.put(key, kept)
        return kept
