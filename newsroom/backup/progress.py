"""What goes on, for a person who waits: a bar in its place on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import time
from typing import Any

from django.utils.translation import gettext as _

SECONDS_BETWEEN = 0.2
SECONDS_BETWEEN_LINES = 30
WIDTH = 24


class Progress:
    """One step after the other; `out` is written to, and nothing is said when it is None."""

    def __init__(self, out: Any = None, *, is_terminal: bool = False) -> None:
        self._out = out
        self._is_terminal = is_terminal
        self._what = ""
        self._said_at = 0.0

    def step(self, what: str, done: int = 0, whole: int | None = None, detail: str = "") -> None:
        """Say what goes on: `done` of `whole`, or no more than that where the whole is not known; and `detail`."""
        now = time.monotonic()
        pause = SECONDS_BETWEEN if self._is_terminal else SECONDS_BETWEEN_LINES
        if self._out is None or (what == self._what and now - self._said_at < pause):
            return
        self._what, self._said_at = what, now
        part = min(1.0, done / whole) if whole else None
        line = f"{what}, {detail}" if detail else what
        if not self._is_terminal:
            self._out.write(f"{line} …" if not part else f"{line}: {part:.0%}")
        else:
            full = round(WIDTH * (part or 0))
            bar = f" [{'█' * full}{'·' * (WIDTH - full)}] {part:4.0%}" if part is not None else " …"
            self._out.write(f"\r\x1b[K{line}{bar}", ending="")
        self._out.flush()

    def say(self, line: str) -> None:
        """A line that stays."""
        self.clear()
        if self._out is not None:
            self._out.write(line)

    def clear(self) -> None:
        """Take the bar away."""
        if self._out is not None and self._is_terminal:
            self._out.write("\r\x1b[K", ending="")
            self._out.flush()
        self._what = ""


def size(number: int) -> str:
    """So many bytes, as a person says it."""
    amount, unit = float(number), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return _("%(amount)s %(unit)s") % {
        "amount": f"{amount:.0f}" if amount >= 10 or unit == "B" else f"{amount:.1f}",
        "unit": unit,
    }
