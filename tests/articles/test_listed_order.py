"""The order of lists of tags and authors stands beside the tag and the name; triggers keep it true."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles.choices import BylineRole, Status
from articles.models import Article, Byline, TaggedArticle
from tests.factories import ArticleFactory, AuthorFactory, BylineFactory, TagFactory

NOON = datetime.datetime(2020, 12, 2, 4, 0, tzinfo=datetime.UTC)
LATER = NOON + datetime.timedelta(hours=1)


def listed(article: Article) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """When the story is listed under its tag and under its author."""
    return (
        TaggedArticle.objects.get(content_object=article).listed_at,
        Byline.objects.get(article=article).listed_at,
    )


def story(**fields: object) -> Article:
    article = ArticleFactory(tags=["laut"], **fields)
    BylineFactory(article=article)
    return article


def change(article: Article, **fields: object) -> None:
    Article.objects.filter(pk=article.pk).update(**fields)


@pytest.mark.django_db
class TestTriggers:
    def test_a_public_story_is_listed_by_its_publication(self):
        assert listed(story(is_public=True, publish_at=NOON)) == (NOON, NOON)

    def test_a_draft_is_not_listed_until_it_comes_out(self):
        draft = story()
        assert listed(draft) == (None, None)
        change(draft, status=Status.PUBLISHED, publish_at=NOON, published_on=NOON.date())
        assert listed(draft) == (NOON, NOON)

    def test_a_story_that_moves_in_time_moves_in_its_lists(self):
        article = story(is_public=True, publish_at=NOON)
        change(article, publish_at=LATER)
        assert listed(article) == (LATER, LATER)

    def test_a_withdrawn_story_is_listed_nowhere(self):
        assert listed(story(is_withdrawn=True)) == (None, None)

    def test_a_protected_story_stands_under_no_tag(self):
        article = story(is_public=True, publish_at=NOON)
        change(article, is_identity_protected=True)
        assert listed(article) == (None, NOON)
        change(article, is_identity_protected=False)
        assert listed(article) == (NOON, NOON)

    def test_whatever_is_written_by_hand_is_read_from_the_story(self):
        article = story(is_public=True, publish_at=NOON)
        TaggedArticle.objects.update(listed_at=LATER)
        Byline.objects.update(listed_at=None)
        assert listed(article) == (NOON, NOON)

    def test_a_line_that_moves_to_another_story_goes_by_that(self):
        article = story(is_public=True, publish_at=NOON)
        draft = ArticleFactory()
        TaggedArticle.objects.update(content_object=draft)
        Byline.objects.update(article=draft)
        assert listed(draft) == (None, None)
        assert article.pk != draft.pk


@pytest.mark.django_db
class TestPages:
    def test_who_signs_twice_has_the_story_once(self, client):
        author = AuthorFactory(slug="rahma")
        article = ArticleFactory(is_public=True)
        for role in (BylineRole.REPORTER, BylineRole.EDITOR):
            BylineFactory(article=article, author=author, role=role)
        assert client.get("/penulis/rahma/").context["stories"].items == [article]

    @pytest.mark.parametrize("path", ["/tag/laut/", "/penulis/rahma/"])
    def test_every_story_comes_once_also_those_of_one_moment(self, client, path):
        author = AuthorFactory(slug="rahma")
        made = []
        for _ in range(25):
            made.append(ArticleFactory(is_public=True, publish_at=NOON, tags=["laut"]))
            BylineFactory(article=made[-1], author=author)
        first = client.get(path).context["stories"]
        second = client.get(f"{path}?sebelum={first.older}").context["stories"]
        assert [*first.items, *second.items] == made[::-1]

    @pytest.mark.parametrize("path", ["/tag/laut/", "/penulis/rahma/"])
    def test_a_story_is_not_listed_before_its_time_nor_after_its_end(self, client, path):
        now, hour = timezone.now(), datetime.timedelta(hours=1)
        author = AuthorFactory(slug="rahma")
        shown, _coming, _over = (
            ArticleFactory(is_public=True, publish_at=now - 2 * hour, tags=["laut"]),
            ArticleFactory(is_scheduled=True, tags=["laut"]),
            ArticleFactory(
                is_public=True, publish_at=now - 2 * hour, unpublish_at=now - hour, tags=["laut"]
            ),
        )
        for article in (shown, _coming, _over):
            BylineFactory(article=article, author=author)
        assert client.get(path).context["stories"].items == [shown]


@pytest.mark.django_db(transaction=True)
def test_a_tag_that_is_set_while_the_story_comes_out_is_listed():
    draft, tag = ArticleFactory(), TagFactory()
    begins = threading.Event()

    def set_tag() -> None:
        begins.set()
        TaggedArticle.objects.create(content_object=draft, tag=tag)
        connection.close()

    other = threading.Thread(target=set_tag)
    with transaction.atomic():
        change(draft, status=Status.PUBLISHED, publish_at=NOON, published_on=NOON.date())
        other.start()
        assert begins.wait(10)
    other.join(10)
    assert TaggedArticle.objects.get().listed_at == NOON
