"""The public pages of a month's figures."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from articles import agenda
from articles.views.frame import Frame, render_page
from pagecache import recording

from .. import chart, figures
from ..choices import Reason

COUNTED_EVERY = datetime.timedelta(minutes=5)


@require_safe
def figures_now(request: HttpRequest) -> HttpResponse:
    """The present month so far."""
    month = figures.Month.of(timezone.now())
    return _answer(request, month, reverse("comments:figures"))


@require_safe
def figures_of_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """A month. Raises Http404 for one before the first comment or after the present month."""
    if not 1 <= month <= 12:
        raise Http404
    wanted, now = figures.Month(year, month), figures.Month.of(timezone.now())
    first = figures.first_month() or now
    if not first <= wanted <= now:
        raise Http404
    return _answer(request, wanted, reverse("comments:figures_month", args=[year, month]))


def _answer(request: HttpRequest, month: figures.Month, path: str) -> HttpResponse:
    # A report that waits becomes late by the clock alone.
    recording.shows("figures")
    agenda.until_in(COUNTED_EVERY)
    frame = Frame.load()
    now = figures.Month.of(timezone.now())
    first = figures.first_month() or now
    found = figures.of_month(month)
    name = name_of(month)
    title = _("Moderation in %(month)s") % {"month": name}
    context: dict[str, Any] = {
        "figures": found,
        "title": title,
        "name": name,
        "is_present": month == now,
        "hidden": _hidden(found),
        "median": in_words(found.median),
        "longest": in_words(found.longest),
        "chart": _chart(month),
        "width": chart.WIDTH,
        "height": chart.HEIGHT,
        "earlier": _link(month.shifted(-1)) if first <= month.shifted(-1) else None,
        "later": _link(month.shifted(1)) if month.shifted(1) <= now else None,
    }
    meta = frame.meta(title, path)
    return render_page(request, "comments/figures.html", context, frame=frame, meta=meta)


def name_of(month: figures.Month) -> str:
    return date_format(month.first_day, "F Y")


def in_words(span: datetime.timedelta | None) -> str:
    """ "3 hours 20 minutes", "under a minute"; "" for none."""
    if span is None:
        return ""
    minutes = int(span.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    words = []
    if hours:
        words.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if minutes or not hours:
        words.append(
            ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
            if minutes
            else _("under a minute")
        )
    return " ".join(words)


def _hidden(found: figures.Figures) -> list[tuple[str, int]]:
    """What was taken down or never shown, by reason, the commonest first."""
    rows = [(str(Reason(reason).label), number) for reason, number in found.rejected.items()]
    rows.sort(key=lambda row: -row[1])
    if found.spam:
        rows.append((_("spam"), found.spam))
    if found.rejected_by_rule:
        rows.append((_("words on the newsroom's list"), found.rejected_by_rule))
    return rows


def _chart(month: figures.Month) -> list[chart.Bar]:
    counted = figures.received_by_month(month)
    return chart.bars([(name_of(one), number) for one, number in counted])


def _link(month: figures.Month) -> dict[str, str]:
    return {
        "name": name_of(month),
        "url": reverse("comments:figures_month", args=[month.year, month.month]),
    }
