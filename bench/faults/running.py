"""One fault after the other under the writing load, and what came of it."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from . import NotBack, finding
from .browser import Browser
from .causes import LETTERS, REPLICA, Fault
from .desk import Editor, Photographer, Planner, Reporter
from .house import House
from .ledger import Ledger, Verdict, judge
from .people import People
from .public import Asking, Commenter, Counted, Reader, Subscribing, network
from .writing import Writer

# Before a fault, at least and at most; and how long it may take until all works again.
LEAD = (1.5, 4.0)
RECOVERS_WITHIN = 100.0
# How long what waits may take to arrive when all works again.
SETTLES_WITHIN = 60.0
STOPS_WITHIN = 120.0


@dataclass
class Row:
    """What came of one fault; `why` stands for all of it where it was not tried."""

    fault: Fault
    why: str = ""
    rounds: int = 0
    recovery: list[float] = field(default_factory=list)
    verdict: Verdict | None = None
    read: int = 0
    unread: int = 0
    # What is wrong beside the ledger.
    wrong: list[str] = field(default_factory=list)
    restarts_by_hand: int = 0

    @property
    def is_good(self) -> bool:
        return not self.wrong and (self.verdict is None or self.verdict.is_good)


class Crowd:
    """Everybody who writes and reads, while a fault is tried.

    Args:
        seed: of all that they do.
        more: makes those who come for this fault alone.
    """

    def __init__(
        self,
        house: House,
        people: People,
        ledger: Ledger,
        seed: int,
        more: Iterable[Callable[..., Writer]] = (),
    ) -> None:
        self.writers: list[Writer] = []
        chance = random.Random(seed)
        for number, make in enumerate([*self._makers(house, people), *more]):
            browser = Browser(house.port, network(number + 1))
            own = random.Random(chance.getrandbits(64))

            def look(piece: object, house: House = house) -> int:
                return finding.look(house, piece)  # type: ignore[arg-type]

            self.writers.append(make(browser, ledger, look, own))

    @staticmethod
    def _makers(house: House, people: People) -> list[Callable[..., Writer]]:
        def path_of(mark: str) -> str:
            return finding.path_of(house, mark)

        makers: list[Callable[..., Writer]] = [
            lambda *rest, email=email: Reporter(email, people, *rest, 0.3)
            for email in people.reporters
        ]
        return [
            *makers,
            lambda *rest: Editor(path_of, people.editor, people, *rest, 0.5),
            lambda *rest: Planner(path_of, people.editor, people, *rest, 1.0),
            lambda *rest: Photographer(people.reporters[0], people, *rest, 1.5),
            lambda *rest: Commenter(people, *rest, 0.4),
            lambda *rest: Subscribing(*rest, 0.4),
            lambda *rest: Asking(*rest, 1.0),
            lambda *rest: Counted(people, *rest, 0.1),
            lambda *rest: Reader(people, *rest, 0.05),
        ]

    def start(self) -> None:
        for writer in self.writers:
            writer.start()

    @property
    def wrong(self) -> list[str]:
        """What they saw that must not be, each thing once."""
        return list(dict.fromkeys(line for one in self.writers for line in one.wrong))

    def stop(self) -> None:
        """Let everybody finish what they are at."""
        for writer in self.writers:
            writer.stopping.set()
        deadline = time.monotonic() + STOPS_WITHIN
        for writer in self.writers:
            writer.join(max(0.1, deadline - time.monotonic()))
            if writer.trouble is not None:
                raise writer.trouble
            if writer.is_alive():
                sys.exit(f"{type(writer).__name__} does not come to an end.")


def try_fault(
    house: House, people: People, ledger: Ledger, fault: Fault, rounds: int, seed: int
) -> Row:
    """All rounds of one fault; judged when everything has come to rest."""
    row = Row(fault, why=fault.why_not(house))
    if row.why:
        return row
    try:
        with fault.setting(house) as environ:
            if dict(environ) != house.more:
                house.restart(**environ)
            _try(house, people, ledger, row, rounds, seed)
    except NotBack as error:
        # What was beside the house could not be set up, or taken away in order.
        row.wrong.append(str(error))
    return row


def _try(house: House, people: People, ledger: Ledger, row: Row, rounds: int, seed: int) -> None:
    fault = row.fault
    chance = random.Random(f"{seed} {fault.name}")
    ledger.fault = fault.name
    if fault.prepare is not None:
        fault.prepare(house)
    starts = house.starts
    crowd = Crowd(house, people, ledger, chance.getrandbits(64), fault.more(house, people))
    crowd.start()
    try:
        for _round in range(max(rounds, fault.rounds)):
            _wait_until_whole(house)
            time.sleep(chance.uniform(*LEAD))
            fault.begin(house, chance)
            try:
                time.sleep(chance.uniform(*fault.lasts))
            finally:
                fault.end(house, chance)
            row.rounds += 1
            row.recovery.append(_recover(house, ledger, fault))
        time.sleep(LEAD[0])
    except NotBack as error:
        row.wrong.append(str(error))
    finally:
        crowd.stop()
    pieces = ledger.pieces(fault.name)
    _settle(house, lambda: fault.waits(house, pieces))
    row.verdict = judge(pieces, finding.in_database(house, pieces))
    row.read, row.unread = ledger.read[fault.name], ledger.unread[fault.name]
    row.wrong += finding.damaged_photos(house, pieces) + finding.wrong_pages(house, pieces)
    row.wrong += crowd.wrong + fault.given_up(house, pieces) + _broken_chain(house)
    if fault.is_hidden and row.unread:
        row.wrong.append(f"{row.unread} requests of readers failed")
    row.restarts_by_hand = house.starts - starts


def _recover(house: House, ledger: Ledger, fault: Fault) -> float:
    """Seconds until each kind of what the fault hindered was acknowledged again."""
    began, at = time.monotonic(), time.time()
    waiting = set(fault.recovers)
    last = began
    while waiting:
        now = time.monotonic()
        if now - began > RECOVERS_WITHIN:
            raise NotBack(
                f"after {RECOVERS_WITHIN:.0f} s no {', no '.join(sorted(waiting))} came through"
            )
        for kind in list(waiting):
            if kind == LETTERS:
                seen = next((at for at in house.mail.arrived_at if at > began), None)
            elif kind == REPLICA:
                seen = time.monotonic() if house.standby and house.standby.is_read(at) else None
            else:
                seen = ledger.first_saved(began, [kind])
            if seen is not None:
                waiting.discard(kind)
                last = max(last, seen)
        time.sleep(0.05)
    return last - began


def _wait_until_whole(house: House) -> None:
    deadline = time.monotonic() + RECOVERS_WITHIN
    while not house.is_whole():
        if time.monotonic() > deadline:
            raise NotBack(f"after {RECOVERS_WITHIN:.0f} s not all processes are there")
        time.sleep(0.1)


def _broken_chain(house: House) -> list[str]:
    """What is wrong with the chain of the audit log, with Django in this process."""
    from django.db import connections

    from auditlog import chain

    house.rows("SELECT 1")
    # One that is left of before the fault.
    connections.close_all()
    try:
        chain.seal()
        chain.check()
    except chain.Broken as error:
        return [f"audit log: {error}"]
    finally:
        connections.close_all()
    return []


def _settle(house: House, waits: Callable[[], object]) -> None:
    """Wait until what browsers told is written, and nothing else waits."""
    deadline = time.monotonic() + SETTLES_WITHIN
    while (finding.still_told(house) or waits()) and time.monotonic() < deadline:
        time.sleep(0.2)
