"""The page of the booking calendar."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from articles.models import Section

from .. import calendar
from ..choices import Device
from ..forms.days import FIRST_YEAR, LAST_YEAR
from ..inventory import Part

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def calendar_view(request: HttpRequest, site: Any) -> HttpResponse:
    """A month of all placements, for a section and a kind of screen. What the address has wrong is left out."""
    if not request.user.has_perm("ads.view_flight"):
        raise PermissionDenied
    asked = request.GET
    sections = list(Section.objects.all())
    section = next((one for one in sections if str(one.pk) == asked.get("section")), None)
    device = asked.get("device", "")
    device = device if device in Device.values else ""
    part = Part(frozenset({section.pk} if section else ()), device)
    first = _month(asked.get("month", ""))
    month = calendar.load(first, part) if first else calendar.coming(part)
    keys = [placement.key for placement in month.placements]
    chosen = asked.get("placement", "")
    query = {"section": section.pk if section else "", "device": device}
    context = {
        **site.each_context(request),
        "title": _("Booking calendar"),
        "month": month,
        "sections": sections,
        "section": section,
        "devices": Device.choices,
        "device": device,
        "chosen": chosen if chosen in keys else (keys[0] if keys else ""),
        "query": query,
        "may_add": request.user.has_perm("ads.add_flight"),
    }
    return TemplateResponse(request, "admin/ads/calendar.html", context)


def _month(text: str) -> datetime.date | None:
    found = _MONTH.fullmatch(text)
    if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return datetime.date(int(found[1]), int(found[2]), 1)
    return None
