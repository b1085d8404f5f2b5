"""RSS, Atom and JSON Feed: what stands in them, what never does, and what they cost."""

import datetime
import json
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from django.http import Http404
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from articles import feeds
from articles.choices import CorrectionKind, Kind
from articles.syndication import Channel, Entry
from articles.xmltext import xml_text
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    CorrectionFactory,
    PhotoFactory,
    PublicationFactory,
    SectionFactory,
    province,
)

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
NAMES = ["rss", "atom", "json_feed"]
NOON = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _english(settings):
    settings.SITE_URL = "https://kabar.example"
    with translation.override("en"):
        yield


def channel_of(client, **kwargs) -> ElementTree.Element:
    return ElementTree.fromstring(client.get(reverse("articles:rss"), **kwargs).content)[0]


def items_of(client) -> list[ElementTree.Element]:
    return channel_of(client).findall("item")


def entries_of(client) -> list[ElementTree.Element]:
    response = client.get(reverse("articles:atom"))
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def json_items_of(client) -> list[dict]:
    return client.get(reverse("articles:json_feed")).json()["items"]


def story(**kwargs):
    return ArticleFactory(**({"is_public": True, "publish_at": NOON} | kwargs))


def test_rss_channel_describes_the_publication(client):
    PublicationFactory(name="Kabar Tompolangi", tagline="Dari teluk dan gunung")
    changed = story().publish_at

    channel = channel_of(client)

    assert channel.findtext("title") == "Kabar Tompolangi"
    assert channel.findtext("link") == "https://kabar.example/"
    assert channel.findtext("description") == "Dari teluk dan gunung"
    assert channel.findtext("language") == "id"
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")) == changed
    assert channel.find(f"{ATOM}link").attrib == {
        "rel": "self",
        "type": "application/rss+xml",
        "href": "https://kabar.example/rss.xml",
    }


def test_rss_item_holds_the_whole_story(client):
    article = story(
        headline="Harga ikan & garam <naik>",
        slug="harga-ikan",
        standfirst="Nelayan & <b>kapal</b> menunggu.",
        body='<p>Lihat <a href="/rubrik/laut/?a=1&amp;b=2">laut</a> dan <a href="https://x.example/">x</a>.</p>',
        section=SectionFactory(name="Ekonomi"),
        place=province("91"),
        tags=["Garam"],
    )
    BylineFactory(article=article, author__name="Baso Ilham", position=1)
    BylineFactory(article=article, author__name="Sitti Rahma", position=2)

    (item,) = items_of(client)

    assert item.findtext("title") == "Harga ikan & garam <naik>"
    assert item.findtext("link") == "https://kabar.example/2026/11/20/harga-ikan/"
    assert item.find("guid").text == f"tag:kabar.example,2026-11-20:article-{article.pk}"
    assert item.find("guid").attrib == {"isPermaLink": "false"}
    assert item.findtext("pubDate") == "Fri, 20 Nov 2026 13:00:00 +0900"
    assert [e.text for e in item.findall(f"{DC}creator")] == ["Baso Ilham", "Sitti Rahma"]
    assert [e.text for e in item.findall("category")] == ["Ekonomi", "Garam"]
    assert item.findtext("description") == "Nelayan &amp; &lt;b&gt;kapal&lt;/b&gt; menunggu."
    assert item.findtext(f"{CONTENT}encoded") == (
        '<p>Lihat <a href="https://kabar.example/rubrik/laut/?a=1&amp;b=2" rel="noopener">laut</a>'
        ' dan <a href="https://x.example/" rel="noopener">x</a>.</p>'
    )


def test_feed_guid_survives_a_changed_address(client):
    article = story(slug="lama")
    before = items_of(client)[0].findtext("guid")
    article.slug = "baru"
    article.save()

    assert items_of(client)[0].findtext("guid") == before
    assert items_of(client)[0].findtext("link").endswith("/baru/")


def test_rss_photo_carries_credit_and_size(client):
    photo = PhotoFactory(credit="Rina", alt_text="Perahu", is_ai_generated=True)
    ArticlePhotoFactory(article=story(), photo=photo, caption="Pagi di pelabuhan")

    (item,) = items_of(client)
    media = item.find(f"{MEDIA}content")

    assert media.attrib == {
        "url": f"https://kabar.example{photo.image.url}",
        "medium": "image",
        "type": "image/jpeg",
        "width": "24",
        "height": "16",
    }
    assert media.findtext(f"{MEDIA}title") == "Pagi di pelabuhan"
    assert media.findtext(f"{MEDIA}description") == "Perahu"
    assert media.findtext(f"{MEDIA}credit") == "Rina. Image made by artificial intelligence"


def test_atom_feed_has_what_the_standard_asks_for(client):
    PublicationFactory(name="Kabar Tompolangi")
    article = story(headline="Satu", slug="satu", updated_at=NOON + HOUR)
    BylineFactory(article=article, author__name="Baso Ilham", author__slug="baso-ilham")

    feed = ElementTree.fromstring(client.get(reverse("articles:atom")).content)
    (entry,) = feed.findall(f"{ATOM}entry")

    assert feed.findtext(f"{ATOM}id") == "https://kabar.example/atom.xml"
    assert feed.findtext(f"{ATOM}title") == "Kabar Tompolangi"
    assert feed.findtext(f"{ATOM}updated") == "2026-11-20T13:00:00+08:00"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Kabar Tompolangi"
    assert [link.attrib["rel"] for link in feed.findall(f"{ATOM}link")] == ["self", "alternate"]
    assert entry.findtext(f"{ATOM}id") == f"tag:kabar.example,2026-11-20:article-{article.pk}"
    assert entry.findtext(f"{ATOM}title") == "Satu"
    assert entry.findtext(f"{ATOM}published") == "2026-11-20T12:00:00+08:00"
    assert entry.findtext(f"{ATOM}updated") == "2026-11-20T13:00:00+08:00"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Baso Ilham"
    assert entry.findtext(f"{ATOM}author/{ATOM}uri") == "https://kabar.example/penulis/baso-ilham/"
    assert entry.findtext(f"{ATOM}summary") == "What happened."
    content = entry.find(f"{ATOM}content")
    assert content.attrib == {"type": "html"}
    assert content.text == "<p>First paragraph.</p><p>Second paragraph.</p>"


def test_json_feed_is_version_1_1(client):
    PublicationFactory(name="Kabar Tompolangi", tagline="Harian")
    article = story(headline="Satu", slug="satu", section=SectionFactory(name="Laut"))

    response = client.get(reverse("articles:json_feed"))

    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    assert response.json() == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Kabar Tompolangi",
        "home_page_url": "https://kabar.example/",
        "feed_url": "https://kabar.example/feed.json",
        "description": "Harian",
        "language": "id",
        "authors": [{"name": "Kabar Tompolangi", "url": "https://kabar.example/"}],
        "items": [
            {
                "id": f"tag:kabar.example,2026-11-20:article-{article.pk}",
                "url": "https://kabar.example/2026/11/20/satu/",
                "title": "Satu",
                "summary": "What happened.",
                "content_html": "<p>First paragraph.</p><p>Second paragraph.</p>",
                "date_published": "2026-11-20T12:00:00+08:00",
                "date_modified": "2026-11-20T12:00:00+08:00",
                "tags": ["Laut"],
            }
        ],
    }


def test_feed_holds_only_what_is_public_newest_first(client):
    story(headline="Older", publish_at=NOON - HOUR)
    story(headline="Newer", publish_at=NOON)
    ArticleFactory(headline="Draft")
    ArticleFactory(headline="Scheduled", is_scheduled=True)

    assert [item.findtext("title") for item in items_of(client)] == ["Newer", "Older"]
    assert [item["title"] for item in json_items_of(client)] == ["Newer", "Older"]


def test_feed_stops_after_thirty_entries(client):
    section = SectionFactory()
    for number in range(32):
        story(headline=f"S{number:02}", publish_at=NOON + number * HOUR / 10, section=section)

    titles = [item.findtext("title") for item in items_of(client)]

    assert titles == [f"S{number:02}" for number in range(31, 1, -1)]


def test_section_feed_holds_its_section_alone(client):
    laut, desa = SectionFactory(name="Laut", slug="laut"), SectionFactory(name="Desa", slug="desa")
    story(headline="Ikan", section=laut)
    corrected = story(headline="Sawah", section=desa)
    CorrectionFactory(article=corrected)
    PublicationFactory(name="Kabar")

    for name in NAMES:
        response = client.get(reverse(f"articles:section_{name}", args=["laut"]))
        assert b"Ikan" in response.content
        assert b"Sawah" not in response.content
    rss = ElementTree.fromstring(client.get("/rubrik/laut/rss.xml").content)[0]
    assert rss.findtext("title") == "Kabar – Laut"
    assert rss.findtext("link") == "https://kabar.example/rubrik/laut/"


@pytest.mark.parametrize("name", NAMES)
def test_section_feed_of_an_unknown_section_is_not_found(rf, name):
    with pytest.raises(Http404):
        getattr(feeds, name)(rf.get("/rubrik/tidak-ada/feed"), slug="tidak-ada")


def test_paid_story_carries_its_label_in_title_and_category(client):
    story(headline="Rumah murah", kind=Kind.PAID, sponsor="PT X", section=SectionFactory(name="A"))

    assert items_of(client)[0].findtext("title") == "Advertorial: Rumah murah"
    assert (
        items_of(client)[0]
        .findtext(f"{CONTENT}encoded")
        .startswith("<p><strong>Advertorial</strong> paid for by PT X</p><p>First paragraph.</p>")
    )
    assert [c.text for c in items_of(client)[0].findall("category")] == ["Advertorial", "A"]
    assert entries_of(client)[0].findtext(f"{ATOM}title") == "Advertorial: Rumah murah"
    assert json_items_of(client)[0]["tags"] == ["Advertorial", "A"]


def test_withdrawn_story_is_replaced_by_its_notice(client):
    article = ArticleFactory(
        is_withdrawn=True,
        slug="kisah",
        headline="Nama anak: rahasia",
        publish_at=NOON,
        withdrawn_at=NOON + HOUR,
        withdrawal_notice="Ditarik demi masa depan anak.",
        body="<p>Isi rahasia.</p>",
        standfirst="Teras rahasia.",
        tags=["rahasia"],
    )
    ArticlePhotoFactory(article=article, photo__caption="rahasia")
    BylineFactory(article=article, author__name="Penulis rahasia")
    CorrectionFactory(
        article=article, kind=CorrectionKind.WITHDRAWAL, text=article.withdrawal_notice,
        created_at=NOON + HOUR,
    )  # fmt: skip

    (entry,) = entries_of(client)

    assert entry.findtext(f"{ATOM}title") == "Withdrawn: a story of 20 November 2026"
    assert entry.findtext(f"{ATOM}summary") == "Ditarik demi masa depan anak."
    assert entry.findtext(f"{ATOM}updated") == "2026-11-20T13:00:00+08:00"
    assert entry.findtext(f"{ATOM}content") == (
        "<p><strong>This story has been withdrawn</strong></p>"
        "<p>Ground: the future of a child.</p><p>Ditarik demi masa depan anak.</p>"
    )
    for name in NAMES:
        content = client.get(reverse(f"articles:{name}")).content.decode()
        assert "rahasia" not in content
        assert "media:content" not in content


def test_old_story_comes_back_for_its_withdrawal(client):
    section = SectionFactory()
    old = ArticleFactory(is_withdrawn=True, headline="Old", publish_at=NOON - 900 * HOUR)
    CorrectionFactory(article=old, kind=CorrectionKind.WITHDRAWAL, text="Notice")
    for _number in range(31):
        story(section=section)

    titles = [item.findtext("title") for item in items_of(client)]

    assert len(titles) == 30
    assert titles[0] == f"Withdrawn: a story of {old.published_on:%-d %B %Y}"


def test_correction_shows_in_the_entry_and_moves_updated(client):
    article = story()
    CorrectionFactory(
        article=article, text="Jumlahnya 42 & bukan 24.\n\nMaaf.", created_at=NOON + 2 * HOUR
    )

    (entry,) = entries_of(client)

    assert entry.findtext(f"{ATOM}updated") == "2026-11-20T14:00:00+08:00"
    assert entry.findtext(f"{ATOM}published") == "2026-11-20T12:00:00+08:00"
    assert entry.findtext(f"{ATOM}content") == (
        "<p>First paragraph.</p><p>Second paragraph.</p>"
        "<h3>Erratum (20 November 2026 14.00 WITA)</h3><p>Jumlahnya 42 &amp; bukan 24.</p><p>Maaf.</p>"
    )


def test_unverified_story_says_so_in_the_entry(client):
    story(is_unverified=True, body="<p>A.</p>")

    content = items_of(client)[0].findtext(f"{CONTENT}encoded")

    assert content.startswith("<p>A.</p><p><em>(This story has not been verified yet.")


@pytest.mark.parametrize("name", NAMES)
def test_protected_story_leaks_no_names_tags_or_photos(client, name):
    article = story(
        is_identity_protected=True,
        tags=["RAHASIA"],
        body='<p>Seorang anak.</p><figure><img src="/media/RAHASIA.jpg" alt="RAHASIA">'
        "<figcaption>RAHASIA</figcaption></figure>",
    )
    AttendanceFactory(article=article, person__name="RAHASIA")
    ArticlePhotoFactory(article=article, photo__caption="RAHASIA", photo__alt_text="RAHASIA")

    content = client.get(reverse(f"articles:{name}")).content.decode()

    assert "Seorang anak." in content
    assert "RAHASIA" not in content
    assert "/media/" not in content


@pytest.mark.parametrize("name", NAMES)
def test_feed_answers_304_until_something_changes(client, name):
    article = story()
    address = reverse(f"articles:{name}")
    first = client.get(address)

    assert first["Last-Modified"] == "Fri, 20 Nov 2026 04:00:00 GMT"
    by_tag = client.get(address, headers={"if-none-match": first["ETag"]})
    by_time = client.get(address, headers={"if-modified-since": first["Last-Modified"]})
    assert (by_tag.status_code, by_tag.content) == (304, b"")
    assert (by_time.status_code, by_time.content) == (304, b"")

    CorrectionFactory(article=article)
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert (
        client.get(address, headers={"if-modified-since": first["Last-Modified"]}).status_code
        == 200
    )


@pytest.mark.parametrize("name", NAMES)
def test_feed_sets_no_cookie_and_refuses_writing(client, name):
    story()
    response = client.get(reverse(f"articles:{name}"))

    assert not response.cookies
    assert "Vary" not in response or "Cookie" not in response["Vary"]
    assert client.post(reverse(f"articles:{name}")).status_code == 405


@pytest.mark.parametrize("name", NAMES)
def test_empty_feed_is_well_formed_and_stays_the_same(client, name):
    first = client.get(reverse(f"articles:{name}"))

    if name == "json_feed":
        assert first.json()["items"] == []
    else:
        ElementTree.fromstring(first.content)
    assert client.get(reverse(f"articles:{name}"))["ETag"] == first["ETag"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_feed_query_count(client, django_assert_num_queries, name, count):
    for _number in range(count):
        full_story()

    with django_assert_num_queries(6):
        client.get(reverse(f"articles:{name}"))


@pytest.mark.parametrize("count", [1, 3])
def test_section_feed_query_count(client, django_assert_num_queries, count):
    section = SectionFactory(slug="laut")
    for _number in range(count):
        full_story(section=section)

    with django_assert_num_queries(6):
        client.get("/rubrik/laut/rss.xml")


def full_story(**kwargs):
    article = story(tags=["laut", "garam"], place=province("73"), **kwargs)
    ArticlePhotoFactory(article=article)
    BylineFactory(article=article)
    AttendanceFactory(article=article)
    CorrectionFactory(article=article)
    return article


# Everything that PostgreSQL can hold: no NUL, no surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(title=TEXT, summary=TEXT, body=TEXT)
def test_feeds_are_well_formed_whatever_the_text(title, summary, body):
    feed = _channel(title, summary, body)

    item = ElementTree.fromstring(feeds.as_rss(feed)).find("channel/item")
    entry = ElementTree.fromstring(feeds.as_atom(feed)).find(f"{ATOM}entry")
    (json_item,) = json.loads(feeds.as_json(feed))["items"]

    assert (item.findtext("title"), item.findtext("description")) == (
        xml_text(title),
        xml_text(summary),
    )
    assert item.findtext(f"{CONTENT}encoded") == xml_text(body)
    assert entry.findtext(f"{ATOM}title") == xml_text(title)
    assert entry.findtext(f"{ATOM}summary") == xml_text(summary)
    assert [c.attrib["term"] for c in entry.findall(f"{ATOM}category")] == [xml_text(title)]
    assert (json_item["title"], json_item["summary"]) == (title, summary)


@given(TEXT)
def test_xml_text_only_drops_what_xml_forbids(text):
    forbidden = [*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
    expected = "".join(c for c in text if ord(c) not in forbidden)

    assert xml_text(text) == expected.replace("\r\n", "\n").replace("\r", "\n")


def _channel(title: str, summary: str, body: str) -> Channel:
    now = timezone.now()
    entry = Entry(
        uri="tag:x,2026:1",
        url="https://x.example/",
        title=title,
        summary=summary,
        body=body,
        published_at=now,
        changed_at=now,
        authors=[(title, "https://x.example/a")],
        categories=[title],
        picture=None,
    )
    return Channel(
        title, summary, title, "https://x.example/", "https://x.example/rss", "id", [entry]
    )
