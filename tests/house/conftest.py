"""A folder for an installation of a test's own, and processes as a person would start them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parents[2]
# What a shell hands on that would say how this test run itself is set up.
OWN = ("VAR_DIR", "TEST_VAR_DIR", "DATABASE_", "DJANGO_", "PYTEST_", "MAKE", "MFLAGS", "SECRET_KEY")


@contextmanager
def temporary_var_dir() -> Iterator[Path]:
    """An empty VAR_DIR. Not below pytest's own folder, which root's database account may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="newsroom-test-", dir="/tmp"))
    if os.geteuid() == 0:
        folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_terminal(var_dir: Path) -> dict[str, str]:
    """The environment of a new terminal, with that VAR_DIR."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    return kept | {"VAR_DIR": str(var_dir), "DATABASE_IS_THROWAWAY": "1", "DEMO": "0"}


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """An empty VAR_DIR."""
    with temporary_var_dir() as folder:
        yield folder


@pytest.fixture
def environ(var_dir: Path) -> dict[str, str]:
    """The environment of a new terminal, with that VAR_DIR."""
    return new_terminal(var_dir)


@pytest.fixture
def run(environ: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a program in the clone to its end: `run("make", "run", PORT="1")`."""

    def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=BASE_DIR,
            env=environ | changes,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def manage(run: Callable[..., subprocess.CompletedProcess[str]]) -> Callable[..., object]:
    """Run a command of manage.py: `manage("check", ENVIRONMENT="production")`."""
    return lambda *command, **changes: run(sys.executable, "manage.py", *command, **changes)


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
