"""What a placement will have, what a flight still needs of it, and where a flight stands."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from ads import forecast, pacing
from ads.choices import FlightKind
from ads.forecast import Forecast, made_of
from ads.models import HourCount, Placement
from ads.pacing import Course
from tests.factories import SectionFactory

from .test_selection import SLOT, WITA, flight

TODAY = datetime.date(2026, 12, 2)  # a Wednesday


def day(number: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=number)


def at(*when: int) -> datetime.datetime:
    return datetime.datetime(2026, 12, *when, tzinfo=WITA)


def every_day(views: int, days: int = 28, section: int | None = 3, device: str = "phone"):
    return [(SLOT.id, day(-number), section, device, views) for number in range(1, days + 1)]


def test_a_weekday_is_the_mean_of_the_same_weekdays_of_four_weeks():
    rows = [
        (1, day(-7 * week), 3, "phone", views) for week, views in enumerate([100, 200, 300, 400], 1)
    ]
    known = made_of(rows, day(-28), TODAY)
    assert known.days_known == 28
    assert known.views(1, TODAY) == known.views(1, day(7)) == 250
    assert known.views(1, day(1)) == 0
    assert known.views(2, TODAY) == 0


def test_sections_and_screens_are_parts_of_the_whole():
    rows = (
        every_day(10)
        + every_day(20, section=4)
        + every_day(5, device="desktop")
        + every_day(1, section=None)
    )
    known = made_of(rows, day(-28), TODAY)
    assert known.views(SLOT.id, TODAY) == 36
    assert known.views(SLOT.id, TODAY, sections={3}) == 15
    assert known.views(SLOT.id, TODAY, sections={3, 4}, device="phone") == 30
    assert known.views(SLOT.id, TODAY, device="desktop") == 5


def test_a_young_publication_is_judged_by_the_days_that_it_has():
    known = made_of(every_day(90, days=3), day(-3), TODAY)
    assert known.days_known == 3
    # Sunday to Tuesday are known; a Thursday counts as their mean.
    assert [known.views(SLOT.id, day(number)) for number in (-1, 1)] == [90, 90]


@pytest.mark.django_db
def test_the_forecast_rests_on_whole_days_of_the_publications_zone(django_assert_num_queries):
    placement, section = Placement.objects.get(key="article-top-1"), SectionFactory()
    counts = {
        at(1, 23): 100,  # yesterday's last hour: 1 December 15.00 UTC
        at(1, 0): 10,
        at(2, 0): 1000,  # today is not over
    }
    for hour, viewable in counts.items():
        HourCount.objects.create(
            hour=hour,
            placement=placement,
            section=section,
            device="phone",
            served=viewable,
            measured=viewable,
            viewable=viewable,
            clicks=0,
        )
    with time_machine.travel(at(2, 9), tick=False), django_assert_num_queries(2):
        known = forecast.load(TODAY)
    assert known.days_known == 1
    assert known.views(placement.pk, day(6)) == 110


@pytest.mark.django_db
def test_without_any_whole_day_there_is_no_forecast():
    assert forecast.load(TODAY) == Forecast()


KNOWN = made_of(every_day(240), day(-28), TODAY)
STANDARD = flight(kind=FlightKind.STANDARD, share=0, goal=360)  # 1 to 3 December


def test_the_need_is_what_is_missing_of_what_will_come():
    # Two days of 240 views are left, 360 are missing.
    assert pacing.need(STANDARD, [SLOT], KNOWN, at(2)) == 0.75
    assert pacing.need(replace(STANDARD, delivered=240), [SLOT], KNOWN, at(2)) == 0.25
    assert pacing.need(replace(STANDARD, delivered=240), [SLOT], KNOWN, at(3, 12)) == 1.0
    assert pacing.need(replace(STANDARD, delivered=360), [SLOT], KNOWN, at(2)) == 0.0


def test_before_it_begins_a_flight_needs_its_part_of_its_own_days():
    assert pacing.need(STANDARD, [SLOT], KNOWN, datetime.datetime(2026, 11, 20, tzinfo=WITA)) == 0.5


def test_without_a_forecast_a_flight_takes_whatever_comes():
    assert pacing.need(STANDARD, [SLOT], Forecast(), at(2)) == 1.0


def test_hours_and_weekdays_narrow_what_will_come():
    mornings = replace(STANDARD, from_hour=6, until_hour=12)
    assert pacing.expected_views(mornings, [SLOT], KNOWN, at(1), at(4)) == 3 * 60
    assert pacing.expected_views(mornings, [SLOT], KNOWN, at(2, 9), at(4)) == 30 + 60
    wednesdays = replace(STANDARD, weekdays=frozenset({3}))
    assert pacing.expected_views(wednesdays, [SLOT], KNOWN, at(1), at(4)) == 240
    elsewhere = replace(STANDARD, placements=frozenset({"article-end"}))
    assert pacing.expected_views(elsewhere, [SLOT], KNOWN, at(1), at(4)) == 0


@given(st.integers(0, 72), st.integers(0, 72), st.integers(0, 23), st.integers(0, 24))
def test_what_will_come_adds_up_wherever_it_is_cut(first, second, begin, end):
    cut, until = sorted([first, second])
    facts = replace(STANDARD, from_hour=begin, until_hour=end)

    def views(start: int, stop: int) -> float:
        start_at, stop_at = (at(1) + datetime.timedelta(hours=n) for n in (start, stop))
        return pacing.expected_views(facts, [SLOT], KNOWN, start_at, stop_at)

    assert views(0, cut) + views(cut, until) == pytest.approx(views(0, until))


@pytest.mark.parametrize(
    ("delivered", "where"),
    [
        (100, Course.BEHIND),
        (161, Course.BEHIND),
        (162, Course.ON_COURSE),
        (198, Course.ON_COURSE),
        (199, Course.AHEAD),
    ],
)
def test_a_flight_is_on_course_within_a_tenth_of_what_is_due(delivered, where):
    # Half of its three days is over at noon of the second.
    got = pacing.course(replace(STANDARD, delivered=delivered), [SLOT], KNOWN, at(2, 12))
    assert got == (where, 180)


def test_the_course_goes_by_the_clock_where_nothing_is_known():
    assert pacing.course(replace(STANDARD, delivered=90), [SLOT], Forecast(), at(1, 18)) == (
        Course.ON_COURSE,
        90,
    )


def test_before_the_beginning_nothing_is_due_and_after_the_end_all_is():
    before, after = at(1) - datetime.timedelta(days=9), at(20)
    assert pacing.course(STANDARD, [SLOT], KNOWN, before) == (Course.ON_COURSE, 0)
    assert pacing.course(STANDARD, [SLOT], KNOWN, after) == (Course.BEHIND, 360)
