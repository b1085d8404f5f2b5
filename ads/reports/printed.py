"""A report as pages print it: tables, charts and sentences. The desk and the advertiser see the same."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .. import charts
from ..charts import Chart
from ..choices import DiscardReason
from ..models import Proof
from .campaigns import FlightLine, Line, Report
from .words import how_counted, standing_of

# On a page and in the proof of showing; all of them are kept.
PROOFS_SHOWN = 12


def context_of(
    report: Report,
    *,
    picture: Callable[[int], str],
    proof: Callable[[int], str],
) -> dict[str, Any]:
    """What templates/ads/report/figures.html prints; one query, for the screenshots.

    Args:
        picture, proof: the address of a creative's picture and of a screenshot by its number; they
            differ with who is looking.
    """
    proofs = proofs_of(report)
    return {
        "report": report,
        "charts": charts_of(report),
        "how_counted": how_counted(report),
        "flights": [
            {
                "line": flight,
                "standing": standing_of(
                    flight.promise, state=flight.state, first_day=flight.first_day
                ),
                "chart": chart_of(flight),
                "creatives": [
                    {
                        "line": one,
                        "picture": picture(one.id) if one.sizes else "",
                        "discards": [
                            (str(DiscardReason(reason).label), number)
                            for reason, number in sorted(one.discards.items())
                        ],
                    }
                    for one in flight.creatives
                ],
            }
            for flight in report.flights
        ],
        "breakdowns": [
            (title, rows)
            for title, rows in (
                (_("By placement"), report.placements),
                (_("By section"), report.sections),
                (_("By screen"), report.devices),
            )
            if rows
        ],
        "days": [Line(day, "", one) for day, one in report.days if one.served],
        "proofs": [{"row": row, "url": proof(row.pk)} for row in proofs],
    }


def charts_of(report: Report) -> list[Chart]:
    """Views by day and by hour of the day; none before anything was counted."""
    if not report.total.served:
        return []
    by_day = [(day, one.viewable) for day, one in report.days]
    by_hour = [(hour, one.viewable) for hour, one in report.clock]
    return [charts.views_by_day(by_day), charts.views_by_hour(by_hour)]


def chart_of(flight: FlightLine) -> Chart | None:
    """What was delivered against what was promised; None where nothing was promised."""
    if flight.promise.goal and flight.last_day:
        days = [(day, one.viewable) for day, one in flight.days if day >= flight.first_day]
        # A part of its days would look like a flight far behind.
        if sum(number for _day, number in days) != flight.promise.delivered:
            return None
        return charts.goal_course(days, flight.first_day, flight.last_day, flight.promise.goal)
    if flight.promise.share and flight.shares:
        return charts.share_by_day(flight.shares, flight.promise.share)
    return None


def proofs_of(report: Report) -> list[Proof]:
    """The newest screenshots of its creatives."""
    ids = [one.id for one in report.creatives]
    rows = Proof.objects.filter(creative__in=ids).select_related("creative", "placement")
    return list(rows.order_by("-taken_at", "-pk")[:PROOFS_SHOWN])


def days_in_words(first: datetime.date, last: datetime.date | None) -> str:
    """ "1 Nov 2026 – 30 Nov 2026", or "from 1 Nov 2026 on" for an open end."""
    begin = date_format(first, "SHORT_DATE_FORMAT")
    if last is None:
        return _("from %(day)s on") % {"day": begin}
    if last == first:
        return begin
    return f"{begin} – {date_format(last, 'SHORT_DATE_FORMAT')}"
