"""Addresses: made from words, unique where they must be, never dead once they were public."""

from __future__ import annotations

import datetime
from itertools import count

from django.db.models import Model, QuerySet
from django.utils.text import slugify

from .models import Article, Redirect

MAX_LENGTH = 120


def slug_of(text: str, fallback: str = "berita") -> str:
    """`text` as it stands in an address, at most MAX_LENGTH long, cut at a word.

    A text without a Latin letter or digit gives `fallback`, so a slug is never empty.
    """
    slug = slugify(text) or fallback
    if len(slug) > MAX_LENGTH:
        slug = slug[: MAX_LENGTH + 1].rpartition("-")[0] or slug[:MAX_LENGTH]
    return slug


def unused_slug(rows: QuerySet[Model], text: str, fallback: str = "berita") -> str:
    """A slug for `text` that none of `rows` has: "pasar", else "pasar-2", "pasar-3", …

    Two transactions can still choose the same one; the unique constraint decides then.
    """
    slug = slug_of(text, fallback)
    taken = set(rows.filter(slug__startswith=slug).values_list("slug", flat=True))
    if slug not in taken:
        return slug
    for number in count(2):
        ending = f"-{number}"
        candidate = slug[: MAX_LENGTH - len(ending)] + ending
        if candidate not in taken and not rows.filter(slug=candidate).exists():
            return candidate
    raise AssertionError("unreachable: the numbers do not end")


def free_article_slug(article: Article, day: datetime.date) -> str:
    """The story's slug, or with a number behind it when another story of that day has it."""
    others = Article.objects.filter(published_on=day).exclude(pk=article.pk)
    return unused_slug(others, article.slug)


def keep_old_address(article: Article, old_slug: str) -> None:
    """Let a published story's former address lead to it for ever.

    Going back to an earlier slug takes that redirect away again, so nothing redirects to itself.
    """
    old = Article(slug=old_slug, published_on=article.published_on).get_absolute_url()
    Redirect.objects.filter(path=article.get_absolute_url()).delete()
    Redirect.objects.update_or_create(
        path=old, defaults={"article": article, "page": None, "target": ""}
    )
