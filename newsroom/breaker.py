"""What does not answer is left alone for a while, so that not everybody waits for it."""

from __future__ import annotations

import logging
import threading
import time

logger = logging.getLogger(__name__)

# Seconds for which nobody asks; then one does, and the others go on without until it was answered.
PAUSE = 5.0


class Breaker:
    """Whether something is worth asking, as this process knows. What changes is logged once.

    Args:
        name: what it is, for the log.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.why = ""
        self._turn = threading.Lock()
        self._again_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether it failed last and has not worked since."""
        return bool(self.why)

    def may_ask(self) -> bool:
        """Whether to ask now. Whoever does says what came of it, by `worked` or `failed`."""
        if not self.why:
            return True
        with self._turn:
            now = time.monotonic()
            if now < self._again_at:
                return False
            self._again_at = now + PAUSE
            return True

    def worked(self) -> None:
        if not self.why:
            return
        with self._turn:
            was_open, self.why = self.is_open, ""
        if was_open:
            logger.warning("%s answers again.", self.name)

    def failed(self, error: BaseException) -> None:
        with self._turn:
            was_open, self.why = self.is_open, str(error) or type(error).__name__
            self._again_at = time.monotonic() + PAUSE
        if not was_open:
            logger.warning("%s does not answer: %s", self.name, self.why)
