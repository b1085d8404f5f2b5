"""Makes a backup: database first, then media, and says that it is one only when it was restored and compared.

Files of media are called by their contents, are written before the rows that name them and are never removed: copied
after the database's point in time, every file that a row of that point names is among them.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from auditlog import chain
from comments import erasures
from newsroom.house.clone import commit

from ..media_store import files
from . import catalogue, erased, record, sealing, tables
from .catalogue import UNFINISHED, Backup
from .filling import filled
from .media import Store, lines
from .media import named_by_rows as named
from .problem import Problem, disk_trouble, refusals
from .progress import Progress, size
from .retention import Kept, kept
from .server import Server, last_words

_SECOND = datetime.timedelta(seconds=1)


class Lines:
    """A reader of lines that are made as they are read."""

    def __init__(self, made: Iterator[bytes]) -> None:
        self._made = made
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        while size < 0 or len(self._rest) < size:
            piece = next(self._made, None)
            if piece is None:
                break
            self._rest += piece
        size = len(self._rest) if size < 0 else size
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


def make(folder: Path, *, is_verified: bool, progress: Progress) -> Backup:
    """Make a backup below `folder`, and remove those that are not to be kept any more.

    Args:
        folder: of the backups; made if it is not there.
        is_verified: restore it into a database that is dropped again, and compare.

    Whatever comes of it is recorded. Raises Problem; then nothing of this backup is left, and the others are as they
    were. A backup that lacks a file which a row names is kept, and `about["missing"]` names it.
    """
    began_at = timezone.now()
    facts: dict[str, Any] = {"folder": str(folder), "began_at": began_at.isoformat()}
    try:
        with disk_trouble(folder), refusals():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            backup = _make(folder, began_at, is_verified, progress)
    except BaseException as error:
        record.note("backup", **facts, error=str(error) or type(error).__name__)
        raise
    finally:
        progress.clear()
    about = backup.about
    told = ("bytes", "new_bytes", "rows", "files", "is_verified")
    record.note(
        "backup",
        **facts,
        **{name: about[name] for name in told},
        name=backup.name,
        missing=about["missing_count"],
        error=lacking(backup) if about["missing"] else "",
    )
    return backup


def lacking(backup: Backup) -> str:
    """Which files are not in a backup though rows name them: a sentence."""
    names = backup.about["missing"]
    return _("%(count)d files that rows name are not there: %(names)s") % {
        "count": backup.about["missing_count"],
        "names": ", ".join(names[:10]) + (" …" if len(names) > 10 else ""),
    }


def _make(
    folder: Path, began_at: datetime.datetime, is_verified: bool, progress: Progress
) -> Backup:
    key = sealing.public_key(settings.BACKUP_PUBLIC_KEY)
    server = Server.of_settings()
    with catalogue.locked(folder), server.alone(), Store(folder, key) as store:
        for name in catalogue.clear_interrupted(folder):
            progress.say(_("The backup %(name)s was interrupted: it is removed.") % {"name": name})
        name = _free_name(folder, began_at)
        work = folder / (name + UNFINISHED)
        work.mkdir(mode=0o700)
        try:
            _Run(work, name, store, server, key, progress).write(is_verified)
            # What the name says has to be on the disk before the name is.
            progress.step(_("Writing to the disk"))
            os.sync()
            work.rename(folder / name)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        erased.merge(erased.beside(folder), erasures.file())
        _remove_old(folder, name, store, progress)
        return catalogue.read(folder / name)


def _free_name(folder: Path, began_at: datetime.datetime) -> str:
    """The second in which a backup began, or the first that no other is named by and that is after the newest one."""
    at = began_at
    newest = next(iter(catalogue.backups(folder)), None)
    # Further ahead than that, the clock was wrong then or is now: what it says is still the best name there is.
    if newest and began_at <= newest.at + _SECOND <= began_at + datetime.timedelta(minutes=1):
        at = newest.at + _SECOND
    while (folder / (name := f"{at:%Y%m%dT%H%M%SZ}")).exists():
        at += _SECOND
    return name


class _Run:
    """One backup while it is made."""

    def __init__(
        self, work: Path, name: str, store: Store, server: Server, key: Any, progress: Progress
    ) -> None:
        self.work, self.name, self.store = work, name, store
        self.server, self.key, self.progress = server, key, progress
        self.sums: list[tuple[str, str]] = []
        self.bytes = self.dump_bytes = 0

    def write(self, is_verified: bool) -> None:
        with contextlib.ExitStack() as stack:
            scratch = None
            if is_verified:
                scratch = self.server.new_scratch()
                stack.callback(self.server.drop, scratch)
            opened = stack.enter_context(self.server.connect())
            # On one connection and in one snapshot: what is dumped, what is counted, and which files have to be there.
            with tables.snapshot(opened) as snapshot:
                at = timezone.now()
                # Fed while the dump goes by: what is sealed cannot be read again here. Its end is waited for where the
                # block ends, so that it makes indexes while rows are counted.
                with filled(self.server, scratch) as fill:
                    self._dump(snapshot, fill)
                    found = list(tables.look(opened, self._step(_("Counting rows"))))
                    self.store.expect(named(opened))
                    audit_head = _audit_head(opened)
                    migrations = sorted(
                        f"{app}.{name}"
                        for app, name in opened.execute(
                            f"SELECT app, name FROM {MigrationRecorder.Migration._meta.db_table}"
                        )
                    )
            if scratch:
                with self.server.connect(scratch) as checked:
                    again = tables.look(checked, self._step(_("Comparing with the restored rows")))
                    if differing := tables.differing(found, again):
                        raise Problem(
                            _("Restored, these tables were not what they had been: %(names)s.")
                            % {"names": ", ".join(differing)}
                        )
        self._part("tables.jsonl", Lines(lines(map(asdict, found))))
        missing_count, missing = self._media()
        count, media_bytes = self.store.totals(self.name)
        objects = (
            (digest, f"../media/{name[:2]}/{name}") for digest, name in self.store.sums(self.name)
        )
        own = list(self.sums)
        about = {
            "at": at.isoformat(),
            "database": self.server.database,
            "is_verified": is_verified,
            "missing": missing,
            "missing_count": missing_count,
            "sealed_for": str(self.key or ""),
            "bytes": self.bytes + media_bytes,
            "new_bytes": self.bytes + self.store.new_bytes,
            "new_files": self.store.new_files,
            "dump_bytes": self.dump_bytes,
            "tables": len(found),
            "rows": sum(table.rows for table in found),
            "files": count,
            "versions": {
                "code": commit(apart_from="bench/results"),
                "postgresql": self.server.version,
                "python": platform.python_version(),
            },
            "migrations": migrations,
            "audit_log": audit_head,
        }
        catalogue.write(self.work, about, _joined(own, objects))

    def _step(self, what: str) -> tables.Step:
        return lambda done, whole: self.progress.step(what, done, whole)

    def _part(self, name: str, source: sealing.Reader) -> sealing.Passing:
        """Write one of the files, sealed if there is a key."""
        path = self.work / (name + (sealing.ENDING if self.key else ""))
        with path.open("xb") as out:
            read, written = sealing.seal(source, out, self.key)
        # Read again, so that the sums are those of what is on the disk.
        if sealing.digest_of(path) != written.digest:
            raise Problem(_("%(file)s is damaged.") % {"file": path})
        self.sums.append((written.digest, path.name))
        self.bytes += written.size
        return read

    def _dump(self, snapshot: str, fill: Callable[[bytes], None]) -> None:
        what = _("Dumping the database")
        before = catalogue.backups(self.work.parent)
        expected = before[0].about["dump_bytes"] if before else None
        # No extension but what every database has: the newsroom needs none, and only a superuser could restore them.
        arguments = (
            "--format=custom",
            "--compress=1",
            "--extension=plpgsql",
            f"--snapshot={snapshot}",
        )
        with self.server.running(
            "pg_dump", self.server.database, *arguments, stdout=subprocess.PIPE
        ) as (dump, complaints):
            assert dump.stdout is not None
            done = 0

            def passed(piece: bytes) -> None:
                nonlocal done
                done += len(piece)
                self.progress.step(what, done, expected, size(done))
                fill(piece)

            self.dump_bytes = self._part("database.dump", sealing.Passing(dump.stdout, passed)).size
            if dump.wait():
                raise Problem(
                    _("The database could not be dumped. %(words)s")
                    % {"words": last_words(complaints)}
                )

    def _media(self) -> tuple[int, list[str]]:
        what, expected = _("Copying media"), self.store.expected
        missing = self.store.take(
            files.of_settings(),
            self.name,
            lambda done: self.progress.step(what, done, max(done, expected)),
        )
        self._part("media.jsonl", Lines(lines(self.store.listed(self.name))))
        return missing


def _audit_head(opened: Any) -> str:
    """The head of the audit log's chain at this point, which nobody who rewrites the database reaches here."""
    row = opened.execute(
        """
        SELECT position, hash FROM (
            (SELECT position, hash FROM auditlog_entry WHERE position IS NOT NULL
             ORDER BY position DESC LIMIT 1)
            UNION ALL SELECT position, hash FROM auditlog_anchor
        ) heads ORDER BY position DESC LIMIT 1
        """
    ).fetchone()
    return str(chain.Head(*row)) if row else ""


def _joined(
    own: list[tuple[str, str]], objects: Iterator[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    yield from own
    yield from objects


def _remove_old(folder: Path, made: str, store: Store, progress: Progress) -> None:
    found = catalogue.backups(folder)
    stay = kept(
        [Kept(one.name, one.at, one.is_good) for one in found],
        ZoneInfo(settings.TIME_ZONE),
        daily=settings.BACKUPS_KEPT_DAILY,
        weekly=settings.BACKUPS_KEPT_WEEKLY,
        monthly=settings.BACKUPS_KEPT_MONTHLY,
    ) | {made}  # By a clock that was set back it is not the newest.
    gone = [one for one in found if one.name not in stay]
    for one in gone:
        progress.step(_("Removing the backup %(name)s") % {"name": one.name})
        # Under this name it is none any more, whatever happens while it goes.
        aside = one.folder.rename(one.folder.with_name(one.name + UNFINISHED))
        shutil.rmtree(aside)
    # A backup that cannot say what it consists of may be mended one day: its files stay.
    if gone and not catalogue.unreadable(folder):
        remaining = [one for one in found if one.name in stay]
        store.throw_away_all_but(path.name for one in remaining for _sum, path in one.sums())
