import pytest

from articles.models import Place
from articles.zones import ZONE_BY_PROVINCE, label, zone_of_code
from tests.factories import PlaceFactory

pytestmark = pytest.mark.django_db


def test_places_are_complete():
    kinds = dict.fromkeys(["province", "regency", "city"], 0)
    for kind in Place.objects.filter(code__isnull=False).values_list("kind", flat=True):
        kinds[kind] += 1
    assert kinds == {"province": 38, "regency": 416, "city": 98}
    assert set(Place.objects.filter(kind="province").values_list("code", flat=True)) == set(
        ZONE_BY_PROVINCE
    )


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        # Places that other systems give the wrong hour.
        ("Kabupaten Banyuwangi", "Asia/Jakarta"),
        ("Kabupaten Bangkalan", "Asia/Jakarta"),
        ("Kabupaten Situbondo", "Asia/Jakarta"),
        ("Kabupaten Buleleng", "Asia/Makassar"),
        ("Kabupaten Banjar", "Asia/Makassar"),
        ("Kota Banjar", "Asia/Jakarta"),
        # Both sides of each border between zones.
        ("Kabupaten Kotawaringin Timur", "Asia/Pontianak"),
        ("Kota Banjarmasin", "Asia/Makassar"),
        ("Kabupaten Sinjai", "Asia/Makassar"),
        ("Kota Ternate", "Asia/Jayapura"),
        ("Kota Sorong", "Asia/Jayapura"),
    ],
)
def test_place_lives_by_its_provinces_clock(name, zone):
    assert Place.objects.get(name=name).timezone == zone


@pytest.mark.parametrize(
    ("town", "regency", "zone"),
    [
        ("Besuki", "35.12", "Asia/Jakarta"),
        ("Singaraja", "51.08", "Asia/Makassar"),
        ("Martapura", "63.03", "Asia/Makassar"),
    ],
)
def test_town_takes_the_clock_of_its_regency(town, regency, zone):
    place = PlaceFactory(name=town, parent=Place.objects.get(code=regency))
    assert place.timezone == zone


def test_unknown_province_gets_no_zone_by_chance():
    with pytest.raises(KeyError):
        zone_of_code("99.01")


def test_labels_are_those_that_readers_know():
    import datetime

    noon = datetime.datetime(2026, 6, 1, 4, 0, tzinfo=datetime.UTC)
    assert [
        label(noon, f"Asia/{city}") for city in ("Jakarta", "Pontianak", "Makassar", "Jayapura")
    ] == [
        "WIB",
        "WIB",
        "WITA",
        "WIT",
    ]


def test_dateline_leaves_the_kind_of_place_out():
    names = ["Kabupaten Sinjai", "Kota Makassar", "Sulawesi Selatan"]
    assert [Place.objects.get(name=name).dateline for name in names] == [
        "SINJAI",
        "MAKASSAR",
        "SULAWESI SELATAN",
    ]
