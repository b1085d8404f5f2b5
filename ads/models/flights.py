"""What was sold: a flight, and the days that it holds."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..choices import Device, FlightKind, FlightState
from .parties import Campaign
from .placements import Placement

MOST_IMPORTANT, LEAST_IMPORTANT = 1, 9


class Flight(models.Model):
    """Days, a share or a goal, and where it may be shown.

    `days` are whole days of the publication's zone, so a flight ends at midnight there and not
    in UTC; the range is kept half-open, [first, day after the last). Its state is moved by
    `ads.booking` alone, which also holds its days (`BookedDay`).
    """

    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaign"), on_delete=models.PROTECT, related_name="flights"
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=FlightKind)
    state = models.CharField(
        _("state"), max_length=8, choices=FlightState, default=FlightState.DRAFT, editable=False
    )
    days = DateRangeField(_("days"))
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=5,
        help_text=_("1 goes first, 9 last, among standard flights that compete."),
    )
    share = models.PositiveSmallIntegerField(
        _("share of views (%)"), null=True, blank=True, help_text=_("Only for a sponsorship.")
    )
    goal = models.PositiveIntegerField(
        _("goal (viewable views)"),
        null=True,
        blank=True,
        help_text=_("Only for a standard flight."),
    )
    cap_per_day = models.PositiveSmallIntegerField(
        _("at most a day for one reader"),
        null=True,
        blank=True,
        help_text=_("Counted in the reader's own browser."),
    )
    placements = models.ManyToManyField(
        Placement, verbose_name=_("placements"), related_name="flights"
    )
    sections = models.ManyToManyField(
        "articles.Section", verbose_name=_("sections"), blank=True, related_name="+"
    )
    tags = models.ManyToManyField(
        "articles.Tag", verbose_name=_("tags"), blank=True, related_name="+"
    )
    places = models.ManyToManyField(
        "articles.Place",
        verbose_name=_("places"),
        blank=True,
        related_name="+",
        help_text=_("Stories from there, or from any place within."),
    )
    device = models.CharField(
        _("screen"), max_length=8, choices=Device, blank=True, help_text=_("Empty: all.")
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("days of the week"),
        default=list,
        blank=True,
        help_text=_("1 is Monday, 7 Sunday; empty: all."),
    )
    from_hour = models.PositiveSmallIntegerField(_("from hour"), null=True, blank=True)
    until_hour = models.PositiveSmallIntegerField(
        _("until hour"),
        null=True,
        blank=True,
        help_text=_("In the publication's zone; 22 to 4 goes through the night."),
    )
    reminded_for = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(_("entered"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("flight")
        verbose_name_plural = _("flights")
        ordering = ["-id"]
        permissions = [("book_flight", _("Can book, pause and stop flights"))]
        indexes = [
            # The snapshot: what is sold and not stopped.
            models.Index(
                fields=["state"],
                condition=Q(state__in=["booked", "paused"]),
                name="ads_flight_sold_idx",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind="sponsorship",
                    share__isnull=False,
                    share__range=(1, 100),
                    goal__isnull=True,
                )
                | Q(kind="standard", share__isnull=True, goal__isnull=False, goal__gt=0)
                | Q(kind="house", share__isnull=True, goal__isnull=True),
                name="ads_flight_sells_one_thing",
                violation_error_message=_(
                    "A sponsorship sells a share of 1 to 100 %, a standard flight a number of "
                    "views, a house flight neither."
                ),
            ),
            models.CheckConstraint(
                condition=Q(days__isempty=False, days__lower_inf=False)
                & (Q(days__upper_inf=False) | Q(kind="house")),
                name="ads_flight_days_whole",
                violation_error_message=_(
                    "A flight has a first and a last day; only a house flight may stay open."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state__in=FlightState.values), name="ads_flight_state_known"
            ),
            models.CheckConstraint(
                condition=Q(priority__range=(MOST_IMPORTANT, LEAST_IMPORTANT)),
                name="ads_flight_priority_range",
                violation_error_message=_("Priority goes from 1 to 9."),
            ),
            models.CheckConstraint(
                condition=Q(device__in=["", *Device.values]), name="ads_flight_device_known"
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="ads_flight_weekdays_known",
                violation_error_message=_("Days of the week go from 1 (Monday) to 7 (Sunday)."),
            ),
            models.CheckConstraint(
                condition=Q(from_hour__isnull=True, until_hour__isnull=True)
                | Q(
                    ~Q(from_hour=F("until_hour")),
                    from_hour__isnull=False,
                    until_hour__isnull=False,
                    from_hour__range=(0, 23),
                    until_hour__range=(0, 24),
                ),
                name="ads_flight_hours_whole",
                violation_error_message=_(
                    "Hours go from 0 to 24, and need a beginning and an end."
                ),
            ),
            models.CheckConstraint(
                condition=Q(cap_per_day__isnull=True) | Q(cap_per_day__gt=0),
                name="ads_flight_cap_positive",
                violation_error_message=_("A cap is one view or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_day(self) -> datetime.date:
        first: datetime.date = self.days.lower
        return first

    @property
    def last_day(self) -> datetime.date | None:
        """The last day on which it is shown; None for an open house flight."""
        after: datetime.date | None = self.days.upper
        return after and after - datetime.timedelta(days=1)


class BookedDay(models.Model):
    """A day that a flight holds at a placement: a share of it, or a number of views.

    `section` and `device` say which part of the placement is held; empty is all of it. Written
    by `ads.booking` alone. A trigger keeps `PlacementDay.share_sold` under the lock of its row.
    """

    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="booked_days")
    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    section = models.ForeignKey(
        "articles.Section", on_delete=models.PROTECT, null=True, related_name="+"
    )
    device = models.CharField(max_length=8, choices=Device, blank=True)
    share = models.PositiveSmallIntegerField(default=0)
    views = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("booked day")
        verbose_name_plural = _("booked days")
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "day", "flight", "section"],
                nulls_distinct=False,
                name="ads_bookedday_once",
            ),
            models.CheckConstraint(condition=Q(share__lte=100), name="ads_bookedday_share_range"),
        ]

    def __str__(self) -> str:
        return f"{self.flight} {self.day}"


class PlacementDay(models.Model):
    """How much of a placement is sold on a day, where it is tightest. Kept by a trigger.

    Nobody can sell more than there is: whoever tries waits for the row and then fails.
    """

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    share_sold = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("day of a placement")
        verbose_name_plural = _("days of placements")
        constraints = [
            models.UniqueConstraint(fields=["placement", "day"], name="ads_placementday_once"),
            models.CheckConstraint(
                condition=Q(share_sold__lte=100),
                name="ads_placementday_not_oversold",
                violation_error_message=_("More than the whole of a placement cannot be sold."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement} {self.day}"
