"""Installs what the lock names into `.venv`, then hands over. Runs before anything is installed.

python -m newsroom.house.setup run|setup|test|dev [ARGUMENT…]
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from newsroom.house import browser, ports
from newsroom.house.errors import HouseError, sentence_for

BASE_DIR = Path(__file__).resolve().parents[2]
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
REQUIREMENTS = BASE_DIR / "requirements"


def say(line: str) -> None:
    """Print one line of progress at once."""
    print(line, flush=True)


def digest(lock: str) -> str:
    """Return what an installed lock is known by: its contents and the Python it was installed for."""
    contents = (REQUIREMENTS / f"{lock}.lock").read_bytes()
    version = "{}.{}".format(*sys.version_info[:2])
    return hashlib.sha256(version.encode() + contents).hexdigest()


def installed() -> dict[str, str]:
    """Return the digests of the locks that are installed; empty when there is no working environment."""
    if not PYTHON.exists():
        return {}
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def is_installed(lock: str) -> bool:
    """Say whether the lock, or the larger one for development, is installed as it stands in the tree."""
    stamps = installed()
    return any(stamps.get(name) == digest(name) for name in {lock, "dev"})


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time install into this clone; the others wait."""
    descriptor = os.open(REQUIREMENTS, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another process is installing into this clone; waiting for it …")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def ensure_installed(lock: str) -> None:
    """Make `.venv` hold what a lock names. Does nothing when it does.

    Args:
        lock: "production", "run" or "dev".

    Raises HouseError when this machine's Python cannot make an environment or pip cannot install.
    """
    if is_installed(lock):
        return
    with alone():
        if is_installed(lock):
            return
        begin = time.monotonic()
        make_environment()
        count = sum(1 for line in (REQUIREMENTS / f"{lock}.lock").open() if line[0].isalnum())
        say(f"Installing {count} packages from requirements/{lock}.lock …")
        install(lock)
        STAMP.write_text(json.dumps({**installed(), lock: digest(lock)}))
        say(f"Installed in {time.monotonic() - begin:.0f} s.")


def make_environment() -> None:
    """Make `.venv`, unless a working one for this version of Python is there."""
    probe = "import sys; print('{}.{}'.format(*sys.version_info[:2]))"
    if PYTHON.exists():
        with contextlib.suppress(OSError):
            found = subprocess.run(
                [PYTHON, "-c", probe], capture_output=True, text=True, check=False
            )
            has_pip = subprocess.run(
                [PYTHON, "-m", "pip", "--version"], capture_output=True, check=False
            )
            if (
                found.stdout.strip() == "{}.{}".format(*sys.version_info[:2])
                and has_pip.returncode == 0
            ):
                return
    version = "{}.{}".format(*sys.version_info[:2])
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise HouseError(
            f"This machine's Python {version} lacks the modules venv and ensurepip: install them (on Debian and "
            f"Ubuntu: apt-get install python{version}-venv), or name another Python, as in "
            "`make run PYTHON=/path/to/python3`."
        )
    say(f"Making .venv with Python {version} …")
    if VENV.exists():
        shutil.rmtree(VENV)
    # The interpreter behind this one: an environment made from another would break together with that.
    python = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run(
        [python, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise HouseError(f"Python could not make .venv: {last_line(done.stdout + done.stderr)}")


def install(lock: str) -> None:
    """Let pip install a lock: nothing whose hash is not in it, nothing that would have to be compiled."""
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--no-compile",
        "--no-deps",
    ]
    command += ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    command += ["-r", str(REQUIREMENTS / f"{lock}.lock")]
    # Settings of the person's own pip that would send the packages elsewhere.
    environ = {
        name: value for name, value in os.environ.items() if name not in ("PIP_USER", "PIP_TARGET")
    }
    done = subprocess.run(
        command, cwd=BASE_DIR, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        raise HouseError(
            f"pip could not install requirements/{lock}.lock: {last_line(errors[-1] if errors else done.stderr)}"
        )


def last_line(text: str) -> str:
    """Return the last line of a program's output that says something."""
    return ([line.strip() for line in text.splitlines() if line.strip()] or ["it said nothing."])[
        -1
    ]


def ensure_browser() -> None:
    """Install Debian's Chromium for the browser tests, where root may and none is there.

    Never fails: the tests say themselves, loudly, that they were skipped and why.
    """
    # The folder of this clone's own download is known to the tests, and root on Debian has none.
    if browser.find(VENV / "no-such-folder") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say("No Chromium here: installing Debian's with apt-get for the browser tests …")
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        command = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", *arguments]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        if done.returncode:
            say(f"apt-get {arguments[0]} did not work: {last_line(done.stderr)}")


def keep_bytecode() -> None:
    """Let the processes of a run share what they compile, also where none may lie beside the sources.

    Otherwise each of them (a run starts some hundred) would compile the project anew, and whoever collects the tests
    would rewrite all of their assertions.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))


def main(command: str, arguments: list[str]) -> None:
    """Install what the command needs and become the program that does the rest.

    Args:
        command: "run", "setup", "test", or "dev", which installs the development tools and does no more.
        arguments: for pytest.

    Raises HouseError when something on this machine stands in the way.
    """
    if command == "run":
        ports.ensure_free(*ports.listening_address())
    ensure_installed("dev" if command in ("test", "dev") else "run")
    if command == "dev":
        return
    if command == "test":
        ensure_browser()
        keep_bytecode()
        goal = ["pytest", *arguments]
    else:
        goal = [{"run": "newsroom.house.run", "setup": "newsroom.house.prepare"}[command]]
    os.chdir(BASE_DIR)
    os.execv(PYTHON, [str(PYTHON), "-m", *goal])


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2:])
    except (HouseError, OSError) as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        sys.exit(sentence)
    except KeyboardInterrupt:
        sys.exit(130)
