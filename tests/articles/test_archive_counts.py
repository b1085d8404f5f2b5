"""The tables of how many stories came out when: exact whatever changes, whoever changes it."""

from __future__ import annotations

import datetime
import threading
import zoneinfo
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import ExtractDay, ExtractMonth
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from articles import archive
from articles.models import ArchiveDay, ArchiveHour, ArchiveSpan, Article
from tests.factories import ArticleFactory, CorrectionFactory, SectionFactory

NOON = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
YEAR = (
    datetime.datetime(2025, 12, 31, 16, tzinfo=datetime.UTC),
    datetime.datetime(2026, 12, 31, 16, tzinfo=datetime.UTC),
)


def days() -> dict[datetime.date, tuple[int, datetime.datetime | None]]:
    rows = ArchiveDay.objects.filter(stories__gt=0)
    return {row.day: (row.stories, row.changed_at) for row in rows}


def hours() -> dict[datetime.datetime, int]:
    rows = ArchiveHour.objects.filter(stories__gt=0)
    return {row.hour: row.stories for row in rows}


def spans() -> dict[datetime.datetime, int]:
    rows = ArchiveSpan.objects.filter(stories__gt=0)
    return {row.begins: row.stories for row in rows}


def kept() -> tuple[Any, Any, Any]:
    return days(), hours(), spans()


def counted_anew() -> tuple[Any, Any, Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT articles_count_archive()")
        found = kept()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
class TestTriggers:
    def test_a_story_that_comes_out_is_counted_with_its_day_and_hour(self):
        ArticleFactory(is_public=True, publish_at=NOON + HOUR / 2)
        ArticleFactory(is_public=True, publish_at=NOON)
        ArticleFactory()
        assert days() == {datetime.date(2026, 11, 20): (2, NOON + HOUR / 2)}
        assert hours() == {NOON: 2}

    def test_hours_are_added_up_to_days_of_utc_but_for_those_on_which_a_year_begins_somewhere(self):
        begins = [
            datetime.datetime(2026, *day, tzinfo=datetime.UTC) for day in ((11, 20), (11, 21))
        ]
        for moment in (begins[0], begins[0] + 23 * HOUR, begins[1] - HOUR / 60, begins[1]):
            ArticleFactory(is_public=True, publish_at=moment)
        year = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        for hours_on in (-25, -24, -1, 0, 0, 23, 24, 25):
            ArticleFactory(is_public=True, publish_at=year + hours_on * HOUR)
        assert spans() == {
            begins[0]: 3,
            begins[1]: 1,
            year - 2 * DAY: 1,
            year - 24 * HOUR: 1,
            year - HOUR: 1,
            year: 2,
            year + 23 * HOUR: 1,
            year + DAY: 2,
        }

    def test_a_change_or_a_correction_moves_the_last_change_of_the_day(self):
        story = ArticleFactory(is_public=True, publish_at=NOON)
        other = ArticleFactory(is_public=True, publish_at=NOON - HOUR)
        Article.objects.filter(pk=story.pk).update(updated_at=NOON + HOUR)
        assert days()[datetime.date(2026, 11, 20)] == (2, NOON + HOUR)
        CorrectionFactory(article=other, created_at=NOON + 2 * HOUR)
        assert days()[datetime.date(2026, 11, 20)] == (2, NOON + 2 * HOUR)

    @pytest.mark.parametrize(
        "change",
        [
            {"status": "approved", "publish_at": None, "published_on": None},
            {"unpublish_at": NOON + DAY},
        ],
    )
    def test_a_story_that_ceases_or_gets_an_end_is_counted_no_more(self, change):
        story = ArticleFactory(is_public=True, publish_at=NOON)
        Article.objects.filter(pk=story.pk).update(**change)
        assert kept() == ({}, {}, {})

    def test_a_deleted_story_is_counted_no_more(self):
        ArticleFactory(is_public=True, publish_at=NOON).delete()
        assert kept() == ({}, {}, {})

    def test_one_statement_for_many_stories_counts_each_of_their_days(self):
        section = SectionFactory()
        for number in range(6):
            ArticleFactory(is_public=True, publish_at=NOON - number * DAY / 2, section=section)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE articles_article SET publish_at = publish_at - interval '40 days', "
                "published_on = published_on - 40"
            )
        assert sum(count for count, _last in days().values()) == 6
        assert kept() == counted_anew()

    def test_a_change_of_a_text_asks_for_no_count(self, django_assert_num_queries):
        story = ArticleFactory(is_public=True, publish_at=NOON)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE articles_archiveday SET stories = 77")
        Article.objects.filter(pk=story.pk).update(headline="Lain")
        assert days()[datetime.date(2026, 11, 20)][0] == 77


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("apart", "days_apart"), [(0 * HOUR, 0), (HOUR, 0), (0 * HOUR, 1), (HOUR, 1)]
)
def test_two_who_publish_at_once_are_both_counted(apart, days_apart):
    section = SectionFactory()
    stories = [ArticleFactory(section=section) for _ in range(2)]
    first_wrote = threading.Event()
    faults: list[BaseException] = []

    def publish(story: Article, wait: bool) -> None:
        try:
            with transaction.atomic():
                if wait:
                    first_wrote.wait(20)
                Article.objects.filter(pk=story.pk).update(
                    status="published",
                    publish_at=NOON + apart if wait else NOON,
                    # Of another date they wait only for the day of UTC.
                    published_on=NOON.date() + datetime.timedelta(days=days_apart if wait else 0),
                )
                first_wrote.set()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=publish, args=[story, bool(number)])
        for number, story in enumerate(stories)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert sum(hours().values()) == 2
    assert spans() == {NOON.replace(hour=0): 2}
    if days_apart:
        date = NOON.date() + datetime.timedelta(days=days_apart)
        assert days() == {NOON.date(): (1, NOON), date: (1, NOON + apart)}
    else:
        assert days() == {NOON.date(): (2, NOON + apart)}


@pytest.mark.django_db
class TestReading:
    @pytest.fixture(autouse=True)
    def _now(self, time_machine):
        time_machine.move_to(NOON + HOUR / 2, tick=False)

    def truth(self, part: Any) -> dict[int, int]:
        zone = timezone.get_default_timezone()
        found: dict[int, int] = {}
        for story in Article.objects.published().published_between(*YEAR):
            moment = story.publish_at.astimezone(zone)
            key = moment.month if part is ExtractMonth else moment.day
            found[key] = found.get(key, 0) + 1
        return found

    def test_scheduled_stories_count_from_their_moment_on_and_ended_ones_until_theirs(
        self, time_machine
    ):
        ArticleFactory(is_public=True, publish_at=NOON - 40 * DAY)
        ArticleFactory(is_public=True, publish_at=NOON + HOUR / 4)
        later = ArticleFactory(is_public=True, publish_at=NOON + HOUR)
        ended = ArticleFactory(
            is_public=True, publish_at=NOON - 40 * DAY, unpublish_at=NOON + 3 * HOUR
        )
        assert archive.counts(*YEAR, ExtractMonth) == self.truth(ExtractMonth) == {10: 2, 11: 1}
        assert archive.months() == [
            (datetime.date(2026, 11, 1), 1, NOON + HOUR / 4),
            (datetime.date(2026, 10, 1), 2, NOON - 40 * DAY),
        ]
        time_machine.move_to(later.publish_at, tick=False)
        assert archive.counts(*YEAR, ExtractMonth) == {10: 2, 11: 2}
        assert archive.months()[0] == (datetime.date(2026, 11, 1), 2, later.publish_at)
        time_machine.move_to(ended.unpublish_at, tick=False)
        assert archive.counts(*YEAR, ExtractMonth) == {10: 1, 11: 2}
        assert archive.months()[1] == (datetime.date(2026, 10, 1), 1, NOON - 40 * DAY)

    @pytest.mark.parametrize("hours_ago", range(30))
    def test_the_border_between_what_is_settled_and_what_is_not_counts_nothing_twice(
        self, hours_ago
    ):
        ArticleFactory(is_public=True, publish_at=NOON - hours_ago * HOUR)
        ArticleFactory(is_public=True, publish_at=NOON - hours_ago * HOUR + HOUR / 3)
        assert archive.counts(*YEAR, ExtractDay) == self.truth(ExtractDay)
        assert sum(count for _month, count, _last in archive.months()) == 2

    @pytest.mark.parametrize("count", [1, 3])
    def test_each_reading_is_one_query(self, django_assert_num_queries, count):
        for number in range(count):
            ArticleFactory(is_public=True, publish_at=NOON - number * DAY)
        with django_assert_num_queries(1):
            archive.months()
        with django_assert_num_queries(1):
            archive.counts(*YEAR, ExtractDay)
        with django_assert_num_queries(1):
            archive.years()

    @pytest.mark.parametrize(
        "zone", ["Asia/Makassar", "UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York"]
    )
    def test_a_year_begins_and_ends_when_it_does_on_the_publications_clock(self, settings, zone):
        settings.TIME_ZONE = zone
        timezone.get_default_timezone.cache_clear()
        try:
            found: dict[int, int] = {}
            for year in (2025, 2026):
                for hours_on in range(-30, 31, 2):
                    moment = datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) + hours_on * HOUR
                    ArticleFactory(is_public=True, publish_at=moment)
                    of = moment.astimezone(zoneinfo.ZoneInfo(zone)).year
                    found[of] = found.get(of, 0) + 1
            assert archive.years() == found
        finally:
            timezone.get_default_timezone.cache_clear()

    @pytest.mark.parametrize("hours_ago", [-1, 0, 3, 4, 5, 11, 12, 13, 28])
    def test_what_comes_out_today_stands_in_its_year_once_and_when_it_is_out(self, hours_ago):
        ArticleFactory(is_public=True, publish_at=NOON - hours_ago * HOUR)
        ArticleFactory(is_public=True, publish_at=NOON - hours_ago * HOUR, unpublish_at=NOON + DAY)
        assert archive.years() == ({2026: 2} if hours_ago >= 0 else {})


class Changes(RuleBasedStateMachine):
    """Whatever is done to stories, the tables are what counting them says."""

    @initialize()
    def begin(self) -> None:
        self.section = SectionFactory()
        self.stories: list[int] = []

    @rule(hours=st.integers(-60, 60), state=st.sampled_from(["published", "approved"]))
    def enter(self, hours: int, state: str) -> None:
        moment = NOON + hours * HOUR
        is_out = state == "published"
        story = ArticleFactory(section=self.section)
        self.stories.append(story.pk)
        Article.objects.filter(pk=story.pk).update(
            status=state,
            publish_at=moment if is_out else None,
            published_on=moment.date() if is_out else None,
        )

    @rule(data=st.data(), hours=st.integers(1, 90))
    def change(self, data: st.DataObject, hours: int) -> None:
        if not self.stories:
            return
        story = Article.objects.filter(pk=data.draw(st.sampled_from(self.stories)))
        kind = data.draw(st.sampled_from(["end", "no end", "update", "move", "correct", "delete"]))
        moment = NOON + hours * HOUR
        if kind == "end":
            story.filter(publish_at__lt=NOON).update(unpublish_at=moment)
        elif kind == "no end":
            story.update(unpublish_at=None)
        elif kind == "update":
            story.update(updated_at=moment)
        elif kind == "move":
            story.filter(unpublish_at=None).update(publish_at=moment)
        elif kind == "correct":
            CorrectionFactory(article=story.get(), created_at=moment)
        elif not story.get().corrections.exists():
            self.stories.remove(story.get().pk)
            story.delete()

    @invariant()
    def the_tables_are_what_counting_says(self) -> None:
        assert kept() == counted_anew()


class TestChanges(TestCase, Changes.TestCase):
    settings = hypothesis_settings(max_examples=15, stateful_step_count=12, deadline=None)
