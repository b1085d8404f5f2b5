"""What people sent, what they were told, and what became of it; and the judgement of that. Knows nothing of the site.

A *piece* is something that somebody wants to be there once: a story, one saving of it, a comment, a photo. It is sent
in one *attempt* or more, as a person presses the button again who got no answer.
"""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

# Sentences that promise that nothing was taken.
DENIES = re.compile(
    r"has not arrived|was not (saved|sent|taken|kept)|nothing was (saved|kept|taken)|is not saved",
    re.IGNORECASE,
)


class End(Enum):
    """How an attempt ended for whoever made it."""

    SAVED = "the site said that it is there"
    REFUSED = "the site said why it is not taken"
    FAILED = "the site answered that something is wrong with it"
    UNANSWERED = "no answer, or half of one"


@dataclass
class Attempt:
    """`told` is the sentence that the person read, empty for none; times are of time.monotonic()."""

    begun: float
    ended: float
    end: End
    status: int = 0
    told: str = ""
    # Whether it had taken place although it was not acknowledged: looked up before it is made again.
    took_place: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether somebody who was answered was told nothing, or that it is not there when it is."""
        if self.end in (End.SAVED, End.UNANSWERED):
            return False
        return not self.told or (self.took_place and bool(DENIES.search(self.told)))


@dataclass
class Piece:
    """`mark` is found nowhere but in what was sent for this piece."""

    kind: str
    mark: str
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def is_acknowledged(self) -> bool:
        return any(attempt.end is End.SAVED for attempt in self.attempts)


class Ledger:
    """The pieces of all who write, by the fault that was being tried; writers share one."""

    def __init__(self) -> None:
        self.fault = ""
        self._pieces: dict[str, list[Piece]] = {}
        self._lock = threading.Lock()
        # What was seen to work and is no piece, with when that was begun and ended.
        self._seen: dict[str, list[tuple[str, float, float]]] = {}
        # Requests of readers: all, and those that failed.
        self.read: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()

    def begin(self, kind: str, mark: str) -> Piece:
        piece = Piece(kind, mark)
        with self._lock:
            self._pieces.setdefault(self.fault, []).append(piece)
        return piece

    def pieces(self, fault: str) -> list[Piece]:
        with self._lock:
            return list(self._pieces.get(fault, ()))

    def note_read(self, *, is_answered: bool) -> None:
        with self._lock:
            self.read[self.fault] += 1
            self.unread[self.fault] += not is_answered

    def note_seen(self, kind: str, begun: float) -> None:
        """Something works that nobody writes."""
        with self._lock:
            self._seen.setdefault(self.fault, []).append((kind, begun, time.monotonic()))

    def first_saved(self, since: float, kinds: Iterable[str]) -> float | None:
        """When the first attempt of these kinds was acknowledged, or seen to work, that had begun after `since`."""
        wanted = set(kinds)
        with self._lock:
            ends = [
                attempt.ended
                for piece in self._pieces.get(self.fault, ())
                if piece.kind in wanted
                for attempt in list(piece.attempts)
                if attempt.end is End.SAVED and attempt.begun >= since
            ]
            ends += [
                ended
                for kind, begun, ended in self._seen.get(self.fault, ())
                if kind in wanted and begun >= since
            ]
        return min(ends, default=None)


@dataclass
class Verdict:
    """What became of the pieces of one fault. `lost`, `twice` and `silent` name them: each of these is a fault of ours."""

    acknowledged: int
    lost: list[str]
    twice: list[str]
    silent: list[str]
    # Attempts that got no answer, or one that left it open.
    unanswered: int
    # Not acknowledged, and there all the same when it was looked up.
    unanswered_but_there: int
    # What people were told who were not acknowledged, the most frequent first.
    told: list[tuple[str, int]]
    # Of what was acknowledged, how many of each kind.
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.twice or self.silent)


def judge(pieces: Iterable[Piece], found: Mapping[tuple[str, str], int]) -> Verdict:
    """Hold the ledger against what is there.

    Args:
        found: how often each piece, by its kind and mark, is there.
    """
    pieces = list(pieces)
    lost, twice, silent = [], [], []
    told: Counter[str] = Counter()
    for piece in pieces:
        times = found.get((piece.kind, piece.mark), 0)
        name = f"{piece.kind} {piece.mark}"
        if piece.is_acknowledged and not times:
            lost.append(name)
        if times > 1:
            twice.append(f"{name} ({times} times)")
        for attempt in piece.attempts:
            if attempt.is_silent:
                silent.append(f"{name}: {attempt.status} “{attempt.told}”")
            if attempt.end in (End.FAILED, End.REFUSED) and attempt.told:
                told[attempt.told] += 1
    attempts = [attempt for piece in pieces for attempt in piece.attempts]
    return Verdict(
        acknowledged=sum(piece.is_acknowledged for piece in pieces),
        lost=lost,
        twice=twice,
        silent=silent,
        unanswered=sum(attempt.end in (End.UNANSWERED, End.FAILED) for attempt in attempts),
        unanswered_but_there=sum(attempt.took_place for attempt in attempts),
        told=told.most_common(),
        kinds=dict(Counter(piece.kind for piece in pieces if piece.is_acknowledged)),
    )


def median_and_most(seconds: Iterable[float]) -> tuple[float, float] | None:
    """The median and the largest; None of nothing."""
    known = sorted(seconds)
    return (statistics.median(known), known[-1]) if known else None


Look = Callable[[Piece], int]
