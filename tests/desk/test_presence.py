"""Who else has a story open, since when; and who saved it meanwhile."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from articles import changes, presence, wording, workflow
from articles.models import Presence
from tests.desk.conftest import filled
from tests.desk.keeping import say, tab, values
from tests.desk.test_story_form import change
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def here(client, user, article, form, **more):
    told = {"article": article.pk, "seen_version": article.version, "is_here": True}
    return say(client, user=user, tab=form, **(told | more)).json()


def test_two_people_see_each_other_with_the_time_of_coming(draft, reporter, editor, at_desk):
    mine, theirs = tab(), tab()
    assert here(at_desk(reporter), reporter, draft, mine)["others"] == []
    since = timezone.now() - datetime.timedelta(minutes=20)
    Presence.objects.update(opened_at=since)
    assert here(at_desk(editor), editor, draft, theirs)["others"] == [
        {"name": "Rahma Nurdin", "since": wording.clock(draft, since), "is_you": False}
    ]
    names = [one["name"] for one in here(at_desk(reporter), reporter, draft, mine)["others"]]
    assert names == ["Hasrullah Makmur"]
    assert Presence.objects.get(tab=mine).opened_at == since


def test_the_same_person_in_another_window_is_told_so(draft, reporter, at_desk):
    client = at_desk(reporter)
    here(client, reporter, draft, tab())
    assert [one["is_you"] for one in here(client, reporter, draft, tab())["others"]] == [True]


def test_nobody_is_here_whose_form_has_been_silent_for_three_minutes(
    draft, reporter, editor, at_desk
):
    client, form = at_desk(reporter), tab()
    here(at_desk(editor), editor, draft, tab())
    for seconds, seen in ((170, 1), (190, 0)):
        moment = timezone.now() - datetime.timedelta(seconds=seconds)
        Presence.objects.filter(user=editor).update(seen_at=moment)
        assert len(here(client, reporter, draft, form)["others"]) == seen


def test_who_closes_the_form_is_gone_at_once(draft, reporter, editor, at_desk):
    client, form = at_desk(editor), tab()
    here(client, editor, draft, form)
    say(client, user=editor, tab=form, article=draft.pk, leaves=True)
    assert here(at_desk(reporter), reporter, draft, tab())["others"] == []


def test_who_is_at_another_story_is_not_here(draft, reporter, editor, at_desk):
    here(at_desk(editor), editor, ArticleFactory(), tab())
    assert here(at_desk(reporter), reporter, draft, tab())["others"] == []


def test_a_story_and_its_working_copy_are_one_room(editor, member, at_desk):
    story = ArticleFactory(created_by=editor)
    workflow.publish(story, by=editor)
    other = member("editor", name="Ida")
    copy = changes.begin(story, by=editor)
    here(at_desk(editor), editor, story, tab())
    answer = here(at_desk(other), other, copy, tab())
    assert [one["name"] for one in answer["others"]] == ["Hasrullah Makmur"]
    presence.leave(by=editor, tab=Presence.objects.get(user=editor).tab)
    answer = here(at_desk(editor), editor, story, tab())
    assert [one["name"] for one in answer["others"]] == ["Ida"]


def test_a_form_is_told_who_saved_the_story_since(draft, reporter, editor, at_desk):
    client = at_desk(editor)
    assert here(at_desk(reporter), reporter, draft, tab())["changed"] == ""
    client.post(change(draft), filled(client.get(change(draft)), headline="Lain"))
    answer = here(at_desk(reporter), reporter, draft, tab())
    assert answer["changed_by"] == "Hasrullah Makmur"
    assert answer["changed"] == "Hasrullah Makmur changed the story after you opened it."
    assert answer["version"] == 1


def test_ones_own_save_from_the_same_form_is_no_change(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), headline="Lain")
    client.post(change(draft), data)
    assert here(client, reporter, draft, data["tab"])["changed"] == ""


def test_keeping_a_waiting_text_is_not_being_here(draft, reporter, at_desk):
    say(at_desk(reporter), user=reporter, tab=tab(), article=draft.pk, written=1, values=values())
    assert not Presence.objects.exists()


def test_others_take_as_many_queries_as_one(
    draft, reporter, member, at_desk, django_assert_num_queries
):
    client, form = at_desk(reporter), tab()
    here(client, reporter, draft, form)
    for count in (1, 3):
        while presence.now_here().exclude(user=reporter).count() < count:
            presence.here(draft.pk, by=member("editor"), tab=tab())
        with django_assert_num_queries(7):
            assert len(here(client, reporter, draft, form)["others"]) == count


def test_forms_that_were_never_closed_are_forgotten(draft, reporter, editor):
    presence.here(draft.pk, by=reporter, tab=tab())
    presence.here(draft.pk, by=editor, tab=tab())
    old = timezone.now() - datetime.timedelta(hours=25)
    Presence.objects.filter(user=editor).update(seen_at=old)
    assert presence.sweep() == 1
    assert Presence.objects.get().user == reporter
