"""Readers who look again and again, and note when what they see changes."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

# Seconds between two looks of one reader. Nine look at once, at pages that are not there yet and so never kept: more
# often, and they would wait for each other.
PAUSE = 0.04


@dataclass
class Reader:
    """Looks at one address of one server until told to stop.

    `seen` holds (when it was asked, when it was answered, status, body holds the mark), times by time.monotonic().
    """

    name: str
    port: int
    path: str
    mark: bytes
    seen: list[tuple[float, float, int, bool]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        while not self._over.is_set():
            asked = time.monotonic()
            try:
                connection.request("GET", self.path)
                response = connection.getresponse()
                body = response.read()
                look = (asked, time.monotonic(), response.status, self.mark in body)
            except (OSError, http.client.HTTPException):
                connection.close()
                look = (asked, time.monotonic(), 0, False)
            self.seen.append(look)
            self._over.wait(PAUSE)
        connection.close()


def until(readers: list[Reader], is_done: Callable[[Reader], bool], patience: float) -> bool:
    """Wait until all have seen it; False when patience ran out."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if all(is_done(reader) for reader in readers):
            return True
        time.sleep(0.01)
    return False
