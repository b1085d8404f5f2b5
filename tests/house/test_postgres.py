"""The embedded server: started by its first user, stopped by its last, whatever happens in between."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from newsroom.house import cluster
from newsroom.house.errors import HouseError
from newsroom.house.postgres import EmbeddedPostgres

from .conftest import BASE_DIR

USER = """
import sys
from pathlib import Path
from newsroom.house.postgres import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1]), is_throwaway=True).ensure_running()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home(var_dir: Path) -> Path:
    return var_dir / "postgres"


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    """This process's use of a server; released at the end, so that it stops."""
    one = EmbeddedPostgres(home, is_throwaway=True)
    yield one
    one.release()


@pytest.fixture
def start_user() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Start another process that uses a server until its input is closed."""
    started: list[subprocess.Popen[str]] = []

    def start(home: Path) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", USER, str(home)],
                cwd=BASE_DIR,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def ask(server: EmbeddedPostgres, question: str) -> object:
    with psycopg.connect(
        host=str(server.cluster.socket_folder), user="newsroom", dbname="newsroom"
    ) as it:
        row = it.execute(question).fetchone()
        assert row is not None
        return row[0]


def postmaster(home: Path) -> int:
    return int((home / "cluster/data/postmaster.pid").read_text().split("\n", 1)[0])


def wait_for_keeper_to_end(home: Path) -> None:
    """Its lock is free when the server has stopped and the keeper is gone."""
    with (home / "locks/keeper").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)


def is_alive(pid: int) -> bool:
    return (
        Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    )


def test_server_listens_on_a_private_socket_only(server: EmbeddedPostgres) -> None:
    server.ensure_running()

    assert ask(server, "SHOW listen_addresses") == ""
    assert stat.S_IMODE(server.cluster.socket_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.cluster.data).stat().st_mode) == 0o700


def test_server_stops_with_its_last_user(
    home: Path,
    server: EmbeddedPostgres,
    start_user: Callable[[Path], subprocess.Popen[str]],
) -> None:
    server.ensure_running()
    pid = postmaster(home)
    other = start_user(home)
    assert other.stdout is not None
    assert other.stdout.readline() == "ready\n"

    server.release()
    assert is_alive(pid), "another process still uses it"

    other.communicate("")
    assert other.returncode == 0
    assert not is_alive(pid)
    assert not (home / "cluster/data/postmaster.pid").exists()


def test_server_stops_when_its_user_is_killed(
    home: Path, start_user: Callable[[Path], subprocess.Popen[str]]
) -> None:
    user = start_user(home)
    assert user.stdout is not None
    assert user.stdout.readline() == "ready\n"
    pid = postmaster(home)

    user.kill()

    wait_for_keeper_to_end(home)
    assert not is_alive(pid)


def test_server_that_was_killed_is_started_again(home: Path, server: EmbeddedPostgres) -> None:
    server.ensure_running()
    ask(server, "SELECT 1")
    pid = postmaster(home)
    os.kill(pid, signal.SIGKILL)
    wait_for_keeper_to_end(home)

    server.ensure_running()

    assert ask(server, "SELECT 1") == 1
    assert postmaster(home) != pid


def test_server_that_is_told_to_wait_for_its_users_is_started_again(
    home: Path, server: EmbeddedPostgres
) -> None:
    server.ensure_running()
    pid = postmaster(home)
    user = psycopg.connect(
        host=str(server.cluster.socket_folder), user="newsroom", dbname="newsroom"
    )
    with contextlib.closing(user):
        os.kill(pid, signal.SIGTERM)
        while server.cluster.postmaster_file.read_text().split()[-1] == "ready":
            time.sleep(0.01)

        server.ensure_running()

    assert ask(server, "SELECT 1") == 1
    assert postmaster(home) != pid


def test_start_that_is_given_up_leaves_nothing_and_can_be_repeated(
    home: Path, server: EmbeddedPostgres
) -> None:
    server.ensure_running()
    os.kill(postmaster(home), signal.SIGKILL)
    wait_for_keeper_to_end(home)

    with pytest.raises(HouseError):
        server.ensure_running(is_given_up=lambda: True)

    wait_for_keeper_to_end(home)
    server.ensure_running()
    assert ask(server, "SELECT 1") == 1


def test_server_whose_keeper_was_killed_is_replaced(home: Path, server: EmbeddedPostgres) -> None:
    server.ensure_running()
    pid = postmaster(home)
    status = Path(f"/proc/{pid}/status").read_text()
    keeper = int(status.partition("PPid:")[2].split()[0])
    os.kill(keeper, signal.SIGKILL)
    wait_for_keeper_to_end(home)

    server.ensure_running()

    assert ask(server, "SELECT 1") == 1
    assert not is_alive(pid)


def test_stale_number_of_another_process_does_not_hinder(
    home: Path, server: EmbeddedPostgres
) -> None:
    server.ensure_running()
    server.release()
    (server.cluster.data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{server.cluster.data}\n1\n5432\n\n\n1 1\nready\n"
    )

    server.ensure_running()

    assert ask(server, "SELECT 1") == 1
    assert postmaster(home) != os.getpid()


def test_two_first_users_at_once_share_one_server(
    home: Path, start_user: Callable[[Path], subprocess.Popen[str]]
) -> None:
    users = [start_user(home) for _ in range(2)]

    assert [user.stdout.readline() for user in users if user.stdout] == ["ready\n", "ready\n"]
    assert (home / "server.log").read_text().count("database system is ready") == 1


def test_long_path_has_its_socket_elsewhere_while_the_server_runs(var_dir: Path) -> None:
    home = var_dir / ("long-name-" * 12) / "postgres"
    server = EmbeddedPostgres(home, is_throwaway=True)
    assert server.cluster.socket_folder.parent == Path("/tmp")

    server.ensure_running()
    assert ask(server, "SELECT 1") == 1
    server.release()
    wait_for_keeper_to_end(home)

    assert not server.cluster.socket_folder.exists()


def test_path_with_odd_characters_works(var_dir: Path) -> None:
    server = EmbeddedPostgres(var_dir / "kabar, o'ng é" / "postgres", is_throwaway=True)

    server.ensure_running()
    assert ask(server, "SELECT 1") == 1
    server.release()


def test_cluster_of_another_major_version_is_refused_in_one_sentence(
    server: EmbeddedPostgres,
) -> None:
    server.ensure_running()
    server.release()
    (server.cluster.data / "PG_VERSION").write_text("16\n")

    with pytest.raises(
        HouseError, match=r"was made by PostgreSQL 16, and this release brings PostgreSQL 18"
    ):
        server.ensure_running()


def test_interrupted_making_is_repeated(server: EmbeddedPostgres) -> None:
    server.ensure_running()
    server.release()
    server.cluster.data.rename(server.cluster.data.with_name("data.new"))
    (server.cluster.folder / "data.new" / "PG_VERSION").unlink()

    server.ensure_running()

    assert ask(server, "SELECT count(*) FROM pg_database WHERE datname = 'newsroom'") == 1


def test_missing_wheel_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, server: EmbeddedPostgres
) -> None:
    monkeypatch.setattr(cluster, "WHEEL", "no_such_wheel")

    with pytest.raises(HouseError, match=r"is not installed here: run `make setup`"):
        cluster.wheel_folder()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server has an account of its own")
def test_root_leaves_parent_folders_as_they_are_and_says_so(var_dir: Path) -> None:
    closed = var_dir / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "var" / "postgres", is_throwaway=True)

    with pytest.raises(HouseError, match=r"cannot reach .*: choose a VAR_DIR"):
        server.ensure_running()

    server.release()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
