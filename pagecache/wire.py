"""One connection to PostgreSQL on which no wait is without end.

Drivers wait for an answer as long as the other side holds the connection. A server that was stopped in its tracks, or a
network that swallows what is sent, holds it for ever; here each wait has its time, after which the other side counts
as gone.
"""

from __future__ import annotations

import select
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.conninfo import make_conninfo

# How long one look at the socket takes at most. A look that took much longer was not given its turn: the time is this
# machine's, not the server's, and is not counted against it.
LOOK_SECONDS = 0.05

_GOOD = {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}
# What a server says that goes down, or is not up yet: classes of SQLSTATE.
_GOING = ("08", "57P")


class Lost(Exception):
    """The connection is closed or could not be made."""


class Silent(Lost):
    """Nothing came in the time that was given."""


class Refused(Exception):
    """The server is there and does not do what it was asked."""


class Patience:
    """A time to wait for somebody else, in seconds; it does not run while this process gets no turn."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    def look(self, descriptor: int, events: int) -> bool:
        """Whether something has come; Silent when the time is over and, looked at once more, nothing has."""
        poll = select.poll()
        poll.register(descriptor, events)
        began = time.monotonic()
        has_come = bool(poll.poll(max(0.0, min(LOOK_SECONDS, self.left)) * 1000))
        if not has_come and self.left <= 0:
            raise Silent("no answer in time")
        self.left -= min(time.monotonic() - began, 2 * LOOK_SECONDS)
        return has_come


class Wire:
    """A connection of its own beside Django's: in autocommit, and used by one thread.

    Args:
        conninfo: as libpq takes it.
        seconds: for connecting.

    Raises Lost when there is nobody, Silent when nobody answers, Refused when this one may not come in.
    """

    def __init__(self, conninfo: str, seconds: float) -> None:
        self._transformer = Transformer()
        self._connection = pq.PGconn.connect_start(conninfo.encode())
        try:
            self._connect(Patience(seconds))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.finish()

    def ask(self, question: str, values: Sequence[str], seconds: float) -> list[tuple[Any, ...]]:
        """The rows of a question with $1, $2 …; each wait together not longer than `seconds`."""
        patience = Patience(seconds)
        sent = [value.encode() for value in values]
        try:
            self._connection.send_query_params(question.encode(), sent)
            results = self._results(patience)
        except psycopg.OperationalError as error:
            raise Lost(_words(error)) from error
        if not results:
            raise Lost("no answer")
        result = results[-1]
        if result.status not in _GOOD:
            state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
            said = result.get_error_message()
            raise Lost(said) if state.startswith(_GOING) or not self._is_open else Refused(said)
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    def wait(self, seconds: float) -> None:
        """Return when a notification has come or that time is over. Raises Lost."""
        deadline = time.monotonic() + seconds
        poll = select.poll()
        try:
            poll.register(self._connection.socket, select.POLLIN)
            while not self._take_notifications():
                left = deadline - time.monotonic()
                if left <= 0 or not poll.poll(left * 1000):
                    return
                self._connection.consume_input()
        except psycopg.OperationalError as error:
            raise Lost(_words(error)) from error

    @property
    def _is_open(self) -> bool:
        return self._connection.status == pq.ConnStatus.OK

    def _connect(self, patience: Patience) -> None:
        connection = self._connection
        while connection.status != pq.ConnStatus.BAD:
            step = connection.connect_poll()
            if step == pq.PollingStatus.OK:
                connection.nonblocking = 1
                return
            if step == pq.PollingStatus.FAILED:
                break
            events = select.POLLIN if step == pq.PollingStatus.READING else select.POLLOUT
            while not patience.look(connection.socket, events):
                pass
        raise Lost(connection.get_error_message())

    def _results(self, patience: Patience) -> list[pq.abc.PGresult]:
        connection = self._connection
        while connection.flush():
            if patience.look(connection.socket, select.POLLIN | select.POLLOUT):
                connection.consume_input()
        results: list[pq.abc.PGresult] = []
        while True:
            while connection.is_busy():
                if patience.look(connection.socket, select.POLLIN):
                    connection.consume_input()
            result = connection.get_result()
            if result is None:
                return results
            results.append(result)

    def _take_notifications(self) -> bool:
        has_any = False
        while self._connection.notifies() is not None:
            has_any = True
        return has_any


def _words(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def conninfo(application_name: str, alias: str = DEFAULT_DB_ALIAS) -> str:
    """How Django reaches a database, as libpq takes it. Starts the embedded server when it does not run."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    told = connections[alias].get_connection_params()
    return make_conninfo(
        **{name: value for name, value in told.items() if name in known}
        | {"application_name": application_name}
    )
