"""Live coverage for tests: a story that has it, its entries, and who writes and leads."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group

from articles import live
from articles.models import Article, LiveEntry
from tests.factories import ArticleFactory, StaffFactory


def member(role: str, **fields: Any) -> Any:
    user = StaffFactory(language="en", **fields)
    user.groups.add(Group.objects.get(name=role))
    return user


def covered(*, by: Any = None, **fields: Any) -> Article:
    """A public story whose live coverage has begun."""
    story = ArticleFactory(**{"is_public": True, **fields})
    live.begin(story, by=by or member("editor"))
    story.refresh_from_db()
    return story


def entry(story: Article, text: str = "Air naik.", *, by: Any = None, **words: Any) -> LiveEntry:
    said = live.Words(text=f"<p>{text}</p>", **words)
    return live.add(story, said, by=by or member("editor"))
