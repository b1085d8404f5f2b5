"""What waits where: letters, messages of browsers, backups, room on disks. Metrics and the desk read the same."""

from __future__ import annotations

import datetime
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from ads import spool
from auditlog import chain
from auditlog.models import Entry

from ..backup import record
from ..models import OutgoingMail
from .scrub import scrub

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Mail:
    """`failed`: letters that were given up and are still kept; `last_sent_at`: None when none of those kept was sent."""

    waiting: int
    oldest_due_at: datetime.datetime | None
    failed: int
    last_sent_at: datetime.datetime | None
    newsletter_waiting: int


def mail() -> Mail:
    """One query for the outbox and the newsletter together."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT
                count(*) FILTER (WHERE sent_at IS NULL AND given_up_at IS NULL),
                min(due_at) FILTER (WHERE sent_at IS NULL AND given_up_at IS NULL),
                count(*) FILTER (WHERE given_up_at IS NOT NULL),
                max(sent_at),
                (SELECT count(*) FROM newsletter_delivery WHERE state IN ('waiting', 'taken'))
            FROM newsroom_outgoingmail
            """
        )
        return Mail(*cursor.fetchone())


def failed_letters(most: int) -> list[dict[str, Any]]:
    """Letters that were given up, the newest first: address (masked), at, attempts, reason."""
    rows = OutgoingMail.objects.filter(given_up_at__isnull=False).order_by("-given_up_at")
    return [
        {"to": scrub(to), "at": at, "attempts": attempts, "reason": scrub(reason)}
        for to, at, attempts, reason in rows.values_list(
            "to", "given_up_at", "attempts", "last_error"
        )[:most]
    ]


def told_waiting() -> int:
    """Messages of browsers that wait on this machine for the database."""
    return spool.waiting().count()


@dataclass(frozen=True)
class AuditLog:
    """`head`: empty where the beginning is not signed, which `trouble` says; `waiting`: rows that have no seal yet."""

    head: str
    waiting: int
    is_late: bool
    trouble: str


def audit_log() -> AuditLog:
    """The head of the chain, to be kept elsewhere, and whether rows are still sealed."""
    unsealed = Entry.objects.filter(position__isnull=True)
    oldest = unsealed.order_by("pk").values_list("at", flat=True).first()
    head, trouble = "", ""
    try:
        head = str(chain.head())
    except chain.Broken as broken:
        trouble = str(broken)
    is_late = oldest is not None and timezone.now() - oldest > chain.SEALED_WITHIN
    return AuditLog(head, unsealed.count(), is_late, trouble)


def last_backup() -> datetime.datetime | None:
    """When the last backup ended that was restored on the side; None when none is known of (backup/record.py).

    A time to come counts as none: who set it had a wrong clock, and it would hide for long that no backup is made.
    """
    for run in record.runs("backup"):
        if run.get("error") or not run.get("is_verified"):
            continue
        try:
            at = datetime.datetime.fromisoformat(run["ended_at"])
        except (ValueError, KeyError, TypeError):
            continue
        if timezone.is_aware(at) and at <= timezone.now() + datetime.timedelta(minutes=5):
            return at
    return None


@dataclass(frozen=True)
class Room:
    """Free bytes where something is kept; -1 where nobody can say."""

    name: str
    free: int
    total: int

    @property
    def is_enough(self) -> bool:
        return self.free >= settings.DISK_FREE_MB * MEGABYTE


def rooms() -> list[Room]:
    """VAR_DIR and MEDIA_ROOT, also when both are on one disk; a bucket has as much room as one pays for."""
    found = [_room("VAR_DIR", settings.VAR_DIR)]
    return found if settings.MEDIA_STORE else [*found, _room("MEDIA_ROOT", settings.MEDIA_ROOT)]


@dataclass(frozen=True)
class Far:
    """A server beside the database. `why`: what it said, when it is not well; `version`: empty where nobody knows."""

    place: str
    why: str = ""
    version: str = ""

    @property
    def is_well(self) -> bool:
        return not self.why


def media_store() -> Far | None:
    """The bucket that photos are in; None where they lie in a folder."""
    if not settings.MEDIA_STORE:
        return None
    from ..media_store import health  # only then: its libraries are large

    found = health.look()
    return Far(found.place, scrub(found.why))


def cache_server() -> Far | None:
    """The server of CACHE_URL, asked at once; None where the database keeps all."""
    if not settings.CACHE_URL:
        return None
    from .. import valkey  # only then: its library may not be there

    why, version = valkey.health()
    return Far(valkey.place(settings.CACHE_URL), scrub(why), version)


def _room(name: str, folder: str | Path) -> Room:
    # Media come into being with the first photo: then it is the disk of the folder above.
    path = Path(folder)
    while not path.exists() and path != path.parent:
        path = path.parent
    try:
        usage = shutil.disk_usage(path)
    except OSError:
        return Room(name, -1, 0)
    return Room(name, usage.free, usage.total)
