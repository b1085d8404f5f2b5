"""A sale beyond the forecast is refused also where hours, tags, places or one page narrow it."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from ads import booking, forecast, pacing, snapshot
from ads.choices import FlightKind, FlightState
from ads.models import BookedDay, Flight
from articles.models import ArticleViews
from tests.factories import ArticleFactory, PlaceFactory, SectionFactory, TagFactory

from .selling import DAY, ad_desk, counted, draft, today
from .test_booking import refused

pytestmark = pytest.mark.django_db
STANDARD = FlightKind.STANDARD
EVENING = {"kind": STANDARD, "from_hour": 18, "until_hour": 20}


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def read(article, views: int, days_ago: int = 1) -> None:
    """So many page views of a story on a day."""
    hour = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)
    ArticleViews.objects.create(article=article, hour=hour - days_ago * DAY, views=views)


# Hours


def test_eight_flights_of_the_same_two_hours_cannot_all_have_them():
    counted(2400)
    seller = ad_desk()
    booking.book(draft(1, 1, goal=200, **EVENING), by=seller)
    for _number in range(7):
        told = refused(booking.book, draft(1, 1, goal=200, **EVENING), by=seller)
        assert told.startswith("200 views wanted, 0 free")
    assert Flight.objects.filter(state=FlightState.BOOKED).count() == 1


def test_hours_that_overlap_share_their_views_and_others_do_not():
    counted(2400)
    seller = ad_desk()
    booking.book(draft(1, 1, goal=150, **EVENING), by=seller)
    later = {"kind": STANDARD, "from_hour": 19, "until_hour": 21}
    told = refused(booking.book, draft(1, 1, goal=51, **later), by=seller)
    assert told.startswith("51 views wanted, 50 free")
    booking.book(draft(1, 1, goal=200, kind=STANDARD, from_hour=20, until_hour=22), by=seller)


def test_the_whole_day_and_shares_take_their_part_of_the_hours():
    counted(2400)
    seller = ad_desk()
    booking.book(draft(1, 1, kind=STANDARD, goal=1200), by=seller)
    booking.book(draft(1, 1, share=25), by=seller)
    told = refused(booking.book, draft(1, 1, goal=51, **EVENING), by=seller)
    assert told.startswith("51 views wanted, 50 free")
    booking.book(draft(1, 1, goal=50, **EVENING), by=seller)


# Tags and places


def test_tags_have_their_part_of_the_views_only():
    counted(1000)
    sea = TagFactory(name="laut")
    read(ArticleFactory(is_public=True, tags=["laut"]), 30)
    read(ArticleFactory(is_public=True), 70, days_ago=28)
    read(ArticleFactory(is_public=True), 900, days_ago=29)
    seller = ad_desk()
    wanted = {"kind": STANDARD, "tags": [sea]}
    told = refused(booking.book, draft(1, 1, goal=301, **wanted), by=seller)
    assert told.startswith("301 views wanted, 300 free")
    booking.book(draft(1, 1, goal=200, **wanted), by=seller)
    told = refused(booking.book, draft(1, 1, goal=101, **wanted), by=seller)
    assert told.startswith("101 views wanted, 100 free")


def test_a_protected_story_has_no_tags_to_sell():
    counted(1000)
    sea = TagFactory(name="laut")
    read(ArticleFactory(is_public=True, tags=["laut"], is_identity_protected=True), 100)
    flight = draft(1, 1, kind=STANDARD, goal=1, tags=[sea])
    assert "was read in the last 28 days" in refused(booking.book, flight, by=ad_desk())


def test_places_have_the_views_of_stories_from_there_and_within():
    counted(1000)
    province = PlaceFactory()
    regency = PlaceFactory(parent=province)
    read(ArticleFactory(is_public=True, place=regency), 20)
    read(ArticleFactory(is_public=True), 80)
    seller = ad_desk()
    told = refused(booking.book, draft(1, 1, kind=STANDARD, goal=201, places=[province]), by=seller)
    assert told.startswith("201 views wanted, 200 free")
    booking.book(draft(1, 1, kind=STANDARD, goal=200, places=[regency]), by=seller)
    told = refused(booking.book, draft(1, 1, kind=STANDARD, goal=1, places=[province]), by=seller)
    assert told.startswith("1 views wanted, 0 free")


def test_in_sections_the_part_is_of_their_stories():
    sport = SectionFactory()
    counted(1000, section=sport)
    sea = TagFactory(name="laut")
    read(ArticleFactory(is_public=True, tags=["laut"], section=sport), 50)
    read(ArticleFactory(is_public=True, section=sport), 50)
    read(ArticleFactory(is_public=True), 900)
    flight = draft(1, 1, kind=STANDARD, goal=501, tags=[sea], sections=[sport])
    assert refused(booking.book, flight, by=ad_desk()).startswith("501 views wanted, 500 free")


def test_what_nobody_read_is_not_promised_and_lists_have_no_tags():
    counted(1000)
    counted(1000, placement="front-top")
    sea = TagFactory(name="laut")
    seller = ad_desk()
    told = refused(booking.book, draft(1, 1, kind=STANDARD, goal=1, tags=[sea]), by=seller)
    assert told == (
        "No story with these tags or from these places was read in the last 28 days, so no views "
        "of them can be promised."
    )
    read(ArticleFactory(is_public=True, tags=["laut"]), 10)
    front = draft(1, 1, kind=STANDARD, goal=1, tags=[sea], placements=["front-top"])
    assert refused(booking.book, front, by=seller).startswith("1 views wanted, 0 free")


def test_a_goal_of_tagged_views_is_paced_by_the_views_that_there_are():
    counted(6000)
    sea = TagFactory(name="laut")
    read(ArticleFactory(is_public=True, tags=["laut"]), 10)
    read(ArticleFactory(is_public=True), 20)
    flight = draft(1, 3, kind=STANDARD, goal=3000, tags=[sea])
    booking.book(flight, by=ad_desk())
    (facts,) = snapshot.facts_of(Flight.objects.filter(pk=flight.pk))
    known, slots = forecast.load(today()), snapshot.standing()
    assert facts.page_part == pytest.approx(1 / 3)
    coming = pacing.expected_views(facts, slots, known, facts.starts_at, facts.ends_at)
    assert coming == pytest.approx(6000)
    assert pacing.need(facts, slots, known, facts.starts_at) == pytest.approx(0.5)
    noon = facts.starts_at + datetime.timedelta(hours=36)
    assert pacing.course(facts, slots, known, noon)[1] == 1500


def test_parts_of_all_targeted_flights_are_one_query(django_assert_num_queries):
    sea = TagFactory(name="laut")
    read(ArticleFactory(is_public=True, tags=["laut"]), 10)
    flights = [draft(1, 3, kind=STANDARD, goal=9, tags=[sea]).pk for _number in range(3)]
    for some in (flights[:1], flights):
        with django_assert_num_queries(1):
            assert forecast.page_parts(some, today()) == dict.fromkeys(some, 1.0)
    with django_assert_num_queries(0):
        assert forecast.page_parts([], today()) == {}


# Several placements of one page


def test_placements_of_one_page_have_the_views_of_the_largest():
    counted(1000)
    counted(600, placement="article-top-2")
    seller = ad_desk()
    both = {"kind": STANDARD, "placements": ["article-top-1", "article-top-2"]}
    told = refused(booking.book, draft(1, 1, goal=1001, **both), by=seller)
    assert told.startswith("1,001 views wanted, 1,000 free")
    flight = draft(1, 1, goal=1000, **both)
    booking.book(flight, by=seller)
    held = BookedDay.objects.filter(flight=flight).values_list("placement__key", "views")
    assert dict(held) == {"article-top-1": 625, "article-top-2": 375}
    (facts,) = snapshot.facts_of(Flight.objects.filter(pk=flight.pk))
    known, slots = forecast.load(today()), snapshot.standing()
    assert pacing.expected_views(facts, slots, known, facts.starts_at, facts.ends_at) == 1000


def test_placements_of_two_pages_add_up():
    counted(1000)
    counted(600, placement="front-top")
    flight = draft(1, 1, kind=STANDARD, goal=1600, placements=["article-top-1", "front-top"])
    booking.book(flight, by=ad_desk())
    held = BookedDay.objects.filter(flight=flight).values_list("placement__key", "views")
    assert dict(held) == {"article-top-1": 1000, "front-top": 600}
