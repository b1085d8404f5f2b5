"""A flight like another, on other days."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from psycopg.types.range import DateRange

from . import records
from .choices import CreativeState, Deed
from .models import Creative, Flight

if TYPE_CHECKING:
    from accounts.models import User

_TERMS = (
    *("campaign", "kind", "share", "goal", "priority", "cap_per_day", "device", "weekdays"),
    *("from_hour", "until_hour"),
)
_TARGETS = ("placements", "sections", "tags", "places")
_SHOWN = ("name", "kind", "headline", "words", "alt_text", "link", "images")


@transaction.atomic
def copy_flight(
    flight: Flight,
    *,
    by: User,
    name: str,
    first_day: datetime.date,
    last_day: datetime.date | None,
) -> Flight:
    """A draft with the same terms and places on first_day to last_day, both included.

    Its creatives come along as drafts, those that were taken out left behind: an approval is for one
    flight.
    """
    after = last_day + datetime.timedelta(days=1) if last_day else None
    copy = Flight(name=name, days=DateRange(first_day, after), created_by=by)
    for field in _TERMS:
        setattr(copy, field, getattr(flight, field))
    copy.save()
    for field in _TARGETS:
        getattr(copy, field).set(getattr(flight, field).all())
    note = f"← {flight} ({flight.pk})"
    records.write(Deed.CREATED, by=by, flight=copy, note=note)
    for creative in flight.creatives.exclude(state=CreativeState.RETIRED).order_by("pk"):
        values = {field: getattr(creative, field) for field in _SHOWN}
        made = Creative.objects.create(flight=copy, created_by=by, **values)
        records.write(Deed.CREATED, by=by, creative=made, note=f"← {creative} ({creative.pk})")
    return copy
