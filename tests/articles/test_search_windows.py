"""Spans that reach into the past without a gap, and searches that stop where they have enough."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from django.contrib.postgres.search import SearchQuery
from hypothesis import given
from hypothesis import strategies as st

from articles import search_stories
from articles.keyset import Position
from articles.models import Article, Attendance
from articles.people.models.attendance import REGISTER
from articles.search_blocks import STORIES_OF_BLOCK, Block
from articles.search_query import parse
from articles.search_stories import stories as found_by
from articles.search_windows import newest, newest_by_number, windows
from tests.factories import ArticleFactory, AttendanceFactory, SectionFactory

NOON = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
MOMENTS = st.datetimes(
    datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31), timezones=st.just(datetime.UTC)
)


@given(MOMENTS)
def test_spans_follow_one_another_from_the_moment_to_the_beginning(moment):
    spans = windows(moment)
    assert spans[0].end is None or spans[0].end > moment
    for newer, older in pairwise(spans):
        assert newer.start == older.end
    assert spans[-1].start is None or spans[-1].start.year <= 1


@given(MOMENTS)
def test_the_words_of_a_span_are_those_of_every_moment_in_it(moment):
    for span in windows(moment):
        if span.words and span.start and span.end:
            last = span.end - datetime.timedelta(microseconds=1)
            for edge in (span.start, last):
                assert {f"~{edge.year}", f"~{edge.year}{edge.month:02}"} & set(span.words)


def test_a_search_of_a_year_asks_for_that_year_on_every_clock():
    spans = windows(NOON, 2020)
    assert spans[0].end == datetime.datetime(2021, 2, 1, tzinfo=datetime.UTC)
    assert spans[-1].start == datetime.datetime(2019, 12, 1, tzinfo=datetime.UTC)
    assert sum(len(span.words) for span in spans) == 14
    # Of the present year nothing is newer than now.
    assert windows(NOON, 2026)[0].end == datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)


@pytest.fixture
def _now(time_machine):
    time_machine.move_to(NOON + DAY, tick=False)


AGES = (0, 1, 40, 300, 800, 1500, 4000)


@pytest.mark.django_db
@pytest.mark.usefixtures("_now")
class TestNewest:
    @pytest.fixture
    def archive(self):
        """A story of each age, the oldest entered last."""
        section = SectionFactory()
        return [
            ArticleFactory(
                is_public=True,
                headline="Kopi",
                slug=f"kopi-{age}",
                publish_at=NOON - age * DAY,
                section=section,
            )
            for age in AGES
        ]

    @pytest.mark.parametrize("most", [1, 3, 7, 20])
    def test_the_newest_stories_come_first_whatever_their_age(self, archive, most):
        asked = SearchQuery("kopi", config="simple")
        keys = newest(Article.objects.published(), asked, windows(), most)
        assert [row["pk"] for row in keys] == [story.pk for story in archive[:most]]

    def test_a_page_goes_on_where_the_one_before_ended(self, archive):
        query = parse("kopi")
        for story, older in pairwise(archive):
            position = Position(story.publish_at, story.pk)
            assert list(found_by(query, before=position, most=1)) == [older]

    def test_stories_of_one_moment_are_told_apart_by_number(self):
        section = SectionFactory()
        stories = [
            ArticleFactory(
                is_public=True,
                headline="Kopi",
                slug=f"kopi-{number}",
                publish_at=NOON,
                section=section,
            )
            for number in range(4)
        ]
        position = Position(NOON, stories[2].pk)
        found = found_by(parse("kopi"), before=position, most=1)
        assert list(found) == [stories[1]]

    def test_a_change_of_the_moment_moves_a_story_to_its_span(self, archive):
        Article.objects.filter(pk=archive[0].pk).update(publish_at=NOON - 2000 * DAY)
        found = found_by(parse("kopi"), most=1)
        assert list(found) == [archive[1]]

    def test_what_is_frequent_hides_no_story_with_what_is_rare(self, archive, monkeypatch):
        """The oldest story has one term in its text and the other, which all have, in the register."""
        monkeypatch.setattr(search_stories, "MOST_LINES", 2)
        monkeypatch.setattr(search_stories, "MOST_OF_TERM", 2)
        for story in archive:
            AttendanceFactory(article=story, office_as_printed="Bupati")
        Article.objects.filter(pk=archive[-1].pk).update(body="<p>Ada anoa.</p>")
        assert list(found_by(parse("anoa bupati"))) == [archive[-1]]

    def test_words_in_quotes_are_looked_for_where_all_of_them_stand(self, archive, monkeypatch):
        monkeypatch.setattr(search_stories, "MOST_OF_PHRASE", 2)
        for story in archive[:4]:
            Article.objects.filter(pk=story.pk).update(body="<p>Bubuk kopi manis.</p>")
        together = Article.objects.filter(pk__in=[archive[1].pk, archive[3].pk])
        together.update(body="<p>Kopi bubuk.</p>")
        assert list(found_by(parse('"kopi bubuk"'))) == [archive[1]]
        monkeypatch.setattr(search_stories, "MOST_OF_PHRASE", 4)
        assert set(found_by(parse('"kopi bubuk"'))) == set(together)

    def test_words_of_spans_and_blocks_cannot_be_searched_for(self, archive):
        AttendanceFactory(article=archive[0])
        for typed in ("~2026", "~202611", '"~2026"', "~0"):
            query = parse(typed)
            assert not query.is_answerable or not found_by(query).exists()


@pytest.mark.django_db
def test_lines_are_found_in_every_block_newest_first():
    story = ArticleFactory(is_public=True, pk=1_000_000)
    numbers = [1 + block * STORIES_OF_BLOCK for block in (0, 3, 20, 21, 30)]
    for number in numbers:
        ArticleFactory(pk=number + story.pk, section=story.section)
        AttendanceFactory(article_id=number + story.pk, name_as_printed="Karsina")
    rows = Attendance.objects.annotate(found_by=REGISTER + Block("article_id"))
    asked = SearchQuery("karsina", config="simple")
    for most in (1, 2, 5, 9):
        found = newest_by_number(
            rows, asked, by="article_id", last=numbers[-1] + story.pk, most=most
        )
        expected = [number + story.pk for number in reversed(numbers)][:most]
        assert [row["article_id"] for row in found] == expected
