"""What a page says of itself to the rules, and the slots that stand on it."""

from __future__ import annotations

import datetime
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pagecache import recording
from pagecache.parts import part

from . import selection, snapshot, tokens
from .choices import FlightKind
from .models import Advertiser, Creative, Placement, SilencePeriod
from .sizes import pixels

# Where a fallback was put is the desk's choice for that slot; only the brakes are asked about it.
_RULES = {name: rule for name, rule in selection.RULES.items() if name != "elsewhere"}


@dataclass(frozen=True, slots=True)
class Showing:
    """What stands in a slot on one kind of screen without script: a creative, or None for our own line."""

    device: str
    size: str
    creative: Creative | None

    @property
    def width(self) -> int:
        return pixels(self.size)[0]

    @property
    def height(self) -> int:
        return pixels(self.size)[1]

    @property
    def image(self) -> str:
        """The address of the picture in this size; empty for a text."""
        facts = snapshot.creative_facts(self.creative) if self.creative else None
        return facts.images[self.size][0] if facts and facts.images else ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a creative on a page, and what is in it before any script ran."""

    key: str
    page_class: str
    sizes: Mapping[str, str]
    showings: Sequence[Showing]
    is_preview: bool = False

    @property
    def is_filled(self) -> bool:
        """Whether it is the one that is previewed."""
        return self.is_preview and any(showing.creative for showing in self.showings)

    @property
    def size_classes(self) -> str:
        return " ".join(f"sela-{device[0]}-{size}" for device, size in self.sizes.items())


def for_browser(page: tokens.Page, facts: selection.PageFacts) -> dict[str, object]:
    """The same for the script: what it asks for, what it tells with, and what its rules go by."""
    told: dict[str, object] = {
        "key": page.key,
        "token": tokens.page_token(page),
        "tags": sorted(facts.tags),
        "at": sorted(facts.places),
        "people": sorted(facts.people),
        "orgs": sorted(facts.organisations),
        "tragedy": facts.is_tragedy,
        "protected": facts.is_protected,
        "free": [_("This space is free for your business"), reverse("articles:contact")],
    }
    return {key: value for key, value in told.items() if value}


def slots_of(facts: selection.PageFacts) -> dict[str, Slot]:
    """The slots of a page by their keys, with the creatives that stand there without script.

    One query, and none while what stands is kept. They are beside what the page is about.
    """
    with recording.beside():
        standing = _standing(facts.page_class)
        asked = _asked_about(facts, standing)
        if recording.current() is None:
            return _slots_on(asked, standing)
        # The many pages of which the brakes are told the same have the same slots.
        return part(f"slots:{asked!r}", lambda: _slots_on(asked, _standing(facts.page_class)))


def _asked_about(page: selection.PageFacts, standing: Sequence[_Standing]) -> selection.PageFacts:
    """What of a page's facts the brakes can ask about: who it names only as far as an advertiser is linked to them."""
    flights = [one.flight for one in standing if one.flight is not None]
    return selection.PageFacts(
        page_class=page.page_class,
        people=page.people & frozenset().union(*(flight.people for flight in flights)),
        organisations=page.organisations
        & frozenset().union(*(flight.organisations for flight in flights)),
        is_tragedy=page.is_tragedy,
        is_protected=page.is_protected,
    )


def _slots_on(page: selection.PageFacts, standing: Sequence[_Standing]) -> dict[str, Slot]:
    now = timezone.localtime()
    for one in standing:
        recording.until(one.changes_at(now))
    return {one.row.key: one.slot_on(page, now) for one in standing}


def again(slot: Slot) -> Slot | None:
    """The slot as its placement stands now, filled on the same screens; None when it does not stand any more."""
    filled = {showing.device for showing in slot.showings if showing.creative}
    for one in _standing(slot.page_class):
        if one.row.key == slot.key:
            return one.slot(filled)
    return None


@dataclass(frozen=True)
class _Standing:
    """A placement as it stands today, with its fallback where that is of a house flight."""

    row: Placement
    fallback: Creative | None
    flight: selection.FlightFacts | None
    is_silent: bool

    def slot(self, filled: Container[str]) -> Slot:
        """The slot with the fallback on those kinds of screens."""
        showings = [
            Showing(device, size, self.fallback if device in filled else None)
            for device, size in self.row.sizes.items()
        ]
        return Slot(self.row.key, self.row.page_class, self.row.sizes, showings)

    def slot_on(self, page: selection.PageFacts, now: datetime.datetime) -> Slot:
        """The slot on a page, with the fallback where nothing speaks against it."""
        if self.flight is None:
            return self.slot(())
        row, moment = self.row, selection.Moment(now, self.is_silent)
        filled = set()
        for device, size in row.sizes.items():
            placement = selection.PlacementFacts(row.pk, row.key, row.page_class, {device: size})
            situation = selection.Situation(placement, page, moment, device)
            if selection.excluded_by(self.flight, situation, _RULES) is None:
                filled.add(device)
        return self.slot(filled)

    def changes_at(self, now: datetime.datetime) -> datetime.datetime | None:
        """When the clock may decide otherwise; days are seen to by `_read_standing`."""
        if self.flight is None or self.flight.from_hour is None:
            return None
        return now.replace(minute=0, second=0, microsecond=0) + datetime.timedelta(hours=1)


def _standing(page_class: str) -> Sequence[_Standing]:
    return part(f"placements:{page_class}", lambda: _read_standing(page_class))


def _read_standing(page_class: str) -> list[_Standing]:
    today = timezone.localdate()
    advertiser = Advertiser.objects.filter(pk=OuterRef("fallback__flight__campaign__advertiser"))
    recording.shows("slots")
    recording.until(snapshot.midnight(today + datetime.timedelta(days=1)))
    rows: Any = (
        Placement.objects.filter(page_class=page_class, is_on=True)
        .select_related("fallback__flight__campaign__category")
        .annotate(
            people=ArraySubquery(advertiser.filter(people__gt=0).values("people")),
            organisations=ArraySubquery(
                advertiser.filter(organisations__gt=0).values("organisations")
            ),
            is_silent=Exists(SilencePeriod.objects.filter(days__contains=today)),
        )
    )
    standing = []
    for row in rows:
        fallback = row.fallback
        if fallback is not None and fallback.flight.kind == FlightKind.HOUSE:
            flight = _flight_facts(fallback, row.people, row.organisations)
            standing.append(_Standing(row, fallback, flight, row.is_silent))
        else:
            standing.append(_Standing(row, None, None, row.is_silent))
    return standing


def slots_with_preview(
    page_class: str, key: str = "", creative: Creative | None = None
) -> dict[str, Slot]:
    """The slots of a page class, only that of `key` filled: with `creative` in each size that it fits.

    For who has to approve it, so whether it is approved does not matter. Without one all are empty: for
    who looks at the page and not at what is sold on it. One query.
    """
    facts = snapshot.creative_facts(creative) if creative else None
    slots = {}
    for row in Placement.objects.filter(page_class=page_class, is_on=True):
        showings = [
            Showing(
                device, size, creative if facts and row.key == key and facts.fits(size) else None
            )
            for device, size in row.sizes.items()
        ]
        slots[row.key] = Slot(row.key, page_class, row.sizes, showings, is_preview=True)
    return slots


def _flight_facts(
    fallback: Creative, people: Sequence[int], organisations: Sequence[int]
) -> selection.FlightFacts:
    """The house flight of a fallback with what the brakes ask; its targets were the desk's to mind."""
    flight = fallback.flight
    first, after = flight.days.lower, flight.days.upper
    return selection.FlightFacts(
        id=flight.pk,
        kind=flight.kind,
        state=flight.state,
        starts_at=snapshot.midnight(first),
        ends_at=snapshot.midnight(after) if after else None,
        placements=frozenset(),
        creatives=(snapshot.creative_facts(fallback),),
        device=flight.device,
        weekdays=frozenset(flight.weekdays),
        from_hour=flight.from_hour,
        until_hour=flight.until_hour,
        is_held_at_tragedy=flight.campaign.category.is_held_at_tragedy,
        is_political=flight.campaign.category.is_political,
        people=frozenset(people),
        organisations=frozenset(organisations),
    )
