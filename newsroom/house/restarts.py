"""When a process that ended by itself is started again, and when that would only hide what is wrong."""

from __future__ import annotations

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# Who ran for so long ended for a reason of its own, not for the last one.
STEADY = 60.0
# Who fails sooner has not begun to work: loading the code alone takes seconds on a small machine.
BEGUN = 10.0
# So many failures in a row before it has ever worked are not chance: its code or its settings are wrong.
HOPELESS = 3


class Restarts:
    """The pauses of one process: one second, then twice as long each time up to thirty, one again after a good minute."""

    def __init__(self) -> None:
        self.is_hopeless = False
        self._has_worked = False
        self._failures = 0
        self._pause = FIRST_PAUSE

    def after(self, ran: float, code: int) -> float:
        """Return the seconds to wait after an end; `is_hopeless` says whether there is any point in it.

        Args:
            ran: for how many seconds it ran.
            code: its exit code, or less than zero for the signal that killed it.
        """
        self._has_worked = self._has_worked or ran >= BEGUN
        self._failures = self._failures + 1 if code else 0
        self.is_hopeless = not self._has_worked and self._failures >= HOPELESS
        if ran >= STEADY:
            self._pause = FIRST_PAUSE
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE)
        return pause
