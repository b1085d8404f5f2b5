"""The example of the environment is true: all that production reads, nothing else, and it starts with it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / "deploy" / "newsroom.env.example").read_text()
LINE = re.compile(r"^(# )?([A-Z_]+)='([^']*)'$")
GIVEN = {m[2]: m[3] for m in map(LINE.match, EXAMPLE.splitlines()) if m and not m[1]}
NAMES = [m[2] for m in map(LINE.match, EXAMPLE.splitlines()) if m]

# Read in production too, and not to be set there.
NOT_FOR_PRODUCTION = {
    "DEBUG",  # refused
    "DEMO",  # refused
    "PORT",  # of `make run`; SITE_URL has no default in production
}
# Read by a unit, and not by the settings.
OF_UNITS = {"WEB_WORKERS"}

# Says which variables the project's own modules ask for while the settings are loaded.
RECORD = """
import os, sys
from pathlib import Path
root = str(Path.cwd())
asked = set()
class Recorder(dict):
    def _note(self, name):
        frame = sys._getframe(2)
        while "environs" in frame.f_code.co_filename or "collections" in frame.f_code.co_filename:
            frame = frame.f_back
        if frame.f_code.co_filename.startswith(root) and ".venv" not in frame.f_code.co_filename:
            asked.add(name)
    def get(self, name, default=None):
        self._note(name)
        return super().get(name, default)
    def __getitem__(self, name):
        self._note(name)
        return super().__getitem__(name)
    def __contains__(self, name):
        self._note(name)
        return super().__contains__(name)
os.environ = Recorder(os.environ)
import newsroom.settings
print(*sorted(asked))
"""


def production(tmp_path: Path, **changes: str) -> dict[str, str]:
    """The example as it is, with a secret filled in, and a folder that is there."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | GIVEN | {"SECRET_KEY": "abcdefghij" * 6, "VAR_DIR": str(tmp_path)} | changes


def run(*command: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_line_is_one_that_systemd_and_the_shell_read_alike():
    for line in EXAMPLE.splitlines():
        assert not line or line.startswith("#") or LINE.match(line), line
    for name, value in GIVEN.items():
        assert shlex.split(f"{name}='{value}'") == [f"{name}={value}"]


def test_no_variable_stands_twice():
    assert sorted(NAMES) == sorted(set(NAMES))


def test_it_has_every_variable_that_production_reads_and_no_other(tmp_path):
    done = run("-c", RECORD, environ=production(tmp_path))
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) - NOT_FOR_PRODUCTION == set(NAMES) - OF_UNITS


def test_what_only_a_unit_reads_is_read_by_one():
    units = "".join(one.read_text() for one in (ROOT / "deploy" / "systemd").iterdir())
    for name in OF_UNITS:
        assert f"${{{name}}}" in units


def test_every_variable_is_explained():
    explained = (ROOT / "docs" / "settings.md").read_text()
    assert [name for name in NAMES if f"`{name}`" not in explained] == []


def test_what_is_not_filled_in_is_asked_for(tmp_path):
    done = run("manage.py", "check", environ=production(tmp_path, SECRET_KEY=""))
    assert done.returncode == 1
    assert "set SECRET_KEY" in done.stderr


def test_production_starts_with_it_and_has_nothing_to_complain_of(tmp_path):
    done = run(
        "manage.py", "check", "--deploy", "--fail-level", "WARNING", environ=production(tmp_path)
    )
    assert done.returncode == 0, done.stderr


# What stands in the place of its value, which is that of another variable.
ELSEWHERE = {"DEFAULT_FROM_EMAIL", "SERVER_EMAIL", "NEWSLETTER_FROM_EMAIL"}


def test_nothing_changes_for_who_takes_a_mark_away(tmp_path):
    """The value behind it is the default."""
    marked = {m[2]: m[3] for m in map(LINE.match, EXAMPLE.splitlines()) if m and m[1]}
    assert marked.keys() > ELSEWHERE
    read = (
        "import django; django.setup()\n"
        "from newsroom import settings\n"
        "print({name: value for name, value in vars(settings).items()"
        " if name.isupper() and name not in {'LOGGING', 'LANGUAGES'}})"
    )
    # Sets are printed in the same order.
    alike = {"DJANGO_SETTINGS_MODULE": "newsroom.settings", "PYTHONHASHSEED": "0"}
    environ = production(tmp_path, **alike)
    plain = run("-c", read, environ=environ)
    defaults = {name: value for name, value in marked.items() if name not in ELSEWHERE}
    told = run("-c", read, environ=environ | defaults)
    assert (plain.returncode, told.returncode) == (0, 0), told.stderr
    assert _steady(told.stdout) == _steady(plain.stdout)


def _steady(text: str) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", text)


ASK = """
import django, sys
django.setup()
from django.test import Client
for host, address in (one.split("|") for one in sys.argv[1:]):
    answer = Client(headers={"host": host}).get(address)
    print(answer.status_code, answer.headers.get("Location", ""))
"""


def test_the_machine_itself_may_ask_how_it_is_and_others_are_sent_to_https(tmp_path):
    """By its own name, without TLS: as a supervisor does, which knows neither."""
    # Nothing listens there: what is asked here needs no database.
    environ = production(tmp_path, DATABASE_URL="postgres://x@127.0.0.1:1/x")
    asked = ["127.0.0.1:8000|/healthz", "localhost|/healthz", "127.0.0.1:8000|/readyz?only=disk"]
    asked += ["127.0.0.1:8000|/tentang/", "news.example|/healthz", "other.example|/healthz"]
    done = run("-c", ASK, *asked, environ=environ | {"DJANGO_SETTINGS_MODULE": "newsroom.settings"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "200 ",
        "200 ",
        "200 ",
        "301 https://127.0.0.1:8000/tentang/",
        "200 ",
        "400 ",
    ]
