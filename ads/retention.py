"""How long raw events are kept. What was made of them stays for good."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from . import partitions, roll_up


def forget() -> list[datetime.date]:
    """Drop the events of days that are older than settings.EVENTS_KEPT_DAYS; returns which.

    A day whose hours were not all rolled up is rolled up first, in the same transaction: if that fails,
    its events stay.
    """
    oldest_kept = timezone.localdate() - datetime.timedelta(days=settings.EVENTS_KEPT_DAYS)
    old = [day for day in partitions.days() if day < oldest_kept]
    for day in old:
        with transaction.atomic():
            if hours := roll_up.undone_of(day):
                roll_up.roll_up(hours[0], hours[-1])
            partitions.drop(day)
    return old
