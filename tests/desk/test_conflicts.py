"""Several people at one story: nobody's text is overwritten unseen, and nothing typed is lost."""

import pytest

from articles import workflow
from articles.choices import Status
from articles.models import Article
from tests.desk.conftest import filled, line
from tests.desk.test_story_form import change, errors
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    PersonFactory,
    RelatedArticleFactory,
)

FASTER = (
    "Hasrullah Makmur saved this story after you opened it. Nothing of yours is lost: it is "
    "below. Compare it with the history, then save again to keep your version."
)


def test_a_story_saved_by_a_colleague_meanwhile_is_not_overwritten(
    draft, reporter, editor, at_desk
):
    mine, theirs = at_desk(reporter), at_desk(editor)
    stale = filled(mine.get(change(draft)), headline="Mine")
    theirs.post(change(draft), filled(theirs.get(change(draft)), headline="Theirs"))
    response = mine.post(change(draft), stale)
    draft.refresh_from_db()
    assert draft.headline == "Theirs"
    assert "Hasrullah Makmur saved this story after you opened it." in errors(response)[0]
    assert b"Mine" in response.content
    # Whoever has seen so decides: saving again keeps the own version.
    again = filled(response)
    assert mine.post(change(draft), again).status_code == 302
    draft.refresh_from_db()
    assert draft.headline == "Mine"


def test_two_quick_saves_from_one_tab_are_no_conflict(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), headline="Once")
    client.post(change(draft), data)
    assert client.post(change(draft), data | {"headline": "Twice"}).status_code == 302


def test_a_colleagues_version_is_seen_even_under_a_newer_one_of_ones_own(
    draft, reporter, editor, at_desk
):
    mine, theirs = at_desk(reporter), at_desk(editor)
    stale = filled(mine.get(change(draft)), headline="Mine")
    theirs.post(change(draft), filled(theirs.get(change(draft)), headline="Theirs"))
    # The reporter's own move from the desk is the last revision now.
    workflow.submit(draft, by=reporter)
    workflow.recall(draft, by=reporter)
    response = mine.post(change(draft), stale)
    draft.refresh_from_db()
    assert errors(response) == [FASTER]
    assert draft.headline == "Theirs"


def test_ones_own_moves_from_another_tab_are_no_conflict(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), headline="Mine")
    workflow.submit(draft, by=reporter)
    workflow.recall(draft, by=reporter)
    assert client.post(change(draft), data).status_code == 302


@pytest.mark.parametrize("seen", [None, "", "0", "-5", "-" + "9" * 30])
def test_a_form_that_does_not_say_what_it_saw_overwrites_nothing(
    seen, draft, reporter, editor, at_desk
):
    mine, theirs = at_desk(reporter), at_desk(editor)
    data = filled(mine.get(change(draft)), headline="Mine", seen_version=seen)
    theirs.post(change(draft), filled(theirs.get(change(draft)), headline="Theirs"))
    response = mine.post(change(draft), data)
    draft.refresh_from_db()
    assert errors(response) == [FASTER]
    assert draft.headline == "Theirs"
    assert mine.post(change(draft), filled(response)).status_code == 302


def test_without_the_version_even_a_story_nobody_else_saved_asks_once(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), headline="Mine", seen_version=None)
    response = client.post(change(draft), data)
    assert "It is not certain that you saw the latest version" in errors(response)[0]
    assert client.post(change(draft), filled(response)).status_code == 302


def test_a_row_that_a_colleague_removed_comes_back_with_what_was_typed(
    draft, reporter, editor, at_desk
):
    AttendanceFactory(article=draft, person__name="Satu", position=0)
    AttendanceFactory(article=draft, name_as_printed="Dua", position=1)
    photo = ArticlePhotoFactory(article=draft).photo
    author = BylineFactory(article=draft, position=1).author
    related = RelatedArticleFactory(article=draft).related
    mine, theirs = at_desk(reporter), at_desk(editor)
    stale = filled(mine.get(change(draft)), headline="Mine", **{"attendances-0-name": "Satu B"})
    removed = [
        *("attendances-0-DELETE", "article_photos-0-DELETE"),
        *("bylines-1-DELETE", "related_links-0-DELETE"),
    ]
    data = filled(theirs.get(change(draft)), **dict.fromkeys(removed, "on"))
    assert theirs.post(change(draft), data).status_code == 302
    assert draft.attendances.count() == 1
    response = mine.post(change(draft), stale)
    assert errors(response) == [FASTER]
    assert mine.post(change(draft), filled(response)).status_code == 302
    assert [row.name_as_printed for row in draft.attendances.all()] == ["Satu B", "Dua"]
    assert [row.photo for row in draft.article_photos.all()] == [photo]
    assert [row.author for row in draft.bylines.all()] == [reporter.author, author]
    assert [row.related for row in draft.related_links.all()] == [related]


def test_a_removed_row_that_is_removed_once_more_stays_away(draft, reporter, editor, at_desk):
    gone = AttendanceFactory(article=draft)
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), **{"attendances-0-DELETE": "on"})
    gone.delete()
    assert client.post(change(draft), data).status_code == 302
    assert draft.attendances.count() == 0


def test_a_row_of_another_story_is_never_written_from_here(draft, reporter, at_desk):
    other = AttendanceFactory(name_as_printed="Lain")
    AttendanceFactory(article=draft, name_as_printed="Satu")
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), **{"attendances-0-id": str(other.pk)})
    client.post(change(draft), data | {"attendances-0-name": "Mine"})
    other.refresh_from_db()
    assert other.name_as_printed == "Lain"


def test_somebody_whom_a_colleague_added_meanwhile_stands_there_once(
    draft, reporter, editor, at_desk
):
    person = PersonFactory(name="Andi Karsina")
    mine, theirs = at_desk(reporter), at_desk(editor)
    row = line("attendances", 0, 1, name="Andi Karsina", capacity="quoted", position=0)
    stale = filled(mine.get(change(draft))) | row
    data = filled(theirs.get(change(draft)))
    theirs.post(change(draft), data | row | {"attendances-0-capacity": "attended"})
    response = mine.post(change(draft), stale)
    assert errors(response) == [FASTER]
    assert mine.post(change(draft), filled(response)).status_code == 302
    assert [(r.person, r.capacity) for r in draft.attendances.all()] == [(person, "quoted")]


@pytest.mark.parametrize("prefix", ["bylines", "article_photos", "related_links", "attendances"])
def test_a_row_that_is_sent_twice_stands_there_once(prefix, draft, reporter, at_desk):
    author = BylineFactory(position=1).author
    photo = ArticlePhotoFactory().photo
    related = ArticleFactory(is_public=True)
    fields = {
        "bylines": {"author": author.pk, "role": "reporter"},
        "article_photos": {"photo": photo.pk},
        "related_links": {"related": related.pk},
        "attendances": {"subject": "group", "name": "warga", "capacity": "attended"},
    }[prefix]
    client = at_desk(reporter)
    first = 1 if prefix == "bylines" else 0
    data = filled(client.get(change(draft))) | line(prefix, first, first + 1, **fields)
    assert client.post(change(draft), data).status_code == 302
    rows = list(getattr(draft, prefix).values())
    # The same page once more, as after "Back".
    assert client.post(change(draft), data).status_code == 302
    assert len(rows) == first + 1
    assert list(getattr(draft, prefix).values()) == rows


def test_saving_writes_no_state_that_the_workflow_has_changed_since(
    draft, reporter, editor, at_desk, monkeypatch
):
    """Somebody publishes between the reading of the row and its lock."""
    client = at_desk(editor)
    data = filled(client.get(change(draft)), headline="Later")
    from articles.forms.story import StoryForm

    clean = StoryForm.clean

    def publishes_first(form):
        workflow.publish(Article.objects.get(pk=draft.pk), by=editor, waved="Sudah siap")
        return clean(form)

    monkeypatch.setattr(StoryForm, "clean", publishes_first)
    assert client.post(change(draft), data).status_code == 302
    draft.refresh_from_db()
    assert (draft.headline, draft.status) == ("Later", Status.PUBLISHED)
    assert draft.publish_at is not None
