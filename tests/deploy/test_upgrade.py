"""newsroom-upgrade: the database first, then one after the other, and back when the new release does not come up."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

BIN = Path(__file__).resolve().parents[2] / "deploy" / "bin"

# Stands for a release's Python: notes which release was asked for what, and makes an environment of itself.
PYTHON = """#!/bin/sh
case "$*" in
"-m venv "*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
*manage.py*) echo "$(basename "$PWD"): $*" >> "$NOTES"
    case "$*" in *"$FAILS"*) exit 1 ;; esac ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
case "$*" in
*list-units*) printf 'newsroom-web@8000.service loaded\\nnewsroom-web@8001.service loaded\\n' ;;
*is-enabled*newsroom-edge) exit 1 ;;
restart*) echo "$(basename "$(readlink "$NEWSROOM_HOME/current")"): $*" >> "$NOTES"
    [ "$(readlink "$NEWSROOM_HOME/current")" != "$NEWSROOM_HOME/releases/$BAD" ] || case "$2" in *8001*) exit 1 ;; esac ;;
esac
"""


class Server:
    """A machine on which releases are made, of a repository with nothing in it."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.origin = folder / "origin"
        self.notes = folder / "notes"
        programs = folder / "programs"
        programs.mkdir()
        for name, text in {
            "python3": PYTHON,
            "systemctl": SYSTEMCTL,
            "runuser": '#!/bin/sh\nshift 3\nexec "$@"\n',
        }.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        (folder / "env").write_text("SITE='x'\n")
        self.environ = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(folder),
            "NEWSROOM_HOME": str(self.home),
            "NEWSROOM_ENV": str(folder / "env"),
            "PYTHON": str(programs / "python3"),
            "NOTES": str(self.notes),
            "FAILS": "nothing of this",
            "BAD": "none",
            **{
                f"GIT_{who}_{what}": "x@news.example"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        }
        self.git("init", "--quiet", "--initial-branch=main", str(self.origin))
        shutil.copytree(BIN, self.origin / "deploy" / "bin")
        (self.home / "releases").mkdir(parents=True)
        self.commit()
        self.git("clone", "--quiet", str(self.origin), str(self.home / "source"))

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], env=self.environ, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self) -> str:
        """A new version; returns the name of its release."""
        self.git("-C", str(self.origin), "add", "-A")
        self.git("-C", str(self.origin), "commit", "--quiet", "--allow-empty", "-m", "x")
        return self.git("-C", str(self.origin), "rev-parse", "HEAD")[:12]

    def upgrade(self, *words: str, **changes: str) -> tuple[int, str, list[str]]:
        """The exit code, what was complained of, and what was done, in turn."""
        self.notes.write_text("")
        done = subprocess.run(
            [str(self.home / "source" / "deploy" / "bin" / "newsroom-upgrade"), *words],
            env=self.environ | changes,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr, self.notes.read_text().splitlines()

    @property
    def current(self) -> str:
        return Path(os.readlink(self.home / "current")).name


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def test_the_database_is_brought_up_to_date_before_anything_changes_over(server):
    name = server.commit()
    code, complaint, done = server.upgrade("main")
    assert (code, complaint) == (0, "")
    assert done == [
        f"{name}: manage.py check --deploy --fail-level ERROR",
        f"{name}: manage.py migrate --no-input --verbosity 1",
        f"{name}: manage.py collectstatic --no-input --verbosity 0",
        f"{name}: restart newsroom-worker",
        f"{name}: restart newsroom-web@8000.service",
        f"{name}: restart newsroom-web@8001.service",
    ]
    assert server.current == name


@pytest.mark.parametrize("fails", ["check", "migrate", "collectstatic"])
def test_the_release_that_runs_stays_when_the_new_one_cannot_be_prepared(server, fails):
    first = server.commit()
    assert server.upgrade("main")[0] == 0
    second = server.commit()
    code, _complaint, done = server.upgrade("main", FAILS=f"manage.py {fails}")
    assert code == 1
    assert server.current == first
    assert done[-1].startswith(f"{second}: manage.py {fails}")


def test_the_old_release_is_put_back_when_the_new_one_does_not_come_up(server):
    first = server.commit()
    assert server.upgrade("main")[0] == 0
    second = server.commit()
    code, complaint, done = server.upgrade("main", BAD=second)
    assert code == 1
    assert f"Going back to {server.home}/releases/{first}." in complaint
    assert server.current == first
    assert done[-4:] == [
        f"{second}: restart newsroom-web@8001.service",
        f"{first}: restart newsroom-worker",
        f"{first}: restart newsroom-web@8000.service",
        f"{first}: restart newsroom-web@8001.service",
    ]


def test_a_release_that_was_made_half_is_made_anew(server):
    name = server.commit()
    half = server.home / "releases" / name
    half.mkdir()
    (half / "half").touch()
    assert server.upgrade("main")[0] == 0
    assert not (half / "half").exists()


def test_three_releases_stay(server):
    names = []
    for turn in range(5):
        names.append(server.commit())
        assert server.upgrade("main")[0] == 0
        os.utime(server.home / "releases" / names[-1], (turn, turn))
    assert {one.name for one in (server.home / "releases").iterdir()} == {*names[-3:]}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "Which release? newsroom-upgrade COMMIT, BRANCH or TAG\n"),
        (["v9"], "v9 is no commit, branch or tag of "),
    ],
)
def test_what_is_no_release_is_said(server, words, complaint):
    code, said, done = server.upgrade(*words)
    assert code != 0
    assert said.startswith(complaint)
    assert done == []
