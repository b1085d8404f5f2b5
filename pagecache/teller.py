"""Tells the cache in front what changed: reads the log of notices, and sends each tag as a BAN.

**Nothing is lost.** The log is the queue. What was said twice is remembered in a file; whoever starts again reads on
from there, so a change may be said once more than needed and never once less. When the log does not go back as far as
that, or the database is another one, everything is given up.

**Why twice.** An answer that was on its way when a ban came is not touched by it. A process of the site that has not
heard of a change confirms its pages for CONFIRMED_SECONDS at most; a second after that no answer from before is on its
way any more, and the change is said again.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from .clock import CONFIRMED_SECONDS, EVERYTHING
from .edge import names
from .listener import ANSWER_SECONDS, BEAT_SECONDS, BEGIN_SECONDS, CONNECT_SECONDS
from .notices import BEGINNING, CHANNEL, LAST, SINCE
from .wire import Lost, Refused, Wire, conninfo

NAME = "newsroom edge"
# How long after a change it is said again.
AGAIN_SECONDS = CONFIRMED_SECONDS + 1.0
# One request: as many names as fit into a line of headers that everybody takes.
LONGEST_LINE = 4000
# So many names at once are everything: an edge goes through what it holds once for each request.
MOST_NAMES = 2000
EDGE_SECONDS = 5.0
# Between two tries, at first and at most: what was withdrawn is still shown meanwhile.
PAUSE_SECONDS = (0.2, 5.0)
# How often it is said why, while somebody stays away.
SAID_AGAIN_SECONDS = 60.0

# Whether there is something left of the log up to a position, and where its end is as everybody sees it.
_STATE = (
    "SELECT (SELECT coalesce(max(position), 0) FROM pagecache_notice),"
    " EXISTS (SELECT 1 FROM pagecache_notice WHERE position <= $1::bigint)"
)


class EdgeAway(Exception):
    """The edge did not take what it was told; says why."""


class Edge:
    """A cache that takes BAN requests. Nothing but this address is asked, and no redirect followed."""

    def __init__(self, url: str, seconds: float = EDGE_SECONDS) -> None:
        parts = urlsplit(url)
        self.url = url
        self.seconds = seconds
        self._kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._host, self._port = parts.hostname or "", parts.port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def ban(self, tags: Iterable[str]) -> None:
        """Have everything gone that shows one of these. Raises EdgeAway; some may have been said by then."""
        for line in lines(tags):
            self._say(line)

    def _say(self, line: str) -> None:
        connection = self._kind(self._host, self._port, timeout=self.seconds)
        try:
            connection.request("BAN", self._path, headers={"Cache-Tag": line})
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise EdgeAway(str(error) or type(error).__name__) from error
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise EdgeAway(f"{answer.status} {answer.reason}")


def lines(tags: Iterable[str]) -> Iterator[str]:
    """The values of `Cache-Tag` that say all of these: names, as pages carry them."""
    told = set(tags)
    named = names(told)
    if EVERYTHING in told or len(named) > MOST_NAMES:
        yield EVERYTHING
        return
    line = ""
    for one in named:
        if len(line) + 1 + len(one) > LONGEST_LINE:
            yield line
            line = ""
        line = f"{line},{one}" if line else one
    if line:
        yield line


class Place:
    """Up to which position of the log an edge was told everything twice; a file for each edge."""

    def __init__(self, folder: Path, url: str) -> None:
        self.path = folder / hashlib.sha256(url.encode()).hexdigest()[:16]

    def read(self) -> int | None:
        """None when nothing was remembered, or nothing that can be read."""
        with suppress(OSError, ValueError):
            return int(self.path.read_text())
        return None

    def write(self, position: int) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        new.write_text(str(position))
        os.replace(new, self.path)


class Teller:
    """Follows the log and tells the edge, until it is stopped.

    Args:
        edge: who is told.
        place: remembers how far.
        say: gets sentences about what happens, for people.
        address: of the database, as libpq takes it; asked before each connection.
        again_seconds: how long after a change it is said again.
        kept_seconds: for how long the edge may show what it was not told to drop; 0 when it is not asked to keep pages.
    """

    def __init__(
        self,
        edge: Edge,
        place: Place,
        say: Callable[[str], None],
        address: Callable[[], str] = lambda: conninfo(NAME),
        again_seconds: float = AGAIN_SECONDS,
        kept_seconds: int = 0,
    ) -> None:
        self.edge = edge
        self.place = place
        self.say = say
        self.address = address
        self.again_seconds = again_seconds
        self.kept_seconds = kept_seconds
        self.position = place.read()
        # When, up to which position, and what: said once already.
        self._again: deque[tuple[float, int, Sequence[str]]] = deque()
        self._stopping = threading.Event()
        # Who could not be reached, and when that was said last.
        self._away: dict[str, float] = {}
        self._tries = 0

    def stop(self) -> None:
        """Have `run` return soon."""
        self._stopping.set()

    def run(self) -> None:
        """Tell what there is and what comes. Whoever is away is tried again until it is back."""
        while not self._stopping.is_set():
            try:
                # Not kept waiting by a database that is away.
                self._tell_again()
                with Wire(self.address(), CONNECT_SECONDS) as wire:
                    self._begin(wire)
                    self._is_back("database")
                    while not self._stopping.is_set():
                        self._follow(wire)
            except EdgeAway as error:
                self._is_away("edge", str(error))
            except (Lost, Refused) as error:
                self._is_away("database", str(error))
            first, most = PAUSE_SECONDS
            self._stopping.wait(min(most, first * 2 ** min(self._tries, 10)))
            self._tries += 1

    def _begin(self, wire: Wire) -> None:
        wire.ask(f"LISTEN {CHANNEL}", [], ANSWER_SECONDS)
        position = self.position
        ((last,),) = wire.ask(LAST, [], ANSWER_SECONDS)
        ((end, goes_back),) = wire.ask(_STATE, [str(position or 0)], BEGIN_SECONDS)
        if position is None or last < position or (last > position and not goes_back):
            # Of the table, not of the sequence: a position that is drawn may not be committed yet.
            self._tell([(end, [EVERYTHING])])
            # Only now: an edge that is away is tried many times.
            if position is None:
                said = _("This edge had never been told anything: it was told to drop everything.")
            else:
                said = _(
                    "The log of changes did not go back to where the edge was told last:"
                    " it was told to drop everything."
                )
            self.say(said)
            return
        self._tell(wire.ask(BEGINNING, [str(position)], BEGIN_SECONDS))

    def _follow(self, wire: Wire) -> None:
        wait = BEAT_SECONDS
        if self._again:
            wait = min(wait, max(0.0, self._again[0][0] - time.monotonic()))
        wire.wait(wait)
        self._tell(wire.ask(SINCE, [str(self.position)], BEGIN_SECONDS))
        self._tell_again()

    def _tell(self, notices: Sequence[tuple[int, Sequence[str]]]) -> None:
        if not notices:
            return
        tags = sorted({tag for _position, found in notices for tag in found})
        self._ban(tags)
        self.position = notices[-1][0]
        self._again.append((time.monotonic() + self.again_seconds, self.position, tags))

    def _tell_again(self) -> None:
        """What is due for the second time, all at once; only then it is done with."""
        now = time.monotonic()
        due = [one for one in self._again if one[0] <= now]
        if not due:
            return
        self._ban({tag for _when, _position, tags in due for tag in tags})
        for _one in due:
            self._again.popleft()
        self.place.write(due[-1][1])

    def _ban(self, tags: Iterable[str]) -> None:
        self.edge.ban(tags)
        self._is_back("edge")

    def _is_away(self, who: str, why: str) -> None:
        now = time.monotonic()
        if who in self._away and now - self._away[who] < SAID_AGAIN_SECONDS:
            return
        self._away[who] = now
        if who == "edge":
            said = _("The edge could not be told (%(why)s). It is tried until it can be.")
        else:
            said = _("The log of changes cannot be read (%(why)s). It is tried until it can be.")
        said %= {"why": why.strip()}
        if self.kept_seconds:
            means = _(
                "Until then readers behind the edge may see a page as it was up to %(seconds)d s ago."
            )
            said = f"{said} {means % {'seconds': self.kept_seconds}}"
        self.say(said)

    def _is_back(self, who: str) -> None:
        self._tries = 0
        if who not in self._away:
            return
        del self._away[who]
        if who == "edge":
            self.say(_("The edge was told what it had missed."))
        else:
            self.say(_("The log of changes can be read again."))
