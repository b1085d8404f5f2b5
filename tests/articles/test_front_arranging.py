"""The door of the front page: who may, what may stand where, and nobody replaces what they did not see."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.utils import timezone, translation

from articles import front
from articles.choices import FrontSlot, Kind
from articles.front import Placed, Refused, Seen, Stale
from articles.models import FrontLayout, Publication
from tests.factories import (
    ArticleFactory,
    FrontLayoutFactory,
    FrontPlacementFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db

LEAD, SECONDARY, PINNED = FrontSlot.LEAD, FrontSlot.SECONDARY, FrontSlot.PINNED


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def colleague(role="editor", **values):
    person = StaffFactory(**values)
    person.groups.add(Group.objects.get(name=role))
    return person


@pytest.fixture
def editor():
    return colleague(name="Hasrullah Makmur")


def public(**values):
    return ArticleFactory(is_public=True, **values)


def in_minutes(minutes):
    return timezone.now() + datetime.timedelta(minutes=minutes)


def lead(story):
    return [Placed(LEAD, 0, story.pk)]


def test_an_arrangement_stands_from_now_on(editor):
    first, second = public(), public()
    placed = (Placed(LEAD, 0, first.pk), Placed(SECONDARY, 2, second.pk, in_minutes(60)))
    layout = front.arrange(placed, by=editor, seen=front.seen_now(), note="Pagi")
    assert front.in_force() == layout
    assert (layout.note, layout.created_by) == ("Pagi", editor)
    assert set(front.planning.placed_in(layout)) == set(placed)


def test_the_publication_that_carries_it_is_made_when_nobody_filled_it_in(editor):
    front.arrange([], by=editor, seen=Seen())
    assert Publication.objects.count() == 1


def test_an_arrangement_to_come_does_not_stand_yet(editor):
    layout = front.arrange(
        lead(public()), by=editor, seen=front.seen_now(), starts_at=in_minutes(60)
    )
    assert front.in_force() is None
    assert front.in_force(in_minutes(61)) == layout
    assert list(front.planned()) == [layout]


@pytest.mark.parametrize("role", ["reporter", "moderator", "ad_desk"])
def test_only_editors_arrange(role):
    with pytest.raises(Refused, match="may not arrange"):
        front.arrange([], by=colleague(role), seen=Seen())
    with pytest.raises(Refused, match="may not arrange"):
        front.cancel(FrontLayoutFactory(starts_at=in_minutes(5)), by=colleague(role))


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ([(LEAD, 1)], "no such place"),
        ([(SECONDARY, 4)], "no such place"),
        ([(PINNED, 2)], "no such place"),
        ([("nowhere", 0)], "no such place"),
        ([(LEAD, 0), (LEAD, 0)], "Two stories"),
    ],
)
def test_a_place_that_is_not_there_or_taken_is_refused(places, sentence, editor):
    placed = [Placed(slot, position, public().pk) for slot, position in places]
    with pytest.raises(Refused, match=sentence):
        front.arrange(placed, by=editor, seen=Seen())


def test_a_story_stands_once(editor):
    story = public()
    with pytest.raises(Refused, match="once"):
        front.arrange(
            [Placed(LEAD, 0, story.pk), Placed(PINNED, 0, story.pk)], by=editor, seen=Seen()
        )


@pytest.mark.parametrize(
    ("story", "sentence"),
    [
        ({"is_public": True, "kind": Kind.PAID, "sponsor": "PT Griya"}, "paid"),
        ({"is_withdrawn": True}, "withdrawn"),
    ],
)
def test_a_story_that_may_not_stand_there_is_refused_by_name(story, sentence, editor):
    story = ArticleFactory(headline="Rumah murah", **story)
    with pytest.raises(Refused, match=f"Rumah murah.*{sentence}"):
        front.arrange(lead(story), by=editor, seen=Seen())


def test_a_working_copy_is_refused(editor):
    copy = ArticleFactory(changes_to=public())
    with pytest.raises(Refused, match="place the story itself"):
        front.arrange(lead(copy), by=editor, seen=Seen())


def test_a_story_that_is_not_there_is_refused(editor):
    with pytest.raises(Refused, match="no such story"):
        front.arrange([Placed(LEAD, 0, 999_999)], by=editor, seen=Seen())


@pytest.mark.parametrize(
    ("starts_at", "sentence"),
    [(-1, "has passed"), (367 * 24 * 60, "a year ahead")],
)
def test_a_time_that_cannot_be_is_refused(starts_at, sentence, editor):
    with pytest.raises(Refused, match=sentence):
        front.arrange([], by=editor, seen=Seen(), starts_at=in_minutes(starts_at))


def test_a_story_does_not_leave_before_the_page_begins(editor):
    placed = [Placed(LEAD, 0, public().pk, in_minutes(30))]
    with pytest.raises(Refused, match="after the page begins"):
        front.arrange(placed, by=editor, seen=Seen(), starts_at=in_minutes(60))


def test_nobody_replaces_what_they_did_not_see(editor):
    seen = front.seen_now()
    theirs = front.arrange(lead(public()), by=colleague(name="Rahma"), seen=seen)
    with pytest.raises(Stale, match="Rahma arranged the front page after") as late:
        front.arrange(lead(public()), by=editor, seen=seen)
    assert late.value.layout == theirs
    front.arrange(lead(public()), by=editor, seen=front.seen_now())


def test_a_planned_page_that_began_meanwhile_is_not_replaced_unseen(editor):
    seen = front.seen_now()
    planned = front.arrange(lead(public()), by=editor, seen=seen, starts_at=in_minutes(5))
    seen = front.seen_now()
    FrontLayout.objects.filter(pk=planned.pk).update(starts_at=in_minutes(-1))
    with pytest.raises(Stale):
        front.arrange([], by=editor, seen=seen)


def test_a_page_for_tomorrow_is_no_conflict_with_one_for_now(editor):
    seen = front.seen_now()
    front.arrange(lead(public()), by=colleague(), seen=seen, starts_at=in_minutes(24 * 60))
    now = front.arrange(lead(public()), by=editor, seen=seen)
    assert front.in_force() == now


def test_a_plan_behind_a_plan_that_was_not_seen_is_stale(editor):
    seen = front.seen_now()
    front.arrange(lead(public()), by=colleague(), seen=seen, starts_at=in_minutes(60))
    with pytest.raises(Stale):
        front.arrange(lead(public()), by=editor, seen=seen, starts_at=in_minutes(90))


@pytest.mark.parametrize("minutes", [None, 60])
def test_the_same_sent_twice_is_one_arrangement(minutes, editor):
    seen, story = front.seen_now(), public()
    starts_at = minutes and in_minutes(minutes)
    first = front.arrange(lead(story), by=editor, seen=seen, starts_at=starts_at)
    second = front.arrange(lead(story), by=editor, seen=seen, starts_at=starts_at)
    assert first == second
    assert FrontLayout.objects.count() == 1


def test_a_plan_is_replaced_by_another_and_stays_in_the_history(editor):
    old = front.arrange(lead(public()), by=editor, seen=Seen(), starts_at=in_minutes(60))
    new = front.arrange(
        lead(public()),
        by=editor,
        seen=front.seen_now(),
        starts_at=in_minutes(90),
        replaces=old.pk,
    )
    old.refresh_from_db()
    assert (old.is_cancelled, old.cancelled_by) == (True, editor)
    assert list(front.planned()) == [new]


def test_a_plan_that_was_given_up_is_not_replaced(editor):
    old = front.arrange(lead(public()), by=editor, seen=Seen(), starts_at=in_minutes(60))
    seen = front.seen_now()
    front.cancel(old, by=colleague(name="Rahma"))
    with pytest.raises(Stale, match="Rahma gave this arrangement up"):
        front.arrange([], by=editor, seen=seen, starts_at=in_minutes(90), replaces=old.pk)


def test_what_stands_is_not_given_up(editor):
    with pytest.raises(Refused, match="has begun"):
        front.cancel(FrontLayoutFactory(), by=editor)


def test_an_older_arrangement_comes_back_as_a_new_one(editor):
    story, paid = public(), public(headline="Kini iklan")
    older = FrontLayoutFactory(lead=story, starts_at=in_minutes(-120))
    FrontPlacementFactory(layout=older, slot=SECONDARY, article=paid)
    paid.kind, paid.sponsor = Kind.PAID, "PT Griya"
    paid.save()
    FrontLayoutFactory(lead=public())
    layout, left_out = front.restore(older, by=editor, seen=front.seen_now())
    assert left_out == ["Kini iklan"]
    assert front.in_force() == layout != older
    assert front.planning.placed_in(layout) == (Placed(LEAD, 0, story.pk),)
    assert layout.note.startswith("Arrangement of ")


def test_restoring_asks_what_was_seen(editor):
    older, seen = FrontLayoutFactory(starts_at=in_minutes(-120)), front.seen_now()
    FrontLayoutFactory(lead=public())
    with pytest.raises(Stale):
        front.restore(older, by=editor, seen=seen)


def test_two_leads_that_start_close_together_are_warned_of(editor):
    mine, theirs = public(), public()
    planned = FrontLayoutFactory(lead=theirs, starts_at=in_minutes(60))
    assert front.clashing(mine.pk, in_minutes(70)) == [planned]
    assert front.clashing(mine.pk, in_minutes(40)) == [planned]
    assert front.clashing(mine.pk, in_minutes(91)) == []
    assert front.clashing(theirs.pk, in_minutes(70)) == []
    assert front.clashing(None, in_minutes(70)) == []
    assert front.clashing(mine.pk, in_minutes(70), without=[planned.pk]) == []


def test_clashes_of_a_day_are_pairs(editor):
    first = FrontLayoutFactory(lead=public(), starts_at=in_minutes(60))
    second = FrontLayoutFactory(lead=public(), starts_at=in_minutes(80))
    FrontLayoutFactory(lead=public(), starts_at=in_minutes(180))
    FrontLayoutFactory(
        lead=public(), starts_at=in_minutes(61), is_cancelled=True, cancelled_by=editor
    )
    found = front.clashes(timezone.now(), in_minutes(24 * 60))
    assert [(clash.first, clash.second) for clash in found] == [(first, second)]


def test_stories_that_are_not_public_then_are_named():
    soon = ArticleFactory(is_scheduled=True)
    placed = [Placed(LEAD, 0, public().pk), Placed(SECONDARY, 0, soon.pk)]
    assert front.not_public_at(placed, timezone.now()) == [soon]
    assert front.not_public_at(placed, in_minutes(90)) == []


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"slot": "lead", "position": 1}, "articles_frontplacement_one_lead"),
        ({"slot": "top"}, "articles_frontplacement_slot_known"),
    ],
)
def test_placement_of_a_wrong_shape_is_refused(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        FrontPlacementFactory(**fields)


def test_a_story_twice_or_two_in_one_place_are_refused():
    placement = FrontPlacementFactory()
    with pytest.raises(IntegrityError, match="articles_frontplacement_slot_once"):
        FrontPlacementFactory(layout=placement.layout)


def test_an_arrangement_is_given_up_by_somebody():
    with pytest.raises(IntegrityError, match="articles_frontlayout_cancelled_by_somebody"):
        FrontLayoutFactory(is_cancelled=True)
