"""Pages that stand, errors, and what holds for every public page."""

import datetime
import logging
import re

import pytest
from django.test import Client
from django.utils import translation

from articles.choices import CorrectionKind
from articles.models import Publication
from articles.views.colours import contrast, for_dark
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    AuthorFactory,
    BylineFactory,
    CorrectionFactory,
    PageFactory,
    PersonFactory,
    PostFactory,
    PublicationFactory,
    SectionFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db

MOMENT = datetime.datetime(2020, 12, 2, 8, 9, tzinfo=datetime.UTC)
PATHS = [
    "/",
    "/2020/12/02/pasar/",
    "/rubrik/ekonomi/",
    "/rubrik/warna.css",
    "/tag/laut/",
    "/tokoh/",
    "/tokoh/andi/",
    "/lembaga/dinas/",
    "/penulis/rahma/",
    "/terkini/",
    "/terpopuler/",
    "/arsip/",
    "/perkembangan/",
    "/arsip/2020/",
    "/arsip/2020/12/",
    "/arsip/2020/12/02/",
    "/cari/",
    "/cari/?q=pasar",
    "/ralat/",
    "/redaksi/",
    "/pedoman-media-siber/",
    "/privasi/",
    "/kontak/",
    "/halaman/tentang/",
]
FOOTER = ["/redaksi/", "/pedoman-media-siber/", "/ralat/", "/privasi/", "/kontak/"]


@pytest.fixture
def site():
    """A little publication with one of everything."""
    PublicationFactory()
    article = ArticleFactory(
        is_public=True, slug="pasar", headline="Harga pasar", publish_at=MOMENT, tags=["laut"],
        section=SectionFactory(slug="ekonomi"),
    )  # fmt: skip
    AttendanceFactory(article=article, person=PersonFactory(slug="andi"))
    BylineFactory(article=article, author=AuthorFactory(slug="rahma"))
    PostFactory(organisation__slug="dinas")
    PageFactory(slug="tentang")
    CorrectionFactory(article=article)


@pytest.mark.parametrize("path", PATHS)
def test_public_page_is_the_same_for_everybody(client, site, path):
    staff = Client(headers={"accept-language": "en", "user-agent": "else"})
    staff.force_login(StaffFactory(language="en"))
    anonymous, signed_in = client.get(path), staff.get(path)
    assert anonymous.status_code == 200
    assert anonymous.content == signed_in.content
    for response in (anonymous, signed_in):
        assert not response.cookies
        assert "Vary" not in response.headers
        assert b"csrf" not in response.content


@pytest.mark.parametrize("path", PATHS)
def test_public_page_has_no_inline_style_or_script(client, site, path):
    html = client.get(path).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    scripts = re.findall(r"<script([^>]*)>", html)
    # Data for search engines and for the slots is no code: no browser runs it.
    data = ('type="application/ld+json"', 'type="application/json"')
    assert all("src=" in script or script.strip().endswith(data) for script in scripts)


@pytest.mark.parametrize("path", PATHS)
def test_public_page_answers_head_and_refuses_post(client, site, path):
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", [path for path in PATHS if not path.endswith(".css")])
def test_public_page_can_be_asked_again_for_nothing(client, site, path):
    first = client.get(path)
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", [path for path in PATHS if not path.endswith(".css")])
def test_public_page_has_one_main_heading_and_a_way_to_every_standing_page(client, site, path):
    html = client.get(path).content.decode()
    assert html.count("<h1") == 1
    assert '<html lang="id">' in html
    assert all(f'href="{address}"' in html for address in FOOTER)


def test_masthead_prints_the_row_and_its_lines(client):
    PublicationFactory(
        legal_name="PT Uji", masthead="Pemimpin redaksi: Nurhayati\nTanpa peran",
        ownership="Milik karyawan.",
    )  # fmt: skip
    html = client.get("/redaksi/").content.decode()
    assert '<span class="role">Pemimpin redaksi</span> <span class="holder">Nurhayati' in html
    assert '<li><span class="holder">Tanpa peran</span></li>' in html
    assert "<p>Milik karyawan.</p>" in html and "PT Uji" in html


def test_masthead_answers_before_anybody_filled_it_in(client):
    assert not Publication.objects.exists()
    assert client.get("/redaksi/").status_code == 200


def test_guidelines_follow_the_language_of_the_publication(client, settings):
    assert "3 Februari 2012" in client.get("/pedoman-media-siber/").content.decode()
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        assert "3 February 2012" in client.get("/pedoman-media-siber/").content.decode()


def test_contact_shows_the_own_page_above_the_masthead(client):
    PublicationFactory(email="redaksi@uji.example")
    html = client.get("/kontak/").content.decode()
    assert "mailto:redaksi@uji.example" in html
    PageFactory(slug="kontak", title="Hubungi kami", body="<p>Datanglah.</p>")
    html = client.get("/kontak/").content.decode()
    assert html.index("Hubungi kami</h1>") < html.index("<p>Datanglah.</p>")
    response = client.get("/halaman/kontak/")
    assert (response.status_code, response["Location"]) == (301, "/kontak/")


def test_page_that_is_not_public_is_not_found(client):
    PageFactory(slug="rahasia", is_published=False)
    assert client.get("/halaman/rahasia/").status_code == 404


def test_corrections_are_newest_first_and_keep_withdrawn_headlines_out(client):
    article = ArticleFactory(is_public=True, headline="Harga pasar")
    old = CorrectionFactory(article=article, created_at=MOMENT)
    withdrawn = CorrectionFactory(
        article=ArticleFactory(is_withdrawn=True, headline="Nama Korban"),
        kind=CorrectionKind.WITHDRAWAL,
        text="Berita dicabut.",
    )
    response = client.get("/ralat/")
    assert response.context["corrections"].items == [withdrawn, old]
    html = response.content.decode()
    assert "Harga pasar" in html and "2 Desember 2020 16.09 WITA" in html
    assert "Nama Korban" not in html and withdrawn.article.get_absolute_url() in html


@pytest.mark.parametrize("state", ["is_scheduled", "is_draft"])
def test_corrections_tell_nothing_of_a_story_that_is_not_out(client, state):
    article = ArticleFactory(**({"is_scheduled": True} if state == "is_scheduled" else {}))
    CorrectionFactory(article=article)
    response = client.get("/ralat/")
    assert response.context["corrections"].items == []
    assert article.headline not in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_corrections_cost_three_queries(client, django_assert_num_queries, count):
    for _ in range(count):
        CorrectionFactory()
    with django_assert_num_queries(3):
        client.get("/ralat/")


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/redaksi/", 2),
        ("/pedoman-media-siber/", 2),
        ("/privasi/", 2),
        ("/kontak/", 3),
        ("/halaman/tentang/", 3),
    ],
)
def test_standing_page_costs(client, site, django_assert_num_queries, path, queries):
    with django_assert_num_queries(queries):
        client.get(path)


class TestErrors:
    def test_not_found_offers_search_and_the_latest(self, client):
        article = ArticleFactory(is_public=True)
        response = client.get("/tidak-ada/")
        html = response.content.decode()
        assert response.status_code == 404
        assert 'role="search"' in html and article.get_absolute_url() in html
        assert '<meta name="robots" content="noindex">' in html

    def test_server_error_needs_no_database(self, django_assert_num_queries, monkeypatch, caplog):
        def broken(request):
            raise RuntimeError("broken")

        monkeypatch.setattr("articles.views.front.show", broken)
        caplog.set_level(logging.CRITICAL, "django.request")
        client = Client(raise_request_exception=False)
        response = client.get("/")
        assert response.status_code == 500
        assert b"<h1>" in response.content
        assert response["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("name", ["bad_request", "permission_denied"])
    def test_other_errors_need_no_database(self, rf, django_assert_num_queries, name):
        from articles.views import errors

        with django_assert_num_queries(0):
            response = getattr(errors, name)(rf.get("/"), Exception())
        assert response.status_code == {"bad_request": 400, "permission_denied": 403}[name]

    def test_error_page_answers_even_without_its_template(self, rf, settings):
        from articles.views import errors

        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "APP_DIRS": False}]
        response = errors.server_error(rf.get("/"))
        assert (response.status_code, b"<h1>500</h1>" in response.content) == (500, True)


@pytest.mark.parametrize("colour", ["#1f3a6e", "#000000", "#8f3d0c", "#2c5e1a", "#ffffff"])
def test_section_colours_can_be_read_on_the_dark_ground(colour):
    assert contrast(for_dark(colour), "#151412") >= 4.5


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_privacy_says_how_long_single_views_are_kept(client, site, settings):
    settings.EVENTS_KEPT_DAYS = 12
    assert "paling lama 12 hari" in client.get("/privasi/").content.decode()
