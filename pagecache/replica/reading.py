"""From where one page is read, which is rendered for everybody: all of it from the replica, or all from the primary.

The primary is never behind the replica. So a page may go over to the primary in its middle, and never back: a row that
one question found would be missing in the next.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from .. import recording
from ..outage import is_lost_connection
from . import ALIAS
from .watching import Watcher, watcher

T = TypeVar("T")


@dataclass
class Reading:
    """Of one page. `alias` is of which database; empty while nothing was asked yet."""

    watcher: Watcher
    # What the replica has to have come to.
    position: int
    alias: str = ""
    # The connection to the replica, when it was asked; typed by its engine, which this module cannot import.
    replica: Any = None
    is_lost: bool = False

    def choose(self) -> str:
        """The database to ask. The first question decides."""
        if not self.alias:
            self.replica = self._ready()
            self.alias = DEFAULT_DB_ALIAS if self.replica is None else ALIAS
            self.watcher.read["primary" if self.replica is None else "replica"] += 1
        return self.alias

    @property
    def is_good(self) -> bool:
        """Whether all that was asked was answered, by a server that was a replica until then."""
        return not self.is_lost and (self.replica is None or self.replica.is_following)

    def _ready(self) -> Any:
        self.watcher.ensure_running()
        if not self.watcher.is_usable():
            return None
        replica: Any = connections[ALIAS]
        try:
            return replica if replica.has_reached(self.position) else None
        except Error:
            replica.close()
            return None


_current: ContextVar[Reading | None] = ContextVar("reading", default=None)


def current() -> Reading | None:
    return _current.get()


def is_good_so_far() -> bool:
    """Whether what was read for the page that is being rendered will do; true of whatever is no such page."""
    now = _current.get()
    return now is None or now.is_good


def connection() -> BaseDatabaseWrapper:
    """The connection by which the page is read that is being rendered: for SQL that no model asks."""
    now = _current.get()
    return connections[DEFAULT_DB_ALIAS if now is None else now.choose()]


def leave() -> None:
    """Have what is read for this page from now on be read in the primary.

    Before something of which no notice tells and that outlives the page, as in a cache: how old a replica is in that,
    nobody knows. When something is written, this is so by itself.
    """
    if (now := _current.get()) is not None:
        now.alias = DEFAULT_DB_ALIAS


def note_error(error: Error) -> None:
    """The replica did not do what it was asked, so the page is rendered again.

    Whether it can be reached its watcher finds out; if anything else is wrong, it is given a rest.
    """
    if (now := _current.get()) is not None:
        # Unless that was whether it has what the page needs.
        now.is_lost = now.is_lost or bool(now.alias)
        if not is_lost_connection(error):
            now.watcher.rest(error)


def read(make: Callable[[], T]) -> T:
    """What `make` returns, which only reads; of the replica where that will do.

    `make` is called once more, and reads the primary, when the replica did not answer something that it was asked: was
    lost, is short of something, cancelled a question since what it read was changed, or was promoted meanwhile. What
    was noted until then for the page (`recording`) is forgotten.
    """
    noted, watching = recording.current(), watcher()
    if noted is None or watching is None or not noted.is_for_replica:
        return make()
    mine = Reading(watching, noted.position)
    token = _current.set(mine)
    try:
        made = make()
    except Exception:
        if mine.is_good:
            raise
    else:
        if mine.is_good:
            return made
    finally:
        _current.reset(token)
    # Nobody waits for it later, either, to find out what has become of it.
    connections[ALIAS].close()
    watching.read["again"] += 1
    noted.begin_again()
    return make()
