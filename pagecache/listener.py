"""Hears what changed, and whether the database is there: one thread and one connection in each process.

A connection that is closed is noticed at once. One that says nothing any more, since every process of the server was
stopped or the network swallows what is sent, counts as lost when a question stays without answer for ANSWER_SECONDS,
so less than CONFIRMED_SECONDS after the last word.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable

from django.db import Error, connection, transaction

from . import instant
from .clock import CONFIRMED_SECONDS, EVERYTHING, Clock
from .disk import SharedDisk
from .keeper import KEPT_SECONDS
from .notices import BEGINNING, CHANNEL, LAST, SINCE, TIME, Notices
from .outage import is_lost_connection, link
from .wire import Lost, Refused, Silent, Wire, conninfo

logger = logging.getLogger(__name__)

NAME = "newsroom pages"
# Without a notice the log is looked at so often, which also tells that the database is there.
BEAT_SECONDS = 0.5
ANSWER_SECONDS = 1.3
LOCK_MILLISECONDS = 700
CONNECT_SECONDS = 1.5
# To read the log from its beginning takes longer.
BEGIN_SECONDS = 20.0
# How long between two tries, at least and at most: not all processes at the same moment.
PAUSE_SECONDS = (0.1, 0.5)
# How often it is asked what time it is.
TIME_SECONDS = 10.0
# Who asks while the first word is still to come waits for it so long.
FIRST_WORD_SECONDS = 2.0


class Listener:
    """Keeps a clock, and what this machine remembers, up with the log of the database.

    Args:
        clock: is told all notices, and that there are none.
        disk: is told them before the clock.
        forget: called when nothing that was kept is worth anything: the database is another one, or it was away for
            longer than its log goes back.
    """

    def __init__(
        self, clock: Clock, disk: SharedDisk | None, forget: Callable[[], None] = lambda: None
    ) -> None:
        self.clock = clock
        self.disk = disk
        self.forget = forget
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._confirming = threading.Lock()
        self._telling = threading.Lock()
        self._word = threading.Condition()
        self._stopping = threading.Event()
        self._has_begun = False
        # The server is there, and its log cannot be read: before a migration, on a server that only follows another.
        self._is_deaf = False
        self._heard_at = 0.0
        self._untold: list[tuple[int, list[str]]] = []

    def ensure_running(self) -> None:
        """Start the thread of this process if it does not run; what the disk remembers is known before."""
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                if not self._has_begun:
                    self._remember()
                self._stopping.clear()
                self._thread = threading.Thread(target=self._run, name="pagecache", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread, and wait until it has ended."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def confirm(self) -> bool:
        """Whether the log was read to its end just now; asked when nothing was heard for a while.

        A thread that got no turn is no outage: then who asks reads the log, on its own connection. A process that has
        just begun waits for the first word.
        """
        if not self._has_begun:
            with self._word:
                self._word.wait_for(self._is_settled, FIRST_WORD_SECONDS)
            return self.clock.is_heard(CONFIRMED_SECONDS)
        if not self._confirming.acquire(timeout=FIRST_WORD_SECONDS):
            return False
        try:
            if self.clock.is_heard(CONFIRMED_SECONDS):
                return True
            return not (link.is_down or self._is_deaf) and self._confirm_now()
        except Error:
            return False
        finally:
            self._confirming.release()

    def _confirm_now(self) -> bool:
        asked_at = time.monotonic()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
            cursor.execute(LAST)
            if cursor.fetchone()[0] < self.clock.position:
                # Another database; the listener will see to it.
                return False
            cursor.execute(SINCE.replace("$1", "%s"), [self.clock.position])
            self._hear(cursor.fetchall(), asked_at)
        return True

    def _is_settled(self) -> bool:
        return self._has_begun or self._is_deaf or link.is_down

    def _run(self) -> None:
        address = ""
        while not self._stopping.is_set():
            try:
                # With the embedded server this starts it, which may take long; so not before it is known to be away.
                address = address or _conninfo()
                with Wire(address, CONNECT_SECONDS) as wire:
                    self._begin(wire)
                    self._say(is_down=False)
                    self._follow(wire)
                return
            except Silent as error:
                self._say(is_down=True, why=str(error))
            except Lost as error:
                if not link.is_down and self.clock.is_heard(CONFIRMED_SECONDS):
                    # Perhaps just this connection was closed: once more, at once. It will not be heard before.
                    self.clock.heard_at = float("-inf")
                    continue
                self._say(is_down=True, why=str(error))
            except Exception as error:
                if is_lost_connection(error):
                    self._say(is_down=True, why=str(error))
                else:
                    self._be_deaf(error)
            address = ""
            self._stopping.wait(random.uniform(*PAUSE_SECONDS))

    def _follow(self, wire: Wire) -> None:
        timed_at = time.monotonic()
        while not self._stopping.is_set():
            wire.wait(BEAT_SECONDS)
            asked_at = time.monotonic()
            if asked_at > timed_at + TIME_SECONDS:
                timed_at = asked_at
                self._ask_time(wire)
            self._hear(wire.ask(SINCE, [str(self.clock.position)], ANSWER_SECONDS), asked_at)

    @staticmethod
    def _ask_time(wire: Wire) -> None:
        asked_at = time.monotonic()
        for (told,) in wire.ask(TIME, [], ANSWER_SECONDS):
            instant.moment.hear(told, asked_at)

    def _remember(self) -> None:
        """Know what this machine knew; it is not confirmed by anybody."""
        noticed = dict(self.disk.noticed()) if self.disk is not None else {}
        self._start(noticed, float("-inf"))

    def _start(self, noticed: dict[str, int], asked_at: float) -> None:
        position = max(noticed.values(), default=0)
        floor = noticed.pop(EVERYTHING, 0)
        self.clock.start(position, noticed, floor, asked_at)

    def _begin(self, wire: Wire) -> None:
        # Who waits for a lock on the log, as during a migration, is refused and not taken for silent.
        wire.ask(f"SET lock_timeout = {LOCK_MILLISECONDS}", [], ANSWER_SECONDS)
        wire.ask(f"LISTEN {CHANNEL}", [], ANSWER_SECONDS)
        self._ask_time(wire)
        ((last,),) = wire.ask(LAST, [], ANSWER_SECONDS)
        is_another = last < self.clock.position
        if is_another or (self._has_begun and time.time() - self._heard_at > KEPT_SECONDS):
            logger.warning("Nothing that was kept can be trusted: all pages are rendered anew.")
            self._has_begun = False
            if self.disk is not None:
                self.disk.clear()
            self._start({}, float("-inf"))
            self._untold = []
            self.forget()
        if self._has_begun:
            asked_at = time.monotonic()
            self._hear(self._notices(wire, self.clock.position), asked_at)
            return
        # From the beginning of the log on, also what the disk should know: a file can have holes.
        remembered = dict(self.disk.noticed()) if self.disk is not None else {}
        asked_at = time.monotonic()
        notices = self._notices(wire, 0)
        new = [
            (position, [tag for tag in tags if remembered.get(tag, 0) < position])
            for position, tags in notices
        ]
        self._tell_disk([(position, tags) for position, tags in new if tags])
        for position, tags in notices:
            for tag in tags:
                remembered[tag] = max(position, remembered.get(tag, 0))
        self._start(remembered, asked_at)
        self._has_begun = True
        self._note_word()

    def _notices(self, wire: Wire, position: int) -> list[tuple[int, list[str]]]:
        """What was noticed after a position, each tag once and the last time: all that a clock needs to know."""
        rows = wire.ask(BEGINNING, [str(position)], BEGIN_SECONDS)
        return [(last, tags) for last, tags in rows]

    def _hear(self, notices: Notices, asked_at: float | None = None) -> None:
        self._tell_disk(notices)
        self.clock.hear(notices, asked_at)
        self._note_word()

    def _note_word(self) -> None:
        self._heard_at = time.time()
        self._is_deaf = False
        with self._word:
            self._word.notify_all()

    def _tell_disk(self, notices: Iterable[tuple[int, Iterable[str]]]) -> None:
        """Before the clock: what readers of this process are not shown any more, no other process may show later.

        What the file could not take is told again with the next word.
        """
        if self.disk is None:
            return
        # The listener's thread and those that confirm.
        with self._telling:
            self._untold += [(position, list(tags)) for position, tags in notices]
            if self._untold and self.disk.hear(self._untold):
                self._untold = []

    def _say(self, *, is_down: bool, why: str = "") -> None:
        link.judge(is_down=is_down, why=why)
        with self._word:
            self._word.notify_all()

    def _be_deaf(self, error: Exception) -> None:
        if not self._is_deaf:
            expected = isinstance(error, Refused)
            logger.warning("The log of changes cannot be read: %s", error, exc_info=not expected)
        self._is_deaf = True
        # Whoever refuses is there.
        self._say(is_down=False)


def _conninfo() -> str:
    return conninfo(NAME)
