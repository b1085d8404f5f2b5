"""Where a story's comments are read and written."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode

from articles.models import Article

from .models import Comment


def discussion_path(article: Article) -> str:
    """The page of its comments, below the story's own address."""
    return f"{article.get_absolute_url()}komentar/"


def write_path(article_id: int, parent: Comment | None = None, *, name: str = "write") -> str:
    """The form; with `parent`, to answer that comment. `name`: "write" or "form", the fragment."""
    path = reverse(f"comments:{name}", args=[article_id])
    return f"{path}?{urlencode({'balas': parent.pk})}" if parent else path
