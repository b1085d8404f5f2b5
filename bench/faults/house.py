"""The installation that faults befall: `newsroom.house.run` in a folder of its own, and what of it can be killed."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from newsroom.house import cluster

from ..advertising.house import BASE_DIR, free_port
from . import NotBack
from .disks import Disk, why_none
from .mail import MailServer
from .standby import Standby
from .store import Store

START_PATIENCE = 240.0
# What is looked up waits so long for a database that is away.
LOOK_PATIENCE = 90.0
SITE_MEGABYTES, DATABASE_MEGABYTES = 600, 1600
STORIES, WEB_WORKERS = 200, 2
SECRET = "only-for-faults-" * 4
READY = "Ctrl-C stops everything."


class House:
    """`with House() as house:` starts it with a small corpus, and leaves nothing behind.

    Args:
        keep_log: where what it said goes at the end.
    """

    def __init__(self, keep_log: Path | None = None) -> None:
        self.keep_log = keep_log
        self.root = Path(tempfile.mkdtemp(prefix="newsroom-faults-", dir="/tmp"))
        self.root.chmod(0o711)
        self.var_dir = self.root / "var"
        self.log = self.root / "house.log"
        self.port = free_port()
        self.mail = MailServer()
        self.no_disks = why_none()
        self.site_disk: Disk | None = None
        self.database_disk: Disk | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.more: dict[str, str] = {}
        self.starts = 0
        # How often each of those was broken that can be broken in several ways.
        self.turns: Counter[str] = Counter()
        # Beside the house, while a fault of theirs is tried.
        self.standby: Standby | None = None
        self.store: Store | None = None

    def __enter__(self) -> House:
        try:
            if not self.no_disks:
                self.site_disk = Disk(self.var_dir, self.root / "site.disk", SITE_MEGABYTES)
                folder, image = self.var_dir / "postgres", self.root / "database.disk"
                self.database_disk = Disk(folder, image, DATABASE_MEGABYTES)
            self.mail.open()
            # Smaller than the demo publication, and there in half the time.
            self.run("-m", "newsroom.house.prepare")
            self.run("manage.py", "load_corpus", "--articles", str(STORIES), "--verbosity", "0")
            self.start()
        except NotBack as error:
            self.__exit__()
            raise SystemExit(f"The house could not be made: {error}") from None
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        if self.keep_log is not None and self.log.exists():
            shutil.copy(self.log, self.keep_log)
        self.mail.close()
        for disk in (self.database_disk, self.site_disk):
            if disk is not None:
                disk.unmount()
        shutil.rmtree(self.root, ignore_errors=True)

    # Running

    @property
    def environ(self) -> dict[str, str]:
        unset = {"DATABASE_URL", "DATABASE_IS_THROWAWAY", "ENVIRONMENT", "DEBUG", "MAKELEVEL"}
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        return kept | {
            "VAR_DIR": str(self.var_dir),
            "PORT": str(self.port),
            # Accounts of the desk without a second factor; the demo itself is not loaded over a corpus.
            "DEMO": "1",
            "LANGUAGE_CODE": "en",
            "SECRET_KEY": SECRET,
            # People say from where they come; all from one address would be a flood.
            "TRUSTED_PROXIES": "1",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "WEB_WORKERS": str(WEB_WORKERS),
            # Letters that arrive tell within a round how long they waited.
            "NEWSLETTER_A_MINUTE": "600",
            "DISK_FREE_MB": "0",
            **self.more,
        }

    @property
    def address(self) -> str:
        """The DATABASE_URL of its database, for who looks and never starts it."""
        folder = cluster.socket_folder(self.var_dir / "postgres" / "cluster")
        return f"postgres://newsroom@/newsroom?host={quote(str(folder), safe='')}"

    def run(self, *words: str, **more: str) -> None:
        """Run one of its programs, to its end, with more variables in its environment. Raises NotBack."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=BASE_DIR,
            env=self.environ | {"DEMO": "0"} | more,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotBack(f"{' '.join(words)}: {done.stderr[-2000:]}")

    def start(self) -> None:
        """Start it, and return when everything of it runs."""
        begin = self.log.stat().st_size if self.log.exists() else 0
        self.launch()
        deadline = time.monotonic() + START_PATIENCE
        while READY not in self._said_since(begin):
            if self.process is None or self.process.poll() is not None:
                raise SystemExit(f"The house did not start: {self._said_since(begin)[-2000:]}")
            if time.monotonic() > deadline:
                raise SystemExit("The house does not become ready.")
            time.sleep(0.1)

    def launch(self) -> None:
        """Start it, and return at once."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "newsroom.house.run"],
                cwd=BASE_DIR,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    def restart(self, **more: str) -> None:
        """Start it anew with other variables in its environment."""
        self.stop()
        self.more = more
        self.start()

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(60)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process = None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def is_answering(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def is_whole(self) -> bool:
        """Whether all of it runs and each web worker listens: what a fault befalls is a house that is well."""
        return (
            self.is_running()
            and listening(self.port) >= WEB_WORKERS
            and self.worker() is not None
            and bool(self.database())
        )

    def _said_since(self, begin: int) -> str:
        with self.log.open("rb") as log:
            log.seek(begin)
            return log.read().decode("utf-8", "replace")

    # Its processes

    def web_server(self) -> int:
        """The process that has the web workers."""
        return next(
            pid for pid in self._children(self._pid) if "newsroom.house.web" in _command(pid)
        )

    def web_workers(self) -> list[int]:
        return self._children(self.web_server())

    def worker(self) -> int | None:
        """The job worker; None while there is none."""
        found = (pid for pid in self._children(self._pid) if "manage work" in _command(pid))
        return next(found, None)

    def database(self) -> list[int]:
        """The postmaster and all its children, the postmaster first; nothing while there is none."""
        try:
            file = self.var_dir / "postgres" / "cluster" / "data" / "postmaster.pid"
            postmaster = int(file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return []
        return [postmaster, *self._children(postmaster)]

    @property
    def _pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @staticmethod
    def _children(parent: int) -> list[int]:
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(") ")[2].split()
                if int(fields[1]) == parent and fields[0] != "Z":
                    found.append(int(stat.parent.name))
        return found

    def next_way(self, what: str, ways: Sequence[str]) -> str:
        """How to break it now, of several ways: one after the other, each as often as the others."""
        self.turns[what] += 1
        return ways[(self.turns[what] - 1) % len(ways)]

    # What is there

    def photo(self, name: str) -> bytes:
        """The bytes of a file of photos, wherever they lie. Raises OSError."""
        if self.store is not None:
            return self.store.read(name)
        return (self.var_dir / "media" / name).read_bytes()

    def rows(self, question: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """What the database answers; waits for one that is away. Never starts it."""
        deadline = time.monotonic() + LOOK_PATIENCE
        while True:
            try:
                with psycopg.connect(self.address, autocommit=True, connect_timeout=3) as line:
                    line.execute("SET statement_timeout = '20s'")
                    return line.execute(question, values).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)


def listening(port: int) -> int:
    """How many sockets of this machine listen on a port."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    fields = (line.split() for line in lines)
    return sum(one[3] == "0A" and one[1].endswith(f":{port:04X}") for one in fields)


def kill(*pids: int) -> None:
    """kill -9 of each that is still there."""
    signal_all(signal.SIGKILL, *pids)


def signal_all(signum: int, *pids: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signum)


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""
