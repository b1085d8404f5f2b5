"""What the judges need of this machine, and how they are installed: from npm, by hash, once."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

from newsroom.house import browser
from newsroom.house.errors import HouseError

FOLDER = Path(__file__).resolve().parent
MODULES = FOLDER / "node_modules"
LOCK = FOLDER / "package-lock.json"
STAMP = MODULES / "installed.sha256"
NODE = (18, 16)
JAVA = (17,)


def ensure(var_dir: Path, *, judges: set[str]) -> str:
    """Have everything ready that these judges need; the path of the Chromium.

    Args:
        var_dir: of the clone; a Chromium of its own would be in there.
        judges: names of those in `audit.judges`.

    Raises HouseError with one sentence that says what to install.
    """
    if judges & {"lighthouse", "feeds"}:
        _at_least("Node.js", NODE, "node", "--version", "apt-get install nodejs npm")
    if "html" in judges:
        _at_least("Java", JAVA, "java", "-version", "apt-get install default-jre-headless")
    chromium = chromium_of(var_dir)
    _install()
    return chromium


def chromium_of(var_dir: Path) -> str:
    """The path of a Chromium. Raises HouseError."""
    found = browser.find(var_dir / "browsers")
    if found is None:
        raise HouseError(
            "There is no Chromium: `make browser` downloads one, or on Debian and Ubuntu: apt-get install chromium."
        )
    return found


def versions(chromium: str) -> dict[str, str]:
    """Which judge of which version spoke; only those that are installed."""
    known = {
        name: json.loads((MODULES / name / "package.json").read_text())["version"]
        for name in json.loads((FOLDER / "package.json").read_text())["dependencies"]
    }
    for name, command in {
        "node": ["node", "--version"],
        "java": ["java", "-version"],
        "chromium": [chromium, "--version"],
    }.items():
        if version := _said(command):
            known[name] = ".".join(map(str, version))
    return known


def _said(command: list[str]) -> tuple[int, ...]:
    """The version that a program tells of itself; empty when it is not there."""
    if shutil.which(command[0]) is None:
        return ()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    match = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return tuple(map(int, match[0].split("."))) if match else ()


def _at_least(name: str, wanted: tuple[int, ...], program: str, flag: str, how: str) -> None:
    version = _said([program, flag])
    needed = ".".join(map(str, wanted))
    if not version:
        raise HouseError(
            f"The audit needs {name} {needed} or newer, and there is no `{program}`; on Debian and Ubuntu: {how}."
        )
    if version < wanted:
        found = ".".join(map(str, version))
        raise HouseError(
            f"The audit needs {name} {needed} or newer; `{program}` is {found}: install a newer one."
        )


def _install() -> None:
    """Let npm install what the lock names. Does nothing, and asks nobody, when that is there."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == digest:
        return
    if shutil.which("npm") is None:
        raise HouseError(
            "The audit's tools come from npm, and there is no `npm`; on Debian and Ubuntu: apt-get install npm."
        )
    print("Installing the audit's tools from audit/package-lock.json, 220 MB …", flush=True)
    # No package may run a program of its own while it is installed: none of these has to.
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        said = next((line for line in lines if "code" not in line), "it said nothing")
        raise HouseError(f"npm could not install audit/package-lock.json: {said}")
    STAMP.write_text(digest)
