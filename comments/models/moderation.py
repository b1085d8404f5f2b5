"""What is kept of every decision: events, the checks before them, readers' reports, word lists."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..choices import Action, Reason, ReportOutcome, ReportReason, State, WordList
from .comment import Comment

# Press Council guidelines, point 3f: acted on at the latest 2 x 24 hours after the complaint.
REPORT_DEADLINE = datetime.timedelta(hours=48)


class ModerationEvent(models.Model):
    """One thing that happened to a comment. The comment's row shows the last one's result.

    Rows are only ever added; the database refuses anything else, but for the name of a deleted
    account, which goes. `by` is empty for a rule (`rule` names it) and for deleted accounts.
    """

    comment = models.ForeignKey(
        Comment, verbose_name=_("comment"), on_delete=models.CASCADE, related_name="events"
    )
    created_at = models.DateTimeField(_("time"), db_default=Now())
    action = models.CharField(_("what"), max_length=10, choices=Action)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    rule = models.CharField(_("rule"), max_length=40, blank=True)
    from_state = models.CharField(_("from"), max_length=10, choices=State, blank=True)
    to_state = models.CharField(_("to"), max_length=10, choices=State)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("event of a comment")
        verbose_name_plural = _("events of comments")
        ordering = ["id"]
        indexes = [
            # A month's figures, and what a moderator did.
            models.Index(fields=["created_at", "action"], name="comments_event_time_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=Action.values), name="comments_event_action_known"
            ),
            models.CheckConstraint(
                condition=Q(to_state__in=State.values)
                & (Q(from_state="") | Q(from_state__in=State.values)),
                name="comments_event_states_known",
            ),
            models.CheckConstraint(
                condition=Q(from_state="", action="received")
                | (~Q(from_state="") & ~Q(action="received")),
                name="comments_event_begins_once",
            ),
            models.UniqueConstraint(
                fields=["comment"],
                condition=Q(action="received"),
                name="comments_event_received_once",
            ),
            models.CheckConstraint(
                condition=Q(reason="") | Q(reason__in=Reason.values),
                name="comments_event_reason_known",
            ),
            models.CheckConstraint(
                condition=~Q(action="decided", to_state="rejected") | ~Q(reason=""),
                name="comments_event_rejected_with_reason",
                violation_error_message=_("A rejection needs a reason; its author is told it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.get_to_state_display()}"


class Screening(models.Model):
    """What the checks said of one text of a comment: "why is this here?".

    `verdicts` is a list of {"step", "outcome", "term", "detail", "ms"}, in the order in which
    the steps ran; `outcome` is where they sent the comment, `rule` the step that decided it.
    """

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="screenings")
    created_at = models.DateTimeField(_("time"), db_default=Now())
    outcome = models.CharField(_("outcome"), max_length=10, choices=State)
    rule = models.CharField(_("rule"), max_length=40, blank=True)
    score = models.FloatField(_("spam score"), null=True)
    verdicts: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        verbose_name = _("check of a comment")
        verbose_name_plural = _("checks of comments")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 1)),
                name="comments_screening_score_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({self.rule})"


class Report(models.Model):
    """A reader's complaint about a comment: a case with a deadline of 48 hours."""

    comment = models.ForeignKey(
        Comment, verbose_name=_("comment"), on_delete=models.CASCADE, related_name="reports"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="comment_reports",
    )
    reason = models.CharField(_("reason"), max_length=20, choices=ReportReason)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due"), editable=False)
    handled_at = models.DateTimeField(_("handled"), null=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handled by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=ReportOutcome, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("report of a reader")
        verbose_name_plural = _("reports of readers")
        ordering = ["due_at", "id"]
        indexes = [
            # Open cases, the most urgent first.
            models.Index(
                fields=["due_at", "id"],
                condition=Q(handled_at__isnull=True),
                name="comments_report_open_idx",
            ),
            # A month's figures.
            models.Index(fields=["created_at"], name="comments_report_time_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "by"],
                name="comments_report_once_each",
                violation_error_message=_("You have reported this comment already."),
            ),
            models.CheckConstraint(
                condition=Q(reason__in=ReportReason.values), name="comments_report_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(due_at__lte=F("created_at") + REPORT_DEADLINE),
                name="commentsreport_due_in_time",
            ),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, outcome="", handled_by__isnull=True)
                | Q(handled_at__isnull=False, outcome__in=ReportOutcome.values),
                name="comments_report_handled_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.comment_id})"

    @property
    def is_overdue(self) -> bool:
        return self.handled_at is None and self.due_at <= timezone.now()


class Word(models.Model):
    """A word or phrase that comments are searched for, whatever letters it hides behind."""

    term = models.CharField(
        _("word or phrase"),
        max_length=80,
        help_text=_(
            "Spaced letters, digits and look-alikes are seen through. A * at the end also finds "
            "longer words."
        ),
    )
    # `comments.words.key_of(term)`: what the search compares.
    key = models.CharField(max_length=80, editable=False)
    list = models.CharField(_("effect"), max_length=10, choices=WordList, default=WordList.HOLD)
    is_harsh = models.BooleanField(
        _("harsh"),
        default=False,
        help_text=_("Comments with it are blurred in the queue until somebody wants to see them."),
    )
    is_active = models.BooleanField(
        _("in force"), default=False, help_text=_("Try it on the last 90 days first.")
    )
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("word lists")
        ordering = ["term"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="comments_word_unique",
                violation_error_message=_(
                    "This word is on a list already, perhaps spelt otherwise."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(key="*"),
                name="comments_word_has_key",
                violation_error_message=_("A word needs at least one letter or digit."),
            ),
            models.CheckConstraint(
                condition=Q(list__in=WordList.values), name="comments_word_list_known"
            ),
        ]

    def __str__(self) -> str:
        return self.term
