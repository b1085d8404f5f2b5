"""A story as ninjs: the standard's own fields, and nothing that may not leave the house."""

import datetime

import pytest
from django.http import Http404
from django.utils import translation

from articles import ninjs
from articles.choices import Capacity, CorrectionKind, Kind
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    CorrectionFactory,
    OrganisationFactory,
    PersonFactory,
    PhotoFactory,
    PublicationFactory,
    SectionFactory,
    TenureFactory,
    province,
)

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
SITE = "https://kabar.example"
ADDRESS = "/2026/11/20/kisah/ninjs.json"


@pytest.fixture(autouse=True)
def _english(settings):
    settings.SITE_URL = SITE
    with translation.override("en"):
        yield


def story(**kwargs):
    return ArticleFactory(**({"is_public": True, "publish_at": NOON, "slug": "kisah"} | kwargs))


def test_ninjs_says_all_of_a_story(client):
    PublicationFactory(name="Kabar", legal_name="PT Kabar")
    place = province("73")
    article = story(
        headline="Rapat", standfirst="Teras.", body="<p>Satu dua.</p><p>Tiga.</p>", place=place,
        section=SectionFactory(name="Desa", slug="desa"), updated_at=NOON + HOUR,
    )  # fmt: skip
    article.tags.set(["Sekolah"])
    tag = article.tags.get()
    BylineFactory(article=article, author__name="Baso", position=1)
    BylineFactory(article=article, author__name="Rina", position=2)
    photo = PhotoFactory(
        credit="Rina", caption="Ruang", alt_text="Meja",
        renditions=[{"name": "photos/a-12.webp", "width": 12, "height": 8}],
    )  # fmt: skip
    ArticlePhotoFactory(article=article, photo=photo)
    AttendanceFactory(
        article=article, person=PersonFactory(name="Karsina", slug="karsina"), position=1,
        name_as_printed="Hj. Karsina", capacity=Capacity.QUOTED,
    )  # fmt: skip
    AttendanceFactory(
        article=article, person=PersonFactory(name="Warga", is_public=False), position=2
    )
    AttendanceFactory(
        article=article, person=None, organisation=OrganisationFactory(name="Disdik", slug="disdik"),
        position=3,
    )  # fmt: skip
    AttendanceFactory(article=article, person=None, group_label="para guru", position=4)
    renditions = {
        "width_24": {
            "href": f"{SITE}{photo.image.url}", "mimetype": "image/jpeg", "width": 24, "height": 16,
        },
        "width_12": {
            "href": f"{SITE}/media/photos/a-12.webp", "mimetype": "image/webp", "width": 12, "height": 8,
        },
    }  # fmt: skip
    uri = f"tag:kabar.example,2026-11-20:article-{article.pk}"

    response = client.get(ADDRESS)

    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response.json() == {
        "$standard": {
            "name": "ninjs",
            "version": "1.5",
            "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_1.5.json",
        },
        "uri": uri,
        "altids": {"url": f"{SITE}/2026/11/20/kisah/"},
        "type": "text",
        "mimetype": "text/html",
        "representationtype": "complete",
        "version": "1",
        "firstcreated": "2026-11-20T12:00:00+08:00",
        "versioncreated": "2026-11-20T13:00:00+08:00",
        "pubstatus": "usable",
        "language": "id",
        "copyrightholder": "PT Kabar",
        "headline": "Rapat",
        "slugline": "kisah",
        "byline": "Baso, Rina",
        "located": place.dateline,
        "description_text": "Teras.",
        "body_html": "<p>Satu dua.</p><p>Tiga.</p>",
        "body_text": "Satu dua.\nTiga.",
        "charcount": 15,
        "wordcount": 3,
        "subject": [
            {"name": "Desa", "rel": "section", "scheme": f"{SITE}/rubrik/", "code": "desa"},
            {"name": "Sekolah", "rel": "tag", "scheme": f"{SITE}/tag/", "code": tag.slug},
        ],
        "infosource": [{"name": "Kabar", "rel": "publisher"}],
        "person": [
            {"name": "Hj. Karsina", "rel": "quoted", "scheme": f"{SITE}/tokoh/", "code": "karsina"},
            {"name": "Warga", "rel": "attended"},
        ],
        "organisation": [
            {"name": "Disdik", "rel": "attended", "scheme": f"{SITE}/lembaga/", "code": "disdik"}
        ],
        "place": [
            {
                "name": place.name,
                "rel": "dateline",
                "scheme": "urn:x-kemendagri:kode-wilayah",
                "code": "73",
            }
        ],
        "genre": [
            {"name": "Current", "scheme": "http://cv.iptc.org/newscodes/genre/", "code": "Current"}
        ],
        "associations": {
            "photo_1": {
                "uri": f"{uri}:photo-{photo.pk}",
                "type": "picture",
                "mimetype": "image/jpeg",
                "pubstatus": "usable",
                "byline": "Rina",
                "description_text": "Ruang",
                "description_alt": "Meja",
                "renditions": renditions,
            }
        },
        "renditions": renditions,
    }


def test_ninjs_of_a_withdrawn_story_is_canceled_and_holds_the_notice(client):
    article = ArticleFactory(
        is_withdrawn=True, publish_at=NOON, withdrawn_at=NOON + HOUR, slug="kisah",
        headline="RAHASIA", withdrawal_notice="Ditarik.", standfirst="RAHASIA",
        body="<p>RAHASIA</p>", tags=["RAHASIA"],
    )  # fmt: skip
    AttendanceFactory(article=article, person__name="RAHASIA")
    ArticlePhotoFactory(article=article, photo__caption="RAHASIA")
    BylineFactory(article=article, author__name="RAHASIA")
    CorrectionFactory(
        article=article, kind=CorrectionKind.WITHDRAWAL, text="Ditarik.", created_at=NOON + HOUR
    )

    response = client.get(ADDRESS)

    assert response.status_code == 200
    assert "RAHASIA" not in response.content.decode()
    found = response.json()
    assert found["pubstatus"] == "canceled"
    assert found["headline"] == "Withdrawn: a story of 20 November 2026"
    assert found["description_text"] == "Ditarik."
    assert found["body_text"] == (
        "This story has been withdrawn\nGround: the future of a child.\nDitarik."
    )
    assert found["versioncreated"] == "2026-11-20T13:00:00+08:00"
    assert {"person", "renditions", "associations", "genre", "byline", "slugline"}.isdisjoint(found)


def test_ninjs_of_a_protected_story_leaks_no_names_tags_or_photos(client):
    article = story(
        is_identity_protected=True, tags=["RAHASIA"],
        body='<p>Kisah.</p><p><img src="/media/RAHASIA.jpg" alt="RAHASIA"></p>',
    )  # fmt: skip
    AttendanceFactory(article=article, person__name="RAHASIA")
    ArticlePhotoFactory(article=article, photo__caption="RAHASIA")

    content = client.get(ADDRESS).content.decode()

    assert "Kisah." in content
    assert "RAHASIA" not in content
    assert "/media/" not in content


def test_ninjs_of_a_paid_story_says_who_paid(client):
    PublicationFactory(name="Kabar")
    story(headline="Rumah", kind=Kind.PAID, sponsor="PT X")

    found = client.get(ADDRESS).json()

    assert found["headline"] == "Advertorial: Rumah"
    assert found["genre"] == [{"name": "Advertorial"}]
    assert found["infosource"] == [
        {"name": "Kabar", "rel": "publisher"},
        {"name": "PT X", "rel": "sponsor"},
    ]


def test_ninjs_shows_corrections_in_the_body(client):
    CorrectionFactory(article=story(), text="Bukan 24.", created_at=NOON + HOUR)

    found = client.get(ADDRESS).json()

    assert found["body_html"].endswith(
        "<h3>Erratum (20 November 2026 13.00 WITA)</h3><p>Bukan 24.</p>"
    )
    assert found["versioncreated"] == "2026-11-20T13:00:00+08:00"


@pytest.mark.parametrize(
    ("day", "slug"), [(20, "lain"), (21, "kisah"), (31, "kisah"), (20, "draf"), (20, "terjadwal")]
)
def test_ninjs_of_what_is_not_public_is_not_found(rf, day, slug):
    story()
    ArticleFactory(slug="draf")
    ArticleFactory(slug="terjadwal", is_scheduled=True, published_on=datetime.date(2026, 11, 20))

    with pytest.raises(Http404):
        ninjs.article_ninjs(rf.get("/"), year=2026, month=11, day=day, slug=slug)


def test_ninjs_answers_304_sets_no_cookie_and_refuses_writing(client):
    article = story()
    first = client.get(ADDRESS)

    assert first["Last-Modified"] == "Fri, 20 Nov 2026 04:00:00 GMT"
    assert client.get(ADDRESS, headers={"if-none-match": first["ETag"]}).status_code == 304
    CorrectionFactory(article=article)
    assert client.get(ADDRESS, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert not first.cookies
    assert client.post(ADDRESS).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_ninjs_query_count(client, django_assert_num_queries, count):
    article = story(tags=["a", "b"], place=province("73"))
    for _number in range(count):
        tenure = TenureFactory()
        AttendanceFactory(article=article, person=tenure.person, tenure=tenure)
        ArticlePhotoFactory(article=article)
        BylineFactory(article=article)
        CorrectionFactory(article=article)

    with django_assert_num_queries(2):
        client.get(ADDRESS)
