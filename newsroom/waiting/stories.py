"""Stories as the lines of a panel, with the moves that somebody may do with each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from articles import wording, workflow
from articles.choices import Status
from articles.forms.moves import has_step
from articles.models import Article

from .lines import SHOWN, Button, Panel, Row

if TYPE_CHECKING:
    from accounts.models import User

# The one thing somebody usually wants to do with a line; other buttons stay quiet.
FORWARD = frozenset({"approve", "submit"})


def stories() -> QuerySet[Article]:
    return Article.objects.select_related("section", "place", "created_by").defer(
        "body", "search", "standfirst"
    )


def panel(
    key: str,
    title: str,
    stories: QuerySet[Article],
    moves: tuple[str, ...],
    user: User,
    *,
    more: str = "",
    empty: str = "",
    is_urgent: bool = False,
    with_note: bool = False,
) -> Panel:
    found = list(stories[: SHOWN + 1])
    list_url = reverse("admin:articles_article_changelist")
    return Panel(
        key=key,
        title=title,
        rows=[row(article, moves, user, with_note) for article in found[:SHOWN]],
        more_url=f"{list_url}?{more}" if more else "",
        has_more=len(found) > SHOWN,
        is_urgent=is_urgent,
        empty=empty,
    )


def row(article: Article, moves: tuple[str, ...], user: User, with_note: bool) -> Row:
    facts = [
        _("changes to a public story") if article.is_working_copy else "",
        str(article.section),
        _when(article),
        str(article.created_by) if article.created_by_id not in {None, user.pk} else "",
    ]
    note = article.desk_note if with_note else ""
    if article.withdrawal_requested_at:
        note = f"{article.get_withdrawal_ground_display()}: {article.withdrawal_notice}"
    return Row(
        title=article.headline,
        url=reverse("admin:articles_article_change", args=[article.pk]),
        facts=[fact for fact in facts if fact],
        note=note,
        buttons=[
            button(article, name)
            for name in (_of_copy(moves) if article.is_working_copy else moves)
            if article.status in workflow.MOVES[name].sources
            and user.has_perm(workflow.MOVES[name].permission)
        ],
        version=article.version,
    )


def _of_copy(moves: tuple[str, ...]) -> list[str]:
    """The same for the working copy of a public story: it comes out by being published as changes."""
    known = {"publish": "publish_changes", "schedule": ""}
    names = [known.get(name, name) for name in moves]
    return [name for name in dict.fromkeys(names) if name in workflow.OF_COPIES]


def _when(article: Article) -> str:
    if article.is_scheduled:
        return wording.clock(article, article.publish_at)
    if article.not_before:
        until = wording.clock(article, article.not_before)
        return _("embargo until %(time)s") % {"time": until}
    if article.status == Status.IN_REVIEW:
        return _("waiting for %(time)s") % {"time": timesince(article.saved_at, depth=1)}
    return wording.clock(article, article.saved_at)


def button(article: Article, name: str) -> Button:
    move = workflow.MOVES[name]
    url = reverse("admin:articles_article_move", args=[article.pk, name])
    return Button(move.label, url, is_step=has_step(move), is_forward=name in FORWARD)
