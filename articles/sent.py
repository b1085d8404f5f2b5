"""What a script sends in a hidden field: short texts as JSON. Anybody can send anything else."""

from __future__ import annotations

import json
from typing import Any


def rows_of(sent: str) -> list[Any] | None:
    """The list that `sent` is in JSON; [] for an empty text, None when it is no list.

    Brackets ten thousand deep are no list either. Texts in it may still hold what PostgreSQL
    cannot keep: see `storable`.
    """
    try:
        rows = json.loads(sent or "[]")
    except (ValueError, RecursionError):
        return None
    return rows if isinstance(rows, list) else None


def storable(text: str) -> str:
    """`text` without what PostgreSQL cannot keep: NUL, and halves of a character."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()
