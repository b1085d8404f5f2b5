"""The page cache of this process, as the settings ask for it."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from .clock import Clock
from .disk import SharedDisk
from .keeper import Keeper
from .listener import Listener
from .replica import ALIAS

MEGABYTE = 1 << 20
# Of the memory, so much is for parts of pages; the rest is for pages.
PARTS_SHARE = 4
# Files of an older version of the code go after a day: the older version may still be running.
OLD_FILE_SECONDS = 24 * 3600
# What decides how a page looks, beside the database.
_CODE = (".py", ".html", ".mo", ".po", ".css", ".js", ".json")


@dataclass(frozen=True)
class PageCache:
    """All of it: two keepers with one clock, one file and one listener.

    `given` counts what was handed out and how it came about (`Doorway`). Plain integers, raised without a lock: no
    other thread gets its turn within such a statement, and one that is lost would not matter.
    """

    clock: Clock
    pages: Keeper
    parts: Keeper
    listener: Listener
    disk: SharedDisk | None = None
    given: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("hit", "old", "disk", "made", "kept"), 0)
    )


@lru_cache(maxsize=1)
def page_cache() -> PageCache | None:
    """The page cache of this process, made at the first call; None where the settings want none."""
    if not settings.PAGE_CACHE_MB:
        return None
    memory = settings.PAGE_CACHE_MB * MEGABYTE
    clock = Clock()
    disk = None
    if settings.PAGE_CACHE_DISK_MB:
        folder = Path(settings.VAR_DIR) / "pages"
        file = folder / f"{mark_of_this_code()}.sqlite3"
        _forget_old_files(folder, file)
        disk = SharedDisk(file, settings.PAGE_CACHE_DISK_MB * MEGABYTE)
    listener = Listener(clock, disk)
    pages = Keeper(clock, memory - memory // PARTS_SHARE, disk, confirm=listener.confirm)
    parts = Keeper(clock, memory // PARTS_SHARE, disk, confirm=listener.confirm, is_exact=True)

    def forget() -> None:
        pages.memory.clear()
        parts.memory.clear()

    listener.forget = forget
    return PageCache(clock=clock, pages=pages, parts=parts, listener=listener, disk=disk)


@lru_cache(maxsize=1)
def mark_of_this_code() -> str:
    """A name for what this code makes of this database: another version has another file.

    Ask once the code is loaded: it is told by the files as they are at the first call.
    """
    mark = hashlib.sha256()
    database = settings.DATABASES["default"]
    facts: list[Any] = [database.get(name, "") for name in ("HOST", "PORT", "NAME")]
    facts += [settings.LANGUAGE_CODE, settings.TIME_ZONE, settings.SITE_URL, settings.SECRET_KEY]
    # Pages know their tags for what stands in front only where there is such a thing.
    facts.append(settings.EDGE_SECONDS > 0)
    facts += [settings.SERVICE_WORKER, settings.WEBSUB_HUB, settings.SEND_PERMISSIONS_POLICY]
    # Rows in parts know from which database they came.
    facts.append(ALIAS in settings.DATABASES)
    mark.update(repr(facts).encode())
    for folder in ("", *settings.PAGE_CACHE_CODE):
        root = Path(settings.BASE_DIR) / folder
        for file in sorted(root.rglob("*") if folder else root.glob("*")):
            if file.suffix in _CODE:
                state = file.stat()
                mark.update(
                    f"{file.relative_to(root)} {state.st_size} {state.st_mtime_ns}".encode()
                )
    return mark.hexdigest()[:16]


def _forget_old_files(folder: Path, ours: Path) -> None:
    """Files of other versions that nobody wrote to for a day, each with what SQLite has beside it."""
    for file in folder.glob("*.sqlite3"):
        together = [file, Path(f"{file}-wal"), Path(f"{file}-shm")]
        with suppress(OSError):
            # What is written lies in the second until it is put into the first, which may be days.
            last = max((one.stat().st_mtime for one in together if one.exists()), default=0.0)
            if file != ours and last < time.time() - OLD_FILE_SECONDS:
                for one in together:
                    one.unlink(missing_ok=True)
