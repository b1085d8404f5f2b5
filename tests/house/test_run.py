"""`make run` starts everything and stops all that it started, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .conftest import BASE_DIR

Manage = Callable[..., "subprocess.CompletedProcess[str]"]
ANNOUNCEMENT = "Ctrl-C stops everything.\n"
PATIENCE = 120


class Run:
    """A `make run` in a process group of its own, as a terminal starts it."""

    def __init__(self, environ: dict[str, str], port: int) -> None:
        self.port = port
        self.process = subprocess.Popen(
            ["make", "run"],
            cwd=BASE_DIR,
            env=environ | {"PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # A terminal's programs heed Ctrl-C; those of a script's background do not, and hand
            # that on. The tests may run in either.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.output = ""

    def wait_until_announced(self) -> str:
        """Read until everything runs; fails when it ends before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if line == ANNOUNCEMENT:
                return self.output
        raise AssertionError(f"make run ended: {self.output}")

    def wait_until_ended(self) -> str:
        """Read to the end of the output: it is closed by the last process that holds it."""
        rest, _ = self.process.communicate(timeout=PATIENCE)
        self.output += rest
        return self.output


@pytest.fixture
def running(environ: dict[str, str], free_port: int) -> Iterator[Run]:
    one = Run(environ, free_port)
    yield one
    if one.process.poll() is None:
        os.killpg(one.process.pid, signal.SIGTERM)
        one.process.communicate(timeout=PATIENCE)


def processes_of(var_dir: Path) -> dict[int, str]:
    """The processes that know this VAR_DIR: by their environment, or by their command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            known = (entry / "environ").read_bytes() + command.encode()
        except OSError:
            continue
        if command and os.fsencode(var_dir) in known:
            found[int(entry.name)] = command
    return found


def get(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as response:
        return int(response.status)


def test_run_serves_and_ctrl_c_stops_all_of_it(
    running: Run, var_dir: Path, manage: Manage, environ: dict[str, str]
) -> None:
    output = running.wait_until_announced()
    assert f"Reader's site: http://127.0.0.1:{running.port}/" in output
    assert get(running.port) == 200

    # A short command in between uses the same server and leaves it running.
    assert manage("migrate", "--check").returncode == 0
    assert get(running.port) == 200

    os.killpg(running.process.pid, signal.SIGINT)

    assert "Stopping" in running.wait_until_ended()
    assert processes_of(var_dir) == {}

    # The next start finds everything as it was left.
    again = Run(environ, running.port)
    second = again.wait_until_announced()
    os.kill(again.process.pid, signal.SIGINT)  # make alone, as `kill -INT` does
    again.wait_until_ended()
    assert "The database is up to date." in second
    assert processes_of(var_dir) == {}


def test_run_ends_with_its_worker_and_says_so(running: Run, var_dir: Path) -> None:
    running.wait_until_announced()
    worker = next(pid for pid, line in processes_of(var_dir).items() if "procrastinate" in line)

    os.kill(worker, signal.SIGKILL)

    output = running.wait_until_ended()
    assert "The job worker ended by itself (SIGKILL); stopping the rest." in output
    assert running.process.returncode == 2
    assert processes_of(var_dir) == {}


def test_killed_run_leaves_nothing_behind(running: Run, var_dir: Path, manage: Manage) -> None:
    running.wait_until_announced()
    supervisor = next(
        pid for pid, line in processes_of(var_dir).items() if "newsroom.house.run" in line
    )

    os.kill(supervisor, signal.SIGKILL)
    running.wait_until_ended()

    # The web server and the worker hold the output, so it is closed when they are gone; the database
    # goes a moment later, and a command that uses it waits for that.
    assert manage("migrate", "--check").returncode == 0
    assert processes_of(var_dir) == {}
