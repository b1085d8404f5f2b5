"""The archive: its years, and each by year, month and day, on the publication's clock."""

from __future__ import annotations

import calendar
import datetime

from django.db.models.functions import ExtractDay, ExtractMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pagecache import recording

from .. import archive
from ..cards import PageMeta
from ..models import Article
from ..structured import breadcrumb_json_ld
from .frame import Frame, cards_of, render_page

Moments = tuple[datetime.datetime, datetime.datetime]


@require_safe
def archive_index(request: HttpRequest) -> HttpResponse:
    """The years in which something came out, with how much."""
    # Whatever comes in or goes out changes the count of a year.
    recording.shows("latest")
    years = archive.years()
    frame = Frame.load()
    context = {"years": years, "total": sum(years.values())}
    meta = _meta(frame)
    return render_page(request, "articles/archive.html", context, frame=frame, meta=meta)


@require_safe
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    counts = _counts(_span(year), ExtractMonth)
    frame = Frame.load()
    months = [(datetime.date(year, month, 1), counts[month]) for month in sorted(counts)]
    return render_page(
        request,
        "articles/archive_year.html",
        {"year": year, "months": months, "total": sum(counts.values())},
        frame=frame,
        meta=_meta(frame, year),
    )


@require_safe
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    span = _span(year, month)
    counts = _counts(span, ExtractDay)
    frame = Frame.load()
    first = datetime.date(year, month, 1)
    stories = cards_of(request, Article.objects.published().published_between(*span))
    return render_page(
        request,
        "articles/archive_month.html",
        {
            "first": first,
            "days": [(first.replace(day=day), counts[day]) for day in sorted(counts)],
            "stories": stories,
        },
        frame=frame,
        meta=_meta(frame, year, month, is_indexed=stories.is_first),
    )


@require_safe
def archive_day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    span = _span(year, month, day)
    stories = cards_of(request, Article.objects.published().published_between(*span))
    if stories.is_first and not stories.items:
        raise Http404("Nothing was published on this day")
    frame = Frame.load()
    date = datetime.date(year, month, day)
    return render_page(
        request,
        "articles/archive_day.html",
        {"day": date, "stories": stories},
        frame=frame,
        meta=_meta(frame, year, month, day, is_indexed=stories.is_first),
    )


def _meta(frame: Frame, *date: int, is_indexed: bool = True) -> PageMeta:
    """The head of the page of a year, a month or a day; without a date that of the index."""
    day = datetime.date(*(*date, 1, 1, 1)[:3])
    steps = [
        ("archive", _("Archive")),
        ("archive_year", f"{day.year:04d}"),
        ("archive_month", date_format(day, "F Y")),
        ("archive_day", date_format(day, "j F Y")),
    ][: len(date) + 1]
    trail = [
        (name, reverse(f"articles:{page}", args=date[:depth]))
        for depth, (page, name) in enumerate(steps)
    ]
    name, path = trail[-1]
    data = [breadcrumb_json_ld([(frame.publication.name, "/"), *trail])] if is_indexed else ()
    title = _("Archive %(date)s") % {"date": name} if date else name
    return frame.meta(title, path, data=data, is_indexed=is_indexed)


def _span(year: int, month: int | None = None, day: int | None = None) -> Moments:
    """Begin and end of a year, a month or a day. Raises Http404 where the calendar has none."""
    try:
        first = datetime.date(year, month or 1, day or 1)
        if day:
            days = 1
        elif month:
            days = calendar.monthrange(year, month)[1]
        else:
            days = 366 if calendar.isleap(year) else 365
        span = _midnight(first), _midnight(first + datetime.timedelta(days=days))
    except (ValueError, OverflowError):
        raise Http404("No such day") from None
    _show_days(*span)
    return span


def _show_days(start: datetime.datetime, end: datetime.datetime) -> None:
    """Say which days the page is about: days of UTC, since they are told in it."""
    for number in range((end.date() - start.date()).days + 1):
        recording.shows(f"day:{start.date() + datetime.timedelta(days=number)}")


def _midnight(day: datetime.date) -> datetime.datetime:
    moment = datetime.datetime.combine(day, datetime.time(), timezone.get_default_timezone())
    # The first day of year 1 has no instant in UTC east of Greenwich: raises OverflowError.
    return moment.astimezone(datetime.UTC)


def _counts(span: Moments, part: type[ExtractDay | ExtractMonth]) -> dict[int, int]:
    """How many stories each month or day has. Raises Http404 when none has any."""
    counts = archive.counts(*span, part)
    if not counts:
        raise Http404("Nothing was published then")
    return counts
