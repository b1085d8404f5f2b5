"""Before many stories are published at once: what is found in each stands under its headline."""

import datetime

import pytest
from django.utils import timezone

from articles import workflow
from articles.choices import Status
from articles.models import Article
from tests.desk.test_bulk import ask, boxes, do
from tests.desk.test_moves import said
from tests.factories import ArticleFactory


def lines(page):
    return {line.story.headline: (line, field) for line, _value, field in page.context["stories"]}


def look(client):
    return ask(client, "publish", list(boxes(client).values()))


def test_each_story_says_its_state_and_only_what_needs_a_reason_asks_for_one(editor, at_desk):
    whole = ArticleFactory(status=Status.APPROVED, is_ready=True, headline="Whole")
    ArticleFactory(status=Status.APPROVED, is_ready=True, place=None, headline="Advised")
    ArticleFactory(status=Status.APPROVED, body="", headline="Empty")
    client = at_desk(editor)
    page = look(client)
    text = page.content.decode()
    shown = lines(page)
    assert {name: field.name if field else "" for name, (_line, field) in shown.items()} == {
        "Whole": "",
        "Advised": f"waved_{shown['Advised'][0].story.pk}",
        "Empty": "",
    }
    assert {name for name, (line, _field) in shown.items() if line.is_stopped} == {"Empty"}
    assert "approved, not scheduled" in text
    assert "The story has no dateline: its times are those of the publication." in text
    assert "<strong>Must be mended first:</strong> The story has no text yet." in text
    # What does not come out is not sent.
    assert text.count('name="_selected_action"') == 2
    assert f'value="{whole.pk}:{whole.version}"' in text


def test_an_embargo_is_told_beforehand(editor, at_desk):
    later = timezone.now() + datetime.timedelta(days=2)
    ArticleFactory(status=Status.APPROVED, is_ready=True, not_before=later, headline="Held")
    page = look(at_desk(editor))
    text = page.content.decode()
    assert "Does not come out.</strong> The story is under embargo until" in text
    assert '<button class="button-forward">' not in text


def test_a_returned_story_shows_its_note_and_is_published_from_its_own_page(
    draft, reporter, editor, at_desk
):
    workflow.submit(draft, by=reporter)
    workflow.send_back(draft, by=editor, note="Call the village head.")
    client = at_desk(editor)
    chosen = list(boxes(client).values())
    text = look(client).content.decode()
    sentence = "The story was returned with a note: publish it from its own page."
    assert "Call the village head." in text
    assert sentence in text
    # Also when the form says otherwise.
    response = do(client, "publish", chosen, **{f"waved_{draft.pk}": "Because"})
    assert sentence in said(response)[0]
    assert Article.objects.get(pk=draft.pk).status == Status.RETURNED


def test_what_is_public_already_is_told_beforehand(editor, at_desk):
    ArticleFactory(is_public=True)
    assert "The story is out already." in look(at_desk(editor)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_queries_before_publishing_grow_by_what_the_checks_read_of_each_story(
    count, editor, at_desk, django_assert_num_queries
):
    ArticleFactory.create_batch(count, status=Status.APPROVED, is_ready=True)
    client = at_desk(editor)
    chosen = list(boxes(client).values())
    with django_assert_num_queries(BASE + count * OF_EACH):
        ask(client, "publish", chosen)


# The checks look at saved stories one by one: rules, photos, labels, bylines, register, masthead.
BASE, OF_EACH = 11, 7


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_another_choice_are_the_same_for_one_story_and_many(
    count, editor, at_desk, django_assert_num_queries
):
    ArticleFactory.create_batch(count)
    client = at_desk(editor)
    chosen = list(boxes(client).values())
    with django_assert_num_queries(11):
        ask(client, "approve", chosen)
