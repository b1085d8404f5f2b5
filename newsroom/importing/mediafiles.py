"""Finds the file of a picture in the folder that was given, or on the old site when asked to."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from articles import outgoing

from .addresses import SIZE_ENDING, largest, path_of

UPLOADS = "/uploads/"


class FileMissing(Exception):
    """There is no file for a picture; the message says where it was looked for."""


class MediaFolder:
    """A copy of wp-content/uploads, of a folder above it, or just files; any of them may be None."""

    def __init__(self, folder: Path | None, *, may_fetch: bool = False) -> None:
        self._folder = folder.resolve() if folder else None
        self.may_fetch = may_fetch
        self._by_name: dict[str, Path | None] | None = None

    def open(self, address: str, file: str = "") -> IO[bytes]:
        """Open the picture that the site served at `address` and kept as `file` in its uploads.

        Raises FileMissing, with the reason, when it is neither in the folder nor may it be, or
        can it be, fetched.
        """
        found = self._locate(address, file)
        if found is not None:
            try:
                return found.open("rb")
            except OSError as error:
                raise FileMissing(
                    _("Its file cannot be read: %(error)s.") % {"error": error.strerror or error}
                ) from error
        if self.may_fetch:
            try:
                return outgoing.fetch(largest(address), accept="image/*")
            except outgoing.Refused as error:
                raise FileMissing(str(error)) from error
        if self._folder is None:
            raise FileMissing(_("Its file was not given: name the folder with --media."))
        raise FileMissing(_("Its file is not in the folder that --media names."))

    def _locate(self, address: str, file: str) -> Path | None:
        if self._folder is None:
            return None
        for relative in _candidates(address, file):
            path = self._inside(relative)
            if path is not None:
                return path
        name = PurePosixPath(file or path_of(address)).name
        for candidate in (name, SIZE_ENDING.sub("", name)):
            # A name that several folders have could be the wrong picture.
            if found := self._names().get(_comparable(candidate)):
                return found
        return None

    def _inside(self, relative: str) -> Path | None:
        """The file below the folder, never one outside of it, whatever the export says."""
        if self._folder is None or "\x00" in relative:
            return None
        for spelling in dict.fromkeys(
            (
                relative,
                unicodedata.normalize("NFC", relative),
                unicodedata.normalize("NFD", relative),
            )
        ):
            try:
                path = (self._folder / spelling.lstrip("/")).resolve()
                if path.is_relative_to(self._folder) and path.is_file():
                    return path
            except (OSError, ValueError):
                continue
        return None

    def _names(self) -> dict[str, Path | None]:
        if self._by_name is None:
            self._by_name = {}
            for path in self._folder.rglob("*") if self._folder else ():
                name = _comparable(path.name)
                if path.is_file() and path.resolve().is_relative_to(self._folder or path):
                    self._by_name[name] = None if name in self._by_name else path
        return self._by_name


def _candidates(address: str, file: str) -> Iterator[str]:
    path = path_of(address)
    below_uploads = path.partition(UPLOADS)[2]
    for relative in dict.fromkeys(filter(None, (file, below_uploads))):
        for spelling in dict.fromkeys((relative, SIZE_ENDING.sub("", relative))):
            yield from (f"{prefix}{spelling}" for prefix in ("", "uploads/", "wp-content/uploads/"))
    if path:
        yield path
        yield SIZE_ENDING.sub("", path)
        # A copy of our own media folder has no "media/" in it.
        yield path.lstrip("/").partition("/")[2]


def _comparable(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
