"""A public story is changed by a working copy that is published at once, and by nothing else."""

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from psycopg.errors import DeadlockDetected

from articles import changes, revisions, versions, workflow
from articles.choices import Status
from articles.models import Article, Byline, LateSave, Person
from articles.snapshots import snapshot
from tests.desk.conftest import filled, line, upload
from tests.desk.test_conflicts import late_page, settle
from tests.desk.test_lists import complete
from tests.desk.test_moves import said, step
from tests.desk.test_story_form import INDEX, change, publish_changes
from tests.factories import ArticleFactory, ArticlePhotoFactory, AttendanceFactory, AuthorFactory


@pytest.fixture
def story(reporter):
    """A public story that the reporter began and signs."""
    article = ArticleFactory(is_public=True, headline="Before", created_by=reporter)
    Byline.objects.create(article=article, author=reporter.author)
    return article


def changes_page(article):
    return reverse("admin:articles_article_changes", args=[article.pk])


def test_saving_a_public_story_leaves_it_as_it_is_and_begins_changes(story, editor, at_desk):
    line_before = AttendanceFactory(article=story).pk
    saved_before = Article.objects.get(pk=story.pk).saved_at
    client = at_desk(editor)
    data = filled(client.get(change(story)), headline="After", tags="laut")
    response = client.post(change(story), data)
    story.refresh_from_db()
    copy = story.working_copy
    assert (story.headline, list(story.tags.all())) == ("Before", [])
    assert (story.saved_at, story.attendances.get().pk) == (saved_before, line_before)
    assert (copy.headline, [tag.name for tag in copy.tags.all()]) == ("After", ["laut"])
    assert response.url == change(copy)


def test_one_tap_mends_a_public_story(story, editor, at_desk, client):
    desk = at_desk(editor)
    publish_changes(desk, story, headline="After", why="A letter was missing")
    story.refresh_from_db()
    assert story.headline == "After"
    assert story.updated_at is not None
    assert not Article.objects.filter(changes_to=story).exists()
    assert story.revisions.first().note == "A letter was missing"
    assert "After" in client.get(story.get_absolute_url()).content.decode()


def test_the_form_of_a_public_story_leads_to_its_changes(story, editor, reporter, at_desk):
    copy = changes.begin(story, by=editor)
    assert at_desk(editor).get(change(story)).url == change(copy)
    assert at_desk(reporter).get(change(story)).url == change(copy)
    public = at_desk(editor).get(change(story), {"public": "1"})
    assert "request_withdrawal" in [move.name for move, _step in public.context["more_moves"]]
    assert "There are changes to this story" in public.content.decode()
    assert "<textarea" not in public.content.decode()


def test_who_may_not_write_sees_the_public_story_with_a_word_about_the_changes(
    story, editor, member, at_desk
):
    copy = changes.begin(story, by=editor)
    page = at_desk(member("ad_desk")).get(change(story))
    assert page.status_code == 200
    assert "There are changes to this story" in page.content.decode()
    assert f'href="{changes_page(copy)}"' not in page.content.decode()


def test_a_reporter_begins_changes_hands_them_in_and_an_editor_publishes_them(
    story, reporter, editor, at_desk
):
    mine, desk = at_desk(reporter), at_desk(editor)
    page = mine.get(change(story))
    assert [move.name for move, _step in page.context["moves"]] == ["begin_changes"]
    seen = {"seen_version": page.context["original"].version}
    response = mine.post(step(story, "begin_changes"), seen)
    copy = story.working_copy
    assert response.url == change(copy)
    data = filled(mine.get(change(copy)), headline="After", _move="submit")
    assert mine.post(change(copy), data).url == INDEX
    copy.refresh_from_db()
    assert copy.status == Status.IN_REVIEW
    panels = {panel.key: panel for panel in desk.get(INDEX).context["panels"]}
    (row,) = panels["to-review"].rows
    assert row.facts[0] == "changes to a public story"
    assert [button.label for button in row.buttons] == ["Approve", "Publish the changes", "Return…"]
    publish = next(button for button in row.buttons if button.url.endswith("publish_changes/"))
    page = desk.get(publish.url)
    assert "After" in page.content.decode() and "Before" in page.content.decode()
    data = {"confirmed": "1", "seen_version": copy.version, "why": "Because"}
    assert desk.post(publish.url, data).url == INDEX
    story.refresh_from_db()
    assert story.headline == "After"


def test_a_reporter_cannot_publish_changes(story, reporter, at_desk):
    copy = changes.begin(story, by=reporter)
    client = at_desk(reporter)
    assert client.post(step(copy, "publish_changes"), {"confirmed": "1"}).status_code == 403
    client.post(change(copy), filled(client.get(change(copy)), _move="publish_changes"))
    assert Article.objects.filter(pk=copy.pk).exists()


def test_changes_are_discarded_after_a_question_and_stand_in_the_history(story, editor, at_desk):
    client = at_desk(editor)
    client.post(change(story), filled(client.get(change(story)), headline="After"))
    copy = story.working_copy
    response = client.post(change(copy), filled(client.get(change(copy)), _move="discard_changes"))
    assert response.url == step(copy, "discard_changes")
    page = client.get(response.url)
    assert "After" in page.content.decode()
    seen = {"seen_version": page.context["form"]["seen_version"].value()}
    client.post(response.url, seen | {"confirmed": "1", "why": "Not needed"})
    story.refresh_from_db()
    assert story.headline == "Before"
    assert not Article.objects.filter(pk=copy.pk).exists()
    last = story.revisions.first()
    assert (last.note, last.is_working, last.snapshot["headline"]) == ("Not needed", True, "After")


def test_changes_that_grew_meanwhile_are_not_published_unseen(story, reporter, editor, at_desk):
    copy = changes.begin(story, by=reporter)
    desk, mine = at_desk(editor), at_desk(reporter)
    seen = desk.get(step(copy, "publish_changes")).context["form"]["seen_version"].value()
    mine.post(change(copy), filled(mine.get(change(copy)), headline="Unseen"))
    data = {"confirmed": "1", "seen_version": seen, "why": "Typed"}
    response = desk.post(step(copy, "publish_changes"), data)
    page = response.content.decode()
    story.refresh_from_db()
    assert story.headline == "Before"
    assert "Rahma Nurdin changed the story after you opened it." in page
    assert "Unseen" in page and "Typed" in page
    again = {"confirmed": "1", "why": "Typed"}
    again["seen_version"] = response.context["form"]["seen_version"].value()
    desk.post(step(copy, "publish_changes"), again)
    story.refresh_from_db()
    assert story.headline == "Unseen"


def test_a_second_tap_on_a_slow_line_changes_nothing_more(story, editor, at_desk):
    client = at_desk(editor)
    row = line("attendances", 0, 1, name="Andi Baru", chosen="new:", capacity="attended")
    data = filled(client.get(change(story)), headline="After") | row
    client.post(change(story), data)
    response = client.post(change(story), data)
    copy = story.working_copy
    assert response.url == change(copy)
    assert (copy.headline, copy.attendances.count()) == ("After", 1)
    assert Person.objects.count() == 1
    assert LateSave.objects.count() == 0


def test_the_same_tap_that_published_comes_twice(story, editor, at_desk):
    client = at_desk(editor)
    data = filled(client.get(change(story)), headline="After", _move="publish_changes")
    assert client.post(change(story), data).url == INDEX
    response = client.post(change(story), data)
    assert response.url == change(story)
    assert said(response)[-1] == "Readers see exactly this text: there is nothing to change."
    assert story.revisions.filter(is_working=False).count() == 2


def test_a_form_of_changes_that_were_published_is_kept_beside_the_story(
    story, reporter, editor, at_desk
):
    copy = changes.begin(story, by=reporter)
    mine, desk = at_desk(reporter), at_desk(editor)
    stale = filled(mine.get(change(copy)), headline="Mine")
    desk.post(change(copy), filled(desk.get(change(copy)), headline="Theirs"))
    data = {"confirmed": "1", "seen_version": story.working_copy.version}
    desk.post(step(copy, "publish_changes"), data)
    url = late_page(mine.post(change(copy), stale))
    story.refresh_from_db()
    assert story.headline == "Theirs"
    response = settle(mine, url, headline="mine")
    assert response.url == change(story.working_copy)
    assert story.working_copy.headline == "Mine"


def test_the_same_form_of_changes_sent_twice_after_they_were_published_is_told_so(
    story, editor, at_desk
):
    client = at_desk(editor)
    client.post(change(story), filled(client.get(change(story)), headline="After"))
    copy = story.working_copy
    data = filled(client.get(change(copy)), _move="publish_changes")
    client.post(change(copy), data)
    response = client.post(change(copy), data)
    assert response.url == change(story)
    assert said(response)[-1] == "Readers see exactly this text: there is nothing to change."


def test_a_form_of_changes_that_were_given_up_begins_new_ones(story, reporter, editor, at_desk):
    copy = changes.begin(story, by=reporter)
    mine = at_desk(reporter)
    data = filled(mine.get(change(copy)), headline="Mine", _move="submit")
    changes.discard(copy, by=editor)
    response = mine.post(change(copy), data)
    story.refresh_from_db()
    assert story.headline == "Before"
    new = story.working_copy
    assert (new.headline, new.status) == ("Mine", Status.DRAFT)
    assert response.url == change(new)
    assert "ended by a colleague" in said(response)[-1]


def test_a_form_of_the_public_story_does_not_write_over_changes_begun_meanwhile(
    story, reporter, editor, at_desk
):
    desk, mine = at_desk(editor), at_desk(reporter)
    stale = filled(desk.get(change(story)), headline="Editor's", _move="publish_changes")
    copy = changes.begin(story, by=reporter)
    mine.post(change(copy), filled(mine.get(change(copy)), headline="Reporter's"))
    response = desk.post(change(story), stale)
    story.refresh_from_db()
    copy.refresh_from_db()
    assert (story.headline, copy.headline) == ("Before", "Reporter's")
    url = late_page(response)
    assert url == reverse("admin:articles_article_late", args=[copy.pk, LateSave.objects.get().pk])
    settle(desk, url, headline="mine")
    copy.refresh_from_db()
    assert copy.headline == "Editor's"


def test_a_late_save_of_changes_outlives_them(story, reporter, editor, at_desk):
    copy = changes.begin(story, by=reporter)
    mine, desk = at_desk(reporter), at_desk(editor)
    stale = filled(mine.get(change(copy)), headline="Mine")
    desk.post(change(copy), filled(desk.get(change(copy)), headline="Theirs"))
    url = late_page(mine.post(change(copy), stale))
    changes.discard(copy, by=editor)
    late = LateSave.objects.get()
    assert late.article == story
    # The address that the reporter has open still leads to it.
    settle(mine, url, headline="mine")
    assert story.working_copy.headline == "Mine"


def test_a_story_that_comes_out_by_the_clock_while_it_is_written(editor, at_desk, time_machine):
    import datetime

    opened = datetime.datetime(2026, 11, 24, 8, 0, tzinfo=datetime.UTC)
    time_machine.move_to(opened, tick=False)
    article = ArticleFactory(
        is_scheduled=True, publish_at=opened + datetime.timedelta(minutes=5), headline="Before"
    )
    client = at_desk(editor)
    data = filled(client.get(change(article)), headline="After", _move="publish")
    time_machine.move_to(opened + datetime.timedelta(minutes=6), tick=False)
    response = client.post(change(article), data)
    article.refresh_from_db()
    assert article.headline == "Before"
    assert response.url == change(article.working_copy)
    assert said(response) == [
        "The story came out while you were writing. Your text stands as changes to it."
    ]


def test_nothing_changed_begins_nothing(story, editor, at_desk):
    client = at_desk(editor)
    response = client.post(change(story), filled(client.get(change(story))))
    assert not Article.objects.filter(changes_to=story).exists()
    assert response.url == change(story)


def test_the_address_of_a_public_story_does_not_follow_the_headline_of_its_changes(
    story, editor, at_desk
):
    client = at_desk(editor)
    client.post(change(story), filled(client.get(change(story)), headline="After"))
    copy = story.working_copy
    client.post(change(copy), filled(client.get(change(copy)), headline="After all"))
    copy.refresh_from_db()
    assert copy.slug == story.slug


def test_changes_of_a_withdrawn_story_are_kept_and_never_published(story, editor, member, at_desk):
    copy = changes.begin(story, by=editor)
    workflow.request_withdrawal(story, by=editor, ground="decency", notice="Maaf.")
    workflow.withdraw(story, by=member("chief_editor"))
    client = at_desk(editor)
    data = filled(client.get(change(copy)), headline="After", _move="publish_changes")
    response = client.post(change(copy), data)
    assert said(response)[0] == "The story is not public any more, so it cannot be changed."
    copy.refresh_from_db()
    assert copy.headline == "After"


def test_the_list_says_that_changes_wait(story, editor, at_desk):
    ArticleFactory(is_public=True, headline="Other")
    changes.begin(story, by=editor)
    page = at_desk(editor).get(reverse("admin:articles_article_changelist"))
    assert page.content.decode().count("published, changes waiting") == 1


def test_a_page_of_changes_that_are_not_there_leads_to_the_story(story, editor, at_desk):
    client = at_desk(editor)
    assert client.get(changes_page(story)).url == change(story)
    missing = reverse("admin:articles_article_changes", args=[987654])
    assert client.get(missing).url == INDEX


@pytest.mark.parametrize("role", ["ad_desk", "moderator"])
def test_who_sees_no_history_reads_no_register_of_a_protected_story_in_its_changes(
    role, story, editor, member, at_desk
):
    Article.objects.filter(pk=story.pk).update(is_identity_protected=True)
    copy = changes.begin(Article.objects.get(pk=story.pk), by=editor)
    AttendanceFactory(article=copy, name_as_printed="Andi Korban")
    for article in (story, copy):
        page = at_desk(member(role)).get(changes_page(article))
        assert page.status_code == 403
        assert "Andi Korban" not in page.content.decode()
    assert "Andi Korban" in at_desk(editor).get(changes_page(copy)).content.decode()


def test_the_changes_of_a_story_are_seen_by_who_may_see_its_history(story, editor, member, at_desk):
    copy = changes.begin(story, by=editor)
    stranger = member("reporter", name="Lain")
    AuthorFactory(user=stranger)
    page = at_desk(stranger).get(changes_page(copy))
    assert page.context["endings"] == []


def test_publishing_changes_that_are_gone_is_a_sentence(story, editor, at_desk, monkeypatch):
    """A colleague is faster between the reading of the row and its lock."""
    copy = changes.begin(story, by=editor)
    client = at_desk(editor)
    from articles.admin import moves

    real = moves.make

    def faster(article, name, **more):
        changes.discard(Article.objects.get(pk=article.pk), by=editor)
        return real(article, name, **more)

    monkeypatch.setattr(moves, "make", faster)
    data = {"confirmed": "1", "seen_version": copy.version}
    response = client.post(step(copy, "publish_changes"), data)
    assert response.url == change(story)
    assert said(response) == ["These changes were published or discarded meanwhile."]


def test_changes_are_no_story_that_another_one_could_be_related_to(story, editor, at_desk):
    changes.begin(story, by=editor)
    found = complete(at_desk(editor), "relatedarticle", "related", "Before").json()["results"]
    assert [result["id"] for result in found] == [str(story.pk)]


def test_a_withdrawal_is_asked_for_from_the_form_of_the_public_story(story, editor, at_desk):
    desk = at_desk(editor)
    pressed = filled(desk.get(change(story)), _move="request_withdrawal")
    assert desk.post(change(story), pressed).url == step(story, "request_withdrawal")
    assert changes.copy_of(story) is None


def test_what_was_typed_before_asking_for_a_withdrawal_stands_as_changes(story, editor, at_desk):
    desk = at_desk(editor)
    pressed = filled(desk.get(change(story)), headline="Later", _move="request_withdrawal")
    assert desk.post(change(story), pressed).url == step(story, "request_withdrawal")
    assert changes.copy_of(story).headline == "Later"


def test_a_withdrawal_is_dropped_and_confirmed_from_the_form(story, editor, member, at_desk):
    workflow.request_withdrawal(story, by=editor, ground="decency", notice="Maaf.")
    desk = at_desk(editor)
    desk.post(change(story), filled(desk.get(change(story)), _move="drop_withdrawal_request"))
    story.refresh_from_db()
    assert story.withdrawal_requested_at is None
    workflow.request_withdrawal(story, by=editor, ground="decency", notice="Maaf.")
    second = at_desk(member("chief_editor"))
    pressed = filled(second.get(change(story)), _move="withdraw")
    assert second.post(change(story), pressed).url == step(story, "withdraw")


def test_a_public_text_from_before_todays_rules_stays_byte_for_byte(story, editor, at_desk):
    old = '<p class="lama">Teks <font color="red">lama</font></p>'
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_article SET body = %s WHERE id = %s", [old, story.pk])
    photo = ArticlePhotoFactory(article=story).pk
    desk = at_desk(editor)
    row = line("attendances", 0, 1, name="Andi Baru", chosen="new:", capacity="attended")
    desk.post(change(story), filled(desk.get(change(story)), headline="After") | row)
    story.refresh_from_db()
    assert (story.headline, story.body) == ("Before", old)
    assert (story.article_photos.get().pk, story.attendances.count()) == (photo, 0)
    assert story.working_copy.headline == "After"
    # Who was entered by the form stays an entry, and stands in the changes.
    assert story.working_copy.attendances.get().person == Person.objects.get(name="Andi Baru")


def test_a_form_that_never_showed_the_changes_does_not_write_over_them(
    story, reporter, editor, at_desk
):
    mine, theirs = at_desk(reporter), at_desk(editor)
    page = theirs.get(change(story))
    stale = filled(page, headline="Mine", tab="")
    copy = changes.begin(story, by=reporter)
    mine.post(change(copy), filled(mine.get(change(copy)), headline="Theirs"))
    # A later version of the story than the one of the changes, as a move makes it.
    stale["seen_version"] = "1000"
    url = late_page(theirs.post(change(story), stale))
    copy.refresh_from_db()
    assert copy.headline == "Theirs"
    assert "Choose for: Headline." in settle(theirs, url).content.decode()


def test_the_choice_about_a_public_story_says_what_is_gone_since(story, editor, at_desk):
    person = AttendanceFactory(article=story).person
    late = versions.keep_late(
        story, snapshot(story) | {"headline": "Mine"}, by=editor, seen=story.version
    )
    story.attendances.all().delete()
    person.delete()
    desk = at_desk(editor)
    url = reverse("admin:articles_article_late", args=[story.pk, late.pk])
    response = settle(desk, url, headline="mine", attendances="mine")
    assert response.url == change(story.working_copy)
    assert "Gone from the newsroom meanwhile and left out: Person." in said(response)


def test_a_save_that_the_database_ended_in_a_deadlock_is_made_once_more(
    draft, editor, at_desk, monkeypatch
):
    record, tries = revisions.record, []

    def ended_once(*args, **values):
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("deadlock detected") from DeadlockDetected("deadlock detected")
        return record(*args, **values)

    monkeypatch.setattr(revisions, "record", ended_once)
    desk = at_desk(editor)
    rows = line("attendances", 0, 1, name="Andi Baru", chosen="new:", capacity="attended")
    rows |= line("article_photos", 0, 1, file=upload(), credit="Baso")
    response = desk.post(change(draft), filled(desk.get(change(draft)), headline="After") | rows)
    draft.refresh_from_db()
    assert (response.status_code, draft.headline, len(tries)) == (302, "After", 2)
    assert Person.objects.filter(name="Andi Baru").count() == 1
    assert draft.article_photos.get().photo.credit == "Baso"


def test_another_fault_of_the_database_is_not_hidden(draft, editor, at_desk, monkeypatch):
    def broken(*args, **values):
        raise OperationalError("the connection was closed")

    monkeypatch.setattr(revisions, "record", broken)
    desk = at_desk(editor)
    with pytest.raises(OperationalError):
        desk.post(change(draft), filled(desk.get(change(draft)), headline="After"))
