"""What stands on the page that an advertiser signs off: its own creative and days, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.formats import number_format

from articles.models import Article

from . import offer
from .choices import CreativeState, Deed, FlightKind
from .models import Creative, Placement, Record
from .sizes import pixels

DECIDED = (CreativeState.APPROVED, CreativeState.REFUSED)


@dataclass(frozen=True)
class Picture:
    """A picture at the size in which it is shown, in CSS pixels."""

    address: str
    width: int
    height: int


@dataclass(frozen=True)
class Spot:
    """A placement of the flight, and where to see the creative on it."""

    placement: Placement
    preview: str


def context_of(creative: Creative, digest: str, token: str) -> dict[str, Any]:
    """For `ads/sign_off.html`. Prices, notes and other campaigns are not in it."""
    flight = creative.flight
    is_same = digest == creative.digest
    preview = reverse("ads:preview", args=[token])
    return {
        "creative": creative,
        "advertiser": flight.campaign.advertiser,
        "pictures": _pictures(creative) if is_same else [],
        "is_changed": not is_same,
        "is_open": is_same and creative.state == CreativeState.SENT,
        "decision": _decision(creative) if creative.state in DECIDED and is_same else None,
        "first_day": offer.in_words(flight.first_day),
        "last_day": offer.in_words(flight.last_day) if flight.last_day else "",
        "is_sponsorship": flight.kind == FlightKind.SPONSORSHIP,
        "is_standard": flight.kind == FlightKind.STANDARD,
        "share": flight.share,
        "goal": number_format(flight.goal or 0, use_l10n=True, force_grouping=True),
        "spots": [
            Spot(placement, f"{preview}?slot={placement.key}")
            for placement in flight.placements.all()
        ],
    }


def path_of(token: str) -> str:
    return reverse("ads:sign_off", args=[token])


def story_for_preview() -> Article | None:
    """The newest story that anybody may stand beside: not paid, no tragedy, nobody to protect."""
    free = Article.objects.published().unpaid().unprotected().filter(is_tragedy=False)
    return free.for_page().newest_first().first()


def _pictures(creative: Creative) -> list[Picture]:
    pictures = [
        Picture(default_storage.url(image["name"]), *pixels(size))
        for size, image in creative.images.items()
    ]
    return sorted(pictures, key=lambda one: one.width * one.height)


def _decision(creative: Creative) -> Record | None:
    deed = Deed.APPROVED if creative.state == CreativeState.APPROVED else Deed.REFUSED
    return creative.records.filter(deed=deed).select_related("by").first()
