"""A story about a child or a victim: nobody in it is named or shown anywhere in public."""

import pytest

from articles.models import Post, Tenure
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    OrganisationFactory,
    PersonFactory,
    PublicationFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db


# As other systems write galleries: figures in a figure, each with words below.
PICTURE = (
    '<figure><img src="/media/wajah.jpg" alt="Wajah"><figcaption>Nama Korban</figcaption></figure>'
)
GALLERY = f"<figure>{PICTURE}{PICTURE}<figcaption>Nama Ibu Korban</figcaption></figure>"


@pytest.fixture
def story():
    PublicationFactory()
    article = ArticleFactory(
        is_public=True,
        is_identity_protected=True,
        headline="Anak Terlantar Diselamatkan",
        standfirst="",
        body=GALLERY + "<p>Isi.</p>" + GALLERY,
        tags=["Nama Anak"],
    )
    ArticlePhotoFactory(article=article, caption="Wajah anak", alt_text="Wajah anak")
    tenure = TenureFactory(
        person=PersonFactory(name="Nama Orang", slug="nama-orang"),
        post__organisation=OrganisationFactory(name="Nama Panti", slug="nama-panti"),
    )
    AttendanceFactory(article=article, person=tenure.person, tenure=tenure)
    return article


def test_protected_story_shows_no_face_name_or_tag_on_any_page(client, story):
    pages = [
        story.get_absolute_url(),
        "/",
        "/terkini/",
        story.section.get_absolute_url(),
        "/rss.xml",
        "/atom.xml",
        "/feed.json",
        "/sitemap-news.xml",
        f"{story.get_absolute_url()}ninjs.json",
        "/cari/?q=terlantar",
        "/cari/?q=isi",
    ]
    for address in pages:
        answer = client.get(address)
        text = answer.content.decode()
        assert answer.status_code == 200, address
        assert story.headline in text, address
        for hidden in ("Nama Orang", "Nama Panti", "Nama Anak", "Korban", "wajah", "Wajah"):
            assert hidden not in text, (address, hidden)


@pytest.mark.parametrize("address", ["/tokoh/nama-orang/", "/lembaga/nama-panti/"])
def test_protected_story_stands_on_no_page_that_names_its_people(client, story, address):
    answer = client.get(address)
    assert story.headline not in answer.content.decode()


def test_protected_story_is_not_found_by_the_names_in_its_register(client, story):
    assert story.headline not in client.get("/cari/?q=Nama+Orang").content.decode()


def test_protected_story_is_not_found_by_a_caption(client, story):
    assert story.headline not in client.get("/cari/?q=korban").content.decode()


@pytest.mark.parametrize("cursor", ["", "?sebelum=20300101T000000000000-99"])
def test_tag_of_a_protected_story_alone_is_not_found(client, story, cursor):
    answer = client.get(f"/tag/nama-anak/{cursor}")
    assert answer.status_code == 404
    assert "Nama Anak" not in answer.content.decode()


def test_people_whom_a_protected_story_alone_knows_are_nowhere(client, story):
    story.attendances.update(tenure=None)
    Tenure.objects.all().delete()
    Post.objects.all().delete()
    for address in ("/tokoh/", "/cari/?q=nama", "/sitemap.xml"):
        text = client.get(address).content.decode()
        for hidden in ("Nama Orang", "Nama Panti", "people", "organisations"):
            assert hidden not in text, (address, hidden)
    assert client.get("/tokoh/nama-orang/").status_code == 404
    assert client.get("/lembaga/nama-panti/").status_code == 404
