"""Where advertisements stand, what kinds of them there are, and days of silence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..choices import CreativeState, FlightKind
from ..forms.days import DayField, check_days, initial_of, range_of
from ..models import BookedDay, Category, Creative, Placement, SilencePeriod
from .base import RecordedAdmin


class PlacementForm(forms.ModelForm):
    """Switching off a slot that is sold is said twice: the second time with a tick."""

    off_all_the_same = forms.BooleanField(
        label=gettext_lazy("Switch it off all the same"),
        required=False,
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Placement
        fields = ["name", "phone_size", "desktop_size", "is_on", "fallback"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "fallback" in self.fields:
            self.fields["fallback"].queryset = Creative.objects.filter(
                flight__kind=FlightKind.HOUSE, state=CreativeState.APPROVED
            ).order_by("name")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        is_off = "is_on" in self.changed_data and values.get("is_on") is False
        if is_off and not values.get("off_all_the_same") and (names := _sold_at(self.instance)):
            self.fields["off_all_the_same"].widget = forms.CheckboxInput()
            told = _("Sold here and not shown without this slot: %(flights)s.")
            self.add_error("off_all_the_same", told % {"flights": names})
        return values


def _sold_at(placement: Placement) -> str:
    """The flights that hold a day of it from today on; ten at most."""
    coming = BookedDay.objects.filter(placement=placement, day__gte=timezone.localdate())
    sold = coming.order_by("flight__name").values_list("flight__name", flat=True).distinct()
    return ", ".join(sold[:10])


@admin.register(Placement)
class PlacementAdmin(RecordedAdmin):
    """The templates name them, so none is added here."""

    form = PlacementForm
    list_display = ["name", "page_class", "phone_size", "desktop_size", "is_on"]
    recorded = ("name", "phone_size", "desktop_size", "is_on", "fallback")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = list(PlacementForm.Meta.fields)
        return [*fields, "off_all_the_same"] if self.has_change_permission(request, obj) else fields

    def save_model(self, request: HttpRequest, obj: Placement, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not {"phone_size", "desktop_size", "is_on"} & set(form.changed_data):
            return
        if names := _sold_at(obj):
            told = _("Sold here, please look whether they still fit: %(flights)s.")
            messages.warning(request, told % {"flights": names})


@admin.register(Category)
class CategoryAdmin(RecordedAdmin):
    list_display = ["name", "is_held_at_tragedy", "is_political"]
    recorded = ("name", "is_held_at_tragedy", "is_political")
    search_fields = ["name__icontains"]


class SilenceForm(forms.ModelForm):
    """Days in the publication's zone, both included."""

    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(label=gettext_lazy("Last day"))

    class Meta:
        model = SilencePeriod
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.days:
            for name, value in initial_of(self.instance.days).items():
                self.initial.setdefault(name, value)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        check_days(self, values)
        if values.get("first_day") and values.get("last_day") and "last_day" not in self.errors:
            self.instance.days = range_of(values)
        return values


@admin.register(SilencePeriod)
class SilencePeriodAdmin(RecordedAdmin):
    form = SilenceForm
    list_display = ["name", "first", "last"]
    recorded = ("name", "days")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        may = self.has_change_permission(request, obj) if obj else True
        return ["name", "first_day", "last_day"] if may else ["name", "first", "last"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        may = self.has_change_permission(request, obj) if obj else True
        return [] if may else ["first", "last"]

    @admin.display(description=gettext_lazy("first day"), ordering="days")
    def first(self, row: SilencePeriod) -> Any:
        return row.days.lower

    @admin.display(description=gettext_lazy("last day"))
    def last(self, row: SilencePeriod) -> Any:
        return initial_of(row.days)["last_day"]
