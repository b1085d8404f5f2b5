"""What was kept, in one file that the processes of a machine share and that outlives them."""

from __future__ import annotations

import contextlib
import logging
import pickle
import queue
import sqlite3
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from .clock import EVERYTHING
from .keeper import CLOCK_SECONDS, Kept

T = TypeVar("T")

logger = logging.getLogger(__name__)

# Entries that wait to be written; what comes when there are more is not kept here.
WAITING = 500
# Written at once at most, in one transaction.
BATCH = 100
# Of the entries that are there, so many parts in a hundred go when the file is full: the oldest.
PARTS_TO_GO = 20

_SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (
    key TEXT PRIMARY KEY, made_at REAL NOT NULL, size INTEGER NOT NULL, entry BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kept_made_at ON kept (made_at);
CREATE TABLE IF NOT EXISTS noticed (tag TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
"""


class SharedDisk:
    """Entries by key in an SQLite file; a thread of its own writes them, so that no reader waits for the disk.

    It also holds what this machine has heard of the log, so that a process that starts while the database is down
    knows what must not be shown. Nothing here is needed: when the file cannot be used, it says so once and keeps
    nothing from then on.

    Args:
        path: the file; its folder is made.
        limit: bytes of entries, about.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self.path = path
        self.limit = limit
        self._local = threading.local()
        self._waiting: queue.Queue[tuple[str, Kept[Any]]] = queue.Queue(WAITING)
        self._writer: threading.Thread | None = None
        self._lock = threading.Lock()
        self._is_broken = False
        self._written = 0

    def get(self, key: str) -> Kept[Any] | None:
        question = "SELECT entry FROM kept WHERE key = ?"
        row = self._try(lambda file: file.execute(question, [key]).fetchone(), None)
        if row is None:
            return None
        try:
            entry: Kept[Any] = pickle.loads(zlib.decompress(row[0]))
        except Exception:
            # Written by a process that died, or by an older one: as good as not there.
            return None
        entry.looked = -1, True
        return entry

    def put(self, key: str, kept: Kept[Any]) -> None:
        """Have it written soon. What nobody could read back in time is left out."""
        if self._is_broken:
            return
        with contextlib.suppress(queue.Full):
            self._waiting.put_nowait((key, kept))
        self._keep_writing()

    def hear(self, notices: Sequence[tuple[int, Sequence[str]]]) -> bool:
        """Remember notices, before anybody acts on them; one of everything empties the file.

        False when somebody else held the file for too long: whoever tells has to tell again.
        """
        rows = [(tag, position) for position, tags in notices for tag in tags]

        def write(file: sqlite3.Connection) -> bool:
            with file:
                if everything := [position for tag, position in rows if tag == EVERYTHING]:
                    file.execute("DELETE FROM kept")
                    file.execute("DELETE FROM noticed WHERE position < ?", [max(everything)])
                file.executemany(
                    "INSERT INTO noticed VALUES (?, ?) ON CONFLICT (tag) DO UPDATE"
                    " SET position = max(position, excluded.position)",
                    rows,
                )
            return True

        return not rows or self._try(write, False) or self._is_broken

    def noticed(self) -> Mapping[str, int]:
        """The last position of each tag that this machine has heard of."""
        question = "SELECT tag, position FROM noticed"
        return dict(self._try(lambda file: file.execute(question).fetchall(), []))

    def clear(self) -> None:
        """Forget everything, as when the database is another one."""
        self._try(
            lambda file: file.executescript("BEGIN; DELETE FROM kept; DELETE FROM noticed; COMMIT"),
            None,
        )

    def flush(self) -> None:
        """Wait until what was put is written."""
        self._waiting.join()

    @property
    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Nobody else's: what was taken from the public lies in it for a while.
            self.path.touch(mode=0o600)
            found = sqlite3.connect(self.path, timeout=2.0)
            found.execute("PRAGMA journal_mode = WAL")
            # A machine that loses power loses a cache.
            found.execute("PRAGMA synchronous = OFF")
            # Kilobytes of it that each thread keeps for itself, beside what the system keeps for all: the upper pages of
            # the index. SQLite's own 2 MB are full of entries that nobody asks for again, twenty times over.
            found.execute("PRAGMA cache_size = -256")
            found.executescript(_SCHEMA)
            self._local.connection = found
        return found

    def _try(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do some work with the file; what it cannot be used for gives `otherwise`."""
        if self._is_broken:
            return otherwise
        try:
            return work(self._connection)
        except sqlite3.OperationalError as error:
            # Whoever holds it will let go; until then this one does without.
            if "locked" not in str(error):
                self._give_up(error)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
        return otherwise

    def _give_up(self, error: Exception) -> None:
        with self._lock:
            if self._is_broken:
                return
            self._is_broken = True
        logger.warning("Pages are not kept on disk any more (%s): %s", self.path, error)
        # It is told nothing any more: who begins with it would show what was taken from the public meanwhile. All three
        # together, so that those who have it open and those who begin a new one have nothing in common.
        for end in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                Path(f"{self.path}{end}").unlink()

    def _keep_writing(self) -> None:
        if self._writer is not None and self._writer.is_alive():
            return
        with self._lock:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(
                    target=self._write, name="pagecache-disk", daemon=True
                )
                self._writer.start()

    def _write(self) -> None:
        while True:
            batch = [self._waiting.get()]
            with contextlib.suppress(queue.Empty):
                while len(batch) < BATCH:
                    batch.append(self._waiting.get_nowait())
            try:
                self._try(partial(self._write_batch, batch), None)
            finally:
                for _one in batch:
                    self._waiting.task_done()

    def _write_batch(self, batch: list[tuple[str, Kept[Any]]], file: sqlite3.Connection) -> None:
        rows = []
        for key, kept in batch:
            try:
                entry = zlib.compress(pickle.dumps(kept, pickle.HIGHEST_PROTOCOL), 1)
            except Exception:
                # The others are not to suffer for it.
                logger.exception("%s cannot be kept on disk.", key)
                continue
            rows.append((key, kept.made_at, len(entry), entry))
        with file:
            # What another process made later stays, unless the machine's clock was ahead then.
            file.executemany(
                "INSERT INTO kept VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET made_at = excluded.made_at,"
                " size = excluded.size, entry = excluded.entry WHERE excluded.made_at >= kept.made_at"
                f" OR kept.made_at > excluded.made_at + {CLOCK_SECONDS}",
                rows,
            )
            self._written += sum(size for _key, _made_at, size, _entry in rows)
            # To add up what is there means to go through it: not after every batch.
            if self._written > self.limit // 50:
                self._written = 0
                self._make_room(file)

    def _make_room(self, file: sqlite3.Connection) -> None:
        (used,) = file.execute("SELECT total(size) FROM kept").fetchone()
        if used > self.limit:
            file.execute(
                "DELETE FROM kept WHERE key IN (SELECT key FROM kept ORDER BY made_at"
                f" LIMIT 1 + (SELECT count(*) FROM kept) * {PARTS_TO_GO} / 100)"
            )
