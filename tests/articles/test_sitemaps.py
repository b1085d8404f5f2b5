"""Sitemaps, the news sitemap and robots.txt."""

import datetime
from xml.etree import ElementTree

import pytest
from django.http import Http404
from django.urls import reverse

from articles import sitemaps
from articles.choices import Kind
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    AuthorFactory,
    BylineFactory,
    CorrectionFactory,
    InstalmentFactory,
    OrganisationFactory,
    PageFactory,
    PublicationFactory,
    SectionFactory,
    StoryThreadFactory,
    TenureFactory,
    province,
)

pytestmark = pytest.mark.django_db

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
NOON = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
SITE = "https://kabar.example"


@pytest.fixture(autouse=True)
def _site(settings, time_machine):
    settings.SITE_URL = SITE
    time_machine.move_to(NOON + HOUR, tick=False)


def story(**kwargs):
    return ArticleFactory(**({"is_public": True, "publish_at": NOON} | kwargs))


def lines(client, path: str) -> dict[str, str | None]:
    root = ElementTree.fromstring(client.get(path).content)
    return {row.findtext(f"{MAP}loc"): row.findtext(f"{MAP}lastmod") for row in root}


def test_sitemap_index_lists_months_with_their_last_change(client):
    story(publish_at=NOON - 24 * 30 * HOUR)
    story(publish_at=NOON - 5 * HOUR, updated_at=NOON - HOUR)
    story(publish_at=NOON - 2 * HOUR)
    TenureFactory()

    assert lines(client, "/sitemap.xml") == {
        f"{SITE}/sitemap-pages.xml": "2026-11-20T11:00:00+08:00",
        f"{SITE}/sitemap-people.xml": None,
        f"{SITE}/sitemap-organisations.xml": None,
        f"{SITE}/sitemap-2026-11.xml": "2026-11-20T11:00:00+08:00",
        f"{SITE}/sitemap-2026-10.xml": "2026-10-21T12:00:00+08:00",
    }


def test_sitemap_of_a_month_lists_public_stories_with_true_lastmod(client):
    story(slug="satu")
    story(slug="dua", updated_at=NOON + HOUR / 2)
    corrected = story(slug="tiga", updated_at=NOON + HOUR / 4)
    CorrectionFactory(article=corrected, created_at=NOON + HOUR)
    story(slug="oktober", publish_at=NOON - 24 * 30 * HOUR)
    ArticleFactory(slug="draf")
    ArticleFactory(slug="terjadwal", is_scheduled=True)
    ArticleFactory(slug="dicabut", is_withdrawn=True)

    assert lines(client, "/sitemap-2026-11.xml") == {
        f"{SITE}/2026/11/20/satu/": "2026-11-20T12:00:00+08:00",
        f"{SITE}/2026/11/20/dua/": "2026-11-20T12:30:00+08:00",
        f"{SITE}/2026/11/20/tiga/": "2026-11-20T13:00:00+08:00",
    }


def test_sitemap_splits_what_does_not_fit(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "ADDRESSES", 2)
    section = SectionFactory()
    for number in range(3):
        story(slug=f"s{number}", publish_at=NOON - (3 - number) * HOUR, section=section)
        TenureFactory(person__slug=f"p{number}")

    index = lines(client, "/sitemap.xml")

    assert index[f"{SITE}/sitemap-2026-11.xml"] == "2026-11-20T10:00:00+08:00"
    assert index[f"{SITE}/sitemap-2026-11-2.xml"] == "2026-11-20T11:00:00+08:00"
    assert list(lines(client, "/sitemap-2026-11.xml")) == [
        f"{SITE}/2026/11/20/s0/",
        f"{SITE}/2026/11/20/s1/",
    ]
    assert list(lines(client, "/sitemap-2026-11-2.xml")) == [f"{SITE}/2026/11/20/s2/"]
    assert f"{SITE}/sitemap-people-2.xml" in index
    assert list(lines(client, "/sitemap-people-2.xml")) == [f"{SITE}/tokoh/p2/"]


def test_sitemap_of_pages_lists_everything_that_is_not_a_story(client):
    section = SectionFactory(slug="laut")
    article = story(section=section)
    BylineFactory(article=article, author=AuthorFactory(slug="baso"))
    InstalmentFactory(article=article, thread__slug="banjir")
    StoryThreadFactory(slug="tanpa-berita")
    AuthorFactory(slug="belum-menulis")
    PageFactory(slug="tentang")
    PageFactory(slug="rahasia", is_published=False)
    # Its text stands at /kontak/, where its own address leads.
    PageFactory(slug="kontak")

    assert lines(client, "/sitemap-pages.xml") == {
        f"{SITE}/": "2026-11-20T12:00:00+08:00",
        f"{SITE}/terkini/": "2026-11-20T12:00:00+08:00",
        f"{SITE}/arsip/": "2026-11-20T12:00:00+08:00",
        f"{SITE}/perkembangan/": "2026-11-20T12:00:00+08:00",
        f"{SITE}/perkembangan/banjir/": "2026-11-20T12:00:00+08:00",
        f"{SITE}/rubrik/laut/": "2026-11-20T12:00:00+08:00",
        f"{SITE}/halaman/tentang/": "2026-11-20T13:00:00+08:00",
        f"{SITE}/tokoh/": None,
        f"{SITE}/ralat/": None,
        f"{SITE}/redaksi/": None,
        f"{SITE}/pedoman-media-siber/": None,
        f"{SITE}/privasi/": None,
        f"{SITE}/kontak/": None,
        f"{SITE}/penulis/baso/": None,
    }


def test_sitemaps_of_people_and_organisations_list_public_ones(client):
    TenureFactory(person__slug="terbuka", post__organisation__slug="dinas")
    TenureFactory(
        person__slug="tertutup",
        person__is_public=False,
        post__organisation__slug="warga",
        post__organisation__is_public=False,
    )
    AttendanceFactory(person__slug="draf")
    AttendanceFactory(person=None, organisation=OrganisationFactory(slug="draf"))

    assert lines(client, "/sitemap-people.xml") == {f"{SITE}/tokoh/terbuka/": None}
    assert lines(client, "/sitemap-organisations.xml") == {f"{SITE}/lembaga/dinas/": None}


@pytest.mark.parametrize(
    "name",
    [
        *("2026-10", "2026-13", "0000-01", "9999-12", "x", "people"),
        *("2026-11-0", "2026-11-1", "2026-11-01", "2026-11-2"),
        *("pages-1", "pages-2", "pages-02"),
    ],
)
def test_sitemap_that_the_index_does_not_list_is_not_found(rf, name):
    story()

    with pytest.raises(Http404):
        sitemaps.part(rf.get("/"), name=name)


def test_news_sitemap_holds_two_days_without_paid_and_withdrawn(client):
    PublicationFactory(name="Kabar & Laut")
    story(headline="Timur <jauh>", slug="timur", place=province("91"))
    story(headline="Barat", slug="barat", publish_at=NOON - 46 * HOUR, place=province("11"))
    story(slug="lama", publish_at=NOON - 48 * HOUR)
    story(slug="iklan", kind=Kind.PAID, sponsor="PT X")
    ArticleFactory(slug="dicabut", is_withdrawn=True)
    ArticleFactory(slug="terjadwal", is_scheduled=True)
    ArticleFactory(slug="draf")

    root = ElementTree.fromstring(client.get("/sitemap-news.xml").content)

    assert [
        (
            row.findtext(f"{MAP}loc"),
            row.findtext(f"{NEWS}news/{NEWS}publication/{NEWS}name"),
            row.findtext(f"{NEWS}news/{NEWS}publication/{NEWS}language"),
            row.findtext(f"{NEWS}news/{NEWS}publication_date"),
            row.findtext(f"{NEWS}news/{NEWS}title"),
        )
        for row in root
    ] == [
        (
            f"{SITE}/2026/11/20/timur/",
            "Kabar & Laut",
            "id",
            "2026-11-20T13:00:00+09:00",
            "Timur <jauh>",
        ),
        (f"{SITE}/2026/11/18/barat/", "Kabar & Laut", "id", "2026-11-18T13:00:00+07:00", "Barat"),
    ]


def test_news_sitemap_stops_at_its_limit(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "NEWS_STORIES", 2)
    for number in range(3):
        story(slug=f"s{number}", publish_at=NOON - number * HOUR)

    root = ElementTree.fromstring(client.get("/sitemap-news.xml").content)

    assert [row.findtext(f"{MAP}loc") for row in root] == [
        f"{SITE}/2026/11/20/s0/",
        f"{SITE}/2026/11/20/s1/",
    ]


def test_news_sitemap_drops_characters_that_xml_forbids(client):
    story(headline="Awal\x0bakhir\x1f")

    root = ElementTree.fromstring(client.get("/sitemap-news.xml").content)

    assert root.findtext(f".//{NEWS}title") == "Awalakhir"


def test_robots_names_both_sitemaps(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == (
        "User-agent: *\n"
        "Disallow: /admin/\n"
        "Disallow: /s/\n"
        "Disallow: /cari/\n"
        "\n"
        f"Sitemap: {SITE}/sitemap.xml\n"
        f"Sitemap: {SITE}/sitemap-news.xml\n"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap.xml",
        "/sitemap-2026-11.xml",
        "/sitemap-pages.xml",
        "/sitemap-news.xml",
        "/robots.txt",
    ],
)
def test_sitemaps_answer_304_set_no_cookie_and_refuse_writing(client, path):
    story()
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert not first.cookies
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/sitemap.xml", 3),
        ("/sitemap-2026-11.xml", 1),
        ("/sitemap-pages.xml", 4),
        ("/sitemap-people.xml", 1),
        ("/sitemap-organisations.xml", 1),
        ("/sitemap-news.xml", 2),
        ("/robots.txt", 0),
    ],
)
def test_sitemap_query_count(client, django_assert_num_queries, path, queries, count):
    for _number in range(count):
        article = story(place=province("73"))
        BylineFactory(article=article)
        TenureFactory()
        PageFactory()

    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200


def test_sitemap_addresses_are_the_ones_of_the_router():
    assert reverse("articles:sitemap_part", args=["2026-11"]) == "/sitemap-2026-11.xml"
