"""The checks at the desk: the page before publishing, and the page on which they are made stricter."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from articles import checks
from articles.choices import Severity, Status
from articles.models import Article, CheckRule
from auditlog.models import Entry
from tests.desk.conftest import filled
from tests.factories import ArticleFactory

RULES = reverse("admin:articles_checkrule_changelist")
WHY = "Why may it come out all the same?"


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def step(article, name="publish"):
    return reverse("admin:articles_article_move", args=[article.pk, name])


def state(article):
    return Article.objects.get(pk=article.pk).status


def seen(article):
    return {"seen_version": str(Article.objects.get(pk=article.pk).version)}


@pytest.fixture
def advised(db):
    return ArticleFactory(status=Status.APPROVED, is_ready=True, place=None)


def test_publishing_from_a_list_asks_why_first(advised, editor, at_desk):
    client = at_desk(editor)
    page = client.post(step(advised), seen(advised))
    text = page.content.decode()
    assert WHY in text
    assert "The story has no dateline: its times are those of the publication." in text
    assert "Publish anyway" in text
    assert state(advised) == Status.APPROVED
    client.post(step(advised), {"confirmed": "1", "waved": "Kabar singkat", **seen(advised)})
    assert state(advised) == Status.PUBLISHED
    assert advised.revisions.first().note == "Kabar singkat (waved through: Dateline)"


@pytest.mark.parametrize("typed", ["", "   ", None])
def test_without_a_reason_nothing_is_published(typed, advised, editor, at_desk):
    sent = {"confirmed": "1", **seen(advised)} | ({} if typed is None else {"waved": typed})
    response = at_desk(editor).post(step(advised), sent)
    assert response.context["form"].errors["waved"] == [
        "Say why the story may come out all the same."
    ]
    assert state(advised) == Status.APPROVED


@pytest.mark.parametrize("typed", ["a\x00b", "x" * 201])
def test_a_reason_that_cannot_be_kept_is_a_sentence(typed, advised, editor, at_desk):
    sent = {"confirmed": "1", "waved": typed, **seen(advised)}
    response = at_desk(editor).post(step(advised), sent)
    assert response.status_code == 200
    assert response.context["form"].errors["waved"]
    assert state(advised) == Status.APPROVED


def test_the_form_saves_first_and_then_asks_why(advised, editor, at_desk):
    client = at_desk(editor)
    data = filled(client.get(change(advised)), headline="Sesudah", _move="publish")
    response = client.post(change(advised), data)
    assert response.url == step(advised)
    assert Article.objects.get().headline == "Sesudah"
    assert WHY in client.get(response.url).content.decode()


def test_a_story_without_findings_is_published_in_one_tap(editor, at_desk):
    story = ArticleFactory(status=Status.APPROVED, is_ready=True)
    at_desk(editor).post(step(story), seen(story))
    assert state(story) == Status.PUBLISHED


def test_the_page_before_a_schedule_asks_for_the_reason_too(advised, editor, at_desk):
    client = at_desk(editor)
    page = client.get(step(advised, "schedule"))
    assert WHY in page.content.decode()
    at = page.context["form"]["at"].value().isoformat()
    sent = {"confirmed": "1", "at": at, "waved": "Siap", **seen(advised)}
    client.post(step(advised, "schedule"), sent)
    assert Article.objects.get().is_scheduled


def test_what_is_blocked_is_told_and_asks_for_no_reason(editor, at_desk):
    story = ArticleFactory(status=Status.APPROVED, body="")
    client = at_desk(editor)
    page = client.get(step(story, "schedule")).content.decode()
    assert "<strong>Must be mended first:</strong> The story has no text yet." in page
    assert WHY not in page
    response = client.post(step(story), {"waved": "Mendesak", **seen(story)})
    told = [str(message) for message in get_messages(response.wsgi_request)]
    assert told == ["The story has no text yet."]
    assert state(story) == Status.APPROVED


def test_other_moves_ask_nothing_of_the_checks(draft, reporter, at_desk):
    at_desk(reporter).post(step(draft, "submit"), seen(draft))
    assert state(draft) == Status.IN_REVIEW


# How strict


def rules_of(response):
    form = response.context["form"]
    return {field.html_name: field.value() for field in form}


def test_the_chief_editor_makes_checks_stricter_and_the_log_says_so(member, at_desk):
    chief = member("chief_editor")
    client = at_desk(chief)
    sent = rules_of(client.get(RULES)) | {"dateline": "block", "standfirst": "off"}
    response = client.post(RULES, sent)
    assert response.url == RULES
    assert dict(CheckRule.objects.values_list("key", "severity")) == {
        "dateline": "block",
        "standfirst": "off",
    }
    told = {
        row.label: row.details["message"] for row in Entry.objects.filter(action="row.settings")
    }
    assert told == {
        "dateline": "advises → stops publication",
        "standfirst": "advises → is not made",
    }
    [finding] = checks.before_publishing(ArticleFactory(is_ready=True, place=None, standfirst=""))[
        :1
    ]
    assert (finding.key, finding.severity) == ("dateline", Severity.BLOCK)
    # Once more the same changes nothing.
    client.post(RULES, rules_of(client.get(RULES)))
    assert Entry.objects.filter(action="row.settings").count() == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"credit": "advise"},
        {"identity": "off"},
        {"unverified": "off"},
        {"dateline": "strange"},
        {"dateline": "a\x00"},
        {"dateline": ""},
    ],
)
def test_what_may_not_be_chosen_changes_nothing(sent, member, at_desk):
    client = at_desk(member("chief_editor"))
    response = client.post(RULES, rules_of(client.get(RULES)) | {"headline": "block"} | sent)
    assert response.status_code == 200
    assert [*sent] == list(response.context["form"].errors)
    assert not CheckRule.objects.exists()


def test_an_editor_sees_what_holds_and_changes_nothing(editor, at_desk):
    CheckRule.objects.create(key="dateline", severity="off")
    client = at_desk(editor)
    page = client.get(RULES)
    assert "Is not made" in page.content.decode()
    assert 'type="radio"' not in page.content.decode()
    assert client.post(RULES, rules_of(page)).status_code == 403


@pytest.mark.parametrize("role", ["reporter", "moderator", "ad_desk"])
def test_others_have_no_such_page(role, member, at_desk):
    client = at_desk(member(role))
    assert client.get(RULES).status_code == 403
    assert client.post(RULES, {}).status_code == 403
