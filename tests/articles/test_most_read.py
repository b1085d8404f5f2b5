"""Terpopuler: what was really read, in which span, and never what may not stand there."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone

from articles.choices import Kind, Status
from articles.models import Article, ArticleViews
from articles.readership import Span, most_read
from tests.factories import ArticleFactory, ArticlePhotoFactory

pytestmark = pytest.mark.django_db


def read(views: int, hours_ago: float = 1, **fields) -> Article:
    """A public story, and that it was read."""
    article = ArticleFactory(**({"is_public": True} | fields))
    hour = timezone.now() - datetime.timedelta(hours=hours_ago)
    ArticleViews.objects.create(article=article, hour=hour, views=views)
    return article


def test_most_read_stories_are_ordered_by_their_views_of_a_day():
    few, many, some = read(1), read(9), read(4)
    ArticleViews.objects.create(article=few, hour=timezone.now(), views=6)
    read(99, hours_ago=24.1)
    ranking = most_read(10)
    assert (ranking.stories, ranking.span) == ([many, few, some], Span.DAY)


def test_newer_story_goes_first_among_those_read_alike():
    older, newer = read(3), read(3)
    assert most_read(10).stories == [newer, older]


def test_week_speaks_when_nobody_was_counted_in_a_day():
    read(99, hours_ago=24 * 7 + 1)
    one, other = read(1, hours_ago=25), read(2, hours_ago=100)
    ranking = most_read(10)
    assert (ranking.stories, ranking.span) == ([other, one], Span.WEEK)


def test_nothing_is_ranked_when_nobody_was_counted():
    ArticleFactory(is_public=True)
    ranking = most_read(10)
    assert (ranking.stories, ranking.span) == ([], Span.NONE)


def test_paid_withdrawn_unpublished_and_coming_stories_are_in_no_ranking():
    read(9, kind=Kind.PAID, sponsor="PT Griya")
    read(9, is_public=False, is_withdrawn=True)
    draft = read(9, is_public=False)
    coming = read(9)
    Article.objects.filter(pk=coming.pk).update(
        publish_at=timezone.now() + datetime.timedelta(hours=1)
    )
    free = read(1)
    assert draft.status != Status.PUBLISHED
    assert most_read(10).stories == [free]


def test_ranking_is_as_long_as_asked_for_without_the_story_beside_it():
    stories = [read(views) for views in (1, 2, 3, 4)]
    assert most_read(2).stories == [stories[3], stories[2]]
    assert most_read(2, beside=stories[3]).stories == [stories[2], stories[1]]
    assert most_read(2, beside=stories[0]).stories == [stories[3], stories[2]]


@pytest.mark.parametrize("count", [1, 3])
def test_ranking_costs_two_queries(django_assert_num_queries, count):
    for _ in range(count):
        read(1)
    with django_assert_num_queries(2):
        for story in most_read(10).stories:
            assert (story.section.name, story.place) != ("", "")


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_six_queries(client, django_assert_num_queries, count):
    for _ in range(count):
        ArticlePhotoFactory(article=read(1))
    # Publication, sections; keys, stories; the counts of comments; the slots of lists.
    with django_assert_num_queries(6):
        assert client.get("/terpopuler/").status_code == 200


class TestPages:
    def test_page_ranks_and_says_in_which_span(self, client):
        first, second = read(5), read(3)
        response = client.get("/terpopuler/")
        assert list(response.context["stories"]) == [first, second]
        assert response.context["span"] == "DAY"
        assert 'class="lines ranked"' in response.content.decode()

    def test_page_says_that_it_is_the_week(self, client):
        story = read(5, hours_ago=50)
        response = client.get("/terpopuler/")
        assert list(response.context["stories"]) == [story]
        assert response.context["span"] == "WEEK"

    def test_page_without_readers_shows_the_newest_without_numbers(self, client):
        ArticleFactory(is_public=True, kind=Kind.PAID, sponsor="PT Griya")
        free = ArticleFactory(is_public=True)
        response = client.get("/terpopuler/")
        assert list(response.context["stories"]) == [free]
        assert response.context["span"] == "NONE"
        assert "ranked" not in response.content.decode()

    def test_story_shows_the_others_that_are_read_most(self, client):
        story, other = read(5), read(3)
        response = client.get(story.get_absolute_url())
        html = response.content.decode()
        ranked = html[html.index("most-read-title") :]
        assert re.findall(r'class="headline"><a href="([^"]*)"', ranked) == [
            other.get_absolute_url()
        ]

    def test_story_shows_no_empty_ranking(self, client):
        story = read(5)
        assert "most-read-title" not in client.get(story.get_absolute_url()).content.decode()

    def test_front_shows_the_five_most_read(self, client):
        stories = [read(views) for views in range(1, 8)]
        response = client.get("/")
        assert response.context["most_read"] == stories[:1:-1]
        assert "front-most-read" in response.content.decode()
