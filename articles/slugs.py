"""Addresses: made from words, unique where they must be, never dead once they were public."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils.text import slugify

from .models import Article, Redirect
from .people.protecting import named_in

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
    return next(
        found
        for found in _numbered(slug)
        if found not in taken and not rows.filter(slug=found).exists()
    )


def save_with_slug(
    row: Any, text: str, fallback: str = "berita", *, save: Callable[[], object] | None = None
) -> None:
    """Save `row` under a slug made of `text` that no other row of its table has.

    When somebody takes the slug at the same moment, the next one is tried. `save` stands in
    for `row.save`. Raises IntegrityError for what another slug does not mend.
    """
    others = type(row)._default_manager.exclude(pk=row.pk)
    longest = type(row)._meta.get_field("slug").max_length or MAX_LENGTH
    for is_last in (False, False, True):
        slug = unused_slug(others, slug_of(text, fallback)[:longest], fallback)
        if len(slug) > longest:
            # A number came behind it, and there is no room.
            slug = unused_slug(others, slug[: longest - 8], fallback)
        row.slug = slug
        try:
            with transaction.atomic():
                (save or row.save)()
        except IntegrityError:
            if is_last:
                raise
        else:
            return


def is_free(article: Article, day: datetime.date, slug: str) -> bool:
    """Whether the story may stand at `slug` on `day`.

    Not where another story stands, nor where an old address still leads to something else.
    """
    if Article.objects.filter(published_on=day, slug=slug).exclude(pk=article.pk).exists():
        return False
    path = Article(slug=slug, published_on=day).get_absolute_url()
    redirect = Redirect.objects.filter(path=path).first()
    return redirect is None or (article.pk is not None and redirect.article_id == article.pk)


def free_article_slug(article: Article, day: datetime.date) -> str:
    """The story's slug, or with a number behind it when it is not free on that day."""
    slug = slug_of(article.slug)
    return next(found for found in _numbered(slug) if is_free(article, day, found))


def _numbered(slug: str) -> Iterator[str]:
    """The slug, then with "-2", "-3", … behind it, at most MAX_LENGTH long."""
    yield slug
    for number in count(2):
        ending = f"-{number}"
        yield slug[: MAX_LENGTH - len(ending)] + ending


def keep_old_address(article: Article, old_slug: str) -> None:
    """Let a published story's former address lead to it for ever.

    Going back to an earlier slug takes that redirect away again, so nothing redirects to itself.
    What leads to another story is left as it is. An address that names somebody whom the story protects is
    not kept.
    """
    old = Article(slug=old_slug, published_on=article.published_on).get_absolute_url()
    Redirect.objects.filter(path=article.get_absolute_url(), article=article).delete()
    others = Redirect.objects.filter(path=old, article__isnull=False).exclude(article=article)
    is_naming = article.is_identity_protected and any(named_in(article, old_slug))
    if not is_naming and not others.exists():
        Redirect.objects.update_or_create(
            path=old, defaults={"article": article, "page": None, "target": ""}
        )


def follow(old: str, new: str) -> None:
    """Let the former address of a section, a person, … lead to its present one, without chains."""
    if old == new:
        return
    Redirect.objects.filter(path=new).delete()
    Redirect.objects.filter(target=old).update(target=new)
    Redirect.objects.update_or_create(
        path=old, defaults={"target": new, "article": None, "page": None}
    )
