"""Rows as lines of PostgreSQL's COPY in its text format."""

from __future__ import annotations

from collections.abc import Iterable

Rows = dict[str, list[str]]

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def line(values: Iterable[object]) -> str:
    """One row; None is NULL, a list of numbers an array."""
    return "\t".join(map(_written, values)) + "\n"


def _written(value: object) -> str:
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, str):
        return value.translate(_ESCAPED)
    if isinstance(value, list | tuple):
        return "{" + ",".join(map(str, value)) + "}"
    return str(value)
