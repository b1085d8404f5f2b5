"""What came of each backup and restore: a line each in VAR_DIR/backups.jsonl, for a status page.

A file and not a table: a restore would take a table back to the day of the backup, and a database that cannot be
reached could not be told that its backup failed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

FILE_NAME = "backups.jsonl"
# A line has some hundred bytes.
READ_FROM_END = 256 * 1024


def file() -> Path:
    return Path(settings.VAR_DIR) / FILE_NAME


def note(kind: str, **facts: Any) -> None:
    """Add a line: "backup" or "restore", and `error`, a sentence, when it failed."""
    line = json.dumps({"kind": kind, "ended_at": timezone.now().isoformat(), "error": ""} | facts)
    file().parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
    finally:
        os.close(descriptor)


def runs(kind: str = "backup") -> list[dict[str, Any]]:
    """The last ones, the newest first: `folder`, `began_at`, `ended_at`, `bytes`, `new_bytes`, `rows`, `files`,
    `missing`, `is_verified`, `error`. A line that cannot be read is left out."""
    try:
        with file().open("rb") as lines:
            lines.seek(0, os.SEEK_END)
            lines.seek(max(0, lines.tell() - READ_FROM_END))
            texts = lines.read().decode(errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for text in reversed(texts):
        try:
            row = json.loads(text)
        except ValueError:
            continue
        if isinstance(row, dict) and row.get("kind") == kind:
            found.append(row)
    return found
