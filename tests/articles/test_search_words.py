"""Which forms of a word a reader means too, what was meant by a misspelt one, and what is offered while typing."""

import datetime

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from articles import misspelling, search_words
from articles.copydesk import archive
from articles.models import ArchiveWord, Person
from articles.search_meant import meant
from articles.search_people import people
from articles.search_query import parse, understood
from articles.search_stories import ranked, stories
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    PersonFactory,
    SectionFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
WORDS = st.text(alphabet="abdeiknrst", min_size=4, max_size=9)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def story(headline, **kwargs):
    return ArticleFactory(
        **({"is_public": True, "publish_at": NOON, "headline": headline} | kwargs)
    )


def find(typed: str) -> list[str]:
    query = understood(typed)
    rows = ranked(stories(query), query).order_by("-rank", "-pk")
    return [row.headline for row in rows]


def offered(client, typed: str) -> list[str]:
    response = client.get(reverse("articles:suggest"), {"q": typed})
    return [row["text"] for row in response.json()["suggestions"]]


# Forms


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("kepala", "pala"),
        ("pala", "kepala"),
        ("ana", "Diana"),
        ("dana", "perdana"),
        ("ita", "berita"),
        ("penahanan", "bertahan"),
        ("bangkit", "berangkat"),
    ],
)
def test_a_word_does_not_find_what_only_looks_like_it(typed, other):
    story(f"Tentang {other}")

    assert find(typed) == []


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("penahanan", "ditahan"),
        ("pembangunan", "dibangun"),
        ("pencemaran", "tercemar"),
        ("menenun", "penenun"),
        ("pertanian", "petani"),
        ("pengobatan", "obat"),
    ],
)
def test_a_word_finds_its_other_forms(typed, other):
    story(f"Tentang {other}")

    assert find(typed) == [f"Tentang {other}"]


def test_a_root_that_no_dictionary_has_is_known_by_the_words_of_the_archive():
    story("Bupati melantik camat")
    story("Camat dilantik")
    archive.recount()

    assert {"dilantik", "melantik"} <= set(search_words.forms(["pelantikan"])["pelantikan"])


def test_the_form_that_was_typed_comes_first():
    story("Rumah dibangun")
    story("Pembangunan rumah")
    story("Rumah terbangun")

    assert find("pembangunan")[0] == "Pembangunan rumah"


def test_words_in_quotes_are_found_as_they_stand():
    story("Rumah dibangun")

    assert find('"pembangunan"') == []


def test_a_word_behind_a_quotation_mark_is_found():
    story("Sidang", body="<p>“Pansus akan turun,” katanya… ‘Setuju’–begitu.</p>")

    for typed in ("pansus", "turun", "setuju", "begitu", '"pansus akan turun"'):
        assert find(typed) == ["Sidang"]


def test_most_of_the_words_do_where_no_story_has_all(client):
    story("Balap liar di lingkar timur", body="<p>Motor diamankan.</p>")

    content = client.get("/cari/", {"q": "balap liar motor disita"}).content.decode()

    assert "No story has all of these words. These have most of them." in content
    assert "lingkar timur" in content


def test_titles_beside_a_name_make_no_difference():
    article = story("Rapat")
    AttendanceFactory(article=article, person__name="Farid Mangopo")

    assert find("dr. Farid Mangopo, S.Ked.") == ["Rapat"]


# Other ways of writing


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("kades", "Kepala Desa Lappa"),
        ("kepala desa", "Kades Lappa"),
        ("Kepala desa lappa", "Kades Lappa"),
        ("kadinkes", "Kepala Dinas Kesehatan"),
        ("kadinkes", "Kadis Kesehatan"),
        ("sekda", "Sekretaris Daerah"),
        ("wabup", "Wakil Bupati"),
        ("pilkada", "Pemilihan Kepala Daerah"),
        ("cabe", "Harga cabai"),
        ("cabai", "Harga cabe"),
        ("rapat kades", "Rapat kepala desa"),
    ],
)
def test_a_word_finds_other_ways_of_writing_it_in_texts_and_registers(typed, other):
    story(other)
    AttendanceFactory(article=story("Rapat"), office_as_printed=other)
    story("Desa dan daerah", body="<p>Dinas sekretaris wakil harga pemilihan.</p>")

    assert set(find(typed)) == {other, "Rapat"}


def test_words_of_a_short_form_have_to_stand_together():
    story("Desa tanpa kepala")

    assert find("kades") == []
    assert find("kepala desa") == ["Desa tanpa kepala"]


def test_words_in_quotes_are_not_written_in_another_way():
    story("Kepala desa")

    assert find('"kades"') == []
    assert find("desa -kades") == []


# What was meant


@given(WORDS, st.data())
def test_one_slip_leads_to_the_word(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abdeiknrst"))
    slipped = data.draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            ]
        )
    )
    if len(slipped) >= misspelling.SHORTEST:
        assert set(misspelling.asked(slipped)) & set(misspelling.keys(word))
    assert misspelling.slips(slipped, word) <= 1


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("jembtan", "jembatan"),
        ("jembatna rusak", "jembatan rusak"),
        ('"jembtan rusak" -kopi', '"jembatan rusak" -kopi'),
        ("Djafar", "jafar"),
        ("jemb", "jembatan"),
        ("jem", ""),
        ("jembatan", ""),
        ("xyzzy", ""),
        ("ab", ""),
    ],
)
def test_a_misspelt_word_is_offered_as_the_archive_writes_it(typed, better):
    story("Jembatan rusak", standfirst="Kata Jafar.")
    archive.recount()

    assert meant(understood(typed)) == better


def test_only_words_that_readers_find_are_offered(client):
    story("Jembatan lama")
    story("Kisah Rahmawati", is_identity_protected=True)
    ArticleFactory(headline="Jembatna draf", body="<p>Rahasiawan.</p>")
    gone = story("Pelabuhan baru")
    archive.recount()
    gone.status = "draft"
    type(gone).objects.filter(pk=gone.pk).update(status="draft")

    for typed in ("rahmawat", "rahasiawa", "pelabuhn"):
        assert meant(understood(typed)) == ""
    for typed in ("rahm", "rahas", "pelab"):
        assert offered(client, typed) == []
    assert ArchiveWord.objects.filter(word="rahmawati").count() == 0


def test_the_page_links_to_what_was_meant(client):
    story("Jembatan rusak")
    archive.recount()

    content = client.get("/cari/", {"q": "jembtan"}).content.decode()

    assert '<a href="?q=jembatan">jembatan</a>' in content


# While typing


def test_sections_people_tags_and_words_are_offered_by_their_beginnings(client):
    SectionFactory(name="Kesehatan", slug="kesehatan")
    TenureFactory(person=PersonFactory(name="Andi Kesuma"))
    tagged = story("Kesatria muda")
    tagged.tags.add("kesenian")
    archive.recount()

    assert offered(client, "kes") == ["Kesehatan", "kesenian", "Andi Kesuma", "kesatria"]


@pytest.mark.parametrize("typed", ["", "k", " ", "\x00", "-", "'\"<", "k" * 201, "%__"])
def test_whatever_is_typed_there_is_an_answer(client, typed):
    story("Kopi")
    archive.recount()

    response = client.get("/cari/saran.json", {"q": typed})

    assert response.status_code == 200
    assert response.json() == {"suggestions": []}
    assert not response.cookies


def test_people_without_a_page_and_tags_of_drafts_are_not_offered(client):
    TenureFactory(person__name="Budi Tertutup", person__is_public=False)
    ArticleFactory(headline="Draf").tags.add("budidaya")

    assert offered(client, "bud") == []


@pytest.mark.parametrize("count", [1, 3])
def test_suggestions_cost_the_same_for_one_and_for_three(client, django_assert_num_queries, count):
    for number in range(count):
        TenureFactory(person__name=f"Kopi {number}")
        story(f"Berita {number}").tags.add(f"kopi {number}")

    with django_assert_num_queries(4):
        assert len(offered(client, "kopi")) == count * 2


# Place and person


def test_search_is_narrowed_to_a_place_with_what_lies_in_it(client):
    from articles.models import Place

    regency = Place.objects.get(code="73.07")
    district = Place.objects.create(name="Utara", kind="district", parent=regency)
    village = Place.objects.create(name="Bongki", kind="village", parent=district)
    story("Kopi kota", place=regency)
    story("Kopi desa", place=village)

    def shown(place):
        results = client.get("/cari/", {"q": "kopi", "tempat": place}).context["results"]
        return sorted(result.story.headline for result in results)

    assert shown("utara") == ["Kopi desa"]
    assert shown(regency.name) == ["Kopi desa", "Kopi kota"]
    assert shown("Tidak Ada\x00") == ["Kopi desa", "Kopi kota"]


def test_search_is_narrowed_to_a_person_and_the_filter_can_be_taken_away(client):
    person = PersonFactory(name="Andi Karsina")
    for number in range(2):
        AttendanceFactory(article=story(f"Kopi {number}"), person=person)
    story("Kopi lain")
    hidden = story("Kopi rahasia", is_identity_protected=True)
    AttendanceFactory(article=hidden, person=person)

    narrowed = client.get("/cari/", {"q": "kopi", "orang": person.slug})

    titles = {result.story.headline for result in narrowed.context["results"]}
    assert titles == {"Kopi 0", "Kopi 1"}
    content = narrowed.content.decode()
    assert f'<input type="hidden" name="orang" value="{person.slug}">' in content
    assert 'aria-label="Take away: Person: Andi Karsina"' in content
    everything = client.get("/cari/", {"q": "kopi"}).content.decode()
    assert f'<a href="?q=kopi&amp;orang={person.slug}">Andi Karsina</a>' in everything


def test_a_tag_of_that_name_is_linked(client):
    story("Menanam").tags.add("kopi")

    assert '<a href="/tag/kopi/">kopi</a>' in client.get("/cari/", {"q": "Kopi"}).content.decode()


def test_namesakes_without_a_page_take_nobodys_place(client):
    """As many as once were looked at, and one more, entered before the one whom readers may know."""
    strangers = [
        Person(name=f"Andi Baso {n}", name_key=f"andi baso {n}", slug=f"andi-{n}")
        for n in range(201)
    ]
    Person.objects.bulk_create(strangers)
    TenureFactory(person__name="Andi Karsina")

    assert offered(client, "andi") == ["Andi Karsina"]


def test_of_many_namesakes_those_come_first_who_stood_in_a_story_last(client):
    for day, name in enumerate(["Andi Zainal", "Andi Yusuf", "Andi Wahid", "Andi Umar"]):
        earlier = NOON - datetime.timedelta(days=day)
        AttendanceFactory(article=story(f"Rapat {day}", publish_at=earlier), person__name=name)
    hidden = story("Kisah", publish_at=NOON, is_identity_protected=True)
    office_holders = [TenureFactory(person__name=f"Andi {name}").person for name in ("Ali", "Baso")]
    AttendanceFactory(article=hidden, person=office_holders[1])
    TenureFactory(person__name="Baso Andi")

    assert offered(client, "andi") == ["Andi Zainal", "Andi Yusuf", "Andi Wahid", "Andi Umar"]
    found = [person.name for person in people(understood("andi"))]
    assert found[4:] == ["Andi Ali", "Andi Baso"]


def test_those_whose_name_begins_so_come_before_the_others():
    AttendanceFactory(article=story("Rapat"), person__name="Baso Karsina")
    TenureFactory(person__name="Karsina Lolo")
    TenureFactory(person__name="Lolo Karsina Baso")

    found = [person.name for person in people(understood("karsina"))]
    assert found == ["Karsina Lolo", "Baso Karsina", "Lolo Karsina Baso"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("bupati karsina", "Andi Karsina"),
        ("Wakil Bupati Andi Karsina", "Andi Karsina"),
        ("plt kepala dinas kesehatan Karsina", "Andi Karsina"),
        ("putri karsina", "Putri Karsina Lolo"),
        ("bupati kars", ""),
        ("kepala desa", ""),
        ("camat bongki", ""),
        ("harga karsina", ""),
    ],
)
def test_an_office_beside_a_name_is_passed_over(typed, name):
    AttendanceFactory(article=story("Rapat"), person__name="Andi Karsina")
    TenureFactory(person__name="Putri Karsina Lolo")

    found = [person.name for person in people(understood(typed))]
    assert found[:1] == ([name] if name else [])


@pytest.mark.parametrize("typed", ["a", "A", "a b", "pak a", '"a"', "zzzz"])
def test_one_letter_is_nobodys_name(client, django_assert_num_queries, typed):
    TenureFactory(person__name="Andi Baso")

    query = parse(typed)
    with django_assert_num_queries(1 if typed == "zzzz" else 0):
        assert people(query) == []


def test_an_initial_beside_a_name_is_part_of_it():
    TenureFactory(person__name="Andi Karsina")

    assert [person.name for person in people(parse("a karsina"))] == ["Andi Karsina"]


@pytest.mark.parametrize(
    ("typed", "queries"),
    [
        ("jembtan pelabuhn nelayn kapl ikn lautn ombk angn pasrr pelti kadil garm", 9),
        ('"jembtan pelabuhn nelayn kapl ikn lautn ombk angn pasrr pelti kadil garm rumahh"', 8),
        # Words in quotes cost a search one more.
        ('"xjembtan pelabuhn" "nelayn kaplu" iknx lautnx ombkx angnx pasrrx peltix kadilx', 10),
    ],
)
def test_what_was_meant_costs_the_same_for_many_words(django_assert_num_queries, typed, queries):
    story("Jembatan pelabuhan nelayan kapal ikan lautan ombak angin pasar pelita kadal garam")
    archive.recount()
    query = understood(typed)

    # The words as they stand, what is near, which of it readers find; the other forms of what is
    # thought meant, its stories and its people, who may be called so without an office ("nelayan").
    with django_assert_num_queries(queries):
        meant(query)


def test_what_was_meant_costs_two_queries_where_nothing_is_near(django_assert_num_queries):
    query = understood(" ".join(f"xyzzy{letter}q" for letter in "abcdefghijkl"))

    with django_assert_num_queries(2):
        assert meant(query) == ""
