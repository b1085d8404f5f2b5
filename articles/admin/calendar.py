"""The calendar of what is planned: a month, and a day of it."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from .. import calendar

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# Cells of a month are read at a glance; the day has the rest.
SHOWN_IN_A_CELL = 6


class CalendarMixin:
    """Adds `…/calendar/`, for whoever may see the list of stories. `?month=2026-11`, `?day=2026-11-26`."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.calendar_view)
        return [path("calendar/", view, name="articles_article_calendar"), *super().get_urls()]

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        day, first = _asked_day(request), _asked_month(request)
        if first is None and day is None:
            messages.warning(request, _("The calendar has no such day; this is the present month."))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "shown_in_a_cell": SHOWN_IN_A_CELL,
            **(_of_day(day) if day else _of_month(first or calendar.today().replace(day=1))),
        }
        template = "admin/articles/calendar_day.html" if day else "admin/articles/calendar.html"
        return TemplateResponse(request, template, context)


def _of_day(day: datetime.date) -> dict[str, Any]:
    one = datetime.timedelta(days=1)
    return {
        "title": _("Calendar"),
        "day": calendar.day_of(day),
        "before": day - one,
        "after": day + one,
    }


def _of_month(first: datetime.date) -> dict[str, Any]:
    return {
        "title": _("Calendar"),
        "month": calendar.month_of(first),
        "before": (first - datetime.timedelta(days=1)).replace(day=1),
        "after": (first + datetime.timedelta(days=31)).replace(day=1),
        "this_month": calendar.today().replace(day=1),
    }


def _asked_month(request: HttpRequest) -> datetime.date | None:
    """The first day of the month in the address, the present one without; None for none that can be."""
    asked = request.GET.get("month", "")
    if not asked and "day" not in request.GET:
        return calendar.today().replace(day=1)
    match = _MONTH.fullmatch(asked)
    return _date(match and (*match.groups(), "01"))


def _asked_day(request: HttpRequest) -> datetime.date | None:
    match = _DATE.fullmatch(request.GET.get("day", ""))
    return _date(match and match.groups())


def _date(parts: Any) -> datetime.date | None:
    """None for what is no date, and at the edges where the pages beside it would be none."""
    try:
        found = datetime.date(*map(int, parts or ()))
    except (TypeError, ValueError):
        return None
    return found if 1900 <= found.year <= 2200 else None
