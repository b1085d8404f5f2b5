"""Attack 9: people act on one comment at the same moment, in transactions of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from comments import counts, moderation
from comments.choices import Action, State
from comments.models import Comment
from tests.factories import ArticleFactory
from tests.races import at_once

from .people import decide, moderator, reader, written

pytestmark = pytest.mark.django_db(transaction=True)


def deciding(comment: Comment, to: State, by: object) -> Callable[[], object]:
    own = Comment.objects.get(pk=comment.pk)
    return lambda: moderation.decide(
        own,
        to,
        by=by,
        seen=State(comment.state),
        seen_revision=comment.revision,
        reason="other" if to == State.REJECTED else "",
    )


@pytest.mark.parametrize("run", range(3))
def test_attack_09_of_two_moderators_one_decides_and_the_other_is_told(run) -> None:
    comment = written(ArticleFactory(is_public=True), state=State.PENDING)
    first, second = moderator(name="Hasrul"), moderator(name="Fitri")
    results = at_once(
        deciding(comment, State.APPROVED, first), deciding(comment, State.REJECTED, second)
    )
    events = list(comment.events.filter(action=Action.DECIDED))
    assert len(events) == 1
    (told,) = [one for one in results if isinstance(one, moderation.Overtaken)]
    assert str(told).startswith(f"{events[0].by.name} ")
    comment.refresh_from_db()
    assert comment.state == events[0].to_state
    assert list(counts.differences()) == []


@pytest.mark.parametrize("run", range(3))
@pytest.mark.parametrize("to", [State.APPROVED, State.REJECTED])
def test_attack_09_an_author_who_deletes_meanwhile_has_the_last_word(to, run) -> None:
    comment = written(ArticleFactory(is_public=True), state=State.UNREVIEWED, author=reader())
    own = Comment.objects.get(pk=comment.pk)
    results = at_once(
        deciding(comment, to, moderator()), lambda: moderation.remove(own, by=comment.author)
    )
    comment.refresh_from_db()
    assert comment.state == State.REMOVED
    assert comment.queue_due_at is None
    told = [one for one in results if isinstance(one, moderation.Overtaken)]
    decisions = comment.events.filter(action=Action.DECIDED).count()
    assert len(told) + decisions == 1
    assert not [one for one in results if isinstance(one, Exception) and one not in told]
    assert list(counts.differences()) == []


@pytest.mark.parametrize("run", range(3))
def test_attack_09_a_reply_approved_while_its_parent_is_rejected_is_not_shown(run) -> None:
    article = ArticleFactory(is_public=True)
    parent = written(article)
    reply = written(article, parent=parent, state=State.PENDING)
    results = at_once(
        deciding(reply, State.APPROVED, moderator()),
        deciding(parent, State.REJECTED, moderator()),
    )
    assert not [one for one in results if isinstance(one, Exception)]
    reply.refresh_from_db()
    assert (reply.state, reply.is_shown) == (State.APPROVED, False)
    assert article.discussion.shown_count == 0
    assert list(counts.differences()) == []
    decide(parent, State.APPROVED, by=moderator())
    reply.refresh_from_db()
    assert reply.is_shown
    article.discussion.refresh_from_db()
    assert article.discussion.shown_count == 2
    assert list(counts.differences()) == []


def test_attack_09_many_decisions_under_one_story_leave_its_counts_right() -> None:
    article = ArticleFactory(is_public=True)
    parent = written(article, state=State.PENDING)
    replies = [written(article, parent=parent, state=State.PENDING) for _number in range(5)]
    by = [moderator() for _number in range(6)]
    acts = [deciding(parent, State.APPROVED, by[0])]
    acts += [
        deciding(reply, State.APPROVED if number % 2 else State.SPAM, by[number + 1])
        for number, reply in enumerate(replies)
    ]
    results = at_once(*acts)
    assert not [one for one in results if isinstance(one, Exception)]
    assert article.discussion.shown_count == 3
    assert list(counts.differences()) == []
