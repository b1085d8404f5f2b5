"""Every address of the stories, asked directly as every role: the roles' table holds there too."""

import pytest
from django.urls import reverse

from articles.choices import Status
from articles.models import Article, LateSave
from tests.desk.conftest import filled, new_story
from tests.factories import ArticleFactory, AuthorFactory, CorrectionFactory

ROLES = ["reporter", "editor", "chief_editor", "moderator", "ad_desk"]
MOVES = [
    "submit",
    "recall",
    "send_back",
    "approve",
    "publish",
    "schedule",
    "unschedule",
    "request_withdrawal",
    "drop_withdrawal_request",
    "withdraw",
]
EDITORIAL = {"send_back", "approve", "publish", "schedule", "unschedule"}
WITHDRAWAL = {"request_withdrawal", "drop_withdrawal_request"}
MAY_MOVE = {
    "reporter": {"submit", "recall"},
    "editor": {"submit", "recall", *EDITORIAL, *WITHDRAWAL},
    "chief_editor": set(MOVES),
    "moderator": set(),
    "ad_desk": set(),
}


def url(name, *args):
    return reverse(f"admin:articles_article_{name}", args=args)


@pytest.mark.parametrize("role", ROLES)
def test_list_and_story_are_open_to_every_role(role, member, at_desk):
    article = ArticleFactory()
    client = at_desk(member(role))
    assert client.get(url("changelist")).status_code == 200
    assert client.get(url("change", article.pk)).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("reporter", 200),
        ("editor", 200),
        ("chief_editor", 200),
        ("moderator", 403),
        ("ad_desk", 403),
    ],
)
def test_add_page_answers_as_the_table_says(role, status, member, at_desk):
    client = at_desk(member(role))
    assert client.get(url("add")).status_code == status
    response = client.post(url("add"), new_story())
    assert response.status_code == (302 if status == 200 else 403)
    assert Article.objects.count() == (1 if status == 200 else 0)


@pytest.mark.parametrize("role", ROLES)
def test_deleting_a_story_is_closed_to_everybody(role, member, at_desk):
    article = ArticleFactory()
    client = at_desk(member(role))
    assert client.get(url("delete", article.pk)).status_code == 403
    assert client.post(url("delete", article.pk), {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"}
    client.post(url("changelist"), bulk)
    assert Article.objects.filter(pk=article.pk).exists()


def test_deleting_a_story_is_closed_to_the_administrator(member, at_desk):
    article = ArticleFactory()
    response = at_desk(member("administrator")).post(url("delete", article.pk), {"post": "yes"})
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("reporter", 403),
        ("editor", 302),
        ("chief_editor", 302),
        ("moderator", 403),
        ("ad_desk", 403),
    ],
)
def test_a_colleagues_story_is_changed_only_by_who_may(role, status, member, at_desk):
    article = ArticleFactory(headline="Before")
    owner = at_desk(member("administrator"))
    data = filled(owner.get(url("change", article.pk)), headline="After")
    assert at_desk(member(role)).post(url("change", article.pk), data).status_code == status
    article.refresh_from_db()
    assert article.headline == ("After" if status == 302 else "Before")


@pytest.mark.parametrize(
    ("status", "is_editable"),
    [
        (Status.DRAFT, True),
        (Status.RETURNED, True),
        (Status.IN_REVIEW, False),
        (Status.APPROVED, False),
    ],
)
def test_a_reporter_changes_own_stories_until_they_are_handed_in(
    status, is_editable, draft, reporter, at_desk
):
    Article.objects.filter(pk=draft.pk).update(status=status)
    client = at_desk(reporter)
    response = client.get(url("change", draft.pk))
    assert response.context["is_editable"] is is_editable
    assert (b'name="headline"' in response.content) is is_editable
    answer = client.post(url("change", draft.pk), new_story(seen_version="0"))
    assert answer.status_code == 302
    # What somebody wrote who may not any more is kept beside the story, and the story stays as it is.
    draft.refresh_from_db()
    assert (draft.standfirst == "Wakil bupati membuka rapat.") is is_editable
    assert LateSave.objects.filter(article=draft, user=reporter).exists() is not is_editable


def test_a_reporter_changes_a_story_that_the_reporter_only_signs(reporter, at_desk):
    article = ArticleFactory()
    article.bylines.create(author=reporter.author)
    assert at_desk(reporter).get(url("change", article.pk)).context["is_editable"] is True


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("move", MOVES)
def test_moves_are_closed_to_roles_without_them(role, move, member, at_desk):
    article = ArticleFactory()
    client = at_desk(member(role))
    expected = {200, 302} if move in MAY_MOVE[role] else {403}
    assert client.get(url("move", article.pk, move)).status_code in expected
    article.refresh_from_db()
    assert article.status == Status.DRAFT
    assert client.post(url("move", article.pk, move)).status_code in expected


def test_looking_at_a_move_changes_nothing(draft, reporter, at_desk):
    assert at_desk(reporter).get(url("move", draft.pk, "submit")).status_code == 200
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert draft.revisions.count() == 0


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("reporter", 200),
        ("editor", 200),
        ("chief_editor", 200),
        ("moderator", 403),
        ("ad_desk", 403),
    ],
)
@pytest.mark.parametrize("page", ["people", "tags"])
def test_completion_is_for_who_writes(role, status, page, member, at_desk):
    assert at_desk(member(role)).get(url(page), {"q": "an"}).status_code == status


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("reporter", 200),
        ("editor", 200),
        ("chief_editor", 200),
        ("moderator", 403),
        ("ad_desk", 403),
    ],
)
def test_history_is_for_who_writes(role, status, member, at_desk):
    article = ArticleFactory()
    assert at_desk(member(role)).get(url("history", article.pk)).status_code == status


@pytest.mark.parametrize("page", ["changelist", "add", "people", "tags"])
def test_visitors_are_sent_to_the_door(page, client, db):
    response = client.get(url(page))
    assert response.status_code == 302
    assert response.url.startswith(reverse("admin:login"))


def test_an_account_without_the_staff_flag_stays_outside(member, at_desk):
    user = member("editor", is_staff=False)
    assert at_desk(user).get(url("changelist")).status_code == 302


@pytest.mark.parametrize("role", ROLES)
def test_corrections_are_never_changed_or_deleted(role, member, at_desk):
    correction = CorrectionFactory()
    client = at_desk(member(role))
    change = reverse("admin:articles_correction_change", args=[correction.pk])
    # Editors have a form there, which holds its words back and changes none.
    is_form = role in {"editor", "chief_editor"}
    assert client.post(change, {"text": "other"}).status_code == (302 if is_form else 403)
    correction.refresh_from_db()
    assert correction.text == "The number was wrong: it is 42."
    delete = reverse("admin:articles_correction_delete", args=[correction.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("role", "is_open"),
    [
        ("reporter", False),
        ("editor", False),
        ("chief_editor", True),
        ("moderator", False),
        ("ad_desk", False),
    ],
)
@pytest.mark.parametrize("page", ["accounts_user", "articles_publication"])
def test_accounts_and_masthead_are_the_chief_editors(role, is_open, page, member, at_desk):
    status = at_desk(member(role)).get(reverse(f"admin:{page}_changelist")).status_code
    assert status == (403 if not is_open else 302 if page == "articles_publication" else 200)


def test_every_author_page_is_read_only_for_a_reporter(reporter, at_desk):
    other = AuthorFactory()
    change = reverse("admin:articles_author_change", args=[other.pk])
    client = at_desk(reporter)
    assert client.get(change).status_code == 200
    assert client.post(change, {"name": "x"}).status_code == 403
