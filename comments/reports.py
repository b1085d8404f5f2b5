"""Readers' complaints: one per person and comment, due 48 hours later, none of them hides anything."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from . import bans, moderation
from .choices import Action, ReportReason, State
from .folding import fold
from .models import REPORT_DEADLINE, Comment, Report
from .submission import clean_text

if TYPE_CHECKING:
    from accounts.models import User

A_DAY = datetime.timedelta(hours=24)
A_DAY_AT_MOST = 30


class NotTaken(Exception):
    """Why a report was not taken, as a sentence for the reader."""


def report(comment: Comment, *, by: User, reason: str, note: str = "") -> Report:
    """Open a case; the comment comes (back) into the moderators' queue and stays shown.

    Raises NotTaken.
    """
    note = clean_text(note)
    # Only what the eye sees is a word.
    if not fold(note):
        note = ""
    if reason not in ReportReason.values:
        raise NotTaken(_("Choose what is wrong with the comment."))
    if reason == ReportReason.OTHER and not note:
        raise NotTaken(_("Say in a few words what is wrong with the comment."))
    if ban := bans.ban_in_force(by):
        raise NotTaken(bans.told(ban))
    if comment.author_id == by.pk:
        raise NotTaken(_("This is your own comment; you can remove it on your page."))
    lately = Report.objects.filter(by=by, created_at__gt=timezone.now() - A_DAY)
    if lately[:A_DAY_AT_MOST].count() == A_DAY_AT_MOST:
        raise NotTaken(_("That were many reports for one day. Write to the newsroom instead."))
    with moderation.locked(comment.article_id):
        comment.refresh_from_db()
        if not comment.is_shown:
            raise NotTaken(_("This comment is not shown any more."))
        if comment.reports.filter(by=by).exists():
            raise NotTaken(_("You have reported this comment already."))
        now = timezone.now()
        row = Report.objects.create(
            comment=comment,
            by=by,
            reason=reason,
            note=note[:500],
            created_at=now,
            due_at=now + REPORT_DEADLINE,
        )
        due = moderation.queue_due(comment, State(comment.state))
        Comment.objects.filter(pk=comment.pk).update(queue_due_at=due, revision=F("revision") + 1)
        comment.refresh_from_db(fields=["queue_due_at", "revision"])
        moderation.record(comment, Action.REPORTED, from_state=comment.state, by=by)
    return row
