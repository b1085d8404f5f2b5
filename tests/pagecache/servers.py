"""A PostgreSQL of the tests' own, that can be stopped, killed, stopped in its tracks, and started again."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import psycopg

from newsroom.house import cluster
from newsroom.house.postgres import EmbeddedPostgres

PATIENCE = 30.0

_TABLE = """
CREATE TABLE pagecache_notice (id bigserial PRIMARY KEY, position bigint UNIQUE, tags text[] NOT NULL,
    at timestamptz NOT NULL DEFAULT now())
"""


class Server:
    """One server, in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.postgres = EmbeddedPostgres(home, is_throwaway=True)
        self.data = self.postgres.cluster.data

    @property
    def address(self) -> str:
        """Its DATABASE_URL."""
        return self.address_of("newsroom")

    def address_of(self, database: str) -> str:
        return f"postgres://newsroom@/{database}?host={self.postgres.cluster.socket_folder}"

    def start(self) -> None:
        self.postgres.ensure_running()

    def stop(self) -> None:
        """A fast shutdown; returns when it is done."""
        os.kill(self._postmaster, signal.SIGINT)
        self._wait_until_gone()

    def kill(self) -> None:
        """As a crash or the system's killer would: all at once, without a word."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._wait_until_gone()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """None of its processes gets to run inside of the block."""
        self.freeze()
        try:
            yield
        finally:
            self.thaw()

    def freeze(self) -> None:
        # The parent first: it can make no more children then.
        os.kill(self._postmaster, signal.SIGSTOP)
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in self.processes():
            # Some end as soon as they find that nobody listens to them any more.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def processes(self) -> list[int]:
        parent = self._postmaster
        found = [parent]
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                fields = (entry / "stat").read_text().rpartition(") ")[2].split()
                if int(fields[1]) == parent:
                    found.append(int(entry.name))
        return found

    def tell(self, *tags: str, database: str = "newsroom") -> None:
        """Have something noticed, as the triggers do."""
        with self.connect(database) as connection:
            connection.execute("SELECT pagecache_tell(%s)", [list(tags)])

    def connect(self, database: str = "newsroom") -> psycopg.Connection:
        return psycopg.connect(self.address_of(database), autocommit=True)

    def make_log(self, database: str = "newsroom") -> None:
        """The log of notices and its functions, and nothing else."""
        with self.connect(database) as connection:
            connection.execute(_TABLE)
            connection.execute(import_module("pagecache.migrations.0001_initial").FORWARD)

    @property
    def _postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def _wait_until_gone(self) -> None:
        # Its keeper holds this lock as long as the server is there.
        with (self.postgres.locks / "keeper").open() as lock:

            def is_free() -> bool:
                try:
                    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                return True

            wait_for(is_free)


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A server that runs; gone at the end. Not below pytest's folder, which root's database account may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="newsroom-test-", dir="/tmp"))
    if cluster.is_root():
        folder.chmod(0o711)
    one = Server(folder / "postgres")
    try:
        one.start()
        yield one
    finally:
        with contextlib.suppress(OSError, ValueError):
            one.thaw()
        one.postgres.release()
        shutil.rmtree(folder, ignore_errors=True)


def follow(one: Server, primary: Server) -> None:
    """Make `one` a copy of `primary` that follows it, as docs/operations.md says; it is not started."""
    own = one.postgres.cluster
    own.make_folders()
    if cluster.is_root():
        own.copy_programs()
    own._as_service(
        *("pg_basebackup", "-D", str(own.data), "--write-recovery-conf", "--checkpoint=fast"),
        *("--create-slot", "--slot=standby", "--no-sync"),
        *("-h", str(primary.postgres.cluster.socket_folder), "-U", cluster.ROLE),
    )
    with (own.data / "postgresql.auto.conf").open("a") as settings:
        # Else it looks for a primary that is back every five seconds.
        settings.write("wal_retrieve_retry_interval = '100ms'\n")


@contextlib.contextmanager
def standby(primary: Server) -> Iterator[Server]:
    """A server that follows `primary`; runs, and is gone at the end."""
    one = Server(primary.postgres.home.parent / "standby")
    follow(one, primary)
    try:
        one.start()
        yield one
    finally:
        with contextlib.suppress(OSError, ValueError):
            one.thaw()
            one.kill()
        one.postgres.release()


def wait_for(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Look until it is so. Fails when it does not become so in time."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, "it did not become so"
        # Gives others their turn; what is waited for is a condition, never a time.
        threading.Event().wait(0.005)
