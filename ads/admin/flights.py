"""Flights: an offer that is edited freely, a sale whose terms stay, and the moves between."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import booking, offer
from ..choices import CreativeState, FlightKind, FlightState
from ..copying import copy_flight
from ..forms.creatives import NoteForm
from ..forms.days import DaysForm, initial_of
from ..forms.flights import CopyForm, DraftFlightForm, SoldFlightForm
from ..models import Flight
from .base import Move, MovesMixin, RecordedAdmin
from .calendar import calendar_view

_A_DAY = datetime.timedelta(days=1)
_WHERE = ("device", "sections", "tags", "places")
_SOLD = frozenset({FlightState.BOOKED, FlightState.PAUSED})


class _StopForm(NoteForm):
    def __init__(self, *args: Any, row: Flight, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _("Why, and what was agreed about it; for the record.")


class _DaysForm(DaysForm):
    def __init__(self, *args: Any, row: Flight, **kwargs: Any) -> None:
        super().__init__(*args, initial=initial_of(row.days), **kwargs)


def _change_days(flight: Flight, *, by: Any, first_day: Any, last_day: Any) -> None:
    after = last_day + _A_DAY if last_day else None
    booking.change_days(flight, (first_day, after), by=by)


class Running(admin.SimpleListFilter):
    title = gettext_lazy("days")
    parameter_name = "days"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("now", _("running today")), ("coming", _("to come")), ("over", _("over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = timezone.localdate()
        if self.value() == "now":
            return queryset.filter(days__contains=today)
        if self.value() == "coming":
            return queryset.filter(days__startswith__gt=today)
        return queryset.filter(days__endswith__lte=today) if self.value() == "over" else queryset


@admin.register(Flight)
class FlightAdmin(MovesMixin, RecordedAdmin):
    change_form_template = "admin/ads/flight.html"
    change_list_template = "admin/ads/flights.html"
    list_display = ["name", "advertiser", "kind", "sold", "days_in_words", "state"]
    list_filter = ["state", "kind", Running]
    list_select_related = ["campaign__advertiser"]
    search_fields = ["name__icontains", "campaign__name__icontains"]
    search_help_text = gettext_lazy("Flight or campaign")
    autocomplete_fields = ["campaign", "sections", "tags", "places"]
    radio_fields = {"kind": admin.VERTICAL}
    record_as = "flight"
    recorded = (
        *("name", "kind", "days", "share", "goal", "priority", "cap_per_day", "placements"),
        *("sections", "tags", "places", "device", "weekdays", "from_hour", "until_hour"),
    )
    move_permission = booking.BOOK
    refusals = (booking.Refused,)
    moves = (
        Move(
            "pause",
            gettext_lazy("Pause"),
            frozenset({FlightState.BOOKED}),
            booking.pause,
            done=gettext_lazy("Paused: it is off every page within 30 seconds and keeps its days."),
        ),
        Move(
            "resume",
            gettext_lazy("Resume"),
            frozenset({FlightState.PAUSED}),
            booking.resume,
            done=gettext_lazy("It is shown again."),
            is_forward=True,
        ),
        Move(
            "days",
            gettext_lazy("Change the days…"),
            _SOLD,
            _change_days,
            form=_DaysForm,
            explanation=gettext_lazy(
                "Longer or shorter, also after its end. What has passed stays; what is sold to "
                "others is refused."
            ),
            done=gettext_lazy("The days are changed."),
        ),
        Move(
            "copy",
            gettext_lazy("Copy to new days…"),
            frozenset(FlightState.values),
            copy_flight,
            form=lambda *args, row, **kwargs: CopyForm(*args, flight=row, **kwargs),
            explanation=gettext_lazy(
                "A new offer with the same terms. Its creatives come along and need approval again."
            ),
            done=gettext_lazy("This is the copy: an offer until you book it."),
        ),
        Move(
            "drop",
            gettext_lazy("Drop the offer…"),
            frozenset({FlightState.DRAFT}),
            booking.stop,
            form=_StopForm,
            explanation=gettext_lazy(
                "It stays in the list as stopped and can be copied, but not be booked any more."
            ),
            done=gettext_lazy("The offer is dropped."),
            is_dangerous=True,
        ),
        Move(
            "stop",
            gettext_lazy("Stop for good…"),
            _SOLD,
            booking.stop,
            form=_StopForm,
            explanation=gettext_lazy(
                "It leaves every page within 30 seconds, and its days from today on are free for "
                "others. This cannot be undone."
            ),
            done=gettext_lazy("Stopped. Its days from today on are free again."),
            is_dangerous=True,
        ),
    )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(partial(calendar_view, site=self.admin_site))
        return [path("calendar/", view, name="ads_flight_calendar"), *super().get_urls()]

    # The form

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["form"] = DraftFlightForm if _is_draft(obj) else SoldFlightForm
        return super().get_form(request, obj, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may_change = self.has_change_permission(request, obj)
        is_form = _is_draft(obj) and (may_change or obj is None)
        days = ["first_day", "last_day"] if is_form else ["days_in_words"]
        week = "weekdays" if is_form else "weekdays_in_words"
        sold: tuple[str, ...] = ("share", "goal")
        hours: list[Any] = [("from_hour", "until_hour")]
        where = list(_WHERE)
        if not is_form:
            # What does not concern this flight is left out: a dash would look like a gap in the deal.
            sold = tuple(name for name in sold if getattr(obj, name))
            hours = hours if obj.from_hour is not None else []
            where = [f"{name}_in_words" for name in _WHERE]
        return [
            (None, {"fields": ["campaign", "name", "kind", *([sold] if sold else [])]}),
            (_("Days"), {"fields": [tuple(days), week, *hours]}),
            (_("Where"), {"fields": ["placements", *where]}),
            (_("Among others"), {"fields": ["priority", "cap_per_day"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ["days_in_words", "weekdays_in_words", *(f"{name}_in_words" for name in _WHERE)]
        if obj is None:
            return []
        if _is_draft(obj):
            return ["campaign", *([] if self.has_change_permission(request, obj) else shown)]
        return [
            *("campaign", "kind", "share", "goal", *shown, "from_hour", "until_hour", "placements"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("campaign__advertiser")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kw: Any) -> Any:
        flight = kw.get("obj")
        may_book = request.user.has_perm(booking.BOOK)
        context |= {"may_book": may_book, "move_url": "admin:ads_flight_move"}
        if flight is not None:
            context |= self._about(request, flight)
        return super().render_change_form(request, context, *args, **kw)

    def _about(self, request: HttpRequest, flight: Flight) -> dict[str, Any]:
        about: dict[str, Any] = {
            "buttons": self.buttons_for(request, flight),
            "is_draft": _is_draft(flight),
            "creatives": list(flight.creatives.order_by("-id")),
            "records": list(flight.records.select_related("by", "creative")[:20]),
        }
        about["is_unapproved"] = not any(
            one.state == CreativeState.APPROVED for one in about["creatives"]
        )
        if about["is_draft"]:
            about["why_not"], about["rooms"] = offer.rooms(flight)
        return about

    # Booking is the last step of the form: what was typed is saved first, and nothing of it is lost.

    def response_add(self, request: HttpRequest, obj: Flight, *args: Any, **kwargs: Any) -> Any:
        if "_book" in request.POST:
            return self._book(request, obj)
        messages.success(request, _("The offer is saved. Nothing is held before it is booked."))
        return HttpResponseRedirect(self.row_url(obj))

    def response_change(self, request: HttpRequest, obj: Flight) -> HttpResponse:
        if "_book" in request.POST:
            return self._book(request, obj)
        return super().response_change(request, obj)

    def _book(self, request: HttpRequest, flight: Flight) -> HttpResponse:
        try:
            with transaction.atomic():
                booking.book(flight, by=request.user)
        except booking.Refused as refused:
            told = _("Saved, but not booked. %(why)s") % {"why": refused}
            messages.error(request, told)
        else:
            messages.success(request, _("Booked: its days are held."))
        return HttpResponseRedirect(self.row_url(flight))

    def after_move(self, request: HttpRequest, row: Any, move: Move, result: Any) -> HttpResponse:
        return super().after_move(request, result or row, move, None)

    # In words

    @admin.display(description=gettext_lazy("advertiser"), ordering="campaign__advertiser__name")
    def advertiser(self, flight: Flight) -> str:
        return str(flight.campaign.advertiser)

    @admin.display(description=gettext_lazy("sold"))
    def sold(self, flight: Flight) -> str:
        return sold_in_words(flight)

    @admin.display(description=gettext_lazy("days"), ordering="days")
    def days_in_words(self, flight: Flight) -> str:
        return days_in_words(flight)

    @admin.display(description=gettext_lazy("days of the week"))
    def weekdays_in_words(self, flight: Flight) -> str:
        names = [str(WEEKDAYS_ABBR[day - 1]) for day in sorted(flight.weekdays)]
        return ", ".join(names) or _("every day")

    @admin.display(description=gettext_lazy("screen"))
    def device_in_words(self, flight: Flight) -> str:
        return flight.get_device_display() or _("all")

    @admin.display(description=gettext_lazy("sections"))
    def sections_in_words(self, flight: Flight) -> str:
        return ", ".join(str(one) for one in flight.sections.all()) or _("all")

    @admin.display(description=gettext_lazy("tags"))
    def tags_in_words(self, flight: Flight) -> str:
        return ", ".join(str(one) for one in flight.tags.all()) or _("all")

    @admin.display(description=gettext_lazy("places"))
    def places_in_words(self, flight: Flight) -> str:
        return ", ".join(str(one) for one in flight.places.all()) or _("all")


def sold_in_words(flight: Flight) -> str:
    """ "60 %", "20.000 views" or "fills what is free"."""
    if flight.kind == FlightKind.SPONSORSHIP:
        return f"{flight.share}%"
    if flight.kind == FlightKind.STANDARD:
        return _("%(goal)s views") % {"goal": offer.figure(flight.goal or 0)}
    return _("fills what is free")


def days_in_words(flight: Flight) -> str:
    """ "3 December 2026 – 5 December 2026", one day alone, or from a day on."""
    first = offer.in_words(flight.first_day)
    if flight.last_day is None:
        return _("from %(day)s on") % {"day": first}
    if flight.last_day == flight.first_day:
        return first
    return f"{first} – {offer.in_words(flight.last_day)}"


def _is_draft(flight: Flight | None) -> bool:
    return flight is None or flight.state == FlightState.DRAFT
