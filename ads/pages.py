"""What a page says of itself to the rules, and the slots that stand on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

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
    """The slots of a page by their keys, with the creatives that stand there without script; one query."""
    day = timezone.localdate()
    advertiser = Advertiser.objects.filter(pk=OuterRef("fallback__flight__campaign__advertiser"))
    rows = (
        Placement.objects.filter(page_class=facts.page_class, is_on=True)
        .select_related("fallback__flight__campaign__category")
        .annotate(
            people=ArraySubquery(advertiser.filter(people__gt=0).values("people")),
            organisations=ArraySubquery(
                advertiser.filter(organisations__gt=0).values("organisations")
            ),
            is_silent=Exists(SilencePeriod.objects.filter(days__contains=day)),
        )
    )
    slots = {}
    for row in rows:
        if row.fallback is None or row.fallback.flight.kind != FlightKind.HOUSE:
            slots[row.key] = _empty(row)
            continue
        flight = _flight_facts(row.fallback, row.people, row.organisations)
        moment = selection.Moment(timezone.localtime(), row.is_silent)
        slots[row.key] = _with_fallback(row, row.fallback, flight, facts, moment)
    return slots


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
        slots[row.key] = Slot(row.key, row.sizes, showings, is_preview=True)
    return slots


def _empty(row: Placement) -> Slot:
    showings = [Showing(device, size, None) for device, size in row.sizes.items()]
    return Slot(row.key, row.sizes, showings)


def _with_fallback(
    row: Placement,
    fallback: Creative,
    flight: selection.FlightFacts,
    page: selection.PageFacts,
    moment: selection.Moment,
) -> Slot:
    showings = []
    for device, size in row.sizes.items():
        placement = selection.PlacementFacts(row.pk, row.key, row.page_class, {device: size})
        situation = selection.Situation(placement, page, moment, device)
        is_shown = selection.excluded_by(flight, situation, _RULES) is None
        showings.append(Showing(device, size, fallback if is_shown else None))
    return Slot(row.key, row.sizes, showings)


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
