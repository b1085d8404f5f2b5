"""What is kept of the newsletter for a time only."""

from __future__ import annotations

import datetime

from django.utils import timezone

from .choices import Standing
from .models import Delivery, Subscriber
from .subscribing import CONFIRM_WITHIN

# The proof that somebody had agreed, for whoever complains about a letter later.
PROOFS = datetime.timedelta(days=365)
# Which letter went where, for whoever asks where theirs is.
DELIVERIES = datetime.timedelta(days=90)
CHUNK = 5000


def forget() -> int:
    """Delete unconfirmed addresses, old proofs and old deliveries; returns how many, in bounded steps."""
    now = timezone.now()
    subscribers, deliveries = Subscriber.objects.order_by(), Delivery.objects.order_by()
    old = (
        subscribers.filter(standing=Standing.ASKED, asked_at__lt=now - CONFIRM_WITHIN),
        subscribers.filter(standing=Standing.GONE, left_at__lt=now - PROOFS),
        # Older than any that is still under way: newsletter.sending gives up after hours.
        deliveries.filter(issue__day__lt=(now - DELIVERIES).date()),
    )
    total = 0
    for rows in old:
        while keys := list(rows.values_list("pk", flat=True)[:CHUNK]):
            rows.model._base_manager.filter(pk__in=keys).delete()
            total += len(keys)
    return total
