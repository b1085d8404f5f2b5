"""Damage, full disks, interruptions: said in a sentence, and nothing is touched that was good."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError
from django.db import connection

from articles.models import Article
from newsroom.backup import catalogue, media, record, sealing, tables
from newsroom.backup.server import Server
from tests.factories import ArticleFactory

from .conftest import Newsroom

ROOT = Path(__file__).resolve().parents[2]


def flip(path: Path) -> None:
    """Another byte in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("part", "harm", "said"),
    [
        ("database.dump", flip, "is damaged."),
        ("database.dump", Path.unlink, "is missing."),
        ("tables.jsonl", flip, "is damaged."),
        ("media.jsonl", flip, "is damaged."),
        ("SHA256SUMS", flip, "is damaged."),
        ("SHA256SUMS", Path.unlink, "is missing."),
        ("media", flip, "is damaged."),
        ("media", Path.unlink, "is missing."),
    ],
)
def test_a_damaged_file_is_named_and_nothing_is_touched(
    newsroom: Newsroom, part: str, harm: Callable[[Path], None], said: str
) -> None:
    backup = newsroom.backup()
    later = ArticleFactory()
    path = backup.folder / part
    if part == "media":
        (path,) = (one for one in (newsroom.backups / "media").rglob("*") if one.is_file())
    harm(path)
    for options in ({"replace": True}, {"check": True}):
        with pytest.raises(CommandError) as refused:
            newsroom.restore(**options)
        assert str(refused.value) == f"Nothing was restored. {path} {said}"
    assert Article.objects.filter(pk=later.pk).exists()
    assert newsroom.databases() == {newsroom.name}


def test_a_damaged_manifest_is_named(newsroom: Newsroom) -> None:
    backup = newsroom.backup()
    manifest = backup.folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"rows": ', '"rows": 1'))
    with pytest.raises(CommandError) as refused:
        newsroom.restore(backup=backup.name, replace=True)
    assert str(refused.value) == f"{manifest} is damaged."


def test_the_sums_are_those_that_sha256sum_reads(newsroom: Newsroom) -> None:
    backup = newsroom.backup()
    command = ["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"]
    subprocess.run(command, cwd=backup.folder, check=True)


def test_a_backup_that_is_whole_says_so(newsroom: Newsroom) -> None:
    newsroom.backup()
    assert newsroom.restore(check=True).endswith("Every file is what it was.\n")


def test_rows_that_come_back_otherwise_are_no_backup(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = tables.look

    def lossy(opened: psycopg.Connection[Any], step: tables.Step) -> Any:
        if "_scratch_" in opened.info.dbname:
            opened.execute("DELETE FROM articles_articlephoto")
        return look(opened, step)

    monkeypatch.setattr(tables, "look", lossy)
    with pytest.raises(CommandError) as refused:
        newsroom.backup()
    assert str(refused.value) == (
        "Restored, these tables were not what they had been: public.articles_articlephoto."
    )
    assert catalogue.backups(newsroom.backups) == []
    assert newsroom.databases() == {newsroom.name}


class FullDisk:
    """Takes a little, and then no more."""

    def __init__(self, out: Any) -> None:
        self.out, self.room = out, 20_000

    def write(self, piece: bytes) -> int:
        self.room -= len(piece)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return int(self.out.write(piece))

    def flush(self) -> None:
        self.out.flush()


@pytest.mark.parametrize("is_sealed", [False, True])
def test_a_full_disk_is_said_and_leaves_the_older_backup_alone(
    newsroom: Newsroom,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_sealed: bool,
) -> None:
    if is_sealed:
        settings.BACKUP_PUBLIC_KEY = sealing.new_key(tmp_path / "key")
    older = newsroom.backup()
    begin = sealing.Written.__init__
    monkeypatch.setattr(sealing.Written, "__init__", lambda self, out: begin(self, FullDisk(out)))
    with pytest.raises(CommandError) as refused:
        newsroom.backup()
    assert str(refused.value) == f"There is no room left in {newsroom.backups}."
    assert [one.name for one in catalogue.backups(newsroom.backups)] == [older.name]
    assert not list(newsroom.backups.glob("*.unfinished"))
    assert newsroom.databases() == {newsroom.name}
    assert record.runs()[0]["error"] == str(refused.value)


def test_who_interrupts_leaves_nothing_behind(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(media.Store, "take", interrupt)
    with pytest.raises(KeyboardInterrupt):
        newsroom.backup()
    assert list(newsroom.backups.glob("2*")) == []
    assert newsroom.databases() == {newsroom.name}
    assert record.runs()[0]["error"] == "KeyboardInterrupt"


def test_what_a_killed_backup_left_is_removed_by_the_next(
    newsroom: Newsroom, settings: Any
) -> None:
    server = Server.of_settings()
    host = server.parameters["host"]
    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "DATABASE_URL": f"postgres:///{newsroom.name}?host={host}",
        "PGUSER": server.parameters["user"],
        "PGPORT": server.parameters["port"],
        "VAR_DIR": str(settings.VAR_DIR),
        "PATH": f"{server.folder}:{os.environ['PATH']}",
    }
    connection.close()
    with server.connect() as holding, holding.transaction():
        # It waits for this table, with its folder and its scratch database made.
        holding.execute("LOCK TABLE articles_article IN ACCESS EXCLUSIVE MODE")
        command = [sys.executable, "manage.py", "backup", str(newsroom.backups)]
        killed = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
        with server.connect("postgres") as watching:
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
            while watching.execute(waiting, [newsroom.name]).fetchone() == (0,):
                assert killed.poll() is None
        killed.kill()
        killed.wait()
    assert len(list(newsroom.backups.glob("*.unfinished"))) == 1
    assert len(newsroom.databases()) == 2

    backup = newsroom.backup()

    assert [path.name for path in newsroom.backups.glob("2*")] == [backup.name]
    assert newsroom.databases() == {newsroom.name}


def test_one_backup_at_a_time(newsroom: Newsroom) -> None:
    with Server.of_settings().alone(), pytest.raises(CommandError) as refused:
        newsroom.backup()
    assert str(refused.value) == "Another backup or restore of this database is going on."
    with catalogue.locked(newsroom.backups), pytest.raises(CommandError, match="Another backup"):
        newsroom.backup()


def test_what_postgresql_refuses_is_said_in_its_words(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: Any) -> None:
        raise psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")

    monkeypatch.setattr(tables, "snapshot", refused)
    with pytest.raises(CommandError) as said:
        newsroom.backup()
    assert str(said.value) == "PostgreSQL refuses: canceling statement due to lock timeout"
    assert newsroom.databases() == {newsroom.name}


def test_programs_that_are_missing_or_older_are_said(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 14.2'\n")
    old.chmod(0o755)
    server = Server.of_settings()
    monkeypatch.setattr(shutil, "which", lambda name, path: None)
    with pytest.raises(CommandError, match=r"pg_\w+ is not on the PATH: install PostgreSQL's"):
        newsroom.backup()
    monkeypatch.setattr(shutil, "which", lambda name, path: str(old))
    with pytest.raises(
        CommandError, match=rf"is of version 14 and the server of {server.version // 10_000}:"
    ):
        newsroom.backup()
    assert newsroom.databases() == {newsroom.name}


def test_a_backup_of_a_later_version_is_refused(newsroom: Newsroom) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('articles', '9999_later', now())"
        )
    newsroom.backup()
    newsroom.empty()
    with pytest.raises(CommandError, match=r"articles\.9999_later is unknown here"):
        newsroom.restore()


def test_what_is_no_public_key_is_said(newsroom: Newsroom, settings: Any) -> None:
    settings.BACKUP_PUBLIC_KEY = "age1nothing"
    with pytest.raises(CommandError, match="BACKUP_PUBLIC_KEY cannot be used"):
        newsroom.backup()


def test_a_folder_without_backups_is_said(newsroom: Newsroom, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        newsroom.restore(tmp_path)
    assert str(refused.value) == f"There is no backup in {tmp_path}."


def test_what_came_of_each_is_recorded(newsroom: Newsroom) -> None:
    backup = newsroom.backup()
    newsroom.backup(no_verify=True)
    newsroom.restore(replace=True)
    second, first = record.runs()
    assert (first["name"], first["is_verified"], first["error"]) == (backup.name, True, "")
    assert first["bytes"] == backup.about["bytes"]
    assert second["is_verified"] is False
    (restored,) = record.runs("restore")
    # Of the two the verified one, though the other is newer.
    assert restored["folder"] == str(backup.folder)


def test_an_extension_of_the_server_hinders_nobody(newsroom: Newsroom) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions WHERE name <> 'plpgsql' LIMIT 1")
        if not (found := cursor.fetchone()):
            pytest.skip("this server has no extension to try it with")
        cursor.execute(f'CREATE EXTENSION "{found[0]}"')
    assert newsroom.backup().is_good
    newsroom.restore(replace=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        assert cursor.fetchall() == [("plpgsql",)]
