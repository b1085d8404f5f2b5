"""A site in processes of its own, as in production: two workers of the web server over a database that can end."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from .servers import Server, wait_for

BASE_DIR = Path(__file__).resolve().parents[2]
WORKERS = 2
# So often a page is asked for when both workers are to be met: one in a million misses one of them.
OFTEN = 20


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


class Site:
    """Args: the server of its database, which is made already; a folder for what it keeps; more of its settings."""

    def __init__(
        self, postgres: Server, var_dir: Path, workers: int = WORKERS, **settings: str
    ) -> None:
        self.postgres = postgres
        self.var_dir = var_dir
        self.workers = workers
        self.settings = settings
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self.log = var_dir / "site.log"

    @property
    def environ(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.postgres.address,
            "DJANGO_SETTINGS_MODULE": "tests.pagecache.site_settings",
            "PAGE_CACHE_TELL": "1",
            "SECRET_KEY": settings.SECRET_KEY,
            "VAR_DIR": str(self.var_dir),
            **self.settings,
        }

    def start(self) -> None:
        self.begin()
        wait_for(self.answers, 120)

    def begin(self) -> None:
        """The same without waiting until it answers."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
                    *("--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning"),
                    *("--workers", str(self.workers), "--blocking-threads", "4"),
                    "newsroom.wsgi:application",
                ],
                cwd=BASE_DIR,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """All of its processes at once, without a word."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def ask(
        self, path: str, body: str | None = None, seconds: float = 30, **headers: str
    ) -> Answer:
        """GET, or POST with a body, on a connection of its own: any of the workers answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            told = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request("GET" if body is None else "POST", path, body, told)
            answer = line.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            line.close()

    def ask_all(self, path: str) -> set[tuple[int, str]]:
        """Status and origin of a page, from every worker."""
        answers = [self.ask(path) for _ in range(OFTEN)]
        return {(one.status, one.headers.get("x-page", "")) for one in answers}

    def run(self, program: str) -> str:
        """What a Python program prints that knows the site."""
        program = f"import django\ndjango.setup()\n{program}"
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=BASE_DIR,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, question: str) -> list[tuple[object, ...]]:
        with self.postgres.connect() as line:
            return line.execute(question).fetchall()

    def answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.log.read_text()
        try:
            return self.ask("/healthz", seconds=2).status == 200
        except OSError:
            return False


def copy_test_database(postgres: Server) -> None:
    """Put what the migrations made for the tests into that server: a moment, where they take a minute."""
    told = connection.settings_dict
    source = make_conninfo(
        dbname=told["NAME"],
        user=told["USER"] or None,
        password=told["PASSWORD"] or None,
        host=told["HOST"] or None,
        port=told["PORT"] or None,
    )
    programs = postgres.postgres.cluster.programs
    dump = [str(programs / "pg_dump"), "--no-owner", "-d", source]
    load = [str(programs / "psql"), "-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", postgres.address]
    environ = os.environ | {"LC_ALL": "C"}
    with subprocess.Popen(dump, stdout=subprocess.PIPE, env=environ) as dumping:
        subprocess.run(
            load, stdin=dumping.stdout, stdout=subprocess.DEVNULL, env=environ, check=True
        )
    assert dumping.returncode == 0


@contextlib.contextmanager
def site(postgres: Server) -> Iterator[Site]:
    """A site over that server, which has its tables; started by the caller, ended here."""
    one = Site(postgres, postgres.postgres.home.parent / "site")
    one.var_dir.mkdir()
    try:
        yield one
    finally:
        one.kill()
