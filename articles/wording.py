"""State and time of a story in words, as the desk says them everywhere."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import zones
from .choices import Status
from .models import Article


def state_of(article: Article) -> str:
    """Where the story stands, as a person would say it."""
    if article.is_scheduled:
        return _("comes out %(time)s") % {"time": clock(article, article.publish_at)}
    if article.status == Status.PUBLISHED and article.withdrawal_requested_at:
        return _("published, withdrawal asked for")
    if article.is_working_copy:
        return _state_of_changes(article)
    if article.is_over:
        return _("over: was public until %(time)s") % {"time": clock(article, article.unpublish_at)}
    if article.status == Status.PUBLISHED and article.unpublish_at:
        end = clock(article, article.unpublish_at)
        return _("published, public until %(time)s") % {"time": end}
    words = {
        Status.DRAFT: _("draft"),
        Status.IN_REVIEW: _("waiting for an editor"),
        Status.RETURNED: _("returned to the reporter"),
        Status.APPROVED: _("approved, not scheduled"),
        Status.PUBLISHED: _("published"),
        Status.WITHDRAWN: _("withdrawn"),
    }
    state = words[Status(article.status)]
    if article.status != Status.WITHDRAWN and is_under_embargo(article):
        until = clock(article, article.not_before)
        return _("%(state)s · embargo until %(time)s") % {"state": state, "time": until}
    return state


def is_under_embargo(article: Article) -> bool:
    """Whether the story may not come out yet."""
    return article.not_before is not None and article.not_before > timezone.now()


def _state_of_changes(copy: Article) -> str:
    words = {
        Status.DRAFT: _("changes, not handed in"),
        Status.IN_REVIEW: _("changes, waiting for an editor"),
        Status.RETURNED: _("changes, returned to the reporter"),
        Status.APPROVED: _("changes, approved and not published"),
    }
    return words[Status(copy.status)]


def clock(article: Article, moment: datetime.datetime | None) -> str:
    """A moment on the clock of the story's place, with the day where it is not today."""
    return clock_in(article.zone, moment) if moment else ""


def clock_in(zone: ZoneInfo, moment: datetime.datetime) -> str:
    """The same on the clock of a zone."""
    there = moment.astimezone(zone)
    today = timezone.now().astimezone(zone).date()
    time = f"{there:%H.%M} {zones.label(moment, zone.key)}"
    days = (there.date() - today).days
    if days == 0:
        return time
    if days == 1:
        return _("%(time)s, tomorrow") % {"time": time}
    if days == -1:
        return _("%(time)s, yesterday") % {"time": time}
    return f"{date_format(there, 'j M Y')}, {time}"


def both_clocks(article: Article, moment: datetime.datetime) -> str:
    """The moment at the story's place and, where that differs, on the publication's clock."""
    home = ZoneInfo(settings.TIME_ZONE)
    words = clock(article, moment)
    if moment.astimezone(home).utcoffset() == moment.astimezone(article.zone).utcoffset():
        return words
    at_home = f"{moment.astimezone(home):%H.%M} {zones.label(moment, home.key)}"
    return f"{words} ({at_home})"


def at_home(moment: datetime.datetime) -> str:
    """A moment on the publication's clock, with the day where it is not today."""
    return clock_in(ZoneInfo(settings.TIME_ZONE), moment)


def saved_line(article: Article) -> str:
    """What the bar under the form says: "Saved 16.08 · draft"."""
    saved = article.saved_at.astimezone(ZoneInfo(settings.TIME_ZONE))
    time = f"{saved:%H.%M}"
    if saved.date() != timezone.localdate():
        time = f"{date_format(saved, 'j M')} {time}"
    return _("Saved %(time)s · %(state)s") % {"time": time, "state": state_of(article)}
