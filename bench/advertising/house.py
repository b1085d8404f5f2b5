"""An installation for one measurement: its own folder, a PostgreSQL that waits for the disk, servers on free ports."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parents[2]
START_PATIENCE = 60.0
# As `newsroom.house.run` starts it.
GRANIAN = ("--blocking-threads", "4", "--no-ws")


def prepare() -> Path:
    """Make the folder and name it in the environment, before anything of the project is imported."""
    folder = Path(tempfile.mkdtemp(prefix="newsroom-bench-"))
    for name in ("DATABASE_URL", "DATABASE_IS_THROWAWAY", "DEMO", "DEBUG", "ENVIRONMENT"):
        os.environ.pop(name, None)
    os.environ |= {
        "VAR_DIR": str(folder),
        "SECRET_KEY": "only-for-measurements-" * 3,
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        # The clients say from where they come, as many readers would.
        "TRUSTED_PROXIES": "1",
    }
    return folder


class House:
    """The databases and servers of a measurement; `with House(folder):` leaves nothing behind.

    Args:
        folder: what `prepare` returned.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: list[Server] = []

    def __enter__(self) -> House:
        import django

        django.setup()
        from django.core.management import call_command

        try:
            for name in ("static", "media"):
                (self.folder / name).mkdir()
            call_command("migrate", interactive=False, verbosity=0)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        from django.db import connections

        from newsroom.house.postgres import server_at

        for server in self.servers:
            server.stop()
        connections.close_all()
        server_at(self.folder / "postgres").release()
        shutil.rmtree(self.folder, ignore_errors=True)

    def copy(self, name: str) -> None:
        """Make another database out of the migrated one."""
        from django.db import connection

        with self.using("postgres"), connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE newsroom")

    @contextlib.contextmanager
    def using(self, name: str) -> Iterator[None]:
        """Speak to another database of the same server meanwhile."""
        from django.db import connection

        before = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before

    def address_of(self, name: str) -> str:
        """The DATABASE_URL of one of them, for a process of its own."""
        from django.conf import settings

        host = quote(settings.DATABASES["default"]["HOST"], safe="")
        return f"postgres://newsroom@/{name}?host={host}"

    def serve(
        self,
        application: str,
        *,
        core: int | None,
        database: str = "",
        workers: int = 1,
        **environ: str,
    ) -> Server:
        """Start a web server as `newsroom.house.run` does, and wait until it answers.

        Args:
            application: module and name of a WSGI application.
            core: the processor core that it is held on; None for any.
            database: which one it speaks to.
            workers: how many processes serve.
            environ: more variables.
        """
        if database:
            environ["DATABASE_URL"] = self.address_of(database)
        server = Server(application, core, environ, workers)
        self.servers.append(server)
        server.start()
        return server


class Server:
    """One granian with its worker processes, which can be halted, killed and started again."""

    def __init__(
        self, application: str, core: int | None, environ: dict[str, str], workers: int = 1
    ) -> None:
        self.application, self.core, self.environ = application, core, environ
        self.workers = workers
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers."""
        self.launch()
        deadline = time.monotonic() + START_PATIENCE
        while not self.is_answering():
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"The server of {self.application} did not start.")
            time.sleep(0.02)

    def launch(self) -> None:
        """Start it and return at once."""
        held = [] if self.core is None else ["taskset", "-c", str(self.core)]
        self.process = subprocess.Popen(
            [
                *held,
                *(sys.executable, "-m", "granian", "--interface", "wsgi"),
                *("--host", "127.0.0.1", "--port", str(self.port)),
                *("--workers", str(self.workers), *GRANIAN),
                *("--log-level", "warning", self.application),
            ],
            cwd=BASE_DIR,
            env=os.environ | self.environ,
            start_new_session=True,
        )

    def is_answering(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return True
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def signal(self, signum: int) -> None:
        """Signal it and its worker."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signum)

    def kill(self) -> None:
        """As a power cut for the process: nothing is finished, nothing is written."""
        self.signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self) -> None:
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        self.kill()

    def cpu_seconds(self) -> float:
        """Processor time that its processes have used so far."""
        assert self.process is not None
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                after = stat.read_text().rpartition(")")[2].split()
                if int(after[2]) == self.process.pid:  # the process group
                    ticks += int(after[11]) + int(after[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def machine() -> dict[str, str]:
    """What the figures were measured on and with."""
    import platform
    from importlib.metadata import version

    from django.db import connection

    model = "processor unknown"
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line for line in lines if line.startswith("model name")).partition(": ")[2]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'), "
            "current_setting('synchronous_commit')"
        )
        postgres, fsync, commit = cursor.fetchone()
    return {
        "machine": f"{os.cpu_count()} × {model}, load {os.getloadavg()[0]:.2f}",
        "python": platform.python_version(),
        "django": version("django"),
        "granian": version("granian"),
        "postgresql": f"{postgres}, fsync {fsync}, synchronous_commit {commit}",
    }
