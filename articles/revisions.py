"""A story's history: each save that changed something is a whole snapshot."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .choices import Status
from .models import Article, Revision
from .slugs import keep_old_address
from .snapshots import TIMES, differing, snapshot

if TYPE_CHECKING:
    from accounts.models import User

# A change of these is housekeeping: the reader's text stays as it was, and so does "Diperbarui".
NOT_A_REAL_CHANGE = {"slug", "section_id", "tags", "related", *TIMES}


def of(article: Article) -> QuerySet[Revision]:
    """The revisions of the row, newest first: a story's own, or those of its working copy."""
    if article.changes_to_id is None:
        return Revision.objects.filter(article_id=article.pk, is_working=False)
    # Older ones are of a copy that was given up.
    return Revision.objects.filter(
        article_id=article.changes_to_id, is_working=True, created_at__gte=article.created_at
    )


def seen_as(article: Article, version: int) -> Revision | None:
    """The revision that a form showed which was opened at `version`; None when none was kept.

    A working copy begins as what the story was.
    """
    before = Revision.objects.filter(
        article_id=article.changes_to_id or article.pk, number__lte=version
    )
    own = before.filter(is_working=article.is_working_copy).first()
    if not article.is_working_copy:
        # The form of a working copy that was ended since saw what the copy was; one that was opened before
        # anything was kept saw what was kept first, as it was found.
        seen = article.revisions.filter(number=version).first()
        return seen or own or article.revisions.filter(number=1, changed=[]).first()
    begun = before.filter(is_working=False).first()
    # Older ones may be of a copy that was given up.
    return own if own and own.created_at >= article.created_at else begun


def keep_beginning(row: Article) -> None:
    """Keep what a story is that came without a history, before somebody writes it for the first time.

    To be called on the locked row; nothing happens where something is kept already. That it was found so is
    no change that anybody has to have seen.
    """
    if row.version or row.is_working_copy or row.revisions.exists():
        return
    row.version = 1
    Article.objects.filter(pk=row.pk).update(version=row.version)
    Revision.objects.create(
        article=row,
        number=row.version,
        snapshot=snapshot(row),
        status=row.status,
        note=_("As it was before the first change here"),
    )


def record(
    article: Article, *, by: User | None, note: str = "", tab: str = "", is_move: bool = False
) -> Revision | None:
    """Keep what the story is now as its next revision.

    Returns None when nothing has changed and there is no note: a save that did nothing leaves
    no trace. To be called after the story and its rows are saved, in the same transaction. A published
    story whose text has really changed gets its `updated_at`, and one whose slug has changed
    gets a redirect from the old address; `article` is brought up to date with both. What a working
    copy is, is kept with the story that it changes. `tab` names the form that saves. A move of the workflow (`is_move`) writes no contents: what
    it finds in a story that came without a history is no change either.
    """
    with transaction.atomic():
        # Serialises the numbers of two people who save the same story; what is read of its state
        # is read from the locked row.
        row = Article.objects.lock(article)
        story_id = row.changes_to_id or row.pk
        article.status, article.publish_at = row.status, row.publish_at
        article.published_on, article.unpublish_at = row.published_on, row.unpublish_at
        article.version, article.updated_at = row.version, row.updated_at
        last = seen_as(row, row.version) if row.version else None
        now = snapshot(article)
        changed = differing(last.snapshot if last else None, now)
        if last is None and is_move:
            changed = [key for key in changed if key in TIMES]
        # A working copy begins as a draft of what is published: that is no change of it.
        is_moved = last is None or (
            last.status != row.status and last.is_working == row.is_working_copy
        )
        if not changed and not is_moved and not note:
            return None
        if last is not None and changed and article.is_published:
            if set(changed) - NOT_A_REAL_CHANGE and last.status == article.status:
                article.updated_at = timezone.now()
            if "slug" in changed:
                keep_old_address(article, last.snapshot["slug"])
        highest = Revision.objects.filter(article_id=story_id).aggregate(n=Max("number"))["n"] or 0
        article.version = highest + 1
        Article.objects.filter(pk=article.pk).update(
            updated_at=article.updated_at, version=article.version
        )
        return Revision.objects.create(
            article_id=story_id,
            number=article.version,
            snapshot=now,
            changed=changed,
            is_working=row.is_working_copy,
            status=article.status,
            note=note[:300],
            tab=tab,
            created_by=by,
        )


def as_readers_saw(article: Article, moment: datetime.datetime) -> Revision | None:
    """What the public saw of a story at `moment`; None when it was not public then.

    The last revision that was saved by then, when it was out by then: a scheduled story's snapshot has its
    time. What came from elsewhere is known from its arrival here on.
    """
    last = (
        Revision.objects.filter(article=article.story, is_working=False, created_at__lte=moment)
        .order_by("-number")
        .first()
    )
    if last is None or last.status != Status.PUBLISHED:
        return None
    began, ended = (_moment(last.snapshot.get(key)) for key in ("publish_at", "unpublish_at"))
    is_out = began is None or began <= moment
    return last if is_out and (ended is None or ended > moment) else None


def _moment(text: str | None) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None
