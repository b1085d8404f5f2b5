"""Whether PostgreSQL can be reached, as this process knows, and what follows from it."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import threading
from typing import Any
from weakref import WeakKeyDictionary

from django.db.utils import InterfaceError, InternalError, OperationalError

logger = logging.getLogger(__name__)

# What servers say who are going or full, and what a driver says of a connection that is gone (classes of SQLSTATE).
_UNREACHABLE = ("08", "57P", "53300")
# What it says while it has no room left, or may not write.
_FULL = ("53", "25006")
# The same of a disk of our own, also of one that the network has.
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE)


class Link:
    """The link to the database. The listener judges it, everybody reads it.

    While it is down, connections of this process that are open are cut, so that nobody waits in one, and no new ones
    are tried (`pagecache.backend`): every question to the database fails at once.

    Args:
        name: what it leads to, for logs.
        is_down: what it is before anybody has judged.
    """

    def __init__(self, name: str = "database", *, is_down: bool = False) -> None:
        self.name = name
        self.is_down = is_down
        # How often connections were cut: what was opened before the last time is closed.
        self.cuts = 0
        self._is_judged = False
        self._turn = threading.Condition()
        # With the address of the other side: a number of a socket may have passed on to another connection.
        self._open: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def watch(self, connection: Any) -> None:
        """Remember a connection of psycopg that may have to be cut."""
        with contextlib.suppress(OSError), _socket_of(connection.fileno()) as wire, self._turn:
            self._open[connection] = wire.getpeername()

    def judge(self, *, is_down: bool, why: str = "") -> None:
        """Say how it is. Raises nothing; who waits for it goes on."""
        with self._turn:
            was_down, self.is_down = self.is_down and self._is_judged, is_down
            self._is_judged = True
            self.cuts += is_down and not was_down
            connections = list(self._open.items()) if is_down else []
            self._turn.notify_all()
        for connection, peer in connections:
            _cut(connection, peer)
        if is_down and not was_down:
            logger.warning("The %s cannot be reached: %s", self.name, why)
        elif was_down and not is_down:
            logger.warning("The %s can be reached again.", self.name)

    def wait_until_up(self, seconds: float) -> bool:
        """Wait while it is down, so long at most; whether it is up."""
        with self._turn:
            return self._turn.wait_for(lambda: not self.is_down, seconds)


def _socket_of(descriptor: int) -> socket.socket:
    # A number of our own for it, which closing gives back: the connection keeps its.
    return socket.socket(fileno=os.dup(descriptor))


def _cut(connection: Any, peer: Any) -> None:
    """End a connection under whoever waits in it, as if the other side had closed it."""
    with contextlib.suppress(Exception):
        if connection.closed:
            return
        with _socket_of(connection.fileno()) as wire:
            if wire.getpeername() == peer:
                wire.shutdown(socket.SHUT_RDWR)


def is_lost_connection(error: BaseException | None) -> bool:
    """Whether an error of Django's database layer says that the database could not be reached.

    Not every OperationalError does: two who wait for each other, or a question that took too long, say something of
    the question.
    """
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_UNREACHABLE)


def is_out_of_room(error: BaseException | None) -> bool:
    """Whether an error says that the database, or a disk of ours, takes nothing now: it passes when somebody makes room."""
    if isinstance(error, OperationalError | InternalError):
        state = getattr(error.__cause__, "sqlstate", None) or ""
        return state.startswith(_FULL)
    return isinstance(error, OSError) and error.errno in _DISK_FULL


link = Link()
