"""Files of media in a store that all backups of a folder share: each contents is there once."""

from __future__ import annotations

import contextlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql

from ads.models import Creative
from articles.models import Photo

from ..media_store.files import Entry, Files, below
from .sealing import ENDING, Passing, digest_of, seal

# Files that rows name beside those in columns for files: table, column, and the way to the names in it.
NAMED_IN_JSON: tuple[tuple[type[models.Model], str, str], ...] = (
    (Photo, "renditions", "$[*].name"),
    (Creative, "images", "$.*.name"),
)
INCOMING = "incoming-"
AT_ONCE = 1000
# As many names as a manifest says are missing; it counts them all.
MOST_MISSING = 100

# `run` is the backup that saw the file last; `object` its name in the store, `sealed_for` the key.
SCHEMA = """
CREATE TABLE IF NOT EXISTS media (
    name TEXT PRIMARY KEY, size INTEGER, changed INTEGER, digest TEXT, object TEXT, object_size INTEGER,
    object_digest TEXT, sealed_for TEXT, run TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS media_digest ON media (digest, sealed_for);
CREATE TEMP TABLE named (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE referred (object TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def named_by_rows(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """Every file that the rows of this snapshot name, some more than once."""
    queries = [
        sql.SQL("SELECT {0} FROM {1} WHERE {0} <> ''").format(
            sql.Identifier(field.column), sql.Identifier(model._meta.db_table)
        )
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.FileField)
    ]
    queries += [
        sql.SQL("SELECT jsonb_path_query({}, {}) #>> '{{}}' FROM {}").format(
            sql.Identifier(column), path, sql.Identifier(model._meta.db_table)
        )
        for model, column, path in NAMED_IN_JSON
    ]
    for query in queries:
        with connection.cursor("named") as cursor:
            cursor.itersize = AT_ONCE
            for (name,) in cursor.execute(query):
                yield name


class Store:
    """The store below a folder of backups, and its list of what is where; use it as a context.

    Args:
        folder: of the backups.
        key: what new contents are sealed for, or None.
    """

    def __init__(self, folder: Path, key: Any) -> None:
        self.folder = folder / "media"
        self._key = key
        self._sealed_for = str(key or "")
        self._file = folder / "media.sqlite3"
        # Files and bytes that this run has added.
        self.new_files = self.new_bytes = 0

    def __enter__(self) -> Store:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        for path in self.folder.glob(f"{INCOMING}*"):
            path.unlink()
        try:
            self._open()
        except sqlite3.DatabaseError:
            # What it knew is found out anew.
            self._file.unlink()
            self._open()
        return self

    def _open(self) -> None:
        self._index = sqlite3.connect(self._file)
        self._index.executescript(SCHEMA)

    def __exit__(self, *_error: object) -> None:
        self._index.close()

    @property
    def expected(self) -> int:
        """How many files the last backup saw."""
        return int(self._index.execute("SELECT count(*) FROM media").fetchone()[0])

    def path(self, name: str) -> Path:
        """Where an object lies."""
        return self.folder / name[:2] / name

    def expect(self, names: Iterator[str]) -> None:
        """Note what has to be there at the end of `take`."""
        self._index.executemany(
            "INSERT OR IGNORE INTO named VALUES (?)", ((name,) for name in names)
        )

    def take(self, media: Files, run: str, step: Callable[[int], None]) -> tuple[int, list[str]]:
        """Bring the store up to date with the files of media.

        Returns how many names were expected and are not there, and the first of them.
        """
        for count, entry in enumerate(media.entries(), start=1):
            self._keep(media, entry, run)
            step(count)
            if count % AT_ONCE == 0:
                self._index.commit()
        missing = "SELECT name FROM named EXCEPT SELECT name FROM media WHERE run = ? ORDER BY 1"
        for (name,) in self._index.execute(missing, [run]).fetchall():
            # It came behind our back: a file that was cut off is written anew under its name.
            with contextlib.suppress(ValueError):
                if late := media.find(name):
                    self._keep(media, late, run)
        self._index.execute("DELETE FROM media WHERE run <> ?", [run])
        self._index.commit()
        names = [name for (name,) in self._index.execute(missing, [run])]
        return len(names), names[:MOST_MISSING]

    def _keep(self, media: Files, entry: Entry, run: str) -> None:
        name = entry.name
        try:
            known = self._index.execute(
                "SELECT object, object_size FROM media "
                "WHERE name = ? AND size = ? AND changed = ? AND sealed_for = ?",
                [name, entry.size, entry.changed, self._sealed_for],
            ).fetchone()
            if known and self._is_there(*known):
                self._index.execute("UPDATE media SET run = ? WHERE name = ?", [run, name])
                return
            with media.at_hand(name) as path:
                facts = self._object(path)
        except FileNotFoundError:
            return  # gone since it was listed
        self._index.execute(
            "INSERT OR REPLACE INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [name, entry.size, entry.changed, *facts, self._sealed_for, run],
        )

    def _is_there(self, name: str, size: int) -> bool:
        try:
            return self.path(name).stat().st_size == size
        except FileNotFoundError:
            return False

    def _object(self, path: Path) -> tuple[str, str, int, str]:
        """Digest, and the object with these contents: its name, size and digest; written if there is none."""
        digest = digest_of(path)
        known = self._index.execute(
            "SELECT object, object_size, object_digest FROM media WHERE digest = ? AND sealed_for = ? LIMIT 1",
            [digest, self._sealed_for],
        ).fetchone()
        if known and self._is_there(*known[:2]):
            return (digest, *known)
        plain = self.path(digest)
        if self._key is None and plain.is_file() and digest_of(plain) == digest:
            return digest, digest, plain.stat().st_size, digest
        incoming = self.folder / f"{INCOMING}{secrets.token_hex(4)}"
        with path.open("rb") as source, incoming.open("xb") as out:
            read, written = seal(Passing(source), out, self._key)
        # What is sealed twice is not the same twice, and older backups know the older one by its fingerprint.
        name = read.digest + (f".{secrets.token_hex(4)}{ENDING}" if self._key else "")
        goal = self.path(name)
        goal.parent.mkdir(mode=0o700, exist_ok=True)
        incoming.replace(goal)
        self.new_files += 1
        self.new_bytes += written.size
        return read.digest, name, written.size, written.digest

    def listed(self, run: str) -> Iterator[dict[str, Any]]:
        """The files of a run, each with what `restoring` needs, by name."""
        columns = ("name", "size", "changed", "digest", "object")
        for row in self._index.execute(
            f"SELECT {', '.join(columns)} FROM media WHERE run = ? ORDER BY name", [run]
        ):
            yield dict(zip(columns, row, strict=True))

    def sums(self, run: str) -> Iterator[tuple[str, str]]:
        """The objects of a run: digest and name."""
        yield from self._index.execute(
            "SELECT DISTINCT object_digest, object FROM media WHERE run = ? ORDER BY object", [run]
        )

    def totals(self, run: str) -> tuple[int, int]:
        """How many files, and their bytes."""
        files, size = self._index.execute(
            "SELECT count(*), coalesce(sum(size), 0) FROM media WHERE run = ?", [run]
        ).fetchone()
        return files, size

    def throw_away_all_but(self, objects: Iterator[str]) -> int:
        """Remove what no backup refers to; returns how many."""
        self._index.executemany(
            "INSERT OR IGNORE INTO referred VALUES (?)", ((name,) for name in objects)
        )
        count = 0
        for path in below(self.folder):
            asked = "SELECT 1 FROM referred WHERE object = ?"
            if self._index.execute(asked, [path.name]).fetchone() is None:
                path.unlink()
                count += 1
        self._index.commit()
        return count


def lines(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Rows as lines of JSON."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"
