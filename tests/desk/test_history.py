"""The history of a story at the desk: who, when, why; any two versions side by side; who may look."""

import re

import pytest
from django.urls import reverse

from articles import changes, revisions
from articles.models import Article
from articles.snapshots import snapshot
from tests.factories import ArticleFactory, AttendanceFactory, StaffFactory


def page(name, article, *more):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *more])


def write(article, by=None, note="", **values):
    """Save the story as a form would, with a revision."""
    row = Article.objects.get(pk=article.pk)
    for field, value in values.items():
        setattr(row, field, value)
    row.save()
    return revisions.record(row, by=by, note=note)


@pytest.fixture
def written(draft, reporter, editor):
    """The draft in three versions."""
    write(draft, reporter, body="<p>Rapat dibuka pagi itu.</p>")
    write(draft, editor, note="Judul", headline="Rapat mutu guru")
    AttendanceFactory(article=draft, name_as_printed="Sanneng", office_as_printed="Camat")
    write(draft, reporter, body="<p>Rapat dibuka siang itu.</p>")
    return draft


def test_the_list_says_who_why_and_what_changed(written, reporter, at_desk):
    response = at_desk(reporter).get(page("history", written))
    said = [
        (one.number, str(one.created_by), one.note, entry.changed, entry.earlier)
        for one, entry in response.context["revisions"]
    ]
    assert said[:2] == [
        (3, "Rahma Nurdin", "", ["Text", "Present"], 2),
        (2, "Hasrullah Makmur", "Judul", ["Headline"], 1),
    ]
    assert said[2][4] is None
    text = response.content.decode()
    assert f"{page('compare', written)}?a=2&amp;b=3" in text
    assert page("restore", written, 2) in text
    # The version that stands there needs no bringing back.
    assert page("restore", written, 3) not in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_one_version_as_for_three(
    count, draft, reporter, at_desk, django_assert_num_queries
):
    for n in range(count):
        write(draft, reporter, headline=f"Judul {n}")
    client = at_desk(reporter)
    with django_assert_num_queries(9):
        client.get(page("history", draft))


def test_older_versions_stand_on_further_pages(draft, reporter, at_desk, monkeypatch):
    monkeypatch.setattr("articles.admin.history.REVISIONS_SHOWN", 2)
    for n in range(5):
        write(draft, reporter, headline=f"Judul {n}")
    client = at_desk(reporter)
    seen, address = [], page("history", draft)
    while address:
        response = client.get(address)
        seen.append([one.number for one, _entry in response.context["revisions"]])
        older = response.context["older_than"]
        address = older and f"{page('history', draft)}?before={older}"
    assert seen == [[5, 4], [3, 2], [1]]


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 40, "²", "\x00"])
def test_a_made_up_page_of_the_list_is_a_page(before, written, reporter, at_desk):
    response = at_desk(reporter).get(page("history", written), {"before": before})
    assert response.status_code == 200


def test_any_two_versions_are_compared_the_earlier_first(written, reporter, at_desk):
    client = at_desk(reporter)
    for pair in ({"a": 1, "b": 3}, {"a": 3, "b": 1}):
        response = client.get(page("compare", written), pair)
        assert [one.number for one, _time in response.context["sides"]] == [1, 3]
        assert [diff.key for diff in response.context["diffs"]] == [
            "headline",
            "body",
            "attendances",
        ]
    text = response.content.decode()
    assert "Rapat dibuka <del" in text
    assert ">pagi</del><ins" in text


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"a": "1"},
        {"a": "1", "b": "1"},
        {"a": "1", "b": "9"},
        {"a": "x", "b": "2"},
        {"a": "-1", "b": "2"},
        {"a": "9" * 30, "b": "2"},
        {"a": "1\x00", "b": "2"},
    ],
)
def test_a_comparison_that_cannot_be_is_a_sentence(asked, written, reporter, at_desk):
    response = at_desk(reporter).get(page("compare", written), asked, follow=True)
    assert response.redirect_chain == [(page("history", written), 302)]
    assert "Choose two versions to compare." in response.content.decode()


def test_a_version_of_another_story_is_not_compared_with_this_one(written, reporter, at_desk):
    other = ArticleFactory(created_by=reporter)
    for n in range(5):
        write(other, reporter, headline=f"Lain {n}")
    response = at_desk(reporter).get(page("compare", written), {"a": 1, "b": 5})
    assert response.status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_a_comparison_asks_as_much_for_one_line_as_for_three(
    count, draft, reporter, at_desk, django_assert_num_queries
):
    write(draft, reporter, headline="Satu")
    for n in range(count):
        AttendanceFactory(article=draft, name_as_printed=f"Orang {n}", position=n)
    write(draft, reporter)
    client = at_desk(reporter)
    with django_assert_num_queries(11):
        client.get(page("compare", draft), {"a": 1, "b": 2})


def test_a_version_is_shown_with_names_and_leads_to_what_changed(written, reporter, at_desk):
    revision = written.revisions.get(number=3)
    address = reverse("admin:articles_revision_change", args=[revision.pk])
    text = at_desk(reporter).get(address).content.decode()
    assert "Rapat dibuka siang itu." in text
    assert "Sanneng, Camat (attended)" in text
    assert f"{page('compare', written)}?a=2&amp;b=3" in text


def test_the_text_of_an_old_version_is_cleaned_again(written, reporter, at_desk):
    revision = written.revisions.get(number=1)
    evil = "<p>Lama<script>alert(1)</script><img src=x onerror=alert(1)></p>"
    revision.snapshot |= {"body": evil, "tags": ["<script>alert(2)</script>"]}
    revision.save()
    client = at_desk(reporter)
    addresses = [
        reverse("admin:articles_revision_change", args=[revision.pk]),
        f"{page('compare', written)}?a=1&b=2",
        page("restore", written, 1),
    ]
    for address in addresses:
        text = client.get(address).content.decode()
        assert "alert(1)" not in text
        assert "<script>alert(2)" not in text


def test_versions_of_a_working_copy_are_told_apart_and_follow_on_the_story(
    editor, reporter, at_desk
):
    story = ArticleFactory(is_public=True, headline="Panen", created_by=reporter)
    write(story, reporter)
    copy = changes.begin(story, by=editor)
    write(copy, editor, headline="Panen raya")
    client = at_desk(editor)
    response = client.get(page("history", story))
    (working, entry), (own, _entry) = response.context["revisions"]
    assert (working.is_working, own.is_working, entry.earlier) == (True, False, own.number)
    assert "working copy" in response.content.decode()
    # The copy's own address shows the same.
    assert client.get(page("history", copy)).context["article"] == story


def everything(article, revision):
    return [
        page("history", article),
        f"{page('compare', article)}?a=1&b=2",
        page("restore", article, 1),
        f"{page('then', article)}?at=2026-01-01T00:00",
        reverse("admin:articles_revision_change", args=[revision.pk]),
    ]


@pytest.mark.parametrize("role", ["moderator", "ad_desk", None])
def test_who_may_not_see_versions_sees_none_of_these_pages(role, written, member, at_desk):
    user = member(role) if role else StaffFactory()
    client = at_desk(user)
    for address in everything(written, written.revisions.first()):
        assert client.get(address).status_code == 403
    assert client.post(page("restore", written, 1), {"keys": "headline"}).status_code == 403


def test_whoever_is_no_member_of_the_staff_is_asked_to_sign_in(written, client):
    for address in everything(written, written.revisions.first()):
        assert client.get(address).url.startswith("/admin/login/")


def test_a_story_that_is_not_there_leads_to_the_desk(reporter, at_desk, db):
    client = at_desk(reporter)
    for name, more in (("history", []), ("compare", []), ("then", []), ("restore", [1])):
        for key in (10**8, 10**30):
            address = reverse(f"admin:articles_article_{name}", args=[key, *more])
            assert client.get(address).status_code == 302


def test_an_imported_story_without_versions_says_so(draft, reporter, at_desk):
    text = at_desk(reporter).get(page("history", draft)).content.decode()
    assert "Nothing of this story" in text


def test_looking_changes_nothing(written, reporter, at_desk):
    before, count = snapshot(written), written.revisions.count()
    client = at_desk(reporter)
    for address in everything(written, written.revisions.first()):
        client.get(address)
    assert snapshot(written) == before
    assert written.revisions.count() == count


def test_the_newest_two_versions_that_differ_are_marked(written, reporter, editor, at_desk):
    revisions.record(written, by=editor, note="Terbit")
    html = at_desk(reporter).get(page("history", written)).content.decode()
    marked = re.findall(r'name="([ab])" value="(\d+)" checked', html)
    newest, same = written.revisions.order_by("-number")[:2]
    assert newest.changed == [] and same.changed
    assert marked == [("b", str(same.number)), ("a", str(same.number - 1))]
