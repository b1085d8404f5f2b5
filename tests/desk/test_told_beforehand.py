"""What stands in a move's way is said before the press, and a slip of the thumb is asked about once."""

import datetime

import pytest
from django.utils import timezone

from articles.choices import Status
from articles.models import Article
from tests.desk.conftest import filled
from tests.desk.test_checks import change, seen, state, step
from tests.factories import ArticleFactory

CONFIRM = 'name="confirmed"'


def test_an_embargo_is_said_before_the_press_and_there_is_no_button(editor, at_desk):
    later = timezone.now() + datetime.timedelta(days=2)
    story = ArticleFactory(status=Status.APPROVED, is_ready=True, not_before=later)
    page = at_desk(editor).get(step(story)).content.decode()
    assert "The story is under embargo until" in page
    assert CONFIRM not in page
    # Another time may still be chosen.
    assert CONFIRM in at_desk(editor).get(step(story, "schedule")).content.decode()


def test_an_end_that_has_passed_is_said_before_the_press(editor, at_desk):
    story = ArticleFactory(status=Status.APPROVED, is_ready=True)
    past = timezone.now() - datetime.timedelta(hours=1)
    Article.objects.filter(pk=story.pk).update(unpublish_at=past)
    page = at_desk(editor).get(step(story)).content.decode()
    assert "The story would end before it comes out: change that time first." in page
    assert CONFIRM not in page


@pytest.mark.parametrize("name", ["publish", "schedule"])
def test_what_is_blocked_has_no_button(name, editor, at_desk):
    story = ArticleFactory(status=Status.APPROVED, body="")
    page = at_desk(editor).get(step(story, name)).content.decode()
    assert "Must be mended first:" in page
    assert CONFIRM not in page


def test_a_story_without_obstacles_keeps_its_button(editor, at_desk):
    story = ArticleFactory(status=Status.APPROVED, is_ready=True)
    assert CONFIRM in at_desk(editor).get(step(story)).content.decode()


def test_handing_in_an_empty_text_asks_once(reporter, at_desk):
    story = ArticleFactory(created_by=reporter, body="")
    client = at_desk(reporter)
    page = client.post(step(story, "submit"), seen(story)).content.decode()
    assert "The story has no text yet. Hand it in all the same?" in page
    assert "Hand in anyway" in page
    assert state(story) == Status.DRAFT
    client.post(step(story, "submit"), {"confirmed": "1", **seen(story)})
    assert state(story) == Status.IN_REVIEW


def test_the_form_with_an_empty_text_is_saved_and_then_asks(reporter, at_desk):
    story = ArticleFactory(created_by=reporter, body="")
    client = at_desk(reporter)
    data = filled(client.get(change(story)), headline="Sesudah", _move="submit")
    response = client.post(change(story), data)
    assert response.url == step(story, "submit")
    assert Article.objects.get(pk=story.pk).headline == "Sesudah"
    assert state(story) == Status.DRAFT


def test_the_reason_for_a_change_stands_in_the_main_column(editor, at_desk):
    page = at_desk(editor).get(change(ArticleFactory(is_public=True)))
    boxes = {
        fieldset.classes: [field for line in fieldset for field in line.fields]
        for fieldset in page.context["adminform"]
    }
    assert boxes["story-why"] == ["why"]
    text = page.content.decode()
    column = text.partition('class="story-column"')[2].partition('class="story-margin"')[0]
    assert 'name="why"' in column


def test_a_draft_asks_for_no_reason(draft, reporter, at_desk):
    assert 'name="why"' not in at_desk(reporter).get(change(draft)).content.decode()
