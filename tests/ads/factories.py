"""Rows of advertising for tests: each factory makes a valid row, and a test writes only what it cares about.

A flight made here is booked without `ads.booking`: it runs from a week ago to a week ahead at
`article-top-1`, and holds no booked days. `creatives=0` makes one without an approved creative.
"""

from __future__ import annotations

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from ads.choices import CreativeKind, CreativeState, FlightKind, FlightState
from ads.models import Advertiser, Campaign, Category, Creative, Flight, Placement


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")


class AdvertiserFactory(DjangoModelFactory):
    class Meta:
        model = Advertiser
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Toko {n}")

    @factory.post_generation
    def people(self, create, people, **kwargs):
        self.people.set(people or [])

    @factory.post_generation
    def organisations(self, create, organisations, **kwargs):
        self.organisations.set(organisations or [])


class CampaignFactory(DjangoModelFactory):
    class Meta:
        model = Campaign

    advertiser = factory.SubFactory(AdvertiserFactory)
    category = factory.SubFactory(CategoryFactory)
    name = factory.Sequence(lambda n: f"Campaign {n}")


def days(start: int = -7, end: int = 7) -> tuple[datetime.date, datetime.date]:
    """Half-open days, counted from the publication's today."""
    today = timezone.localdate()
    return today + datetime.timedelta(days=start), today + datetime.timedelta(days=end)


class FlightFactory(DjangoModelFactory):
    class Meta:
        model = Flight
        skip_postgeneration_save = True

    campaign = factory.SubFactory(CampaignFactory)
    name = factory.Sequence(lambda n: f"Flight {n}")
    kind = FlightKind.SPONSORSHIP
    state = FlightState.DRAFT
    days = factory.LazyFunction(days)
    share = factory.LazyAttribute(lambda f: 100 if f.kind == FlightKind.SPONSORSHIP else None)
    goal = factory.LazyAttribute(lambda f: 1000 if f.kind == FlightKind.STANDARD else None)

    @classmethod
    def _create(
        cls,
        model_class,
        *args,
        placements=("article-top-1",),
        sections=(),
        tags=(),
        places=(),
        creatives=1,
        booked=True,
        **kwargs,
    ):
        flight = super()._create(model_class, *args, **kwargs)
        flight.placements.set(Placement.objects.filter(key__in=placements))
        flight.sections.set(sections)
        flight.tags.set(tags)
        flight.places.set(places)
        CreativeFactory.create_batch(creatives, flight=flight, approved=True)
        if booked and flight.state == FlightState.DRAFT:
            flight.state = FlightState.BOOKED
            flight.save(update_fields=["state"])
        # A pair of days comes back as a range.
        flight.refresh_from_db()
        return flight


class CreativeFactory(DjangoModelFactory):
    """A text creative being made; `approved=True` makes it one that is shown."""

    class Meta:
        model = Creative
        skip_postgeneration_save = True

    flight = factory.SubFactory(FlightFactory, creatives=0)
    name = factory.Sequence(lambda n: f"Creative {n}")
    kind = CreativeKind.TEXT
    headline = factory.LazyAttribute(lambda c: "Pakan ayam murah" if c.kind == "text" else "")
    alt_text = factory.LazyAttribute(lambda c: "" if c.kind == "text" else "Pakan ayam murah")
    link = "https://toko.example/pakan"

    @classmethod
    def _create(cls, model_class, *args, approved=False, **kwargs):
        creative = super()._create(model_class, *args, **kwargs)
        if approved:
            creative.refresh_from_db()
            creative.state, creative.approved_digest = CreativeState.APPROVED, creative.digest
            creative.save(update_fields=["state", "approved_digest"])
        return creative
