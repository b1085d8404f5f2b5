"""What was counted: events as they came, hours made of them, and what was not counted and why."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..choices import Device, DiscardReason, EventKind
from .creatives import Creative
from .flights import Flight
from .placements import Placement


class Event(models.Model):
    """One thing that a browser told, once. Partitioned by day, and kept for a time only.

    `showing` is the number of one page view (`kind` p) or of one creative on it (all others);
    `at` and `day` (of the publication's zone) are the time at which the page got its candidates,
    the same for every event of a showing, however late it came. So one key makes each event
    single, and a click counts in the hour of the view that it belongs to. No foreign keys: all
    numbers come out of a token of ours.
    """

    pk = models.CompositePrimaryKey("day", "showing", "kind")
    day = models.DateField()
    showing = models.UUIDField()
    kind = models.CharField(max_length=1, choices=EventKind)
    at = models.DateTimeField()
    # Empty for a page view.
    placement_id = models.BigIntegerField(null=True)
    # Empty for a page view, and for a placement where nothing was sold: what was free counts too.
    creative_id = models.BigIntegerField(null=True)
    article_id = models.BigIntegerField(null=True)
    section_id = models.BigIntegerField(null=True)
    device = models.CharField(max_length=8, choices=Device)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.showing}"


class HourCount(models.Model):
    """What a creative was worth in one hour of one part of a placement; made from events alone.

    A row can never say more clicks than views: the database refuses it.
    """

    hour = models.DateTimeField(_("hour"))
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="+")
    creative = models.ForeignKey(
        Creative, on_delete=models.PROTECT, null=True, related_name="hour_counts"
    )
    section = models.ForeignKey(
        "articles.Section", on_delete=models.PROTECT, null=True, related_name="+"
    )
    device = models.CharField(max_length=8, choices=Device)
    served = models.PositiveIntegerField(_("served"))
    measured = models.PositiveIntegerField(_("measured"))
    viewable = models.PositiveIntegerField(_("viewable"))
    clicks = models.PositiveIntegerField(_("clicks"))

    class Meta:
        verbose_name = _("hour of a creative")
        verbose_name_plural = _("hours of creatives")
        indexes = [
            # Reports of a campaign and its delivery so far.
            models.Index(fields=["creative", "hour"], name="ads_hourcount_creative_idx"),
            # The forecast of a placement.
            models.Index(fields=["placement", "hour"], name="ads_hourcount_placement_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "placement", "creative", "section", "device"],
                nulls_distinct=False,
                name="ads_hourcount_once",
            ),
            models.CheckConstraint(
                condition=Q(clicks__lte=F("viewable"))
                & Q(viewable__lte=F("measured"))
                & Q(measured__lte=F("served")),
                name="ads_hourcount_funnel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.creative} {self.hour}"


class RolledHour(models.Model):
    """An hour whose events were rolled up, and when last. After its last event may come, it is done.

    So a server that slept knows what it has to catch up with, and nothing is dropped before it was
    added up.
    """

    hour = models.DateTimeField(_("hour"), primary_key=True)
    rolled_at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("hour rolled up")
        verbose_name_plural = _("hours rolled up")

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}"


class Discard(models.Model):
    """How many of what came in one hour were not counted, and why."""

    hour = models.DateTimeField(_("hour"))
    reason = models.CharField(_("reason"), max_length=12, choices=DiscardReason)
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, null=True, related_name="+")
    creative = models.ForeignKey(
        Creative, on_delete=models.PROTECT, null=True, related_name="discards"
    )
    count = models.PositiveIntegerField(_("how many"))

    class Meta:
        verbose_name = _("not counted")
        verbose_name_plural = _("not counted")
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "reason", "placement", "creative"],
                nulls_distinct=False,
                name="ads_discard_once",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=DiscardReason.values), name="ads_discard_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.count}"


class Delivery(models.Model):
    """What a flight has had so far; made from its hours whenever they are made."""

    flight = models.OneToOneField(
        Flight, on_delete=models.PROTECT, primary_key=True, related_name="delivery"
    )
    served = models.PositiveBigIntegerField(_("served"), default=0)
    viewable = models.PositiveBigIntegerField(_("viewable"), default=0)
    clicks = models.PositiveBigIntegerField(_("clicks"), default=0)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    def __str__(self) -> str:
        return f"{self.flight}: {self.viewable}"
