"""An export file as a stream of text: opened, unpacked and decoded, never held whole."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

CHUNK_BYTES = 256 * 1024
HEAD_BYTES = 512

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32 first: its mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")


class ExportRefused(Exception):
    """The file cannot be used at all; the message is one sentence for the person who named it."""


class ExportFile:
    """One file of an export. It can be read several times; each reading starts afresh.

    `size` and `bytes_read` are in bytes of the file as it lies on the disk, so that they
    measure progress for packed files too.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._raw: IO[bytes] | None = None
        self._invalid_bytes = 0
        self._first_invalid_line = 0
        self._lines_before = 0
        self._declared = ""
        self.cut_short = ""
        self._check()

    def __str__(self) -> str:
        return self.path.name

    def _check(self) -> None:
        try:
            if self.path.is_dir():
                raise ExportRefused(
                    _("%(file)s is a folder, not an export file.") % {"file": self.path}
                )
            with self.path.open("rb") as raw:
                head = raw.read(4)
            self.size = self.path.stat().st_size
        except FileNotFoundError as error:
            raise ExportRefused(_("%(file)s does not exist.") % {"file": self.path}) from error
        except OSError as error:
            raise self._unreadable(error) from error
        if not head:
            raise ExportRefused(_("%(file)s is empty.") % {"file": self.path})
        if head.startswith(b"PK\x03\x04"):
            raise ExportRefused(
                _("%(file)s is a ZIP archive; unpack it and name the files in it.")
                % {"file": self.path}
            )

    @property
    def bytes_read(self) -> int:
        return self._raw.tell() if self._raw and not self._raw.closed else 0

    def chunks(self) -> Iterator[str]:
        """The decoded text in pieces, without a byte-order mark.

        Bytes that are not UTF-8 are read as Windows-1252, which is what they nearly always
        are; `notes()` says so afterwards. A packed file that ends too early yields what
        could be unpacked and sets `cut_short`.
        """
        self._invalid_bytes = self._lines_before = 0
        self.cut_short = ""
        try:
            yield from self._chunks()
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: OSError) -> ExportRefused:
        return ExportRefused(
            _("%(file)s cannot be read: %(error)s.")
            % {"file": self.path, "error": error.strerror or error}
        )

    def _chunks(self) -> Iterator[str]:
        with self.path.open("rb") as self._raw:
            is_packed = self._raw.read(2) == b"\x1f\x8b"
            self._raw.seek(0)
            stream = gzip.GzipFile(fileobj=self._raw) if is_packed else self._raw
            decoder: codecs.IncrementalDecoder | None = None
            while True:
                try:
                    # The encoding is named in the first of them.
                    data = stream.read(CHUNK_BYTES if decoder else max(CHUNK_BYTES, HEAD_BYTES))
                except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                    self.cut_short = str(error)
                    data = b""
                if decoder is None:
                    decoder = self._decoder(data)
                text = decoder.decode(data, final=not data)
                if text:
                    yield text
                    self._lines_before += text.count("\n")
                if not data:
                    return

    def notes(self) -> list[str]:
        """What was unusual about the bytes, as sentences."""
        notes = []
        if self._declared:
            notes.append(
                _("The file names an encoding that is not known (%(name)s); it was read as UTF-8.")
                % {"name": self._declared}
            )
        if self._invalid_bytes:
            notes.append(
                ngettext(
                    "%(count)d byte is not valid UTF-8, in line %(line)d; it was read as Windows-1252.",
                    "%(count)d bytes are not valid UTF-8, the first one in line %(line)d; "
                    "they were read as Windows-1252.",
                    self._invalid_bytes,
                )
                % {"count": self._invalid_bytes, "line": self._first_invalid_line}
            )
        if self.cut_short:
            notes.append(_("The packed file ends too early: %(error)s") % {"error": self.cut_short})
        return notes

    def _decoder(self, head: bytes) -> codecs.IncrementalDecoder:
        encoding = next((name for bom, name in _BOMS if head.startswith(bom)), "")
        if not encoding:
            declared = _DECLARED_ENCODING.match(head)
            encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
            # A declaration that could be read as ASCII cannot stand in a UTF-16 file.
            if encoding.startswith(("utf-16", "utf16", "utf-32", "ucs-2")):
                encoding = "utf-8"
        self._declared = ""
        try:
            name = codecs.lookup(encoding).name
        except LookupError:
            self._declared, name = encoding, "utf-8"
        if name == "utf-8":
            codecs.register_error("newsroom-windows-1252", self._as_windows_1252)
            return codecs.getincrementaldecoder("utf-8-sig")(errors="newsroom-windows-1252")
        return codecs.getincrementaldecoder(name)(errors="replace")

    def _as_windows_1252(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        if not self._invalid_bytes:
            before = error.object[: error.start].count(b"\n")
            self._first_invalid_line = self._lines_before + before + 1
        wrong = error.object[error.start : error.end]
        self._invalid_bytes += len(wrong)
        try:
            return wrong.decode("cp1252"), error.end
        except UnicodeDecodeError:
            return wrong.decode("latin-1"), error.end
