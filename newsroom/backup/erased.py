"""The list of what readers had erased, kept beside the backups too: whoever lost the server has it there."""

from __future__ import annotations

import os
from pathlib import Path

from comments import erasures


def merge(one: Path, other: Path) -> None:
    """Add to `one` what only `other` has."""
    if not other.exists():
        return
    known = set(one.read_bytes().splitlines()) if one.exists() else set()
    more = [line for line in other.read_bytes().splitlines() if line and line not in known]
    if not more:
        return
    # One write at the end, as `erasures` does it: the newsroom may be noting another one.
    descriptor = os.open(one, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, b"".join(line + b"\n" for line in more))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def beside(folder: Path) -> Path:
    """Where the list lies in a folder of backups."""
    return folder / erasures.FILE_NAME
