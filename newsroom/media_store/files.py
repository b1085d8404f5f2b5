"""The files of media, wherever they are kept: listed, read, and put where they belong.

Names are paths below the folder or the bucket's prefix, with slashes.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.files.storage import default_storage

from .names import checked

_COMING = ".restoring"
_MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Entry:
    """A file; `changed` in nanoseconds since 1970, `md5` where the store knows it."""

    name: str
    size: int
    changed: int
    md5: str = ""

    def is_that_of(self, path: Path) -> bool:
        """Whether it certainly has the contents of a file of this machine."""
        return self.size == path.stat().st_size and self.md5 == md5_of(path)


class Files(Protocol):
    """Where media are. What goes wrong is an OSError; FileNotFoundError for what is not there."""

    def entries(self, folder: str = "") -> Iterator[Entry]:
        """Every file below a folder of it."""

    def find(self, name: str) -> Entry | None:
        """One of them. Raises ValueError for a name that leads elsewhere."""

    @contextmanager
    def at_hand(self, name: str) -> Iterator[Path]:
        """A file of this machine with the contents of one of them, for as long as it is needed."""

    @contextmanager
    def coming(self, name: str) -> Iterator[Path]:
        """A path at which nothing is yet, for the contents of a file that is going to be put."""

    def holds(self, name: str, size: int, sha256: str) -> bool:
        """Whether a file is certainly there with these contents; a bucket cannot say so."""

    def put(self, name: str, path: Path, changed: int) -> None:
        """Put the file at `path` there under a name. It is there whole, or not at all."""

    def clear(self) -> None:
        """Take away what an interrupted `put` left."""


def of_settings() -> Files:
    """The media of this installation."""
    return Bucket(default_storage) if settings.MEDIA_STORE else Folder(Path(settings.MEDIA_ROOT))


def below(root: Path) -> Iterator[Path]:
    """Every plain file below a folder."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path


class Folder:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    def entries(self, folder: str = "") -> Iterator[Entry]:
        for path in below(self.root / folder):
            # One that is gone since it was listed is none.
            with suppress(FileNotFoundError):
                yield self._entry(path)

    def find(self, name: str) -> Entry | None:
        path = self._path(name)
        return self._entry(path) if path.is_file() else None

    @contextmanager
    def at_hand(self, name: str) -> Iterator[Path]:
        yield self._path(name)

    @contextmanager
    def coming(self, name: str) -> Iterator[Path]:
        # On the disk that it belongs on, so that it can be renamed.
        goal = self._path(name)
        goal.parent.mkdir(parents=True, exist_ok=True)
        fresh = goal.with_name(f"{secrets.token_hex(8)}{_COMING}")
        try:
            yield fresh
        finally:
            fresh.unlink(missing_ok=True)

    def holds(self, name: str, size: int, sha256: str) -> bool:
        found = self.find(name)
        return (
            found is not None
            and found.size == size
            and _digest(self._path(name), "sha256") == sha256
        )

    def put(self, name: str, path: Path, changed: int) -> None:
        goal = self._path(name)
        # As old as it was: browsers that have it are told that nothing changed.
        os.utime(path, ns=(changed, changed))
        path.replace(goal)

    def clear(self) -> None:
        for path in [one for one in below(self.root) if one.suffix == _COMING]:
            path.unlink()

    def _path(self, name: str) -> Path:
        path = self.root / checked(name)
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise ValueError(f"{name!r} leads out of {self.root}")
        return path

    def _entry(self, path: Path) -> Entry:
        about = path.stat()
        return Entry(path.relative_to(self.root).as_posix(), about.st_size, about.st_mtime_ns)


class Bucket:
    """A bucket of an S3-compatible store, through the storage that pages use."""

    def __init__(self, storage: Any) -> None:
        self.storage = storage

    def __str__(self) -> str:
        return str(self.storage.place)

    def entries(self, folder: str = "") -> Iterator[Entry]:
        for one in self.storage.listed(f"{folder}/" if folder else ""):
            # Some programs make an object for a folder.
            if not one["Key"].endswith("/"):
                yield _entry(one["Key"], one["Size"], one)

    def find(self, name: str) -> Entry | None:
        try:
            about = self.storage.about(name)
        except FileNotFoundError:
            return None
        return _entry(name, about["ContentLength"], about)

    @contextmanager
    def at_hand(self, name: str) -> Iterator[Path]:
        with self.coming(name) as path:
            with path.open("xb") as out:
                self.storage.fetch(name, out)
            yield path

    @contextmanager
    def coming(self, name: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="media-") as folder:
            yield Path(folder) / "file"

    def holds(self, name: str, size: int, sha256: str) -> bool:
        checked(name)
        return False

    def put(self, name: str, path: Path, changed: int) -> None:
        with path.open("rb") as file:
            self.storage.put(name, file)

    def clear(self) -> None:
        """An object is there whole, or not at all."""


def put_if_other(files: Files, name: str, path: Path, changed: int) -> bool:
    """Put a file there unless it certainly is there; whether it was put."""
    found = files.find(name)
    if found is not None and found.md5 and found.is_that_of(path):
        return False
    files.put(name, path, changed)
    return True


def md5_of(path: Path) -> str:
    return _digest(path, "md5")


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.new(algorithm, usedforsecurity=False)
        ).hexdigest()


def _entry(name: str, size: int, told: dict[str, Any]) -> Entry:
    # The mark of what came in one piece and is not sealed by the store is its MD5.
    mark = told["ETag"].strip('"')
    changed = int(told["LastModified"].timestamp()) * 1_000_000_000
    return Entry(name, size, changed, mark if _MD5.fullmatch(mark) else "")
