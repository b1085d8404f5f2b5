"""Puts a backup in the place of an installation: everything is checked first, and nothing is touched until it is good.

The database is made beside the one in use, compared with what the backup says was in it, brought to the version of
this code, rid of what readers had erased since, and only then given the other's name.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import erasures

from ..media_store import files
from ..upgrades import squashed
from . import catalogue, erased, record, sealing, tables
from .catalogue import Backup
from .filling import filled
from .problem import Problem, disk_trouble, refusals
from .progress import Progress, size
from .server import Server

MOST_FAULTS = 10


def chosen(folder: Path, name: str | None) -> Backup:
    """The backup of that name below a folder, the newest good one without a name, or the folder itself if it is one.

    Raises Problem.
    """
    if (folder / catalogue.MANIFEST).exists():
        return catalogue.read(folder)
    if name:
        return catalogue.read(folder / name)
    found = catalogue.backups(folder)
    if not found:
        raise Problem(_("There is no backup in %(folder)s.") % {"folder": folder})
    return next((one for one in found if one.is_good), found[0])


def check(backup: Backup, key: Any, progress: Progress) -> None:
    """Read every file of a backup and compare it with its fingerprint. Raises Problem, with the names of the bad ones."""
    done = 0
    what, whole = _("Checking the backup"), backup.about["bytes"]

    def told(more: int) -> None:
        nonlocal done
        done += more
        progress.step(what, done, whole)

    if found := catalogue.faults(backup, told):
        sentences = " ".join(found[:MOST_FAULTS]) + (" …" if len(found) > MOST_FAULTS else "")
        raise Problem(_("Nothing was restored. %(faults)s") % {"faults": sentences})
    if backup.is_sealed and key is None:
        return
    with _opened(backup, "tables.jsonl", key):
        pass


class Restore:
    """A backup on its way into this installation. Raises Problem from each step.

    Args:
        key: the private key, needed for a backup that is sealed.
        is_replacing: a database that is not empty gives way.
    """

    def __init__(self, backup: Backup, *, key: Any, is_replacing: bool, progress: Progress) -> None:
        self.backup, self.key, self.progress = backup, key, progress
        self.server = Server.of_settings()
        self.media = files.of_settings()
        if unknown := sorted(set(backup.about["migrations"]) - _known_migrations()):
            raise Problem(
                _("The backup was made by a later version of the code: %(name)s is unknown here.")
                % {"name": unknown[0]}
            )
        if squashed.is_in_between(
            {tuple(name.split(".", 1)) for name in backup.about["migrations"]}
        ):
            raise Problem(
                _(
                    "The backup lacks some of the migrations that have since been put together: restore it first with the"
                    " last version that has them (commit %(commit)s), and make another one there."
                )
                % {"commit": squashed.LAST_WITH_THEM}
            )
        with self.server.connect() as opened:
            self.is_empty = not tables.exist(opened)
        if not self.is_empty and not is_replacing:
            raise Problem(
                _(
                    "The database %(name)s is not empty: nothing was restored. With --replace the backup takes its "
                    "place."
                )
                % {"name": self.server.database}
            )
        if backup.is_sealed and key is None:
            raise Problem(
                _("This backup is sealed: --key names the file with the private key that opens it.")
            )

    def run(self) -> str:
        """Restore; returns the name under which the database that was in use is kept, or "" if it was empty."""
        facts: dict[str, Any] = {
            "folder": str(self.backup.folder),
            "began_at": timezone.now().isoformat(),
        }
        try:
            with refusals(), self.server.alone():
                former = self._run()
        except BaseException as error:
            record.note("restore", **facts, error=str(error) or type(error).__name__)
            raise
        finally:
            self.progress.clear()
        about = self.backup.about
        told = {name: about[name] for name in ("bytes", "rows", "files")}
        record.note("restore", **facts, **told)
        return former

    def _run(self) -> str:
        check(self.backup, self.key, self.progress)
        self.progress.step(_("Restoring the database"))
        scratch = self.server.new_scratch()
        try:
            self._fill(scratch)
            self._compare(scratch)
            # Files before the rows that name them, as the newsroom itself writes them.
            with disk_trouble(self.media):
                self._put_media()
            self._bring_up_to_date(scratch)
            self.progress.step(_("Putting it in the place of the other"))
            connection.close()
            former = self.server.put_in_place(scratch)
        except BaseException:
            self.server.drop(scratch)
            raise
        if self.is_empty:
            self.server.drop(former)
            former = ""
        call_command("forget_pages", stdout=_Silent())
        return former

    def _fill(self, scratch: str) -> None:
        what, whole = _("Restoring the database"), self.backup.about["dump_bytes"]
        done = 0
        with filled(self.server, scratch) as fill:

            class Out:
                def write(self, piece: bytes) -> None:
                    nonlocal done
                    done += len(piece)
                    fill(piece)
                    progress.step(what, done, whole, size(done))

                def flush(self) -> None:
                    pass

            progress = self.progress
            sealing.unseal(self.backup.part("database.dump"), Out(), self.key)
            progress.step(_("Making indexes"))

    def _compare(self, scratch: str) -> None:
        with self.server.connect(scratch) as opened, self._lines("tables.jsonl") as lines:
            step: Callable[[int, int], None] = lambda done, whole: self.progress.step(  # noqa: E731
                _("Comparing with the restored rows"), done, whole
            )
            again = list(tables.look(opened, step))
            if differing := tables.differing(catalogue.tables_in(lines), again):
                raise Problem(
                    _("Restored, these tables were not what they had been: %(names)s.")
                    % {"names": ", ".join(differing)}
                )

    def _lines(self, name: str) -> Any:
        return _opened(self.backup, name, self.key)

    def _put_media(self) -> None:
        what, whole = _("Restoring media"), self.backup.about["files"]
        store = self.backup.folder.parent / "media"
        self.media.clear()
        with self._lines("media.jsonl") as lines:
            for done, line in enumerate(lines, start=1):
                self.progress.step(what, done, whole)
                self._put(store, json.loads(line))

    def _put(self, store: Path, row: dict[str, Any]) -> None:
        name = row["name"]
        try:
            if self.media.holds(name, row["size"], row["digest"]):
                return
        except ValueError:
            damaged = self.backup.part("media.jsonl")
            raise Problem(_("%(file)s is damaged.") % {"file": damaged}) from None
        source = store / row["object"][:2] / row["object"]
        with self.media.coming(name) as path:
            with path.open("xb") as out:
                written = sealing.unseal(source, out, self.key)
            if written.digest != row["digest"]:
                raise Problem(_("%(file)s is damaged.") % {"file": source})
            files.put_if_other(self.media, name, path, row["changed"])

    def _bring_up_to_date(self, scratch: str) -> None:
        """Migrations that the backup lacks, and what readers had erased, before anybody can see it."""
        erased.merge(erasures.file(), erased.beside(self.backup.folder.parent))
        with _django_on(scratch):
            self.progress.step(_("Bringing the database to the version of this code"))
            call_command("migrate", interactive=False, verbosity=0)
            self.progress.step(_("Erasing again what was erased"))
            try:
                call_command("erase_again", stdout=_Told(self.progress))
            except CommandError as error:
                raise Problem(str(error)) from error


class _Silent:
    def write(self, text: str) -> None:
        pass

    def flush(self) -> None:
        pass


class _Told(_Silent):
    """What another command says, above the bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def write(self, text: str) -> None:
        if text.strip():
            self._progress.say(text.strip())


def _known_migrations() -> set[str]:
    loader = MigrationLoader(None)
    replaced = {key for one in loader.replacements.values() for key in one.replaces}
    return {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}


@contextmanager
def _django_on(database: str) -> Iterator[None]:
    """Django's own connection goes to another database meanwhile."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def _opened(backup: Backup, name: str, key: Any) -> Iterator[Iterator[str]]:
    """The lines of one of the files of a backup; opened if it is sealed, into a file that nobody else can see."""
    with tempfile.TemporaryFile() as plain:
        sealing.unseal(backup.part(name), plain, key)
        plain.seek(0)
        yield (line.decode() for line in plain)
