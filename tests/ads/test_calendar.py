"""The booking calendar: what is sold and free, in as many queries for three flights as for one."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from ads import booking, calendar
from ads.choices import FlightKind
from ads.inventory import Part
from ads.models import SilencePeriod
from tests.factories import SectionFactory

from .selling import ad_desk, counted, draft, today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def first_of(day):
    return day.replace(day=1)


def cell(day, key="article-top-1", part=Part()):  # noqa: B008 - it is frozen
    month = calendar.load(first_of(day), part)
    (row,) = [row for row in month.rows if row.day == day]
    return next(one for one in row.cells if one.placement.key == key)


def test_a_day_says_what_is_sold_free_and_whose():
    counted(200)
    seller = ad_desk()
    booking.book(flight := draft(1, 1, name="Pakan", share=40), by=seller)
    booking.book(draft(1, 1, kind=FlightKind.STANDARD, goal=60), by=seller)
    found = cell(today(1))
    assert (found.share_sold, found.free_share, found.views, found.free_views) == (40, 30, 200, 60)
    assert found.taken == 70
    mine = found.sold[0]
    assert (mine.flight, mine.name, mine.share) == (flight.pk, "Pakan", 40)
    assert cell(today(2)).sold == ()


def test_a_section_and_a_screen_have_their_own_figures():
    sea, sport = SectionFactory(), SectionFactory()
    booking.book(draft(1, 1, share=70, sections=[sea], device="phone"), by=ad_desk())
    assert cell(today(1)).free_share == 30
    assert cell(today(1), part=Part(frozenset({sea.pk}))).free_share == 30
    assert cell(today(1), part=Part(frozenset({sport.pk}))).free_share == 100
    assert cell(today(1), part=Part(device="desktop")).free_share == 100


def test_the_calendar_of_a_screen_has_its_placements_only():
    keys = [one.key for one in calendar.load(first_of(today()), Part(device="phone")).placements]
    assert "article-side" not in keys


def test_days_of_silence_are_named():
    SilencePeriod.objects.create(name="Masa tenang", days=(today(), today(1)))
    rows = {row.day: row.silence for row in calendar.load(first_of(today())).rows}
    assert rows[today()] == "Masa tenang"
    assert sum(bool(name) for name in rows.values()) == 1


@pytest.mark.parametrize(
    ("first", "length", "after"),
    [((2026, 12, 1), 31, (2027, 1, 1)), ((2028, 2, 1), 29, (2028, 3, 1))],
)
def test_a_month_has_its_days(first, length, after):
    month = calendar.load(datetime.date(*first))
    assert (len(month.rows), month.after) == (length, datetime.date(*after))


@pytest.mark.parametrize("number", [1, 3])
def test_the_calendar_asks_seven_times_however_many_flights(number, django_assert_num_queries):
    counted(1000)
    seller = ad_desk()
    for _number in range(number):
        booking.book(draft(0, 0, share=10), by=seller)
        booking.book(draft(0, 1, kind=FlightKind.STANDARD, goal=10), by=seller)
    with django_assert_num_queries(8):
        calendar.load(first_of(today()))


def test_the_page_links_from_a_free_day_to_a_new_flight(client):
    client.force_login(ad_desk())
    body = client.get(reverse("admin:ads_flight_calendar")).content.decode()
    day = today().isoformat()
    assert f"first_day={day}&amp;last_day={day}" in body
    address = f"{reverse('admin:ads_flight_add')}?placements=1&first_day={day}&last_day={day}"
    form = client.get(address).content.decode()
    assert form.count(f'value="{day}"') == 2


@pytest.mark.parametrize(
    "query",
    [
        "month=x",
        "month=2026-13",
        "month=9999-12",
        "section=x",
        "device=tv",
        "placement=%00",
        "month=2200-12",
    ],
)
def test_what_is_wrong_in_the_address_is_left_out(client, query):
    client.force_login(ad_desk())
    assert client.get(f"{reverse('admin:ads_flight_calendar')}?{query}").status_code == 200
