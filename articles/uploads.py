"""Files on their way in piece by piece, over lines that drop; what arrived stays until the rest does.

A file is called by the SHA-256 of its contents and its size, so the same one chosen again, in another
tab or on another day, goes on where it stopped, and one that the library has is never sent again.
Pieces lie on disk, one folder for each person, below UPLOADS_ROOT: never in the database, and never
where a browser could ask for them. This module is the only door to that folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from . import photos
from .models import Photo
from .photos.refusals import SENTENCES

if TYPE_CHECKING:
    from accounts.models import User

DIGEST = re.compile(r"[0-9a-f]{64}")
# Unfinished and refused files of one person. Two are sent at a time; the rest are those of lost lines.
MOST_FILES = 60
# What was touched just now is being sent: it does not make room for others.
BUSY_SECONDS = 600
READ_AT_ONCE = 1024 * 1024
# Refusals that say nothing about the file: it stays, and is read when there is a turn for it.
PASSING = ("busy", "not_kept")


class Misplaced(Exception):
    """A piece that does not begin where the file ends; `offset` is where the next one has to."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(offset)


class NoRoom(Exception):
    """Nothing more can be kept just now; `str()` says so to the person."""


class Busy(Exception):
    """The file is complete and cannot be made a photo yet: ask again. `str()` is one of PASSING."""


class Damaged(Exception):
    """All bytes came, but they are others than announced; they are thrown away, to be sent again."""


class Upload:
    """One file of one person, as much of it as has arrived.

    `digest` is the SHA-256 of the whole file in 64 lower-case hex digits, `size` its bytes. Raises
    ValueError for a digest that is none, and PhotoRefused for a size that no photo may have.
    """

    def __init__(self, *, by: User, digest: str, size: int) -> None:
        if not DIGEST.fullmatch(digest):
            raise ValueError("not a digest")
        if size <= 0:
            raise photos.PhotoRefused(_("This file is empty."))
        if size > photos.MAX_BYTES:
            limit = photos.MAX_BYTES // 1024 // 1024
            raise photos.PhotoRefused(
                _("This file is larger than %(limit)d MB.") % {"limit": limit}
            )
        self.by = by
        self.digest = digest
        self.size = size
        self.folder = _root() / str(by.pk)
        self.path = self.folder / f"{digest}-{size}.part"

    @property
    def photo(self) -> Photo | None:
        """The photo that this file is already, whoever sent it."""
        return with_digest(self.digest)

    @property
    def offset(self) -> int:
        """How many bytes of the file are here, in one piece from its beginning."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    @property
    def refusal(self) -> str:
        """Why this file was refused when it came before; empty when it was not."""
        try:
            return self._refused.read_text("utf-8")
        except OSError:
            return ""

    def append(self, offset: int, pieces: Iterable[bytes]) -> int:
        """Add bytes that begin at `offset`; returns the offset of the next.

        Each piece is kept as it comes, so a line that drops costs what was not read yet. Two tabs that
        send the same file, or a dead request beside its successor, cannot mix: each piece is written
        only where the file ends. Bytes beyond the size are dropped. Raises Misplaced, and NoRoom.
        """
        try:
            self._begin()
            for piece in pieces:
                offset = self._write(offset, piece)
        except OSError as error:
            raise _no_room() from error
        return offset

    def finish(self) -> Photo:
        """Make the photo of the complete file, and forget the file.

        Done twice it gives the same photo. Raises Damaged, Busy, NoRoom when the photo cannot be written, and
        PhotoRefused for a file that is no usable picture: that is remembered, so that it need not be sent again to
        be refused.
        """
        try:
            with self.path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                photo = self._store(file)
        except FileNotFoundError:
            if photo_there := self.photo:
                return photo_there
            if self.path.exists():
                # It is here, and where photos are kept is not.
                raise _no_room() from None
            raise Damaged from None
        except OSError as error:
            raise _no_room() from error
        self.path.unlink(missing_ok=True)
        return photo

    @property
    def _refused(self) -> Path:
        return self.path.with_suffix(".refused")

    def _begin(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.path.exists():
            _make_room(self.folder, self.size)

    def _write(self, offset: int, piece: bytes) -> int:
        with self.path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = file.seek(0, 2)
            if end != offset:
                raise Misplaced(end)
            file.write(piece[: self.size - offset])
            file.flush()
            return file.tell()

    def _store(self, file: IO[bytes]) -> Photo:
        if _digest_of(file) != self.digest:
            self.path.unlink(missing_ok=True)
            raise Damaged
        try:
            return photos.store(file, by=self.by)
        except photos.PhotoRefused as refused:
            if reason := next((one for one in PASSING if str(refused) == str(SENTENCES[one])), ""):
                raise Busy(reason) from None
            self._refused.write_text(str(refused), "utf-8")
            self.path.unlink(missing_ok=True)
            raise


def with_digest(digest: str) -> Photo | None:
    """What the library has of the file with this SHA-256, or what replaced it; None for no digest."""
    if not DIGEST.fullmatch(digest):
        return None
    photo = Photo.objects.filter(source_sha256=digest).select_related("replaced_by").first()
    return photo and photo.standing


def sweep() -> int:
    """Forget what nobody went on sending for UPLOADS_KEPT_HOURS; returns how many files went."""
    oldest = time.time() - settings.UPLOADS_KEPT_HOURS * 3600
    gone = 0
    for path in _root().glob("*/*"):
        # A file that another process forgot meanwhile is as good as swept.
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
                gone += 1
    return gone


def _no_room() -> NoRoom:
    return NoRoom(_("The server has no room for photos just now."))


def _root() -> Path:
    return Path(settings.UPLOADS_ROOT)


def _make_room(folder: Path, size: int) -> None:
    """Let the oldest files of this person go until one of `size` bytes fits. Raises NoRoom."""
    most_bytes = settings.UPLOADS_MB_A_PERSON * 1024 * 1024
    lying = sorted((path.stat().st_mtime, path) for path in folder.iterdir())
    planned = size + sum(_planned(path) for _touched, path in lying)
    count = len(lying) + 1
    for touched, path in lying:
        if planned <= most_bytes and count <= MOST_FILES:
            return
        if time.time() - touched < BUSY_SECONDS and path.suffix == ".part":
            continue
        path.unlink(missing_ok=True)
        planned -= _planned(path)
        count -= 1
    if planned > most_bytes or count > MOST_FILES:
        raise NoRoom(
            _("Too many unfinished photos of yours are being sent. Wait until some are there.")
        )


def _planned(path: Path) -> int:
    """The bytes that the file will have once it is complete; its name says how many."""
    return int(path.stem.partition("-")[2]) if path.suffix == ".part" else 0


def _digest_of(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(READ_AT_ONCE):
        digest.update(piece)
    return digest.hexdigest()
