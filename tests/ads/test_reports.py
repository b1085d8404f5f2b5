"""A campaign's figures: every breakdown adds up, and what was promised stands beside what was delivered."""

from __future__ import annotations

import datetime
import random

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as DjangoTestCase

from ads.choices import Device, FlightKind, FlightState
from ads.models import RolledHour
from ads.pacing import Course
from ads.reports import BadPeriod, Figures, Period, overview, report_on, words
from ads.reports import figures as sums
from ads.reports import period as periods
from ads.reports.campaigns import Promise
from tests.factories import SectionFactory

from .counting import count, discard, hold, hour
from .factories import CampaignFactory, CreativeFactory, FlightFactory, days

pytestmark = pytest.mark.django_db


def creative_of(flight):
    return flight.creatives.get()


def test_report_adds_up_by_flight_creative_placement_section_screen_day_and_hour():
    campaign = CampaignFactory()
    one = FlightFactory(campaign=campaign, placements=("article-top-1", "article-top-2"))
    two = FlightFactory(campaign=campaign, kind=FlightKind.STANDARD, goal=500)
    section = SectionFactory(name="Pemerintahan")
    count(creative_of(one), 100, 90, 60, 3, section=section)
    count(creative_of(one), 10, 8, 4, days_ago=2, at=23, placement="article-top-2")
    count(creative_of(two), 50, 40, 30, 1, device=Device.DESKTOP, section=section)
    report = report_on(campaign)
    assert report.total == Figures(160, 138, 94, 4)
    assert [(line.name, line.figures.served) for line in report.flights] == [
        (one.name, 110),
        (two.name, 50),
    ]
    assert [line.figures.numbers for line in report.placements] == [
        [150, 130, 90, 4],
        [10, 8, 4, 0],
    ]
    assert [(line.label, line.figures.served) for line in report.sections] == [
        ("Pemerintahan", 150),
        (_("outside the sections"), 10),
    ]
    assert {line.key: line.figures.served for line in report.devices} == {
        Device.PHONE: 110,
        Device.DESKTOP: 50,
    }
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert dict(report.days)[yesterday] == Figures(150, 130, 90, 4)
    assert dict(report.clock)[23] == Figures(10, 8, 4, 0)
    assert [day for day, _figures in report.flights[0].days] == [
        yesterday - datetime.timedelta(days=1),
        yesterday,
    ]


def test_report_counts_a_late_hour_into_the_day_of_the_publications_zone():
    flight = FlightFactory()
    # 23.00 in Makassar is 15.00 UTC of the same day; 05.00 is 21.00 UTC of the day before.
    count(creative_of(flight), 5, days_ago=1, at=5)
    found = {day: one.served for day, one in report_on(flight.campaign).days if one.served}
    assert found == {timezone.localdate() - datetime.timedelta(days=1): 5}


def test_report_has_no_figures_of_another_campaign_and_none_of_what_was_free():
    flight, other = FlightFactory(), FlightFactory()
    count(creative_of(flight), 7)
    count(creative_of(other), 1000)
    count(None, 500)
    assert report_on(flight.campaign).total == Figures(7, 7, 7, 0)


def test_what_was_free_is_told_by_placement():
    flight = FlightFactory()
    count(creative_of(flight), 40, 30, 20)
    count(None, 100, 90, 60)
    count(creative_of(FlightFactory(kind=FlightKind.HOUSE)), 10, 9, 5)
    today = timezone.localdate()
    found = sums.free(Period(today - datetime.timedelta(days=7), today))
    assert found == {flight.placements.get().pk: (85, 65)}


def test_report_of_a_period_leaves_out_other_days_but_judges_the_promise_over_all():
    flight = FlightFactory(kind=FlightKind.STANDARD, goal=1000)
    count(creative_of(flight), 30, days_ago=5)
    count(creative_of(flight), 20, days_ago=1)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    report = report_on(flight.campaign, Period(yesterday, yesterday))
    assert report.total.viewable == 20
    assert report.flights[0].promise.delivered == 50


@pytest.mark.parametrize("number", [1, 3])
def test_report_costs_as_many_queries_for_three_flights_as_for_one(
    number, django_assert_num_queries
):
    campaign = CampaignFactory()
    for _step in range(number):
        sponsorship = FlightFactory(campaign=campaign, share=30)
        hold(sponsorship)
        count(creative_of(sponsorship), 10)
        standard = FlightFactory(campaign=campaign, kind=FlightKind.STANDARD, creatives=2)
        for creative in standard.creatives.all():
            count(creative, 10)
            discard(creative, "bot", 2)
    with django_assert_num_queries(21):
        report_on(campaign)


def test_report_of_a_campaign_without_flights_is_empty_and_of_today():
    report = report_on(CampaignFactory())
    assert report.total == Figures() and report.flights == ()
    assert report.days == ((timezone.localdate(), Figures()),)


def test_standard_flight_stands_behind_on_course_or_ahead():
    flight = FlightFactory(kind=FlightKind.STANDARD, goal=1400, days=days(-7, 7))
    creative = creative_of(flight)
    count(creative, 100, days_ago=3)
    behind = report_on(flight.campaign).flights[0].promise
    assert behind.course == Course.BEHIND
    assert 700 <= behind.due <= 800
    count(creative, 2000, days_ago=2)
    assert report_on(flight.campaign).flights[0].promise.course == Course.AHEAD


def test_flight_that_ended_short_owes_what_is_missing():
    flight = FlightFactory(kind=FlightKind.STANDARD, goal=1000, days=days(-9, -2))
    count(creative_of(flight), 900, 800, 700, days_ago=4)
    promise = report_on(flight.campaign).flights[0].promise
    assert (promise.is_over, promise.delivered, promise.owed) == (True, 700, 300)
    assert "300" in words.standing_of(promise)


@override("en")
def test_standing_of_what_is_not_sold_yet_or_paused_says_so():
    promise, first = Promise(kind=FlightKind.SPONSORSHIP, share=30), days(3, 9)[0]
    begins = f"begins on {date_format(first, 'j F Y')}"
    assert [
        words.standing_of(promise, state=state, first_day=first)
        for state in (FlightState.DRAFT, FlightState.BOOKED, FlightState.PAUSED)
    ] == ["offer, not booked", begins, f"paused · {begins}"]


@override("en")
def test_standing_of_an_offer_that_was_dropped_owes_nothing():
    promise = Promise(kind=FlightKind.STANDARD, goal=1000, is_over=True)
    assert words.standing_of(promise, state=FlightState.STOPPED) == "stopped"


@override("en")
def test_standing_of_a_sponsorship_that_nobody_could_see_yet_names_no_rate():
    promise = Promise(kind=FlightKind.SPONSORSHIP, share=30)
    assert words.standing_of(promise) == "sold 30 %"


def test_flight_that_runs_owes_nothing_yet():
    flight = FlightFactory(kind=FlightKind.STANDARD, goal=1000)
    assert report_on(flight.campaign).flights[0].promise.owed == 0


def test_sponsorship_is_judged_by_its_share_of_all_views_of_its_part_of_the_placement():
    section, other = SectionFactory(), SectionFactory()
    flight = FlightFactory(share=50, sections=[section], device=Device.PHONE, days=days(-7, -1))
    hold(flight)
    count(creative_of(flight), 40, days_ago=3, section=section)
    count(None, 60, days_ago=3, section=section)
    # None of these could have been its own: another section, screen, placement, day.
    count(None, 999, days_ago=3, section=other)
    count(None, 999, days_ago=3, section=section, device=Device.DESKTOP)
    count(None, 999, days_ago=3, section=section, placement="article-top-2")
    count(None, 999, days_ago=0, section=section)
    line = report_on(flight.campaign).flights[0]
    assert (line.promise.whole, line.promise.given, line.promise.owed) == (100, 40.0, 10)
    assert line.shares == ((timezone.localdate() - datetime.timedelta(days=3), 40.0),)


def test_sponsorship_of_the_night_is_judged_by_the_views_of_the_night():
    flight = FlightFactory(share=100, from_hour=22, until_hour=4)
    hold(flight)
    count(creative_of(flight), 10, at=23)
    count(None, 10, at=3)
    count(None, 500, at=12)
    assert report_on(flight.campaign).flights[0].promise.whole == 20


def test_stopped_sponsorship_owes_nothing_for_the_days_that_it_gave_back():
    flight = FlightFactory(share=100, days=days(-7, 7))
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    hold(flight, until=yesterday)
    flight.state = FlightState.STOPPED
    flight.save(update_fields=["state"])
    count(creative_of(flight), 70, days_ago=3)
    count(None, 30, days_ago=3)
    # Of the day on which it was stopped: shown to some, held no more.
    count(creative_of(flight), 25, days_ago=1)
    count(None, 500, days_ago=1)
    promise = report_on(flight.campaign).flights[0].promise
    assert (promise.whole, promise.held, promise.delivered, promise.owed) == (100, 70, 95, 30)
    assert promise.given == 70.0


def test_sponsorship_is_not_judged_by_days_between_its_end_and_its_extension():
    flight = FlightFactory(share=50, days=days(-7, 7))
    today = timezone.localdate()
    hold(flight, until=today - datetime.timedelta(days=5))
    hold(flight, first=today - datetime.timedelta(days=1))
    for ago, views in ((6, 10), (3, 999), (1, 30)):
        count(None, views, days_ago=ago)
    assert report_on(flight.campaign).flights[0].promise.whole == 40


def test_sponsorship_of_two_sections_is_judged_by_each_view_once_and_by_none_outside():
    one, two = SectionFactory(), SectionFactory()
    flight = FlightFactory(
        share=50, sections=[one, two], placements=("article-top-1", "article-top-2")
    )
    hold(flight)
    for section, views in ((one, 10), (two, 20), (None, 400)):
        count(creative_of(flight), views, section=section)
        count(None, views, section=section)
    count(None, 5, section=two, placement="article-top-2")
    promise = report_on(flight.campaign).flights[0].promise
    assert (promise.whole, promise.held) == (65, 30)


def test_sponsorships_of_different_hours_are_judged_each_by_its_own():
    night = FlightFactory(share=50, from_hour=22, until_hour=4)
    morning = FlightFactory(share=50, from_hour=6, until_hour=10, campaign=night.campaign)
    always = FlightFactory(share=50, campaign=night.campaign, placements=("article-top-2",))
    for flight in (night, morning, always):
        hold(flight)
    for at, views in ((3, 1), (7, 20), (12, 300), (23, 4000)):
        count(None, views, at=at)
        count(None, views, at=at, placement="article-top-2")
    found = {line.id: line.promise.whole for line in report_on(night.campaign).flights}
    assert found == {night.pk: 4001, morning.pk: 20, always.pk: 4321}


def test_sponsorship_without_booked_days_has_no_promise_to_compare():
    flight = FlightFactory(share=50, days=days(-7, -1))
    count(creative_of(flight), 10, days_ago=3)
    line = report_on(flight.campaign).flights[0]
    assert (line.promise.whole, line.promise.given, line.promise.owed) == (0, None, 0)
    assert line.figures.viewable == 10


def test_discards_are_told_by_reason_in_words_and_by_creative():
    flight = FlightFactory(creatives=2)
    first, second = flight.creatives.order_by("pk")
    discard(first, "bot", 12)
    discard(second, "bot", 3)
    discard(second, "replay", 4)
    discard(None, "forged", 50)
    report = report_on(flight.campaign)
    assert [(reason, number) for reason, _label, number in report.discards] == [
        ("bot", 15),
        ("replay", 4),
    ]
    assert report.discarded == 19
    assert [dict(one.discards) for one in report.creatives] == [
        {"bot": 12},
        {"bot": 3, "replay": 4},
    ]


def test_alarm_where_more_than_a_fifth_of_the_views_were_clicked():
    flight = FlightFactory()
    count(creative_of(flight), 100, clicks=21)
    assert any("21" in line for line in words.alarms(report_on(flight.campaign)))


def test_no_alarm_below_a_fifth_or_below_a_hundred_views():
    flight = FlightFactory()
    count(creative_of(flight), 100, clicks=20)
    other = FlightFactory()
    count(creative_of(other), 99, clicks=99)
    assert words.alarms(report_on(flight.campaign)) == []
    assert words.alarms(report_on(other.campaign)) == []


def test_alarm_where_something_was_served_and_never_measured():
    flight = FlightFactory()
    count(creative_of(flight), 100, 0)
    assert len(words.alarms(report_on(flight.campaign))) == 2


def test_alarm_where_more_was_discarded_than_counted():
    flight = FlightFactory()
    count(creative_of(flight), 50)
    discard(creative_of(flight), "flood", 100)
    assert len(words.alarms(report_on(flight.campaign))) == 1


def test_report_says_when_it_was_last_counted():
    flight = FlightFactory()
    assert words.how_counted(report_on(flight.campaign))[-1] == _("Nothing has been counted yet.")
    count(creative_of(flight), 1, days_ago=1, at=14)
    report = report_on(flight.campaign)
    assert report.counted_at == hour(1, 15)
    assert "15.00 WITA" in words.how_counted(report)[-1]
    RolledHour.objects.create(hour=hour(1, 14), rolled_at=hour(0, 3))
    assert report_on(flight.campaign).counted_at == hour(0, 3)


def test_fingerprint_changes_with_the_figures_and_with_nothing_else():
    flight = FlightFactory()
    count(creative_of(flight), 10)
    before = report_on(flight.campaign).fingerprint
    later = timezone.now() + datetime.timedelta(seconds=5)
    assert report_on(flight.campaign, now=later).fingerprint == before
    count(creative_of(flight), 1, at=10)
    assert report_on(flight.campaign).fingerprint != before


@pytest.mark.parametrize("where", ["section", "device", "at"])
def test_fingerprint_changes_when_figures_move_to_another_section_screen_or_hour(where):
    flight, section = FlightFactory(), SectionFactory()
    count(creative_of(flight), 7)
    row = count(creative_of(flight), 10, at=11, section=section)
    count(creative_of(flight), 20, device=Device.DESKTOP)
    before = report_on(flight.campaign)
    moved = {
        "section": {"section": SectionFactory()},
        "device": {"device": Device.DESKTOP},
        "at": {"hour": hour(1, 12)},
    }[where]
    type(row).objects.filter(pk=row.pk).update(**moved)
    after = report_on(flight.campaign)
    assert (after.total, after.days) == (before.total, before.days)
    assert after.fingerprint != before.fingerprint


def test_default_period_is_the_flights_days_and_ends_today():
    flight = FlightFactory(days=days(-10, 20))
    flight.refresh_from_db()
    found = periods.of_flights([flight])
    today = timezone.localdate()
    assert found == Period(today - datetime.timedelta(days=10), today)


def test_default_period_of_an_open_house_flight_ends_today():
    house = FlightFactory(
        kind=FlightKind.HOUSE,
        days=(timezone.localdate() - datetime.timedelta(days=3), None),
        campaign__advertiser__is_house=True,
    )
    house.refresh_from_db()
    assert periods.of_flights([house]).last == timezone.localdate()


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "1; DROP TABLE ads_campaign",
        "' OR 1=1 --",
        "2026-W01-1",
        "20260101",
        "0001-01-01",
        "9999-12-31",
        "2026-01-01\x00",
        "٢٠٢٦-٠١-٠١",
        "kemarin",
        "x" * 5000,
    ],
)
def test_period_refuses_what_is_no_day_in_one_sentence(text):
    today = timezone.localdate()
    for first, last in ((text, ""), ("", text)):
        with pytest.raises(BadPeriod) as refusal:
            periods.read(first, last, Period(today, today))
        assert 0 < len(str(refusal.value)) < 120


def test_period_refuses_an_end_before_its_beginning_and_more_than_three_years():
    today = timezone.localdate()
    default = Period(today, today)
    with pytest.raises(BadPeriod):
        periods.read("2026-02-02", "2026-02-01", default)
    with pytest.raises(BadPeriod):
        periods.read("2020-01-01", "2026-02-01", default)


def test_stopped_flight_is_over_on_the_day_it_is_stopped():
    flight = FlightFactory(kind=FlightKind.STANDARD, goal=100)
    flight.state = FlightState.STOPPED
    flight.save(update_fields=["state"])
    assert report_on(flight.campaign).flights[0].promise.owed == 100


def test_offer_stands_in_no_report_and_owes_nothing():
    flight = FlightFactory(days=days(-3, 4))
    offer = FlightFactory(
        campaign=flight.campaign,
        booked=False,
        kind=FlightKind.STANDARD,
        goal=9000,
        days=days(-30, -20),
    )
    report = report_on(flight.campaign)
    assert [line.id for line in report.flights] == [flight.pk]
    assert report.period.first == flight.first_day
    (line,) = overview.lines([flight.campaign])
    assert [one.id for one in line.flights] == [flight.pk]
    assert line.first_day == flight.first_day
    offer.state = FlightState.BOOKED
    offer.save(update_fields=["state"])
    assert {one.promise.owed for one in report_on(flight.campaign).flights} == {9000, 0}


def test_paused_flight_owes_once_it_is_over_and_not_before():
    campaign = CampaignFactory()
    FlightFactory(campaign=campaign, kind=FlightKind.STANDARD, goal=100, days=days(-9, -1))
    FlightFactory(campaign=campaign, kind=FlightKind.STANDARD, goal=100, days=days(-8, 1))
    campaign.flights.update(state=FlightState.PAUSED)
    assert [line.promise.owed for line in report_on(campaign).flights] == [100, 0]


class TestBreakdowns(DjangoTestCase):
    """Hypothesis needs a transaction for each example."""

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 2**32), number=st.integers(0, 25))
    def test_every_breakdown_sums_to_the_same_total(self, seed, number):
        chance = random.Random(seed)
        campaign = CampaignFactory()
        creatives = [
            CreativeFactory(flight=FlightFactory(campaign=campaign, creatives=0), approved=True)
            for _step in range(2)
        ]
        sections = [None, SectionFactory(), SectionFactory()]
        expected = Figures()
        seen = set()
        for _step in range(number):
            served = chance.randint(0, 1000)
            measured = chance.randint(0, served)
            viewable = chance.randint(0, measured)
            clicks = chance.randint(0, viewable)
            where = {
                "days_ago": chance.randint(0, 6),
                "at": chance.randint(0, 23),
                "placement": chance.choice(["article-top-1", "article-top-2"]),
                "section": chance.choice(sections),
                "device": chance.choice(Device.values),
            }
            creative = chance.choice([*creatives, None])
            key = (creative, *where.values())
            if key in seen:
                continue
            seen.add(key)
            count(creative, served, measured, viewable, clicks, **where)
            if creative is not None:
                expected += Figures(served, measured, viewable, clicks)
        report = report_on(campaign)
        assert report.total == expected
        breakdowns = [
            [line.figures for line in report.flights],
            [line.figures for line in report.creatives],
            [line.figures for line in report.placements],
            [line.figures for line in report.sections],
            [line.figures for line in report.devices],
            [one for _day, one in report.days],
            [one for _hour, one in report.clock],
            [one for line in report.flights for _day, one in line.days],
        ]
        for parts in breakdowns:
            assert sum(parts, Figures()) == expected
