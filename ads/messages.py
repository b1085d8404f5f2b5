"""What browsers tell, as it comes: JSON from strangers, read strictly."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any, NoReturn

from .choices import EventKind

MAX_BYTES = 16 * 1024
MAX_DRAWN = 20
MAX_TOLD = 60
# Tokens and marks are short ASCII; a longer one is not ours and need not be looked at.
MAX_TOKEN = 160
MAX_NUMBER = 2**63 - 1


class Malformed(ValueError):
    """Not what our script sends; its text says in a few words what is wrong."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A creative that a page drew at a placement; None when nothing was sold there."""

    placement: int
    creative: int | None
    mark: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A page view with what it drew. Nothing in it is checked but its form.

    `is_again` is told by a page that drew anew while it stayed open: it is no second page view.
    """

    visit: uuid.UUID
    page: str
    at: int
    mark: str
    device: str
    drawn: tuple[Drawn, ...]
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A showing's token and what became of it: measured or viewable."""

    token: str
    kind: EventKind


def read_arrival(body: bytes) -> Arrival:
    """Raises Malformed."""
    told = _object(body)
    drawn = _list(told, "drawn", MAX_DRAWN)
    return Arrival(
        visit=_uuid(told.get("visit")),
        page=_token(told.get("page"), "page"),
        at=_number(told.get("t"), "t"),
        mark=_token(told.get("m"), "m"),
        device=_token(told.get("device"), "device"),
        drawn=tuple(_drawn(one) for one in drawn),
        is_again=told.get("again") is True,
    )


def read_told(body: bytes) -> tuple[Told, ...]:
    """Raises Malformed."""
    return tuple(_told(one) for one in _list(_object(body), "told", MAX_TOLD))


def _drawn(one: Any) -> Drawn:
    if not isinstance(one, list) or len(one) != 3:
        raise Malformed("drawn: [placement, creative, mark]")
    placement, creative, mark = one
    return Drawn(
        _number(placement, "placement"), _number(creative, "creative") or None, _token(mark, "mark")
    )


def _told(one: Any) -> Told:
    if not isinstance(one, list) or len(one) != 2 or one[1] not in ("m", "v"):
        raise Malformed('told: [token, "m" or "v"]')
    return Told(_token(one[0], "token"), EventKind(one[1]))


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_BYTES:
        raise Malformed(f"more than {MAX_BYTES} bytes")
    try:
        told = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(told, dict):
        raise Malformed("not an object")
    return told


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _list(told: dict[str, Any], name: str, most: int) -> list[Any]:
    found = told.get(name)
    if not isinstance(found, list):
        raise Malformed(f"{name}: not a list")
    if len(found) > most:
        raise Malformed(f"{name}: more than {most}")
    return found


def _number(found: Any, name: str) -> int:
    # True is a number to Python.
    if type(found) is not int or not 0 <= found <= MAX_NUMBER:
        raise Malformed(f"{name}: not a number")
    return found


def _token(found: Any, name: str) -> str:
    if not isinstance(found, str) or len(found) > MAX_TOKEN or not _is_plain(found):
        raise Malformed(f"{name}: not a token")
    return found


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _uuid(found: Any) -> uuid.UUID:
    try:
        parsed = uuid.UUID(found)
    except (ValueError, AttributeError, TypeError):
        raise Malformed("visit: not a UUID") from None
    if str(parsed) != found.lower():
        raise Malformed("visit: not a UUID")
    return parsed
