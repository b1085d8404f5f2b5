"""Rows of counting for tests of what is read from them: hours as the roll-up would write them."""

from __future__ import annotations

import datetime

from django.utils import timezone

from ads.choices import Device
from ads.models import BookedDay, Creative, Discard, Flight, HourCount, Placement


def hour(days_ago: int = 0, at: int = 9) -> datetime.datetime:
    """An hour of the publication's clock, some days before today."""
    local = timezone.localtime() - datetime.timedelta(days=days_ago)
    return local.replace(hour=at, minute=0, second=0, microsecond=0)


def count(
    creative: Creative | None,
    served: int,
    measured: int | None = None,
    viewable: int | None = None,
    clicks: int = 0,
    *,
    days_ago: int = 1,
    at: int = 9,
    placement: str = "article-top-1",
    section=None,
    device: str = Device.PHONE,
) -> HourCount:
    """One row; what is left out is as many as the step before."""
    measured = served if measured is None else measured
    return HourCount.objects.create(
        hour=hour(days_ago, at),
        placement=Placement.objects.get(key=placement),
        creative=creative,
        section=section,
        device=device,
        served=served,
        measured=measured,
        viewable=measured if viewable is None else viewable,
        clicks=clicks,
    )


def discard(creative: Creative | None, reason: str, number: int, *, days_ago: int = 1) -> Discard:
    return Discard.objects.create(
        hour=hour(days_ago),
        reason=reason,
        placement=Placement.objects.get(key="article-top-1"),
        creative=creative,
        count=number,
    )


def hold(flight: Flight, *, first: datetime.date | None = None, until: datetime.date | None = None):
    """The booked days of a sponsorship (first ≤ day < until, else all of it), as the door writes them."""
    days = flight.days
    first, until = first or days.lower, until or days.upper
    BookedDay.objects.bulk_create(
        BookedDay(
            flight=flight,
            placement=placement,
            day=first + datetime.timedelta(days=step),
            section=section,
            device=flight.device,
            share=flight.share,
        )
        for placement in flight.placements.all()
        for section in list(flight.sections.all()) or [None]
        for step in range((until - first).days)
    )
