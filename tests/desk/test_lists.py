"""The lists of the desk: what they say, find and filter, and what they cost."""

import datetime

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from articles.admin.articles import ArticleAdmin
from articles.choices import Status
from articles.models import Place
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    BylineFactory,
    OrganisationFactory,
    PersonFactory,
    PhotoFactory,
    PlaceFactory,
    StaffFactory,
    TagFactory,
    province,
)

LIST = reverse("admin:articles_article_changelist")


def headlines(client, **query):
    return sorted(row.headline for row in client.get(LIST, query).context["cl"].result_list)


def test_completion_survives_a_letter_that_the_database_does_not_take(editor, at_desk):
    PlaceFactory(name="Ambon", parent=province("81"))
    found = complete(at_desk(editor), "article", "place", "am\x00bon").json()["results"]
    assert sorted(row["text"].split(" ·")[0] for row in found) == ["District Ambon", "Kota Ambon"]


@pytest.mark.parametrize(
    "model",
    # The list of jobs is its library's own.
    sorted(
        (one for one in admin.site._registry if one._meta.app_label != "procrastinate"),
        key=lambda one: one._meta.label,
    ),
    ids=lambda model: model._meta.label,
)
def test_a_list_asked_for_what_no_row_can_hold_is_its_first_page(model, db, at_desk):
    """A NUL in whichever parameter: PostgreSQL takes none."""
    desk = at_desk(StaffFactory(is_superuser=True, language="en"))
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    filters = admin.site.get_model_admin(model).list_filter
    names = [name for name in filters if isinstance(name, str)]
    for query in (
        "q=a%00b",
        "q=%00&q=a",
        "o=%00",
        "%00=1",
        *(f"{name}__exact=%00" for name in names),
    ):
        response = desk.get(f"{url}?{query}", follow=True)
        assert response.status_code in (200, 403), query
        if "cl" in (response.context or {}) and response.context["cl"].result_list:
            assert "here is the first" in response.content.decode()


def complete(client, model, field, term, app="articles"):
    query = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    return client.get(reverse("admin:autocomplete"), query)


def test_a_line_says_state_time_of_the_place_section_and_writer(editor, at_desk, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 24, 8, 0, tzinfo=datetime.UTC), tick=False)
    article = ArticleFactory(
        is_public=True,
        headline="Banjir",
        place=PlaceFactory(parent=province("81")),
        publish_at=datetime.datetime(2026, 11, 24, 6, 5, tzinfo=datetime.UTC),
    )
    BylineFactory(article=article, author__name="Rahma Nurdin")
    page = at_desk(editor).get(LIST).content.decode()
    for words in ("Banjir", "published", "15.05 WIT", str(article.section), "Rahma Nurdin"):
        assert words in page


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("draft", ["Draft"]),
        ("in_review", ["Waiting"]),
        ("scheduled", ["Tonight"]),
        ("published", ["Out"]),
        ("withdrawn", ["Gone"]),
        ("nonsense", ["Draft", "Gone", "Out", "Tonight", "Waiting"]),
    ],
)
def test_stories_are_filtered_by_state(state, found, editor, at_desk):
    ArticleFactory(headline="Draft")
    ArticleFactory(headline="Waiting", status=Status.IN_REVIEW)
    ArticleFactory(headline="Tonight", is_scheduled=True)
    ArticleFactory(headline="Out", is_public=True)
    ArticleFactory(headline="Gone", is_withdrawn=True)
    assert headlines(at_desk(editor), state=state) == found


def test_a_reporter_finds_the_own_stories(reporter, at_desk):
    ArticleFactory(headline="Mine", created_by=reporter)
    ArticleFactory(headline="Signed").bylines.create(author=reporter.author)
    ArticleFactory(headline="Other")
    assert headlines(at_desk(reporter), mine="1") == ["Mine", "Signed"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("banj", ["Banjir di Bulusirua"]),
        ("bulu banjir", ["Banjir di Bulusirua"]),
        ("Karsina", ["Rapat kerja"]),
        ("Hj. Andi Karsina, S.E.", ["Rapat kerja"]),
        ("tenggelam", []),
        ("%", ["Banjir di Bulusirua", "Rapat kerja"]),
        ("a' & | ! :* b", []),
        ("\x00banjir", ["Banjir di Bulusirua", "Rapat kerja"]),
    ],
)
def test_stories_are_found_by_headline_and_people(typed, found, editor, at_desk):
    ArticleFactory(headline="Banjir di Bulusirua")
    AttendanceFactory(
        article=ArticleFactory(headline="Rapat kerja"), person=PersonFactory(name="Andi Karsina")
    )
    assert headlines(at_desk(editor), q=typed) == found


def test_a_list_is_paged_by_what_stands_last_and_nothing_is_counted(editor, at_desk, monkeypatch):
    monkeypatch.setattr(ArticleAdmin, "list_per_page", 2)
    for number in range(5):
        ArticleFactory(headline=f"Nomor {number}")
    client = at_desk(editor)
    first = page_of(client, "")
    second = page_of(client, first.next_url)
    # Somebody begins a story meanwhile: nothing moves from page to page.
    ArticleFactory(headline="Baru")
    third = page_of(client, second.next_url)
    assert [shown(page) for page in (first, second, third)] == [
        ["Nomor 4", "Nomor 3"],
        ["Nomor 2", "Nomor 1"],
        ["Nomor 0"],
    ]
    assert (first.previous_url, third.next_url) == ("", "")
    back = page_of(client, third.previous_url)
    assert shown(back) == ["Nomor 2", "Nomor 1"]
    assert shown(page_of(client, back.previous_url)) == ["Nomor 4", "Nomor 3"]
    assert shown(page_of(client, back.first_url)) == ["Baru", "Nomor 4"]


def page_of(client, query):
    return client.get(LIST + query).context["cl"]


def shown(page):
    return [row.headline for row in page.result_list]


@pytest.mark.parametrize("side", ["after", "before"])
@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "W10",
        "WzEsMiwzXQ",
        "WyJhIiwiYiJd",
        "W1tdLHt9XQ",
        "W251bGwsbnVsbF0",
        "%00",
        # Half a character, which no database takes: ["\ud800",1]
        "WyJcdWQ4MDAiLDFd",
        "W" * 5000,
    ],
)
def test_a_page_that_was_never_printed_is_the_first_one(side, cursor, editor, at_desk):
    ArticleFactory(headline="Ada")
    desk = at_desk(editor)
    response = desk.get(LIST, {side: cursor})
    assert response.status_code == 200
    # By the headline, which is a text.
    assert desk.get(LIST, {side: cursor, "o": "1"}).status_code == 200
    if cursor != "W251bGwsbnVsbF0":
        assert shown(response.context["cl"]) == ["Ada"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("publish_at", ["Lama", "Baru", "B", "A"]), ("-publish_at", ["B", "A", "Baru", "Lama"])],
)
def test_rows_without_a_value_are_paged_where_the_database_puts_them(
    order, expected, editor, at_desk, monkeypatch
):
    monkeypatch.setattr(ArticleAdmin, "list_per_page", 1)
    monkeypatch.setattr(ArticleAdmin, "ordering", [order])
    ArticleFactory(headline="A")
    ArticleFactory(headline="Baru", is_public=True)
    ArticleFactory(headline="B")
    longer = timezone.now() - datetime.timedelta(days=3)
    ArticleFactory(headline="Lama", is_public=True, publish_at=longer)
    client, found, query = at_desk(editor), [], "?"
    pages = []
    while query and len(pages) < 9:
        pages.append(page_of(client, query))
        found += shown(pages[-1])
        query = pages[-1].next_url
    assert found == expected
    while (page := pages[-1]).previous_url and len(pages) < 9:
        pages.append(page_of(client, page.previous_url))
    assert [shown(page)[0] for page in pages[4:]] == expected[-2::-1]


@pytest.mark.parametrize("stories", [1, 3])
def test_list_takes_the_same_queries_for_one_story_and_three(
    stories, editor, at_desk, django_assert_num_queries
):
    for _number in range(stories):
        article = ArticleFactory(is_public=True, place=PlaceFactory(), created_by=editor)
        BylineFactory(article=article)
    client = at_desk(editor)
    with django_assert_num_queries(9):
        client.get(LIST)


def test_lists_have_no_inline_style_or_script(editor, at_desk):
    ArticleFactory()
    page = at_desk(editor).get(LIST).content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert [tag for tag in page.split("<script")[1:] if "src=" not in tag.split(">")[0]] == []


def test_every_list_and_form_of_the_desk_opens(member, at_desk):
    ArticleFactory(is_public=True)
    PhotoFactory()
    OrganisationFactory()
    TagFactory()
    client = at_desk(member("administrator"))
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist"), follow=True).status_code == 200, name
        searched = client.get(reverse(f"{name}_changelist"), {"q": "a b"}, follow=True)
        assert searched.status_code == 200, name
        if model_admin.has_add_permission(searched.wsgi_request):
            assert client.get(reverse(f"{name}_add")).status_code == 200, name
        row = model._default_manager.first()
        if row is not None:
            assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200, name


def test_places_of_one_name_are_told_apart(reporter, at_desk):
    for code in ("73", "81"):
        PlaceFactory(name="Lappabatu", parent=province(code))
    response = complete(at_desk(reporter), "article", "place", "lappa")
    texts = sorted(result["text"] for result in response.json()["results"])
    assert texts == ["District Lappabatu · Maluku", "District Lappabatu · Sulawesi Selatan"]


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("article", "place"),
        ("byline", "author"),
        ("relatedarticle", "related"),
    ],
)
def test_completion_of_the_form_answers_a_reporter_and_no_moderator(
    model, field, reporter, member, at_desk
):
    assert complete(at_desk(reporter), model, field, "a").status_code == 200
    status = complete(at_desk(member("moderator")), model, field, "a").status_code
    assert status == (200 if field == "related" else 403)


def test_a_place_that_a_newsroom_adds_lives_by_its_parents_clock(editor, at_desk):
    add = reverse("admin:articles_place_add")
    data = {"name": "Lappabatu", "kind": "district", "parent": province("81").pk}
    assert at_desk(editor).post(add, data).status_code == 302
    assert Place.objects.get(name="Lappabatu").timezone == "Asia/Jayapura"
