"""What is kept of the newsletter for a time only; each in bounded steps, and returns how many rows went."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from .choices import Standing
from .models import Delivery, Subscriber
from .subscribing import CONFIRM_WITHIN

CHUNK = 5000


def forget_unconfirmed() -> int:
    """Delete addresses that nobody confirmed in time."""
    before = timezone.now() - CONFIRM_WITHIN
    return _delete(Subscriber.objects.filter(standing=Standing.ASKED, asked_at__lt=before))


def forget_proofs() -> int:
    """Delete the proof that somebody had agreed, once it is old enough that nobody complains about a letter."""
    before = timezone.now() - datetime.timedelta(days=settings.NEWSLETTER_PROOFS_KEPT_DAYS)
    return _delete(Subscriber.objects.filter(standing=Standing.GONE, left_at__lt=before))


def forget_deliveries() -> int:
    """Delete which letter went where; older than any that is still under way (newsletter.sending gives up after hours)."""
    before = timezone.now() - datetime.timedelta(days=settings.NEWSLETTER_DELIVERIES_KEPT_DAYS)
    return _delete(Delivery.objects.filter(issue__day__lt=before.date()))


def _delete(rows: Any) -> int:
    total = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:CHUNK]):
        rows.model._base_manager.filter(pk__in=keys).delete()
        total += len(keys)
    return total
