"""The stories on pages of people and institutions: by capacity, as printed then, and counted."""

import datetime

import pytest
from django.utils import timezone, translation

from articles.choices import Capacity
from articles.keyset import PAGE_SIZE
from articles.models import Appearance, Article, Person
from articles.views.people import stories
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    OrganisationFactory,
    PersonFactory,
    PostFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 20, 4, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def person():
    return PersonFactory(name="Andi Karsina", slug="karsina", religious_prefix="Hj.")


def story(days: int = 0, **more):
    at = timezone.now() - datetime.timedelta(days=days, hours=1)
    return ArticleFactory(**({"is_public": True, "publish_at": at} | more))


def line(person, days: int = 0, **more):
    return AttendanceFactory(**({"article": story(days), "person": person} | more))


def shown(response):
    return [item.article for item in response.context["stories"].items]


def lines_of(response):
    return [row for item in response.context["stories"].items for row in item.lines]


class TestCapacities:
    @pytest.fixture
    def by_word(self, person):
        found = {
            "dikutip": line(person, 1, capacity=Capacity.QUOTED),
            "hadir": line(person, 2),
            "penyelenggara": line(person, 3, capacity=Capacity.ORGANISER),
            "diwakili": AttendanceFactory(article=story(4), represents_person=person),
            "disebut": line(person, 5, capacity=Capacity.MENTIONED),
        }
        return {word: row.article for word, row in found.items()}

    def test_all_stories_stand_on_the_first_page(self, client, by_word):
        assert shown(client.get("/tokoh/karsina/")) == list(by_word.values())

    @pytest.mark.parametrize("word", stories.CAPACITIES)
    def test_each_capacity_has_its_own(self, client, by_word, word):
        assert shown(client.get(f"/tokoh/karsina/?sebagai={word}")) == [by_word[word]]

    def test_each_is_counted_and_linked(self, client, by_word):
        response = client.get("/tokoh/karsina/?sebagai=hadir")
        assert [(t.word, t.count, t.is_chosen) for t in response.context["tallies"]] == [
            ("", 5, False),
            *((word, 1, word == "hadir") for word in by_word),
        ]
        html = response.content.decode()
        assert 'href="/tokoh/karsina/#berita"' in html
        assert 'href="/tokoh/karsina/?sebagai=dikutip#berita"' in html

    def test_capacity_without_a_story_is_not_offered(self, client, person):
        line(person)
        response = client.get("/tokoh/karsina/")
        assert [tally.word for tally in response.context["tallies"]] == ["", "hadir"]
        assert "capacities" not in response.content.decode()

    def test_page_of_a_capacity_that_is_empty_says_so(self, client, person):
        line(person)
        html = client.get("/tokoh/karsina/?sebagai=dikutip").content.decode()
        assert "No public story names this person so." in html

    @pytest.mark.parametrize("word", ["quoted", "semua", "%00", "' OR 1=1--"])
    def test_word_that_is_no_capacity_is_not_found(self, client, person, word):
        line(person)
        assert client.get(f"/tokoh/karsina/?sebagai={word}").status_code == 404

    @pytest.mark.parametrize(("number", "printed"), [(3, "3"), (4, "3+"), (9, "3+")])
    def test_count_is_exact_up_to_the_limit(self, client, person, monkeypatch, number, printed):
        monkeypatch.setattr(stories, "MOST_COUNTED", 3)
        for _ in range(number):
            line(person)
        line(person, capacity=Capacity.QUOTED)
        html = client.get("/tokoh/karsina/").content.decode()
        assert f'Present <span class="count">{printed}</span>' in html
        assert 'All <span class="count">3+</span>' in html

    def test_never_more_rows_are_read_than_the_limit_says(
        self, person, monkeypatch, django_assert_num_queries
    ):
        monkeypatch.setattr(stories, "MOST_COUNTED", 3)
        for _ in range(9):
            line(person)
        with django_assert_num_queries(1) as queries:
            counted = stories.with_counts(Person.objects.filter(pk=person.pk)).get()
            tallies = stories.tallies_of(counted, "")
        assert [tally.count for tally in tallies] == [4, 4]
        assert queries[0]["sql"].count("LIMIT 4") == 5


class TestPaging:
    def test_every_story_comes_once_also_those_of_one_moment(self, client, person):
        at = timezone.now() - datetime.timedelta(days=1)
        made = [line(person, article=story(publish_at=at)).article for _ in range(PAGE_SIZE + 5)]
        first = client.get("/tokoh/karsina/?sebagai=hadir")
        older = first.context["stories"].older
        assert f'href="?sebagai=hadir&amp;sebelum={older}"' in first.content.decode()
        second = client.get(f"/tokoh/karsina/?sebagai=hadir&sebelum={older}")
        assert shown(first) + shown(second) == made[::-1]
        assert second.context["stories"].older == ""
        assert 'href="?sebagai=hadir&amp;"' in second.content.decode()

    def test_pages_behind_the_first_are_lists_alone(self, client, person):
        TenureFactory(person=person, post=PostFactory(title="Kepala Dinas Uji"))
        for days in range(PAGE_SIZE + 1):
            line(person, days)
        first = client.get("/tokoh/karsina/")
        assert first.context["timeline"] is not None
        second = client.get(f"/tokoh/karsina/?sebelum={first.context['stories'].older}")
        assert "timeline" not in second.context
        assert b'id="offices-title"' not in second.content
        assert b"Kepala Dinas Uji" in second.content

    @pytest.mark.parametrize("kind", ["tokoh", "lembaga"])
    @pytest.mark.parametrize(
        "cursor", ["x", "20201202T080900000000", "%00", "99999999T999999999999-1"]
    )
    def test_made_up_cursor_is_not_found(self, client, person, kind, cursor):
        line(person, represents_organisation=OrganisationFactory(slug="karsina"))
        assert client.get(f"/{kind}/karsina/?sebelum={cursor}").status_code == 404


class TestAsPrinted:
    def test_story_shows_name_office_and_whom_as_printed_then(self, client, person):
        line(
            person, name_as_printed="A. Karsina, S.Sos.", office_as_printed="Camat Uji",
            represents_as_printed="Bupati",
        )  # fmt: skip
        (row,) = lines_of(client.get("/tokoh/karsina/"))
        assert (row.capacity, row.name, row.office, row.represented) == (
            "attended", "A. Karsina, S.Sos.", "Camat Uji", "Bupati",
        )  # fmt: skip

    def test_name_is_not_repeated_where_it_is_that_of_the_page(self, client, person):
        line(person, name_as_printed="Hj. Andi Karsina")
        (row,) = lines_of(client.get("/tokoh/karsina/"))
        assert row.name == ""

    def test_whoever_came_instead_is_named_with_the_office(self, client, person):
        other = PersonFactory(name="Baso Ilham", slug="baso")
        AttendanceFactory(
            article=story(), person=other, represents_person=person, office_as_printed="Sekcam"
        )
        response = client.get("/tokoh/karsina/")
        (row,) = lines_of(response)
        assert (row.is_by, row.name, row.office) == (True, "Baso Ilham", "Sekcam")
        assert 'href="/tokoh/baso/"' in response.content.decode()

    def test_two_entries_in_one_story_are_one_line(self, client, person):
        merged = PersonFactory(name="A. Karsina", merged_into=person)
        article = line(person, office_as_printed="Camat").article
        AttendanceFactory(article=article, person=merged, office_as_printed="Ketua PKK")
        response = client.get("/tokoh/karsina/")
        assert shown(response) == [article]
        assert [row.office for row in lines_of(response)] == ["Camat"]

    def test_stories_and_offices_of_a_merged_entry_are_those_of_the_person(self, client, person):
        merged = PersonFactory(name="A. Karsina", merged_into=person)
        own, other = line(person, 1).article, line(merged, 2).article
        TenureFactory(person=merged, post=PostFactory(title="Lurah Uji"))
        response = client.get("/tokoh/karsina/")
        assert shown(response) == [own, other]
        assert [office.tenure.post.title for office in response.context["offices"]] == ["Lurah Uji"]

    def test_institution_shows_who_came_from_it_and_in_which_office(self, client, person):
        office = OrganisationFactory(slug="dinas")
        post = PostFactory(organisation=office, title="Kepala Dinas")
        held = TenureFactory(person=person, post=post)
        line(person, 1, tenure=held, office_as_printed="Kadis Uji")
        AttendanceFactory(article=story(2), person=None, organisation=office)
        other = PersonFactory(name="Baso", slug="baso")
        line(other, 3, represents_post=post, office_as_printed="Sekretaris")
        response = client.get("/lembaga/dinas/")
        assert [(row.name, row.office, row.represented, row.is_delegation) for row in lines_of(response)] == [
            ("Hj. Andi Karsina", "Kadis Uji", "", False),
            ("", "", "", True),
            ("Baso", "Sekretaris", "Kepala Dinas", False),
        ]  # fmt: skip
        assert 'href="/tokoh/baso/"' in response.content.decode()

    def test_forty_members_in_one_story_are_three_lines_and_a_number(self, client):
        council = OrganisationFactory(slug="dprd")
        post = PostFactory(organisation=council, seats=45)
        article = story()
        for n in range(40):
            held = TenureFactory(post=post, person__name=f"Anggota {n}")
            AttendanceFactory(article=article, person=held.person, tenure=held)
        (item,) = client.get("/lembaga/dprd/").context["stories"].items
        assert (len(item.lines), item.more) == (3, 37)


class TestCompany:
    def together(self, person, other, times: int = 2, **more):
        for days in range(times):
            article = line(person, days).article
            AttendanceFactory(**({"article": article, "person": other} | more))

    def companions(self, client):
        return [
            (c.person.name, c.count) for c in client.get("/tokoh/karsina/").context["companions"]
        ]

    def test_most_frequent_come_first_with_the_office_held_today(self, client, person):
        baso, ilham = PersonFactory(name="Baso"), PersonFactory(name="Ilham")
        TenureFactory(person=PersonFactory(merged_into=ilham), post=PostFactory(title="Camat Uji"))
        self.together(person, baso, 2)
        self.together(person, ilham, 3)
        assert self.companions(client) == [("Ilham", 3), ("Baso", 2)]
        assert "Camat Uji" in client.get("/tokoh/karsina/").content.decode()

    def test_once_together_is_no_habit(self, client, person):
        self.together(person, PersonFactory(), 1)
        assert self.companions(client) == []

    def test_being_spoken_of_is_not_being_there(self, client, person):
        self.together(person, PersonFactory(), 3, capacity=Capacity.MENTIONED)
        assert self.companions(client) == []

    def test_merged_entries_count_as_one_person(self, client, person):
        standing = PersonFactory(name="Baso")
        merged = PersonFactory(name="Basso", merged_into=standing)
        self.together(person, standing, 1)
        self.together(person, merged, 1)
        assert self.companions(client) == [("Baso", 2)]

    def test_only_the_latest_stories_are_counted_and_the_page_says_so(
        self, client, person, monkeypatch
    ):
        monkeypatch.setattr(stories, "RECENT", 3)
        self.together(person, PersonFactory(name="Baso"), 5)
        assert self.companions(client) == [("Baso", 3)]
        assert "Counted over the latest 3 stories" in client.get("/tokoh/karsina/").content.decode()

    def test_office_printed_without_a_tenure_is_told_from_first_to_last(self, client, person):
        for days in (1, 5, 9):
            line(
                person, office_as_printed="Camat Uji" if days != 5 else "camat uji",
                article=story(event_on=datetime.date(2021, 3, days)),
            )  # fmt: skip
        (seen,) = client.get("/tokoh/karsina/").context["printed"].seen_as
        assert (seen.office.casefold(), seen.first.day, seen.last.day, seen.count) == (
            "camat uji", 1, 9, 3,
        )  # fmt: skip

    def test_office_that_a_tenure_of_that_day_explains_is_not_told_again(self, client, person):
        post = PostFactory(title="Bupati Uji", organisation__name="Pemkab Uji")
        TenureFactory(
            person=person, post=post, started_on=datetime.date(2021, 1, 1),
            ended_on=datetime.date(2023, 1, 1),
        )  # fmt: skip
        for year in (2020, 2022):
            article = story(event_on=datetime.date(year, 6, 1))
            line(person, article=article, office_as_printed="Bupati")
        (seen,) = client.get("/tokoh/karsina/").context["printed"].seen_as
        assert (seen.office, seen.first.year, seen.count) == ("Bupati", 2020, 1)

    def test_spelling_printed_twice_is_told_and_a_single_slip_or_another_title_is_not(
        self, client, person
    ):
        for name in ("A. Karsina, S.Sos.", "A. Karsina", "Andi Karsino", "Dr. Andi Karsina"):
            line(person, name_as_printed=name)
        line(person, name_as_printed="Dr. Andi Karsina")
        assert client.get("/tokoh/karsina/").context["printed"].spellings == ["A. Karsina"]


class TestWhoWasSent:
    @pytest.fixture
    def office(self):
        return OrganisationFactory(slug="pemkab")

    @pytest.fixture
    def post(self, office):
        return PostFactory(organisation=office, title="Bupati")

    def figures(self, client):
        sent = client.get("/lembaga/pemkab/").context["sent"]
        return sent and {
            row.post.title: (row.came, row.represented, [(s.office, s.count) for s in row.by])
            for row in sent.offices
        }

    def test_coming_and_being_represented_are_counted_for_each_office(self, client, person, post):
        held = TenureFactory(person=person, post=post)
        for capacity in (
            Capacity.ATTENDED,
            Capacity.QUOTED,
            Capacity.ORGANISER,
            Capacity.MENTIONED,
        ):
            line(person, tenure=held, capacity=capacity)
        for office in ("Sekda", "Asisten I", "Sekda", ""):
            line(PersonFactory(), represents_post=post, office_as_printed=office)
        assert self.figures(client) == {"Bupati": (3, 4, [("Sekda", 2), ("Asisten I", 1), ("", 1)])}

    def test_two_who_came_for_one_official_are_one_representation(self, client, post):
        article = story()
        for _ in range(2):
            AttendanceFactory(article=article, represents_post=post, office_as_printed="Asisten")
        assert self.figures(client) == {"Bupati": (0, 1, [("Asisten", 2)])}

    def test_whoever_stands_in_for_the_holder_by_name_stands_in_for_the_office_of_that_day(
        self, client, person, post, office
    ):
        second = PostFactory(organisation=office, title="Ketua Tim")
        root = PersonFactory()
        Person.objects.filter(pk=person.pk).update(merged_into=root)
        TenureFactory(person=person, post=post, started_on=datetime.date(2020, 1, 1))
        ended = datetime.date(2019, 12, 31)
        TenureFactory(person=root, post=second, started_on=None, ended_on=ended)
        for represented, sent_by in ((person, "Sekda"), (root, "Asisten")):
            line(
                PersonFactory(),
                represents_person=represented, represents_as_printed="Bupati Uji",
                office_as_printed=sent_by,
            )  # fmt: skip
        # The stories name the institution otherwise: these are what is counted over.
        for article in Article.objects.all():
            AttendanceFactory(article=article, person=None, organisation=office)
        assert self.figures(client) == {"Bupati": (0, 2, [("Sekda", 1), ("Asisten", 1)])}

    def test_delegations_and_standing_in_for_the_whole_are_counted(self, client, office, post):
        AttendanceFactory(article=story(), person=None, organisation=office)
        line(PersonFactory(), represents_organisation=office)
        sent = client.get("/lembaga/pemkab/").context["sent"]
        assert (list(sent.offices), sent.delegations, sent.for_all) == ([], 1, 1)

    def test_it_is_said_over_what_it_was_counted(self, client, post, monkeypatch):
        monkeypatch.setattr(stories, "RECENT", 2)
        for days in range(4):
            line(PersonFactory(), days, represents_post=post)
        assert self.figures(client) == {"Bupati": (0, 2, [("", 2)])}
        html = client.get("/lembaga/pemkab/").content.decode()
        assert "Counted over the latest 2 stories that name the institution" in html

    def test_institution_without_a_story_has_no_table(self, client, post):
        assert self.figures(client) is None


def test_stories_are_read_from_appearances_alone(person):
    """What the database keeps is what a query over the registers would say."""
    line(person), line(person, article=ArticleFactory())
    assert Appearance.objects.filter(person=person).count() == 1
