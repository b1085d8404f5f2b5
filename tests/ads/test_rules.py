"""What the database refuses, whoever writes."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from ads.choices import CreativeState, Deed, FlightKind, FlightState
from ads.models import (
    Advertiser,
    BookedDay,
    Campaign,
    Creative,
    Delivery,
    Flight,
    HourCount,
    PaidStory,
    Placement,
    PlacementDay,
    Record,
    ReportLink,
)
from tests.factories import ArticleFactory, SectionFactory, StaffFactory

from .factories import AdvertiserFactory, CampaignFactory, CreativeFactory, FlightFactory, days

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 12, 31)


def refused(change) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        change()
    return str(caught.value)


def hold(share: int, *, section=None, device="", day=DAY, key="article-top-1") -> BookedDay:
    flight = FlightFactory(share=max(share, 1))
    return BookedDay.objects.create(
        flight=flight,
        placement=Placement.objects.get(key=key),
        day=day,
        share=share,
        section=section,
        device=device,
    )


def sold(day=DAY, key="article-top-1") -> int:
    return PlacementDay.objects.get(placement__key=key, day=day).share_sold


def test_the_whole_of_a_placement_can_be_sold_and_not_more():
    hold(60)
    hold(40)
    assert sold() == 100
    assert "ads_placementday_not_oversold" in refused(lambda: hold(1))
    assert sold() == 100


def test_a_day_that_is_given_back_can_be_sold_again():
    first = hold(100)
    first.delete()
    assert sold() == 0
    hold(100)


def test_other_days_and_placements_are_other_things():
    hold(100)
    hold(100, day=DAY + datetime.timedelta(days=1))
    hold(100, key="article-top-2")
    assert sold() == 100


def test_two_sections_are_sold_apart_and_the_whole_counts_in_each():
    politics, economy = SectionFactory(), SectionFactory()
    hold(70, section=politics)
    hold(70, section=economy)
    hold(30)
    assert sold() == 100
    assert "not_oversold" in refused(lambda: hold(1))
    assert "not_oversold" in refused(lambda: hold(1, section=politics))


def test_phones_and_wide_screens_are_sold_apart():
    hold(100, device="phone")
    hold(60, device="desktop")
    assert "not_oversold" in refused(lambda: hold(50, device="desktop"))
    assert "not_oversold" in refused(lambda: hold(1))


@pytest.mark.django_db(transaction=True)
def test_two_who_sell_the_same_share_at_the_same_moment_cannot_both():
    flights = [FlightFactory(share=60), FlightFactory(share=60)]
    placement = Placement.objects.get(key="article-top-1")
    together, results = threading.Barrier(2), []

    def sell(flight: Flight) -> None:
        together.wait()
        try:
            BookedDay.objects.create(flight=flight, placement=placement, day=DAY, share=60)
            results.append("sold")
        except IntegrityError:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=sell, args=[flight]) for flight in flights]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["refused", "sold"]
    assert sold() == 60


def a_row_about_money(model):
    flight = FlightFactory()
    if model is Delivery:
        return Delivery.objects.create(flight=flight)
    if model is ReportLink:
        return ReportLink.objects.create(advertiser=flight.campaign.advertiser, key="k")
    if model is Record:
        return Record.objects.create(deed=Deed.CREATED, advertiser=flight.campaign.advertiser)
    if model is Creative:
        return CreativeFactory(flight=flight)
    return {Flight: flight, Campaign: CampaignFactory(), Advertiser: AdvertiserFactory()}[model]


@pytest.mark.parametrize(
    "model", [Advertiser, Campaign, Flight, Creative, ReportLink, Record, Delivery]
)
def test_a_row_about_money_is_not_deleted(model):
    row = a_row_about_money(model)
    message = refused(lambda: model.objects.filter(pk=row.pk)._raw_delete(using="default"))
    assert message.startswith("Rows about money are kept")
    with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
        row.delete()


def test_a_record_stays_as_it_was_written():
    record = a_row_about_money(Record)
    assert "A record stays" in refused(lambda: Record.objects.filter(pk=record.pk).update(note="x"))


def test_a_creative_a_flight_and_a_campaign_stay_where_they_are():
    creative = CreativeFactory()
    other = FlightFactory()
    for row, change in [
        (creative, {"flight": other}),
        (creative.flight, {"campaign": other.campaign}),
        (creative.flight.campaign, {"advertiser": other.campaign.advertiser}),
    ]:
        rows = type(row).objects.filter(pk=row.pk)
        assert "It stays where it is" in refused(
            lambda rows=rows, change=change: rows.update(**change)
        )


@pytest.mark.parametrize(
    "change",
    [
        {"share": 31},
        {"kind": FlightKind.HOUSE, "share": None},
        {"device": "phone"},
        {"weekdays": [1]},
        {"from_hour": 6, "until_hour": 9},
        {"state": FlightState.DRAFT},
    ],
)
def test_what_was_sold_stays_as_it_was_sold(change):
    flight = FlightFactory(share=30)
    message = refused(lambda: Flight.objects.filter(pk=flight.pk).update(**change))
    assert message.startswith("What was sold stays as it was sold")


def test_the_targets_of_what_was_sold_stay_too():
    flight = FlightFactory()
    assert "as it was sold" in refused(lambda: flight.sections.add(SectionFactory()))
    assert "as it was sold" in refused(lambda: flight.placements.clear())


def test_an_offer_can_be_changed():
    flight = FlightFactory(booked=False)
    section = SectionFactory()
    flight.sections.add(section)
    Flight.objects.filter(pk=flight.pk).update(share=12, weekdays=[1, 7])
    flight.refresh_from_db()
    assert (flight.share, flight.weekdays, [*flight.sections.all()]) == (12, [1, 7], [section])


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("sells_one_thing", {"share": 0}),
        ("sells_one_thing", {"share": 101}),
        ("sells_one_thing", {"share": None}),
        ("sells_one_thing", {"kind": FlightKind.STANDARD, "share": None, "goal": 0}),
        ("sells_one_thing", {"kind": FlightKind.STANDARD, "share": 10, "goal": 10}),
        ("sells_one_thing", {"kind": FlightKind.HOUSE, "share": 10}),
        ("days_whole", {"days": (DAY, None)}),
        ("days_whole", {"days": (None, DAY)}),
        ("days_whole", {"days": (DAY, DAY)}),
        ("priority_range", {"priority": 0}),
        ("priority_range", {"priority": 10}),
        ("device_known", {"device": "watch"}),
        ("weekdays_known", {"weekdays": [0]}),
        ("weekdays_known", {"weekdays": [8]}),
        ("hours_whole", {"from_hour": 6}),
        ("hours_whole", {"from_hour": 6, "until_hour": 6}),
        ("hours_whole", {"from_hour": 6, "until_hour": 25}),
        ("cap_positive", {"cap_per_day": 0}),
    ],
)
def test_a_flight_that_makes_no_sense_is_refused(constraint, values):
    assert f"ads_flight_{constraint}" in refused(lambda: FlightFactory(**values))


def test_a_house_flight_may_stay_open():
    flight = FlightFactory(kind=FlightKind.HOUSE, days=(DAY, None))
    assert flight.last_day is None


@pytest.mark.parametrize(
    "link",
    [
        "http://toko.example/",
        "javascript:alert(1)",
        "https:/toko.example",
        "https://",
        "https://toko",
        "https://user@toko.example/",
        "https://user:word@toko.example/",
        "https://toko.example\\@evil.example/",
        "https://toko.example/ x",
        "https://toko.example/\r\nSet-Cookie: a=b",
        "https://toko.example/\x00",
        "//toko.example/",
        "https://TOKO.example/",
        "https://toko.example:port/",
        "https://toko.example/é",
        "https://192.168.1.1/",
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "https://127.1:8443/",
        "https://0x7f.0x1/",
        "",
    ],
)
def test_a_creative_leads_to_one_plain_https_address(link):
    if "\x00" in link:
        with pytest.raises(DataError, match="NUL"), transaction.atomic():
            CreativeFactory(link=link)
        return
    assert "ads_creative_link_https" in refused(lambda: CreativeFactory(link=link))


@pytest.mark.parametrize(
    "link",
    [
        "https://toko.example",
        "https://toko.example/pakan?asal=kabar&x=1#atas",
        "https://wa.me/6281200000000?text=Halo%20toko",
        "https://xn--kpa-3ma.example:8443/a/b",
        "https://toko.xn--p1ai:8443/",
        "https://24.7toko.co.id",
    ],
)
def test_ordinary_addresses_are_taken(link):
    assert Creative.objects.get(pk=CreativeFactory(link=link).pk).link == link


@pytest.mark.parametrize(
    "change",
    [
        {"headline": "Lain"},
        {"words": "Lain"},
        {"link": "https://lain.example/"},
        {"alt_text": "Lain"},
    ],
)
def test_what_was_approved_cannot_change_and_stay_approved(change):
    creative = CreativeFactory(approved=True)
    rows = Creative.objects.filter(pk=creative.pk)
    assert "approved_as_it_is" in refused(lambda: rows.update(**change))
    rows.update(**change, state=CreativeState.DRAFT)


def test_a_picture_cannot_be_approved_before_there_is_one():
    creative = CreativeFactory(kind="image")
    rows = Creative.objects.filter(pk=creative.pk)
    digest = rows.get().digest
    change = {"state": CreativeState.APPROVED, "approved_digest": digest}
    assert "approved_has_image" in refused(lambda: rows.update(**change))


@pytest.mark.parametrize(
    "counts",
    [
        {"clicks": 1},
        {"served": 2, "measured": 1, "viewable": 2},
        {"served": 1, "measured": 2},
    ],
)
def test_an_hour_cannot_say_more_clicks_than_views_or_more_views_than_showings(counts):
    row = {"served": 0, "measured": 0, "viewable": 0, "clicks": 0} | counts
    placement = Placement.objects.get(key="article-top-1")
    hour = datetime.datetime(2026, 12, 1, 3, tzinfo=datetime.UTC)
    make = HourCount.objects.create
    assert "ads_hourcount_funnel" in refused(
        lambda: make(placement=placement, hour=hour, device="phone", **row)
    )


def test_an_hour_is_kept_once_also_where_nothing_was_sold():
    row = {"served": 1, "measured": 0, "viewable": 0, "clicks": 0, "device": "phone"}
    row["placement"] = Placement.objects.get(key="article-top-1")
    row["hour"] = datetime.datetime(2026, 12, 1, 3, tzinfo=datetime.UTC)
    HourCount.objects.create(**row)
    assert "ads_hourcount_once" in refused(lambda: HourCount.objects.create(**row))


def test_an_event_is_kept_once_and_falls_into_the_partition_of_its_day():
    with connection.cursor() as cursor:
        cursor.execute("SELECT ads_make_partition('2026-12-31'), ads_make_partition('2026-12-31')")
        insert = (
            "INSERT INTO ads_event (day, showing, kind, at, placement_id, device) VALUES "
            "('2026-12-31', '00000000-0000-0000-0000-000000000001', 's', now(), 1, 'phone') "
            "ON CONFLICT DO NOTHING"
        )
        cursor.execute(insert)
        cursor.execute(insert)
        cursor.execute("SELECT count(*) FROM ads_event_20261231")
        assert cursor.fetchone() == (1,)


def test_a_link_is_revoked_by_somebody():
    advertiser = AdvertiserFactory()
    link = ReportLink.objects.create(advertiser=advertiser, key="x" * 43)
    rows = ReportLink.objects.filter(pk=link.pk)
    at = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
    assert "revoked_by_somebody" in refused(lambda: rows.update(revoked_at=at))
    rows.update(revoked_at=at, revoked_by=StaffFactory())


def test_the_factory_books_from_a_week_ago_to_a_week_ahead():
    first, after = days()
    assert (after - first).days == 14


def test_days_that_are_over_are_kept_and_coming_ones_are_given_back():
    today = datetime.datetime.now(datetime.UTC).date()
    over = hold(10, day=today - datetime.timedelta(days=3))
    assert "Rows about money are kept" in refused(over.delete)
    hold(10, day=today).delete()
    assert BookedDay.objects.get() == over


def test_who_paid_for_a_story_is_kept():
    story = PaidStory.objects.create(
        article=ArticleFactory(kind="paid"), campaign=CampaignFactory()
    )
    assert "Rows about money are kept" in refused(story.delete)
    PaidStory.objects.update(campaign=CampaignFactory())


@pytest.mark.django_db(transaction=True)
def test_a_flight_is_not_booked_while_its_placements_are_taken_away():
    flight, results = FlightFactory(booked=False, share=60), []

    def book() -> None:
        try:
            Flight.objects.filter(pk=flight.pk).update(state=FlightState.BOOKED)
            results.append(flight.placements.count())
        finally:
            connection.close()

    other = threading.Thread(target=book)
    with transaction.atomic():
        flight.placements.clear()
        other.start()
        # Without the lock it is booked by now, with placements that are gone afterwards.
        other.join(1)
        assert results == []
    other.join()
    assert results == [0]
