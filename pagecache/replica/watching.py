"""Whether the replica is there: a thread and a connection in each process that keeps pages.

As the listener does for the primary: a connection that is closed is noticed at once, one that says nothing any more
when a question stays without answer. Then all connections to the replica are cut, so that no page waits in one.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from functools import lru_cache

from django.conf import settings

from ..outage import Link
from ..wire import Lost, Refused, Wire, conninfo
from . import ALIAS

logger = logging.getLogger(__name__)

NAME = "newsroom replica"
BEAT_SECONDS = 0.5
# With the beat before it, what a page waits at most for a server that was stopped in its tracks.
ANSWER_SECONDS = 1.0
CONNECT_SECONDS = 1.0
# How long between two tries, at least and at most: not all processes at the same moment.
PAUSE_SECONDS = (0.1, 0.5)
# After an error of the replica's, nobody reads there for so long.
REST_SECONDS = 5.0

# Down until it was heard of once.
link = Link("replica", is_down=True)


class Watcher:
    """Judges the link to the replica, and counts.

    `read` counts pages by where they were read: "replica"; "primary", since the replica was not ready; and of the first
    those that were rendered "again" from the primary. Plain integers, as in `installed.PageCache`.
    """

    def __init__(self) -> None:
        self.why = "It was not asked yet."
        self.read = dict.fromkeys(("replica", "primary", "again"), 0)
        self._rests_until = float("-inf")
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def ensure_running(self) -> None:
        """Start the thread of this process if it does not run."""
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._stopping.clear()
                self._thread = threading.Thread(target=self._run, name="replica", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread, and wait until it has ended."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def is_usable(self) -> bool:
        """Whether there is any use in asking the replica something."""
        return not link.is_down and time.monotonic() >= self._rests_until

    def rest(self, why: object) -> None:
        """Have nobody read there for a while: whatever is wrong, each page would find it out by itself."""
        if self.is_usable():
            logger.warning("For %d s no page is read from the replica: %s", REST_SECONDS, why)
        self._rests_until = time.monotonic() + REST_SECONDS

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with Wire(conninfo(NAME, ALIAS), CONNECT_SECONDS) as wire:
                    while not self._stopping.is_set():
                        self._look(wire)
                        wire.wait(BEAT_SECONDS)
            except (Lost, Refused) as error:
                self._judge(str(error))
            except Exception as error:
                # Nothing that is wrong with a replica may end the thread that finds out when it is right again.
                self._judge(f"{type(error).__name__}: {error}")
            self._stopping.wait(random.uniform(*PAUSE_SECONDS))

    def _look(self, wire: Wire) -> None:
        ((is_following,),) = wire.ask("SELECT pg_is_in_recovery()", [], ANSWER_SECONDS)
        # One that was promoted has a history of its own from then on.
        self._judge("" if is_following else "it follows no other server")

    def _judge(self, why: str) -> None:
        self.why = why.strip().split("\n", 1)[0]
        link.judge(is_down=bool(why), why=self.why)


@lru_cache(maxsize=1)
def watcher() -> Watcher | None:
    """That of this process; None where there is no replica."""
    return Watcher() if ALIAS in settings.DATABASES else None
