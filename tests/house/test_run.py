"""`make run` starts everything and stops all that it started, and nothing else."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from newsroom.house.cluster import Cluster

from .conftest import BASE_DIR, new_terminal, temporary_var_dir

Manage = Callable[..., "subprocess.CompletedProcess[str]"]
ANNOUNCEMENT = "Ctrl-C stops everything.\n"
PATIENCE = 120
JOB = "newsroom.sweep_outbox"


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


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """The VAR_DIR of an installation that is up to date and stopped; for all who only need one."""
    with temporary_var_dir() as folder:
        made = subprocess.run(
            ["make", "setup"],
            cwd=BASE_DIR,
            env=new_terminal(folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        yield folder


@pytest.fixture
def installed(prepared: Path, var_dir: Path) -> Path:
    """A VAR_DIR in which everything is up to date already."""
    # cp, which keeps owners: started by root, the database belongs to another account.
    subprocess.run(["cp", "-a", f"{prepared}/.", str(var_dir)], check=True)
    return var_dir


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


def with_word(word: str, var_dir: Path) -> list[int]:
    return [pid for pid, command in processes_of(var_dir).items() if word in command]


def get(port: int, path: str = "/healthz") -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
        return int(response.status)


def children_of(parent: int) -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, ppid = stat.read_text().rpartition(") ")[2].split()[:2]
            if int(ppid) == parent and state != "Z":
                found.add(int(stat.parent.name))
    return found


def listeners(port: int) -> int:
    """How many sockets wait for connections there; each web worker has its own."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port for row in rows)


def is_answering(port: int) -> bool:
    try:
        return get(port) == 200
    except OSError:
        return False


def ask(var_dir: Path, question: str) -> object:
    """The first value that the database of an installation answers; None also while it is away."""
    socket = Cluster(var_dir / "postgres").socket_folder
    try:
        with psycopg.connect(host=str(socket), user="newsroom", dbname="newsroom") as it:
            row = it.execute(question).fetchone()
    except psycopg.OperationalError:
        return None
    return row[0] if row else None


def listening_worker(var_dir: Path) -> object:
    """The process of the database that serves the job worker which waits for jobs."""
    return ask(var_dir, "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN %'")


def wait_for(condition: Callable[[], object]) -> object:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited for {condition} in vain")


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


@pytest.mark.usefixtures("installed")
def test_web_worker_and_web_server_that_were_killed_are_there_again(
    running: Run, var_dir: Path
) -> None:
    running.wait_until_announced()
    server = min(with_word("newsroom.house.web", var_dir))
    before = children_of(server)
    assert len(before) == 2
    # The one that is left has to have begun, too.
    wait_for(lambda: listeners(running.port) == 2)

    os.kill(max(before), signal.SIGKILL)

    # It is replaced, while the other one answers. A process is dead before its last thread lets go of the socket, and
    # whoever asks there in between is turned away.
    wait_for(lambda: not Path(f"/proc/{max(before)}").exists())
    assert get(running.port, "/") == 200
    wait_for(lambda: len(children_of(server)) == 2)
    assert min(before) in children_of(server)

    before = {server, *children_of(server)}
    os.kill(server, signal.SIGKILL)

    # Its workers, which it leaves behind, are ended before the next ones begin.
    wait_for(
        lambda: (
            before.isdisjoint(with_word("newsroom.house.web", var_dir))
            and is_answering(running.port)
        )
    )
    assert get(running.port, "/") == 200
    assert running.process.poll() is None
    os.kill(running.process.pid, signal.SIGINT)
    output = running.wait_until_ended()
    assert "The web server ended by itself (SIGKILL); it is started again in 1 s.\n" in output
    assert processes_of(var_dir) == {}


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM], ids=lambda one: one.name)
def test_readers_read_on_and_jobs_run_again_when_the_database_was_ended(
    running: Run, var_dir: Path, signum: signal.Signals, manage: Manage
) -> None:
    running.wait_until_announced()
    assert get(running.port, "/") == 200
    before = wait_for(lambda: listening_worker(var_dir))
    postmaster = int((var_dir / "postgres/cluster/data/postmaster.pid").read_text().split()[0])

    os.kill(postmaster, signum)

    def is_back() -> bool:
        assert get(running.port, "/") == 200
        return listening_worker(var_dir) not in (None, before)

    wait_for(is_back)
    assert manage("procrastinate", "defer", JOB, '{"timestamp": 0}').returncode == 0
    wait_for(lambda: ask(var_dir, "SELECT 1 FROM procrastinate_jobs WHERE status = 'succeeded'"))
    assert running.process.poll() is None

    os.kill(running.process.pid, signal.SIGINT)
    assert "The job worker ended by itself" in running.wait_until_ended()
    assert "; it is started again in 1 s.\n" in running.output
    assert processes_of(var_dir) == {}


@pytest.mark.usefixtures("installed")
def test_worker_that_never_works_ends_the_run_and_says_so(running: Run, var_dir: Path) -> None:
    running.wait_until_announced()

    def is_over() -> bool:
        for worker in with_word("manage work", var_dir):
            os.kill(worker, signal.SIGKILL)
        return running.process.poll() is not None

    wait_for(is_over)

    output = running.wait_until_ended()
    assert "The job worker ended by itself (SIGKILL); it is started again in 2 s." in output
    assert "The job worker ended by itself (SIGKILL); stopping the rest." in output
    assert running.process.returncode == 2
    assert processes_of(var_dir) == {}


@pytest.mark.usefixtures("installed")
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
