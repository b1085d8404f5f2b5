"""Known institutions and places in a text: found by one query, and no part of a name."""

import pytest

from articles.models import OrganisationAlias, Place
from articles.people.spotted import institutions_and_places
from articles.reading import read
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

TEXT = "Lurah Batara Lino Samsir hadir bersama Ketua Bina Warga Toa, Kamal. Camat KBT pulang."


@pytest.fixture
def known():
    regency = Place.objects.get(code="73.07")
    Place.objects.create(name="Batara Lino", kind="district", parent=regency)
    Place.objects.create(name="Kassi Beru", kind="district", parent=regency)
    bina = OrganisationFactory(name="BINA WARGA TOA", short_name="BWT")
    OrganisationAlias.objects.create(organisation=bina, name="kbt")
    OrganisationFactory(name="Lurah dan Camat", short_name="")


def test_names_short_names_and_places_of_the_text_are_found_whatever_their_case(known):
    assert institutions_and_places(TEXT) == {"Batara Lino", "BINA WARGA TOA", "kbt"}


def test_one_query_whatever_the_text(known, django_assert_num_queries):
    with django_assert_num_queries(1):
        institutions_and_places("Budi pulang.")
    with django_assert_num_queries(1):
        institutions_and_places(TEXT * 200)


def test_a_text_without_capitals_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert institutions_and_places("tidak ada nama di sini") == set()


def test_a_village_that_the_newsroom_knows_is_no_part_of_a_name(known):
    found = read(TEXT, known=institutions_and_places(TEXT))
    assert [(m.role, m.name) for m in found][:1] == [("Lurah Batara Lino", "Samsir")]
