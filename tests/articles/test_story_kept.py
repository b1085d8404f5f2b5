"""A story's page put together from kept parts: what it asks for, and that each change is on it at once."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from ads.models import Placement
from articles.models import Article, Photo, RelatedArticle
from articles.views import blocks
from comments.models import Discussion, Policy
from pagecache.installed import PageCache
from pagecache.keeper import Kept
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BreakingNewsFactory,
    BylineFactory,
    CorrectionFactory,
    InstalmentFactory,
    PersonFactory,
    PlaceFactory,
    PublicationFactory,
    RelatedArticleFactory,
    StoryThreadFactory,
)

pytestmark = pytest.mark.django_db


def story(**more: Any) -> Article:
    made: Article = ArticleFactory(is_public=True, **more)
    return made


def kept(cache: PageCache, article: Article) -> Kept[Any]:
    found = cache.pages.memory.get(article.get_absolute_url())
    assert found is not None
    return found


@pytest.mark.parametrize("count", [1, 3])
def test_story_of_which_nothing_is_kept_costs_two_queries(reader, django_assert_num_queries, count):
    for _ in range(blocks.LATEST + 1):
        story()
    before = timezone.now() - datetime.timedelta(days=2)
    reader.get(story(publish_at=before).get_absolute_url())
    article = story(
        place=PlaceFactory(), tags=[f"tag {n}" for n in range(count)], publish_at=before
    )
    for _ in range(count):
        ArticlePhotoFactory(article=article)
        BylineFactory(article=article)
        CorrectionFactory(article=article)
        AttendanceFactory(article=article)
        RelatedArticleFactory(article=article)
    # The story with all that stands in it; the comments of it and of the stories below it.
    with django_assert_num_queries(2):
        assert reader.get(article.get_absolute_url()).status == 200


def test_story_whose_parts_are_kept_asks_for_nothing(reader, page_cache, django_assert_num_queries):
    article = story()
    before = reader.get(article.get_absolute_url())
    page_cache.pages.memory.clear()
    with django_assert_num_queries(0):
        assert reader.get(article.get_absolute_url()).body == before.body


def test_page_from_parts_is_the_page_without_them(client, reader, page_cache):
    related = story(headline="Lama")
    article = story(place=PlaceFactory(), tags=["laut"], body="<p>Satu.</p>" * 8)
    RelatedArticleFactory(article=article, related=related)
    ArticlePhotoFactory(article=article)
    AttendanceFactory(article=article)
    from_parts = reader.get(article.get_absolute_url())
    page_cache.pages.memory.clear()
    assert reader.get(article.get_absolute_url()).body == from_parts.body
    assert client.get(article.get_absolute_url()).content == from_parts.body


def test_changed_story_is_shown_at_once(reader, page_cache):
    article = story(headline="Sebelum")
    other = story()
    reader.get(other.get_absolute_url())
    reader.get(article.get_absolute_url())
    Article.objects.filter(pk=article.pk).update(headline="Sesudah")
    page_cache.clock.notice(f"story:{article.pk}")
    assert "<h1>Sesudah</h1>" in reader.get(article.get_absolute_url()).text


def test_another_story_ends_no_page_that_does_not_name_it(reader, page_cache):
    article = story(publish_at=timezone.now() - datetime.timedelta(days=9))
    for _ in range(8):
        last = story()
    reader.get(article.get_absolute_url())
    old = story(publish_at=timezone.now() - datetime.timedelta(days=10))
    page_cache.clock.notice(f"story:{old.pk}")
    assert page_cache.pages.good(article.get_absolute_url()) is not None
    page_cache.clock.notice(f"story:{last.pk}")
    assert page_cache.pages.good(article.get_absolute_url()) is None


def test_withdrawn_story_is_gone_at_once_and_from_below_the_others(reader, page_cache):
    shown, article = story(headline="Masih ada"), story(headline="Nama Korban")
    assert "Nama Korban" in reader.get(shown.get_absolute_url()).text
    reader.get(article.get_absolute_url())
    withdrawn = ArticleFactory(is_withdrawn=True)
    Article.objects.filter(pk=article.pk).update(
        **{
            name: getattr(withdrawn, name)
            for name in (
                *("status", "withdrawal_ground", "withdrawal_notice"),
                *(
                    "withdrawal_requested_at",
                    "withdrawal_requested_by",
                    "withdrawn_at",
                    "withdrawn_by",
                ),
            )
        }
    )
    page_cache.clock.notice(f"gone:{article.pk}", f"story:{article.pk}", "latest")
    assert reader.get(article.get_absolute_url()).status == 410
    assert "Nama Korban" not in reader.get(shown.get_absolute_url()).text


def test_notice_of_a_withdrawn_story_is_kept_under_its_name(reader, page_cache):
    article = ArticleFactory(is_withdrawn=True)
    assert reader.get(article.get_absolute_url()).status == 410
    assert f"story:{article.pk}" in kept(page_cache, article).hard


def test_end_of_a_story_ends_its_page(reader, page_cache):
    ends = timezone.now() + datetime.timedelta(hours=3)
    article = story(unpublish_at=ends)
    reader.get(article.get_absolute_url())
    assert kept(page_cache, article).ends == ends.timestamp()


def test_person_whose_page_is_taken_down_is_not_linked_any_more(reader, page_cache):
    article = story()
    person = AttendanceFactory(article=article, person=PersonFactory()).person
    address = f'href="{person.get_absolute_url()}"'
    assert address in reader.get(article.get_absolute_url()).text
    type(person).objects.filter(pk=person.pk).update(is_public=False)
    page_cache.clock.notice(f"person:{person.pk}")
    assert address not in reader.get(article.get_absolute_url()).text


def test_photo_with_another_credit_shows_it(reader, page_cache):
    photo = ArticlePhotoFactory(article=(article := story())).photo
    reader.get(article.get_absolute_url())
    Photo.objects.filter(pk=photo.pk).update(credit="Orang Lain")
    page_cache.clock.notice(f"photo:{photo.pk}")
    assert "Orang Lain" in reader.get(article.get_absolute_url()).text


def test_new_story_is_below_the_others_after_one_reader(
    reader, page_cache, django_assert_num_queries
):
    article = story()
    reader.get(article.get_absolute_url())
    new = story(headline="Baru saja")
    page_cache.clock.notice("latest", f"story:{new.pk}")
    # Terkini and its comments; the story's own part is as good as before. The agenda.
    with django_assert_num_queries(2):
        assert "Baru saja" in reader.get(article.get_absolute_url()).text


def test_story_that_is_related_and_comes_out_is_shown(reader, page_cache):
    article = story()
    draft = ArticleFactory(headline="Menyusul")
    RelatedArticleFactory(article=article, related=draft)
    assert "Menyusul" not in reader.get(article.get_absolute_url()).text
    public = story(headline="Contoh")
    Article.objects.filter(pk=draft.pk).update(
        status=public.status, publish_at=public.publish_at, published_on=public.published_on
    )
    page_cache.clock.notice(f"story:{draft.pk}")
    assert "after-related" in reader.get(article.get_absolute_url()).text


def test_part_ends_when_a_related_story_comes_out_by_the_clock(reader, page_cache):
    article = story()
    coming = ArticleFactory(is_scheduled=True)
    RelatedArticle.objects.create(article=article, related=coming)
    reader.get(article.get_absolute_url())
    part = page_cache.parts.memory.get(f"part:story:{article.published_on}/{article.slug}")
    assert part is not None
    assert part.until == coming.publish_at.timestamp()


def test_what_comes_next_in_a_thread_is_shown_when_it_comes_out_by_the_clock(reader, page_cache):
    article, thread = story(), StoryThreadFactory()
    InstalmentFactory(thread=thread, article=article)
    coming = ArticleFactory(is_scheduled=True)
    InstalmentFactory(thread=thread, article=coming)
    reader.get(article.get_absolute_url())
    part = page_cache.parts.memory.get(f"part:thread:{article.published_on}/{article.slug}")
    assert part is not None
    assert part.until == coming.publish_at.timestamp()


def test_comments_are_counted_on_the_story_and_where_it_is_named(reader, page_cache):
    article, other = story(), story()
    reader.get(article.get_absolute_url())
    reader.get(other.get_absolute_url())
    Discussion.objects.create(article=article, shown_count=41)
    page_cache.clock.notice(f"talk:{article.pk}")
    assert "41" in reader.get(article.get_absolute_url()).text.partition('id="komentar"')[2]
    latest = reader.get(other.get_absolute_url()).text.partition("after-latest")[2]
    assert "41" in latest


def test_closed_discussions_say_so(reader, page_cache):
    article = story()
    assert "talk-closed" not in reader.get(article.get_absolute_url()).text
    Policy.objects.create(is_open=False)
    page_cache.clock.notice("talks")
    assert "talk-closed" in reader.get(article.get_absolute_url()).text


def test_page_is_made_anew_when_its_discussion_closes(reader, page_cache):
    article = story()
    reader.get(article.get_absolute_url())
    closes = Policy.current().closes_at(article)
    assert closes is not None
    assert kept(page_cache, article).until <= closes.timestamp()


def test_slot_that_is_taken_down_is_gone(reader, page_cache):
    article = story()
    assert 'data-sela="article-end"' in reader.get(article.get_absolute_url()).text
    Placement.objects.filter(key="article-end").update(is_on=False)
    page_cache.clock.notice("slots")
    text = reader.get(article.get_absolute_url()).text
    assert 'data-sela="article-end"' not in text
    assert 'data-sela="article-top-1"' in text


def test_breaking_news_is_above_the_page_and_leaves_the_story_alone(
    reader, page_cache, django_assert_num_queries
):
    PublicationFactory()
    article = story()
    reader.get(article.get_absolute_url())
    BreakingNewsFactory(text="Gempa di laut")
    page_cache.clock.notice("breaking")
    # The publication with its news, and the sections.
    with django_assert_num_queries(2):
        assert "Gempa di laut" in reader.get(article.get_absolute_url()).text


def test_what_stands_beside_a_story_is_soft(reader, page_cache):
    other, article = story(), story()
    reader.get(article.get_absolute_url())
    page = kept(page_cache, article)
    assert {"latest", "breaking", "slots", f"story:{other.pk}"} <= page.soft
    assert page.hard >= {f"story:{article.pk}", f"gone:{other.pk}"}
    assert "latest" not in page.hard
