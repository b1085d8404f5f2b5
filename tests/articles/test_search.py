"""What a reader finds, what nobody finds, and what happens with odd queries."""

import datetime
import html
import re

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from articles import search_stories, search_view
from articles.models import Article
from articles.models.searched import WithoutFigures, without_figures
from articles.search_people import people
from articles.search_query import LONGEST_QUERY, parse, understood
from articles.search_snippets import snippet
from articles.search_stories import ranked, stories
from articles.search_view import PAGE_SIZE
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    PersonFactory,
    SectionFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 11, 20, 4, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def story(headline="Story", **kwargs):
    return ArticleFactory(
        **({"is_public": True, "publish_at": NOON, "headline": headline} | kwargs)
    )


def find(typed: str) -> list[str]:
    query = understood(typed)
    rows = ranked(stories(query), query).order_by("-rank", "-pk")
    return [row.headline for row in rows]


def page(client, typed: str = "", **more) -> str:
    response = client.get(reverse("articles:search"), {"q": typed} | more)
    assert response.status_code == 200
    return response.content.decode()


# What is found


@pytest.mark.parametrize(
    "typed",
    [
        "nelayan",
        "NELAYAN",
        "Diana Perdana",
        '"Diana Perdana"',
        "perdana nelayan",
        "melaut",
        "teluk",
    ],
)
def test_search_finds_words_of_headline_standfirst_and_body(typed):
    story(
        "Diana Perdana membantu nelayan", standfirst="Mereka melaut lagi.", body="<p>Di teluk.</p>"
    )
    story("Other")

    assert find(typed) == ["Diana Perdana membantu nelayan"]


def test_search_finds_other_forms_of_a_word():
    story("Bupati membangun jembatan")

    assert find("pembangunan") == ["Bupati membangun jembatan"]


def test_search_wants_every_word():
    story("Harga ikan")
    story("Harga beras")

    assert find("harga ikan") == ["Harga ikan"]


def test_search_in_quotes_wants_the_words_together():
    story("Kepala dinas datang")
    story("Dinas tanpa kepala", standfirst="Dinas menunggu kepala.", body="<p>Dinas.</p>")

    assert find('"kepala dinas"') == ["Kepala dinas datang"]


def test_search_leaves_out_excluded_words_in_any_form():
    story("Panen padi", body="<p>Hama menyerang.</p>")
    story("Panen jagung")
    named = story("Panen kopi")
    AttendanceFactory(article=named, person__name="Rusli")

    assert find("panen -hama -rusli") == ["Panen jagung"]
    assert find('panen -"padi" -kopi') == ["Panen jagung"]


def test_newest_first_goes_on_past_stories_with_an_excluded_name(client):
    person = PersonFactory(name="Jufri")
    old = story("Perahu tua", publish_at=NOON - DAY)
    for n in range(PAGE_SIZE + 1):
        AttendanceFactory(article=story("Perahu", slug=f"perahu-{n}"), person=person)
    found = client.get("/cari/", {"q": "perahu -Jufri", "urut": "terbaru"}).context
    assert [result.story for result in found["results"]] == [old]
    assert not found["is_relaxed"]


def test_search_with_fewer_words_leaves_out_excluded_names_of_the_register(client):
    named = story("Perahu kayu di dermaga")
    person = PersonFactory(name="Jufri")
    AttendanceFactory(article=named, person=person)
    story("Perahu kayu di pantai")
    protected = story("Perahu kayu di muara", is_identity_protected=True)
    AttendanceFactory(article=protected, person=person)

    results = client.get("/cari/", {"q": "perahu kayu laut -Jufri"}).context["results"]

    headlines = {result.story.headline for result in results}
    assert headlines == {"Perahu kayu di pantai", "Perahu kayu di muara"}


def test_search_puts_the_headline_before_the_body():
    story("Lain sekali", body="<p>Ada kopi di sini.</p>")
    story("Kopi dari gunung")

    assert find("kopi") == ["Kopi dari gunung", "Lain sekali"]


@pytest.mark.parametrize(
    "typed", ["karsina", "Karsina rapat", '"wakil bupati"', "kepala sekolah", "Rapat Untom"]
)
def test_search_finds_names_and_offices_of_the_register(typed):
    article = story("Rapat mutu")
    AttendanceFactory(
        article=article, person__name="Andi Karsina", office_as_printed="Wakil Bupati",
        represents_as_printed="Rektor Untom",
    )  # fmt: skip
    AttendanceFactory(article=article, person=None, group_label="para kepala sekolah")
    story("Other")

    assert find(typed) == ["Rapat mutu"]


def test_search_finds_the_name_as_printed_then():
    article = story("Rapat")
    person = PersonFactory(name="Nama Baru")
    AttendanceFactory(article=article, person=person, name_as_printed="Nama Lama")

    assert find("lama") == ["Rapat"]
    assert find("baru") == []


# What nobody finds


def test_search_shows_only_what_is_public():
    ArticleFactory(headline="Kopi draf")
    ArticleFactory(headline="Kopi terjadwal", is_scheduled=True)
    withdrawn = ArticleFactory(headline="Kopi dicabut", is_withdrawn=True)
    person = PersonFactory(name="Kopi")
    for article in [withdrawn, ArticleFactory(is_scheduled=True), ArticleFactory()]:
        AttendanceFactory(article=article, person=person)

    assert find("kopi") == []


def test_search_does_not_find_protected_people():
    article = story("Kisah seorang anak", is_identity_protected=True)
    AttendanceFactory(article=article, person__name="Rahasia", office_as_printed="Siswa")

    assert find("rahasia") == []
    assert find("kisah rahasia") == []
    assert find("kisah -rahasia") == ["Kisah seorang anak"]


def test_search_people_box_holds_public_people_alone():
    TenureFactory(person__name="Budi Terbuka")
    TenureFactory(person__name="Budi Tertutup", person__is_public=False)
    AttendanceFactory(person__name="Budi Draf")

    assert [p.name for p in people(parse("budi"))] == ["Budi Terbuka"]


# People


@pytest.mark.parametrize(
    "typed",
    [
        "andi kars",
        "Karsina",
        "Hj. Andi Karsina, S.E., M.Si.",
        "hj karsina",
        "KARSINA LOLO",
        "a karsina",
    ],
)
def test_search_people_is_blind_to_titles(typed):
    person = PersonFactory(
        name="Andi Karsina Lolo", religious_prefix="Hj.", academic_prefix="Dr.", degrees="S.E."
    )
    TenureFactory(person=person)
    person.aliases.create(name="A. Karsina")
    TenureFactory(person__name="Sakarsina")

    assert people(parse(typed)) == [person]


# Odd queries


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Search for a name, a place or a subject. Put words in quotes to find them together."),
        (
            "\x00",
            "Search for a name, a place or a subject. Put words in quotes to find them together.",
        ),
        (
            "dan yang di",
            "These words stand in nearly every story; add a name, a place or a subject.",
        ),
        ("-dan yang", "These words stand in nearly every story; add a name, a place or a subject."),
        ("-kopi", "There are only words to leave out; add one that must be there."),
        ("-", "There is no word here to look for; write a name, a place or a subject."),
        ('"', "There is no word here to look for; write a name, a place or a subject."),
        (
            '""" -- & | ! ( ) :*',
            "There is no word here to look for; write a name, a place or a subject.",
        ),
        ("🙂🙂", "There is no word here to look for; write a name, a place or a subject."),
        ("a" * 201, "This is more than 200 characters; search for a few words of it."),
        ("'; DROP TABLE articles_article; --", "Nothing was found."),
        ("a:* & !b | <-> (c", "Nothing was found."),
        ("100% _ \\", "Nothing was found."),
        ("²", "Nothing was found."),
        ("zzz\x00zzz", "Nothing was found."),
    ],
)
def test_search_answers_an_odd_query_with_a_sentence(client, typed, sentence):
    story("Kopi")

    assert sentence in html.unescape(page(client, typed))


@given(st.text(max_size=240))
def test_search_parse_never_fails(typed):
    query = parse(typed)

    assert len(query.text) <= LONGEST_QUERY
    assert "\x00" not in "".join([query.text, *query.terms, *query.excluded])
    assert all(any(c.isalnum() for c in term) for term in [*query.terms, *query.excluded])


@pytest.mark.parametrize("typed", ["\ud800".encode("utf-8", "surrogatepass"), b"\xff\xfe", b"%00a"])
def test_search_survives_broken_bytes(client, typed):
    quoted = "".join(f"%{byte:02x}" for byte in typed)

    assert client.get(f"/cari/?q={quoted}").status_code == 200


def test_search_keeps_stop_words_in_quotes():
    story("Laut dan gunung")
    story("Gunung laut")

    assert find('"laut dan gunung"') == ["Laut dan gunung"]


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ('"><img src=x>', ("img", "src", "x")),
        ("<script>alert(1)</script>", ("script", "alert(1)")),
        ("<b>kopi</b> &lt;gunung&gt;", ("b", "kopi", "lt;gunung", "gt;")),
        ('kopi "gunung', ("kopi", "gunung")),
        ("A&W km/jam", ("A&W", "km/jam")),
    ],
)
def test_search_takes_markup_for_the_words_in_it(typed, terms):
    assert parse(typed).terms == terms


def test_search_for_markup_does_not_find_what_has_none_of_it(client):
    story("Kopi")

    for typed in ('"><img src=x>', "<script>alert(1)</script>", '"<b>"', "&nbsp;"):
        assert client.get("/cari/", {"q": typed}).context["results"] == []


# A name


def test_a_name_finds_what_tells_of_its_bearer_first_and_of_that_the_newest(client):
    person = TenureFactory(person__name="Andi Karsina").person
    old = story("Andi Karsina", publish_at=NOON - 900 * DAY)
    for days in (0, 30):
        told = story(
            f"Rapat {days}", body="<p>Andi Karsina hadir.</p>", publish_at=NOON - days * DAY
        )
        AttendanceFactory(article=told, person=person)
    listed = story("Upacara", publish_at=NOON + DAY)
    AttendanceFactory(article=listed, person=person)

    for typed in ("Andi Karsina", "Hj. Karsina Andi"):
        results = client.get("/cari/", {"q": typed}).context["results"]
        headlines = [result.story.headline for result in results]
        assert headlines == ["Rapat 0", "Rapat 30", old.headline, "Upacara"]


# How many


def test_search_says_how_many_stories_there_are(client, monkeypatch):
    section = SectionFactory()
    for number in range(PAGE_SIZE + 2):
        story(f"Kopi {number}", section=section)

    assert '<p class="note">22 stories</p>' in page(client, "kopi")
    assert '<p class="note">1 story</p>' in page(client, "kopi 7")
    # Newest first, no more are looked up than are shown.
    assert " stories</p>" not in page(client, "kopi", urut="terbaru")
    monkeypatch.setattr(search_view, "MOST_STORIES", 21)
    assert '<p class="note">More than 21 stories</p>' in page(client, "kopi")


def test_search_gives_no_number_where_not_all_were_looked_at(client, monkeypatch):
    section = SectionFactory()
    for number in range(PAGE_SIZE + 2):
        AttendanceFactory(
            article=story(f"Rapat {number}", section=section), office_as_printed="Bupati"
        )

    assert '<p class="note">22 stories</p>' in page(client, "bupati")
    monkeypatch.setattr(search_stories, "MOST_LINES", 21)
    assert " stories</p>" not in page(client, "bupati")


# Snippets


def test_search_snippet_marks_hits_and_escapes_the_rest(client):
    story("X", standfirst="", body="<p>Harga &lt;script&gt; ikan &amp; garam <em>naik</em>.</p>")

    found = re.search('<p class="snippet">(.*?)</p>', page(client, "ikan"))[1]

    assert found.split() == "Harga &lt;script&gt; <mark>ikan</mark> &amp; garam naik".split()


@given(st.text())
def test_search_snippet_lets_no_markup_through(source):
    printed = snippet(source)

    assert set(re.findall("<[^>]*>?", printed)) <= {"<mark>", "</mark>"}
    assert printed.count("<mark>") == printed.count("</mark>")


def test_search_leaves_captions_out_of_index_and_snippet(client):
    picture = "<figure><figcaption>Ikan {}</figcaption></figure>"
    story(
        "X",
        standfirst="",
        body=f"{picture.format('satu')}<p>Harga\nikan</p><figure>{picture.format('dua')}"
        f"<figcaption>Ikan tiga</figcaption></figure><p>naik</p>{picture.format('empat')}",
    )

    assert [find(word) for word in ("satu", "dua", "tiga", "empat")] == [[], [], [], []]
    found = re.search('<p class="snippet">(.*?)</p>', page(client, "ikan"), re.DOTALL)[1]
    assert found.split() == "Harga <mark>ikan</mark> naik".split()


def test_search_takes_figures_out_however_deep():
    deep = "<figure>a" * 5 + "</figure>b" * 5
    article = story("X", standfirst="", body=f"<p>awal</p>{deep}<p>akhir</p>")

    found = Article.objects.annotate(plain=WithoutFigures("body")).get(pk=article.pk).plain

    assert find("awal") == find("akhir") == ["X"]
    assert found.split() == ["<p>awal</p>", "b<p>akhir</p>"]
    assert without_figures(article.body) == "<p>awal</p>b<p>akhir</p>"


def test_search_marks_of_its_own_in_a_text_hide_nothing():
    article = story("X", standfirst="", body="<p>awal \x03 a \x02 akhir</p>")

    assert find("awal") == find("akhir") == ["X"]
    assert article.body_text


def test_story_without_end_is_found_by_its_beginning():
    words = " ".join(f"k{number}" for number in range(200_000))
    story("X", standfirst="s" * 3000 + " ".join(f"s{n}" for n in range(200_000)), body=words)

    assert find("k4999") == ["X"]


# Filters, order, pages


def test_search_filters_by_section_and_year(client):
    laut = SectionFactory(name="Laut", slug="laut")
    story("Kopi satu", section=laut)
    story("Kopi dua", publish_at=NOON - 400 * DAY)

    both = page(client, "kopi", rubrik="tidak-ada", tahun="x")
    assert "Kopi satu" in both and "Kopi dua" in both
    in_section = page(client, "kopi", rubrik="laut")
    assert "Kopi satu" in in_section and "Kopi dua" not in in_section
    in_year = page(client, "kopi", tahun="2025")
    assert "Kopi dua" in in_year and "Kopi satu" not in in_year
    assert '<option value="2025" selected>2025</option>' in in_year


@pytest.mark.parametrize(("order", "first"), [("", "Kopi kopi"), ("terbaru", "Lain")])
def test_search_orders_by_match_or_by_time(client, order, first):
    story("Kopi kopi", publish_at=NOON - DAY)
    story("Lain", body="<p>kopi</p>")

    headlines = re.findall(r'class="headline"><a [^>]*>([^<]*)<', page(client, "kopi", urut=order))

    assert headlines[0] == first
    assert len(headlines) == 2


@pytest.mark.parametrize("order", ["", "terbaru"])
def test_search_pages_show_each_story_once(client, order):
    section = SectionFactory()
    expected = {f"Kopi {number}" for number in range(45)}
    for number, headline in enumerate(sorted(expected)):
        story(headline, section=section, publish_at=NOON + number * DAY / 100, body="<p>x</p>")

    found, address = [], f"/cari/?q=kopi&urut={order}"
    for _page in range(3):
        content = client.get(address).content.decode()
        found += re.findall(r'class="headline"><a [^>]*>([^<]*)<', content)
        older = re.search(r'rel="next" href="([^"]*)"', content)
        address = "/cari/" + html.unescape(older[1]) if older else ""

    assert address == ""
    assert len(found) == 45
    assert set(found) == expected


@pytest.mark.parametrize("cursor", ["x", "1", "1-", "nan-1", "1e999-1", "1-99999999999999999999"])
def test_search_refuses_a_made_up_cursor(client, cursor):
    assert client.get("/cari/", {"q": "kopi", "sebelum": cursor}).status_code == 404
    newest = {"q": "kopi", "urut": "terbaru", "sebelum": cursor}
    assert client.get("/cari/", newest).status_code == 404


# The page


@pytest.mark.parametrize("count", [3, 5])
def test_search_query_count(client, django_assert_num_queries, count):
    section = SectionFactory()
    for number in range(count):
        article = story(f"Kopi {number}", section=section)
        ArticlePhotoFactory(article=article)
        AttendanceFactory(article=article, person__name=f"Kopi {number}")

    with django_assert_num_queries(12):
        content = page(client, "kopi")
    assert content.count('class="snippet"') == count


def test_search_that_finds_few_asks_twice_more_for_what_was_meant(
    client, django_assert_num_queries
):
    story("Kopi")

    with django_assert_num_queries(13):
        page(client, "kopi")


def test_search_without_words_asks_for_nothing_more(client, django_assert_num_queries):
    story()

    with django_assert_num_queries(3):
        page(client)


def test_search_page_is_not_for_robots_and_sets_no_cookie(client):
    response = client.get("/cari/?q=kopi")

    assert b'<meta name="robots" content="noindex">' in response.content
    assert not response.cookies
    assert client.post("/cari/").status_code == 405


def test_search_prints_the_query_escaped(client):
    content = page(client, '"><script>alert(1)</script>')

    assert "<script>alert" not in content
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in content
