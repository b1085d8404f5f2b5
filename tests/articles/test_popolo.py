"""People and offices as Popolo: what is in it, that it holds together, and that it comes in parts."""

import datetime
import json
import re

import pytest

from articles import popolo
from articles.choices import DatePrecision, TenureKind
from articles.models import Place
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    OrganisationFactory,
    PersonFactory,
    PhotoFactory,
    PostFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db

SITE = "https://kabar.example"
COLLECTIONS = {"persons", "organizations", "posts", "memberships"}
PARTIAL_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE


def get(client, path: str) -> dict:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(response.content)


def check(document: dict, elsewhere: frozenset[str] = frozenset()) -> set[str]:
    """What the specification asks of a collection; the ids in it. `elsewhere` are known already."""
    assert document.keys() - {"next"} == COLLECTIONS
    ids = [row["id"] for name in COLLECTIONS for row in document[name]]
    assert len(set(ids)) == len(ids)
    known = set(ids) | elsewhere
    for row in document["persons"] + document["organizations"]:
        assert row["name"]
    for row in document["posts"]:
        assert row["label"] and row["organization_id"] in known
    for row in document["memberships"]:
        assert row["person_id"] in known and row["role"]
        assert row.get("organization_id", row["person_id"]) in known
        assert row.get("post_id", row["person_id"]) in known
        for name in ("start_date", "end_date"):
            assert PARTIAL_DATE.fullmatch(row.get(name, "2020"))
    return set(ids)


@pytest.fixture
def held():
    person = PersonFactory(
        name="Andi Karsina", slug="karsina", religious_prefix="Hj.", academic_prefix="Dr.",
        degrees="S.E., M.Si.", note="Camat pertama.", photo=PhotoFactory(),
    )  # fmt: skip
    office = OrganisationFactory(
        name="Kecamatan Uji", short_name="Kec. Uji", slug="kecamatan",
        parent=PostFactory(organisation__slug="pemkab").organisation,
        place=Place.objects.get(code="73"),
    )  # fmt: skip
    return TenureFactory(
        person=person, post=PostFactory(organisation=office, title="Camat"), kind=TenureKind.PLT,
        started_on=datetime.date(2017, 8, 1), start_precision=DatePrecision.MONTH,
        ended_on=datetime.date(2020, 1, 1), end_precision=DatePrecision.YEAR,
    )  # fmt: skip


def test_person_is_told_with_offices_and_institutions(client, held):
    document = get(client, "/tokoh/karsina/popolo.json")
    check(document)
    url, office = f"{SITE}/tokoh/karsina/", f"{SITE}/lembaga/kecamatan/"
    assert document["persons"] == [
        {
            "id": url,
            "name": "Andi Karsina",
            "honorific_prefix": "Dr. Hj.",
            "honorific_suffix": "S.E., M.Si.",
            "identifiers": [{"scheme": "url", "identifier": url}],
            "summary": "Camat pertama.",
            "image": f"{SITE}{held.person.photo.image.url}",
        }
    ]
    assert document["memberships"] == [
        {
            "id": f"{url}#masa-jabatan-{held.pk}",
            "person_id": url,
            "organization_id": office,
            "post_id": f"{office}#jabatan-{held.post_id}",
            "role": "Plt. Camat",
            "start_date": "2017-08",
            "end_date": "2020",
        }
    ]
    assert [row["id"] for row in document["organizations"]] == [office]


def test_institution_is_told_with_posts_and_people(client, held):
    document = get(client, "/lembaga/kecamatan/popolo.json")
    check(document)
    office = f"{SITE}/lembaga/kecamatan/"
    assert document["organizations"] == [
        {
            "id": office,
            "name": "Kecamatan Uji",
            "other_names": [{"name": "Kec. Uji"}],
            "identifiers": [{"scheme": "url", "identifier": office}],
            "parent_id": f"{SITE}/lembaga/pemkab/",
            "area": {
                "name": "Sulawesi Selatan",
                "classification": "province",
                "identifiers": [{"scheme": "urn:x-kemendagri:kode-wilayah", "identifier": "73"}],
            },
        }
    ]
    assert document["posts"] == [
        {"id": f"{office}#jabatan-{held.post_id}", "label": "Camat", "organization_id": office}
    ]
    assert [row["person_id"] for row in document["memberships"]] == [f"{SITE}/tokoh/karsina/"]


@pytest.mark.parametrize("slug", ["karsina", "kecamatan"])
def test_addresses_in_it_are_places_on_the_pages(client, held, slug):
    kind = "tokoh" if slug == "karsina" else "lembaga"
    document = get(client, f"/{kind}/{slug}/popolo.json")
    rows = document["memberships"] if kind == "tokoh" else document["posts"]
    html = client.get(f"/{kind}/{slug}/").content.decode()
    for row in rows:
        assert f'id="{row["id"].partition("#")[2]}"' in html


def test_pages_name_their_data(client, held):
    for path in ("/tokoh/karsina/", "/lembaga/kecamatan/"):
        link = f'<link rel="alternate" type="application/json" title="Popolo" href="{SITE}{path}popolo.json">'
        assert link in client.get(path).content.decode()
    assert f'href="{SITE}/popolo.json"' in client.get("/tokoh/").content.decode()


class TestOtherEntries:
    def names(self, client) -> tuple[list, list]:
        (row,) = get(client, "/tokoh/karsina/popolo.json")["persons"]
        return (
            [other["name"] for other in row.get("other_names", [])],
            [one["identifier"].removeprefix(SITE) for one in row["identifiers"]],
        )

    def test_names_and_addresses_of_merged_entries_are_told(self, client, held):
        PersonFactory(name="A. Karsina", slug="a-karsina", merged_into=held.person)
        assert self.names(client) == (["A. Karsina"], ["/tokoh/karsina/", "/tokoh/a-karsina/"])

    @pytest.mark.parametrize(
        ("story", "is_told"),
        [
            ({"is_public": True}, True),
            ({"is_public": True, "is_identity_protected": True}, False),
            ({"is_scheduled": True}, False),
            ({"is_withdrawn": True}, False),
        ],
    )
    def test_private_entry_that_was_merged_is_told_when_a_public_story_prints_it(
        self, client, held, story, is_told
    ):
        other = PersonFactory(name="Nama Lama", is_public=False, merged_into=held.person)
        AttendanceFactory(article=ArticleFactory(**story), person=other)
        names, _addresses = self.names(client)
        assert names == (["Nama Lama"] if is_told else [])

    def test_address_of_a_merged_entry_leads_to_the_persons(self, client, held):
        PersonFactory(slug="lama", merged_into=held.person)
        response = client.get("/tokoh/lama/popolo.json")
        assert (response.status_code, response["Location"]) == (301, "/tokoh/karsina/popolo.json")
        held.person.is_public = False
        held.person.save()
        assert client.get("/tokoh/lama/popolo.json").status_code == 404

    def test_spellings_of_the_desk_are_not_told(self, client, held):
        held.person.aliases.create(name="Andi Karsinah")
        assert self.names(client)[0] == []

    def test_offices_of_merged_entries_are_the_persons(self, client, held):
        other = PersonFactory(name="A. Karsina", merged_into=held.person)
        TenureFactory(person=other, post=PostFactory(title="Lurah"))
        found = get(client, "/tokoh/karsina/popolo.json")
        check(found)
        assert {row["role"] for row in found["memberships"]} == {"Plt. Camat", "Lurah"}
        assert {row["person_id"] for row in found["memberships"]} == {f"{SITE}/tokoh/karsina/"}
        assert len(get(client, "/popolo.json")["memberships"]) == 2


def test_institution_without_a_page_is_named_and_has_no_address(client):
    held = TenureFactory(
        person__slug="karsina", post__organisation__is_public=False,
        post__organisation__name="Yayasan Uji",
    )  # fmt: skip
    found = get(client, "/tokoh/karsina/popolo.json")
    check(found)
    assert (found["organizations"], found["posts"]) == ([], [])
    (row,) = found["memberships"]
    assert row["organization"] == {"name": "Yayasan Uji"}
    assert "organization_id" not in row and "post_id" not in row
    assert held.post.title == row["role"]


class TestEverything:
    @pytest.fixture
    def people(self):
        return [
            TenureFactory(person__slug=f"tokoh-{n}", post__organisation__slug=f"lembaga-{n}").person
            for n in range(5)
        ]

    @pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 10, 11])
    def test_documents_hold_everything_once(self, client, people, monkeypatch, size):
        monkeypatch.setattr(popolo, "ENTRIES", size)
        path, known, count = "/popolo.json", frozenset(), 0
        while path:
            found = get(client, path)
            known |= check(found, known)
            count += 1
            assert len(found["persons"]) + len(found["organizations"]) <= size
            path = found.get("next", "").removeprefix(SITE)
        assert len(known) == 20
        assert count <= 12 // size + 2

    def test_small_newsroom_has_one_document(self, client, people):
        found = get(client, "/popolo.json")
        check(found)
        assert "next" not in found
        assert [len(found[name]) for name in sorted(COLLECTIONS)] == [5, 5, 5, 5]

    def test_empty_newsroom_has_an_empty_document(self, client):
        assert get(client, "/popolo.json") == {name: [] for name in COLLECTIONS}

    @pytest.mark.parametrize(
        "cursor", ["x", "tokoh-", "tokoh-x", "lembaga-1;", "tokoh-9999999999999999999", "%00"]
    )
    def test_made_up_cursor_is_not_found(self, client, cursor):
        assert client.get(f"/popolo.json?setelah={cursor}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/popolo.json", "/tokoh/karsina/popolo.json", "/lembaga/kecamatan/popolo.json"]
)
def test_who_has_it_already_gets_304_and_nobody_keeps_it_unasked(client, held, path):
    first = client.get(path)
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert first["X-Robots-Tag"] == "noindex"
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    held.person.name = "Andi Lain"
    held.person.save()
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", ["/popolo.json", "/tokoh/karsina/popolo.json"])
def test_it_is_read_and_not_written(client, held, path):
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("kind", ["tokoh", "lembaga"])
def test_who_has_no_page_has_no_document(client, kind):
    PersonFactory(slug="tertutup", is_public=False)
    OrganisationFactory(slug="tertutup", is_public=False)
    for slug in ("tertutup", "tidak-ada"):
        assert client.get(f"/{kind}/{slug}/popolo.json").status_code == 404
