"""Files that only the holder of a private key can read, and fingerprints of what goes by.

The format is age's (age-encryption.org), so that a sealed file opens without this program too: `age -d -i KEY`.
Pieces go through; no file is ever whole in memory.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Protocol

import pyrage
from django.utils.translation import gettext as _

from .problem import Problem

ENDING = ".age"
PIECE = 256 * 1024


class Reader(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Passing:
    """Reads from `source`, and knows how much went by and its SHA-256; `also` is given each piece."""

    def __init__(self, source: Reader, also: Callable[[bytes], None] | None = None) -> None:
        self._source = source
        self._also = also
        self._digest = hashlib.sha256()
        self.size = 0
        # A library that reads for us may tell an error in words of its own.
        self.error: BaseException | None = None

    def read(self, size: int = -1, /) -> bytes:
        try:
            piece = self._source.read(size)
            self._digest.update(piece)
            self.size += len(piece)
            if self._also and piece:
                self._also(piece)
        except BaseException as error:
            self.error = error
            raise
        return piece

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()


class Written:
    """Writes to `out`, and knows how much was written and its SHA-256."""

    def __init__(self, out: Any) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self.size = 0
        self.error: BaseException | None = None

    def write(self, piece: bytes) -> int:
        try:
            self._out.write(piece)
        except BaseException as error:
            self.error = error
            raise
        self._digest.update(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        self._out.flush()

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()


def public_key(text: str) -> Any:
    """The key that seals, or None for no text. Raises Problem."""
    if not text:
        return None
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise Problem(
            _(
                "BACKUP_PUBLIC_KEY cannot be used: it is a public key of age, as `manage.py backup --new-key "
                "FILE` prints one."
            )
        ) from None


def private_key(path: Path) -> Any:
    """The key in a file, as `age-keygen` and `new_key` write it. Raises Problem."""
    try:
        lines = path.read_text(encoding="utf-8").split()
        return pyrage.x25519.Identity.from_str(
            next(line for line in lines if line.startswith("AGE-SECRET-KEY-"))
        )
    except OSError as error:
        raise Problem(
            _("%(file)s cannot be read: %(error)s.") % {"file": path, "error": error.strerror}
        ) from None
    except (UnicodeDecodeError, StopIteration, pyrage.IdentityError):
        raise Problem(_("%(file)s holds no private key of age.") % {"file": path}) from None


def new_key(path: Path) -> str:
    """Write a new private key into a file that is not there yet; return the public one. Raises Problem."""
    key = pyrage.x25519.Identity.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Problem(
            _("%(file)s cannot be written: %(error)s.") % {"file": path, "error": error.strerror}
        ) from None
    with os.fdopen(descriptor, "w") as out:
        out.write(f"# public key: {key.to_public()}\n{key}\n")
    return str(key.to_public())


def seal(source: Reader, out: IO[bytes], key: Any) -> tuple[Passing, Written]:
    """Copy, sealed if there is a key; returns what went in and what came out."""
    read = source if isinstance(source, Passing) else Passing(source)
    written = Written(out)
    if key is None:
        shutil.copyfileobj(read, written, PIECE)
        return read, written
    try:
        pyrage.encrypt_io(read, written, [key])
    except Exception as error:
        raise read.error or written.error or error from None
    return read, written


def unseal(path: Path, out: Any, key: Any) -> Written:
    """Copy a file, opened if its name says that it is sealed. Raises Problem for a key that is not its own."""
    written = Written(out)
    with path.open("rb") as source:
        if path.suffix != ENDING:
            shutil.copyfileobj(source, written, PIECE)
            return written
        if key is None:
            raise Problem(
                _("This backup is sealed: --key names the file with the private key that opens it.")
            )
        try:
            pyrage.decrypt_io(source, written, [key])
        except pyrage.DecryptError:
            if written.error:
                raise written.error from None
            if written.size:
                raise Problem(_("%(file)s is damaged.") % {"file": path}) from None
            raise Problem(_("The private key is not the one of this backup.")) from None
        except Exception as error:
            raise written.error or error from None
    return written


def digest_of(path: Path, told: Callable[[int], None] | None = None) -> str:
    """The SHA-256 of a file; `told` hears of each piece how large it was."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            if told:
                told(len(piece))
    return digest.hexdigest()
