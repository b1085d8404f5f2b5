"""The shape of a comment, and which ones the public sees."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from comments.choices import State
from comments.models import Comment, place_in_thread
from tests.factories import ArticleFactory, UserFactory

from .people import written

pytestmark = pytest.mark.django_db


def test_path_holds_everything_above_and_itself() -> None:
    article = ArticleFactory()
    root = written(article)
    answer = written(article, root)
    assert (root.path, root.depth) == ([root.pk], 0)
    assert (answer.path, answer.depth) == ([root.pk, answer.pk], 1)


def test_many_are_placed_at_once_in_one_query(django_assert_num_queries) -> None:
    article = ArticleFactory()
    root = Comment(article=article, body="a", author_name="b")
    answers = [
        Comment(article=article, parent=root, body=str(n), author_name="b") for n in range(20)
    ]
    with django_assert_num_queries(2):
        Comment.objects.bulk_create(place_in_thread([root, *answers]))
    assert {tuple(c.path) for c in Comment.objects.filter(parent=root)} == {
        (root.pk, a.pk) for a in answers
    }


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "unheard"}, "comments_comment_state_known"),
        ({"body": ""}, "comments_comment_whole_or_erased"),
        ({"author_name": ""}, "comments_comment_whole_or_erased"),
        ({"state": State.ERASED, "body": "Setuju."}, "comments_comment_whole_or_erased"),
        ({"state": State.ERASED, "author_name": "Rani"}, "comments_comment_whole_or_erased"),
    ],
)
def test_shape_is_kept_by_the_database(fields: dict[str, Any], constraint: str) -> None:
    article = ArticleFactory()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        written(article, **fields)


def test_erased_comment_has_neither_text_nor_name() -> None:
    comment = written(ArticleFactory(), state=State.ERASED, body="", author_name="")
    with (
        pytest.raises(IntegrityError, match="comments_comment_whole_or_erased"),
        transaction.atomic(),
    ):
        Comment.objects.filter(pk=comment.pk).update(author=UserFactory())


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("path = ARRAY[1::bigint, 2]", "comments_comment_path"),
        ("path = ARRAY[]::bigint[]", "comments_comment_path"),
        ("path = ARRAY[id + 1]", "comments_comment_path_ends_here"),
        ("path = ARRAY[1::bigint, 2, 3, 4, 5, id]", "comments_comment_path"),
        ("parent_id = id", "comments_comment"),
    ],
)
def test_path_cannot_lie(change: str, constraint: str) -> None:
    comment = written(ArticleFactory())
    with (
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        # Past the trigger that keeps a comment in its place: the row's own shape holds without it.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE comments_comment DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE comments_comment SET {change} WHERE id = %s", [comment.pk])


def test_only_approved_comments_under_nothing_hidden_are_visible() -> None:
    article = ArticleFactory()
    shown = {}
    for state in State:
        is_erased = state == State.ERASED
        top = written(
            article, state=state, **({"body": "", "author_name": ""} if is_erased else {})
        )
        shown[state] = top
        written(article, written(article, top, body=f"under {state}"), body=f"deep under {state}")
    visible = set(Comment.objects.visible())
    assert {c.body for c in visible if c.parent_id} == {
        f"{how} {state}"
        for how in ("under", "deep under")
        for state in (State.UNREVIEWED, State.APPROVED, State.REMOVED, State.ERASED)
    }
    assert visible & set(shown.values()) == {shown[State.UNREVIEWED], shown[State.APPROVED]}


def test_threads_are_read_from_top_to_bottom() -> None:
    article = ArticleFactory()
    first, second = written(article, body="1"), written(article, body="2")
    deep = written(article, written(article, first, body="1.1"), body="1.1.1")
    written(article, first, body="1.2")
    assert [c.body for c in Comment.objects.in_threads()] == ["1", "1.1", "1.1.1", "1.2", "2"]
    assert list(Comment.objects.roots().order_by("id")) == [first, second]
    assert deep.depth == 2


def test_waiting_comments_come_longest_waiting_first() -> None:
    article = ArticleFactory()
    now = timezone.now()
    late = written(article, state=State.PENDING, created_at=now)
    early = written(article, state=State.PENDING, created_at=now - datetime.timedelta(hours=1))
    written(article)
    assert list(Comment.objects.waiting()) == [early, late]


def test_account_that_goes_leaves_the_words_and_the_name() -> None:
    reader = UserFactory()
    comment = written(ArticleFactory(), author=reader)
    reader.delete()
    comment.refresh_from_db()
    assert (comment.author, comment.author_name, comment.body) == (None, "Rani", "Setuju.")
