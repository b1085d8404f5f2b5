"""Who is who: merging, telling apart and taking back, whatever the order and whoever is first."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from articles import disclosure
from articles.models import Article, Attendance, DuplicatePair, IdentityJudgement, Person
from articles.people import identity, suspects
from tests.articles.people.appearing import worked_out, written
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    PersonFactory,
    StaffFactory,
    TenureFactory,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def editor():
    return StaffFactory(name="Hasrullah Makmur")


def roots(*people: Person) -> list[int]:
    """For each, which of them stands for it, by its place in the list."""
    keys = [person.pk for person in people]
    return [keys.index(Person.objects.get(pk=person.pk).standing_entry.pk) for person in people]


def test_merge_a_into_b_into_c_and_undo_either(editor):
    a, b, c = people = PersonFactory.create_batch(3)
    first = identity.merge(a, b, by=editor)
    second = identity.merge(b, c, by=editor)
    assert roots(*people) == [2, 2, 2]
    identity.undo(first, by=editor)
    assert roots(*people) == [0, 2, 2]
    identity.undo(second, by=editor)
    assert roots(*people) == [0, 1, 2]
    identity.merge(a, b, by=editor)
    again = identity.merge(b, c, by=editor)
    identity.undo(again, by=editor)
    assert roots(*people) == [1, 1, 2]


def test_an_entry_that_gave_way_acts_through_the_one_that_stands(editor):
    a, b, c, d = people = PersonFactory.create_batch(4)
    identity.merge(a, b, by=editor)
    identity.merge(c, d, by=editor)
    judgement = identity.merge(a, c, by=editor)
    assert (judgement.person, judgement.other) == (b, d)
    assert roots(*people) == [3, 3, 3, 3]


@pytest.mark.parametrize("pair", [(0, 0), (0, 1), (1, 0), (0, 2)])
def test_one_person_is_not_merged_with_oneself(editor, pair):
    people = PersonFactory.create_batch(3)
    identity.merge(people[0], people[1], by=editor)
    identity.merge(people[1], people[2], by=editor)
    with pytest.raises(identity.Refused, match="are one person already"):
        identity.merge(people[pair[0]], people[pair[1]], by=editor)


def test_different_people_are_not_merged_by_way_of_a_third(editor):
    a, b, c = PersonFactory(name="Sanneng"), PersonFactory(), PersonFactory(name="Ramlah")
    apart = identity.tell_apart(a, c, by=editor, note="Father and daughter")
    identity.merge(a, b, by=editor)
    day = timezone.localdate()
    sentence = (
        f"Hasrullah Makmur judged on {day.day} {day:%B %Y} that Sanneng and Ramlah are different"
        " people. Undo that first, if it was a mistake."
    )
    with pytest.raises(identity.Refused) as refused:
        identity.merge(b, c, by=editor)
    assert str(refused.value) == sentence
    identity.undo(apart, by=editor)
    identity.merge(b, c, by=editor)
    assert roots(a, b, c) == [2, 2, 2]


def test_merged_ones_are_not_told_apart_before_that_is_undone(editor):
    a, b = PersonFactory.create_batch(2)
    merged = identity.merge(a, b, by=editor)
    with pytest.raises(identity.Refused, match=r"are merged\. Undo that first"):
        identity.tell_apart(a, b, by=editor)
    identity.undo(merged, by=editor)
    identity.tell_apart(a, b, by=editor)
    with pytest.raises(identity.Refused, match=r"Hasrullah Makmur judged on .* different people"):
        identity.tell_apart(b, a, by=editor)


def test_a_judgement_is_undone_once_and_says_by_whom(editor):
    a, b = PersonFactory.create_batch(2)
    merged = identity.merge(a, b, by=editor, note="  Same\n photo ")
    identity.undo(merged, by=editor)
    row = IdentityJudgement.objects.get()
    assert (row.note, row.judged_by, row.undone_by) == ("Same photo", editor, editor)
    with pytest.raises(identity.Refused, match="undone already, by Hasrullah Makmur on"):
        identity.undo(merged, by=editor)


def test_merging_drops_no_name_and_touches_no_line(editor):
    a = PersonFactory(name="Kartini Ottong", religious_prefix="Hj.", note="Wakil bupati")
    b = PersonFactory(name="Andi Kartini", note="")
    line = AttendanceFactory(person=a, name_as_printed="Hj. A. Kartini Ottong")
    before = Attendance.objects.values().get(pk=line.pk)
    identity.merge(a, b, by=editor)
    assert Attendance.objects.values().get(pk=line.pk) == before
    names = Person.objects.entries_of(b).values_list("name", flat=True)
    assert set(names) == {"Kartini Ottong", "Andi Kartini"}
    b.refresh_from_db()
    assert b.note == ""


@pytest.mark.parametrize("is_public", [True, False])
def test_whether_there_is_a_page_is_what_the_standing_entry_says(editor, client, is_public):
    private, public = PersonFactory(is_public=False), PersonFactory(is_public=True)
    for person in (private, public):
        TenureFactory(person=person)
    entries = (private, public) if is_public else (public, private)
    identity.merge(*entries, by=editor)
    assert Person.objects.public().exists() is is_public
    status = 200 if is_public else 404
    assert client.get(entries[1].get_absolute_url()).status_code == status
    if not is_public:
        assert client.get(public.get_absolute_url()).status_code == 404


def test_both_on_one_story_merge_cleanly_and_come_apart_again(editor):
    story = ArticleFactory(is_public=True)
    first, second = AttendanceFactory.create_batch(2, article=story)
    merged = identity.merge(first.person, second.person, by=editor)
    assert written() == worked_out() == {(story.pk, "person", second.person_id, "attended")}
    page = Article.objects.for_page().get()
    assert [line.pk for line in disclosure.attendances(page)] == [first.pk]
    identity.undo(merged, by=editor)
    assert len(written()) == 2
    assert written() == worked_out()
    assert Attendance.objects.count() == 2


def test_a_person_who_is_cited_is_not_deleted(editor):
    line = AttendanceFactory()
    with pytest.raises(IntegrityError):
        Person.objects.filter(pk=line.person_id)._raw_delete("default")
        _look_at_constraints()


def _look_at_constraints():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_judging_takes_the_pair_off_the_list(editor):
    a, b, c = PersonFactory.create_batch(3)
    for one, other in ((a, b), (a, c), (b, c)):
        DuplicatePair.objects.create(one=one, other=other, is_strong=True, score=80)
    identity.tell_apart(c, a, by=editor)
    assert set(DuplicatePair.objects.values_list("one", "other")) == {
        (a.pk, b.pk),
        (b.pk, c.pk),
    }
    identity.merge(b, a, by=editor)
    assert not DuplicatePair.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_judge_the_same_pair_at_once_leave_one_judgement(editor):
    a, b = PersonFactory.create_batch(2)
    acts = [
        lambda: identity.merge(a, b, by=editor),
        lambda: identity.merge(b, a, by=editor),
        lambda: identity.tell_apart(a, b, by=editor),
    ]
    answers = at_once(*acts)
    refused = [answer for answer in answers if isinstance(answer, identity.Refused)]
    assert len(refused) == 2
    assert IdentityJudgement.objects.count() == 1
    assert all(len(str(answer)) > 20 for answer in refused)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_turn", range(4))
def test_a_line_entered_at_the_moment_of_a_merge_appears_at_the_standing_entry(editor, _turn):
    a, b = PersonFactory.create_batch(2)
    stories = ArticleFactory.create_batch(3, is_public=True)
    acts = [lambda story=story: AttendanceFactory(article=story, person=a) for story in stories]
    answers = at_once(*acts, lambda: identity.merge(a, b, by=editor))
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert written() == worked_out()
    assert {row[2] for row in written()} == {b.pk}


@pytest.mark.django_db(transaction=True)
def test_a_merge_waits_for_a_register_that_is_being_saved(editor):
    a, b = PersonFactory.create_batch(2)
    story = ArticleFactory(is_public=True)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            AttendanceFactory(article=story, person=a)
            merging = pool.submit(_in_own_connection, lambda: identity.merge(a, b, by=editor))
            _until_somebody_waits()
            assert not merging.done()
        merging.result(30)
    assert written() == worked_out() == {(story.pk, "person", b.pk, "attended")}


@pytest.mark.django_db(transaction=True)
def test_a_register_held_at_once_and_a_merge_wait_for_each_other_in_whatever_order(editor):
    """Line by line the later entry is held first; the merge wants the earlier one first."""
    first, second = PersonFactory.create_batch(2)
    story = ArticleFactory(is_public=True)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            identity.hold([second.pk, None, first.pk])
            AttendanceFactory(article=story, person=second)
            merging = pool.submit(
                _in_own_connection, lambda: identity.merge(first, second, by=editor)
            )
            _until_somebody_waits()
            AttendanceFactory(article=story, person=first)
        merging.result(30)
    assert written() == worked_out() == {(story.pk, "person", second.pk, "attended")}


@pytest.mark.django_db(transaction=True)
def test_holding_an_entry_holds_the_one_that_stands_for_it(editor):
    """Its line is written to that one's page."""
    merged, root, other = PersonFactory.create_batch(3)
    identity.merge(merged, root, by=editor)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            identity.hold([merged.pk])
            merging = pool.submit(
                _in_own_connection, lambda: identity.merge(root, other, by=editor)
            )
            _until_somebody_waits()
        merging.result(30)
    assert roots(merged, root, other) == [2, 2, 2]


@pytest.mark.django_db(transaction=True)
def test_two_merges_whose_stories_name_the_other_winner_do_not_want_each_other(editor, monkeypatch):
    loser, winner, other_loser, other_winner = PersonFactory.create_batch(4)
    for people in ((loser, other_winner), (other_loser, winner)):
        story = ArticleFactory(is_public=True)
        for person in people:
            AttendanceFactory(article=story, person=person)
    _meet_once_everything_is_locked(monkeypatch)
    answers = at_once(
        lambda: identity.merge(loser, winner, by=editor),
        lambda: identity.merge(other_loser, other_winner, by=editor),
    )
    assert [type(answer) for answer in answers] == [IdentityJudgement] * 2
    assert written() == worked_out()


@pytest.mark.django_db(transaction=True)
def test_the_list_of_duplicates_is_written_while_somebody_merges_a_pair_of_it(editor, monkeypatch):
    one, other = (PersonFactory(name="Kahar Muslim", slug=slug) for slug in ("satu", "dua"))
    suspects.find()
    locked, writing = threading.Event(), threading.Event()
    judge = identity._judge

    def slowly(*args):
        locked.set()
        # The list is about to be written; then it can only wait for us.
        assert writing.wait(20)
        return judge(*args)

    compared = suspects._with_evidence

    def compare(pairs):
        assert locked.wait(20)
        rows = compared(pairs)
        writing.set()
        return rows

    monkeypatch.setattr(identity, "_judge", slowly)
    monkeypatch.setattr(suspects, "_with_evidence", compare)
    answers = at_once(lambda: identity.merge(one, other, by=editor), suspects.find)
    assert [type(answer) for answer in answers] == [IdentityJudgement, int]
    assert not DuplicatePair.objects.exists()


def _meet_once_everything_is_locked(monkeypatch):
    """Two that judge wait a moment for each other where each holds the entries of its own."""
    both, judge = threading.Barrier(2), identity._judge

    def together(*args):
        with suppress(threading.BrokenBarrierError):
            both.wait(1)
        return judge(*args)

    monkeypatch.setattr(identity, "_judge", together)


def _in_own_connection(act):
    try:
        return act()
    finally:
        connection.close()


def _until_somebody_waits():
    """Until another connection waits for what this transaction holds."""
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            # Within a transaction the first look at the activity would be the answer for good.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("Nobody waited.")


PEOPLE = 6


@pytest.mark.django_db
class Identities(RuleBasedStateMachine):
    """Judgements in any order, beside a model: edges that stand, and their unions."""

    def __init__(self) -> None:
        super().__init__()
        self.editor = StaffFactory()
        self.people = PersonFactory.create_batch(PEOPLE)
        self.index = {person.pk: place for place, person in enumerate(self.people)}
        self.same: dict[int, tuple[int, int]] = {}
        self.apart: dict[int, tuple[int, int]] = {}
        self.made = 0
        for number in range(3):
            story = ArticleFactory(is_public=True)
            for person in self.people[number : number + 3]:
                AttendanceFactory(article=story, person=person)

    def root(self, entry: int) -> int:
        """Where the standing edges lead."""
        gave_way = dict(self.same.values())
        while entry in gave_way:
            entry = gave_way[entry]
        return entry

    def are_apart(self, one: int, other: int) -> bool:
        pair = {self.root(one), self.root(other)}
        return any(
            {self.root(left), self.root(right)} == pair for left, right in self.apart.values()
        )

    entries = st.integers(0, PEOPLE - 1)

    @rule(one=entries, other=entries)
    def merge(self, one: int, other: int) -> None:
        may = self.root(one) != self.root(other) and not self.are_apart(one, other)
        edge = (self.root(one), self.root(other))
        try:
            made = identity.merge(self.people[one], self.people[other], by=self.editor)
        except identity.Refused:
            assert not may
        else:
            assert may
            self.made += 1
            self.same[made.pk] = edge
            assert (self.index[made.person_id], self.index[made.other_id]) == edge

    @rule(one=entries, other=entries)
    def tell_apart(self, one: int, other: int) -> None:
        may = self.root(one) != self.root(other) and not self.are_apart(one, other)
        try:
            made = identity.tell_apart(self.people[one], self.people[other], by=self.editor)
        except identity.Refused:
            assert not may
        else:
            assert may
            self.made += 1
            self.apart[made.pk] = (one, other)

    @precondition(lambda self: self.same or self.apart)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted({*self.same, *self.apart})))
        identity.undo(IdentityJudgement.objects.get(pk=key), by=self.editor)
        self.same.pop(key, None)
        self.apart.pop(key, None)

    @precondition(lambda self: self.made > len(self.same) + len(self.apart))
    @rule(data=st.data())
    def undo_again(self, data: st.DataObject) -> None:
        undone = IdentityJudgement.objects.filter(undone_at__isnull=False).order_by("pk")
        judgement = data.draw(st.sampled_from(list(undone)))
        with pytest.raises(identity.Refused):
            identity.undo(judgement, by=self.editor)

    @invariant()
    def every_entry_is_flat_and_its_root_is_where_the_edges_lead(self) -> None:
        rows = dict(Person.objects.values_list("pk", "merged_into"))
        for place, person in enumerate(self.people):
            root = self.people[self.root(place)].pk
            assert rows[person.pk] == (None if root == person.pk else root)

    @invariant()
    def no_judgement_is_lost(self) -> None:
        standing = IdentityJudgement.objects.filter(undone_at__isnull=True)
        assert set(standing.values_list("pk", flat=True)) == {*self.same, *self.apart}
        assert IdentityJudgement.objects.count() == self.made

    @invariant()
    def appearances_are_what_the_registers_say(self) -> None:
        assert written() == worked_out()


def test_judgements_in_any_order(db, django_db_blocker):
    from hypothesis.stateful import run_state_machine_as_test

    class InRollback(Identities):
        def __init__(self) -> None:
            self.block = transaction.atomic()
            self.block.__enter__()
            super().__init__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    run_state_machine_as_test(
        InRollback,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
