"""Who has a story open: said by the forms themselves, every few seconds; nobody is locked out by it.

A hidden tab of a browser is allowed to speak once a minute, so somebody is here until nothing was heard for
three. The only door to `Presence`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from .models import Article, Presence

if TYPE_CHECKING:
    from accounts.models import User

HERE = datetime.timedelta(minutes=3)


@dataclass(frozen=True)
class Other:
    """Somebody else who has the story open, or the same person in another form of it (`is_you`)."""

    name: str
    since: datetime.datetime
    is_you: bool


def here(article_id: int, *, by: User, tab: str) -> None:
    """The form `tab` has the story open now. Its first word says since when, also after a silence in between."""
    Presence.objects.bulk_create(
        [Presence(article_id=article_id, user=by, tab=tab, seen_at=Now())],
        update_conflicts=True,
        unique_fields=["article", "user", "tab"],
        update_fields=["seen_at"],
    )


def leave(*, by: User, tab: str) -> None:
    """The form was closed."""
    Presence.objects.filter(user=by, tab=tab).delete()


def now_here() -> QuerySet[Presence]:
    return Presence.objects.filter(seen_at__gt=timezone.now() - HERE)


def others(article: Article, *, by: User, tab: str) -> list[Other]:
    """Who else has the story, or its working copy, open; in the order of coming, each person once."""
    is_here = Q(article=article.pk) | Q(article__changes_to=article.pk)
    if article.changes_to_id:
        is_here |= Q(article=article.changes_to_id)
    rows = now_here().filter(is_here).exclude(user=by, tab=tab)
    first: dict[int, Other] = {}
    for row in rows.select_related("user").order_by("opened_at", "id"):
        other = Other(str(row.user), row.opened_at, is_you=row.user_id == by.pk)
        first.setdefault(row.user_id, other)
    return list(first.values())


def open_tabs(user: User) -> set[str]:
    """The forms that a person has open now, by name."""
    return set(now_here().filter(user=user).values_list("tab", flat=True))


def sweep() -> int:
    """Forget forms that were never closed; returns how many."""
    before = timezone.now() - datetime.timedelta(days=1)
    return Presence.objects.filter(seen_at__lt=before).delete()[0]
