"""The site that is judged: the demo publication behind a server as in production, in a folder of its own.

`make run` starts it: pages are kept, answers compressed, static files named by their contents. It speaks plain HTTP to
this machine alone, which browsers count as secure.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsroom import database
from newsroom.house.errors import HouseError

BASE_DIR = Path(__file__).resolve().parents[1]
START_PATIENCE = 900.0  # seconds; a first start installs and loads the demo
STOP_PATIENCE = 15.0
# What would make another site of it.
NOT_PASSED_ON = (
    *("DATABASE_URL", "DATABASE_IS_THROWAWAY", "DEBUG", "ENVIRONMENT", "SECRET_KEY", "SITE_URL"),
    *("LANGUAGE_CODE", "TIME_ZONE", "EDGE_SECONDS", "EDGE_PURGE_URL", "HOST", "MAKELEVEL"),
    *("SECRET_KEY_FALLBACKS", "DATABASE_REPLICA_URL"),
)


@dataclass(frozen=True)
class Site:
    """Where the running site is.

    Args:
        base: its address without a slash at the end.
        folder: its VAR_DIR.
    """

    base: str
    folder: Path


def home() -> Path:
    """Where things of the clone are kept, and those of its audits in a folder below."""
    return database.var_dir(BASE_DIR, os.environ)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Site]:
    """Serve the demo from `folder` and set up Django for it in this process; stopped in the end.

    The demo is loaded anew when its files have changed, or the day: its newest stories are minutes old when it is loaded.
    Raises HouseError when another audit is in that folder, or when the site does not start.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        known = _known_by()
        stamp = folder / "demo.stamp"
        if not stamp.exists() or stamp.read_text() != known:
            shutil.rmtree(folder, ignore_errors=True)
        port = _free_port()
        for name in NOT_PASSED_ON:
            os.environ.pop(name, None)
        os.environ |= {
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "PORT": str(port),
            "VAR_DIR": str(folder),
        }
        log = folder.with_suffix(".log")
        with log.open("w") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "newsroom.house.run"],
                cwd=BASE_DIR,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait(process, port, log)
            import django

            django.setup()
            stamp.write_text(known)
            _wait_for_jobs()
            yield Site(f"http://127.0.0.1:{port}", folder)
        finally:
            _let_go()
            _stop(process)


def _let_go() -> None:
    from django.conf import settings
    from django.db import connections

    if settings.configured:
        connections.close_all()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HouseError(
                f"Another audit is using {folder}: wait for it, or choose another VAR_DIR."
            ) from None
        yield


def _known_by() -> str:
    """What the loaded demo is known by: the day, and what it is made of."""
    known = hashlib.sha256(time.strftime("%Y-%m-%d").encode())
    files = [*(BASE_DIR / "newsroom" / "demo").rglob("*"), *BASE_DIR.glob("*/migrations/*.py")]
    for file in sorted(file for file in files if file.is_file() and file.suffix != ".pyc"):
        known.update(str(file.relative_to(BASE_DIR)).encode() + file.read_bytes())
    return known.hexdigest()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise HouseError(f"The site that was to be judged did not start; {log} says why.")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.25)
    raise HouseError(f"The site that was to be judged did not start within {START_PATIENCE:.0f} s.")


def _wait_for_jobs() -> None:
    """Wait until what the demo asked of the job worker is done, such as photos in smaller sizes."""
    from django.db import connection

    deadline = time.monotonic() + START_PATIENCE
    query = (
        "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'doing' OR (status = 'todo'"
        " AND (scheduled_at IS NULL OR scheduled_at <= now())))"
    )
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(query)
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.5)
    raise HouseError("The jobs of the demo are not done; the job worker may not work.")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_PATIENCE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
