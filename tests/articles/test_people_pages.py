"""People and institutions as readers see them."""

import datetime

import pytest

from articles.choices import DatePrecision, TenureKind
from articles.views.people import PER_PAGE
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

YESTERDAY = datetime.date.today() - datetime.timedelta(days=1)


def page(client, subject):
    response = client.get(subject.get_absolute_url())
    assert response.status_code == 200
    return response


def articles_of(response) -> list:
    return [item.article for item in response.context["stories"].items]


def test_index_lists_public_people_by_name_with_current_offices_only(client):
    zainal, andi = PersonFactory(name="Zainal"), PersonFactory(name="andi Karsina")
    TenureFactory(person=zainal, ended_on=YESTERDAY)
    TenureFactory(person__name="Orang Biasa", person__is_public=False)
    TenureFactory(person=andi, post=PostFactory(title="Wakil Bupati"))
    TenureFactory(person=andi, post=PostFactory(title="Anggota Dewan"), ended_on=YESTERDAY)
    response = client.get("/tokoh/")
    assert response.context["people"] == [andi, zainal]
    html = response.content.decode()
    assert "Wakil Bupati" in html and "Anggota Dewan" not in html
    assert "Orang Biasa" not in html


def test_index_leads_through_everybody_once_even_with_equal_names(client):
    people = [
        TenureFactory(person__name="Andi", person__slug=f"andi-{n}").person
        for n in range(PER_PAGE + 5)
    ]
    first = client.get("/tokoh/")
    after = first.context["after"]
    assert f'href="?setelah={after}"' in first.content.decode()
    second = client.get(f"/tokoh/?setelah={after}")
    assert first.context["people"] + second.context["people"] == people
    assert second.context["after"] == ""


@pytest.mark.parametrize("after", ["tidak-ada", "%00", "' OR 1=1--"])
def test_index_after_nobody_is_not_found(client, after):
    assert client.get(f"/tokoh/?setelah={after}").status_code == 404


def test_person_without_a_public_page_is_not_found(client):
    person = PersonFactory(is_public=False)
    assert client.get(person.get_absolute_url()).status_code == 404


def test_person_shows_offices_as_exactly_as_they_are_known(client):
    person = PersonFactory()
    TenureFactory(
        person=person, post=PostFactory(title="Bupati"), kind=TenureKind.PLT,
        started_on=datetime.date(2021, 3, 2),
    )  # fmt: skip
    TenureFactory(
        person=person, post=PostFactory(title="Camat"), started_on=datetime.date(2015, 5, 1),
        start_precision=DatePrecision.MONTH, ended_on=datetime.date(2018, 1, 1),
        end_precision=DatePrecision.YEAR,
    )  # fmt: skip
    html = page(client, person).content.decode()
    assert "Plt. Bupati" in html and "2 Maret 2021" in html
    assert "Mei 2015 – 2018" in html


def test_person_timeline_keeps_inside_its_scale(client):
    person = PersonFactory()
    TenureFactory(person=person, started_on=datetime.date(2010, 1, 1))
    TenureFactory(person=person, started_on=datetime.date(2012, 6, 1), ended_on=YESTERDAY)
    TenureFactory(person=person, started_on=None, ended_on=None)
    context = page(client, person).context
    timeline = context["timeline"]
    assert (timeline.first, timeline.last) == (2010, datetime.date.today().year)
    for bar in (bar for lane in timeline.lanes for bar in lane):
        assert bar.start >= 0 and bar.start + bar.width <= 100.01
    assert [office.is_current for office in context["offices"]] == [False, True, True]


def test_person_with_an_office_and_no_story_has_a_page(client):
    html = page(client, TenureFactory(person__name="Sanneng").person).content.decode()
    assert '<p class="portrait initials" aria-hidden="true">S</p>' in html
    assert 'class="empty"' in html


def test_person_shows_appearances_by_year_with_the_office_printed_then(client):
    person = PersonFactory()
    lines = [
        AttendanceFactory(
            article=ArticleFactory(
                is_public=True, publish_at=datetime.datetime(year, 6, 1, tzinfo=datetime.UTC)
            ),
            person=person,
            office_as_printed=office,
        )
        for year, office in [(2019, "Camat Uji"), (2021, "Wakil Bupati Uji")]
    ]
    AttendanceFactory(article=ArticleFactory(is_scheduled=True), person=person)
    AttendanceFactory(
        article=ArticleFactory(is_public=True, is_identity_protected=True), person=person
    )
    response = page(client, person)
    assert articles_of(response) == [lines[1].article, lines[0].article]
    html = response.content.decode().split('id="appearances-title"')[1]
    order = ["2021</h3>", "Wakil Bupati Uji", "2019</h3>", "Camat Uji"]
    assert [html.index(text) for text in order] == sorted(html.index(text) for text in order)


def test_organisation_shows_who_holds_its_offices_and_who_did(client):
    office = OrganisationFactory(name="Dinas Uji", parent=OrganisationFactory(name="Pemkab Uji"))
    post = PostFactory(organisation=office, title="Kepala Dinas")
    now = TenureFactory(post=post)
    before = TenureFactory(post=post, person=PersonFactory(is_public=False), ended_on=YESTERDAY)
    PostFactory(organisation=OrganisationFactory(name="Bidang Uji", parent=office))
    OrganisationFactory(name="Bidang Draf", parent=office)
    response = page(client, office)
    (row,) = response.context["posts"]
    assert (row.post, row.now, row.coming, row.former) == (post, [now], [], [before])
    html = response.content.decode()
    assert "Pemkab Uji" in html and "Bidang Uji" in html
    assert "Bidang Draf" not in html
    assert now.person.get_absolute_url() in html
    assert before.person.printed_name not in html
    assert before.person.get_absolute_url() not in html
    assert html.count("Pemegang jabatan tidak disebut") + html.count("Holder not named") == 1


def test_organisation_shows_stories_of_its_people_and_its_delegations(client):
    office = OrganisationFactory()
    tenure = TenureFactory(post=PostFactory(organisation=office))
    held = AttendanceFactory(
        article=ArticleFactory(is_public=True), person=tenure.person, tenure=tenure
    ).article
    sent = AttendanceFactory(
        article=ArticleFactory(is_public=True), person=None, organisation=office
    ).article
    assert set(articles_of(page(client, office))) == {held, sent}


def test_organisation_that_is_not_public_is_not_found(client):
    office = OrganisationFactory(is_public=False)
    assert client.get(office.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("is_parent_known", [True, False])
def test_organisation_leads_to_what_it_is_part_of_when_that_has_a_page(client, is_parent_known):
    parent = OrganisationFactory(slug="pemkab")
    if is_parent_known:
        PostFactory(organisation=parent)
    office = PostFactory(organisation__parent=parent).organisation
    html = page(client, office).content.decode()
    assert parent.name in html
    assert ("/lembaga/pemkab/" in html) is is_parent_known


class TestWhoIsPublic:
    """Whom only a register knows has a page as long as that register can be read."""

    LINES = [
        ("tokoh", lambda person: {"person": person}),
        ("tokoh", lambda person: {"represents_person": person}),
        ("lembaga", lambda office: {"person": None, "organisation": office}),
        ("lembaga", lambda office: {"represents_organisation": office}),
    ]

    @pytest.fixture
    def subject(self, kind):
        make = PersonFactory if kind == "tokoh" else OrganisationFactory
        return make(name="Sanneng", slug="sanneng")

    @pytest.mark.parametrize(("kind", "line"), LINES)
    @pytest.mark.parametrize(
        ("story", "is_seen"),
        [
            ({"is_public": True}, True),
            ({}, False),
            ({"is_scheduled": True}, False),
            ({"is_withdrawn": True}, False),
            ({"is_public": True, "is_identity_protected": True}, False),
        ],
    )
    def test_line_of_a_register_makes_public_with_its_story(
        self, client, subject, kind, line, story, is_seen
    ):
        article = ArticleFactory(**story)
        AttendanceFactory(article=article, **line(subject))
        assert client.get(f"/{kind}/sanneng/").status_code == (200 if is_seen else 404)
        sitemap = {"tokoh": "people", "lembaga": "organisations"}[kind]
        listed = client.get(f"/sitemap-{sitemap}.xml")
        assert (b"/sanneng/" in listed.content) is is_seen
        if kind == "tokoh":
            assert (b"Sanneng" in client.get("/tokoh/").content) is is_seen
            assert (b"/tokoh/sanneng/" in client.get("/cari/?q=sanneng").content) is is_seen
        if is_seen:
            story_page = client.get(article.get_absolute_url()).content.decode()
            assert f"/{kind}/sanneng/" in story_page

    @pytest.mark.parametrize(("kind", "line"), LINES)
    def test_protecting_a_story_later_takes_its_people_back(self, client, subject, kind, line):
        article = ArticleFactory(is_public=True)
        AttendanceFactory(article=article, **line(subject))
        assert client.get(f"/{kind}/sanneng/").status_code == 200
        article.is_identity_protected = True
        article.save()
        assert client.get(f"/{kind}/sanneng/").status_code == 404

    @pytest.mark.parametrize("kind", ["tokoh", "lembaga"])
    def test_office_makes_public_without_a_story(self, client, subject, kind):
        assert client.get(f"/{kind}/sanneng/").status_code == 404
        if kind == "tokoh":
            TenureFactory(person=subject, ended_on=YESTERDAY)
        else:
            PostFactory(organisation=subject)
        assert client.get(f"/{kind}/sanneng/").status_code == 200


@pytest.mark.parametrize("letter", ["", "z"])
def test_index_begins_at_a_letter(client, letter):
    TenureFactory(person__name="Baso"), TenureFactory(person__name="Zainal")
    response = client.get(f"/tokoh/?huruf={letter}")
    names = [person.name for person in response.context["people"]]
    assert names == (["Zainal"] if letter else ["Baso", "Zainal"])
    assert (b'content="noindex"' in response.content) is bool(letter)


def test_index_after_the_last_letter_says_so(client):
    TenureFactory(person__name="Baso")
    response = client.get("/tokoh/?huruf=x")
    assert 'class="empty"' in response.content.decode()


@pytest.mark.parametrize("letter", ["zz", "%C3%A9", "1", "%00", "'"])
def test_index_from_what_is_no_letter_is_not_found(client, letter):
    assert client.get(f"/tokoh/?huruf={letter}").status_code == 404


def test_index_counts_offices_of_merged_entries(client):
    standing = TenureFactory(person__name="Andi").person
    other = PersonFactory(name="A. Lain", merged_into=standing)
    TenureFactory(person=other, post=PostFactory(title="Ketua Uji"))
    html = client.get("/tokoh/").content.decode()
    assert "Ketua Uji" in html and "A. Lain" not in html


@pytest.mark.parametrize("count", [1, 3])
class TestQueries:
    @pytest.fixture
    def office(self, count):
        office = OrganisationFactory(slug="dinas", parent=OrganisationFactory())
        people = [PersonFactory(slug=f"tokoh-{n}", photo=PhotoFactory()) for n in range(count + 1)]
        for person in people:
            OrganisationFactory(parent=office)
            TenureFactory(post=PostFactory(organisation=office), person=person)
            PersonFactory(merged_into=person)
        for _ in range(count + 1):
            article = ArticleFactory(is_public=True)
            for person in people:
                AttendanceFactory(
                    article=article, person=person, tenure=person.tenures.get(),
                    represents_organisation=OrganisationFactory(),
                )  # fmt: skip

    @pytest.mark.parametrize(
        ("path", "queries"),
        [
            # People, their current offices; publication, sections; slots.
            ("/tokoh/", 5),
            # The person with portrait, entries and counts, offices; stories, lines; the latest,
            # company, their offices, what is printed, whom they stood for; publication, sections; slots.
            ("/tokoh/tokoh-0/", 12),
            # Without the latest and what is counted over them.
            ("/tokoh/tokoh-0/?sebagai=hadir", 7),
            ("/tokoh/tokoh-0/?sebelum=99991231T000000000000-1", 7),
            # The institution, posts, tenures, the latest, parts, who came, who was sent;
            # stories, lines; publication, sections; slots.
            ("/lembaga/dinas/", 12),
            ("/lembaga/dinas/?sebelum=99991231T000000000000-1", 6),
            # The person with what the page would show, itself, other entries, offices.
            ("/tokoh/tokoh-0/popolo.json", 4),
            # The institution, posts, tenures, people, their other entries.
            ("/lembaga/dinas/popolo.json", 5),
            # Institutions, posts, people, other entries, tenures.
            ("/popolo.json", 5),
        ],
    )
    def test_page_costs_as_much_for_one_as_for_three(
        self, client, django_assert_num_queries, office, path, queries
    ):
        with django_assert_num_queries(queries):
            assert client.get(path).status_code == 200
