"""Every address of comments on the desk, asked directly as every role; and GET acts nowhere."""

from __future__ import annotations

import pytest
from django.urls import reverse

from comments import bans
from comments.choices import State
from comments.models import Ban, Comment, ModerationEvent, Policy, Word
from tests.comments.people import moderator, reader, written
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

ROLES = ["reporter", "editor", "chief_editor", "moderator", "ad_desk"]
MODERATE = {"chief_editor", "moderator"}
PIN = {"editor", "chief_editor"}
SEE = {"editor", "chief_editor", "moderator"}


@pytest.fixture
def rows():
    """A waiting comment, a shown one, a ban and a word, as the arguments of addresses."""
    article = ArticleFactory(is_public=True)
    waiting = written(article, state=State.PENDING, author=reader())
    shown = written(article, author=reader())
    ban = bans.ban(reader(), by=moderator(), reason="Iklan judi")
    word = Word.objects.create(term="gacor", key="gacor", is_active=True)
    return {
        "waiting": waiting.pk,
        "shown": shown.pk,
        "ban": ban.pk,
        "word": word.pk,
        "story": article.pk,
    }


# Address, what its argument is, who may look, and whether it is for looking at all.
PAGES = [
    ("comment_queue", None, MODERATE),
    ("comment_item", "waiting", MODERATE),
    ("comment_changelist", None, SEE),
    ("comment_change", "waiting", SEE),
    ("word_changelist", None, MODERATE),
    ("word_add", None, MODERATE),
    ("word_change", "word", MODERATE),
    ("word_trial", None, MODERATE),
    ("word_scores", None, MODERATE),
    ("ban_changelist", None, MODERATE),
    ("ban_change", "ban", MODERATE),
    ("policy_change", "1", MODERATE),
    ("discussion_changelist", None, PIN),
    ("discussion_change", "story", PIN),
]
# Address, its argument, what is sent, and who may.
ACTIONS = [
    ("comment_decide", None, {"to": "approved", "state": "pending", "revision": "0"}, MODERATE),
    ("comment_undo", None, {"event": "0"}, MODERATE),
    ("comment_ban", None, {"length": "day", "ban_reason": "Iklan"}, MODERATE),
    ("comment_review", None, {"review": "first"}, MODERATE),
    ("comment_bulk", None, {"to": "spam"}, MODERATE),
    ("comment_correct", "waiting", {"body": "Lain", "note": "Nama", "revision": "0"}, MODERATE),
    ("comment_pin", "shown", {"pinned_as": "newsroom"}, PIN),
    ("comment_unpin", "shown", {}, PIN),
    ("comment_case", "shown", {}, MODERATE),
    ("word_force", None, {}, MODERATE),
    ("word_rest", "word", {}, MODERATE),
    ("ban_lift", "ban", {}, MODERATE),
]


def address(name, argument, rows):
    return reverse(
        f"admin:comments_{name}", args=[rows.get(argument, argument)] if argument else []
    )


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "argument", "may"), PAGES)
def test_pages_are_open_to_whom_the_table_says(name, argument, may, role, rows, member, at_desk):
    response = at_desk(member(role)).get(address(name, argument, rows))
    assert response.status_code == (200 if role in may else 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "argument", "data", "may"), ACTIONS)
def test_actions_are_open_to_whom_the_table_says(
    name, argument, data, may, role, rows, member, at_desk
):
    sent = {"comment": rows["waiting"], "row": f"{rows['waiting']}:pending:0", **data}
    response = at_desk(member(role)).post(address(name, argument, rows), sent)
    if role in may:
        assert response.status_code in {200, 302, 404}
    else:
        assert response.status_code == 403
        assert not ModerationEvent.objects.exists()


def test_visitors_and_readers_are_sent_to_the_door(rows, client, at_desk):
    door = reverse("admin:login")
    for visitor in (client, at_desk(reader())):
        for name, argument, _may in PAGES:
            response = visitor.get(address(name, argument, rows))
            assert (response.status_code, response.url.startswith(door)) == (302, True), name
        for name, argument, data, _may in ACTIONS:
            response = visitor.post(
                address(name, argument, rows), {"comment": rows["waiting"], **data}
            )
            assert (response.status_code, response.url.startswith(door)) == (302, True), name
    assert not ModerationEvent.objects.exists()


def test_attack_14_looking_acts_nowhere(rows, member, at_desk):
    """Attack 14: a program that follows every link of a mail or a page changes nothing."""
    client = at_desk(member("administrator"))
    before = state_of_everything()
    for name, argument, data, _may in ACTIONS:
        query = {"comment": rows["waiting"], **data}
        assert client.get(address(name, argument, rows), query).status_code == 405, name
        assert client.head(address(name, argument, rows)).status_code == 405, name
    for name, argument, _may in PAGES:
        everything = {"to": "approved", "reason": "insult", "_save": "1", "openness": "closed"}
        client.get(address(name, argument, rows), everything)
    assert state_of_everything() == before


def state_of_everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Comment, ModerationEvent, Ban, Word, Policy)
    ]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_adds_changes_or_deletes_a_comment_past_the_rules(role, rows, member, at_desk):
    client = at_desk(member(role))
    assert client.get(reverse("admin:comments_comment_add")).status_code == 403
    change = reverse("admin:comments_comment_change", args=[rows["waiting"]])
    assert client.post(change, {"state": "approved", "body": "x"}).status_code in {403, 405}
    delete = reverse("admin:comments_comment_delete", args=[rows["waiting"]])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert Comment.objects.get(pk=rows["waiting"]).state == State.PENDING


def test_the_administrator_cannot_delete_one_either(rows, member, at_desk):
    delete = reverse("admin:comments_comment_delete", args=[rows["waiting"]])
    assert at_desk(member("administrator")).post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("role", ["editor", "moderator", "ad_desk", "reporter"])
def test_the_rules_are_the_chief_editors(role, member, at_desk):
    change = reverse("admin:comments_policy_change", args=[1])
    data = {"is_open": "", "hold_score": "0.1", "spam_score": "0.2"}
    assert at_desk(member(role)).post(change, data).status_code == 403
    assert not Policy.objects.exists()
