"""What a panel is made of. Pages print it, see templates/admin/desk.html."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SHOWN = 6


@dataclass(frozen=True)
class Button:
    """One tap: POST to `url`, or, with a step of its own, the page at `url`."""

    label: Any
    url: str
    is_step: bool
    is_forward: bool


@dataclass(frozen=True)
class Row:
    title: str
    url: str
    facts: list[str]
    note: str = ""
    buttons: list[Button] = field(default_factory=list)
    # Of a story: what its buttons are meant for.
    version: int | None = None


@dataclass(frozen=True)
class Panel:
    """A short list under a question, with where the rest of it is."""

    key: str
    title: str
    rows: list[Row]
    more_url: str = ""
    has_more: bool = False
    is_urgent: bool = False
    empty: str = ""
