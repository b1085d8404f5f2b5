"""Five weeks of readers for the demo: hours as they would have been counted, the same at each loading.

Counting itself is not touched: these are figures of days that are over, as a restored paper would bring them
along. Today's come from whoever opens the demo.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from django.utils import timezone

from ads.choices import FlightKind
from ads.models import Flight, Placement
from ads.snapshot import midnight
from articles.models import Article, Section

DAYS = 35
SEED = 20261126
HOURS = {6: 0.14, 9: 0.16, 12: 0.20, 16: 0.15, 19: 0.22, 21: 0.13}
# Page views of a day; seven in ten on phones, weekends quieter.
STORIES, FRONT, LISTS = 2400, 700, 400
WEEKDAYS = (1.0, 1.04, 1.02, 1.05, 0.98, 0.82, 0.86)
SECTIONS = {
    "pemerintahan": 0.22,
    "ekonomi": 0.14,
    "hukum": 0.16,
    "lingkungan": 0.10,
    "kesehatan": 0.10,
    "pendidikan": 0.10,
    "olahraga": 0.12,
    "budaya": 0.06,
}
DEVICES = {"phone": 0.7, "desktop": 0.3}
MEASURED = 0.85
# The part of what was measured that was seen: the further down, the fewer come there.
SEEN = {
    "article-top-1": 0.74,
    "article-top-2": 0.72,
    "article-text": 0.70,
    "article-side": 0.78,
    "article-end": 0.55,
    "front-top": 0.76,
    "front-middle": 0.62,
    "list-top": 0.74,
}
COLUMNS = "hour, placement_id, creative_id, section_id, device, served, measured, viewable, clicks"
DELIVERY = """
    INSERT INTO ads_delivery (flight_id, served, viewable, clicks)
    SELECT c.flight_id, sum(h.served), sum(h.viewable), sum(h.clicks)
    FROM ads_hourcount h JOIN ads_creative c ON c.id = h.creative_id GROUP BY c.flight_id
"""


def load(flights: Iterable[Flight], articles: Iterable[Article]) -> None:
    """Count for flights as they would have been shown, and stories as they would have been read."""
    chance = random.Random(SEED)
    today = timezone.localdate()
    days = [today - datetime.timedelta(days=number) for number in range(DAYS, 0, -1)]
    plans = [_Plan(flight) for flight in flights]
    # Made before, since a connection that copies answers no question.
    hours, views = list(_hours(plans, days, chance)), list(_views(articles, days, chance))
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY ads_hourcount ({COLUMNS}) FROM STDIN") as copy:
            for row in hours:
                copy.write_row(row)
        cursor.execute(DELIVERY)
        with cursor.copy("COPY articles_articleviews (article_id, hour, views) FROM STDIN") as copy:
            for row in views:
                copy.write_row(row)


class _Plan:
    """A flight as the figures need it."""

    def __init__(self, flight: Flight) -> None:
        self.kind, self.days = flight.kind, flight.days
        self.placements = {one.key for one in flight.placements.all()}
        self.sections = {one.pk for one in flight.sections.all()}
        self.creatives = [c.pk for c in flight.creatives.order_by("pk") if c.state == "approved"]
        length = (flight.days.upper - flight.days.lower).days if flight.days.upper else 0
        self.share = (flight.share or 0) / 100
        self.per_day = (flight.goal or 0) / length if length else 0.0
        # One in 100 to 500 who saw it, each creative its own way.
        self.rates = {pk: random.Random(pk).uniform(0.002, 0.009) for pk in self.creatives}

    def runs(self, placement: str, section: int | None, day: datetime.date) -> bool:
        begun = self.days.lower <= day and (self.days.upper is None or day < self.days.upper)
        meant = not self.sections or section in self.sections
        return bool(self.creatives) and begun and meant and placement in self.placements


def _hours(
    plans: list[_Plan], days: list[datetime.date], chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    sections = {Section.objects.get(slug=slug).pk: part for slug, part in SECTIONS.items()}
    for placement in Placement.objects.filter(is_on=True):
        pages = {"article": STORIES, "front": FRONT, "list": LISTS}[placement.page_class]
        parts = {None: 1.0} if placement.page_class == "front" else sections
        for day in days:
            for section, part in parts.items():
                running = [one for one in plans if one.runs(placement.key, section, day)]
                for device in placement.sizes:
                    views = pages * part * DEVICES[device] * WEEKDAYS[day.weekday()]
                    shares = _shares(running, pages * SEEN[placement.key] * MEASURED)
                    for creative, share, rate in shares:
                        for hour, weight in HOURS.items():
                            served = _whole(
                                views * share * weight * chance.uniform(0.8, 1.2), chance
                            )
                            if served:
                                yield (
                                    midnight(day) + datetime.timedelta(hours=hour),
                                    placement.pk,
                                    creative,
                                    section,
                                    device,
                                    *_funnel(served, SEEN[placement.key], rate, chance),
                                )


def _shares(running: list[_Plan], seen_a_day: float) -> Iterator[tuple[int | None, float, float]]:
    """(creative, part of all views, clicks of a view), as the policy would have dealt them."""
    left = 1.0
    for kind in (FlightKind.SPONSORSHIP, FlightKind.STANDARD, FlightKind.HOUSE):
        alike = [one for one in running if one.kind == kind]
        for one in alike:
            wanted = {
                FlightKind.SPONSORSHIP: one.share,
                FlightKind.STANDARD: one.per_day / seen_a_day,
                FlightKind.HOUSE: left / len(alike),
            }[FlightKind(kind)]
            part = min(left, wanted)
            left -= part if kind != FlightKind.HOUSE else 0.0
            for creative in one.creatives:
                yield creative, part / len(one.creatives), one.rates[creative]
        if kind == FlightKind.HOUSE and not alike:
            yield None, left, 0.0


def _funnel(
    served: int, seen: float, rate: float, chance: random.Random
) -> tuple[int, int, int, int]:
    measured = _some(served, MEASURED, chance)
    viewable = _some(measured, seen, chance)
    return served, measured, viewable, _some(viewable, rate, chance)


def _some(number: int, part: float, chance: random.Random) -> int:
    return sum(chance.random() < part for _one in range(number))


def _whole(number: float, chance: random.Random) -> int:
    return int(number + chance.random())


def _views(
    articles: Iterable[Article], days: list[datetime.date], chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    """A story is read on its first day, half as much on the next, and so on."""
    for article in articles:
        if article.publish_at is None or not article.is_published:
            continue
        first = timezone.localtime(article.publish_at)
        interest = chance.lognormvariate(5.2, 0.7)
        for day in days:
            age = (day - first.date()).days
            if not 0 <= age <= 10:
                continue
            for hour, weight in HOURS.items():
                moment = midnight(day) + datetime.timedelta(hours=hour)
                views = _whole(interest * 0.5**age * weight, chance)
                if views and moment >= article.publish_at:
                    yield article.pk, moment, views
