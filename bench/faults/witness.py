"""A reader who remembers: what was published, changed and withdrawn is read as that, and nothing older."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from .browser import NoAnswer
from .ledger import End, Ledger
from .public import network
from .writing import Writer

# After it was acknowledged everybody has it: the notice, on a machine that has much to do.
NOTICE = 1.0
# What a story's page shows, from the oldest on.
MISSING, PUBLISHED, CHANGED, WITHDRAWN = range(4)
SHOWS = {"published": PUBLISHED, "changed": CHANGED, "withdrawn": WITHDRAWN}
LATEST, AT_ONCE = 6, 2
LISTS = ("/", "/terkini/", "/rss.xml")


def acknowledged(ledger: Ledger) -> dict[str, dict[int, float]]:
    """Of each story, by its mark: since when its page has to show what; in the order in which they were published."""
    since: dict[str, dict[int, float]] = defaultdict(dict)
    for piece in ledger.pieces(ledger.fault):
        if (shows := SHOWS.get(piece.kind)) is None:
            continue
        saved = [one.ended for one in list(piece.attempts) if one.end is End.SAVED]
        if saved:
            since[piece.mark][shows] = saved[0] + NOTICE
    return since


class Witness(Writer):
    """Reads the stories of this fault, lists, and searches that nobody has asked for; writes nothing.

    Args:
        path_of: the public address of the story with that mark.
    """

    def __init__(self, path_of: Callable[[str], str], *rest: Any) -> None:
        super().__init__(*rest)
        self.path_of = path_of
        self.paths: dict[str, str] = {}

    def write(self) -> None:
        known = list(acknowledged(self.ledger).items())
        if not known:
            return
        latest = known[-LATEST:]
        gone = {mark: since[WITHDRAWN] for mark, since in known if WITHDRAWN in since}
        self.read_search(latest, gone)
        self.read_list(self.chance.choice(LISTS), gone)
        for mark, since in self.chance.sample(latest, min(len(latest), AT_ONCE)):
            self.read_story(mark, since)

    def read_search(
        self, latest: list[tuple[str, dict[int, float]]], gone: dict[str, float]
    ) -> None:
        """What is found is read at that moment: nobody has left out this word before, and so no such page is kept."""
        found = self.read_list(f"/cari/?q=rapat+-{self.mark('q')}&urut=terbaru", gone)
        if found is None:
            return
        begun, text = found
        leaving = {
            piece.mark
            for piece in self.ledger.pieces(self.ledger.fault)
            if piece.kind == "withdrawn"
        }
        for mark, since in latest:
            is_due = mark not in leaving and since.get(PUBLISHED, begun + 1) <= begun
            if is_due and f'href="{self.path(mark)}"' not in text:
                self.wrong.append(f"published, and not found: {self.path(mark)}")

    def read_story(self, mark: str, since: dict[int, float]) -> None:
        found = self.read(self.path(mark))
        if found is None:
            return
        begun, status, text = found
        shown = MISSING
        if status == 410:
            shown = WITHDRAWN
        elif mark in text:
            shown = CHANGED if f"{mark} diperbaiki" in text else PUBLISHED
        due = max((shows for shows, at in since.items() if at <= begun), default=MISSING)
        if shown < due:
            self.wrong.append(f"older than acknowledged: {self.path(mark)} ({shown} for {due})")

    def read_list(self, place: str, gone: dict[str, float]) -> tuple[float, str] | None:
        found = self.read(place)
        if found is None:
            return None
        begun, _status, text = found
        for mark, at in gone.items():
            # Feeds say of it that it was withdrawn, and lead there.
            is_shown = f"rapat {mark}" in text or f'href="{self.path(mark)}"' in text
            if at <= begun and is_shown:
                where = place.partition("?")[0]
                self.wrong.append(f"withdrawn, and seen in {where}: {self.path(mark)}")
        return begun, text

    def read(self, path: str) -> tuple[float, int, str] | None:
        """When it was asked for, and the answer; None, and noted, when there was none."""
        self.browser.leave()
        self.browser.network = network(self.chance.getrandbits(20))
        try:
            answer = self.browser.get(path)
        except NoAnswer:
            self.ledger.note_read(is_answered=False)
            return None
        is_answered = answer.status in (200, 404, 410)
        self.ledger.note_read(is_answered=is_answered)
        return (answer.begun, answer.status, answer.text) if is_answered else None

    def path(self, mark: str) -> str:
        if mark not in self.paths:
            self.paths[mark] = self.path_of(mark)
        return self.paths[mark]
