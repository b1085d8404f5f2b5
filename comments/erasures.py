"""A list of what was erased, outside the database: so that an old backup does not bring it back.

Backups keep what was erased after them until they are thrown away. Whoever restores one runs
`manage.py erase_again`, which erases anew what stands on the list. It is a file of numbers and
times, a line each, and says nothing about anybody.
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

FILE_NAME = "erasures.jsonl"


def file() -> Path:
    return Path(settings.VAR_DIR) / FILE_NAME


def note(kind: str, pk: int) -> None:
    """Put an erased "comment" or "account" on the list once the transaction is through."""
    line = json.dumps({"kind": kind, "id": pk, "at": timezone.now().isoformat()})
    transaction.on_commit(lambda: _append(line))


def _append(line: str) -> None:
    # One write of one line at the end: processes do not mix theirs.
    descriptor = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class BadList(Exception):
    """A list that cannot be read; `str()` says where and why."""


def listed(path: Path) -> Iterator[tuple[str, int, datetime.datetime]]:
    """What stands on a list: kind, number and time. Raises BadList."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadList(f"{path}: {error}") from None
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            kind, pk = row["kind"], int(row["id"])
            at = datetime.datetime.fromisoformat(row["at"])
        except (ValueError, KeyError, TypeError):
            raise BadList(f"{path}, line {number}: not a line of this list.") from None
        if kind not in {"comment", "account"}:
            raise BadList(f"{path}, line {number}: erases a {kind!r}, which is unknown.")
        yield kind, pk, at
