"""The form of a flight: everything while it is an offer, next to nothing once it is sold."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import FlightKind, FlightState
from ..models import Flight, Placement
from .days import DayField, check_days, initial_of, range_of

_ISO_WEEKDAYS = [(number + 1, name) for number, name in WEEKDAYS.items()]


class DraftFlightForm(forms.ModelForm):
    """An offer. Its days are two fields, both included."""

    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("It is shown on this day too. Only a house flight may stay open."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        choices=_ISO_WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: every day."),
    )

    class Meta:
        model = Flight
        fields = [
            *("campaign", "name", "kind", "placements", "share", "goal", "priority"),
            *("cap_per_day", "sections", "tags", "places", "device", "weekdays"),
            *("from_hour", "until_hour"),
        ]
        widgets = {"placements": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.days:
            for name, value in initial_of(self.instance.days).items():
                self.initial.setdefault(name, value)
        if "placements" in self.fields:
            chosen = (
                self.instance.placements.all() if self.instance.pk else Placement.objects.none()
            )
            self.fields["placements"].queryset = (
                Placement.objects.filter(is_on=True) | Placement.objects.filter(pk__in=chosen)
            ).distinct()
            self.fields["placements"].help_text = ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        _still(self, FlightState.DRAFT)
        check_days(self, values)
        kind, last = values.get("kind"), values.get("last_day")
        if kind and kind != FlightKind.HOUSE and not last and "last_day" not in self.errors:
            self.add_error("last_day", _("Only a house flight may stay open."))
        _check_what_is_sold(self, values)
        _check_hours(self, values)
        if values.get("first_day") and "last_day" not in self.errors:
            self.instance.days = range_of(values)
        return values


class SoldFlightForm(forms.ModelForm):
    """What may still be changed of a flight that was sold: nothing that was agreed."""

    class Meta:
        model = Flight
        fields = ["name", "priority", "cap_per_day"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        _still(self, self.instance.state)
        return values


class CopyForm(forms.Form):
    """The days of a flight like another."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("It is shown on this day too. Only a house flight may stay open."),
    )

    def __init__(self, *args: Any, flight: Flight, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _next_days(flight) | {"name": flight.name})
        super().__init__(*args, **kwargs)
        self.flight = flight

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        check_days(self, values)
        is_house = self.flight.kind == FlightKind.HOUSE
        if not values.get("last_day") and "last_day" not in self.errors and not is_house:
            self.add_error("last_day", _("Only a house flight may stay open."))
        return values


def _still(form: forms.ModelForm, state: str) -> None:
    """The flight is locked until the request is through: nobody sells it while it is changed."""
    if not form.instance.pk:
        return
    now = (
        Flight.objects.select_for_update().values_list("state", flat=True).get(pk=form.instance.pk)
    )
    if now != state:
        raise forms.ValidationError(
            _("This flight is “%(state)s” now. Open it again; what you typed was not saved."),
            params={"state": FlightState(now).label},
        )


def _check_what_is_sold(form: forms.ModelForm, values: dict[str, Any]) -> None:
    kind = values.get("kind")
    share, goal = values.get("share"), values.get("goal")
    if (
        kind == FlightKind.SPONSORSHIP
        and not 1 <= (share or 0) <= 100
        and "share" not in form.errors
    ):
        form.add_error("share", _("A sponsorship sells a share of 1 to 100 %."))
    if kind == FlightKind.STANDARD and not goal and "goal" not in form.errors:
        form.add_error("goal", _("A standard flight sells a number of views."))
    if share and kind and kind != FlightKind.SPONSORSHIP:
        form.add_error("share", _("Only a sponsorship sells a share; leave it empty."))
    if goal and kind and kind != FlightKind.STANDARD:
        form.add_error("goal", _("Only a standard flight has a goal; leave it empty."))


def _check_hours(form: forms.ModelForm, values: dict[str, Any]) -> None:
    first, last = values.get("from_hour"), values.get("until_hour")
    if (first is None) != (last is None):
        form.add_error("until_hour", _("Hours need a beginning and an end, or neither."))


def _next_days(flight: Flight) -> dict[str, Any]:
    """As many days right after its end, from today on."""
    if not flight.days.upper:
        return initial_of(flight.days)
    length = flight.days.upper - flight.days.lower
    first = max(flight.days.upper, timezone.localdate())
    return {"first_day": first, "last_day": first + length - datetime.timedelta(days=1)}
