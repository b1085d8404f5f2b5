"""The units for systemd: what they start is there, and they are closed in alike."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
CURRENT = "/srv/newsroom/current"
PYTHON = f"{CURRENT}/.venv/bin/python"
SYSTEMD = shutil.which("systemd-analyze")

by_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)


def lines(unit: Path) -> list[tuple[str, str]]:
    whole = unit.read_text().replace("\\\n", " ")
    return [
        (name, value)
        for name, sign, value in (line.partition("=") for line in whole.splitlines())
        if sign and not name.startswith("#")
    ]


def values(unit: Path, name: str) -> list[str]:
    return [value for found, value in lines(unit) if found == name]


@cache
def help_of(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@by_unit
def test_each_command_and_each_of_its_options_exists(unit):
    commands = [
        value
        for name in ("ExecStartPre", "ExecStart", "ExecStartPost")
        for value in values(unit, name)
    ]
    assert commands
    for command in commands:
        python, *words = shlex.split(command)
        assert python == PYTHON
        if words[:2] == ["-m", "granian"]:
            told = help_of("-m", "granian")
        else:
            assert words[0] == "manage.py"
            assert words[1] in get_commands()
            told = help_of(*words[:2])
        for option in (word for word in words if word.startswith("--")):
            assert option in told, option


@by_unit
def test_it_runs_from_the_release_that_serves_with_the_settings_and_as_the_account(unit):
    assert values(unit, "WorkingDirectory") == [CURRENT]
    assert values(unit, "EnvironmentFile") == ["/etc/newsroom/newsroom.env"]
    assert (values(unit, "User"), values(unit, "Group")) == (["newsroom"], ["newsroom"])


def closed(unit: Path) -> set[tuple[str, str]]:
    about = unit.read_text()
    part = about[about.index("# Closed in") : about.index("TasksMax")]
    return set(re.findall(r"(?m)^(\w+)=(.*)$", part)) - {("LimitNOFILE", "16384")}


def test_all_are_closed_in_alike_but_for_what_they_cannot_do_without():
    web, worker, edge, backup = (
        closed(FOLDER / f"newsroom-{name}.service") for name in ("web@", "worker", "edge", "backup")
    )
    assert edge == web
    assert web - worker == {("MemoryDenyWriteExecute", "yes")}
    assert worker < web
    assert backup - web == {("ReadWritePaths", "/srv/backups")}
    assert web < backup


def test_every_option_that_closes_is_explained():
    told = OPERATIONS[OPERATIONS.index("## How the units are closed in") :]
    ending = ("Kernel", "StateDirectoryMode", "SystemCallErrorNumber", "ReadWritePaths")
    for unit in UNITS:
        for name, _value in closed(unit):
            if not any(word in name for word in ending):
                assert name in told, name


def test_the_guide_names_every_unit_and_no_other():
    names = {one.name for one in FOLDER.iterdir()}
    assert names == {
        "newsroom-web@.service",
        "newsroom-worker.service",
        "newsroom-edge.service",
        "newsroom-backup.service",
        "newsroom-backup.timer",
    }
    named = set(re.findall(r"newsroom-(?:web@\d*|worker|edge|backup\.timer|backup)\b", OPERATIONS))
    assert {re.sub(r"\d+$", "", one) for one in named} >= {
        "newsroom-web@",
        "newsroom-worker",
        "newsroom-edge",
        "newsroom-backup.timer",
        "newsroom-backup",
    }


def test_nginx_knows_the_web_servers_that_the_guide_starts():
    nginx = (ROOT / "deploy" / "nginx" / "newsroom.conf").read_text()
    asked = re.findall(r"server 127\.0\.0\.1:(\d+) max_fails=0;", nginx)
    started = re.search(r"enable --now (newsroom-web@.*) newsroom-worker", OPERATIONS)
    assert started
    assert re.findall(r"newsroom-web@(\d+)", started[1]) == asked


@pytest.mark.skipif(not SYSTEMD, reason="no systemd-analyze on this machine")
def test_systemd_understands_them_and_finds_them_closed(tmp_path):
    for one in FOLDER.iterdir():
        # Here the release that serves is this clone.
        text = one.read_text().replace(PYTHON, sys.executable).replace(CURRENT, str(ROOT))
        (tmp_path / one.name).write_text(text)
    files = [str(one) for one in sorted(tmp_path.iterdir())]
    done = subprocess.run(
        [str(SYSTEMD), "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "newsroom" in line]
    assert ours == []
    for file in (one for one in files if one.endswith(".service")):
        # Of 100, of which few is closed.
        judged = [str(SYSTEMD), "security", "--offline=true", "--threshold=20", "--no-pager", file]
        done = subprocess.run(judged, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-300:] + done.stderr
