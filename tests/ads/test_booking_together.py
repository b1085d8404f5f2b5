"""Many who sell at once, in any order: the whole of a placement is never sold twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ads import booking
from ads.choices import FlightKind, FlightState
from ads.models import BookedDay, Flight, PlacementDay
from tests.factories import SectionFactory, StaffFactory
from tests.races import at_once

from .factories import CampaignFactory
from .selling import ad_desk, counted, draft, held, refused, sold, today


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


# At the same moment


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", range(3))
def test_of_two_sales_of_sixty_per_cent_exactly_one_succeeds(run):
    seller = ad_desk()
    flights = [draft(1, 20), draft(10, 30)]
    results = at_once(*(_booking(flight, seller) for flight in flights))
    assert sorted(type(one).__name__ for one in results) == ["NoneType", "Refused"]
    assert PlacementDay.objects.order_by("-share_sold").first().share_sold == 60
    states = Flight.objects.filter(pk__in=[one.pk for one in flights]).values_list(
        "state", flat=True
    )
    assert sorted(states) == ["booked", "draft"]


@pytest.mark.django_db(transaction=True)
def test_sales_of_many_placements_wait_for_each_other_and_never_deadlock():
    keys = ["article-top-1", "article-top-2", "article-text", "front-top"]
    seller = ad_desk()
    flights = [
        draft(1, 40, share=25, placements=keys if number % 2 else reversed(keys))
        for number in range(4)
    ]
    assert at_once(*(_booking(flight, seller) for flight in flights)) == [None] * 4
    assert set(PlacementDay.objects.values_list("share_sold", flat=True)) == {100}


@pytest.mark.django_db(transaction=True)
def test_the_forecast_is_looked_at_under_the_locks():
    counted(100)
    seller = ad_desk()
    flights = [draft(1, 1, kind=FlightKind.STANDARD, goal=60) for _number in range(2)]
    results = at_once(*(_booking(flight, seller) for flight in flights))
    assert sorted(type(one).__name__ for one in results) == ["NoneType", "Refused"]


@pytest.mark.django_db
def test_the_database_has_the_last_word(monkeypatch):
    """Whatever the door overlooks, the whole of a placement is not sold twice."""
    seller = ad_desk()
    booking.book(draft(1, 1, share=60), by=seller)
    monkeypatch.setattr("ads.inventory.Inventory.free_share", lambda *args: 100)
    flight = draft(1, 1, share=60)
    assert refused(booking.book, flight, by=seller) == (
        "Somebody else sold one of these days at this moment. Please look again."
    )
    assert (Flight.objects.get(pk=flight.pk).state, held(flight)) == (FlightState.DRAFT, [])


def _booking(flight, by) -> Callable[[], object]:
    return lambda: booking.book(flight, by=by)


# Whatever happens


class Sales(RuleBasedStateMachine):
    """Bookings, changes of days and stops in any order, beside a model that adds up by itself."""

    LENGTH = 8

    def __init__(self) -> None:
        super().__init__()
        BookedDay.objects.all().delete()
        self.seller = StaffFactory(is_superuser=True)
        self.campaign = CampaignFactory()
        self.sections = [SectionFactory(), SectionFactory()]
        self.model: dict[int, tuple[int, int | None, str, int, int]] = {}

    def free(self, days: range, section: int | None, device: str, without: int = 0) -> int:
        return min((100 - self._tightest(day, section, device, without) for day in days), default=0)

    def _tightest(self, day: int, section: int | None, device: str, without: int = 0) -> int:
        every = [None, *(one.pk for one in self.sections)] if section is None else [section]
        screens = [device] if device else ["phone", "desktop"]
        return max(
            sum(
                share
                for key, (share, part, screen, first, after) in self.model.items()
                if key != without
                and first <= day < after
                and part in (None, one)
                and screen in ("", on)
            )
            for one in every
            for on in screens
        )

    @rule(
        first=st.integers(0, LENGTH - 1),
        length=st.integers(1, 4),
        share=st.integers(1, 100),
        section=st.sampled_from([None, 0, 1]),
        device=st.sampled_from(["", "phone", "desktop"]),
    )
    def book(self, first, length, share, section, device):
        chosen = None if section is None else self.sections[section]
        flight = draft(
            first,
            first + length - 1,
            campaign=self.campaign,
            share=share,
            sections=[chosen] if chosen else [],
            device=device,
        )
        part = chosen and chosen.pk
        fits = self.free(range(first, first + length), part, device) >= share
        self._same(fits, booking.book, flight)
        if fits:
            self.model[flight.pk] = (share, part, device, first, first + length)

    @precondition(lambda self: self.model)
    @rule(which=st.integers(0, 99), first=st.integers(0, LENGTH - 1), length=st.integers(1, 4))
    def move(self, which, first, length):
        key = sorted(self.model)[which % len(self.model)]
        share, part, device, was, _after = self.model[key]
        if (first, first + length) == (was, _after):
            return
        # What begins today has begun.
        may = was != 0 or first == 0
        fits = may and self.free(range(first, first + length), part, device, key) >= share
        flight = Flight.objects.get(pk=key)
        self._same(fits, booking.change_days, flight, (today(first), today(first + length)))
        if fits:
            self.model[key] = (share, part, device, first, first + length)

    @precondition(lambda self: self.model)
    @rule(which=st.integers(0, 99))
    def stop(self, which):
        key = sorted(self.model)[which % len(self.model)]
        booking.stop(Flight.objects.get(pk=key), by=self.seller)
        del self.model[key]

    def _same(self, fits, act, *args):
        try:
            act(*args, by=self.seller)
        except booking.Refused:
            assert not fits
        else:
            assert fits

    @invariant()
    def what_is_sold_is_what_the_model_says(self):
        for day in range(self.LENGTH + 4):
            assert sold(today(day)) == self._tightest(day, None, "") <= 100


class TestSales(HypothesisTestCase, Sales.TestCase):
    """Each run in a transaction of its own."""

    settings = settings(
        max_examples=15,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
