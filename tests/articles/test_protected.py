"""A story about a child or a victim: nobody in it is named or shown anywhere in public."""

import pytest

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


@pytest.fixture
def story():
    PublicationFactory()
    article = ArticleFactory(
        is_public=True,
        is_identity_protected=True,
        headline="Anak Terlantar Diselamatkan",
        body='<p>Isi.</p><figure><img src="/media/wajah.jpg" alt="Wajah"></figure>',
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
    ]
    for address in pages:
        answer = client.get(address)
        text = answer.content.decode()
        assert answer.status_code == 200, address
        assert story.headline in text, address
        for hidden in ("Nama Orang", "Nama Panti", "Nama Anak", "wajah", "Wajah"):
            assert hidden not in text, (address, hidden)


@pytest.mark.parametrize(
    "address", ["/tokoh/nama-orang/", "/lembaga/nama-panti/", "/tag/nama-anak/"]
)
def test_protected_story_stands_on_no_page_that_names_its_people(client, story, address):
    answer = client.get(address)
    assert story.headline not in answer.content.decode()


def test_protected_story_is_not_found_by_the_names_in_its_register(client, story):
    assert story.headline not in client.get("/cari/?q=Nama+Orang").content.decode()
