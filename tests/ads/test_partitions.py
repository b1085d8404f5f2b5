"""A table for each day: made ahead, made in need, and dropped only when its hours stand in the figures."""

from __future__ import annotations

import datetime
import time

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.utils import timezone

from ads import partitions, retention, roll_up
from ads.choices import EventKind
from ads.models import Discard, Event, HourCount, RolledHour

from .beacons import arrive, events, local, placement, tell
from .factories import FlightFactory

DAY = datetime.timedelta(days=1)


def in_transactions(test):
    """With real transactions: a statement that failed must not take the test with it."""
    return pytest.mark.django_db(transaction=True)(test)


@pytest.fixture
def kept_days():
    """The days with a table, as they were, after the test too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    before = set(partitions.days())
    yield
    after = set(partitions.days())
    for day in after - before:
        partitions.drop(day)
    partitions.make(before - after)


@in_transactions
def test_day_without_a_table_gets_one_with_its_first_event(client, kept_days):
    today = timezone.localdate()
    partitions.drop(today)
    top = placement()
    (token,) = arrive(client, (top, None))
    assert today in partitions.days()
    assert tell(client, (token, "v")).status_code == 204
    assert [kind for kind, *_ in events()] == ["p", "s", "v"]
    assert Discard.objects.count() == 0


@in_transactions
@pytest.mark.parametrize(
    "moment",
    [local(2026, 12, 31, 23, 59, 58), local(2027, 2, 28, 23, 59, 58), local(2028, 2, 29, 12)],
)
def test_arrival_told_before_and_after_midnight_is_one(client, kept_days, moment):
    FlightFactory(days=(moment.date() - DAY, moment.date() + 2 * DAY))
    top = placement()
    visit = "0b7f4a52-9d3e-4c42-8f5a-3a0e6a1c2b11"
    at = int(moment.timestamp())
    with time_machine.travel(moment, tick=False):
        (first,) = arrive(client, (top, None), at=at, visit=visit)
    with time_machine.travel(moment + datetime.timedelta(seconds=5), tick=False):
        (second,) = arrive(client, (top, None), at=at, visit=visit)
        tell(client, (second, "v"))
        (other,) = arrive(client, (top, None), at=at + 5)
    assert first == second != other
    later = (moment + datetime.timedelta(seconds=5)).date()
    days = [(event.kind, event.day) for event in Event.objects.all()]
    assert sorted(days) == sorted(
        [(kind, moment.date()) for kind in "psv"] + [(kind, later) for kind in "ps"]
    )


@pytest.mark.django_db
def test_days_are_made_ahead_in_the_publications_zone():
    # 31 December in Makassar, while it is still the 30th in London.
    with time_machine.travel(local(2026, 12, 31, 1), tick=False):
        partitions.make_ahead()
    made = [day for day in partitions.days() if day >= datetime.date(2026, 12, 30)]
    assert made == [datetime.date(2026, 12, 31) + number * DAY for number in range(4)]


@pytest.mark.django_db
def test_making_twice_is_as_making_once():
    day = datetime.date(2031, 1, 1)
    partitions.make([day, day])
    partitions.make([day])
    assert partitions.days().count(day) == 1


@pytest.mark.django_db
def test_new_installation_has_tables_already():
    assert timezone.localdate() in partitions.days()


def old_event(day: datetime.date, kind: EventKind = EventKind.SERVED) -> None:
    partitions.make([day])
    Event.objects.create(
        day=day,
        showing="0b7f4a52-9d3e-4c42-8f5a-3a0e6a1c2b11",
        kind=kind,
        at=roll_up.midnight(day) + datetime.timedelta(hours=5),
        placement_id=placement(),
        device="phone",
    )


@pytest.mark.django_db
class TestRetention:
    def test_days_older_than_the_setting_are_dropped_and_their_hours_stay(self, settings):
        settings.EVENTS_KEPT_DAYS = 5
        today = timezone.localdate()
        for number in (5, 6):
            old_event(today - number * DAY)
        roll_up.catch_up()
        assert retention.forget() == [today - 6 * DAY]
        assert [event.day for event in Event.objects.all()] == [today - 5 * DAY]
        assert [row.served for row in HourCount.objects.all()] == [1, 1]

    def test_day_that_was_not_rolled_up_is_rolled_up_first(self, settings):
        settings.EVENTS_KEPT_DAYS = 5
        day = timezone.localdate() - 6 * DAY
        old_event(day)
        assert retention.forget() == [day]
        (row,) = HourCount.objects.all()
        assert (row.served, row.hour) == (1, roll_up.midnight(day) + datetime.timedelta(hours=5))

    def test_day_rolled_up_before_its_last_event_could_come_is_rolled_up_again(self, settings):
        settings.EVENTS_KEPT_DAYS = 5
        day = timezone.localdate() - 6 * DAY
        old_event(day)
        with time_machine.travel(roll_up.midnight(day) + datetime.timedelta(hours=5.5)):
            roll_up.catch_up()
        old_event(day, EventKind.VIEWABLE)
        retention.forget()
        assert [row.viewable for row in HourCount.objects.all()] == [1]

    def test_day_that_cannot_be_rolled_up_is_kept(self, settings, monkeypatch):
        settings.EVENTS_KEPT_DAYS = 5
        day = timezone.localdate() - 6 * DAY
        old_event(day)

        def fail(first, last):
            raise RuntimeError

        monkeypatch.setattr(roll_up, "roll_up", fail)
        with pytest.raises(RuntimeError):
            retention.forget()
        assert day in partitions.days()
        assert Event.objects.count() == 1

    def test_dropped_day_is_not_rolled_up_to_nothing(self, settings):
        settings.EVENTS_KEPT_DAYS = 5
        day = timezone.localdate() - 6 * DAY
        old_event(day)
        retention.forget()
        before = list(HourCount.objects.values())
        for last in (day, day + DAY):
            with pytest.raises(roll_up.EventsGone, match=str(day)):
                roll_up.roll_up(roll_up.midnight(day), roll_up.last_hour(last))
        assert list(HourCount.objects.values()) == before
        roll_up.again(10)
        roll_up.catch_up()
        assert list(HourCount.objects.values()) == before
        assert RolledHour.objects.count() >= 1


@in_transactions
def test_event_of_a_day_long_ago_is_not_what_makes_a_table(client, kept_days):
    """What is late is discarded before a table for it is asked for."""
    before = partitions.days()
    assert arrive(client, (placement(), None), at=int(time.time()) - 40 * 86400) == [None]
    assert partitions.days() == before
    with pytest.raises(IntegrityError):
        Event.objects.create(
            day=timezone.localdate() - 40 * DAY,
            showing="0b7f4a52-9d3e-4c42-8f5a-3a0e6a1c2b11",
            kind="p",
            at=timezone.now(),
            device="phone",
        )
