"""The chain: each row's hash is made of the one before and of all that the row says.

Rows are sealed in the order in which the job finds them, a minute after they were written at the latest. Everything
here that writes holds one lock, which nobody who writes rows ever waits for.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.utils.translation import gettext as _

from . import writing
from .choices import Action
from .models import Anchor, Entry

LOCK = "auditlog.chain"
CHUNK = 1000
# Of a row that was written and not sealed so long after: the job does not run.
SEALED_WITHIN = datetime.timedelta(minutes=15)


@dataclass(frozen=True)
class Head:
    """The last row of the chain: who keeps this elsewhere can tell later whether the chain was rewritten."""

    position: int = 0
    hash: str = "0" * 64

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


@dataclass(frozen=True)
class Found:
    """What `check` read: rows that are sealed, from which row on, the head, and rows that wait for their seal."""

    rows: int
    begins_at: int
    head: Head
    unsealed: int


class Broken(Exception):
    """The chain is not what was written; `str()` says at which row, in words."""


def digest(row: Entry, position: int, previous: str) -> str:
    """The hash of a row at a place in the chain."""
    said = [
        *(previous, position, row.pk, row.at.astimezone(datetime.UTC).isoformat()),
        *(row.account, row.name, row.action, row.kind, row.object_id, row.label),
        *(row.address, row.request_id, row.details),
    ]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def head() -> Head:
    """Of what is sealed; place 0 while nothing was."""
    last = Entry.objects.filter(position__isnull=False).order_by("-position").first()
    if last is not None and last.position is not None:
        return Head(last.position, last.hash)
    return _beginning()


def seal() -> int:
    """Take what was written since into the chain; returns how many rows."""
    total = 0
    while sealed := _seal_some():
        total += sealed
    return total


def check(known: Iterable[Head] = ()) -> Found:
    """Read the whole chain. Raises Broken at the first row that is not what was sealed.

    Args:
        known: heads that were kept elsewhere, such as in backups; each must be a row of this chain. Those of rows
            that were removed since are not looked at.
    """
    with _alone():
        begin = _beginning()
        before, rows = begin, 0
        wanted = {one.position: one for one in known if one.position > begin.position}
        for row in _sealed().iterator(CHUNK):
            before = _next(before, row)
            rows += 1
            if wanted.pop(before.position, before) != before:
                raise Broken(_("Row %(number)d has another hash elsewhere.") % {"number": row.pk})
        if wanted:
            raise Broken(
                _("Rows behind number %(place)d of the chain are known elsewhere and gone here.")
                % {"place": before.position}
            )
        unsealed = Entry.objects.filter(position__isnull=True).count()
        return Found(rows, begin.position + 1, before, unsealed)


def forget(before: datetime.datetime) -> int:
    """Remove rows of the chain's beginning that are older than `before`; returns how many.

    Each step leaves a signed anchor and a row that tells of it. Raises Broken, and removes nothing more, where what
    would be removed is not what was sealed: it would be gone for good.
    """
    total = 0
    while removed := _forget_some(before):
        total += removed
    return total


def _seal_some() -> int:
    with _alone():
        rows = list(Entry.objects.filter(position__isnull=True).order_by("pk")[:CHUNK])
        if not rows:
            return 0
        last = head()
        for row in rows:
            row.hash = digest(row, last.position + 1, last.hash)
            row.position = last.position + 1
            last = Head(row.position, row.hash)
        Entry.objects.bulk_update(rows, ["position", "hash"])
        return len(rows)


def _forget_some(before: datetime.datetime) -> int:
    with _alone():
        last, rows = _beginning(), 0
        for row in _sealed()[:CHUNK]:
            if row.at >= before:
                break
            last = _next(last, row)
            rows += 1
        if not rows:
            return 0
        Anchor.objects.create(
            position=last.position, hash=last.hash, rows=rows, signature=_signature(last, rows)
        )
        writing.write(
            Action.FORGOTTEN,
            details={"rows": rows, "position": last.position, "hash": last.hash},
        )
        Entry.objects.filter(position__lte=last.position).delete()
        return rows


def _sealed():  # type: ignore[no-untyped-def]
    return Entry.objects.filter(position__isnull=False).order_by("position")


def _next(before: Head, row: Entry) -> Head:
    """The head with one more row; Broken if it is not the row that was sealed there."""
    if row.position != before.position + 1:
        raise Broken(
            _("Row %(number)d does not follow: number %(place)d of the chain is missing before it.")
            % {"number": row.pk, "place": before.position + 1}
            if (row.position or 0) > before.position
            else _("Row %(number)d stands where rows were removed.") % {"number": row.pk}
        )
    if row.hash != digest(row, row.position, before.hash):
        raise Broken(
            _("Row %(number)d is not what was written on %(time)s.")
            % {"number": row.pk, "time": f"{row.at:%Y-%m-%d %H:%M:%S} UTC"}
        )
    return Head(row.position, row.hash)


def _beginning() -> Head:
    """Behind which row the chain begins here. Raises Broken for an anchor that nobody signed."""
    anchor = Anchor.objects.order_by("-position").first()
    if anchor is None:
        return Head()
    found = Head(anchor.position, anchor.hash)
    signer = Signer(salt=LOCK)
    try:
        signer.unsign(f"{found}:{anchor.rows}{signer.sep}{anchor.signature}")
    except BadSignature:
        raise Broken(
            _("That rows up to number %(place)d were removed is not signed.")
            % {"place": anchor.position}
        ) from None
    return found


def _signature(last: Head, rows: int) -> str:
    return Signer(salt=LOCK).signature(f"{last}:{rows}")


@contextmanager
def _alone() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
        yield
