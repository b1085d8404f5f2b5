"""What is kept of comments for a time only."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.utils import timezone

from .models import Comment

CHUNK = 5000


def networks_kept() -> datetime.timedelta:
    """Long enough to see a flood and who returns after a ban; no longer."""
    return datetime.timedelta(days=settings.COMMENT_NETWORKS_KEPT_DAYS)


def forget() -> int:
    """Empty the hashed networks that are older than settings.COMMENT_NETWORKS_KEPT_DAYS; returns how many, in bounded steps."""
    before = timezone.now() - networks_kept()
    old = Comment.objects.filter(created_at__lt=before).exclude(address_block="")
    total = 0
    while keys := list(old.values_list("pk", flat=True)[:CHUNK]):
        total += Comment.objects.filter(pk__in=keys).update(address_block="")
    return total
