"""Hours out of events: what counts as what, and that the figures are the same however they are made."""

from __future__ import annotations

import datetime
import io
import uuid
from collections import Counter, defaultdict

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from procrastinate.contrib.django import app

from ads import events, partitions, roll_up, tasks
from ads.choices import EventKind
from ads.models import Creative, Delivery, Discard, Event, HourCount, RolledHour
from articles.models import ArticleViews
from tests.factories import ArticleFactory, SectionFactory

from .beacons import local, placement
from .factories import FlightFactory

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
NOON = local(2026, 12, 31, 12)


@pytest.fixture
def top() -> int:
    partitions.make([NOON.date(), NOON.date() + DAY])
    return placement()


@pytest.fixture
def creative() -> Creative:
    return FlightFactory().creatives.get()


def showing(
    kinds: str,
    where: int | None,
    creative: int | None = None,
    *,
    at: datetime.datetime = NOON,
    section: int | None = None,
    article: int | None = None,
    device: str = "phone",
) -> None:
    """The events of a new showing, or of a page view, as if a browser had told them."""
    number = uuid.uuid4()
    rows = [
        events.Row(
            EventKind(kind),
            number,
            int(at.timestamp()),
            where,
            creative,
            article,
            section,
            device,
        )
        for kind in kinds
    ]
    assert not events.record(rows, Counter(), at.timestamp())


def figures() -> list[tuple]:
    rows = HourCount.objects.order_by("hour", "placement_id", "creative_id", "section_id", "device")
    return list(
        rows.values_list(
            *("hour", "placement", "creative", "section", "device"),
            *("served", "measured", "viewable", "clicks"),
        )
    )


@pytest.mark.django_db
class TestRules:
    @pytest.mark.parametrize(
        ("kinds", "counted", "discarded"),
        [
            ("s", (1, 0, 0, 0), {}),
            ("sm", (1, 1, 0, 0), {}),
            ("smv", (1, 1, 1, 0), {}),
            ("smvc", (1, 1, 1, 1), {}),
            ("cvms", (1, 1, 1, 1), {}),
            ("sv", (1, 1, 1, 0), {}),
            ("svc", (1, 1, 1, 1), {}),
            ("sc", (1, 0, 0, 0), {"unseen_click": 1}),
            ("smc", (1, 1, 0, 0), {"unseen_click": 1}),
            ("m", None, {"unserved": 1}),
            ("c", None, {"unserved": 1}),
            ("mvc", None, {"unserved": 3}),
        ],
    )
    def test_sequence_counts_for_what_it_proves(self, top, creative, kinds, counted, discarded):
        showing(kinds, top, creative.pk)
        roll_up.roll_up(NOON, NOON)
        expected = [(NOON, top, creative.pk, None, "phone", *counted)] if counted else []
        assert figures() == expected
        found = Discard.objects.values_list("reason", "placement", "creative", "count")
        assert list(found) == [(why, top, creative.pk, n) for why, n in discarded.items()]

    def test_hours_sections_screens_and_creatives_are_told_apart(self, top, creative):
        section = SectionFactory()
        showing("s", top, creative.pk)
        showing("s", top, creative.pk, section=section.pk)
        showing("s", top, creative.pk, device="desktop")
        showing("smv", top)
        showing("s", top, creative.pk, at=NOON + HOUR)
        showing("s", top, creative.pk, at=NOON + HOUR - datetime.timedelta(seconds=1))
        roll_up.roll_up(NOON, NOON + HOUR)
        assert sorted(figures(), key=str) == sorted(
            [
                (NOON, top, creative.pk, None, "desktop", 1, 0, 0, 0),
                (NOON, top, creative.pk, None, "phone", 2, 0, 0, 0),
                (NOON, top, creative.pk, section.pk, "phone", 1, 0, 0, 0),
                (NOON, top, None, None, "phone", 1, 1, 1, 0),
                (NOON + HOUR, top, creative.pk, None, "phone", 1, 0, 0, 0),
            ],
            key=str,
        )

    def test_hour_before_midnight_belongs_to_the_old_year(self, top, creative):
        showing("s", top, creative.pk, at=local(2026, 12, 31, 23, 59, 59))
        showing("s", top, creative.pk, at=local(2027, 1, 1))
        roll_up.roll_up(local(2026, 12, 31, 23), local(2027, 1, 1))
        assert [row[0] for row in figures()] == [local(2026, 12, 31, 23), local(2027, 1, 1)]

    def test_other_hours_and_other_reasons_stay(self, top, creative):
        showing("s", top, creative.pk)
        roll_up.roll_up(NOON, NOON)
        Discard.objects.create(hour=NOON, reason="bot", placement_id=top, count=7)
        roll_up.roll_up(NOON + HOUR, NOON + HOUR)
        roll_up.roll_up(NOON, NOON)
        assert [row[0] for row in figures()] == [NOON]
        assert [(row.reason, row.count) for row in Discard.objects.all()] == [("bot", 7)]

    def test_late_events_come_in_when_the_hour_is_made_again(self, top, creative):
        showing("sm", top, creative.pk)
        roll_up.roll_up(NOON, NOON)
        row = Event.objects.get(kind="m")
        Event.objects.create(
            **{
                field: getattr(row, field)
                for field in ("day", "showing", "at", "placement_id", "creative_id", "device")
            },
            kind="v",
        )
        roll_up.roll_up(NOON, NOON)
        assert figures() == [(NOON, top, creative.pk, None, "phone", 1, 1, 1, 0)]

    def test_delivery_of_a_flight_is_the_sum_of_its_hours(self, top, creative):
        for at in (NOON, NOON + HOUR, NOON + DAY):
            showing("smvc", top, creative.pk, at=at)
        other = FlightFactory(creatives=2)
        for one in other.creatives.all():
            showing("sv", top, one.pk)
        roll_up.roll_up(NOON, NOON + DAY)
        assert list(Delivery.objects.order_by("flight_id").values_list()) == [
            (creative.flight_id, 3, 3, 3),
            (other.pk, 2, 2, 0),
        ]
        Event.objects.filter(day=NOON.date()).delete()
        roll_up.roll_up(NOON, NOON + HOUR)
        assert list(Delivery.objects.order_by("flight_id").values_list()) == [
            (creative.flight_id, 1, 1, 1),
            (other.pk, 0, 0, 0),
        ]

    def test_page_views_are_counted_by_story_and_hour(self, top):
        first, second = ArticleFactory(is_public=True), ArticleFactory(is_public=True)
        for article in (first.pk, first.pk, second.pk, None, 999_999):
            showing("p", None, article=article)
        showing("p", None, article=first.pk, at=NOON + HOUR)
        showing("s", top, article=first.pk)
        for _ in range(2):
            roll_up.roll_up(NOON, NOON + HOUR)
        found = ArticleViews.objects.order_by("hour", "article_id").values_list(
            "article", "hour", "views"
        )
        assert list(found) == [
            (first.pk, NOON, 2),
            (second.pk, NOON, 1),
            (first.pk, NOON + HOUR, 1),
        ]

    def test_what_is_not_in_the_database_is_not_counted_for_anybody(self, top):
        showing("p", None, section=999_999)
        showing("sm", top, section=999_999)
        event = Event.objects.get(kind="s")
        for creative_id, placement_id in ((999_999, top), (None, 999_999)):
            Event.objects.create(
                day=event.day,
                showing=uuid.uuid4(),
                kind="s",
                at=event.at,
                placement_id=placement_id,
                creative_id=creative_id,
                device="phone",
            )
        roll_up.roll_up(NOON, NOON)
        assert figures() == [(NOON, top, None, None, "phone", 1, 1, 0, 0)]

    def test_database_refuses_more_clicks_than_views(self, top, creative):
        with pytest.raises(IntegrityError, match="ads_hourcount_funnel"):
            HourCount.objects.create(
                hour=NOON,
                placement_id=top,
                creative=creative,
                device="phone",
                served=2,
                measured=2,
                viewable=1,
                clicks=2,
            )

    def test_last_hour_before_the_first_is_refused(self, top):
        with pytest.raises(ValueError):
            roll_up.roll_up(NOON, NOON - HOUR)

    @pytest.mark.parametrize("count", [1, 3])
    def test_roll_up_costs_the_same_for_one_as_for_three(
        self, top, count, django_assert_num_queries
    ):
        for _ in range(count):
            showing("smvc", top, FlightFactory().creatives.get().pk)
            showing("p", None, article=ArticleFactory(is_public=True).pk)
        # Two of them are the transaction's own.
        with django_assert_num_queries(13):
            roll_up.roll_up(NOON, NOON + HOUR)


@pytest.mark.django_db
class TestCatchingUp:
    def test_hour_is_undone_until_its_last_event_can_have_come(self, top):
        showing("s", top)
        for minutes, is_undone in [(30, True), (120, True), (185, True), (191, False)]:
            with time_machine.travel(NOON + datetime.timedelta(minutes=minutes), tick=False):
                assert roll_up.catch_up() == 1 or not is_undone
                assert roll_up.undone() == ([NOON] if is_undone else [])

    def test_hours_missed_while_no_job_ran_are_made_up(self, top):
        for hours in (0, 3, 20):
            showing("s", top, at=NOON + hours * HOUR)
        with time_machine.travel(NOON + DAY + HOUR, tick=False):
            assert roll_up.catch_up() == 3
            assert [row[0] for row in figures()] == [NOON, NOON + 3 * HOUR, NOON + 20 * HOUR]
            assert roll_up.catch_up() == 0

    def test_hours_without_events_are_left_as_they_are(self, top, creative):
        HourCount.objects.create(
            hour=NOON, placement_id=top, device="phone", served=9, measured=0, viewable=0, clicks=0
        )
        with time_machine.travel(NOON + 6 * HOUR, tick=False):
            tasks.roll_up_open_hours(0)
            tasks.roll_up_again(0)
        assert [row[5] for row in figures()] == [9]

    def test_night_makes_the_last_days_again(self, top):
        showing("s", top)
        with time_machine.travel(NOON + 5 * HOUR, tick=False):
            roll_up.catch_up()
            HourCount.objects.update(served=5)
            tasks.roll_up_open_hours(0)
            assert [row[5] for row in figures()] == [5]
        with time_machine.travel(NOON + DAY, tick=False):
            tasks.roll_up_again(0)
        assert [row[5] for row in figures()] == [1]


@pytest.mark.django_db
class TestCommand:
    def run(self, *args: str) -> str:
        out = io.StringIO()
        call_command("roll_up_events", *args, stdout=out)
        return out.getvalue()

    def test_command_makes_days_anew_and_tells_how_far_it_is(self, top):
        showing("s", top)
        showing("s", top, at=NOON + DAY)
        said = self.run("--from", "2026-12-31", "--to", "2027-01-01")
        assert said.splitlines() == ["2026-12-31 (1 of 2)", "2027-01-01 (2 of 2)"]
        assert [row[0] for row in figures()] == [NOON, NOON + DAY]
        assert RolledHour.objects.count() == 48

    def test_command_refuses_days_whose_events_are_gone(self, top):
        showing("s", top)
        with pytest.raises(CommandError, match="2026-12-30"):
            self.run("--from", "2026-12-30", "--to", "2026-12-31")
        assert figures() == []

    @pytest.mark.parametrize(
        "arguments",
        [("yesterday", "2026-12-31"), ("2026-13-01", "2026-12-31"), ("2027-01-01", "2026-12-31")],
    )
    def test_command_refuses_what_are_no_days(self, arguments):
        with pytest.raises(CommandError, match="day"):
            self.run("--from", arguments[0], "--to", arguments[1])


def test_jobs_run_when_they_should():
    crons = {
        periodic.task.name: periodic.cron
        for periodic in app.periodic_registry.periodic_tasks.values()
        if periodic.task.name.startswith("ads.")
    }
    expected = {
        "ads.roll_up": "* * * * *",
        "ads.roll_up_again": "5 3 * * *",
        "ads.make_partitions": "0 * * * *",
    }
    assert expected.items() <= crons.items()


# The model: the same rules in a few lines of Python, over a set of (showing, kind).

KINDS = st.sampled_from("smvc")
SHOWINGS = st.integers(0, 7)
TOLD = st.lists(st.tuples(SHOWINGS, KINDS), max_size=40)
NATURES = st.lists(
    st.tuples(
        st.integers(0, 2),  # hour
        st.integers(0, 1),  # placement
        st.integers(0, 2),  # creative; 0 is none
        st.booleans(),  # section
        st.sampled_from(["phone", "desktop"]),
    ),
    min_size=8,
    max_size=8,
)
PAGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 1)), max_size=10)


class TestAnyEvents(TestCase):
    """Whatever comes, in whatever order and however often, and whenever hours are made."""

    def setUp(self) -> None:
        partitions.make([NOON.date()])
        self.placements = [placement("article-top-1"), placement("article-end")]
        self.creatives = [None, *(FlightFactory().creatives.get().pk for _ in range(2))]
        self.section = SectionFactory().pk
        self.articles = [ArticleFactory(is_public=True).pk for _ in range(2)]

    def row(self, number: int, kind: str, nature: tuple) -> events.Row:
        hour, where, what, has_section, device = nature
        return events.Row(
            EventKind(kind),
            uuid.UUID(int=number),
            int((NOON + hour * HOUR).timestamp()) + number,
            self.placements[where],
            self.creatives[what],
            None,
            self.section if has_section else None,
            device,
        )

    def derived(self) -> tuple:
        views = ArticleViews.objects.values_list("article", "hour", "views")
        reasons = Discard.objects.exclude(reason="replay")
        return (
            sorted(figures(), key=str),
            sorted(
                reasons.values_list("hour", "reason", "placement", "creative", "count"), key=str
            ),
            sorted(views, key=str),
            sorted(Delivery.objects.exclude(served=0).values_list(), key=str),
        )

    def expected(self, told: set, natures: list, pages: set) -> tuple:
        hours: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        discarded: Counter[tuple] = Counter()
        for number in {number for number, _kind in told}:
            hour, where, what, has_section, device = natures[number]
            at = NOON + hour * HOUR
            place, creative = self.placements[where], self.creatives[what]
            kinds = {kind for one, kind in told if one == number}
            if "s" not in kinds:
                discarded[at, "unserved", place, creative] += len(kinds)
                continue
            if "c" in kinds and "v" not in kinds:
                discarded[at, "unseen_click", place, creative] += 1
            row = hours[at, place, creative, self.section if has_section else None, device]
            row[0] += 1
            row[1] += bool(kinds & {"m", "v"})
            row[2] += "v" in kinds
            row[3] += {"v", "c"} <= kinds
        flights = dict(Creative.objects.values_list("pk", "flight"))
        delivered: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for (_at, _place, creative, _section, _device), row in hours.items():
            if creative:
                for place, column in enumerate((0, 2, 3)):
                    delivered[flights[creative]][place] += row[column]
        views = Counter((self.articles[which], NOON + hour * HOUR) for _n, hour, which in pages)
        return (
            sorted(((*key, *row) for key, row in hours.items()), key=str),
            sorted(((*key, count) for key, count in discarded.items()), key=str),
            sorted(((*key, count) for key, count in views.items()), key=str),
            sorted(((flight, *row) for flight, row in delivered.items()), key=str),
        )

    @settings(max_examples=40, deadline=None)
    @given(TOLD, NATURES, PAGES, st.data())
    def test_figures_are_those_of_the_model_whenever_hours_are_made(
        self, told, natures, pages, data
    ):
        pages = [(number, *rest) for number, rest in {n: (h, a) for n, h, a in pages}.items()]
        rows = [self.row(number, kind, natures[number]) for number, kind in told]
        rows += [
            events.Row(
                EventKind.PAGE,
                uuid.UUID(int=100 + number),
                int((NOON + hour * HOUR).timestamp()),
                None,
                None,
                self.articles[which],
                None,
                "phone",
            )
            for number, hour, which in pages
        ]
        rows += data.draw(st.lists(st.sampled_from(rows), max_size=5)) if rows else []
        rows = data.draw(st.permutations(rows))
        while rows:
            size = data.draw(st.integers(1, len(rows)))
            batch, rows = rows[:size], rows[size:]
            events.record(batch, Counter(), NOON.timestamp())
            first, last = sorted(data.draw(st.tuples(st.integers(0, 2), st.integers(0, 2))))
            roll_up.roll_up(NOON + first * HOUR, NOON + last * HOUR)
        expected = self.expected(set(told), natures, set(pages))
        roll_up.roll_up(NOON, NOON + 2 * HOUR)
        assert self.derived() == expected
        HourCount.objects.all().delete()
        ArticleViews.objects.all().delete()
        Delivery.objects.update(served=77, viewable=7, clicks=1)
        for hour in data.draw(st.permutations([0, 1, 2])):
            roll_up.roll_up(NOON + hour * HOUR, NOON + hour * HOUR)
        assert self.derived()[:3] == expected[:3]
