"""The demo's advertising: sold, drawn and approved through the same doors as everybody's.

What cannot go through a door is what lies before the demo was loaded: a sale of days that are over, with what
it held of them, and the hours that were counted meanwhile.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from ads import approval, artwork, booking, links, records
from ads.choices import Deed, FlightKind, FlightState
from ads.models import (
    Advertiser,
    BookedDay,
    Campaign,
    Category,
    Creative,
    Flight,
    PaidStory,
    Placement,
)
from articles.models import Article, Person, Section

from . import drawing, files, readership

DAY = datetime.timedelta(days=1)


def load_advertising(
    users: dict[str, User], articles: dict[str, Article], people: dict[str, Person]
) -> None:
    """Advertisers, campaigns, flights, creatives, and five weeks of readers."""
    loader = _Sales(users, articles)
    advertisers = {
        row["key"]: _advertiser(row, people)
        for row in files.rows("advertising.toml", "advertisers")
    }
    for row in files.rows("advertising.toml", "campaigns"):
        loader.add(advertisers[row["advertiser"]], row)
    # A number of views is sold by what readers were there before.
    readership.load(loader.flights, articles.values())
    loader.sell()


def _advertiser(row: dict[str, Any], people: dict[str, Person]) -> Advertiser:
    advertiser = Advertiser.objects.create(
        name=row["name"],
        contact_name=row["contact"],
        contact_email=row["email"],
        contact_phone=row.get("phone", ""),
        address=row.get("address", ""),
        notes=row.get("notes", ""),
        is_house=row.get("is_house", False),
    )
    advertiser.people.set(people[key] for key in row.get("people", []))
    return advertiser


class _Sales:
    """Enters campaigns with all that belongs to them, and sells their flights at the end."""

    def __init__(self, users: dict[str, User], articles: dict[str, Article]) -> None:
        self.desk, self.articles = users["ad_desk"], articles
        self.placements = {one.key: one for one in Placement.objects.all()}
        self.sections = {one.slug: one for one in Section.objects.all()}
        self.categories = {one.name: one for one in Category.objects.all()}
        self.today = timezone.localdate()
        self.flights: list[Flight] = []
        self.ends: dict[int, str] = {}

    def add(self, advertiser: Advertiser, row: dict[str, Any]) -> None:
        campaign = Campaign.objects.create(
            advertiser=advertiser,
            name=row["name"],
            category=self.categories[row["category"]],
            contract=row.get("contract", ""),
            price=row.get("price"),
            created_by=self.desk,
        )
        records.write(Deed.CREATED, by=self.desk, campaign=campaign)
        for key in row.get("stories", []):
            PaidStory.objects.create(article=self.articles[key], campaign=campaign)
        if "flights" in row and not advertiser.is_house:
            links.make(advertiser, None, by=self.desk)
        for flight in row.get("flights", []):
            self._flight(campaign, flight)

    def _flight(self, campaign: Campaign, row: dict[str, Any]) -> None:
        first, *last = row["days"]
        after = self.today + (last[0] + 1) * DAY if last else None
        flight = Flight.objects.create(
            campaign=campaign,
            name=row["name"],
            kind=row["kind"],
            days=(self.today + first * DAY, after),
            share=row.get("share"),
            goal=row.get("goal"),
            cap_per_day=row.get("cap_per_day"),
            created_by=self.desk,
        )
        flight.placements.set(self.placements[key] for key in row["placements"])
        flight.sections.set(self.sections[slug] for slug in row.get("sections", []))
        records.write(Deed.CREATED, by=self.desk, flight=flight)
        for creative in row["creatives"]:
            self._creative(flight, creative)
        flight.refresh_from_db()
        self.flights.append(flight)
        self.ends[flight.pk] = row.get("end", "booked")

    def _creative(self, flight: Flight, row: dict[str, Any]) -> None:
        drawn = row.get("draw")
        creative = Creative(
            flight=flight,
            name=row["name"],
            kind="image" if drawn else "text",
            alt_text=". ".join(drawn) if drawn else "",
            headline=row.get("headline", ""),
            words=row.get("words", ""),
            link=row["link"],
        )
        if drawn:
            sizes = artwork.sizes_of(flight)
            made = [drawing.picture(drawn, row["colour"], size) for size in sizes]
            creative.images = artwork.take_in(made, sizes)
        approval.enter(creative, by=self.desk)
        creative.refresh_from_db()
        self._decide(creative, row)
        if row.get("is_fallback"):
            Placement.objects.update(fallback=creative)

    def _decide(self, creative: Creative, row: dict[str, Any]) -> None:
        contact = creative.flight.campaign.advertiser.contact_name
        state = row.get("state", "approved")
        if creative.flight.kind == "house":
            approval.approve(creative, by=self.desk)
        elif state != "draft":
            approval.send(creative, by=self.desk)
            if state == "approved":
                approval.approve(creative, name=contact)
            elif state == "refused":
                approval.refuse(creative, name=contact, note=row["note"])

    def _hold_what_is_over(self, flight: Flight) -> None:
        """Days before today that a sponsorship held: what its share is judged by."""
        if flight.kind != FlightKind.SPONSORSHIP:
            return
        first, until = flight.days.lower, min(flight.days.upper, self.today)
        sections: list[Section | None] = [*flight.sections.all()] or [None]
        BookedDay.objects.bulk_create(
            BookedDay(
                flight=flight,
                placement=placement,
                day=first + number * DAY,
                section=section,
                device=flight.device,
                share=flight.share or 0,
            )
            for placement in flight.placements.all()
            for section in sections
            for number in range((until - first).days)
        )

    def sell(self) -> None:
        for flight in self.flights:
            end = self.ends[flight.pk]
            if end == "offer":
                continue
            self._hold_what_is_over(flight)
            if end == "over":
                # Nobody sells days that are over; this one was sold before the demo began.
                flight.state = FlightState.BOOKED
                flight.save(update_fields=["state"])
                records.write(Deed.BOOKED, by=self.desk, flight=flight)
                continue
            booking.book(flight, by=self.desk)
            if end == "paused":
                booking.pause(flight, by=self.desk)
            elif end == "stopped":
                booking.stop(flight, by=self.desk)
