"""A newsroom whose database can be dumped, dropped and replaced: a copy of the test's own, for each test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from psycopg import sql

from newsroom.backup import catalogue, tables
from newsroom.backup.catalogue import Backup
from newsroom.backup.server import Server
from tests.factories import ArticleFactory, ArticlePhotoFactory

NUMBERS = itertools.count(1)


class Newsroom:
    """What a test asks of it: its tables, its media, its backups."""

    def __init__(self, name: str, media: Path, backups: Path) -> None:
        self.name, self.media_root, self.backups = name, media, backups

    def backup(self, **options: Any) -> Backup:
        out = StringIO()
        call_command("backup", self.backups, stdout=out, stderr=StringIO(), **options)
        return catalogue.backups(self.backups)[0]

    def restore(self, folder: Path | None = None, **options: Any) -> str:
        out = StringIO()
        options = {"no_input": True, "stdout": out, "stderr": StringIO()} | options
        call_command("restore", folder or self.backups, **options)
        return out.getvalue()

    def tables(self) -> list[tables.Table]:
        with Server.of_settings().connect() as opened:
            return list(tables.look(opened, lambda done, whole: None))

    def media(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.media_root).as_posix(): path.read_bytes()
            for path in self.media_root.rglob("*")
            if path.is_file()
        }

    def databases(self) -> set[str]:
        """Whatever is called after this newsroom's database."""
        with Server.of_settings().connect("postgres") as opened:
            like = f"{self.name}%".replace("_", r"\_")
            found = opened.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like])
            return {name for (name,) in found}

    def empty(self) -> None:
        """As a new server: a database without a table, and no media."""
        connection.close()
        with Server.of_settings().connect() as opened:
            opened.execute(
                "DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS as_new CASCADE; CREATE SCHEMA public"
            )
        for path in self.media_root.rglob("*"):
            if path.is_file():
                path.unlink()

    def objects(self) -> set[str]:
        return {path.name for path in (self.backups / "media").rglob("*") if path.is_file()}


@pytest.fixture
def newsroom(
    transactional_db: None, settings: Any, tmp_path: Path, media_root: Path
) -> Iterator[Newsroom]:
    """A newsroom with two stories and their photos."""
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    before = connection.settings_dict["NAME"]
    server = Server.of_settings()
    name = f"{before}_newsroom{next(NUMBERS)}"
    connection.close()
    with server.connect("postgres") as opened:
        opened.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
        # A template has no other users, and threads of tests before may have left some.
        opened.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [before],
        )
        opened.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(before)
            )
        )
    connection.settings_dict["NAME"] = name
    made = Newsroom(name, media_root, tmp_path / "backups")
    try:
        with translation.override("en"):
            for _number in range(2):
                ArticlePhotoFactory(article=ArticleFactory())
            yield made
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        with server.connect("postgres") as opened:
            like = f"{name}%".replace("_", r"\_")
            for (one,) in opened.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", [like]
            ).fetchall():
                opened.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(one)))
