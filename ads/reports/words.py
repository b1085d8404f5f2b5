"""What a report says beside its numbers: how they were counted, and what cannot be right with them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.zones import label

from ..choices import FlightState
from .campaigns import CreativeLine, Promise, Report
from .figures import Figures

# More than every fifth view clicked has not been seen of people; a few views say nothing.
CLICK_RATE_ALARM, VIEWS_FOR_ALARM = 20.0, 100
SERVED_FOR_ALARM = 100


def number(value: int) -> str:
    """1200 as the language writes it: "1.200"."""
    return number_format(value, decimal_pos=0, use_l10n=True, force_grouping=True)


def percent(value: float | None, places: int = 1) -> str:
    """12.34 as "12,3%"; a dash where there is no rate."""
    if value is None:
        return "–"
    return f"{number_format(value, decimal_pos=places, use_l10n=True)}%"


def moment(value: datetime.datetime) -> str:
    """An instant on the publication's clock: "26 Nov 2026 18.00 WITA"."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'SHORT_DATETIME_FORMAT')} {label(local, settings.TIME_ZONE)}"


def how_counted(report: Report) -> list[str]:
    """What the columns mean, in sentences that an advertiser can hold us to."""
    sentences = [
        _("Served: a page arrived at a reader and the advertisement was chosen for it."),
        _("Measured: the reader's browser could tell us whether it was in sight."),
        _(
            "Viewable: half of its area, or 30 per cent of one larger than 242,000 pixels, stood in the "
            "window of a page in front for one second without a break (Media Rating Council, "
            "2014)."
        ),
        _(
            "Viewable rate is viewable of measured. What could not be measured counts neither as "
            "seen nor as unseen."
        ),
        _("Click rate is clicks of viewable. Every view and every click is counted once."),
        _("Days and hours are those of %(zone)s.")
        % {"zone": label(report.made_at, settings.TIME_ZONE)},
    ]
    if report.counted_at is None:
        return [*sentences, _("Nothing has been counted yet.")]
    return [
        *sentences,
        _(
            "Counted since %(first)s, last at %(last)s. What is told late may still add to two hours."
        )
        % {"first": moment(report.period.start), "last": moment(report.counted_at)},
    ]


def standing_of(
    promise: Promise, *, state: str = FlightState.BOOKED, first_day: datetime.date | None = None
) -> str:
    """How a flight stands against what was sold, in one sentence.

    Args:
        state: of the flight. Nothing was promised with an offer, and a stopped flight that had
            nothing (an offer that was dropped, too) owes nothing that was not agreed otherwise.
        first_day: of the flight; before it there is nothing to judge.
    """
    if state == FlightState.DRAFT:
        return _("offer, not booked")
    if state == FlightState.STOPPED and not promise.delivered:
        return str(FlightState.STOPPED.label)
    if first_day and first_day > timezone.localdate() and not promise.is_over:
        words = _("begins on %(day)s") % {"day": date_format(first_day, "j F Y")}
    else:
        words = _had_of_sold(promise)
    return f"{FlightState.PAUSED.label} · {words}" if state == FlightState.PAUSED else words


def _had_of_sold(promise: Promise) -> str:
    if promise.goal:
        words = _("%(had)s of %(goal)s viewable views") % {
            "had": number(promise.delivered),
            "goal": number(promise.goal),
        }
        if not promise.is_over:
            words = _("%(words)s, due by now %(due)s") % {
                "words": words,
                "due": number(promise.due),
            }
    elif promise.share and promise.given is None:
        return _("sold %(share)s %%") % {"share": promise.share}
    elif promise.share:
        words = _("%(given)s of all views, sold %(share)s %%") % {
            "given": percent(promise.given),
            "share": promise.share,
        }
    else:
        return _("nothing was promised: it fills what is free")
    if promise.owed:
        owed = ngettext(
            "%(count)s viewable view is owed", "%(count)s viewable views are owed", promise.owed
        ) % {"count": number(promise.owed)}
        return f"{words}; {owed}"
    return words


def alarms(report: Report) -> list[str]:
    """What cannot be right, for the desk: nobody should have to believe such a number."""
    found = list(_alarms_of(_("The campaign"), report.total))
    for creative in report.creatives:
        found += _alarms_of(_("“%(name)s”") % {"name": creative.name}, creative.figures)
        found += _alarm_of_discards(creative)
    return found


def _alarms_of(what: str, one: Figures) -> Iterator[str]:
    rate = one.click_rate
    if rate is not None and rate > CLICK_RATE_ALARM and one.viewable >= VIEWS_FOR_ALARM:
        yield _(
            "%(what)s: %(rate)s of the viewable views were clicked, which people do not do."
        ) % {
            "what": what,
            "rate": percent(rate),
        }
    if one.served >= SERVED_FOR_ALARM and not one.measured:
        yield _("%(what)s: served %(served)s times and never measured.") % {
            "what": what,
            "served": number(one.served),
        }


def _alarm_of_discards(creative: CreativeLine) -> Iterator[str]:
    thrown = sum(creative.discards.values())
    if thrown > creative.figures.served and thrown >= VIEWS_FOR_ALARM:
        yield _("“%(name)s”: more was discarded (%(thrown)s) than counted (%(served)s).") % {
            "name": creative.name,
            "thrown": number(thrown),
            "served": number(creative.figures.served),
        }
