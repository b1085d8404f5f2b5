"""Several people at one story: nobody's text is overwritten unseen, and nothing typed is lost."""

import pytest
from django.urls import reverse

from articles import workflow
from articles.choices import Status
from articles.models import Article, LateSave
from tests.desk.conftest import filled, line
from tests.desk.test_moves import said
from tests.desk.test_story_form import change
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    AttendanceFactory,
    BylineFactory,
    PersonFactory,
    RelatedArticleFactory,
)

FASTER = "Hasrullah Makmur changed the story after you opened it."


def late_page(response):
    """The page on which a late save is decided, or None when the save was none."""
    late = LateSave.objects.first()
    if late is None:
        return None
    url = reverse("admin:articles_article_late", args=[late.article_id, late.pk])
    return url if response.url == url else None


def settle(client, url, **chosen):
    """Choose on that page: `headline="mine"`; what is not named stays as the page proposes it."""
    page = client.get(url)
    data = {"seen_version": page.context["article"].version, "settle": "1"}
    for one in page.context["questions"]:
        data[f"choice-{one['key']}"] = chosen.get(one["key"], one["answer"])
    return client.post(url, data)


def test_a_story_saved_by_a_colleague_meanwhile_is_not_overwritten(
    draft, reporter, editor, at_desk
):
    mine, theirs = at_desk(reporter), at_desk(editor)
    stale = filled(mine.get(change(draft)), headline="Mine")
    theirs.post(change(draft), filled(theirs.get(change(draft)), headline="Theirs"))
    response = mine.post(change(draft), stale)
    draft.refresh_from_db()
    assert draft.headline == "Theirs"
    url = late_page(response)
    page = mine.get(url).content.decode()
    assert FASTER in page
    assert "<del" in page and "Mine" in page and "Theirs" in page
    # Nothing is proposed where both changed the same: a person chooses.
    assert "Choose for: Headline." in settle(mine, url).content.decode()
    assert settle(mine, url, headline="mine").url == change(draft)
    draft.refresh_from_db()
    assert draft.headline == "Mine"
    assert LateSave.objects.count() == 0


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
    assert late_page(response)
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
    assert late_page(response)
    assert draft.headline == "Theirs"


def test_without_the_version_even_ones_own_other_window_is_not_overwritten(
    draft, reporter, at_desk
):
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft)), headline="Before"))
    data = filled(client.get(change(draft)), headline="Mine", seen_version=None)
    assert late_page(client.post(change(draft), data))
    draft.refresh_from_db()
    assert draft.headline == "Before"


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
    url = late_page(mine.post(change(draft), stale))
    assert [row.name_as_printed for row in draft.attendances.all()] == ["Dua"]
    kept = dict.fromkeys(["attendances", "photos", "bylines", "related"], "mine")
    assert settle(mine, url, **kept).url == change(draft)
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
    url = late_page(mine.post(change(draft), stale))
    settle(mine, url, attendances="mine")
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


def test_a_story_that_is_published_while_it_is_saved_gets_the_text_as_changes(
    draft, reporter, editor, at_desk, monkeypatch
):
    """Somebody publishes between the reading of the row and its lock."""
    client = at_desk(editor)
    data = filled(client.get(change(draft)), headline="Later")
    from articles.forms.story import StoryForm

    clean = StoryForm.clean

    def publishes_first(form):
        workflow.publish(Article.objects.get(pk=draft.pk), by=editor)
        return clean(form)

    monkeypatch.setattr(StoryForm, "clean", publishes_first)
    response = client.post(change(draft), data)
    draft.refresh_from_db()
    assert (draft.headline, draft.status) == ("Rapat mutu pendidikan", Status.PUBLISHED)
    assert draft.publish_at is not None
    assert draft.working_copy.headline == "Later"
    assert response.url == change(draft.working_copy)
    assert said(response) == [
        "The story came out while you were writing. Your text stands as changes to it."
    ]
