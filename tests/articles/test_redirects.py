"""Old addresses lead to where their content stands now, and nowhere else."""

import datetime
from urllib.parse import unquote

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from articles import changes, former, revisions
from articles.models import Article, Redirect
from articles.slugs import free_article_slug, is_free, keep_old_address
from articles.views import errors, redirects
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    BylineFactory,
    PageFactory,
    PersonFactory,
    PublicationFactory,
    RedirectFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db

MOMENT = datetime.datetime(2020, 12, 2, 8, 9, tzinfo=datetime.UTC)


def answer(client, path, **options):
    response = client.get(path, **options)
    return response.status_code, response.headers.get("Location", "")


@pytest.fixture
def article():
    return ArticleFactory(is_public=True, slug="harga-pasar", publish_at=MOMENT)


def to_article(article, path):
    return RedirectFactory(path=path, article=article, target="")


def test_changed_slug_leads_to_the_present_address(client, article):
    old = article.get_absolute_url()
    article.slug = "harga-pasar-turun"
    article.save()
    keep_old_address(article, "harga-pasar")
    assert answer(client, old) == (301, "/2020/12/02/harga-pasar-turun/")


@pytest.mark.parametrize(
    ("rest", "shows", "leads_to"),
    [("riwayat/", True, "riwayat/"), ("riwayat/", False, ""), ("ninjs.json", False, "ninjs.json")],
)
def test_what_stands_below_a_story_moves_with_it(client, article, rest, shows, leads_to):
    PublicationFactory(shows_versions=shows)
    old = article.get_absolute_url()
    article.slug = "judul-baru"
    article.save()
    keep_old_address(article, "harga-pasar")
    response = client.get(f"{old}{rest}")
    # They may be shown one day: that there are none is not for good.
    assert response.status_code == (301 if leads_to else 302)
    assert response["Location"] == f"{article.get_absolute_url()}{leads_to}"


def test_what_stands_below_a_story_that_is_not_public_any_more_is_not_led_to(client, article):
    old = article.get_absolute_url()
    article.slug = "judul-baru"
    article.save()
    keep_old_address(article, "harga-pasar")
    Article.objects.filter(pk=article.pk).update(status="draft")
    assert client.get(f"{old}riwayat/").status_code == 404


def test_going_back_to_a_slug_takes_its_redirect_away(article):
    article.slug = "lain"
    article.save()
    keep_old_address(article, "harga-pasar")
    article.slug = "harga-pasar"
    article.save()
    keep_old_address(article, "lain")
    assert list(article.redirects.values_list("path", flat=True)) == ["/2020/12/02/lain/"]


def test_no_old_address_of_a_protected_story_names_whom_it_protects(client, article):
    """Neither one that there was before, nor the one that it leaves when the changes are published."""
    editor = StaffFactory(is_superuser=True)
    Article.objects.filter(pk=article.pk).update(slug="sitti-aminah-hilang")
    article.refresh_from_db()
    revisions.record(article, by=editor)
    named = (article.get_absolute_url(), "/berita/Sitti%20Aminah.html", "/?cari=sitti-aminah")
    for path in (*named[1:], "/?p=12", "/2019/01/02/anak-hilang/"):
        to_article(article, path)
    copy = changes.begin(article, by=editor)
    AttendanceFactory(
        article=copy,
        person=PersonFactory(name="Siti Aminah binti Baso"),
        name_as_printed="Sitti Aminah",
    )
    Article.objects.filter(pk=copy.pk).update(is_identity_protected=True, slug="anak-hilang")
    copy.refresh_from_db()
    revisions.record(copy, by=editor)
    assert answer(client, "/berita/Sitti%20Aminah.html")[0] == 301
    changes.publish(copy, by=editor, why="Anak")
    assert [answer(client, path)[0] for path in named] == [404, 404, 200]
    for path in ("/?p=12", "/2019/01/02/anak-hilang/"):
        assert answer(client, path) == (301, "/2020/12/02/anak-hilang/")


def test_old_address_is_nobody_elses(client, article):
    old = article.get_absolute_url()
    article.slug = "lain"
    article.save()
    keep_old_address(article, "harga-pasar")
    other = ArticleFactory(slug="harga-pasar")
    day = article.published_on
    assert is_free(article, day, "harga-pasar")
    assert not is_free(other, day, "harga-pasar")
    assert not is_free(Article(), day, "harga-pasar")
    assert not is_free(other, day, "lain")
    assert free_article_slug(other, day) == "harga-pasar-2"
    assert free_article_slug(article, day) == "lain"
    assert is_free(other, day + datetime.timedelta(days=1), "harga-pasar")
    assert answer(client, old) == (301, "/2020/12/02/lain/")


def test_address_that_leads_elsewhere_is_not_free(article):
    RedirectFactory(path="/2020/12/02/pasar/", target="/terkini/")
    assert not is_free(article, article.published_on, "pasar")
    assert not is_free(Article(), article.published_on, "pasar")


def test_keeping_an_address_never_turns_that_of_another_story(article):
    other = ArticleFactory(is_public=True, slug="lain", publish_at=MOMENT)
    kept = to_article(other, "/2020/12/02/dulu/")
    present = to_article(other, article.get_absolute_url())
    keep_old_address(article, "dulu")
    kept.refresh_from_db()
    present.refresh_from_db()
    assert (kept.article, present.article) == (other, other)


def test_old_address_never_leads_through_another_one(client, article):
    to_article(article, "/2012/pasar.html")
    article.slug = "lain"
    article.save()
    assert answer(client, "/2012/pasar.html") == (301, "/2020/12/02/lain/")


def test_address_with_its_query_goes_before_the_one_without(client, article):
    to_article(article, "/index.php?id=12")
    RedirectFactory(path="/index.php", target="/terkini/")
    assert answer(client, "/index.php?id=12") == (301, article.get_absolute_url())
    assert answer(client, "/index.php?id=13") == (301, "/terkini/")
    assert answer(client, "/index.php") == (301, "/terkini/")


def test_mobile_query_of_an_imported_address_is_ignored(client, article):
    to_article(article, "/2012/03/pasar.html")
    assert answer(client, "/2012/03/pasar.html?m=1") == (301, article.get_absolute_url())


@pytest.mark.parametrize("stored", ["/berita/pasar ikan é/", "/berita/pasar%20ikan%20%C3%A9/"])
def test_address_is_found_as_sent_and_as_read(client, article, stored):
    to_article(article, stored)
    found = answer(client, "/berita/pasar%20ikan%20%C3%A9/")
    assert found == (301, article.get_absolute_url())


def test_page_is_led_to(client):
    page = PageFactory(slug="tentang")
    RedirectFactory(path="/about.html", page=page, target="")
    assert answer(client, "/about.html") == (301, "/halaman/tentang/")


def test_withdrawn_story_is_led_to_its_notice(client):
    article = ArticleFactory(is_withdrawn=True, publish_at=MOMENT)
    to_article(article, "/lama/")
    assert answer(client, "/lama/") == (301, article.get_absolute_url())


def test_what_is_not_public_is_not_led_to(client):
    to_article(ArticleFactory(is_scheduled=True), "/nanti/")
    to_article(ArticleFactory(), "/draf/")
    RedirectFactory(path="/rahasia/", page=PageFactory(is_published=False), target="")
    for path in ("/nanti/", "/draf/", "/rahasia/"):
        assert answer(client, path) == (404, "")


def test_living_address_wins_over_a_redirect(client, article):
    RedirectFactory(path=article.get_absolute_url(), target="/terkini/")
    assert answer(client, article.get_absolute_url()) == (200, "")


def test_address_of_our_shape_without_a_story_is_looked_up_too(client, article):
    to_article(article, "/2020/12/01/harga-pasar/")
    assert answer(client, "/2020/12/01/harga-pasar/") == (301, article.get_absolute_url())


def test_missing_slash_is_added(client, article):
    assert answer(client, "/terkini") == (301, "/terkini/")
    assert answer(client, "/2020/12/02/harga-pasar") == (301, article.get_absolute_url())


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/2020/", "/arsip/2020/"),
        ("/2020/12/", "/arsip/2020/12/"),
        ("/2020/12/02/", "/arsip/2020/12/02/"),
    ],
)
def test_date_without_a_story_leads_to_the_archive(client, path, target):
    assert answer(client, path) == (301, target)


@pytest.mark.parametrize(
    "path",
    [
        "/TERKINI/",
        "/2020/12/02/Harga-Pasar/",
        "/2020/12/2/harga-pasar/",
        "/tidak/ada/",
        "/%00",
        "/?p=%00",
        "/a%ff",
        "/" + "x" * 2000,
    ],
)
def test_unknown_address_is_not_found_or_the_front(client, article, path):
    expected = 200 if path.startswith("/?") else 404
    assert answer(client, path) == (expected, "")


def test_doubled_slash_leads_nowhere_outside(client, article):
    assert answer(client, "/", PATH_INFO="//luar.example/terkini") == (404, "")


def test_redirect_answers_head_but_no_other_method(client, article):
    to_article(article, "/lama/")
    assert client.head("/lama/").status_code == 301
    assert client.post("/lama/").status_code == 404


def test_old_address_costs_one_query(client, django_assert_num_queries, article):
    to_article(article, "/lama/")
    with django_assert_num_queries(1):
        client.get("/lama/")


def test_unknown_address_costs_five_queries(client, django_assert_num_queries, article):
    # Redirects; publication, sections; the latest stories and their photos.
    with django_assert_num_queries(4 + 1):
        client.get("/tidak-ada/")
    assert Redirect.objects.count() == 0


class TestFormerSystems:
    """Addresses of WordPress and Blogger beyond those that an import has entered."""

    @pytest.mark.parametrize(
        ("entered", "asked"),
        [
            ("/2012/03/pasar/", "/2012/03/pasar"),
            ("/2012/03/pasar/", "/2012/03/pasar/amp/"),
            ("/2012/03/pasar/", "/2012/03/pasar/amp"),
            ("/2012/03/pasar/", "/amp/2012/03/pasar/"),
            ("/2012/03/pasar/", "/index.php/2012/03/pasar/"),
            ("/2012/03/pasar/", "/2012/03/pasar/feed/"),
            ("/2012/03/pasar/", "/2012/03/pasar/feed/atom/"),
            ("/2012/03/pasar/", "/2012/03/pasar/embed/"),
            ("/2012/03/pasar/", "/2012/03/pasar/2/"),
            ("/2012/03/pasar/", "/2012/03/pasar/comment-page-3/#comment-7"),
            ("/2012/03/pasar/", "/2012/03/pasar/attachment/foto/"),
            ("/2012/03/pasar/", "/2012/03/pasar/foto-pasar/"),
            ("/2012/03/pasar/", "/2012/03/pasar/?replytocom=9"),
            ("/2012/03/pasar.html", "/2012/03/pasar.html/amp"),
            ("/2012/03/pasar.html", "/2012/03/pasar.html?m=1"),
            ("/2012/03/pasar.html", "/2012/03/pasar.html?m=0&spref=fb"),
            ("/pasar-naik/", "/pasar-naik"),
            ("/%e2%80%9cpasar%e2%80%9d/", "/%E2%80%9Cpasar%E2%80%9D/"),
            ("/%e2%80%9cpasar%e2%80%9d/", "/%e2%80%9cpasar%e2%80%9d/amp/"),
            ("/?p=12", "/?p=12"),
            ("/?p=12", "/?p=12&preview=true"),
            ("/?p=12", "/?fbclid=x&p=12"),
            ("/?attachment_id=14", "/?attachment_id=14"),
            ("/index.php?page_id=3", "/index.php?page_id=3"),
        ],
    )
    def test_a_text_is_found_under_every_form_of_its_address(self, client, article, entered, asked):
        to_article(article, entered)
        assert answer(client, asked) == (301, article.get_absolute_url())

    @pytest.mark.parametrize(
        ("asked", "target"),
        [
            ("/feed/", "/rss.xml"),
            ("/feed", "/rss.xml"),
            ("/feed/rss2/", "/rss.xml"),
            ("/feed/atom/", "/atom.xml"),
            ("/?feed=rss2", "/rss.xml"),
            ("/feeds/posts/default", "/atom.xml"),
            ("/feeds/posts/default?alt=rss", "/rss.xml"),
            ("/feeds/posts/default/-/Ekonomi?alt=rss", "/rubrik/ekonomi/rss.xml"),
            ("/category/ekonomi/", "/rubrik/ekonomi/"),
            ("/category/daerah/ekonomi/page/4/", "/rubrik/ekonomi/"),
            ("/category/ekonomi/feed/", "/rubrik/ekonomi/rss.xml"),
            ("/search/label/Ekonomi?max-results=20", "/rubrik/ekonomi/"),
            ("/search/label/Hasil%20Laut", "/tag/hasil-laut/"),
            ("/?category_name=ekonomi", "/rubrik/ekonomi/"),
            ("/?tag=hasil-laut", "/tag/hasil-laut/"),
            ("/author/rahma/", "/penulis/rahma/"),
            ("/author/rahma/page/2/", "/penulis/rahma/"),
            ("/search?q=harga+ikan", "/cari/?q=harga+ikan"),
            ("/?s=harga+ikan", "/cari/?q=harga+ikan"),
            ("/2020_12_01_archive.html", "/arsip/2020/12/"),
            ("/?m=202012", "/arsip/2020/12/"),
            ("/?m=20201202", "/arsip/2020/12/02/"),
            ("/?year=2020&monthnum=3", "/arsip/2020/03/"),
            ("/page/3/", "/terkini/"),
            ("/?paged=3", "/terkini/"),
            ("/wp-sitemap.xml", "/sitemap.xml"),
            ("/wp-sitemap-posts-post-1.xml", "/sitemap.xml"),
            ("/sitemap_index.xml", "/sitemap.xml"),
            ("/post-sitemap2.xml", "/sitemap.xml"),
            ("/news-sitemap.xml", "/sitemap-news.xml"),
        ],
    )
    def test_a_list_or_feed_leads_to_ours(self, client, asked, target):
        story = ArticleFactory(is_public=True, section__slug="ekonomi", tags=["hasil laut"])
        BylineFactory(article=story, author__slug="rahma")
        assert answer(client, asked) == (301, target)

    @pytest.mark.parametrize(
        "asked",
        [
            "/category/tidak-ada/",
            "/author/tidak-ada/",
            "/search/label/Rahasia",
            "/tag/rahasia/feed/",
        ],
    )
    def test_no_list_is_named_that_has_nothing_to_show(self, client, asked):
        ArticleFactory(is_public=True, is_identity_protected=True, tags=["rahasia"])
        assert answer(client, asked)[0] == 404

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_any_address_can_be_taken_apart(self, path, query):
        assert former.spellings(f"/{path}") is not None
        meant = former.meant(f"/{path}", query)
        assert meant is None or meant.path.startswith("/") or meant.kind is not former.Kind.PATH

    def test_a_query_without_end_asks_one_question(self, client, django_assert_num_queries):
        assert len(redirects._spellings(RequestFactory().get("/x/?" + "&".join("a" * 200)))) <= 60


class TestNotFound:
    def test_the_search_is_filled_with_the_words_of_the_address(self, client):
        page = client.get("/2019/03/04/harga-ikan-naik-2.html").content.decode()
        assert 'name="q" value="harga ikan naik"' in page

    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("/2020/12/02/harga-pasar-turun/", "harga pasar turun"),
            ("/berita/Pasar%20%22ikan%22.php", "Pasar ikan"),
            ("/2020/12/02/harga-pasar/riwayat/", "harga pasar"),
            ("/12/34/", ""),
            ("/x/", ""),
            ("/" + "panjang-" * 60, ("panjang " * 13)[:100].strip()),
        ],
    )
    def test_words_of(self, path, words):
        assert errors.words_of(unquote(path)) == words

    def test_it_offers_the_latest_stories(self, client):
        ArticleFactory(is_public=True, headline="Panen raya")
        assert "Panen raya" in client.get("/tidak-ada/").content.decode()

    @pytest.mark.parametrize("path", ["/tidak-ada/", "/tidak-ada/?x=1"])
    def test_it_costs_one_question_once_other_pages_were_read(
        self, reader, article, path, django_assert_num_queries
    ):
        reader.get("/tidak-ada/")
        with django_assert_num_queries(1 if "?" not in path else 2):
            assert reader.get(path).status == 404
