"""Somebody of the ad desk, drafts to sell, and a forecast for tests of selling."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from ads import booking
from ads.choices import FlightKind
from ads.models import BookedDay, Flight, HourCount, Placement, PlacementDay
from tests.factories import StaffFactory

from .factories import FlightFactory

DAY = datetime.timedelta(days=1)


def ad_desk(**fields: Any) -> Any:
    """Somebody with the role of the ad desk."""
    user = StaffFactory(**{"name": "Rahmi", "language": "en", **fields})
    user.groups.add(Group.objects.get(name="ad_desk"))
    return user


def today(plus: int = 0) -> datetime.date:
    return timezone.localdate() + plus * DAY


def draft(first: int = 1, last: int = 3, **fields: Any) -> Flight:
    """An offer from today + first to today + last, both shown; 60 % of `article-top-1`."""
    fields.setdefault("days", (today(first), today(last + 1)))
    if fields.get("kind", FlightKind.SPONSORSHIP) == FlightKind.SPONSORSHIP:
        fields.setdefault("share", 60)
    flight = FlightFactory(booked=False, creatives=0, **fields)
    return Flight.objects.get(pk=flight.pk)


def counted(
    views: int = 100,
    *,
    placement: str = "article-top-1",
    section: Any = None,
    device: str = "phone",
    days: int = 28,
) -> None:
    """So many viewable views on each of the last `days` whole days: the forecast of each to come."""
    start = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)
    HourCount.objects.bulk_create(
        HourCount(
            hour=start - number * DAY,
            placement=Placement.objects.get(key=placement),
            section=section,
            device=device,
            served=views,
            measured=views,
            viewable=views,
            clicks=0,
        )
        for number in range(1, days + 1)
    )


def refused(act, *args, **kwargs) -> str:
    """The sentence with which the door refuses."""
    with pytest.raises(booking.Refused) as caught:
        act(*args, **kwargs)
    return str(caught.value)


def held(flight) -> list[tuple]:
    """What a flight holds: (placement, day, section, share, views)."""
    rows = BookedDay.objects.filter(flight=flight).order_by("placement_id", "day", "section_id")
    return list(rows.values_list("placement__key", "day", "section_id", "share", "views"))


def sold(day: datetime.date, key: str = "article-top-1") -> int:
    """The share of a placement that is sold on a day, as the database adds it up."""
    row = PlacementDay.objects.filter(placement__key=key, day=day).first()
    return row.share_sold if row else 0
