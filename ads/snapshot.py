"""What is sold, as one immutable thing in memory: all that a choice needs, so that choosing needs no SQL."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles.models import Section

from . import forecast, pacing
from .choices import CreativeKind, CreativeState, FlightKind, FlightState
from .models import Advertiser, Creative, Flight, Placement, SilencePeriod
from .selection import CreativeFacts, FlightFacts, Moment, PlacementFacts

# The forecast rests on days that are over, and is by far the longest question of a snapshot. What was
# told late changes it for two hours after midnight.
FORECAST_SECONDS = 600


@dataclass(frozen=True)
class Snapshot:
    """Everything sold that runs now or begins within a day, and the slots it may stand in.

    `taken_at` is when it was read; what was committed before that is in it.
    """

    taken_at: datetime.datetime
    placements: tuple[PlacementFacts, ...] = ()
    flights: tuple[FlightFacts, ...] = ()
    silences: tuple[tuple[datetime.date, datetime.date], ...] = ()
    sections: frozenset[int] = frozenset()
    forecast: forecast.Forecast = field(default_factory=forecast.Forecast)

    @cached_property
    def flights_at(self) -> Mapping[str, tuple[FlightFacts, ...]]:
        """The flights by the key of each placement where they may stand, in the same order."""
        found: dict[str, list[FlightFacts]] = defaultdict(list)
        for flight in self.flights:
            for key in flight.placements:
                found[key].append(flight)
        return {key: tuple(flights) for key, flights in found.items()}

    def moment(self, at: datetime.datetime) -> Moment:
        """An instant as the rules see it: in the publication's zone, and whether its day is silent."""
        local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
        is_silent = any(first <= local.date() < after for first, after in self.silences)
        return Moment(local, is_silent)


def take() -> Snapshot:
    """Read the database; the only SQL between a sale and a reader."""
    now = timezone.now()
    today = timezone.localdate(now)
    if settings.ROTATION_SECONDS:
        known = _forecast_of(today, int(now.timestamp()) // FORECAST_SECONDS)
    else:
        known = forecast.load(today)
    placements = standing()
    flights = with_needs(facts_of(_running(today)), placements, known, now)
    silences = SilencePeriod.objects.filter(days__endswith__gte=today)
    return Snapshot(
        taken_at=now,
        placements=tuple(placements),
        flights=tuple(flights),
        silences=tuple((silence.days.lower, silence.days.upper) for silence in silences),
        sections=frozenset(Section.objects.values_list("pk", flat=True)),
        forecast=known,
    )


@lru_cache(maxsize=1)
def _forecast_of(today: datetime.date, _turn: int) -> forecast.Forecast:
    return forecast.load(today)


def _page_parts(flights: list[int], now: datetime.datetime) -> Mapping[int, float]:
    today = timezone.localdate(now)
    if not settings.ROTATION_SECONDS:
        return forecast.page_parts(flights, today)
    return _page_parts_of(tuple(flights), today, int(now.timestamp()) // FORECAST_SECONDS)


@lru_cache(maxsize=8)
def _page_parts_of(
    flights: tuple[int, ...], today: datetime.date, _turn: int
) -> Mapping[int, float]:
    return forecast.page_parts(flights, today)


def standing() -> list[PlacementFacts]:
    """The slots that stand on pages, in their order."""
    return [
        PlacementFacts(row.pk, row.key, row.page_class, row.sizes, row.name)
        for row in Placement.objects.filter(is_on=True)
    ]


def _running(today: datetime.date) -> QuerySet[Flight]:
    tomorrow = today + datetime.timedelta(days=1)
    ends = Q(days__endswith__gt=today) | Q(days__upper_inf=True)
    # Paused ones are in nobody's list.
    return Flight.objects.filter(
        ends, state=FlightState.BOOKED, days__startswith__lte=tomorrow
    ).order_by("pk")


def facts_of(flights: QuerySet[Flight]) -> list[FlightFacts]:
    """Flights with all that decides about them; eleven queries, however many there are."""
    # Times of entry are read by nobody here, and making them costs more than the query.
    rows = list(
        flights.select_related("campaign__category", "campaign__advertiser", "delivery").defer(
            "created_at", "campaign__created_at", "campaign__advertiser__created_at"
        )
    )
    ids = [row.pk for row in rows]
    advertisers = {row.campaign.advertiser_id for row in rows}
    keys = _pairs(
        Flight.placements.through.objects.filter(flight__in=ids), "flight_id", "placement__key"
    )
    sections = _pairs(
        Flight.sections.through.objects.filter(flight__in=ids), "flight_id", "section_id"
    )
    tags = _pairs(Flight.tags.through.objects.filter(flight__in=ids), "flight_id", "tag_id")
    places = _pairs(Flight.places.through.objects.filter(flight__in=ids), "flight_id", "place_id")
    targeted = [pk for pk in ids if tags[pk] or places[pk]]
    page_parts = _page_parts(targeted, timezone.now()) if targeted else {}
    people = _links("people", advertisers)
    organisations = _links("organisations", advertisers)
    creatives: dict[int, list[CreativeFacts]] = defaultdict(list)
    for creative in Creative.objects.filter(flight__in=ids).defer("created_at").order_by("pk"):
        creatives[creative.flight_id].append(creative_facts(creative))
    return [
        FlightFacts(
            id=row.pk,
            kind=row.kind,
            state=row.state,
            starts_at=midnight(row.days.lower),
            ends_at=midnight(row.days.upper) if row.days.upper else None,
            placements=frozenset(keys[row.pk]),
            creatives=tuple(creatives[row.pk]),
            name=row.name,
            advertiser=row.campaign.advertiser.name,
            priority=row.priority,
            share=row.share or 0,
            goal=row.goal or 0,
            delivered=row.delivery.viewable if hasattr(row, "delivery") else 0,
            cap_per_day=row.cap_per_day or 0,
            sections=frozenset(sections[row.pk]),
            tags=frozenset(tags[row.pk]),
            places=frozenset(places[row.pk]),
            page_part=page_parts.get(row.pk, 1.0),
            device=row.device,
            weekdays=frozenset(row.weekdays),
            from_hour=row.from_hour,
            until_hour=row.until_hour,
            is_held_at_tragedy=row.campaign.category.is_held_at_tragedy,
            is_political=row.campaign.category.is_political,
            people=frozenset(people[row.campaign.advertiser_id]),
            organisations=frozenset(organisations[row.campaign.advertiser_id]),
        )
        for row in rows
    ]


def with_needs(
    flights: Iterable[FlightFacts],
    placements: Iterable[PlacementFacts],
    known: forecast.Forecast,
    now: datetime.datetime,
) -> list[FlightFacts]:
    """The same flights, the standard ones with what each still needs of every placement."""
    local = timezone.localtime(now)
    slots = list(placements)
    done = []
    for flight in flights:
        if flight.kind == FlightKind.STANDARD:
            need = pacing.need(flight, slots, known, local)
            flight = replace(flight, needs=dict.fromkeys(flight.placements, need))
        done.append(flight)
    return done


def creative_facts(creative: Creative) -> CreativeFacts:
    """A creative as a browser shows it."""
    images: dict[str, tuple[str, int, int]] = {}
    if creative.kind == CreativeKind.IMAGE:
        for size, image in creative.images.items():
            address = default_storage.url(image["name"])
            images[size] = (address, image["width"], image["height"])
    return CreativeFacts(
        id=creative.pk,
        is_approved=creative.state == CreativeState.APPROVED,
        images=images,
        alt_text=creative.alt_text,
        headline=creative.headline,
        words=creative.words,
        link=creative.link,
    )


def midnight(day: datetime.date) -> datetime.datetime:
    """The instant at which a day of the publication's zone begins."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime.datetime.combine(day, datetime.time(), tzinfo=zone)


def _pairs(rows: QuerySet[Any], one: str, other: str) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for left, right in rows.values_list(one, other):
        found[left].append(right)
    return found


def _links(field_name: str, advertisers: set[int]) -> Mapping[int, list[int]]:
    """Who is linked to each; a person as the entry that stands, like the people of a page's facts."""
    rows = getattr(Advertiser, field_name).through.objects.filter(advertiser__in=advertisers)
    if field_name == "organisations":
        return _pairs(rows, "advertiser_id", "organisation_id")
    standing = Coalesce("person__merged_into", "person")
    return _pairs(rows.annotate(standing=standing), "advertiser_id", "standing")
