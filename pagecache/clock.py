"""What was noticed last, by tag: whether something that was rendered then is still true."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping

EVERYTHING = "*"
# After so many seconds without word from the database nothing is confirmed any more.
CONFIRMED_SECONDS = 2.0


class Clock:
    """How far this process has read the log, and where in it each tag was noticed last.

    Positions only grow. Questions are looks at a dictionary and need no lock; who tells takes turns. `heard_at` is when
    the database was last asked whether there is more, and answered (`time.monotonic()`): what was committed since may
    not be known.
    """

    def __init__(self) -> None:
        self.position = 0
        # Another number whenever something was told: what was looked at under this one needs no second look.
        self.mark = 0
        self.heard_at = float("-inf")
        self._noticed: dict[str, int] = {}
        self._telling = threading.Lock()
        # Whatever was rendered before this is old: everything was noticed here.
        self._floor = 0

    def hear(
        self, notices: Iterable[tuple[int, Iterable[str]]], asked_at: float | None = None
    ) -> list[str]:
        """Take in notices in the order of their positions; returns their tags.

        A tag is marked before the position moves on, so that nobody who sees the new position misses the tag.

        Args:
            asked_at: when the log was asked (`time.monotonic()`); now, for who tells at once.
        """
        heard: list[str] = []
        with self._telling:
            for position, tags in notices:
                heard += tags
                if position <= self.position:
                    # Another thread was told of it first.
                    continue
                for tag in tags:
                    if tag == EVERYTHING:
                        self._floor = position
                        self._noticed = {}
                    else:
                        self._noticed[tag] = position
                self.position = position
                self.mark += 1
            self.heard_at = time.monotonic() if asked_at is None else asked_at
        return heard

    def start(
        self,
        position: int,
        noticed: Mapping[str, int],
        floor: int = 0,
        asked_at: float | None = None,
    ) -> None:
        """Begin with what the log holds: its last position, the last one of each tag, and that of everything."""
        with self._telling:
            self._noticed = dict(noticed)
            self._floor = floor
            self.position = position
            self.mark += 1
            self.heard_at = time.monotonic() if asked_at is None else asked_at

    def is_true(self, tags: Iterable[str], position: int) -> bool:
        """Whether nothing of `tags` was noticed after `position`, as far as this process has heard.

        What claims to come from a later position than any that was heard was made by a process that hears more: it
        is true as well as anybody here can tell. The tags may be noticed in between; then it is asked again.
        """
        if position < self._floor:
            return False
        last = self._noticed.get
        return all(last(tag, 0) <= position for tag in tags)

    def is_heard(self, seconds: float) -> bool:
        """Whether the database was heard within that time."""
        return time.monotonic() - self.heard_at < seconds
