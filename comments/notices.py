"""Who is told what, once the moment to take a decision back has passed."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.absolute import absolute

from . import mails
from .choices import SHOWN, Action, Reason, ReportOutcome, State
from .models import Comment, ModerationEvent, Report


def address_of(comment: Comment) -> str:
    """The comment's own address, which leads to its thread."""
    from django.urls import reverse

    return absolute(reverse("comments:comment", args=[comment.pk]))


def tell_of_decision(event: ModerationEvent) -> None:
    """Tell the author, and those who reported, unless the decision was taken back or followed by another."""
    comment = event.comment
    deciding = comment.events.filter(action__in=[Action.DECIDED, Action.UNDONE, Action.ERASED])
    last = deciding.last()
    if last is None or last.pk != event.pk:
        return
    _tell_author(event)
    for report in comment.reports.filter(handled_at=event.created_at).select_related("by"):
        tell_of_report(report)
    if comment.state in SHOWN:
        tell_of_reply(comment)


def _tell_author(event: ModerationEvent) -> None:
    comment, author = event.comment, event.comment.author
    if author is None or not author.is_active or not _wants(author, "is_told_of_decisions"):
        return
    if event.to_state == event.from_state:
        return  # somebody agreed with what stood there
    if event.to_state == State.APPROVED and event.from_state in SHOWN:
        return  # nothing changed for its readers
    subjects = {
        State.APPROVED: _("Your comment is shown"),
        State.REJECTED: _("Your comment is not shown"),
        State.SPAM: _("Your comment was taken for spam"),
    }
    mails.send(
        author,
        "decision",
        subjects[State(event.to_state)],
        {
            "state": event.to_state,
            # "Another reason" says nothing where the moderator wrote which.
            "reason": ""
            if event.reason == Reason.OTHER and event.note
            else event.get_reason_display(),
            "note": mails.quoted(event.note),
            "quote": mails.quoted(comment.body),
            "headline": comment.article.headline,
            "url": address_of(comment) if comment.is_shown else "",
        },
    )


def tell_of_report(report: Report) -> None:
    """Tell whoever reported a comment what became of it."""
    reader = report.by
    if reader is None or not reader.is_active or not _wants(reader, "is_told_of_reports"):
        return
    mails.send(
        reader,
        "report",
        _("What became of your report"),
        {
            "outcome": report.outcome,
            "is_upheld": report.outcome == ReportOutcome.UPHELD,
            "is_kept": report.outcome == ReportOutcome.KEPT,
            "headline": report.comment.article.headline,
            # In the middle of a sentence; the rest may hold capitals that stay.
            "reason": report.get_reason_display()[:1].lower() + report.get_reason_display()[1:],
        },
    )


def tell_of_reply(comment: Comment) -> None:
    """Tell the author of the comment that this one answers; once, and only while both are shown."""
    parent = comment.parent
    if not comment.is_shown or parent is None or not parent.is_shown:
        return
    if not comment.article.is_published:
        return  # the answer could not be read
    reader = parent.author
    if reader is None or reader.pk == comment.author_id or not reader.is_active:
        return
    if not _wants(reader, "is_told_of_replies"):
        return
    if not Comment.objects.filter(pk=comment.pk, reply_told_at=None).update(
        reply_told_at=timezone.now()
    ):
        return
    mails.send(
        reader,
        "reply",
        _("Somebody answered your comment"),
        {
            "from_name": mails.quoted(comment.author_name),
            "quote": mails.quoted(comment.body),
            "headline": comment.article.headline,
            "url": address_of(comment),
        },
    )


def _wants(user: object, choice: str) -> bool:
    reader = getattr(user, "reader", None)
    return reader is not None and bool(getattr(reader, choice))
