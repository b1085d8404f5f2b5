"""Lists of stories: which ones, in which order, from older to older, and what they cost."""

import datetime
import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from articles.choices import Kind
from articles.keyset import PAGE_SIZE
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AuthorFactory,
    BylineFactory,
    PlaceFactory,
    SectionFactory,
    TagFactory,
    province,
)

pytestmark = pytest.mark.django_db

# 2 December 2020 in Makassar, whose midnight is 16.00 of the day before in UTC.
MIDNIGHT = datetime.datetime(2020, 12, 1, 16, 0, tzinfo=datetime.UTC)


def stories(response):
    assert response.status_code == 200
    return list(response.context["stories"].items)


def hours_ago(hours):
    return timezone.now() - datetime.timedelta(hours=hours)


def test_section_shows_its_own_stories_newest_first(client):
    section = SectionFactory(slug="ekonomi")
    older = ArticleFactory(is_public=True, section=section, publish_at=hours_ago(2))
    newer = ArticleFactory(is_public=True, section=section, publish_at=hours_ago(1))
    ArticleFactory(is_public=True)
    ArticleFactory(is_scheduled=True, section=section)
    assert stories(client.get("/rubrik/ekonomi/")) == [newer, older]


def test_tag_shows_its_stories(client):
    article = ArticleFactory(is_public=True, tags=["Air Bersih"])
    ArticleFactory(tags=["Air Bersih"])
    assert stories(client.get("/tag/air-bersih/")) == [article]


@pytest.mark.parametrize("cursor", ["", "?sebelum=20300101T000000000000-1"])
@pytest.mark.parametrize("state", [None, {}, {"is_scheduled": True}, {"is_withdrawn": True}])
def test_tag_or_author_without_a_public_story_is_not_found(client, state, cursor):
    TagFactory(name="laut")
    author = AuthorFactory(slug="rahma")
    if state is not None:
        BylineFactory(article=ArticleFactory(tags=["laut"], **state), author=author)
    for path in ("/tag/laut/", "/penulis/rahma/"):
        response = client.get(path + cursor)
        assert response.status_code == 404
        assert author.name not in response.content.decode()


def test_tags_in_other_letters_have_addresses_too(client):
    names = ["日本", "!!!", "Café Laut", "x" * 100]
    article = ArticleFactory(is_public=True, tags=names)
    slugs = dict(article.tags.values_list("name", "slug"))
    assert {slugs.pop("日本"), slugs.pop("!!!")} == {"tag", "tag_1"}
    assert slugs == {"Café Laut": "cafe-laut", "x" * 100: "x" * 95}
    assert client.get(article.get_absolute_url()).status_code == 200
    assert stories(client.get("/tag/tag_1/")) == [article]


def test_author_shows_what_the_author_signed_once_each(client):
    author = AuthorFactory(slug="rahma")
    article = ArticleFactory(is_public=True)
    BylineFactory(article=article, author=author, role="reporter")
    BylineFactory(article=article, author=author, role="photographer")
    ArticleFactory(is_public=True)
    assert stories(client.get("/penulis/rahma/")) == [article]


def test_latest_leads_through_every_story_once(client):
    made = [ArticleFactory(is_public=True, publish_at=hours_ago(n)) for n in range(1, 46)]
    seen, sizes, address = [], [], "/terkini/"
    while address:
        response = client.get(address)
        seen += stories(response)
        sizes.append(len(stories(response)))
        older = response.context["stories"].older
        assert (f'href="?sebelum={older}"' in response.content.decode()) == bool(older)
        address = older and f"/terkini/?sebelum={older}"
    assert sizes == [PAGE_SIZE, PAGE_SIZE, 5]
    assert seen == made


def test_older_pages_are_not_for_search_engines(client):
    ArticleFactory(is_public=True)
    assert "noindex" not in client.get("/terkini/").content.decode()
    older = client.get("/terkini/?sebelum=20300101T000000000000-1").content.decode()
    assert '<meta name="robots" content="noindex">' in older


@pytest.mark.parametrize("cursor", ["x", "20209999T000000000000-1", "1-1", "%00", "' OR 1=1--"])
@pytest.mark.parametrize(
    "path", ["/terkini/", "/rubrik/ekonomi/", "/tag/laut/", "/penulis/rahma/", "/ralat/"]
)
def test_made_up_cursor_is_not_found(client, path, cursor):
    SectionFactory(slug="ekonomi")
    TagFactory(name="laut")
    AuthorFactory(slug="rahma")
    assert client.get(f"{path}?sebelum={cursor}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/rubrik/tidak-ada/", "/tag/tidak-ada/", "/penulis/tidak-ada/", "/arsip/1999/"]
)
def test_list_of_nothing_known_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_empty_section_says_so(client):
    SectionFactory(slug="baru")
    assert 'class="empty"' in client.get("/rubrik/baru/").content.decode()


def test_lists_group_by_the_day_and_hour_of_the_publication(client):
    # Whose clock is an hour ahead of Jakarta's and an hour behind Jayapura's.
    minute = datetime.timedelta(minutes=1)
    for moment, province_code in [(0, "31"), (1, "73"), (2, "31"), (-1, "91"), (-2, "73")]:
        ArticleFactory(
            is_public=True,
            publish_at=MIDNIGHT + moment * minute,
            place=PlaceFactory(parent=province(province_code)),
        )
    html = client.get("/terkini/").content.decode()
    days = re.findall(r'class="day-name">([^<]*)<|class="hour"><time datetime="([^"]*)"', html)
    assert [day or hour for day, hour in days] == [
        "Rabu, 2 Desember 2020",
        "2020-12-02T00:02:00+08:00",
        "2020-12-02T00:01:00+08:00",
        "2020-12-02T00:00:00+08:00",
        "Selasa, 1 Desember 2020",
        "2020-12-01T23:59:00+08:00",
        "2020-12-01T23:58:00+08:00",
    ]


def test_lists_label_a_paid_story(client):
    ArticleFactory(is_public=True, kind=Kind.PAID, sponsor="PT Griya")
    html = client.get("/terkini/").content.decode()
    assert str(Kind.PAID.label) in html and "PT Griya" in html


class TestArchive:
    def test_day_has_the_stories_of_that_day_on_the_publications_clock(self, client):
        minute = datetime.timedelta(minutes=1)
        first = ArticleFactory(is_public=True, publish_at=MIDNIGHT)
        last = ArticleFactory(is_public=True, publish_at=MIDNIGHT + 1440 * minute - minute)
        ArticleFactory(is_public=True, publish_at=MIDNIGHT - minute)
        ArticleFactory(is_public=True, publish_at=MIDNIGHT + 1440 * minute)
        assert stories(client.get("/arsip/2020/12/02/")) == [last, first]

    def test_month_counts_its_days_and_year_its_months(self, client):
        for days in (0, 0, 3):
            ArticleFactory(is_public=True, publish_at=MIDNIGHT + datetime.timedelta(days=days))
        ArticleFactory(publish_at=MIDNIGHT)
        month = client.get("/arsip/2020/12/").context
        assert month["days"] == [
            (datetime.date(2020, 12, 2), 2),
            (datetime.date(2020, 12, 5), 1),
        ]
        year = client.get("/arsip/2020/").context
        assert year["months"] == [(datetime.date(2020, 12, 1), 3)]
        assert year["total"] == 3

    def test_index_counts_its_years_the_newest_first(self, client):
        last = datetime.datetime(2020, 12, 31, 15, 59, tzinfo=datetime.UTC)
        for moment in (MIDNIGHT, last, last + datetime.timedelta(minutes=1)):
            ArticleFactory(is_public=True, publish_at=moment)
        tomorrow = timezone.now() + datetime.timedelta(days=1)
        ArticleFactory(is_public=True, publish_at=MIDNIGHT, unpublish_at=tomorrow)
        ArticleFactory(is_scheduled=True)
        ArticleFactory(is_withdrawn=True)
        page = client.get("/arsip/")
        assert list(page.context["years"].items()) == [(2021, 1), (2020, 3)]
        assert page.context["total"] == 4
        html = page.content.decode()
        assert re.findall(r'href="(/arsip/[0-9/]+)"', html) == ["/arsip/2021/", "/arsip/2020/"]
        assert f'<link rel="canonical" href="{settings.SITE_URL}/arsip/">' in html

    def test_index_of_nothing_says_so(self, client):
        assert client.get("/arsip/").context["total"] == 0

    @pytest.mark.parametrize("path", ["/terkini/", "/cari/", "/arsip/2020/", "/"])
    def test_is_led_to(self, client, path):
        ArticleFactory(is_public=True, publish_at=MIDNIGHT)
        html = client.get(path).content.decode()
        # The footer of every page, and once more where somebody looks for more.
        assert html.count('href="/arsip/"') == (1 if path == "/" else 2)

    def test_says_to_machines_where_each_page_stands(self, client):
        ArticleFactory(is_public=True, publish_at=MIDNIGHT)
        meta = client.get("/arsip/2020/12/02/").context["meta"]
        assert [(step["name"], step["item"]) for step in meta.data[0]["itemListElement"][1:]] == [
            ("Arsip", f"{settings.SITE_URL}/arsip/"),
            ("2020", f"{settings.SITE_URL}/arsip/2020/"),
            ("Desember 2020", f"{settings.SITE_URL}/arsip/2020/12/"),
            ("2 Desember 2020", f"{settings.SITE_URL}/arsip/2020/12/02/"),
        ]

    def test_day_is_named_once(self, client):
        ArticleFactory(is_public=True, publish_at=MIDNIGHT, headline="Panen")
        html = client.get("/arsip/2020/12/02/").content.decode()
        assert html.count("Rabu, 2 Desember 2020") == 1
        assert re.findall(r"<(h[1-6])[ >]", html.partition("<main")[2].partition("</main>")[0]) == [
            "h1",
            "h2",
        ]

    def test_december_reaches_to_the_last_minute_of_the_year(self, client):
        last = datetime.datetime(2020, 12, 31, 15, 59, tzinfo=datetime.UTC)
        ArticleFactory(is_public=True, publish_at=last)
        assert client.get("/arsip/2020/").context["total"] == 1
        assert client.get("/arsip/2020/12/31/").status_code == 200
        assert client.get("/arsip/2021/").status_code == 404

    @pytest.mark.parametrize(
        "path",
        [
            "/arsip/2020/13/",
            "/arsip/2020/00/",
            "/arsip/2020/02/30/",
            "/arsip/0000/",
            "/arsip/0001/01/01/",
            "/arsip/9999/12/31/",
            "/arsip/2020/1/",
            "/arsip/20/",
        ],
    )
    def test_days_that_do_not_exist_are_not_found(self, client, path):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
class TestQueries:
    """Publication, sections, stories with all that cards show, the slots of lists; then what a page adds."""

    @pytest.fixture
    def made(self, count):
        section, author = SectionFactory(slug="ekonomi"), AuthorFactory(slug="rahma")
        for _ in range(count):
            article = ArticleFactory(
                is_public=True, section=section, publish_at=MIDNIGHT, place=PlaceFactory(),
                tags=["laut"],
            )  # fmt: skip
            BylineFactory(article=article, author=author)
            ArticlePhotoFactory(article=article)

    @pytest.mark.parametrize(
        ("path", "queries"),
        [
            ("/terkini/", 4),
            ("/terpopuler/", 7),
            ("/rubrik/ekonomi/", 4),
            ("/arsip/2020/12/02/", 4),
            ("/tag/laut/", 5),
            ("/penulis/rahma/", 5),
            ("/arsip/2020/12/", 5),
            ("/arsip/2020/", 4),
            ("/arsip/", 4),
        ],
    )
    def test_list_costs_as_much_for_one_as_for_three(
        self, client, django_assert_num_queries, made, path, queries
    ):
        with django_assert_num_queries(queries):
            assert client.get(path).status_code == 200


def test_section_colours_are_a_stylesheet_that_can_be_kept(client):
    SectionFactory(slug="laut", colour="#1f3a6e")
    address = client.get("/").context["section_colours"]
    assert address.startswith(reverse("articles:section_colours") + "?v=")
    response = client.get(address)
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert ".rubrik-laut{--rubrik:#1f3a6e}" in response.content.decode()
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "max-age=0" in client.get("/rubrik/warna.css?v=old")["Cache-Control"]
