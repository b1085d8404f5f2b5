"""Letters to the ad desk about flights that end: seven and two days before, and when a rest is left over.

Each flight keeps the day that it was last reminded for, so a job that runs twice writes once, and a
flight that is extended is due again.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from articles.absolute import absolute
from articles.models import Publication

from . import offer, records
from .choices import Deed, FlightKind, FlightState
from .models import Flight

DAYS_BEFORE = (7, 2)
# A rest that nobody heard of for so long is no news any more.
LATEST = datetime.timedelta(days=7)
SATURDAY = 6


@dataclass(frozen=True)
class Line:
    """A flight in the letter. `rest` is what a standard flight was not given, 0 before its end."""

    flight: Flight
    mark: datetime.date
    last_day: str
    rest: int
    address: str


def mark_of(flight: Flight, today: datetime.date) -> datetime.date | None:
    """The latest day up to `today` on which somebody has to hear of this flight's end; None for none.

    A day before the flight began is none: who sold it knows.
    """
    last = flight.last_day
    if last is None or flight.kind == FlightKind.HOUSE:
        return None
    days = [last - datetime.timedelta(days=number) for number in DAYS_BEFORE]
    marks = [day for day in days if flight.first_day <= day <= today <= last]
    after = first_working_day(last)
    if after <= today < after + LATEST and rest_of(flight):
        marks.append(after)
    return max(marks, default=None)


def first_working_day(last: datetime.date) -> datetime.date:
    """The first day after `last` that is neither Saturday nor Sunday."""
    day = last + datetime.timedelta(days=1)
    while day.isoweekday() >= SATURDAY:
        day += datetime.timedelta(days=1)
    return day


def rest_of(flight: Flight) -> int:
    """The views that a standard flight has not had yet; 0 for others."""
    if flight.kind != FlightKind.STANDARD:
        return 0
    delivered = flight.delivery.viewable if hasattr(flight, "delivery") else 0
    return max(0, (flight.goal or 0) - delivered)


def desk_people() -> list[User]:
    """Everybody of the ad desk who can be written to."""
    staff = User.objects.filter(is_staff=True, is_active=True, groups__name="ad_desk")
    return list(staff.exclude(email="").order_by("pk"))


@transaction.atomic
def remind(today: datetime.date | None = None) -> int:
    """Write one letter to everybody of the ad desk about all flights that are due; return how many flights.

    Without anybody to write to nothing is noted, so that who comes later still hears of it.
    """
    today = today or timezone.localdate()
    people = desk_people()
    if not people:
        return 0
    due = [
        (flight, mark)
        for flight in _sold(today)
        if (mark := mark_of(flight, today))
        and (flight.reminded_for is None or flight.reminded_for < mark)
    ]
    lines = [_line(flight, mark, today) for flight, mark in due]
    for line in lines:
        line.flight.reminded_for = line.mark
        line.flight.save(update_fields=["reminded_for"])
        records.write(Deed.REMINDED, flight=line.flight)
    if lines:
        for person in people:
            _write_to(person, lines)
    return len(lines)


def _sold(today: datetime.date) -> list[Flight]:
    """Flights that end within the widest of the times, locked; another run leaves them out."""
    first = today - LATEST - datetime.timedelta(days=4)
    last = today + datetime.timedelta(days=max(DAYS_BEFORE) + 1)
    rows = Flight.objects.filter(
        state__in=[FlightState.BOOKED, FlightState.PAUSED],
        days__endswith__gt=first,
        days__endswith__lte=last,
    )
    locked = rows.select_for_update(of=("self",), skip_locked=True)
    return list(locked.select_related("campaign__advertiser", "delivery").order_by("days", "pk"))


def _line(flight: Flight, mark: datetime.date, today: datetime.date) -> Line:
    last = flight.last_day
    assert last is not None  # mark_of gives none for an open flight
    return Line(
        flight=flight,
        mark=mark,
        last_day=offer.in_words(last),
        rest=rest_of(flight) if last < today else 0,
        address=absolute(reverse("admin:ads_flight_change", args=[flight.pk])),
    )


def _write_to(person: User, lines: list[Line]) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        context = {"name": person.name, "lines": lines, "publication": Publication.current()}
        text = render_to_string("ads/mail/ending.txt", context)
        EmailMessage(_("Flights that end"), text.strip() + "\n", to=[person.email]).send()
