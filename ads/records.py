"""What is written down of a sale. Rows are only ever added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditlog.choices import Action
from auditlog.writing import write as write_audit

from .choices import Deed
from .models import Advertiser, Campaign, Creative, Flight, Record

if TYPE_CHECKING:
    from accounts.models import User

Changes = dict[str, list[str]]


def write(
    deed: Deed,
    *,
    by: User | None = None,
    advertiser: Advertiser | None = None,
    campaign: Campaign | None = None,
    flight: Flight | None = None,
    creative: Creative | None = None,
    note: str = "",
    changes: Changes | None = None,
    name: str = "",
) -> Record:
    """Add one record about the most special thing that is given; what it belongs to is filled in.

    What holds for all advertisers belongs to none: then the note names it.

    Args:
        by: who of the newsroom did it; None when an advertiser did through a link (`name` is what
            was typed there), or the server by itself.
        note: in the person's own words; what is longer than the column is cut.
        changes: {"field": [before, after]} in words.
    Raises ValueError when nothing is given that it could be about.
    """
    flight = flight or (creative.flight if creative else None)
    campaign = campaign or (flight.campaign if flight else None)
    advertiser = advertiser or (campaign.advertiser if campaign else None)
    if advertiser is None and not note.strip():
        raise ValueError("A record is about a sale, or its note names what it is about.")
    record = Record.objects.create(
        deed=deed,
        by=by,
        name=name.strip()[:120],
        advertiser=advertiser,
        campaign=campaign,
        flight=flight,
        creative=creative,
        note=note.strip()[:500],
        changes=changes or {},
    )
    write_audit(
        Action.SOLD,
        by=by,
        about=creative or flight or campaign or advertiser or record,
        details={"deed": deed, "record": record.pk, "note": record.note, "changes": record.changes},
    )
    return record


def difference(before: dict[str, Any], after: dict[str, Any]) -> Changes:
    """What differs between two rows of fields, as `write` takes it."""
    return {
        field: [_in_words(before.get(field)), _in_words(value)]
        for field, value in after.items()
        if before.get(field) != value
    }


def _in_words(value: Any) -> str:
    return "" if value is None else str(value)
