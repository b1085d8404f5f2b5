"""Cursors, and that paging by them shows every row once."""

import contextlib
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import keyset
from articles.models import Article
from tests.factories import ArticleFactory, SectionFactory

NOON = datetime.datetime(2020, 12, 2, 4, 0, tzinfo=datetime.UTC)

moments = st.datetimes(min_value=datetime.datetime(1, 1, 1), timezones=st.just(datetime.UTC))


@given(moment=moments, pk=st.integers(min_value=0, max_value=10**18 - 1))
def test_position_reads_back_what_it_wrote(moment, pk):
    position = keyset.Position(moment, pk)
    assert keyset.Position.parse(str(position)) == position


def test_position_is_written_in_utc_to_the_microsecond():
    moment = datetime.datetime(
        2020, 12, 2, 16, 9, 0, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=8))
    )
    assert str(keyset.Position(moment, 1234)) == "20201202T080900000005-1234"


@given(cursor=st.text())
def test_parse_answers_any_text_with_a_position_or_bad_cursor(cursor):
    with contextlib.suppress(keyset.BadCursor):
        assert str(keyset.Position.parse(cursor)) == cursor


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "20201202T080900000000",
        "20201302T080900000000-1",
        "20201202T080900000000-1 ",
        "20201202T080900000000--1",
        "20201202T080900000000-1\n",
        "٢٠٢٠١٢٠٢T080900000000-1",
        "20201202T080900000000-9999999999999999999",
    ],
)
def test_parse_refuses_what_was_never_printed(cursor):
    with pytest.raises(keyset.BadCursor):
        keyset.Position.parse(cursor)


@pytest.mark.django_db
def test_cut_shows_every_row_once_even_with_equal_times():
    section = SectionFactory()
    stories = [
        ArticleFactory(
            is_public=True, section=section, publish_at=NOON + datetime.timedelta(hours=n // 3)
        )
        for n in range(8)
    ]
    seen, sizes, cursor = [], [], ""
    while True:
        page = keyset.cut(Article.objects.published(), cursor, size=3)
        assert page.is_first == (cursor == "")
        seen += [story.pk for story in page.items]
        sizes.append(len(page.items))
        cursor = page.older
        if not cursor:
            break
    assert sizes == [3, 3, 2]
    newest_first = sorted(stories, key=lambda story: (story.publish_at, story.pk), reverse=True)
    assert seen == [story.pk for story in newest_first]


@pytest.mark.django_db
def test_cut_has_no_older_when_the_rows_just_fill_the_page():
    for _ in range(3):
        ArticleFactory(is_public=True)
    assert keyset.cut(Article.objects.published(), size=3).older == ""


@pytest.mark.django_db
def test_cut_takes_one_query(django_assert_num_queries):
    for _ in range(3):
        ArticleFactory(is_public=True)
    with django_assert_num_queries(1):
        page = keyset.cut(Article.objects.published(), size=2)
    with django_assert_num_queries(1):
        keyset.cut(Article.objects.published(), page.older, size=2)
