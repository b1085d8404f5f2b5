"""Reading threads: a page of them costs the same under ten comments and under a million.

Threads are paged by keyset and never counted: `Discussion.shown_count` and `shown_replies` are
there already. What a page shows of each thread is its first comment and the next three.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import OuterRef, Q, Subquery

from articles.models import Article

from .choices import Order
from .models import Comment

THREADS = 20
FIRST_REPLIES = 3
MORE_REPLIES = 50

_CURSOR = re.compile(r"(t[0-9]{1,19}|[0-9]{1,10})-([0-9]{1,18})")
_PATH_CURSOR = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,18}){1,4})-([0-9]{1,9})")


# Whom a reply answers: nobody is named whose comment is not shown any more.
_ANSWERED = Subquery(
    Comment.objects.visible().filter(pk=OuterRef("parent_id")).order_by().values("author_name")
)


class BadCursor(ValueError):
    """A cursor that no page of ours has ever printed."""


@dataclass
class Replies:
    """Comments of one thread in its order; `after` is the cursor of the next ones, if any."""

    items: list[Comment] = field(default_factory=list)
    after: str = ""
    more: int = 0


@dataclass
class Thread:
    root: Comment
    replies: Replies


@dataclass
class ThreadPage:
    """Some threads of a story; `after` is the cursor of the next page, empty on the last."""

    threads: Sequence[Thread]
    after: str
    is_first: bool


def page_of_threads(
    article: Article, order: Order = Order.NEWEST, cursor: str = "", *, size: int = THREADS
) -> ThreadPage:
    """A page of a story's threads with the first replies of each; two queries.

    A thread that arrives or leaves meanwhile neither repeats nor hides another, newest or oldest
    first. Most replied first, a thread whose replies change between two pages may come twice or
    not at all: its place in the list is what changed. Raises BadCursor.
    """
    roots = Comment.objects.roots().listed().filter(article=article)
    if order == Order.MOST_REPLIED:
        roots = roots.order_by("-shown_replies", "-id")
    elif order == Order.OLDEST:
        roots = roots.order_by("created_at", "id")
    else:
        roots = roots.order_by("-created_at", "-id")
    if cursor:
        roots = roots.filter(_beyond(order, cursor))
    found = list(roots[: size + 1])
    shown = found[:size]
    replies = _first_replies(article, shown)
    return ThreadPage(
        threads=[Thread(root, replies[root.pk]) for root in shown],
        after=_cursor_of(order, shown[-1]) if len(found) > size else "",
        is_first=not cursor,
    )


def replies_after(article: Article, cursor: str, *, size: int = MORE_REPLIES) -> Replies:
    """The comments of a thread after the one at `cursor`; two queries. Raises BadCursor.

    The cursor carries how many were shown before, so that what is left need not be counted.
    """
    match = _PATH_CURSOR.fullmatch(cursor)
    if match is None:
        raise BadCursor(cursor)
    path, seen = [int(part) for part in match[1].split(".")], int(match[2])
    root = Comment.objects.listed().filter(article=article, pk=path[0]).first()
    if root is None:
        return Replies()
    found = list(
        Comment.objects.listed()
        .filter(article=article, path__gt=path, path__lt=[root.pk + 1])
        .annotate(answered_name=_ANSWERED)
        .order_by("path")[: size + 1]
    )
    return _cut(found, size, root, seen)


def _cut(found: list[Comment], size: int, root: Comment, seen: int = 0) -> Replies:
    """The first `size` of what was found, and how many shown ones come after them."""
    if len(found) <= size:
        return Replies(found)
    items = found[:size]
    seen += sum(reply.is_shown for reply in items)
    path = ".".join(map(str, items[-1].path))
    return Replies(items, f"{path}-{seen}", max(root.shown_replies - seen, 1))


@dataclass
class Surroundings:
    """A reply with what it answers and the first of what answers it; `above` ends with itself."""

    root: Comment
    above: Sequence[Comment]
    below: Sequence[Comment]


def around(comment: Comment, *, size: int = THREADS) -> Surroundings:
    """What a reply answers, up to the thread's first comment, and what answers it; two queries."""
    listed = Comment.objects.listed().filter(article=comment.article)
    named = listed.annotate(answered_name=_ANSWERED).order_by("path")
    chain = list(named.filter(pk__in=comment.path))
    end = [*comment.path[:-1], comment.pk + 1]
    below = named.filter(path__gt=comment.path, path__lt=end)
    return Surroundings(chain[0], chain[1:], list(below[:size]))


def pinned(article: Article) -> list[Comment]:
    """Official replies that an editor put above the threads, in the order they were pinned."""
    return list(
        Comment.objects.visible()
        .filter(article=article, pinned_at__isnull=False)
        .order_by("pinned_at", "id")
    )


def _first_replies(article: Article, roots: Sequence[Comment]) -> dict[int, Replies]:
    """Of each thread the first replies and how many shown ones are left; one query for all.

    A lateral join, so that a thread of 10,000 replies costs what one of four does; and a name
    looked up for each, since the planner may answer a join by reading the whole table in order.
    """
    found: dict[int, Replies] = {root.pk: Replies() for root in roots}
    busy = [root for root in roots if root.shown_replies]
    if not busy:
        return found
    columns = ", ".join(
        f"c.{connection.ops.quote_name(f.column)}" for f in Comment._meta.concrete_fields
    )
    rows = Comment.objects.raw(
        f"""
        SELECT {columns}, (
            SELECT answered.author_name FROM comments_comment answered
            WHERE answered.id = c.parent_id AND answered.is_shown
        ) AS answered_name
        FROM unnest(%s::bigint[]) AS thread(id)
        CROSS JOIN LATERAL (
            SELECT * FROM comments_comment
            WHERE article_id = %s AND is_listed
              AND path > ARRAY[thread.id] AND path < ARRAY[thread.id + 1]
            ORDER BY path LIMIT %s
        ) c
        ORDER BY c.path
        """,
        [[root.pk for root in busy], article.pk, FIRST_REPLIES + 2],
    )
    for reply in rows:
        found[reply.root_id].items.append(reply)
    for root in busy:
        replies = found[root.pk].items
        # A fold of one line would be longer than the line.
        size = FIRST_REPLIES + 1 if len(replies) == FIRST_REPLIES + 1 else FIRST_REPLIES
        found[root.pk] = _cut(replies, size, root)
    return found


def _cursor_of(order: Order, root: Comment) -> str:
    if order == Order.MOST_REPLIED:
        return f"{root.shown_replies}-{root.pk}"
    micros = (root.created_at - _EPOCH) // datetime.timedelta(microseconds=1)
    return f"t{micros}-{root.pk}"


_EPOCH = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)


def _beyond(order: Order, cursor: str) -> Q:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise BadCursor(cursor)
    place, pk = match[1], int(match[2])
    if (order == Order.MOST_REPLIED) != place.isdecimal():
        raise BadCursor(cursor)
    # Two conditions instead of an OR, so that the index bounds the scan.
    if order == Order.MOST_REPLIED:
        if int(place) >= 2**31:
            raise BadCursor(cursor)
        return Q(shown_replies__lte=int(place)) & ~Q(shown_replies=int(place), id__gte=pk)
    try:
        moment = _EPOCH + datetime.timedelta(microseconds=int(place[1:]))
    except OverflowError:
        raise BadCursor(cursor) from None
    if order == Order.OLDEST:
        return Q(created_at__gte=moment) & ~Q(created_at=moment, id__lte=pk)
    return Q(created_at__lte=moment) & ~Q(created_at=moment, id__gte=pk)
