"""What is kept of comments for a time only."""

from __future__ import annotations

import datetime

from django.utils import timezone

from .models import Comment

# Long enough to see a flood and who returns after a ban; no longer.
NETWORKS = datetime.timedelta(days=30)
CHUNK = 5000


def forget() -> int:
    """Empty the hashed networks that are older than NETWORKS; returns how many, in bounded steps."""
    before = timezone.now() - NETWORKS
    old = Comment.objects.filter(created_at__lt=before).exclude(address_block="")
    total = 0
    while keys := list(old.values_list("pk", flat=True)[:CHUNK]):
        total += Comment.objects.filter(pk__in=keys).update(address_block="")
    return total
