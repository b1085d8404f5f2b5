"""JSON-LD, OpenGraph and the rest of a page's head."""

import datetime
import json
import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from articles import photos, structured
from articles.cards import PageMeta, article_meta, page_meta
from articles.choices import BylineRole, Capacity, CorrectionKind, DatePrecision, Kind
from articles.drawn import icon
from articles.models import Article
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    AuthorFactory,
    BylineFactory,
    CorrectionFactory,
    OrganisationFactory,
    PersonFactory,
    PhotoFactory,
    PlaceFactory,
    PostFactory,
    PublicationFactory,
    SectionFactory,
    TenureFactory,
    image_file,
    province,
)

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
SITE = "https://kabar.example"
PUBLISHER = {
    "@type": "NewsMediaOrganization",
    "@id": f"{SITE}/#publication",
    "name": "Kabar Tompolangi",
    "url": f"{SITE}/",
    "logo": {
        "@type": "ImageObject",
        "url": f"{SITE}/ikon/512/{icon.mark_of('Kabar Tompolangi')}.png",
        "width": 512,
        "height": 512,
    },
}


@pytest.fixture(autouse=True)
def _english(settings):
    settings.SITE_URL = SITE
    with translation.override("en"):
        yield


@pytest.fixture
def publication():
    return PublicationFactory(name="Kabar Tompolangi")


def story(**kwargs) -> Article:
    return ArticleFactory(**({"is_public": True, "publish_at": NOON, "slug": "kisah"} | kwargs))


def json_ld(article, publication) -> dict:
    fetched = Article.objects.for_page().get(pk=article.pk)
    return structured.article_json_ld(fetched, publication)


def meta_of(article, publication) -> PageMeta:
    return article_meta(Article.objects.for_page().get(pk=article.pk), publication)


# JSON-LD of a story


def test_json_ld_says_all_of_a_story(publication):
    article = story(
        headline="Rapat mutu pendidikan",
        standfirst="Wakil bupati membuka.",
        section=SectionFactory(name="Pendidikan"),
        place=PlaceFactory(name="Lappabatu", parent=province("91")),
        updated_at=NOON + HOUR,
        tags=["sekolah"],
    )
    BylineFactory(article=article, author=AuthorFactory(name="Baso", slug="baso"), position=1)
    BylineFactory(
        article=article, author=AuthorFactory(name="Rina", slug="rina"), position=2,
        role=BylineRole.PHOTOGRAPHER,
    )  # fmt: skip
    BylineFactory(
        article=article, author=AuthorFactory(name="Umar", slug="umar"), position=3,
        role=BylineRole.EDITOR,
    )  # fmt: skip
    photo = PhotoFactory(credit="Rina", caption="Ruang rapat")
    ArticlePhotoFactory(article=article, photo=photo)
    url = f"{SITE}/2026/11/20/kisah/"

    assert json_ld(article, publication) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "url": url,
        "mainEntityOfPage": url,
        "headline": "Rapat mutu pendidikan",
        "description": "Wakil bupati membuka.",
        "datePublished": "2026-11-20T13:00:00+09:00",
        "dateModified": "2026-11-20T14:00:00+09:00",
        "inLanguage": "id",
        "isAccessibleForFree": True,
        "articleSection": "Pendidikan",
        "publisher": PUBLISHER,
        "copyrightHolder": {"@id": f"{SITE}/#publication"},
        "dateline": "LAPPABATU",
        "contentLocation": {
            "@type": "Place",
            "name": "Lappabatu",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": "Lappabatu",
                "addressRegion": province("91").name,
                "addressCountry": "ID",
            },
        },
        "author": [{"@type": "Person", "name": "Baso", "url": f"{SITE}/penulis/baso/"}],
        "contributor": [{"@type": "Person", "name": "Rina", "url": f"{SITE}/penulis/rina/"}],
        "editor": [{"@type": "Person", "name": "Umar", "url": f"{SITE}/penulis/umar/"}],
        "image": [
            {
                "@type": "ImageObject",
                "url": f"{SITE}{photo.image.url}",
                "width": 24,
                "height": 16,
                "caption": "Ruang rapat",
                "creditText": "Rina",
            }
        ],
        "keywords": ["sekolah"],
    }


def test_json_ld_without_update_was_last_changed_at_publication(publication):
    found = json_ld(story(), publication)

    assert found["datePublished"] == found["dateModified"] == "2026-11-20T12:00:00+08:00"


def test_json_ld_of_an_unsigned_story_is_by_the_publication(publication):
    assert json_ld(story(), publication)["author"] == [{"@id": f"{SITE}/#publication"}]


@pytest.mark.parametrize("is_protected", [False, True])
def test_json_ld_of_a_story_without_a_photo_shows_its_card(publication, is_protected):
    article = story(is_identity_protected=is_protected)
    if is_protected:
        ArticlePhotoFactory(article=article)
    meta = meta_of(article, publication)
    assert meta.picture.url.startswith(f"{SITE}/kartu/berita/")
    assert json_ld(article, publication)["image"] == [
        {"@type": "ImageObject", "url": meta.picture.url, "width": 1200, "height": 630}
    ]


def test_json_ld_names_people_in_their_office_as_a_role(publication):
    article = story()
    organisation = OrganisationFactory(name="Pemerintah Kabupaten", slug="pemkab")
    tenure = TenureFactory(
        person=PersonFactory(name="Andi Karsina", slug="andi-karsina"),
        post=PostFactory(title="Wakil Bupati", organisation=organisation),
        started_on=datetime.date(2025, 2, 20),
        ended_on=datetime.date(2026, 6, 1),
        end_precision=DatePrecision.MONTH,
    )
    AttendanceFactory(
        article=article, person=tenure.person, tenure=tenure, name_as_printed="Hj. Andi Karsina",
        office_as_printed="Wakil Bupati", capacity=Capacity.QUOTED, position=1,
    )  # fmt: skip
    AttendanceFactory(
        article=article, person=PersonFactory(name="Warga", is_public=False), position=2
    )
    AttendanceFactory(
        article=article, person=None, position=3, capacity=Capacity.ORGANISER,
        organisation=OrganisationFactory(name="Dinas Pendidikan", slug="disdik"),
    )  # fmt: skip
    AttendanceFactory(article=article, person=None, group_label="para guru", position=4)

    found = json_ld(article, publication)

    assert found["mentions"] == [
        {
            "@type": "Person",
            "name": "Hj. Andi Karsina",
            "url": f"{SITE}/tokoh/andi-karsina/",
            "memberOf": {
                "@type": "OrganizationRole",
                "roleName": "Wakil Bupati",
                "startDate": "2025-02-20",
                "endDate": "2026-06",
                "memberOf": {
                    "@type": "Organization",
                    "name": "Pemerintah Kabupaten",
                    "url": f"{SITE}/lembaga/pemkab/",
                },
            },
        },
        {"@type": "Person", "name": "Warga"},
    ]
    assert found["about"] == [
        {"@type": "Organization", "name": "Dinas Pendidikan", "url": f"{SITE}/lembaga/disdik/"}
    ]


def test_json_ld_shows_corrections_newest_first(publication):
    article = story()
    CorrectionFactory(article=article, text="Satu", created_at=NOON + HOUR)
    CorrectionFactory(
        article=article, text="Dua", kind=CorrectionKind.RIGHT_OF_REPLY, created_at=NOON + 2 * HOUR
    )

    assert json_ld(article, publication)["correction"] == [
        {
            "@type": "CorrectionComment",
            "name": "Right of reply",
            "text": "Dua",
            "datePublished": "2026-11-20T14:00:00+08:00",
        },
        {
            "@type": "CorrectionComment",
            "name": "Erratum",
            "text": "Satu",
            "datePublished": "2026-11-20T13:00:00+08:00",
        },
    ]


def test_json_ld_of_a_paid_story_names_its_sponsor(publication):
    found = json_ld(story(kind=Kind.PAID, sponsor="PT Laut"), publication)

    assert found["@type"] == "AdvertiserContentArticle"
    assert found["sponsor"] == {"@type": "Organization", "name": "PT Laut"}


def test_json_ld_of_a_withdrawn_story_is_its_notice(publication):
    article = ArticleFactory(
        is_withdrawn=True, publish_at=NOON, slug="kisah", headline="rahasia", tags=["rahasia"],
        withdrawal_notice="Ditarik.", standfirst="rahasia", body="<p>rahasia</p>",
        section=SectionFactory(name="Desa"),
    )  # fmt: skip
    AttendanceFactory(article=article, person__name="rahasia")
    ArticlePhotoFactory(article=article, photo__caption="rahasia")
    CorrectionFactory(
        article=article, kind=CorrectionKind.WITHDRAWAL, text="Ditarik.", created_at=NOON + HOUR
    )
    url = f"{SITE}/2026/11/20/kisah/"

    assert json_ld(article, publication) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "url": url,
        "mainEntityOfPage": url,
        "headline": "Withdrawn: a story of 20 November 2026",
        "description": "Ditarik.",
        "datePublished": "2026-11-20T12:00:00+08:00",
        "dateModified": "2026-11-20T12:00:00+08:00",
        "inLanguage": "id",
        "isAccessibleForFree": True,
        "articleSection": "Desa",
        "publisher": PUBLISHER,
        "copyrightHolder": {"@id": f"{SITE}/#publication"},
        "creativeWorkStatus": "Withdrawn",
        "correction": [
            {
                "@type": "CorrectionComment",
                "name": "Withdrawal",
                "text": "Ditarik.",
                "datePublished": "2026-11-20T13:00:00+08:00",
            }
        ],
    }


def test_head_of_a_protected_story_leaks_nothing(publication):
    article = story(is_identity_protected=True, tags=["RAHASIA"])
    AttendanceFactory(article=article, person__name="RAHASIA")
    ArticlePhotoFactory(article=article, photo__caption="RAHASIA", photo__alt_text="RAHASIA")

    head = render_to_string("components/meta.html", {"meta": meta_of(article, publication)})

    assert "RAHASIA" not in head
    assert "/media/" not in head
    assert "mentions" not in head


@pytest.mark.parametrize("count", [1, 3])
def test_head_of_a_story_asks_for_nothing_more(publication, django_assert_num_queries, count):
    article = story(place=PlaceFactory(), tags=["a", "b"])
    for _number in range(count):
        tenure = TenureFactory()
        AttendanceFactory(article=article, person=tenure.person, tenure=tenure)
        ArticlePhotoFactory(article=article)
        BylineFactory(article=article)
        CorrectionFactory(article=article)
    fetched = Article.objects.for_page().get(pk=article.pk)

    with django_assert_num_queries(0):
        render_to_string("components/meta.html", {"meta": article_meta(fetched, publication)})


# JSON-LD of everything else


def test_publication_json_ld_points_to_its_promises():
    publication = PublicationFactory(
        name="Kabar Tompolangi", tagline="Dari teluk", legal_name="PT Kabar", address="Jalan 1",
        email="r@example.org", phone="0811", ownership="Milik koperasi.",
    )  # fmt: skip

    assert structured.publication_json_ld(publication) == {
        "@context": "https://schema.org",
        **PUBLISHER,
        "legalName": "PT Kabar",
        "description": "Dari teluk",
        "address": "Jalan 1",
        "email": "r@example.org",
        "telephone": "0811",
        "masthead": f"{SITE}/redaksi/",
        "correctionsPolicy": f"{SITE}/ralat/",
        "ethicsPolicy": f"{SITE}/pedoman-media-siber/",
        "publishingPrinciples": f"{SITE}/pedoman-media-siber/",
        "ownershipFundingInfo": f"{SITE}/redaksi/",
        "actionableFeedbackPolicy": f"{SITE}/kontak/",
    }


def attributes(head: str, name: str) -> dict[str, str]:
    return dict(re.findall(rf'<meta {name}="([^"]*)" content="([^"]*)">', head))


def test_head_of_a_story_is_complete(publication):
    article = story(
        headline="Rapat", standfirst="Teras.", section=SectionFactory(name="Desa", slug="desa"),
        tags=["sekolah"], updated_at=NOON + HOUR,
    )  # fmt: skip
    photo = PhotoFactory(alt_text="Perahu di dermaga", image=image_file(size=(640, 480)))
    photos.make_renditions(photo)
    ArticlePhotoFactory(article=article, photo=photo)

    head = render_to_string("components/meta.html", {"meta": meta_of(article, publication)})

    assert attributes(head, "property") == {
        "og:type": "article",
        "og:title": "Rapat",
        "og:description": "Teras.",
        "og:url": f"{SITE}/2026/11/20/kisah/",
        "og:site_name": "Kabar Tompolangi",
        "og:locale": "id_ID",
        "article:published_time": "2026-11-20T12:00:00+08:00",
        "article:modified_time": "2026-11-20T13:00:00+08:00",
        "article:section": "Desa",
        "article:tag": "sekolah",
        "og:image": f"{SITE}/media/{photo.in_shape('40:21')[0].name}",
        "og:image:type": "image/jpeg",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Perahu di dermaga",
    }
    assert attributes(head, "name") == {
        "description": "Teras.",
        "robots": "max-image-preview:large",
        "twitter:card": "summary_large_image",
    }
    assert f'<link rel="canonical" href="{SITE}/2026/11/20/kisah/">' in head
    assert re.findall(
        '<link rel="alternate" type="([^"]*)" title="([^"]*)" href="([^"]*)">', head
    ) == [
        ("application/rss+xml", "Kabar Tompolangi – Desa (RSS)", f"{SITE}/rubrik/desa/rss.xml"),
        ("application/atom+xml", "Kabar Tompolangi – Desa (Atom)", f"{SITE}/rubrik/desa/atom.xml"),
        (
            "application/feed+json",
            "Kabar Tompolangi – Desa (JSON Feed)",
            f"{SITE}/rubrik/desa/feed.json",
        ),
        ("application/rss+xml", "Kabar Tompolangi (RSS)", f"{SITE}/rss.xml"),
        ("application/atom+xml", "Kabar Tompolangi (Atom)", f"{SITE}/atom.xml"),
        ("application/feed+json", "Kabar Tompolangi (JSON Feed)", f"{SITE}/feed.json"),
        ("application/json", "ninjs", f"{SITE}/2026/11/20/kisah/ninjs.json"),
    ]
    documents = re.findall('<script type="application/ld\\+json">(.*?)</script>', head)
    assert [json.loads(text)["@type"] for text in documents] == ["NewsArticle", "BreadcrumbList"]


def test_head_of_a_paid_story_carries_the_label(publication):
    meta = meta_of(story(headline="Rumah", kind=Kind.PAID, sponsor="PT X"), publication)

    assert meta.title == "Advertorial: Rumah"


def test_head_of_a_withdrawn_story_is_not_indexed(publication):
    article = ArticleFactory(
        is_withdrawn=True,
        publish_at=NOON,
        slug="x",
        headline="RAHASIA",
        withdrawal_notice="Ditarik.",
    )
    ArticlePhotoFactory(article=article)

    meta = meta_of(article, publication)
    head = render_to_string("components/meta.html", {"meta": meta})

    assert meta.title == "Withdrawn: a story of 20 November 2026"
    assert (meta.description, meta.picture) == ("Ditarik.", None)
    assert "RAHASIA" not in head
    assert attributes(head, "name")["robots"] == "noindex"
    assert "canonical" not in head


def test_head_of_any_page_falls_back_to_the_tagline():
    publication = PublicationFactory(name="Kabar", tagline="Dari teluk dan gunung")

    meta = page_meta(publication, title="Terkini", path="/terkini/")

    assert (meta.description, meta.url) == ("Dari teluk dan gunung", f"{SITE}/terkini/")
    assert [feed.url for feed in meta.feeds] == [
        f"{SITE}/rss.xml",
        f"{SITE}/atom.xml",
        f"{SITE}/feed.json",
    ]


def test_head_cuts_a_long_description_between_words(publication):
    meta = page_meta(publication, title="X", path="/", description="kata " * 100)

    assert meta.description == "kata " * 59 + "kata…"


def test_head_prints_numbers_without_separators(publication):
    article = story()
    ArticlePhotoFactory(article=article)
    meta = meta_of(article, publication)
    wide = meta.picture.__class__(**{**vars(meta.picture), "width": 2400})

    with translation.override("id"):
        head = render_to_string(
            "components/meta.html", {"meta": PageMeta(**{**vars(meta), "picture": wide})}
        )

    assert '"og:image:width" content="2400"' in head


@given(st.text())
def test_json_ld_cannot_close_its_script_element(text):
    meta = PageMeta(
        title="", description="", url="", site_name="", locale="id_ID", data=[{"headline": text}]
    )
    (document,) = meta.json_ld

    assert not set(document) & set("<>&")
    assert json.loads(document) == {"headline": text}
