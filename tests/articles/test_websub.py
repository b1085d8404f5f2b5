"""A hub learns of what changed in the feeds, each time once, and nobody waits for it."""

from __future__ import annotations

import datetime
import logging
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from articles import outgoing, websub
from articles.choices import Kind
from articles.models import Article
from articles.syndication import ENTRIES
from tests.factories import ArticleFactory, CorrectionFactory, SectionFactory

pytestmark = pytest.mark.django_db
HUB = "https://hub.example/"
SITE = "https://kabar.example"
OF_ALL = [f"{SITE}/rss.xml", f"{SITE}/atom.xml", f"{SITE}/feed.json"]


def of_section(slug):
    return [f"{SITE}/rubrik/{slug}/{name}" for name in ("rss.xml", "atom.xml", "feed.json")]


@pytest.fixture
def hub(settings, monkeypatch):
    """What it was told, and whether it is away."""
    settings.WEBSUB_HUB, settings.SITE_URL = HUB, SITE
    cache.clear()

    class Hub:
        told: list = []
        is_away = False

    one = Hub()
    one.told = []

    def post(address, form, *, seconds):
        if one.is_away:
            raise outgoing.Refused("slow")
        assert (address, seconds) == (HUB, 10)
        one.told.append(parse_qs(form.decode()))

    monkeypatch.setattr(outgoing, "post", post)
    yield one
    cache.clear()


def test_a_new_story_is_told_once_with_the_feeds_of_its_section(hub):
    ArticleFactory(is_public=True, section__slug="desa")
    websub.tell()
    websub.tell()
    assert hub.told == [{"hub.mode": ["publish"], "hub.url": OF_ALL + of_section("desa")}]


@pytest.mark.parametrize("what", ["correction", "edit", "withdrawal"])
def test_what_readers_learn_of_is_told(hub, what):
    article = ArticleFactory(is_public=True, section__slug="desa")
    websub.tell()
    hub.told.clear()
    if what == "correction":
        CorrectionFactory(article=article)
    elif what == "edit":
        Article.objects.filter(pk=article.pk).update(updated_at=timezone.now())
    else:
        gone = ArticleFactory(is_withdrawn=True, section=article.section)
        CorrectionFactory(article=gone, kind="withdrawal")
    websub.tell()
    assert hub.told == [{"hub.mode": ["publish"], "hub.url": OF_ALL + of_section("desa")}]


def test_a_scheduled_story_is_told_when_it_comes_out(hub):
    ArticleFactory(is_scheduled=True, section__slug="desa")
    websub.tell()
    hub.told.clear()
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        websub.tell()
    assert [told["hub.url"] for told in hub.told] == [OF_ALL + of_section("desa")]


def test_a_story_that_is_over_is_told_of_the_feeds_that_it_left(hub):
    ends = timezone.now() + datetime.timedelta(hours=1)
    ArticleFactory(
        is_public=True, section__slug="desa", kind=Kind.PAID, sponsor="PT X", unpublish_at=ends
    )
    ArticleFactory(is_public=True, section__slug="kota")
    websub.tell()
    hub.told.clear()
    with time_machine.travel(ends + datetime.timedelta(minutes=1)):
        websub.tell()
        websub.tell()
    assert [told["hub.url"] for told in hub.told] == [OF_ALL + of_section("desa")]


def test_a_story_that_goes_to_another_section_is_told_of_both(hub):
    article = ArticleFactory(is_public=True, section__slug="desa")
    other = SectionFactory(slug="kota")
    ArticleFactory(is_public=True, section__slug="laut")
    websub.tell()
    hub.told.clear()
    Article.objects.filter(pk=article.pk).update(section=other)
    websub.tell()
    # In the feed of all it stands as it stood.
    assert [set(told["hub.url"]) for told in hub.told] == [
        {*of_section("desa"), *of_section("kota")}
    ]


def test_a_change_of_an_older_story_is_told_of_the_feed_of_its_section(hub):
    before = timezone.now() - datetime.timedelta(days=9)
    old = ArticleFactory(is_public=True, section__slug="desa", publish_at=before)
    busy = SectionFactory(slug="kota")
    for _number in range(ENTRIES):
        ArticleFactory(is_public=True, section=busy)
    websub.tell()
    hub.told.clear()
    Article.objects.filter(pk=old.pk).update(updated_at=timezone.now())
    websub.tell()
    assert [told["hub.url"] for told in hub.told] == [of_section("desa")]


@pytest.mark.parametrize("count", [1, 3])
def test_each_feed_costs_two_queries(hub, count, django_assert_num_queries):
    section = SectionFactory()
    for _number in range(count):
        CorrectionFactory(article=ArticleFactory(is_public=True, section=section))
    websub.tell()
    # What was told last, and the sections; the feed of all stories, and that of this section.
    with django_assert_num_queries(6):
        websub.tell()


def test_a_hub_that_is_away_is_told_the_next_time(hub, caplog):
    ArticleFactory(is_public=True)
    hub.is_away = True
    with caplog.at_level(logging.WARNING):
        assert websub.tell() == []
    assert "was not told of changed feeds: slow" in caplog.text
    hub.is_away = False
    assert websub.tell()[:3] == OF_ALL


def test_without_a_hub_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert websub.tell() == []


def test_feeds_name_the_hub_where_there_is_one(client, hub, settings):
    atom = "{http://www.w3.org/2005/Atom}link"
    for path in ("/rss.xml", "/atom.xml"):
        answer = client.get(path)
        links = {
            link.get("rel"): link.get("href")
            for link in ElementTree.fromstring(answer.content).iter(atom)
        }
        assert (links["hub"], links["self"]) == (HUB, f"{SITE}{path}")
        assert answer["Link"] == f'<{HUB}>; rel="hub", <{SITE}{path}>; rel="self"'
    assert client.get("/feed.json").json()["hubs"] == [{"type": "WebSub", "url": HUB}]
    settings.WEBSUB_HUB = ""
    assert b"hub" not in client.get("/rss.xml").content + client.get("/feed.json").content


def test_a_hub_inside_of_a_network_is_told_nothing(settings, caplog):
    settings.WEBSUB_HUB = "http://127.0.0.1:9/"
    ArticleFactory(is_public=True)
    cache.clear()
    with caplog.at_level(logging.WARNING):
        assert websub.tell() == []
    assert "127.0.0.1 is inside of a network" in caplog.text or "jaringan" in caplog.text
