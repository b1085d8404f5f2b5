"""A second PostgreSQL that follows the house's own, and the ways in which one is behind, or gone."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from newsroom.house.errors import HouseError
from tests.pagecache.servers import Server, follow

from . import NotBack
from .disks import Disk

MEGABYTES = 900
# How long it may take until pages are read there, or it lacks something.
WITHIN = 60.0
# What it takes in so late is always later than what the web servers have heard of.
DELAY = "5s"
# As much as makes it ask its disk for more.
SEGMENTS = 4
_DROP = (
    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
    " WHERE slot_name = 'standby' AND NOT active"
)
# Django's question for rows of a model, and neither that of a watcher nor whether a notice has arrived.
_READ = (
    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    " AND query LIKE 'SELECT \"%%' AND query_start > to_timestamp(%s)"
)


class Standby:
    """Runs from `open` to `close`, on a disk of its own where there can be one.

    Args:
        primary: the folder of the database that it follows.
        folder: its own.
        ask: asks the primary.
    """

    def __init__(
        self,
        primary: Path,
        folder: Path,
        ask: Callable[[str], list[Any]],
        *,
        has_disk: bool,
    ) -> None:
        self.disk = Disk(folder, folder.with_suffix(".disk"), MEGABYTES) if has_disk else None
        self.primary, self.server, self.ask = Server(primary), Server(folder / "postgres"), ask
        self.how = ""

    @property
    def address(self) -> str:
        """Its DATABASE_REPLICA_URL."""
        return self.server.address

    def open(self) -> None:
        """Raises NotBack."""
        with _said():
            follow(self.server, self.primary)
            self.server.start()

    def close(self) -> None:
        try:
            self._take_away()
        finally:
            self.server.postgres.release()
            if self.disk is not None:
                self.disk.unmount()
            shutil.rmtree(self.server.postgres.home.parent, ignore_errors=True)

    @property
    def ways(self) -> list[str]:
        """The ways in which it can be broken here."""
        every = ["is late", "is killed", "is frozen", "is always late", "is promoted"]
        return [*every, "has a full disk"] if self.disk is not None else every

    def break_as(self, how: str) -> None:
        """One of `ways`. Pages are read there before: raises NotBack when they are not."""
        began = time.time()
        _wait(lambda: self.is_read(began), "no page is read from the replica")
        self.how = how
        with _said():
            self._break()

    def _break(self) -> None:
        if self.how == "is late":
            self._tell("SELECT pg_wal_replay_pause()")
        elif self.how == "is always late":
            self._delay(DELAY)
        elif self.how == "is killed":
            self.server.kill()
        elif self.how == "is frozen":
            self.server.freeze()
        elif self.how == "is promoted":
            self._tell("SELECT pg_promote()")
        elif self.disk is not None:
            self.disk.fill()
            for _segment in range(SEGMENTS):
                self.ask("SELECT pg_switch_wal(), pg_log_standby_snapshot()")

    def mend(self) -> None:
        """As whoever looks after that machine would: what has ended is started, what follows nobody is made anew.

        Raises NotBack when nothing was broken: it had all that the primary has.
        """
        try:
            _wait(self._is_behind, f"the replica that {self.how} is not behind")
        finally:
            with _said():
                self._mend()

    def _mend(self) -> None:
        if self.how == "is late":
            self._tell("SELECT pg_wal_replay_resume()")
        elif self.how == "is always late":
            self._delay("0")
        elif self.how == "is frozen":
            self.server.thaw()
        elif self.how == "is promoted":
            self._take_away()
            shutil.rmtree(self.server.data)
            follow(self.server, self.primary)
        if self.disk is not None:
            self.disk.free()
        self.server.start()
        self.how = ""

    def is_read(self, since: float) -> bool:
        """Whether rows of a page were asked for there since then, of time.time()."""
        with contextlib.suppress(psycopg.Error):
            return self._tell(_READ, [since])[0][0] > 0
        return False

    def _is_behind(self) -> bool:
        """Whether it lacks what was told last, follows nobody, or does not answer."""
        last = "SELECT coalesce(max(position), 0) FROM pagecache_notice"
        told = self.ask(last)[0][0]
        try:
            has, is_following = self._tell(f"SELECT ({last}), pg_is_in_recovery()")[0]
        except psycopg.Error:
            return True
        return has < told or not is_following

    def _delay(self, how_long: str) -> None:
        self._tell(f"ALTER SYSTEM SET recovery_min_apply_delay = '{how_long}'")
        self._tell("SELECT pg_reload_conf()")

    def _tell(self, question: str, values: list[Any] | None = None) -> list[Any]:
        """Raises psycopg.Error."""
        with psycopg.connect(self.address, autocommit=True, connect_timeout=2) as line:
            line.execute("SET statement_timeout = '5s'")
            told = line.execute(question, values)
            return told.fetchall() if told.description else []

    def _take_away(self) -> None:
        """It, and what the primary keeps for it."""
        with contextlib.suppress(OSError, ValueError):
            self.server.thaw()
            self.server.kill()
        _wait(self._is_forgotten, "the primary keeps a place for a replica that is gone")

    def _is_forgotten(self) -> bool:
        self.ask(_DROP)
        return not self.ask("SELECT 1 FROM pg_replication_slots WHERE slot_name = 'standby'")


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """Whatever is wrong with it is told in its row, and the next fault is tried."""
    try:
        yield
    except (HouseError, psycopg.Error) as error:
        raise NotBack(f"the replica: {error}") from error


def _wait(what: Callable[[], bool], otherwise: str) -> None:
    """Until it is so. Raises NotBack."""
    deadline = time.monotonic() + WITHIN
    while not what():
        if time.monotonic() > deadline:
            raise NotBack(f"after {WITHIN:.0f} s {otherwise}")
        time.sleep(0.1)
