"""What all who write have in common: a thread, a browser, and the habit of pressing the button again."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Mapping

from .browser import Answer, Browser, NoAnswer
from .ledger import Attempt, End, Ledger, Piece

# Between two attempts, at least and at most, in seconds.
AGAIN = (0.4, 1.2)
# How long somebody insists on one piece; after that it stays as it is.
INSISTS = 75.0
# Sentences and redirections are few; what else comes is looked at by nobody.
Judge = Callable[[Answer], tuple[End, str]]


class Writer(threading.Thread):
    """Writes one piece after the other until it is told to stop; the last one is still insisted on.

    Args:
        look: how often a piece is there, by asking the database.
        pause: seconds between two pieces, about.
    """

    # Set by a subclass: which pieces are its own.
    kinds: tuple[str, ...] = ()

    def __init__(
        self,
        browser: Browser,
        ledger: Ledger,
        look: Callable[[Piece], int],
        chance: random.Random,
        pause: float,
    ) -> None:
        super().__init__(daemon=True)
        self.browser, self.ledger, self.look = browser, ledger, look
        self.chance, self.pause = chance, pause
        self.stopping = threading.Event()
        self.numbers = itertools.count()
        self.trouble: Exception | None = None
        # What was not as it has to be, beside what the ledger tells.
        self.wrong: list[str] = []

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                try:
                    self.write()
                except NoAnswer:
                    # A page could not be opened: nothing was sent.
                    self.stopping.wait(self.chance.uniform(*AGAIN))
                self.stopping.wait(self.pause * self.chance.uniform(0.5, 1.5))
        except Exception as error:
            self.trouble = error

    def write(self) -> None:
        raise NotImplementedError

    def mark(self, word: str) -> str:
        """A word that stands nowhere else."""
        return f"{word}{self.chance.getrandbits(40):010x}"

    def insist(self, piece: Piece, send: Callable[[], Answer], judge: Judge) -> Answer | None:
        """Send it until the site says that it is there, or that it does not take it; that answer, None for neither."""
        until = time.monotonic() + INSISTS
        while True:
            attempt, answer = self.attempt(send, judge)
            if attempt.end not in (End.SAVED, End.REFUSED):
                attempt.took_place = self.look(piece) > 0
            piece.attempts.append(attempt)
            if attempt.end in (End.SAVED, End.REFUSED):
                return answer
            if time.monotonic() > until:
                return None
            time.sleep(self.chance.uniform(*AGAIN))

    @staticmethod
    def attempt(send: Callable[[], Answer], judge: Judge) -> tuple[Attempt, Answer | None]:
        begun = time.monotonic()
        try:
            answer = send()
        except NoAnswer as error:
            return Attempt(begun, time.monotonic(), End.UNANSWERED, told=str(error)), None
        end, told = judge(answer)
        return Attempt(begun, answer.ended, end, answer.status, told), answer


def by_status(saved: int, *refused: int) -> Judge:
    """Judges an answer by its status alone."""

    def judge(answer: Answer) -> tuple[End, str]:
        if answer.status == saved:
            return End.SAVED, ""
        return (End.REFUSED if answer.status in refused else End.FAILED), answer.told

    return judge


def opened(answer: Answer) -> Answer:
    """A page that could be opened. Raises NoAnswer for one that says that something is wrong."""
    if answer.status != 200:
        raise NoAnswer(f"{answer.status} {answer.told}")
    return answer


def with_typed(fields: Mapping[str, str], **typed: str) -> dict[str, str]:
    return {**fields, **typed}
