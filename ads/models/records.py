"""What was done with a sale, by whom and when."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..choices import Deed
from .creatives import Creative
from .flights import Flight
from .parties import Advertiser, Campaign


class Record(models.Model):
    """One deed. Rows are only ever added; the database refuses anything else.

    `by` is empty when the advertiser did it through a link (`name` is what was typed there) or
    the server by itself. `changes` is {"field": [before, after]} in words.
    """

    created_at = models.DateTimeField(_("time"), db_default=Now())
    deed = models.CharField(_("what"), max_length=12, choices=Deed)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    # Empty for what holds for all of them: a category, days of silence, a placement.
    advertiser = models.ForeignKey(
        Advertiser, on_delete=models.PROTECT, null=True, related_name="records"
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, related_name="records"
    )
    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, null=True, related_name="records")
    creative = models.ForeignKey(
        Creative, on_delete=models.PROTECT, null=True, related_name="records"
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    changes: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(deed__in=Deed.values), name="ads_record_deed_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()} {self.created_at:%Y-%m-%d}"
