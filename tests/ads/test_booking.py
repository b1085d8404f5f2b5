"""Selling days: what is free can be sold once, what is not is refused with the figures."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from ads import booking, offer
from ads.choices import Deed, FlightKind, FlightState
from ads.models import Delivery, Flight, Placement, Record
from tests.factories import SectionFactory, StaffFactory

from .factories import AdvertiserFactory, CampaignFactory
from .selling import ad_desk, counted, draft, held, refused, sold, today

WITA = ZoneInfo("Asia/Makassar")


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def words(day: datetime.date) -> str:
    return offer.in_words(day)


# Booking


@pytest.mark.django_db
def test_booking_holds_the_share_on_each_day():
    flight = draft(1, 3)
    booking.book(flight, by=(seller := ad_desk()))
    assert flight.state == FlightState.BOOKED
    assert held(flight) == [("article-top-1", today(n), None, 60, 0) for n in (1, 2, 3)]
    assert [sold(today(n)) for n in range(5)] == [0, 60, 60, 60, 0]
    record = Record.objects.get()
    assert (record.deed, record.by, record.flight) == (Deed.BOOKED, seller, flight)
    assert record.advertiser == flight.campaign.advertiser
    assert record.changes["share"] == ["", "60%"]


@pytest.mark.django_db
def test_booking_beyond_the_whole_is_refused_with_the_day_and_what_is_free():
    seller = ad_desk()
    booking.book(draft(2, 3), by=seller)
    flight = draft(1, 3)
    assert refused(booking.book, flight, by=seller) == (
        f"story: Atas 1 on {words(today(2))}: 40 % free, 60 % wanted. 1 more day is short too."
    )
    flight.refresh_from_db()
    assert flight.state == FlightState.DRAFT
    assert held(flight) == []
    assert sold(today(1)) == 0


@pytest.mark.django_db
def test_booking_up_to_the_whole_goes():
    seller = ad_desk()
    booking.book(draft(1, 1, share=60), by=seller)
    booking.book(draft(1, 1, share=40), by=seller)
    assert sold(today(1)) == 100
    assert "0 % free, 1 % wanted" in refused(booking.book, draft(1, 1, share=1), by=seller)


@pytest.mark.django_db
def test_two_sections_are_two_inventories_and_the_whole_needs_both():
    seller = ad_desk()
    sea, sport = SectionFactory(), SectionFactory()
    booking.book(draft(1, 1, share=100, sections=[sea]), by=seller)
    booking.book(draft(1, 1, share=90, sections=[sport]), by=seller)
    assert sold(today(1)) == 100
    assert "10 % free" in refused(booking.book, draft(1, 1, share=11, sections=[sport]), by=seller)
    assert "0 % free" in refused(booking.book, draft(1, 1, share=1), by=seller)


@pytest.mark.django_db
def test_two_screens_are_two_inventories():
    seller = ad_desk()
    booking.book(draft(1, 1, share=100, device="phone"), by=seller)
    booking.book(draft(1, 1, share=70, device="desktop"), by=seller)
    assert "30 % free" in refused(booking.book, draft(1, 1, share=31, device="desktop"), by=seller)


@pytest.mark.django_db
def test_booking_holds_only_its_days_of_the_week():
    flight = draft(0, 13, weekdays=[today(2).isoweekday()])
    booking.book(flight, by=ad_desk())
    assert [row[1] for row in held(flight)] == [today(2), today(9)]


@pytest.mark.django_db
def test_days_that_have_begun_are_sold_from_today_on():
    flight = draft(-3, 1)
    booking.book(flight, by=ad_desk())
    assert [row[1] for row in held(flight)] == [today(), today(1)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"first": -3, "last": -1}, "These days are over"),
        ({"first": 0, "last": 366}, "A flight lasts 366 days at most; these are 367."),
        ({"placements": ()}, "Choose at least one placement."),
        (
            {"placements": ("article-side",), "device": "phone"},
            "story: Samping has no space on this kind of screen: phone.",
        ),
        ({"kind": FlightKind.HOUSE}, "House flights are our own"),
    ],
)
def test_booking_is_refused_with_the_reason(fields, told):
    flight = draft(**fields)
    assert told in refused(booking.book, flight, by=ad_desk())
    assert Flight.objects.get(pk=flight.pk).state == FlightState.DRAFT
    assert not Record.objects.exists()


@pytest.mark.django_db
def test_days_without_one_of_the_weekdays_are_refused():
    flight = draft(1, 2, weekdays=[today(4).isoweekday()])
    assert "None of its days of the week" in refused(booking.book, flight, by=ad_desk())


@pytest.mark.django_db
def test_a_placement_that_is_off_cannot_be_sold():
    Placement.objects.filter(key="article-top-1").update(is_on=False)
    told = refused(booking.book, draft(), by=ad_desk())
    assert told == "story: Atas 1 does not stand on the page now."


@pytest.mark.django_db
def test_the_front_page_is_not_sold_by_section():
    flight = draft(placements=["front-top"], sections=[SectionFactory()])
    assert "belongs to no section" in refused(booking.book, flight, by=ad_desk())


@pytest.mark.django_db
def test_archived_advertisers_cannot_buy():
    toko = AdvertiserFactory(name="Toko Lama", is_archived=True)
    flight = draft(campaign=CampaignFactory(advertiser=toko))
    assert refused(booking.book, flight, by=ad_desk()) == "Toko Lama is archived and cannot buy."


@pytest.mark.django_db
def test_ourselves_has_house_flights_only_and_an_open_one_holds_no_days():
    ours = CampaignFactory(advertiser=AdvertiserFactory(name="Kabar", is_house=True))
    seller = ad_desk()
    assert "house flights only" in refused(booking.book, draft(campaign=ours), by=seller)
    house = draft(campaign=ours, kind=FlightKind.HOUSE, days=(today(), None))
    booking.book(house, by=seller)
    assert (house.state, held(house)) == (FlightState.BOOKED, [])


@pytest.mark.django_db
def test_only_who_may_book_books():
    flight = draft()
    assert refused(booking.book, flight, by=StaffFactory()) == "Your role does not allow this."


@pytest.mark.django_db
def test_a_booked_flight_is_not_booked_again():
    seller, flight = ad_desk(), draft()
    booking.book(flight, by=seller)
    assert refused(booking.book, flight, by=seller) == (
        "The flight is “booked” now, so this cannot be done with it."
    )


# Views


@pytest.mark.django_db
def test_views_are_spread_over_the_days_and_add_up_exactly():
    counted(100)
    flight = draft(1, 3, kind=FlightKind.STANDARD, goal=200)
    booking.book(flight, by=ad_desk())
    assert sum(row[4] for row in held(flight)) == 200
    assert sorted(row[4] for row in held(flight)) == [66, 67, 67]
    assert sold(today(1)) == 0


@pytest.mark.django_db
def test_views_lie_where_the_forecast_has_them():
    sea, sport = SectionFactory(), SectionFactory()
    counted(300, section=sea)
    counted(100, section=sport)
    flight = draft(1, 1, kind=FlightKind.STANDARD, goal=100, sections=[sea, sport])
    booking.book(flight, by=ad_desk())
    assert {row[2]: row[4] for row in held(flight)} == {sea.pk: 75, sport.pk: 25}


@pytest.mark.django_db
def test_more_views_than_the_forecast_has_left_are_refused_with_both_figures():
    counted(1000)
    seller = ad_desk()
    booking.book(draft(1, 2, share=25), by=seller)
    booking.book(draft(1, 2, kind=FlightKind.STANDARD, goal=1000), by=seller)
    told = refused(booking.book, draft(1, 2, kind=FlightKind.STANDARD, goal=501), by=seller)
    assert told.startswith("501 views wanted, 500 free")
    booking.book(draft(1, 2, kind=FlightKind.STANDARD, goal=500), by=seller)


@pytest.mark.django_db
def test_a_share_leaves_the_views_that_were_sold_before():
    counted(100)
    seller = ad_desk()
    booking.book(draft(1, 1, kind=FlightKind.STANDARD, goal=70), by=seller)
    assert "30 % free, 60 % wanted" in refused(booking.book, draft(1, 1, share=60), by=seller)
    booking.book(draft(1, 1, share=30), by=seller)


@pytest.mark.django_db
def test_views_cannot_be_sold_before_any_was_counted():
    told = refused(booking.book, draft(kind=FlightKind.STANDARD, goal=10), by=ad_desk())
    assert told.startswith("Nothing is counted yet")
    assert "a share of the time can be sold now" in told


@pytest.mark.django_db
def test_a_flight_that_is_behind_needs_more_of_the_days_to_come():
    counted(100)
    seller = ad_desk()
    with time_machine.travel(_noon(-2), tick=False):
        booking.book(draft(0, 3, kind=FlightKind.STANDARD, goal=200), by=seller)
    # Two of its four days are over without one view: all 200 have to come on the other two.
    told = refused(booking.book, draft(1, 1, kind=FlightKind.STANDARD, goal=50), by=seller)
    assert told.startswith("50 views wanted, 0 free")


@pytest.mark.django_db
def test_of_today_only_what_is_left_can_be_sold():
    counted(240)
    with time_machine.travel(_noon().replace(hour=18), tick=False):
        flight = draft(0, 0, kind=FlightKind.STANDARD, goal=61)
        assert "61 views wanted, 60 free" in refused(booking.book, flight, by=ad_desk())


@pytest.mark.django_db
def test_hours_have_their_part_of_the_views_only():
    counted(240)
    fields = {"kind": FlightKind.STANDARD, "from_hour": 22, "until_hour": 4}
    told = refused(booking.book, draft(1, 1, goal=61, **fields), by=ad_desk())
    assert told.startswith("61 views wanted, 60 free")


def _noon(plus: int = 0) -> datetime.datetime:
    return datetime.datetime.combine(today(plus), datetime.time(12), tzinfo=WITA)


@pytest.mark.parametrize(
    ("goal", "weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (3, [0, 0], [2, 1]),
        (7, [5, 0, 2], [5, 0, 2]),
        (1, [1, 3], [0, 1]),
    ],
)
def test_a_goal_is_spread_in_whole_parts(goal, weights, parts):
    assert offer.spread(goal, weights) == parts


# Moves


@pytest.mark.django_db
def test_pausing_and_resuming_keep_the_days():
    seller, flight = ad_desk(), draft()
    booking.book(flight, by=seller)
    booking.pause(flight, by=seller)
    assert (flight.state, sold(today(1))) == (FlightState.PAUSED, 60)
    booking.resume(flight, by=seller)
    assert (flight.state, sold(today(1))) == (FlightState.BOOKED, 60)
    deeds = list(Record.objects.order_by("id").values_list("deed", flat=True))
    assert deeds == [Deed.BOOKED, Deed.PAUSED, Deed.RESUMED]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("move", "state"),
    [
        (booking.pause, "draft"),
        (booking.pause, "paused"),
        (booking.pause, "stopped"),
        (booking.resume, "draft"),
        (booking.resume, "booked"),
        (booking.resume, "stopped"),
        (booking.stop, "stopped"),
        (booking.book, "paused"),
        (booking.book, "stopped"),
    ],
)
def test_moves_that_do_not_fit_the_state_are_refused(move, state):
    flight = draft()
    Flight.objects.filter(pk=flight.pk).update(state=state)
    assert "so this cannot be done with it" in refused(move, flight, by=ad_desk())
    assert not Record.objects.exists()


@pytest.mark.django_db
def test_stopping_frees_today_and_what_is_to_come_and_keeps_what_was():
    seller = ad_desk()
    with time_machine.travel(_noon(-2), tick=False):
        booking.book(flight := draft(0, 4), by=seller)
    booking.stop(flight, by=seller, note="Toko tutup")
    assert [row[1] for row in held(flight)] == [today(-2), today(-1)]
    assert [sold(today(n)) for n in (-1, 0, 1)] == [60, 0, 0]
    assert Record.objects.filter(deed=Deed.STOPPED).get().note == "Toko tutup"


@pytest.mark.django_db
def test_an_offer_is_dropped_and_cannot_be_booked_any_more():
    seller, flight = ad_desk(), draft()
    booking.stop(flight, by=seller, note="Tidak jadi")
    assert flight.state == "stopped"
    assert Record.objects.get().note == "Tidak jadi"
    assert "so this cannot be done with it" in refused(booking.book, flight, by=seller)


@pytest.mark.django_db
def test_extending_holds_the_days_that_come_to_it():
    seller, flight = ad_desk(), draft(1, 2)
    booking.book(flight, by=seller)
    booking.change_days(flight, (today(1), today(5)), by=seller)
    assert [row[1] for row in held(flight)] == [today(n) for n in (1, 2, 3, 4)]
    assert flight.days.upper == today(5)
    assert Record.objects.first().changes == {
        "days": [
            f"{today(1):%Y-%m-%d} – {today(2):%Y-%m-%d}",
            f"{today(1):%Y-%m-%d} – {today(4):%Y-%m-%d}",
        ]
    }


@pytest.mark.django_db
def test_extending_into_what_is_sold_is_refused_and_changes_nothing():
    seller, flight = ad_desk(), draft(1, 2)
    booking.book(flight, by=seller)
    booking.book(draft(4, 4), by=seller)
    told = refused(booking.change_days, flight, (today(1), today(6)), by=seller)
    assert told == f"story: Atas 1 on {words(today(4))}: 40 % free, 60 % wanted."
    flight.refresh_from_db()
    assert flight.days.upper == today(3)
    assert sold(today(3)) == 0


@pytest.mark.django_db
def test_shortening_gives_days_back():
    seller, flight = ad_desk(), draft(1, 4)
    booking.book(flight, by=seller)
    booking.change_days(flight, (today(2), today(4)), by=seller)
    assert [sold(today(n)) for n in (1, 2, 3, 4)] == [0, 60, 60, 0]


@pytest.mark.django_db
def test_a_flight_is_extended_after_its_end():
    seller = ad_desk()
    with time_machine.travel(_noon(-5), tick=False):
        booking.book(flight := draft(0, 2), by=seller)
    booking.change_days(flight, (today(-5), today(2)), by=seller)
    assert [row[1] for row in held(flight)] == [today(n) for n in (-5, -4, -3, 0, 1)]


@pytest.mark.django_db
def test_what_has_begun_keeps_its_first_day():
    seller = ad_desk()
    with time_machine.travel(_noon(-2), tick=False):
        booking.book(flight := draft(0, 4), by=seller)
    told = refused(booking.change_days, flight, (today(-1), today(5)), by=seller)
    assert told == f"It began on {words(today(-2))}, and that stays."


@pytest.mark.django_db
def test_what_has_not_begun_cannot_begin_in_the_past():
    seller, flight = ad_desk(), draft(2, 4)
    booking.book(flight, by=seller)
    told = refused(booking.change_days, flight, (today(-1), today(5)), by=seller)
    assert told == f"{words(today(-1))} has passed."


@pytest.mark.django_db
def test_the_rest_of_a_standard_flight_is_spread_over_the_days_it_gets():
    counted(100)
    seller = ad_desk()
    with time_machine.travel(_noon(-5), tick=False):
        booking.book(flight := draft(0, 2, kind=FlightKind.STANDARD, goal=90), by=seller)
    Delivery.objects.create(flight=flight, served=80, viewable=50)
    booking.change_days(flight, (today(-5), today(3)), by=seller)
    coming = [row[4] for row in held(flight) if row[1] >= today()]
    assert (len(coming), sum(coming)) == (3, 40)


@pytest.mark.django_db
def test_a_goal_that_is_reached_is_not_extended():
    counted(100)
    seller, flight = ad_desk(), draft(0, 2, kind=FlightKind.STANDARD, goal=50)
    booking.book(flight, by=seller)
    Delivery.objects.create(flight=flight, served=80, viewable=50)
    told = refused(booking.change_days, flight, (today(), today(9)), by=seller)
    assert told == "The goal is reached: there is nothing left to show."


@pytest.mark.django_db
def test_shortening_a_standard_flight_needs_room_for_its_goal():
    counted(100)
    seller, flight = ad_desk(), draft(1, 4, kind=FlightKind.STANDARD, goal=300)
    booking.book(flight, by=seller)
    told = refused(booking.change_days, flight, (today(1), today(3)), by=seller)
    assert told.startswith("300 views wanted, 200 free")
    assert sum(row[4] for row in held(flight)) == 300


# Days of the publication's zone


@pytest.mark.django_db
def test_the_last_day_of_the_year_is_one_day_in_the_publications_zone():
    # 31 December 23.30 WITA is 15.30 UTC of the same day; 1 January 00.30 WITA still 31 December UTC.
    last = datetime.date(2026, 12, 31)
    one_day = (last, datetime.date(2027, 1, 1))
    seller = ad_desk()
    with time_machine.travel(datetime.datetime(2026, 12, 31, 23, 30, tzinfo=WITA), tick=False):
        booking.book(flight := draft(days=one_day), by=seller)
        assert [row[1] for row in held(flight)] == [last]
        late = draft(days=one_day, share=40)
    with time_machine.travel(datetime.datetime(2027, 1, 1, 0, 30, tzinfo=WITA), tick=False):
        assert "31 December 2026" in refused(booking.book, late, by=seller)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "after", "length"),
    [
        ((2026, 12, 1), (2026, 12, 2), 1),
        ((2026, 11, 30), (2026, 12, 2), 2),
        ((2027, 1, 31), (2027, 3, 1), 29),
        ((2026, 12, 1), (2027, 1, 1), 31),
    ],
)
def test_days_are_half_open_over_the_ends_of_months(first, after, length):
    with time_machine.travel(datetime.datetime(2026, 11, 20, 9, tzinfo=WITA), tick=False):
        flight = draft(days=(datetime.date(*first), datetime.date(*after)))
        booking.book(flight, by=ad_desk())
    rows = held(flight)
    assert (len(rows), rows[0][1]) == (length, datetime.date(*first))
