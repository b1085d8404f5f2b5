"""What is shown and how many: exact after anything, in any order, and from many hands at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from comments import counts, moderation, tasks
from comments.choices import HIDING, SHOWN, State
from comments.models import MAX_DEPTH, Comment, Discussion, place_in_thread
from tests.factories import ArticleFactory

from .people import moderator, reader, written


class Threads(RuleBasedStateMachine):
    """Comments of one story against a model: states in a dictionary, everything else worked out."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.article = ArticleFactory(is_public=True)
        self.moderator = moderator()
        self.author = reader()
        self.state: dict[int, State] = {}
        self.parent: dict[int, int | None] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def pick(self, data: Any) -> int | None:
        return data.draw(st.sampled_from(sorted(self.state))) if self.state else None

    @rule(state=st.sampled_from(State), data=st.data(), is_answer=st.booleans())
    def write(self, state: State, data: Any, is_answer: bool) -> None:
        above = self.pick(data) if is_answer else None
        parent = Comment.objects.get(pk=above) if above else None
        author = None if state == State.ERASED else self.author
        comment = written(self.article, parent, state=state, author=author)
        self.state[comment.pk], self.parent[comment.pk] = state, above

    @rule(data=st.data(), to=st.sampled_from(State), seen=st.sampled_from(State))
    def decide(self, data: Any, to: State, seen: State) -> None:
        pk = self.pick(data)
        if pk is None:
            return
        comment = Comment.objects.get(pk=pk)
        fits = seen == self.state[pk] and to in moderation.DECISIONS.get(seen, ())
        try:
            moderation.decide(
                comment,
                to,
                by=self.moderator,
                seen=seen,
                seen_revision=comment.revision,
                reason="other",
            )
        except moderation.Refused:
            assert not fits
        else:
            assert fits
            self.state[pk] = to

    @rule(data=st.data())
    def take_back(self, data: Any) -> None:
        pk = self.pick(data)
        event = Comment.objects.get(pk=pk).events.last() if pk else None
        if event is None or event.action != "decided":
            return
        try:
            moderation.undo(event, by=self.moderator)
        except moderation.Overtaken:
            # Moved all at once since then, without an event of its own.
            assert Comment.objects.get(pk=pk).state == self.state[pk]
        else:
            self.state[pk] = State(event.from_state)

    @rule(data=st.data())
    def remove(self, data: Any) -> None:
        pk = self.pick(data)
        if pk and self.state[pk] not in {State.REMOVED, State.ERASED}:
            moderation.remove(Comment.objects.get(pk=pk), by=self.author)
            self.state[pk] = State.REMOVED

    @rule(data=st.data())
    def erase(self, data: Any) -> None:
        pk = self.pick(data)
        if pk and self.state[pk] != State.ERASED:
            moderation.erase(Comment.objects.get(pk=pk))
            self.state[pk] = State.ERASED

    @rule(to=st.sampled_from([s for s in State if s != State.ERASED]))
    def move_all_at_once(self, to: State) -> None:
        """A write past the door, over parents and answers in one statement."""
        rows = Comment.objects.filter(article=self.article).exclude(state=State.ERASED)
        rows.update(state=to)
        self.state.update({pk: to for pk, s in self.state.items() if s != State.ERASED})

    @invariant()
    def everything_is_as_the_states_say(self) -> None:
        def is_hidden_above(pk: int) -> bool:
            above = self.parent[pk]
            return above is not None and (self.state[above] in HIDING or is_hidden_above(above))

        shown = {pk for pk, s in self.state.items() if s in SHOWN and not is_hidden_above(pk)}
        rows = {c.pk: c for c in Comment.objects.filter(article=self.article)}
        assert {pk for pk, c in rows.items() if c.is_shown} == shown
        assert all(c.depth <= MAX_DEPTH for c in rows.values())
        below = {pk: sum(pk in rows[s].path[:-1] for s in shown) for pk in rows}
        assert {pk: c.shown_replies for pk, c in rows.items()} == below
        assert {pk for pk, c in rows.items() if c.is_listed} == {
            pk for pk in rows if pk in shown or below[pk]
        }
        assert counts.shown_counts([self.article]) == (
            {self.article.pk: len(shown)} if shown else {}
        )
        assert list(counts.differences()) == []


@pytest.mark.django_db
def test_counts_agree_with_the_states_whatever_happens() -> None:
    run_state_machine_as_test(
        Threads,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_nightly_recount_finds_what_was_written_past_the_triggers(caplog: Any) -> None:
    article = ArticleFactory(is_public=True)
    root = written(article)
    written(article, root)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE comments_comment DISABLE TRIGGER USER")
        cursor.execute("UPDATE comments_comment SET shown_replies = 7 WHERE id = %s", [root.pk])
        cursor.execute("UPDATE comments_discussion SET shown_count = 1")
        cursor.execute("ALTER TABLE comments_comment ENABLE TRIGGER USER")
    assert {str(d) for d in counts.differences()} == {
        f"replies of comment {root.pk}: stored 7, counted 1",
        f"story {article.pk}: stored 1, counted 2",
    }
    with pytest.raises(counts.Wrong):
        tasks.recount(timestamp=0)
    assert [r.levelname for r in caplog.records] == ["ERROR", "ERROR"]


@pytest.mark.django_db
def test_row_that_was_read_before_and_is_saved_whole_writes_no_old_counts_back() -> None:
    article = ArticleFactory(is_public=True)
    root = written(article, state=State.PENDING)
    answer = written(article, root)
    old_root, old_answer = Comment.objects.get(pk=root.pk), Comment.objects.get(pk=answer.pk)
    Comment.objects.filter(pk=root.pk).update(state=State.APPROVED)
    old_answer.body = "Lain"
    old_answer.save()
    old_root.state = State.APPROVED
    old_root.save()
    assert list(counts.differences()) == []
    assert Comment.objects.visible().count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["parent_id = NULL", "path = ARRAY[7, id]", "article_id = article_id + 1"]
)
def test_comment_keeps_its_place(change: str) -> None:
    article = ArticleFactory(is_public=True)
    answer = written(article, written(article))
    with (
        pytest.raises(IntegrityError, match="keeps its place"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE comments_comment SET {change} WHERE id = %s", [answer.pk])


@pytest.mark.django_db
def test_comment_never_comes_before_what_it_answers() -> None:
    article = ArticleFactory(is_public=True)
    root = Comment(article=article, body="a", author_name="b")
    answer = Comment(article=article, parent=root, body="a", author_name="b")
    placed = place_in_thread([root, answer])
    with pytest.raises(IntegrityError, match="after the one"), transaction.atomic():
        Comment.objects.bulk_create(placed[::-1])


@pytest.mark.django_db
def test_deleted_story_takes_its_comments_and_their_count_along() -> None:
    article, other = ArticleFactory(is_public=True), ArticleFactory(is_public=True)
    written(article, written(article))
    written(other)
    article.delete()
    assert Comment.objects.count() == 1
    assert list(counts.differences()) == []


HANDS = 6
EACH = 25


def in_hands(work: Any) -> list[BaseException]:
    """Run `work(number)` in HANDS threads with connections of their own; what they raised."""
    failed: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[n]) for n in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


@pytest.fixture
def rooted(transactional_db: Any) -> Iterator[tuple[Any, Comment]]:
    article = ArticleFactory(is_public=True)
    yield article, written(article)


@pytest.mark.django_db(transaction=True)
def test_many_hands_on_one_thread_leave_exact_counts_and_one_chain_of_events(rooted: Any) -> None:
    article, root = rooted
    hands = [moderator() for _ in range(HANDS)]
    authors = [reader() for _ in range(HANDS)]
    targets = [written(article, root, author=authors[n]) for n in range(HANDS)]
    deep = [written(article, target) for target in targets]
    everything = [root, *targets, *deep]

    def work(number: int) -> None:
        for step in range(EACH):
            comment = Comment.objects.get(pk=everything[(number * 7 + step * 5) % 13].pk)
            seen = State(comment.state)
            to = [State.REJECTED, State.APPROVED, State.SPAM][(number + step) % 3]
            try:
                if step % 8 == 7:
                    moderation.remove(targets[number], by=authors[number])
                elif step % 5 == 4:
                    written(article, comment)
                else:
                    moderation.decide(
                        comment,
                        to,
                        by=hands[number],
                        seen=seen,
                        seen_revision=comment.revision,
                        reason="other",
                    )
            except moderation.Refused:
                pass  # somebody was quicker, or the table has no such line

    assert in_hands(work) == []
    assert list(counts.differences()) == []
    for comment in Comment.objects.filter(article=article):
        events = list(comment.events.all())
        states = [e.to_state for e in events]
        assert [e.from_state for e in events[1:]] == states[:-1]
        assert states[-1:] in ([], [comment.state])


@pytest.mark.django_db(transaction=True)
def test_answer_sent_while_its_parent_is_rejected_is_never_shown(rooted: Any) -> None:
    article, root = rooted
    hasna = moderator()

    def work(number: int) -> None:
        if number == 0:
            moderation.decide(
                root,
                State.REJECTED,
                by=hasna,
                seen=State.APPROVED,
                seen_revision=0,
                reason="insult",
            )
        else:
            for _ in range(10):
                written(article, Comment.objects.get(pk=root.pk))

    assert in_hands(work) == []
    assert Comment.objects.visible().count() == 0
    assert Discussion.objects.get(pk=article.pk).shown_count == 0
    assert list(counts.differences()) == []
