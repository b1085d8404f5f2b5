"""The front page as readers would see it, for whoever arranges it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .. import front, zones
from ..views.front import show

# No creative in any slot, no script that draws one, nothing that counts.
NOTHING_SOLD = {"placement": "", "creative": None}


def previewed(
    request: HttpRequest, placed: Sequence[front.Placed], at: datetime.datetime | None
) -> HttpResponse:
    """The real page with `placed`, now or at a time to come; kept by nobody, found by nobody."""
    when = timezone.localtime(at)
    zone = zones.label(when, settings.TIME_ZONE)
    time = f"{date_format(when, 'j M Y')}, {when:%H.%M} {zone}"
    note = _("Preview: the front page as it would be on %(time)s. Nothing is public yet.") % {
        "time": time
    }
    until = [one for one in placed if one.until is None or one.until > when]
    with translation.override(settings.LANGUAGE_CODE):
        response = show(request, placed=until, at=at, preview=NOTHING_SOLD, preview_note=note)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    del response["ETag"]
    return response
