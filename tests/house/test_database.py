"""Which database the environment names, and where the installation keeps its things."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsroom import database


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "postgres://desk:p%40ss%2Fword@db.example:5433/news",
            {
                "NAME": "news",
                "USER": "desk",
                "PASSWORD": "p@ss/word",
                "HOST": "db.example",
                "PORT": "5433",
            },
        ),
        (
            "postgresql:///news",
            {"NAME": "news", "USER": "", "PASSWORD": "", "HOST": "", "PORT": ""},
        ),
        ("postgres://u@/news?host=/run/Pg", {"NAME": "news", "USER": "u", "HOST": "/run/Pg"}),
        ("postgres://u@%2Frun%2FPg:5433/news", {"USER": "u", "HOST": "/run/Pg", "PORT": "5433"}),
        ("postgres://[::1]/news", {"HOST": "::1"}),
        (
            "postgres://db.example/news?sslmode=require&connect_timeout=2",
            {"OPTIONS": {"sslmode": "require", "connect_timeout": "2"}},
        ),
        ("postgres://db.example/news", {"OPTIONS": {"connect_timeout": "2"}}),
    ],
)
def test_address_becomes_settings(address: str, expected: dict[str, Any]) -> None:
    settings = database.settings_for({"DATABASE_URL": address}, Path("/nowhere"))

    assert {name: settings[name] for name in expected} == expected
    assert settings["ENGINE"] == "pagecache.backend"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "mysql://u:secret@db/news",
            "DATABASE_URL has to begin with postgres://, not with mysql://: only PostgreSQL is used.",
        ),
        (
            "news",
            "DATABASE_URL has to begin with postgres://, not as this one does: only PostgreSQL is used.",
        ),
        (
            "postgres://u:secret@db",
            "DATABASE_URL has to end with the name of one database, as in postgres://user@host/newsroom.",
        ),
        (
            "postgres://u:secret@db:http/news",
            "The port in DATABASE_URL has to be a number from 1 to 65535.",
        ),
        (
            "postgres://u:secret@db/news?ssl=1",
            "DATABASE_URL has an option that PostgreSQL does not know: ssl.",
        ),
    ],
)
def test_bad_address_is_refused_in_a_sentence_without_the_password(
    address: str, sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        database.settings_for({"DATABASE_URL": address}, Path("/nowhere"))

    assert str(caught.value) == sentence


def test_without_address_the_embedded_server_in_var_dir_is_used(tmp_path: Path) -> None:
    settings = database.settings_for({}, tmp_path)

    assert settings["ENGINE"] == "newsroom.house.backend"
    assert settings["EMBEDDED_HOME"] == str(tmp_path / "postgres")
    assert settings["EMBEDDED_IS_THROWAWAY"] is False
    assert list(tmp_path.iterdir()) == [], "nothing is made before the first connection"


def test_var_dir_is_what_the_environment_says_taken_from_the_clone() -> None:
    base = Path("/srv/clone")

    assert database.var_dir(base, {"VAR_DIR": "/data/second"}) == Path("/data/second")
    assert database.var_dir(base, {"VAR_DIR": "../second"}) == Path("/srv/second")


def test_var_dir_is_in_the_clone_but_not_for_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert database.var_dir(Path("/srv/clone"), {}) == Path("/srv/clone/var")

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    one, other = (database.var_dir(Path(clone), {}) for clone in ("/srv/clone", "/srv/other"))
    assert one.parent == other.parent == Path("/var/lib")
    assert one != other


def test_address_of_a_replica_becomes_settings() -> None:
    settings = database.replica_for({"DATABASE_REPLICA_URL": "postgres://u:secret@copy/news"})

    assert settings is not None
    assert settings["ENGINE"] == "pagecache.replica"
    assert (settings["HOST"], settings["NAME"], settings["USER"]) == ("copy", "news", "u")


@pytest.mark.parametrize("environ", [{}, {"DATABASE_REPLICA_URL": " "}])
def test_without_address_there_is_no_replica(environ: dict[str, str]) -> None:
    assert database.replica_for(environ) is None


def test_bad_address_of_a_replica_is_called_by_its_own_name() -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        database.replica_for({"DATABASE_REPLICA_URL": "postgres://u:secret@copy:x/news"})

    assert (
        str(caught.value) == "The port in DATABASE_REPLICA_URL has to be a number from 1 to 65535."
    )
