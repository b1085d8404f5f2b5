"""What is planned: stories that come out, embargoes, ends, front pages and breaking lines to come.

Nothing here makes anything happen: what the public sees is asked of the clock. The calendar reads the same
columns, so it cannot say anything else than what will be.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from . import front, wording
from .choices import Status
from .front import planning
from .models import Article, BreakingNews, FrontLayout

_DAY = datetime.timedelta(days=1)
_NOT_OUT = (Status.DRAFT, Status.IN_REVIEW, Status.RETURNED, Status.APPROVED)


class Kind(Enum):
    """What happens, as the calendar names it."""

    OUT = "out", pgettext_lazy("in the calendar", "comes out")
    EMBARGO = "embargo", pgettext_lazy("in the calendar", "embargo ends")
    END = "end", pgettext_lazy("in the calendar", "public until")
    FRONT = "front", pgettext_lazy("in the calendar", "front page")
    BREAKING = "breaking", pgettext_lazy("in the calendar", "breaking news until")

    def __init__(self, key: str, label: Promise) -> None:
        self.key, self.label = key, label


@dataclass(frozen=True)
class Planned:
    """Something that happens at a moment. `article` is None for what is about no single story.

    `warnings` are sentences about what will not be as somebody meant it.
    """

    at: datetime.datetime
    kind: Kind
    title: str
    article: Article | None = None
    warnings: tuple[str, ...] = ()

    @property
    def time(self) -> str:
        """On the publication's clock, by which the calendar's days are: "16.00 WITA"."""
        home = self.at.astimezone(ZoneInfo(settings.TIME_ZONE))
        return f"{home:%H.%M} {home.tzname()}"

    @property
    def time_there(self) -> str:
        """On the clock of the story's place where that is another one: "17.00 WIT"; else empty."""
        if self.article is None:
            return ""
        there = self.at.astimezone(self.article.zone)
        is_same = there.utcoffset() == self.at.astimezone(ZoneInfo(settings.TIME_ZONE)).utcoffset()
        return "" if is_same else f"{there:%H.%M} {there.tzname()}"


@dataclass(frozen=True)
class Day:
    """A day of the publication's clock: what is planned on it, and how many stories came out."""

    date: datetime.date
    planned: Sequence[Planned] = ()
    came_out: int = 0
    is_today: bool = False
    is_past: bool = False


@dataclass(frozen=True)
class Month:
    """The days of a month; `blank_days` of its first week belong to the month before."""

    first: datetime.date
    days: Sequence[Day] = field(default_factory=list)

    @property
    def blank_days(self) -> int:
        return self.first.weekday()

    @property
    def warnings(self) -> list[Planned]:
        return [one for day in self.days for one in day.planned if one.warnings]


def planned(start: datetime.datetime, end: datetime.datetime) -> list[Planned]:
    """Everything planned in the half-open span of aware times, in its order; four queries at most.

    Of what has passed only embargoes and ends are told: a story whose embargo is over and that is not
    out is late, and an end explains where a story went.
    """
    found = [*_of_stories(start, end), *_of_front_pages(start, end), *_of_breaking(start, end)]
    return sorted(found, key=lambda one: (one.at, one.kind.key, one.title))


def month_of(first: datetime.date) -> Month:
    """The month that begins with `first`, on the publication's clock; five queries at most.

    Raises OverflowError or ValueError for a month at the edge of what dates can be.
    """
    days = _days_of_month(first)
    start, end = midnight(days[0]), midnight(days[-1] + _DAY)
    by_day: dict[datetime.date, list[Planned]] = {day: [] for day in days}
    for one in planned(start, end):
        by_day[timezone.localtime(one.at, ZoneInfo(settings.TIME_ZONE)).date()].append(one)
    counts = _came_out(start, end)
    return Month(first, [_day(day, by_day[day], counts.get(day, 0)) for day in days])


def day_of(date: datetime.date) -> Day:
    """One day, as `month_of` has it."""
    start, end = midnight(date), midnight(date + _DAY)
    return _day(date, planned(start, end), _came_out(start, end).get(date, 0))


def midnight(day: datetime.date) -> datetime.datetime:
    """When a day begins on the publication's clock."""
    return datetime.datetime.combine(day, datetime.time(), ZoneInfo(settings.TIME_ZONE))


def today() -> datetime.date:
    return timezone.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _day(date: datetime.date, found: Sequence[Planned], came_out: int) -> Day:
    return Day(date, found, came_out, is_today=date == today(), is_past=date < today())


def _days_of_month(first: datetime.date) -> list[datetime.date]:
    after = (first.replace(day=28) + 4 * _DAY).replace(day=1)
    return [first + number * _DAY for number in range((after - first).days)]


def _came_out(start: datetime.datetime, end: datetime.datetime) -> dict[datetime.date, int]:
    rows = (
        Article.objects.published()
        .published_between(start, end)
        .order_by()
        .annotate(day=TruncDate("publish_at", tzinfo=ZoneInfo(settings.TIME_ZONE)))
        .values("day")
        .annotate(count=Count("pk"))
    )
    return {row["day"]: row["count"] for row in rows}


def _of_stories(start: datetime.datetime, end: datetime.datetime) -> Iterable[Planned]:
    now = timezone.now()
    out = Q(status=Status.PUBLISHED, publish_at__gte=max(start, now), publish_at__lt=end)
    # Of a scheduled story the time is told at which it comes out, not the one before which it does not.
    held = Q(status__in=_NOT_OUT, not_before__gte=start, not_before__lt=end)
    ends = Q(unpublish_at__gte=start, unpublish_at__lt=end) & ~Q(status=Status.WITHDRAWN)
    rows = Article.objects.for_line().select_related("created_by").filter(out | held | ends)
    for story in rows:
        times = {
            Kind.OUT: story.publish_at if story.is_scheduled else None,
            Kind.EMBARGO: story.not_before if story.status in _NOT_OUT else None,
            Kind.END: story.unpublish_at,
        }
        for kind, at in times.items():
            if at is not None and start <= at < end:
                yield Planned(at, kind, story.headline, story, _warnings(story, kind, now))


def _warnings(story: Article, kind: Kind, now: datetime.datetime) -> tuple[str, ...]:
    if kind is Kind.EMBARGO and story.not_before and story.not_before <= now:
        return (_("The embargo is over and the story is not out."),)
    is_over = story.unpublish_at is not None and story.unpublish_at <= now
    if kind is Kind.END and story.status in _NOT_OUT and is_over:
        return (_("The story would end before it comes out."),)
    return ()


def _of_front_pages(start: datetime.datetime, end: datetime.datetime) -> Iterable[Planned]:
    """The layouts to come, each with what is wrong with its lead."""
    # With those close on either side, to see what gets in the way of one of the span.
    first = max(start - planning.CLOSE, timezone.now())
    rows = list(planning.with_stories(planning.planned(first, end + planning.CLOSE)))
    layouts = [(layout, planning.lead_of(layout)) for layout in rows]
    clashes: dict[int, list[str]] = {layout.pk: [] for layout in rows}
    for clash in planning.among(rows):
        clashes[clash.first.pk].append(_replaced_soon(clash.second))
        clashes[clash.second.pk].append(_replaces(clash.first))
    for layout, lead in layouts:
        if start <= layout.starts_at < end:
            title = lead.headline if lead else layout.note or _("The newest story leads")
            wrong = (*clashes[layout.pk], *_not_fit(lead, layout.starts_at))
            yield Planned(layout.starts_at, Kind.FRONT, title, lead, wrong)


def _replaced_soon(other: FrontLayout) -> str:
    return _("Another story leads from %(time)s: “%(headline)s”.") % _of_lead(other)


def _replaces(other: FrontLayout) -> str:
    return _("Another story leads only since %(time)s: “%(headline)s”.") % _of_lead(other)


def _of_lead(layout: FrontLayout) -> dict[str, object]:
    return {"time": _home(layout.starts_at), "headline": planning.lead_of(layout)}


def _not_fit(lead: Article | None, at: datetime.datetime) -> tuple[str, ...]:
    """Why the story will not lead when the layout begins: another one fills the slot then."""
    if lead is None:
        return ()
    if not front.fits(lead):
        return (_("This story cannot lead: somebody paid for it."),)
    is_out = lead.status == Status.PUBLISHED and lead.publish_at and lead.publish_at <= at
    if not is_out:
        state = wording.state_of(lead)
        return (_("The story is not public by then (%(state)s).") % {"state": state},)
    if lead.unpublish_at and lead.unpublish_at <= at:
        return (_("The time of this story is over by then."),)
    return ()


def _of_breaking(start: datetime.datetime, end: datetime.datetime) -> Iterable[Planned]:
    rows = BreakingNews.objects.filter(
        ended_at__isnull=True, ends_at__gte=max(start, timezone.now()), ends_at__lt=end
    )
    return (Planned(row.ends_at, Kind.BREAKING, row.text) for row in rows)


def _home(moment: datetime.datetime) -> str:
    home = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    return f"{home:%H.%M} {home.tzname()}"
