"""Deadlines in words. In hours, because the promise of 2 x 24 hours is made in hours."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Longer spans are said in days.
HOURS = 72


def in_words(moment: datetime.datetime) -> str:
    """ "3 hours overdue", or "due in 5 hours"."""
    left = moment - timezone.now()
    if left <= datetime.timedelta(0):
        return _("%(time)s overdue") % {"time": span(-left)}
    return _("due in %(time)s") % {"time": span(left)}


def span(length: datetime.timedelta) -> str:
    """The length in its largest unit, rounded down: a deadline is never said to be further off."""
    minutes = int(length.total_seconds()) // 60
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < HOURS:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}
