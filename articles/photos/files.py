"""Files under the hash of their contents, and files of others on their way in."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

from .refusals import refused

logger = logging.getLogger(__name__)

MAX_BYTES = 40 * 1024 * 1024
_PIECE = 256 * 1024


@contextmanager
def on_disk(file: IO[bytes] | File[Any]) -> Iterator[tuple[IO[bytes], str]]:
    """The file as one with a descriptor, never whole in memory, and the SHA-256 of its contents.

    Raises PhotoRefused for one that is empty or larger than MAX_BYTES.
    """
    digest = hashlib.sha256()
    size = 0
    with tempfile.TemporaryFile() as spooled:
        file.seek(0)
        while piece := file.read(_PIECE):
            size += len(piece)
            if size > MAX_BYTES:
                raise refused("too_heavy", {"limit": MAX_BYTES // 1024 // 1024})
            digest.update(piece)
            spooled.write(piece)
        if not size:
            raise refused("empty")
        spooled.flush()
        yield spooled, digest.hexdigest()


def content_name(contents: bytes, ending: str) -> str:
    """The name of a file in the storage: it says what is in it."""
    digest = hashlib.sha256(contents).hexdigest()[:32]
    return f"photos/{digest[:2]}/{digest}{ending}"


def keep(storage: Storage, name: str, contents: bytes) -> str:
    """Write a file under its content name, if it is not there; returns the name. Raises OSError."""
    # What is there already is the same; unless it was cut off by a full disk, which its size tells.
    if storage.exists(name):
        if storage.size(name) == len(contents):
            return name
        storage.delete(name)
    return storage.save(name, ContentFile(contents))


def keep_for_sender(storage: Storage, name: str, contents: bytes) -> str:
    """The same, for somebody who waits for it. Raises PhotoRefused, with a sentence, when it cannot be kept now."""
    try:
        return keep(storage, name, contents)
    except OSError as error:
        # A full disk, or a store that does not answer: whoever runs the site reads which.
        logger.error("A photo could not be kept: %s", error)
        raise refused("not_kept") from error
