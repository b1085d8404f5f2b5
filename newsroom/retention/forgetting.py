"""Lets go of what is old, each kind by itself: one that fails keeps no other from going."""

from __future__ import annotations

import datetime
import logging
from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.utils import timezone

from ..models import Forgetting
from ..watch.scrub import scrub
from .table import TABLE, Kind

logger = logging.getLogger(__name__)

# The hour of the night, on the publication's clock; what it missed is made up for later.
HOUR = 3
MISSED = datetime.timedelta(hours=26)


class Failed(Exception):
    """Some kinds could not be let go; `str()` names them."""


@dataclass(frozen=True)
class Line:
    """A kind and how it went last; `last` is None before the first time."""

    kind: Kind
    last: Forgetting | None

    @property
    def is_late(self) -> bool:
        if self.last is None or self.last.ended_at is None:
            return False
        return timezone.now() - self.last.ended_at > 2 * MISSED


def forget_due() -> dict[str, int]:
    """Let go of each kind whose time it is; how much of which went. Raises Failed after all had their turn."""
    lasts = Forgetting.objects.in_bulk()
    due = [kind for kind in TABLE if kind.forget and _is_due(kind, lasts.get(kind.key))]
    gone, failed = {}, []
    for kind in due:
        try:
            gone[kind.key] = forget(kind)
        except Exception:
            failed.append(kind.key)
    if failed:
        raise Failed(f"Not let go: {', '.join(failed)}.")
    return gone


def forget(kind: Kind) -> int:
    """Let go of one kind and write down how it went. Raises whatever went wrong."""
    assert kind.forget is not None
    try:
        count = kind.forget()
    except Exception as error:
        logger.exception("What is old was not let go: %s", kind.key)
        _note(kind, error=f"{type(error).__name__}: {scrub(str(error))}"[:300])
        raise
    _note(kind, count)
    return count


def lines() -> list[Line]:
    """The table with what is known of each kind's last time, for the desk."""
    lasts = Forgetting.objects.in_bulk()
    return [Line(kind, lasts.get(kind.key)) for kind in TABLE if kind.forget]


def _is_due(kind: Kind, last: Forgetting | None) -> bool:
    if kind.is_hourly or last is None or last.error:
        return True
    ago = timezone.now() - last.tried_at
    is_night = timezone.localtime().hour == HOUR and ago > datetime.timedelta(hours=2)
    return is_night or ago > MISSED


def _note(kind: Kind, count: int = 0, *, error: str = "") -> None:
    now = timezone.now()
    values = {"tried_at": now, "error": error}
    if not error:
        values |= {"ended_at": now, "removed": count}
    try:
        with transaction.atomic():
            Forgetting.objects.update_or_create(kind=kind.key, defaults=values)
    except DatabaseError:
        # It may be what failed, and the log has it.
        logger.exception("How it went was not written down: %s", kind.key)
