"""Cards of stories in lists: read together, drawn once, and never older than what they show."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from articles.models import Article, ArticleViews
from articles.templatetags.cards import card
from comments.models import Discussion
from pagecache import recording
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AuthorFactory,
    BylineFactory,
    PlaceFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2020, 12, 2, 4, 0, tzinfo=datetime.UTC)


@pytest.fixture
def made(count):
    """Stories in one section, by one author, with one tag; beside them a section without any."""
    SectionFactory(slug="kosong")
    section, author = SectionFactory(slug="ekonomi"), AuthorFactory(slug="rahma")
    for _ in range(count):
        article = ArticleFactory(
            is_public=True, section=section, publish_at=NOON, place=PlaceFactory(), tags=["laut"]
        )
        BylineFactory(article=article, author=author)
        ArticlePhotoFactory(article=article)
        ArticleViews.objects.create(article=article, hour=timezone.now(), views=1)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        # The stories with all that their cards show.
        ("/terkini/", 1),
        ("/rubrik/ekonomi/", 1),
        ("/arsip/2020/12/02/", 1),
        # The tag, the author, the counts of the days first.
        ("/tag/laut/", 2),
        ("/penulis/rahma/", 2),
        ("/arsip/2020/12/", 2),
        ("/arsip/2020/", 1),
        ("/arsip/", 1),
        # Keys, stories, the counts of their comments.
        ("/terpopuler/", 3),
        ("/ralat/", 1),
        ("/redaksi/", 0),
        # The stories, who signs them, tags, corrections.
        ("/rss.xml", 4),
        ("/rubrik/ekonomi/rss.xml", 4),
    ],
)
def test_a_list_costs_this_once_what_all_pages_share_is_kept(
    reader, made, path, queries, django_assert_num_queries
):
    reader.get("/rubrik/kosong/")
    with django_assert_num_queries(queries):
        assert reader.get(path).status == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    # Publication, sections; the agenda; the slots; and what the page itself asks for.
    [("/", 9), ("/terkini/", 5), ("/rubrik/ekonomi/", 5), ("/tag/laut/", 6), ("/rss.xml", 7)],
)
def test_a_process_that_has_just_begun_asks_for_what_all_share_too(
    reader, made, path, queries, django_assert_num_queries
):
    with django_assert_num_queries(queries):
        assert reader.get(path).status == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_front_page_costs_three_queries_when_a_story_comes_out(
    reader, made, page_cache, django_assert_num_queries
):
    reader.get("/")
    ArticleFactory(is_public=True, headline="Baru terbit")
    page_cache.clock.notice("latest")
    # What was placed; the newest stories; the keys of each section's newest.
    with django_assert_num_queries(3):
        assert "Baru terbit" in reader.get("/").text


def test_a_card_is_drawn_once_for_all_lists(reader, page_cache, monkeypatch):
    ArticleFactory(is_public=True, tags=["laut"])
    reader.get("/terkini/")
    monkeypatch.setattr("articles.templatetags.cards._template", lambda: pytest.fail("drawn anew"))
    assert "story-small" in reader.get("/tag/laut/").text


def test_a_card_shows_a_change_at_once(reader, page_cache):
    article = ArticleFactory(is_public=True, headline="Sebelum", tags=["laut"])
    assert "Sebelum" in reader.get("/terkini/").text
    Article.objects.filter(pk=article.pk).update(headline="Sesudah")
    page_cache.clock.notice(f"story:{article.pk}")
    assert "Sesudah" in reader.get("/terkini/").text
    assert "Sesudah" in reader.get("/tag/laut/").text


@pytest.mark.parametrize("what", ["place", "section", "photo"])
def test_a_card_goes_with_whatever_it_shows(reader, page_cache, what):
    section = SectionFactory(name="Lama")
    article = ArticleFactory(is_public=True, place=PlaceFactory(), section=section)
    row = ArticlePhotoFactory(article=article, photo__alt_text="Lama")
    tag = {
        "place": f"place:{article.place_id}",
        "section": "site",
        "photo": f"photo:{row.photo_id}",
    }[what]
    reader.get("/terkini/")
    assert [key for key in page_cache.parts.memory._places if "card" in key]
    page_cache.clock.notice(tag)
    kept = page_cache.parts.memory.get(
        next(key for key in page_cache.parts.memory._places if "card" in key)
    )
    assert page_cache.parts.state_of(kept).value == "gone"


def test_a_card_of_what_changed_while_its_page_was_made_is_not_kept(page_cache):
    article = ArticleFactory(is_public=True, headline="Sebelum")
    with recording.recording() as page:
        page.position = page_cache.clock.position
        (story,) = Article.objects.for_cards([article.pk])
        # Another process changes it between the reading and the drawing.
        page_cache.clock.notice(f"story:{article.pk}")
        assert "Sebelum" in card(story, "small", "h3")
    Article.objects.filter(pk=article.pk).update(headline="Sesudah")
    with recording.recording() as page:
        page.position = page_cache.clock.position
        (story,) = Article.objects.for_cards([article.pk])
        assert "Sesudah" in card(story, "small", "h3")


def test_a_comment_more_is_another_card(reader, page_cache):
    article = ArticleFactory(is_public=True)
    assert "where-said" not in reader.get("/terkini/").text
    Discussion.objects.create(article=article, shown_count=2)
    page_cache.clock.notice(f"talk:{article.pk}")
    # The first one gets it as it is now; the others got the old one meanwhile.
    assert "where-said" in reader.get("/terkini/").text


class TestForCards:
    def test_the_first_photo_leads_in_one_query(self, django_assert_num_queries):
        with_two, without = ArticleFactory(is_public=True), ArticleFactory(is_public=True)
        ArticlePhotoFactory(article=with_two, position=2)
        first = ArticlePhotoFactory(article=with_two, position=1)
        with django_assert_num_queries(1):
            stories = Article.objects.for_cards([with_two.pk, without.pk])
            found = {story.pk: story.lead_photo and story.lead_photo.photo for story in stories}
        assert found == {with_two.pk: first.photo, without.pk: None}

    def test_a_protected_story_shows_no_photo(self):
        article = ArticleFactory(is_public=True, is_identity_protected=True)
        ArticlePhotoFactory(article=article)
        (story,) = Article.objects.for_cards([article.pk])
        assert story.lead_photo is None

    def test_comments_are_counted_by_the_way(self, django_assert_num_queries):
        silent, busy = ArticleFactory(is_public=True), ArticleFactory(is_public=True)
        Discussion.objects.create(article=busy, shown_count=7)
        with django_assert_num_queries(1):
            counts = {
                s.pk: s.comment_count for s in Article.objects.for_cards([silent.pk, busy.pk])
            }
        assert counts == {silent.pk: 0, busy.pk: 7}


def test_cards_do_not_crowd_the_disk(reader, page_cache):
    class Written(dict):
        def put(self, key, kept):
            self[key] = kept

    ArticleFactory(is_public=True)
    page_cache.parts.disk = Written()
    reader.get("/terkini/")
    assert page_cache.parts.disk.keys()
    assert not [key for key in page_cache.parts.disk if "card" in key]
    assert [key for key in page_cache.parts.memory._places if "card" in key]
