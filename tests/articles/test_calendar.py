"""What the calendar knows of what will be, on the publication's clock, and what clashes in it."""

import datetime

import pytest

from articles import calendar
from articles.choices import FrontSlot, Kind, Status
from articles.models import BreakingNews, FrontLayout, FrontPlacement
from tests.factories import ArticleFactory, PlaceFactory, StaffFactory, province

pytestmark = pytest.mark.django_db

# Ten in the morning of a Tuesday in the publication.
NOW = datetime.datetime(2026, 11, 24, 2, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def at_ten(time_machine, settings):
    settings.LANGUAGE_CODE = "en"
    time_machine.move_to(NOW, tick=False)


def layout(at, lead=None, **fields):
    made = FrontLayout.objects.create(starts_at=at, created_by=StaffFactory(), **fields)
    if lead is not None:
        FrontPlacement.objects.create(layout=made, slot=FrontSlot.LEAD, article=lead)
    return made


def said(start=NOW, end=NOW + DAY):
    return [(one.kind.key, one.title, one.time) for one in calendar.planned(start, end)]


def warnings(start=NOW, end=NOW + DAY):
    return [list(one.warnings) for one in calendar.planned(start, end)]


def test_everything_that_will_be_stands_in_its_order():
    ArticleFactory(headline="Out", is_scheduled=True, publish_at=NOW + 2 * HOUR)
    ArticleFactory(headline="Held", not_before=NOW + HOUR)
    ends = ArticleFactory(headline="Ends", is_public=True, unpublish_at=NOW + 4 * HOUR)
    layout(NOW + 3 * HOUR, ends)
    BreakingNews.objects.create(
        text="Gempa", starts_at=NOW - HOUR, ends_at=NOW + 5 * HOUR, created_by=StaffFactory()
    )
    assert said() == [
        ("embargo", "Held", "11.00 WITA"),
        ("out", "Out", "12.00 WITA"),
        ("front", "Ends", "13.00 WITA"),
        ("end", "Ends", "14.00 WITA"),
        ("breaking", "Gempa", "15.00 WITA"),
    ]


def test_what_is_past_given_up_or_of_a_copy_is_not_planned():
    story = ArticleFactory(is_public=True)
    ArticleFactory(changes_to=story, headline="Copy", slug="copy")
    ArticleFactory(is_withdrawn=True, unpublish_at=NOW + HOUR)
    layout(NOW - HOUR, story)
    layout(NOW + HOUR, story, is_cancelled=True, cancelled_by=StaffFactory())
    BreakingNews.objects.create(
        text="Lama", starts_at=NOW - 2 * HOUR, ends_at=NOW - HOUR, created_by=StaffFactory()
    )
    by = StaffFactory()
    BreakingNews.objects.create(
        text="Diturunkan",
        starts_at=NOW - 2 * HOUR,
        ends_at=NOW + HOUR,
        created_by=by,
        ended_at=NOW - HOUR,
        ended_by=by,
    )
    assert said(NOW - DAY) == []


def test_a_scheduled_story_stands_once_though_it_was_under_embargo():
    at = NOW + HOUR
    ArticleFactory(headline="Out", is_scheduled=True, publish_at=at, not_before=at)
    assert said() == [("out", "Out", "11.00 WITA")]


def test_days_are_the_publications_and_the_clock_of_the_place_stands_beside():
    ambon = PlaceFactory(name="Ambon", parent=province("81"))
    # Half past midnight in Ambon is still the evening before in the publication.
    at = datetime.datetime(2026, 11, 25, 15, 30, tzinfo=datetime.UTC)
    ArticleFactory(headline="Malam", is_scheduled=True, publish_at=at, place=ambon)
    month = calendar.month_of(datetime.date(2026, 11, 1))
    found = {day.date.day: day.planned for day in month.days if day.planned}
    assert list(found) == [25]
    (one,) = found[25]
    assert (one.time, one.time_there) == ("23.30 WITA", "00.30 WIT")
    assert calendar.day_of(datetime.date(2026, 11, 25)).planned == [one]


def test_place_with_the_publications_clock_is_not_said_twice():
    ArticleFactory(is_scheduled=True, publish_at=NOW + HOUR, place=province("73"))
    (one,) = calendar.planned(NOW, NOW + DAY)
    assert one.time_there == ""


def test_a_month_knows_its_days_and_what_came_out():
    ArticleFactory(is_public=True, publish_at=NOW - HOUR)
    ArticleFactory(is_over=True)
    # The last second of the day on the publication's clock, and the first.
    for hour, minute in ((15, 59), (16, 0)):
        at = datetime.datetime(2026, 11, 22, hour, minute, tzinfo=datetime.UTC)
        ArticleFactory(is_public=True, publish_at=at)
    month = calendar.month_of(datetime.date(2026, 11, 1))
    assert (len(month.days), month.blank_days) == (30, 6)
    assert [(day.date.day, day.came_out) for day in month.days if day.came_out] == [
        (22, 1),
        (23, 1),
        (24, 1),
    ]
    assert [day.date.day for day in month.days if day.is_today] == [24]
    assert [day.date.day for day in month.days if day.is_past][-1] == 23


@pytest.mark.parametrize("first", [datetime.date(2028, 2, 1), datetime.date(2026, 12, 1)])
def test_leap_february_and_december_are_whole(first):
    days = [day.date for day in calendar.month_of(first).days]
    assert days[-1] == {2: datetime.date(2028, 2, 29), 12: datetime.date(2026, 12, 31)}[first.month]


@pytest.mark.parametrize(("minutes", "clashes"), [(0, True), (29, True), (30, False)])
def test_two_leads_in_one_slot_are_warned_of_on_both(minutes, clashes):
    one, other = (ArticleFactory(is_public=True, headline=name) for name in ("Satu", "Dua"))
    layout(NOW + HOUR, one)
    layout(NOW + HOUR + datetime.timedelta(minutes=minutes), other)
    later = f"11.{minutes:02} WITA"
    expected = [
        [f"Another story leads from {later}: “Dua”."],
        ["Another story leads only since 11.00 WITA: “Satu”."],
    ]
    found = {one.title: list(one.warnings) for one in calendar.planned(NOW, NOW + DAY)}
    assert [found["Satu"], found["Dua"]] == (expected if clashes else [[], []])


def test_the_same_lead_twice_and_one_that_follows_the_day_after_are_no_clash():
    one, other = (ArticleFactory(is_public=True) for _ in range(2))
    layout(NOW + HOUR, one)
    layout(NOW + HOUR, one)
    layout(NOW + DAY, other)
    assert warnings(end=NOW + 2 * DAY) == [[], [], []]


def test_a_clash_is_seen_across_the_edge_of_what_is_asked():
    one, other = (ArticleFactory(is_public=True) for _ in range(2))
    edge = NOW + 2 * HOUR
    layout(edge - datetime.timedelta(minutes=10), one)
    layout(edge, other)
    assert len(warnings(end=edge)[0]) == len(warnings(edge)[0]) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"status": Status.APPROVED},
            "The story is not public by then (approved, not scheduled).",
        ),
        (
            {"is_scheduled": True, "publish_at": NOW + 2 * HOUR},
            "The story is not public by then (comes out 12.00 WITA).",
        ),
        (
            {"is_public": True, "unpublish_at": NOW + HOUR},
            "The time of this story is over by then.",
        ),
        (
            {"is_public": True, "kind": Kind.PAID, "sponsor": "PT Griya"},
            "This story cannot lead: somebody paid for it.",
        ),
        ({"is_scheduled": True, "publish_at": NOW + HOUR}, None),
        ({"is_public": True}, None),
    ],
)
def test_a_lead_that_will_not_stand_there_is_warned_of(fields, sentence):
    layout(NOW + HOUR, ArticleFactory(**fields))
    front = [one for one in calendar.planned(NOW, NOW + DAY) if one.kind is calendar.Kind.FRONT]
    assert list(front[0].warnings) == ([sentence] if sentence else [])


def test_an_embargo_that_is_over_is_warned_of_until_the_story_is_out():
    story = ArticleFactory(headline="Terlambat", not_before=NOW - HOUR)
    assert warnings(NOW - DAY) == [["The embargo is over and the story is not out."]]
    type(story).objects.filter(pk=story.pk).update(
        status=Status.PUBLISHED, publish_at=NOW - HOUR / 2, published_on=NOW.date()
    )
    assert warnings(NOW - DAY) == []


@pytest.mark.parametrize("number", [1, 3])
def test_a_month_takes_the_same_queries_for_one_of_each_and_for_three(
    number, django_assert_num_queries
):
    for hours in range(1, number + 1):
        place = PlaceFactory(parent=province("81"))
        at = NOW + hours * HOUR
        story = ArticleFactory(is_scheduled=True, publish_at=at, place=place)
        ArticleFactory(not_before=at, unpublish_at=at + HOUR, place=place)
        layout(at, story)
        BreakingNews.objects.create(
            text="Kilas", starts_at=NOW, ends_at=at, created_by=story.created_by or StaffFactory()
        )
    with django_assert_num_queries(5):
        month = calendar.month_of(datetime.date(2026, 11, 1))
        assert {one.time_there for day in month.days for one in day.planned} - {""}
        assert str(month.warnings)
