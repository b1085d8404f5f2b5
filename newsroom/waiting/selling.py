"""What waits for the ad desk."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ads.choices import CreativeState, FlightKind, FlightState
from ads.models import Creative, Flight
from ads.reports import overview
from ads.reports.words import standing_of

from .lines import SHOWN, Button, Panel, Row

# Time enough to ask an advertiser whether it goes on.
ENDS_SOON = datetime.timedelta(days=8)


def selling() -> Iterator[Panel]:
    """What the ad desk has to see to: three questions, one query each."""
    today = timezone.localdate()
    soon = today + ENDS_SOON
    flights = Flight.objects.select_related("campaign__advertiser").order_by("days", "pk")
    sold = flights.filter(state__in=[FlightState.BOOKED, FlightState.PAUSED])
    bare = sold.filter(days__startswith__lte=today, days__contains=today)
    approved = Creative.objects.filter(flight=OuterRef("pk"), state=CreativeState.APPROVED)
    yield _flight_panel(
        "flights-unapproved",
        _("Runs without an approved creative"),
        bare.filter(state=FlightState.BOOKED).exclude(Exists(approved)),
        _("Add a creative"),
        lambda flight: f"{reverse('admin:ads_creative_add')}?flight={flight.pk}",
        is_urgent=True,
    )
    waiting = list(
        Creative.objects.filter(
            state__in=[CreativeState.DRAFT, CreativeState.SENT, CreativeState.REFUSED]
        )
        .exclude(flight__state=FlightState.STOPPED)
        .filter(Q(flight__days__endswith__gt=today) | Q(flight__days__upper_inf=True))
        .select_related("flight__campaign__advertiser")
        .order_by("flight__days", "pk")[: SHOWN + 1]
    )
    yield Panel(
        key="creatives",
        title=_("Creatives without approval"),
        rows=[_creative_row(creative) for creative in waiting[:SHOWN]],
        more_url=reverse("admin:ads_creative_changelist"),
        has_more=len(waiting) > SHOWN,
    )
    yield _flight_panel(
        "flights-ending",
        _("Ends within a week"),
        sold.exclude(kind=FlightKind.HOUSE).filter(
            days__endswith__gt=today, days__endswith__lte=soon, days__startswith__lte=today
        ),
        _("Change the days…"),
        lambda flight: reverse("admin:ads_flight_move", args=[flight.pk, "days"]),
    )


def _flight_panel(
    key: str,
    title: str,
    flights: QuerySet[Flight],
    move: str,
    address: Callable[[Flight], str],
    *,
    is_urgent: bool = False,
) -> Panel:
    found = list(flights[: SHOWN + 1])
    return Panel(
        key=key,
        title=title,
        rows=[
            Row(
                title=flight.name,
                url=reverse("admin:ads_flight_change", args=[flight.pk]),
                facts=[str(flight.campaign), _last_day(flight)],
                buttons=[Button(move, address(flight), is_step=True, is_forward=False)],
            )
            for flight in found[:SHOWN]
        ],
        more_url=f"{reverse('admin:ads_flight_changelist')}?days=now",
        has_more=len(found) > SHOWN,
        is_urgent=is_urgent,
    )


def _last_day(flight: Flight) -> str:
    if flight.last_day is None:
        return _("without an end")
    return _("until %(day)s") % {"day": date_format(flight.last_day, "j F")}


def _creative_row(creative: Creative) -> Row:
    is_sent = creative.state == CreativeState.SENT
    send, approve = (
        reverse("admin:ads_creative_move", args=[creative.pk, move]) for move in ("send", "approve")
    )
    # Who has not answered is asked once more before somebody answers in their name.
    buttons = [
        Button(
            _("Send again") if is_sent else _("Send to the advertiser"),
            send,
            is_step=False,
            is_forward=not is_sent,
        )
    ]
    if is_sent:
        label = _("Approve for the advertiser…")
        buttons.append(Button(label, approve, is_step=True, is_forward=False))
    return Row(
        title=creative.name,
        url=reverse("admin:ads_creative_change", args=[creative.pk]),
        facts=[creative.get_state_display(), str(creative.flight.campaign)],
        buttons=buttons,
    )


def behind_course() -> Iterator[Panel]:
    """Flights with fewer views than they should have by now."""
    found = overview.behind()
    yield Panel(
        "behind-course",
        _("Flights behind their course"),
        [
            Row(
                title=flight.name,
                url=reverse("admin:ads_report", args=[flight.campaign_id]),
                facts=[flight.campaign.advertiser.name, standing_of(promise)],
            )
            for flight, promise in found[:SHOWN]
        ],
        more_url=reverse("admin:ads_reports"),
        has_more=len(found) > SHOWN,
        is_urgent=True,
    )
