"""What waits for moderators, and what is wrong with the discussions."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments import counts, deadlines, queue
from comments.models import Comment, Report

from .lines import SHOWN, Panel, Row


def comments() -> Iterator[Panel]:
    """What moderators have to look at; counted no further than "200+"."""
    queue_url = reverse("admin:comments_comment_queue")
    reports = (
        Report.objects.filter(handled_at=None)
        .select_related("comment__article")
        .defer("comment__article__body", "comment__article__search")
        .order_by("due_at", "id")
    )
    found = list(reports[: SHOWN + 1])
    if found:
        yield Panel(
            key="reports",
            title=_("Reports by readers"),
            rows=[
                Row(
                    title=report.comment.article.headline,
                    url=f"{queue_url}?tab=reported&c={report.comment_id}",
                    facts=[deadlines.in_words(report.due_at), report.get_reason_display()],
                )
                for report in found[:SHOWN]
            ],
            more_url=f"{queue_url}?tab=reported",
            has_more=len(found) > SHOWN,
            is_urgent=found[0].is_overdue,
        )
    queued = Comment.objects.queued()
    oldest = queued.values_list("queue_due_at", flat=True).first()
    if oldest is None:
        yield Panel("comments", _("Comments"), [], empty=_("No comment waits for a decision."))
        return
    number = queued.order_by()[: queue.COUNTED + 1].values("pk").count()
    words_for = ngettext(
        "%(count)s comment to decide about", "%(count)s comments to decide about", number
    )
    printed = f"{queue.COUNTED}+" if number > queue.COUNTED else str(number)
    is_late = oldest <= timezone.now()
    since = queued.order_by("created_at").values_list("created_at", flat=True)[:1]
    yield Panel(
        "comments",
        _("Comments"),
        [
            Row(
                title=words_for % {"count": printed},
                url=queue_url,
                facts=[
                    _("the most urgent: %(due)s") % {"due": deadlines.in_words(oldest)},
                    *[
                        _("the oldest for %(time)s") % {"time": timesince(moment, depth=1)}
                        for moment in since
                    ],
                ],
            )
        ],
        is_urgent=is_late,
    )


def wrong_counts() -> Iterator[Panel]:
    """The nightly recount found something, which nothing should ever cause."""
    if counts.is_alarmed():
        yield Panel(
            "wrong-counts",
            _("Counts of comments are wrong"),
            [
                Row(
                    title=_("The nightly recount found a difference"),
                    url="",
                    facts=[_("“manage.py recount_comments” says which; tell the developers.")],
                )
            ],
            is_urgent=True,
        )
