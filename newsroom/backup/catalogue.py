"""A backup as it lies in its folder: what it says of itself, and whether it is still what it was."""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .problem import Problem
from .sealing import ENDING, digest_of
from .tables import Table

FORMAT = 1
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
UNFINISHED = ".unfinished"
NAME = re.compile(r"\d{8}T\d{6}Z")
_SUM = re.compile(r"([0-9a-f]{64})  (\S+)\n?")


@dataclass(frozen=True)
class Backup:
    """A finished backup; `about` is what its manifest says."""

    folder: Path
    about: dict[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def at(self) -> datetime.datetime:
        """The point in time of which it is."""
        return datetime.datetime.fromisoformat(self.about["at"])

    @property
    def is_good(self) -> bool:
        """Verified, and every file that a row names is in it."""
        return bool(self.about["is_verified"]) and not self.about["missing"]

    @property
    def is_sealed(self) -> bool:
        return bool(self.about["sealed_for"])

    def part(self, name: str) -> Path:
        """The path of one of its files, sealed or not."""
        return self.folder / (name + (ENDING if self.is_sealed else ""))

    def sums(self) -> Iterator[tuple[str, Path]]:
        """Each file that it consists of, those in the store too, and the SHA-256 that it has to have."""
        with (self.folder / SUMS).open(encoding="utf-8") as lines:
            for line in lines:
                found = _SUM.fullmatch(line)
                if found is None:
                    raise Problem(_("%(file)s is damaged.") % {"file": self.folder / SUMS})
                yield found[1], self.folder / found[2]


def _own_digest(about: dict[str, Any]) -> str:
    rest = {name: value for name, value in about.items() if name != "digest"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def write(folder: Path, about: dict[str, Any], sums: Iterable[tuple[str, str]]) -> None:
    """The last two files of a backup: fingerprints (digest and path) of all others, and the manifest."""
    with (folder / SUMS).open("w", encoding="utf-8") as out:
        out.writelines(f"{digest}  {path}\n" for digest, path in sums)
    about = {"format": FORMAT, **about, "sums": digest_of(folder / SUMS)}
    text = json.dumps(about | {"digest": _own_digest(about)}, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Backup:
    """The backup in a folder. Raises Problem when its manifest is missing, damaged or of a later format."""
    path = folder / MANIFEST
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        is_whole = about["digest"] == _own_digest(about)
    except FileNotFoundError:
        raise Problem(_("%(file)s is missing.") % {"file": path}) from None
    except OSError as error:
        raise Problem(
            _("%(file)s cannot be read: %(error)s.") % {"file": path, "error": error.strerror}
        ) from None
    except (ValueError, KeyError, TypeError):
        is_whole = False
    if not is_whole:
        raise Problem(_("%(file)s is damaged.") % {"file": path})
    if about["format"] != FORMAT:
        raise Problem(_("%(file)s was written by a later version.") % {"file": path})
    return Backup(folder, about)


def backups(folder: Path) -> list[Backup]:
    """Every finished backup below a folder whose manifest can be read, the newest first."""
    found = []
    for path in sorted(folder.iterdir() if folder.is_dir() else (), reverse=True):
        if NAME.fullmatch(path.name) and path.is_dir():
            try:
                found.append(read(path))
            except Problem:
                continue
    return found


def unreadable(folder: Path) -> bool:
    """Whether one of the backups does not say any more what it consists of."""
    return len(backups(folder)) < sum(
        1 for path in folder.iterdir() if NAME.fullmatch(path.name) and path.is_dir()
    )


def faults(backup: Backup, step: Callable[[int], None]) -> list[str]:
    """A sentence for each file that is missing or is not what it was; `step` hears of bytes that were read."""
    sums = backup.folder / SUMS
    if not sums.is_file():
        return [_("%(file)s is missing.") % {"file": sums}]
    if digest_of(sums) != backup.about["sums"]:
        return [_("%(file)s is damaged.") % {"file": sums}]
    found = []
    for digest, path in backup.sums():
        shown = os.path.normpath(path)
        try:
            if digest_of(path, step) != digest:
                found.append(_("%(file)s is damaged.") % {"file": shown})
        except FileNotFoundError:
            found.append(_("%(file)s is missing.") % {"file": shown})
        except OSError as error:
            found.append(
                _("%(file)s cannot be read: %(error)s.") % {"file": shown, "error": error.strerror}
            )
    return found


def tables_in(lines: Iterable[str]) -> list[Table]:
    """The tables of `tables.jsonl`."""
    return [Table(**json.loads(line)) for line in lines]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One command at a time writes into a folder of backups. Raises Problem when another one does."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                _("Another backup is being written into %(folder)s.") % {"folder": folder}
            ) from None
        yield


def clear_interrupted(folder: Path) -> list[str]:
    """Remove what interrupted backups left; returns their names. The caller holds the lock."""
    found = [path for path in sorted(folder.glob(f"*{UNFINISHED}")) if path.is_dir()]
    for path in found:
        shutil.rmtree(path)
    return [path.name.removesuffix(UNFINISHED) for path in found]
