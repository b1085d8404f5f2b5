"""Readers, and comments of theirs as the moderated door leaves them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import User
from articles.models import Article
from comments import moderation, readers, terms
from comments.choices import Action, State
from comments.models import Comment, place_in_thread
from tests.factories import ArticleFactory, PublicationFactory, UserFactory


@pytest.fixture
def publication(db: None, settings: Any) -> Any:
    """English, a publication of that name, and no rate limit used up by another test."""
    settings.LANGUAGE_CODE = "en"
    cache.clear()
    return PublicationFactory()


@pytest.fixture
def reader(publication: Any) -> Callable[..., User]:
    """Make an account with a name that has accepted the terms: `reader("Rani Lestari")`."""

    def make(name: str = "Rani Lestari", **fields: Any) -> User:
        user = UserFactory(name="", **fields)
        readers.join(user, name=name, terms_version=terms.VERSION)
        return user

    return make


@pytest.fixture
def written(db: None) -> Callable[..., Comment]:
    """Make a comment with its first event: `written(user, "Text", parent=…, state=…)`."""

    def make(
        author: User | None,
        body: str = "A comment.",
        *,
        article: Article | None = None,
        parent: Comment | None = None,
        state: State = State.APPROVED,
        **fields: Any,
    ) -> Comment:
        article = parent.article if parent else article or ArticleFactory(is_public=True)
        comment = Comment(
            article=article,
            parent=parent,
            author=author,
            author_name=author.name if author else "Somebody",
            body=body,
            state=state,
            **fields,
        )
        place_in_thread([comment])
        with moderation.locked(article.pk):
            comment.save(force_insert=True)
            moderation.record(comment, Action.RECEIVED, from_state="")
        comment.refresh_from_db()
        return comment

    return make
