"""What browsers told while the database was away: it waits on this machine, and is written once when it is back.

Whether something counts was decided when it came, by the rules of that moment; only the writing waits. Guarantees:

- What was acknowledged survives a kill of the process, in one file for all processes of the machine.
- It arrives once. The transaction that writes a batch is named in the file before it is committed, so whoever is
  killed in between, or hears nothing of the commit any more, asks the database afterwards what became of it.
- The file is bounded. What finds no room is not acknowledged, so that the browser keeps it and tells it again.

Whoever was signed in when the accounts could not be asked is asked about at the writing: what staff look at is not
counted.

The addresses to which creatives lead lie in the file as well: a click leads there whatever is away.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import logging
import random
import sqlite3
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import Error, InterfaceError, OperationalError, connection, transaction

from accounts.models import User
from pagecache.outage import is_lost_connection, link

from . import partitions, roll_up
from .choices import DiscardReason, EventKind
from .events import Discarded, Row, day_of, hour_of, record

logger = logging.getLogger(__name__)

# Messages that are written in one transaction.
BATCH = 500
# Between two tries, at least and at most, in seconds: not all machines at the same moment.
PAUSE_SECONDS = (0.3, 1.0)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS told (
    number INTEGER PRIMARY KEY AUTOINCREMENT, message TEXT NOT NULL, written_in INTEGER
);
CREATE TABLE IF NOT EXISTS leads (creative INTEGER PRIMARY KEY, address TEXT NOT NULL);
"""


class NoRoom(Error):
    """It cannot be kept here: the file is full, or cannot be written."""


@dataclass(frozen=True)
class Told:
    """One message, judged: what `events.record` was to be called with.

    `session` is the key of a session that nobody could look up; "" when there was none, or it was looked up.
    """

    rows: tuple[Row, ...]
    discarded: Mapping[Discarded, int]
    now: float
    is_retold: bool = False
    session: str = ""

    def to_text(self) -> str:
        rows = [
            (
                str(row.kind),
                row.showing.hex,
                row.at,
                row.placement,
                row.creative,
                row.article,
                row.section,
                str(row.device),
            )
            for row in self.rows
        ]
        discarded = [[str(reason), *where, n] for (reason, *where), n in self.discarded.items()]
        return json.dumps([rows, discarded, self.now, self.is_retold, self.session])

    @classmethod
    def from_text(cls, text: str) -> Told:
        rows, discarded, now, is_retold, session = json.loads(text)
        return cls(
            tuple(Row(EventKind(kind), uuid.UUID(hex=n), *rest) for kind, n, *rest in rows),
            {(DiscardReason(reason), where, what): n for reason, where, what, n in discarded},
            now,
            is_retold,
            session,
        )

    def judged(self) -> Told:
        """The same, once the accounts can be asked who it was."""
        if not self.session or not _is_of_staff(self.session):
            return replace(self, session="")
        refused = Counter(self.discarded)
        refused.update((DiscardReason.STAFF, row.placement, row.creative) for row in self.rows)
        return Told((), refused, self.now, self.is_retold)


class Spool:
    """The file.

    Args:
        path: of the file; its folder is made.
        most: messages that may wait.
    """

    def __init__(self, path: Path, most: int) -> None:
        self.path = path
        self.most = most
        self._local = threading.local()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._refused = 0

    def keep(self, told: Told) -> None:
        """Keep a message; on the disk of this machine when it returns. Raises NoRoom."""
        try:
            with self._file as file:
                # Who writes waits for its turn here, so that together they keep to the bound.
                file.execute("BEGIN IMMEDIATE")
                (waiting,) = file.execute(
                    "SELECT coalesce(max(number) - min(number) + 1, 0) FROM told"
                ).fetchone()
                if waiting >= self.most:
                    raise NoRoom(f"{waiting} messages wait")
                file.execute("INSERT INTO told (message) VALUES (?)", [told.to_text()])
        except NoRoom:
            self._note_refusal(f"there are {self.most} already")
            raise
        except (sqlite3.Error, OSError) as error:
            self._note_refusal(str(error))
            raise NoRoom(str(error)) from error
        self.write_soon()

    def is_empty(self) -> bool:
        if not self.path.exists():
            return True
        try:
            return self._read("SELECT 1 FROM told LIMIT 1") is None
        except (sqlite3.Error, OSError) as error:
            # Readers get their pages whatever became of this file.
            self._note_refusal(str(error))
            return True

    def count(self) -> int:
        """How many messages wait, for whoever watches; 0 when the file cannot be read."""
        if not self.path.exists():
            return 0
        try:
            return int(self._read("SELECT count(*) FROM told")[0])
        except (sqlite3.Error, OSError):
            return 0

    def remember_links(self, links: Mapping[int, str]) -> None:
        """Where creatives lead, for when the database cannot be asked."""
        try:
            with self._file as file:
                file.executemany("INSERT OR REPLACE INTO leads VALUES (?, ?)", links.items())
        except (sqlite3.Error, OSError) as error:
            logger.warning("Where creatives lead cannot be kept: %s", error)

    def link_of(self, creative: int) -> str | None:
        try:
            found = self._read("SELECT address FROM leads WHERE creative = ?", creative)
        except (sqlite3.Error, OSError) as error:
            self._note_refusal(str(error))
            return None
        return None if found is None else str(found[0])

    def write_soon(self) -> None:
        """See to it that what waits is written as soon as the database can be reached, on a thread of its own."""
        with self._lock:
            if self._thread is None and not self.is_empty():
                self._thread = threading.Thread(target=self._run, name="told", daemon=True)
                self._thread.start()

    def write(self) -> int:
        """Write all that waits; how many messages. One process of a machine at a time.

        Raises django.db.Error when the database cannot be reached; then the rest goes on waiting.
        """
        written = 0
        with self._alone() as is_alone:
            if not is_alone:
                return 0
            self._settle()
            while batch := self._oldest():
                self._write(batch)
                written += len(batch)
        if written:
            logger.warning("%s messages of browsers that had waited were written.", written)
        return written

    def _run(self) -> None:
        pause = threading.Event()
        try:
            while True:
                with self._lock:
                    if self.is_empty():
                        self._thread = None
                        return
                if link.wait_until_up(PAUSE_SECONDS[1]):
                    try:
                        self.write()
                    except (Error, sqlite3.Error, OSError) as error:
                        logger.warning("What browsers told waits on: %s", error)
                        connection.close()
                    # Another process may be at it.
                    if not self.is_empty():
                        pause.wait(random.uniform(*PAUSE_SECONDS))
        except BaseException:
            self._thread = None
            raise
        finally:
            connection.close()

    def _oldest(self) -> list[tuple[int, str]]:
        question = f"SELECT number, message FROM told ORDER BY number LIMIT {BATCH}"
        return self._file.execute(question).fetchall()

    def _settle(self) -> None:
        """What became of a batch whose end nobody saw."""
        found = self._read("SELECT written_in FROM told WHERE written_in IS NOT NULL LIMIT 1")
        if found is None:
            return
        if _is_committed(found[0]):
            self._change("DELETE FROM told WHERE written_in IS NOT NULL")
        else:
            self._change("UPDATE told SET written_in = NULL WHERE written_in IS NOT NULL")

    def _write(self, batch: list[tuple[int, str]]) -> None:
        try:
            self._write_together(batch)
        except (OperationalError, InterfaceError):
            # Of the database and its moment, not of what is written.
            raise
        except Error:
            if len(batch) > 1:
                # One of them is at fault; the others are not to suffer for it.
                self._change("UPDATE told SET written_in = NULL WHERE written_in IS NOT NULL")
                for one in batch:
                    self._write([one])
                return
            logger.exception("A message of a browser cannot be written and is left out.")
        last = batch[-1][0]
        self._change("DELETE FROM told WHERE number <= ?", last)

    def _write_together(self, batch: list[tuple[int, str]]) -> None:
        messages = [Told.from_text(text).judged() for _number, text in batch]
        partitions.make(day_of(row.at) for told in messages for row in told.rows)
        late = _settled_hours(messages)
        with transaction.atomic():
            if late:
                roll_up.make_again(late)
            for told in _together(messages):
                record(told.rows, Counter(told.discarded), told.now, is_retold=told.is_retold)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()::text::bigint")
                (number,) = cursor.fetchone()
            self._change("UPDATE told SET written_in = ? WHERE number <= ?", number, batch[-1][0])

    @contextlib.contextmanager
    def _alone(self) -> Iterator[bool]:
        with self.path.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    @property
    def _file(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "file", None)
        if found is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Nobody else's: keys of sessions lie in it until they are looked up.
            self.path.touch(mode=0o600)
            found = sqlite3.connect(self.path, timeout=2.0)
            found.execute("PRAGMA journal_mode = WAL")
            # A process that is killed loses nothing; a machine that loses power may lose the last moments.
            found.execute("PRAGMA synchronous = NORMAL")
            found.executescript(_SCHEMA)
            self._local.file = found
        return found

    def _read(self, question: str, *values: object) -> Any:
        return self._file.execute(question, values).fetchone()

    def _change(self, statement: str, *values: object) -> None:
        with self._file as file:
            file.execute(statement, values)

    def _note_refusal(self, why: str) -> None:
        self._refused += 1
        # 1, 10, 100 …
        if self._refused == 10 ** (len(str(self._refused)) - 1):
            logger.error("No room for what browsers tell: %s (%s so far).", why, self._refused)


def record_or_keep(
    rows: Sequence[Row],
    discarded: Counter[Discarded],
    now: float,
    *,
    is_retold: bool = False,
    session: str = "",
) -> dict[int, DiscardReason]:
    """As `events.record`; what cannot be written now waits on this machine, and counts as written.

    Args:
        session: the key of a session that could not be looked up.

    Raises django.db.Error when it can neither be written nor kept.
    """
    if not rows and not discarded:
        return {}
    told = Told(tuple(rows), dict(discarded), now, is_retold, session)
    if not link.is_down and not session:
        try:
            return record(rows, discarded, now, is_retold=is_retold)
        except Error as error:
            if not is_lost_connection(error):
                raise
            # It may have been written after all: then it is known, and no replay.
            told = replace(told, is_retold=True)
    waiting().keep(told)
    return {}


@lru_cache(maxsize=1)
def waiting() -> Spool:
    """The file of this installation."""
    return Spool(Path(settings.VAR_DIR) / "told.sqlite3", settings.TOLD_WAITING)


def _is_of_staff(session: str) -> bool:
    store = import_module(settings.SESSION_ENGINE).SessionStore(session)
    account = store.get(SESSION_KEY)
    return User.objects.filter(pk=account, is_active=True, is_staff=True).exists()


def _is_committed(number: int) -> bool:
    """Whether that transaction was; waits for its end. A number of another database says nothing."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT pg_xact_status(%s::text::xid8)", [number])
        except Error as error:
            if is_lost_connection(error):
                raise
            return False
        (status,) = cursor.fetchone()
    if status == "in progress":
        raise Error("what was being written when the connection was lost has not ended yet")
    return bool(status == "committed")


def _settled_hours(messages: Sequence[Told]) -> list[datetime.datetime]:
    """The hours of events that come so late that the hour's figures may have been made for good."""
    hours = {
        hour_of(datetime.datetime.fromtimestamp(row.at, datetime.UTC))
        for told in messages
        for row in told.rows
    }
    end = datetime.datetime.fromtimestamp(time.time(), datetime.UTC) - roll_up.SETTLED
    return sorted(hour for hour in hours if hour <= end)


def _together(messages: Sequence[Told]) -> Iterator[Told]:
    """As few messages as say the same: of one hour, first those that were told for the first time."""

    def kind(told: Told) -> tuple[datetime.datetime, bool]:
        return hour_of(datetime.datetime.fromtimestamp(told.now, datetime.UTC)), told.is_retold

    for (_hour, is_retold), group in groupby(sorted(messages, key=kind), kind):
        members = list(group)
        rows = [row for told in members for row in told.rows]
        if is_retold:
            # Told again more than once it is no replay either.
            rows = list({(row.showing, row.kind): row for row in rows}.values())
        discarded: Counter[Discarded] = Counter()
        for told in members:
            discarded.update(told.discarded)
        yield Told(tuple(rows), discarded, members[0].now, is_retold)
