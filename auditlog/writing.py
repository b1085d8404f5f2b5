"""The door to the log. A row is written in the transaction of what it tells of, or that did not happen either."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model

from . import asking
from .choices import Action
from .models import Entry

# Of a text in the details; what is longer stands in the row itself.
LONGEST = 500


def write(
    action: Action | str,
    *,
    by: Any = None,
    about: Model | None = None,
    label: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Entry:
    """Add one row about what is being done in this transaction.

    Args:
        by: the account that does it; None for the server itself. A reader is written down as a number.
        about: the row that it was done to, saved; as it was, when it is being deleted.
        label: what `about` is called; its own text if None. A model with `NAMES_A_READER` is called nothing.
        details: numbers, texts, lists and dictionaries; anything else as its text. No reader's personal data.
    """
    asks = asking.current()
    is_known = by is not None and by.pk is not None
    name = name_of(by) if is_known else ""
    is_reader = is_known and not name
    if label is None:
        label = label_of(about) if about is not None else ""
    return Entry.objects.create(
        action=Action(action),
        account=by.pk if is_known else None,
        name=name[:400],
        kind=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk)[:60] if about is not None else "",
        label=storable(label)[:200],
        # Where readers were is nobody's business.
        address="" if is_reader else as_address(asks.address),
        request_id=asks.request_id[:64],
        details=plain(details or {}),
    )


def name_of(account: Any) -> str:
    """What a member of the staff is called in the log; empty for a reader."""
    if not (account.is_staff or account.is_superuser):
        return ""
    return storable(f"{account.name} ({account.email})" if account.name else account.email)


def label_of(row: Model) -> str:
    """What a row is called in the log; empty if that would name a reader."""
    if isinstance(row, get_user_model()):
        return name_of(row)
    return "" if getattr(row, "NAMES_A_READER", False) else str(row)


def plain(value: Any) -> Any:
    """What JSON holds and gives back as it was, so that the same row always has the same hash."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {storable(str(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return storable(str(value))[:LONGEST]


def storable(text: str) -> str:
    # PostgreSQL takes no NUL, and UTF-8 no half characters.
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def as_address(text: str) -> str:
    """A network address in the one way that it is written; empty if it is none."""
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return ""
