"""The only door to breaking news: a line above every page, with an end, by somebody."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from auditlog.choices import Action
from auditlog.writing import write as write_audit
from pagecache import instant

from ..models import Article, BreakingNews, Publication
from ..people.protecting import why_not_said
from .arranging import why_not_placed
from .planning import FURTHEST
from .refusing import Refused

if TYPE_CHECKING:
    from accounts.models import User

BREAK = "articles.add_breakingnews"
# What is known for longer is no breaking news any more; the front page is the place for it.
LONGEST = datetime.timedelta(hours=24)
LONGEST_TEXT: int = BreakingNews._meta.get_field("text").max_length or 0


def announce(
    text: str,
    *,
    by: User,
    ends_at: datetime.datetime,
    starts_at: datetime.datetime | None = None,
    article: Article | None = None,
    replaces: int | None = None,
) -> BreakingNews:
    """Set a line above every public page, from now or from `starts_at` on, until `ends_at`.

    The newest that runs stands there. The line leads to `article` while that is public.

    Args:
        replaces: the key of a line that this one takes the place of: a corrected text, another end.

    Raises:
        Refused: somebody who may not, an empty text, a time that has passed, an end before the
            beginning or more than a day after it, a story that somebody paid for or that was withdrawn, a name that the story
            protects.
    """
    if not by.has_perm(BREAK):
        raise Refused(_("You may not announce breaking news."))
    text = " ".join(text.split())
    if not text:
        raise Refused(_("Say what happened."))
    if len(text) > LONGEST_TEXT:
        raise Refused(_("The line is too long: it has to fit above every page."))
    now = instant.now()
    _require_span(starts_at, ends_at, now)
    if article is not None and (reason := why_not_placed(article)):
        raise Refused(reason)
    if article is not None and (reason := why_not_said(article, text)):
        raise Refused(reason)
    with transaction.atomic():
        # The row that carries the line to readers (`showing`).
        Publication.objects.get_or_create(pk=1)
        if replaces is not None and (old := BreakingNews.objects.filter(pk=replaces).first()):
            end(old, by=by)
        news = BreakingNews.objects.create(
            text=text,
            article=article,
            starts_at=starts_at or now,
            ends_at=ends_at,
            created_by=by,
        )
        write_audit(Action.ADDED, by=by, about=news)
        return news


def end(news: BreakingNews, *, by: User) -> None:
    """Take a line down before its end, or before it begins. One that is over stays as it is."""
    if not by.has_perm(BREAK):
        raise Refused(_("You may not announce breaking news."))
    now = instant.now()
    open_rows = BreakingNews.objects.filter(pk=news.pk, ended_at__isnull=True, ends_at__gt=now)
    with transaction.atomic():
        if open_rows.update(ended_at=now, ended_by=by):
            write_audit(Action.CHANGED, by=by, about=news, details={"message": _("Ended")})
    news.refresh_from_db()


def _require_span(
    starts_at: datetime.datetime | None, ends_at: datetime.datetime, now: datetime.datetime
) -> None:
    if starts_at is not None and starts_at <= now:
        raise Refused(_("This time has passed. Choose a later one, or announce it now."))
    start = starts_at or now
    if start > now + FURTHEST:
        raise Refused(_("Breaking news is planned at most a year ahead."))
    if ends_at <= start:
        raise Refused(_("Breaking news ends after it begins."))
    if ends_at > start + LONGEST:
        raise Refused(_("Breaking news stands for a day at most."))
