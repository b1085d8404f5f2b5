"""Days as persons say them, both included, kept as half-open ranges."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.types.range import DateRange

from articles.forms.fields import DayInput

# A year such as 20261 or 202 is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 2000, 2200


class DayField(forms.DateField):
    """A day of the publication's zone, in the browser's own calendar."""

    widget = DayInput

    def clean(self, value: Any) -> datetime.date | None:
        day = super().clean(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Please check the year."), code="year")
        return day


class DaysForm(forms.Form):
    """A first and a last day; the last may stay empty where `is_open` is said."""

    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("It is shown on this day too."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        check_days(self, values)
        return values

    def days(self) -> tuple[datetime.date, datetime.date | None]:
        """Half-open; call it once the form is valid."""
        days = range_of(self.cleaned_data)
        return days.lower, days.upper


def check_days(form: Any, values: dict[str, Any]) -> None:
    """Say at the field what is wrong with a pair of days."""
    first, last = values.get("first_day"), values.get("last_day")
    if first and last and last < first:
        form.add_error("last_day", _("The last day lies before the first."))


def range_of(values: dict[str, Any]) -> DateRange:
    """[first, day after the last) out of the two cleaned fields; open without a last day."""
    last = values.get("last_day")
    return DateRange(values["first_day"], last + datetime.timedelta(days=1) if last else None)


def initial_of(days: Any) -> dict[str, Any]:
    """The two fields' initial values out of a half-open range."""
    last = days.upper - datetime.timedelta(days=1) if days.upper else None
    return {"first_day": days.lower, "last_day": last}
