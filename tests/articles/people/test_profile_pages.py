"""Pages of people and institutions at their extremes, and what they say to machines."""

import datetime
import itertools
import json
import re

import pytest
from django.utils import timezone, translation

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
HEADING = re.compile(r"<h([1-6])[ >]")


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE
    with translation.override("id"):
        yield


def html_of(client, subject) -> str:
    response = client.get(subject.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def json_ld(html: str) -> list[dict]:
    return [
        json.loads(text)
        for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    ]


def assert_sound(html: str) -> None:
    """Headings step down one at a time, and nothing needs what the site's policy forbids."""
    levels = [int(level) for level in HEADING.findall(html)]
    assert levels[0] == 1 and levels.count(1) == 1
    for before, after in itertools.pairwise(levels):
        assert after <= before + 1
    assert " style=" not in html and "<style" not in html and " onclick=" not in html


class TestExtremes:
    def test_thirty_offices_are_all_there_and_most_are_folded(self, client):
        person = PersonFactory()
        for n in range(30):
            TenureFactory(
                person=person, kind=list(TenureKind)[n % 5],
                started_on=datetime.date(1990 + n, 1, 1),
                ended_on=datetime.date(1992 + n, 6, 1),
            )  # fmt: skip
        html = html_of(client, person)
        assert_sound(html)
        assert html.count('id="masa-jabatan-') == html.count('<rect class="bar') - 1 == 30
        head, _fold, rest = html.partition('<ol class="tenures" start="9">')
        assert head.count('id="masa-jabatan-') == 8 and rest.count('id="masa-jabatan-') == 22

    def test_nine_offices_are_not_folded_for_one(self, client):
        person = PersonFactory()
        for _ in range(9):
            TenureFactory(person=person)
        assert 'start="9"' not in html_of(client, person)

    def test_office_without_any_date_is_in_the_list_and_there_is_no_picture(self, client):
        person = TenureFactory(started_on=None, person__name="Sanneng").person
        html = html_of(client, person)
        assert_sound(html)
        assert 'class="timeline"' not in html and 'class="number"' not in html
        assert 'id="masa-jabatan-' in html

    def test_longest_names_of_everything(self, client):
        office = OrganisationFactory(name="Badan " * 26, short_name="B" * 60, slug="badan")
        person = PersonFactory(
            name="Andi " * 24, slug="andi", religious_prefix="K.H." * 5, academic_prefix="Prof. Dr. Ir. " * 2,
            rank="Kombes Pol. " * 2, degrees="S.H., M.H., " * 6,
        )  # fmt: skip
        TenureFactory(person=person, post=PostFactory(organisation=office, title="Kepala " * 17))
        AttendanceFactory(
            article=ArticleFactory(is_public=True, headline="Berita " * 28, slug="berita"), person=person,
            name_as_printed="Andi " * 40, office_as_printed="Kepala " * 28,
            represents_as_printed="Bupati " * 28,
        )  # fmt: skip
        for subject in (person, office):
            assert_sound(html_of(client, subject))

    def test_names_that_are_markup_are_text(self, client):
        attack = '"><script>alert(1)</script>'
        office = OrganisationFactory(name=attack)
        person = PersonFactory(name=attack, slug="serang", note=attack)
        other = PersonFactory(name=f"{attack} dua", slug="dua")
        held = TenureFactory(person=person, post=PostFactory(organisation=office, title=attack))
        for _ in range(2):
            article = ArticleFactory(is_public=True)
            AttendanceFactory(
                article=article, person=person, name_as_printed=f"{attack} lain",
                office_as_printed=attack, represents_as_printed=attack,
            )  # fmt: skip
            AttendanceFactory(
                article=article, person=other, represents_post=held.post, office_as_printed=attack
            )
        for subject in (person, office):
            assert "<script>alert" not in html_of(client, subject)

    @pytest.mark.parametrize("seats", [1, 45])
    def test_vacant_office_says_so(self, client, seats):
        office = PostFactory(seats=seats).organisation
        html = html_of(client, office)
        assert_sound(html)
        assert 'class="office vacant"' in html

    def test_office_of_the_future_is_told_as_one(self, client):
        coming = TenureFactory(started_on=datetime.date(2999, 1, 1))
        assert 'class="coming"' in html_of(client, coming.person)
        html = html_of(client, coming.post.organisation)
        assert 'class="coming"' in html and "<details>" not in html

    def test_every_page_says_where_to_report_a_mistake(self, client):
        held = TenureFactory()
        for subject in (held.person, held.post.organisation):
            assert '<a href="/kontak/">' in html_of(client, subject).split("anything-wrong")[1]


class TestPicture:
    def test_it_is_a_picture_with_words_for_those_who_do_not_see_it(self, client):
        html = html_of(client, TenureFactory(started_on=datetime.date(2018, 1, 1)).person)
        (label,) = re.findall(r'<div class="timeline" role="img" aria-label="([^"]+)">', html)
        assert "2018" in label
        assert all('aria-hidden="true"' in svg for svg in re.findall(r"<svg[^>]*>", html))

    def test_acting_and_unknown_beginnings_are_drawn_and_explained(self, client):
        person = TenureFactory(kind=TenureKind.PLH).person
        TenureFactory(person=person, started_on=None, ended_on=datetime.date(2020, 1, 1))
        html = html_of(client, person)
        assert html.count("is-acting") == html.count("is-vague") == 2


class TestStructuredData:
    def test_person_is_a_profile_with_roles_as_exact_as_known(self, client):
        photo = PhotoFactory()
        person = PersonFactory(name="Andi Karsina", slug="karsina", degrees="S.E.", photo=photo)
        post = PostFactory(title="Camat", organisation__slug="kecamatan")
        TenureFactory(
            person=PersonFactory(merged_into=person), post=post,
            started_on=datetime.date(2017, 8, 1), start_precision=DatePrecision.MONTH,
            ended_on=datetime.date(2020, 1, 1), end_precision=DatePrecision.UNKNOWN,
        )  # fmt: skip
        profile, crumbs = json_ld(html_of(client, person))
        assert profile["@type"] == "ProfilePage"
        assert profile["mainEntity"] == {
            "@type": "Person",
            "@id": f"{SITE}/tokoh/karsina/#person",
            "url": f"{SITE}/tokoh/karsina/",
            "name": "Andi Karsina",
            "honorificSuffix": "S.E.",
            "image": f"{SITE}{photo.image.url}",
            "memberOf": [
                {
                    "@type": "OrganizationRole",
                    "roleName": "Camat",
                    "startDate": "2017-08",
                    "memberOf": {
                        "@type": "Organization",
                        "name": post.organisation.name,
                        "url": f"{SITE}/lembaga/kecamatan/",
                    },
                }
            ],
        }
        assert [item["name"] for item in crumbs["itemListElement"]][1:] == [
            "Tokoh",
            "Andi Karsina, S.E.",
        ]

    def test_institution_has_members_with_roles_parts_and_place(self, client):
        office = OrganisationFactory(
            name="Dinas Uji", slug="dinas", place=Place.objects.get(code="73"),
            parent=PostFactory(organisation__name="Pemkab", organisation__slug="pemkab").organisation,
        )  # fmt: skip
        post = PostFactory(organisation=office, title="Kepala Dinas")
        TenureFactory(person__name="Baso", person__slug="baso", post=post, kind=TenureKind.PJ)
        TenureFactory(
            person__name="Ilham", person__slug="ilham", post=post,
            started_on=datetime.date(2018, 1, 1), start_precision=DatePrecision.YEAR,
            ended_on=datetime.date(2023, 12, 31), end_precision=DatePrecision.DAY,
        )  # fmt: skip
        part = PostFactory(organisation__name="Bidang", organisation__parent=office).organisation
        data, _crumbs = json_ld(html_of(client, office))
        assert data["@type"] == "GovernmentOrganization"
        assert data["location"] == {"@type": "Place", "name": "Sulawesi Selatan"}
        assert data["parentOrganization"]["url"] == f"{SITE}/lembaga/pemkab/"
        assert data["subOrganization"] == [
            {"@type": "Organization", "name": "Bidang", "url": f"{SITE}/lembaga/{part.slug}/"}
        ]
        assert [
            (role["roleName"], role.get("startDate"), role.get("endDate"), role["member"]["@id"])
            for role in data["member"]
        ] == [
            ("Pj. Kepala Dinas", "2024-01-01", None, f"{SITE}/tokoh/baso/#person"),
            ("Kepala Dinas", "2018", "2023-12-31", f"{SITE}/tokoh/ilham/#person"),
        ]

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("Pemerintah Kabupaten Uji", "GovernmentOrganization"),
            ("DPRD Uji", "GovernmentOrganization"),
            ("Polres Uji", "GovernmentOrganization"),
            ("Badan Eksekutif Mahasiswa", "Organization"),
            ("Universitas Uji", "Organization"),
            ("PT Dinasti Uji", "Organization"),
            ("Dinasti Uji", "Organization"),
        ],
    )
    def test_only_what_its_name_says_to_be_of_state_is_a_government_organisation(
        self, client, name, kind
    ):
        office = PostFactory(organisation__name=name, organisation__slug="uji").organisation
        assert json_ld(html_of(client, office))[0]["@type"] == kind

    def test_pages_behind_the_first_say_nothing_to_machines(self, client):
        person = TenureFactory(person__slug="karsina").person
        AttendanceFactory(article=ArticleFactory(is_public=True), person=person)
        html = client.get("/tokoh/karsina/?sebagai=hadir").content.decode()
        assert json_ld(html) == [] and 'rel="canonical"' not in html


def test_an_office_until_some_day_of_this_year_is_held_on_every_page(client):
    """As in a register: an end known to the year counts until its last day."""
    today = timezone.localdate()
    post = PostFactory(title="Kepala Dinas", organisation=OrganisationFactory(name="Dinas Uji"))
    person = PersonFactory(name="Budi Raya")
    for other in (person, PersonFactory(name="Sri Uji")):
        for _number in range(2):
            story = ArticleFactory(is_public=True)
            AttendanceFactory(article=story, person=person)
            AttendanceFactory(article=story, person=other) if other != person else None
        TenureFactory(
            person=other, post=post, started_on=datetime.date(2020, 1, 1),
            ended_on=today.replace(month=1, day=1), end_precision=DatePrecision.YEAR,
        )  # fmt: skip
    found = client.get(person.get_absolute_url())
    assert [tenure.post for tenure in found.context["current"]] == [post]
    (companion,) = found.context["companions"]
    assert [tenure.post for tenure in companion.person.current_tenures] == [post]
    (row,) = client.get(post.organisation.get_absolute_url()).context["posts"]
    assert (len(row.now), row.coming, row.former) == (2, [], [])
    (bar,) = (bar for lane in found.context["timeline"].lanes for bar in lane)
    assert bar.start + bar.width == pytest.approx(100, abs=0.02)


def test_an_office_that_begins_in_the_course_of_this_month_is_held(client):
    first = timezone.localdate().replace(day=1)
    last = (first + datetime.timedelta(days=40)).replace(day=1) - datetime.timedelta(days=1)
    tenure = TenureFactory(started_on=last, start_precision=DatePrecision.MONTH)
    page = client.get(tenure.person.get_absolute_url())
    assert page.context["current"] == [tenure]


def test_a_story_on_the_page_of_an_institution_prints_the_name_of_that_day(client):
    tenure = TenureFactory(person__name="Budi Raya")
    person = tenure.person
    AttendanceFactory(
        article=ArticleFactory(is_public=True), person=person, tenure=tenure,
        name_as_printed="Budi Raya",
    )  # fmt: skip
    person.name, person.academic_prefix = "Ganti Nama", "Prof."
    person.save()
    page = client.get(tenure.post.organisation.get_absolute_url()).content.decode()
    stories = page[page.index('id="appearances-title"') :]
    assert "Budi Raya" in stories and "Ganti Nama" not in stories
