"""The rules of feeds: they find what is wrong, and nothing is wrong with the publication's own."""

from __future__ import annotations

import json

import pytest

from audit import feeds
from audit.asking import Answer
from tests.factories import ArticleFactory, PublicationFactory

HEAD = '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
CHANNEL = (
    "<title>Kabar</title><link>https://a.example/</link><description>Harian</description><language>id</language>"
    "<lastBuildDate>Fri, 20 Nov 2026 04:00:00 +0800</lastBuildDate>"
    '<atom:link rel="self" href="https://a.example/rss.xml"/>'
)
ITEM = (
    "<item><title>Satu</title><link>https://a.example/1/</link><guid isPermaLink='false'>1</guid>"
    "<pubDate>Fri, 20 Nov 2026 04:00:00 +0800</pubDate><content:encoded>Isi</content:encoded></item>"
)


def answer(body: str, content_type: str) -> Answer:
    return Answer(200, {"content-type": content_type}, body.encode())


def rss(items: str) -> list[str]:
    body = f"{HEAD}<channel>{CHANNEL}{items}</channel></rss>"
    return list(feeds.rss(answer(body, "application/rss+xml; charset=utf-8")))


def test_a_good_feed_has_no_complaint():
    assert rss(ITEM) == []


def test_each_fault_of_a_feed_is_named():
    assert rss(ITEM + ITEM) == ["has the same guid twice"]
    assert rss(ITEM.replace("https://a.example/1/", "/1/")) == [
        "has an address that is not whole: /1/"
    ]
    assert rss(ITEM.replace("<title>Satu</title>", "<title> </title>")) == ["has no title in item"]
    assert rss(ITEM.replace(" isPermaLink='false'", "")) == ["takes the guid 1 for an address"]
    assert rss(ITEM.replace("2026 04", "2126 04")) == [
        "says a time that has not come: Fri, 20 Nov 2126 04:00:00 +0800"
    ]


def test_a_json_feed_of_another_version_with_numbers_for_ids_is_told():
    item = {"id": 1, "url": "https://a.example/1/", "content_html": "<p>Isi</p>"}
    feed = {"version": "https://jsonfeed.org/version/1", "title": "Kabar", "items": [item]}
    said = list(feeds.json_feed(answer(json.dumps(feed), "application/feed+json")))
    assert said == [
        "is of version https://jsonfeed.org/version/1",
        "has no home_page_url",
        "has no feed_url",
        "has no language",
        "has an id that is no text: 1",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "rules"),
    [
        ("/rss.xml", feeds.rss),
        ("/atom.xml", feeds.atom),
        ("/feed.json", feeds.json_feed),
        ("/sitemap.xml", feeds.sitemap_index),
        ("/sitemap-pages.xml", feeds.sitemap),
        ("/sitemap-news.xml", feeds.news_sitemap),
    ],
)
def test_the_publications_own_keep_the_rules(client, address, rules):
    PublicationFactory()
    ArticleFactory(is_public=True)
    response = client.get(address)
    headers = {"content-type": response["Content-Type"]}
    assert list(rules(Answer(response.status_code, headers, response.content))) == []
