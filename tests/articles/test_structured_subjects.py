"""JSON-LD of people, authors, institutions and of the way to a page."""

import datetime

import pytest
from django.utils import translation

from articles import share_pictures, structured
from articles.choices import DatePrecision, TenureKind
from tests.factories import (
    AuthorFactory,
    OrganisationFactory,
    PersonFactory,
    PostFactory,
    PublicationFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db

SITE = "https://kabar.example"


@pytest.fixture(autouse=True)
def _english(settings):
    settings.SITE_URL = SITE
    with translation.override("en"):
        yield


@pytest.fixture
def publication():
    return PublicationFactory(name="Kabar Tompolangi")


def test_person_json_ld_lists_offices_as_roles():
    person = PersonFactory(
        name="Andi Karsina", slug="andi-karsina", religious_prefix="Hj.", academic_prefix="Dr.",
        degrees="S.E., M.Si.",
    )  # fmt: skip
    tenure = TenureFactory(
        person=person,
        post=PostFactory(
            title="Camat", organisation=OrganisationFactory(name="Kecamatan", is_public=False)
        ),
        kind=TenureKind.PLT,
        started_on=datetime.date(2024, 5, 1),
        start_precision=DatePrecision.YEAR,
    )
    url = f"{SITE}/tokoh/andi-karsina/"

    assert structured.person_json_ld(person, [tenure]) == {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": url,
        "mainEntity": {
            "@type": "Person",
            "@id": f"{url}#person",
            "url": url,
            "name": "Andi Karsina",
            "honorificPrefix": "Dr. Hj.",
            "honorificSuffix": "S.E., M.Si.",
            "memberOf": [
                {
                    "@type": "OrganizationRole",
                    "roleName": "Plt. Camat",
                    "startDate": "2024",
                    "memberOf": {"@type": "Organization", "name": "Kecamatan"},
                }
            ],
        },
    }


def test_author_json_ld_works_for_the_publication(publication):
    author = AuthorFactory(name="Baso", slug="baso", bio="Wartawan.")

    assert structured.author_json_ld(author, publication)["mainEntity"] == {
        "@type": "Person",
        "@id": f"{SITE}/penulis/baso/#person",
        "url": f"{SITE}/penulis/baso/",
        "name": "Baso",
        "description": "Wartawan.",
        "worksFor": {
            "@type": "NewsMediaOrganization",
            "@id": f"{SITE}/#publication",
            "name": "Kabar Tompolangi",
            "url": f"{SITE}/",
            "logo": {
                "@type": "ImageObject",
                "url": f"{SITE}{share_pictures.icon_path(publication, '512')}",
                "width": 512,
                "height": 512,
            },
        },
    }


def test_organisation_json_ld_names_its_parent():
    parent = OrganisationFactory(name="Pemkab", slug="pemkab")
    organisation = OrganisationFactory(
        name="Dinas Pendidikan", short_name="Disdik", slug="disdik", parent=parent
    )

    assert structured.organisation_json_ld(organisation) == {
        "@context": "https://schema.org",
        "@type": "GovernmentOrganization",
        "name": "Dinas Pendidikan",
        "url": f"{SITE}/lembaga/disdik/",
        "alternateName": "Disdik",
        "parentOrganization": {
            "@type": "Organization",
            "name": "Pemkab",
            "url": f"{SITE}/lembaga/pemkab/",
        },
    }


def test_breadcrumb_json_ld_counts_from_one():
    assert structured.breadcrumb_json_ld([("Kabar", "/"), ("Laut", "/rubrik/laut/")]) == {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": 1, "name": "Kabar", "item": f"{SITE}/"},
            {"@type": "ListItem", "position": 2, "name": "Laut", "item": f"{SITE}/rubrik/laut/"},
        ],
    }


# The head
