"""Several people at one story: nobody's text is overwritten unseen, and nothing typed is lost."""

import pytest
from django.urls import reverse

from articles import workflow
from articles.choices import Status
from articles.models import Article, LateSave
from tests.desk.conftest import filled, line, new_story
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
        workflow.publish(Article.objects.get(pk=draft.pk), by=editor, waved="Sudah siap")
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


def test_a_form_of_a_story_that_was_handed_in_meanwhile_is_kept_and_nothing_is_changed(
    draft, reporter, at_desk
):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), headline="Mine", _move="submit")
    workflow.submit(draft, by=reporter)
    url = late_page(client.post(change(draft), data))
    page = client.get(url)
    draft.refresh_from_db()
    assert (draft.headline, draft.status) == ("Rapat mutu pendidikan", Status.IN_REVIEW)
    assert "Mine" in page.content.decode()
    assert page.context["may_recall"]
    assert not page.context["is_writable"]
    # Also by a form that is sent all the same.
    client.post(url, {"seen_version": draft.version, "choice-headline": "mine"})
    draft.refresh_from_db()
    assert draft.headline == "Rapat mutu pendidikan"
    assert LateSave.objects.count() == 1
    workflow.recall(draft, by=reporter)
    settle(client, url)
    draft.refresh_from_db()
    assert draft.headline == "Mine"


def test_a_second_tap_on_hand_in_says_that_it_is_done(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), headline="Mine", _move="submit")
    client.post(change(draft), data)
    response = client.post(change(draft), data)
    assert response.url == change(draft)
    assert said(response)[-1] == "Exactly this text is saved already."
    assert LateSave.objects.count() == 0


def test_a_withdrawn_story_keeps_what_was_typed_beside_it(editor, member, at_desk):
    article = ArticleFactory(is_public=True)
    client = at_desk(editor)
    data = filled(client.get(change(article)), headline="Mine")
    workflow.request_withdrawal(article, by=editor, ground="decency", notice="Maaf.")
    workflow.withdraw(article, by=member("chief_editor"))
    url = late_page(client.post(change(article), data))
    assert "The story is withdrawn" in client.get(url).content.decode()


def test_a_stranger_may_neither_send_a_form_nor_see_a_late_save(
    draft, reporter, editor, member, at_desk
):
    mine, stranger = at_desk(reporter), at_desk(member("reporter", name="Lain"))
    data = filled(mine.get(change(draft)), headline="Mine")
    assert stranger.post(change(draft), data).status_code == 403
    theirs = at_desk(editor)
    theirs.post(change(draft), filled(theirs.get(change(draft)), headline="Theirs"))
    url = late_page(mine.post(change(draft), data))
    for client in (stranger, theirs):
        assert client.get(url).url == change(draft)
        assert client.post(url, {"forget": "1"}).url == change(draft)
    assert LateSave.objects.count() == 1


def test_whoever_had_changed_nothing_is_shown_what_there_is(draft, reporter, editor, at_desk):
    mine, theirs = at_desk(reporter), at_desk(editor)
    theirs.post(change(draft), filled(theirs.get(change(draft))))
    seen = filled(theirs.get(change(draft)), _move="approve")
    mine.post(change(draft), filled(mine.get(change(draft)), headline="Newer", _move="submit"))
    response = theirs.post(change(draft), seen)
    draft.refresh_from_db()
    assert (draft.headline, draft.status) == ("Newer", Status.IN_REVIEW)
    assert response.url == change(draft)
    assert "You had changed nothing." in said(response)[-1]
    assert LateSave.objects.count() == 0


def test_a_choice_is_made_against_what_was_shown(draft, reporter, editor, at_desk):
    mine, theirs = at_desk(reporter), at_desk(editor)
    stale = filled(mine.get(change(draft)), headline="Mine")
    theirs.post(change(draft), filled(theirs.get(change(draft)), headline="Theirs"))
    url = late_page(mine.post(change(draft), stale))
    shown = {"seen_version": mine.get(url).context["article"].version, "choice-headline": "mine"}
    theirs.post(change(draft), filled(theirs.get(change(draft)), headline="Theirs again"))
    again = mine.post(url, shown)
    draft.refresh_from_db()
    assert draft.headline == "Theirs again"
    assert FASTER in again.content.decode()
    (question,) = again.context["questions"]
    assert question["answer"] == "mine"
    shown["seen_version"] = again.context["article"].version
    assert mine.post(url, shown).url == change(draft)
    draft.refresh_from_db()
    assert draft.headline == "Mine"
    # "Back" and once more: it is decided.
    assert mine.post(url, shown).url == change(draft)


def test_a_late_save_is_put_away_on_purpose_only(draft, reporter, editor, at_desk):
    mine, theirs = at_desk(reporter), at_desk(editor)
    stale = filled(mine.get(change(draft)), headline="Mine")
    theirs.post(change(draft), filled(theirs.get(change(draft)), headline="Theirs"))
    url = late_page(mine.post(change(draft), stale))
    assert b"came too late and is kept" in mine.get(change(draft)).content
    assert mine.post(url, {"forget": "1"}).url == change(draft)
    assert LateSave.objects.count() == 0


def test_a_form_sent_twice_leaves_one_late_save(draft, reporter, editor, at_desk):
    mine, theirs = at_desk(reporter), at_desk(editor)
    stale = filled(mine.get(change(draft)), headline="Mine")
    theirs.post(change(draft), filled(theirs.get(change(draft)), headline="Theirs"))
    mine.post(change(draft), stale)
    mine.post(change(draft), stale | {"headline": "Mine, longer"})
    assert LateSave.objects.get().snapshot["headline"] == "Mine, longer"


def test_a_new_story_that_is_sent_twice_is_one(reporter, at_desk):
    client = at_desk(reporter)
    add = reverse("admin:articles_article_add")
    data = new_story(tab=client.get(add).context["adminform"].form["tab"].value())
    first = client.post(add, data)
    second = client.post(add, data | {"headline": "Rapat mutu, lagi"})
    article = Article.objects.get()
    assert (first.url, second.url) == (change(article), change(article))
    assert article.headline == "Rapat mutu, lagi"
    # Without a name the form is another one.
    client.post(add, data | {"tab": "x" * 400})
    assert Article.objects.count() == 2


@pytest.mark.parametrize("more", ["", "?x=1", "987654/", "99999999999999999999999999/", "0/"])
def test_an_address_of_a_late_save_that_is_none_leads_back(more, draft, reporter, at_desk):
    url = f"/admin/articles/article/{draft.pk}/late/{more or '1/'}"
    assert at_desk(reporter).get(url).status_code == 302


def test_a_story_that_came_without_a_history_keeps_what_it_was(draft, reporter, at_desk):
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft)), headline="After"))
    assert [r.snapshot["headline"] for r in draft.revisions.all()] == [
        "After",
        "Rapat mutu pendidikan",
    ]
