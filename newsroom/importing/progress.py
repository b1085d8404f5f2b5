"""How far an import or export is: a bar on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import time
from typing import IO

from django.utils.translation import gettext as _

BAR_WIDTH = 30
SECONDS_BETWEEN_DRAWINGS = 0.1
ITEMS_BETWEEN_LINES = 1000


class Progress:
    """Shows `done` of `total`, in any unit, and the number of items passed."""

    def __init__(self, out: IO[str], total: int) -> None:
        self._out = out
        self._total = max(total, 1)
        self._is_terminal = bool(getattr(out, "isatty", lambda: False)())
        self._items = 0
        self._drawn_at = 0.0
        self._is_dirty = False

    def step(self, done: int) -> None:
        """One more item has passed, and `done` of the total with it."""
        self._items += 1
        if self._is_terminal:
            now = time.monotonic()
            if now - self._drawn_at >= SECONDS_BETWEEN_DRAWINGS:
                self._drawn_at = now
                self._draw(done)
        elif self._items % ITEMS_BETWEEN_LINES == 0:
            self._out.write(self._sentence(done) + "\n")
            self._out.flush()

    def finish(self) -> None:
        """Take the bar away, so that the report stands alone."""
        if self._is_dirty:
            self._out.write("\r\x1b[K")
            self._out.flush()

    def _draw(self, done: int) -> None:
        filled = min(BAR_WIDTH, BAR_WIDTH * done // self._total)
        bar = "█" * filled + "░" * (BAR_WIDTH - filled)
        self._out.write(f"\r\x1b[K{bar} {self._sentence(done)}")
        self._out.flush()
        self._is_dirty = True

    def _sentence(self, done: int) -> str:
        percent = min(100, 100 * done // self._total)
        return _("%(percent)d %%, %(items)d items") % {"percent": percent, "items": self._items}
