"""What waits for whoever writes: what came back, what is begun, what was handed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from articles import keeping, wording
from articles.choices import Status
from articles.models import Article, Coverage, LateSave

from .lines import SHOWN, Panel, Row
from .stories import panel, stories

if TYPE_CHECKING:
    from accounts.models import User


def too_late(user: User) -> Iterator[Panel]:
    """Saves of one's own that met a newer version and are not decided yet."""
    late = LateSave.objects.filter(user=user).select_related("article__place").defer("snapshot")
    found = list(late[: SHOWN + 1])
    yield Panel(
        "too-late",
        _("Your versions that came too late"),
        [
            Row(
                title=one.article.headline,
                url=reverse("admin:articles_article_late", args=[one.article_id, one.pk]),
                facts=[wording.clock(one.article, one.created_at), _("compare and choose")],
            )
            for one in found[:SHOWN]
        ],
        has_more=len(found) > SHOWN,
        is_urgent=True,
    )


def live_now() -> Iterator[Panel]:
    """Live coverage that runs: whoever stands in the rain with a phone is one tap from the next entry."""
    running = Coverage.objects.filter(ended_at__isnull=True).order_by("-begun_at", "-pk")
    found = list(
        running.select_related("article__section", "article__place").defer(
            "article__body", "article__search"
        )[: SHOWN + 1]
    )
    yield Panel(
        "live-now",
        _("Live now"),
        [
            Row(
                title=one.article.headline,
                url=reverse("admin:articles_article_live", args=[one.article_id]),
                facts=[str(one.article.section), wording.clock(one.article, one.begun_at)],
            )
            for one in found[:SHOWN]
        ],
        has_more=len(found) > SHOWN,
        is_urgent=True,
    )


def returned_to_me(user: User) -> Iterator[Panel]:
    yield panel(
        "returned-to-me",
        _("Returned to you"),
        _mine(user).filter(status=Status.RETURNED).order_by("saved_at", "id"),
        ("submit",),
        user,
        more="state=returned&mine=1",
        is_urgent=True,
        with_note=True,
    )


def not_saved(user: User) -> Iterator[Panel]:
    """Texts that were typed, on whichever device, and never saved; not those being written now."""
    found = list(keeping.waiting(user)[:SHOWN])
    yield Panel(
        "not-saved",
        _("Texts not saved"),
        [
            Row(
                title=Truncator(text.headline or _("Without a headline")).chars(120),
                url=reverse("admin:articles_article_kept", args=[text.tab]),
                facts=[wording.clock(text.article or Article(), text.kept_at)],
            )
            for text in found
        ],
    )


def my_writing(user: User) -> Iterator[Panel]:
    mine = _mine(user).order_by("-saved_at", "-id")
    is_reporter = not user.has_perm("articles.change_any_article")
    yield panel(
        "drafts",
        _("Your drafts"),
        mine.filter(status=Status.DRAFT),
        ("submit",) if is_reporter else ("publish", "submit"),
        user,
        more="state=draft&mine=1",
        empty=_("No draft is open.") if is_reporter else "",
    )
    if is_reporter:
        yield panel(
            "handed-in",
            _("Handed in"),
            mine.filter(status__in=[Status.IN_REVIEW, Status.APPROVED]),
            ("recall",),
            user,
            more="mine=1",
        )
        yield panel("coming", _("Comes out next"), mine.scheduled(), (), user)


def _mine(user: User) -> QuerySet[Article]:
    """A reporter's stories are those begun or signed; whoever edits signs what others wrote."""
    if user.has_perm("articles.change_any_article"):
        return stories().filter(created_by=user)
    return stories().owned_by(user)
