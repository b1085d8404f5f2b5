"""Comments in the templates of stories: how many there are, and how a thread is set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import template

from articles.models import Article

from .. import addresses, counts, openness
from ..models import MAX_DEPTH, Comment

register = template.Library()


@register.simple_tag
def comment_counts(*groups: Any) -> dict[int, int]:
    """How many comments each of the stories has, for the filter `of`; one query for all.

    A group is a story, a list of stories, or a list of blocks with `stories`.
    """
    return counts.shown_counts(_stories(groups))


@register.simple_tag
def talk_of(article: Article, *groups: Any) -> openness.Talk:
    """What stands above a story's comments, and the counts of other stories; two queries."""
    return openness.talk_of(article, _stories(groups))


@register.filter
def of(numbers: Mapping[int, int] | None, story: Article) -> int:
    """The story's own among the counts; 0 where nothing was counted."""
    return numbers.get(story.pk, 0) if numbers else 0


@register.filter
def is_beside(reply: Comment) -> bool:
    """Whether it stands beside what it answers instead of below: threads are five deep."""
    return len(reply.path) == MAX_DEPTH + 1 and reply.parent_id != reply.path[-2]


@register.filter
def discussion_path(article: Article) -> str:
    return addresses.discussion_path(article)


@register.simple_tag
def answer_path(comment: Comment) -> str:
    return addresses.write_path(comment.article_id, comment)


@register.simple_tag
def answer_form_path(comment: Comment) -> str:
    return addresses.write_path(comment.article_id, comment, name="form")


def _stories(groups: Iterable[Any]) -> Iterator[Article]:
    for group in groups:
        if isinstance(group, Article):
            yield group
        elif hasattr(group, "stories"):
            yield from group.stories
        elif group:
            yield from _stories(group)
