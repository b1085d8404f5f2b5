"""The issue of a day, what stands in it, and one row for each letter."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Correction, Section
from pagecache.recording import Recorded

from ..choices import MADE, DeliveryState, EntryKind, IssueState
from .subscribers import Subscriber

LONGEST_GREETING = 300
_NOT_MADE = [state for state in IssueState.values if state not in MADE]


class IssueQuerySet(models.QuerySet["Issue"]):
    def made(self) -> IssueQuerySet:
        """Those that are frozen, and so stand on the site."""
        return self.filter(made_at__isnull=False)


class Issue(Recorded, models.Model):
    """What goes out on one day, at most once; moved by `newsletter.issues` and `newsletter.sending` alone.

    Before it is made it only has what editors said about it. When it is made its entries, its subject and its
    letters are written with it, and the database lets nothing of that be changed (a trigger).
    """

    RECORDED_AS = "issue"

    day = models.DateField(_("day"), unique=True, help_text=_("On the publication's clock."))
    state = models.CharField(
        _("state"),
        max_length=7,
        choices=IssueState,
        default=IssueState.PLANNED,
        editable=False,
    )
    greeting = models.CharField(
        _("greeting"),
        max_length=LONGEST_GREETING,
        blank=True,
        help_text=_("A line or two above the stories, from the newsroom to its readers."),
    )
    subject = models.CharField(_("subject"), max_length=300, blank=True, editable=False)
    # The span whose stories stand in it: after `since`, up to `until`.
    since = models.DateTimeField(null=True, editable=False)
    until = models.DateTimeField(null=True, editable=False)
    made_at = models.DateTimeField(_("made"), null=True, editable=False)
    # When the next letters may go: also what keeps two workers from sending at twice the pace.
    next_batch_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(_("sent until"), null=True, editable=False)
    # Counted by the job that sends, for the desk; the truth is in the deliveries.
    recipients = models.PositiveIntegerField(_("recipients"), default=0, editable=False)
    sent = models.PositiveIntegerField(default=0, editable=False)
    failed = models.PositiveIntegerField(default=0, editable=False)
    unknown = models.PositiveIntegerField(default=0, editable=False)
    dropped = models.PositiveIntegerField(default=0, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("last word by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-day"]
        permissions = [("edit_issue", _("Can greet in, hold back, skip and stop issues"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=IssueState.values), name="newsletter_issue_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_NOT_MADE, made_at__isnull=True, recipients=0)
                | Q(
                    ~Q(subject=""),
                    state__in=MADE,
                    made_at__isnull=False,
                    since__isnull=False,
                    until__isnull=False,
                ),
                name="newsletter_issue_made_whole",
                violation_error_message=_("An issue that is made has a subject and its times."),
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__gt=F("since")),
                name="newsletter_issue_since_before_until",
            ),
            models.CheckConstraint(
                condition=Q(state=IssueState.SENT, ended_at__isnull=False)
                | Q(~Q(state=IssueState.SENT), ended_at__isnull=True),
                name="newsletter_issue_ended_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(recipients__gte=F("sent") + F("failed") + F("unknown") + F("dropped")),
                name="newsletter_issue_counts_fit",
            ),
        ]
        indexes = [
            # /buletin/ and an issue's neighbours, newest first by keyset.
            models.Index(
                fields=["-made_at", "-id"],
                condition=Q(made_at__isnull=False),
                name="newsletter_made_idx",
            ),
            # The sweep; nearly always empty.
            models.Index(
                fields=["id"],
                condition=Q(state__in=["sending", "stopped"]),
                name="newsletter_under_way_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        day = self.day
        return reverse("newsletter:issue", args=[day.year, day.month, day.day])

    @property
    def is_made(self) -> bool:
        return self.made_at is not None

    @property
    def waiting(self) -> int:
        """Letters that had no end when they were last counted."""
        return self.recipients - self.sent - self.failed - self.unknown - self.dropped


class Entry(models.Model):
    """A story or a correction in an issue, in its place, with the words that the letters print.

    The site shows the words of today instead: whoever opens it later gets what was corrected since.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="entries")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=EntryKind)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    correction = models.ForeignKey(
        Correction, on_delete=models.PROTECT, null=True, related_name="+"
    )
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    headline = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    # Above the headline: a paid story's word with who paid; of a correction what it is.
    label = models.CharField(max_length=200, blank=True)
    was_protected = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("entry of an issue")
        verbose_name_plural = _("entries of issues")
        ordering = ["issue", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "position"], name="newsletter_entry_position_unique"
            ),
            models.UniqueConstraint(
                fields=["issue", "article"],
                condition=Q(correction__isnull=True),
                name="newsletter_entry_story_once",
            ),
            models.UniqueConstraint(
                fields=["issue", "correction"],
                condition=Q(correction__isnull=False),
                name="newsletter_entry_correction_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EntryKind.values), name="newsletter_entry_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="lead", position=0) | Q(~Q(kind="lead"), position__gt=0),
                name="newsletter_entry_lead_first",
            ),
            models.CheckConstraint(
                condition=Q(kind="correction", correction__isnull=False)
                | Q(~Q(kind="correction"), correction__isnull=True),
                name="newsletter_entry_correction_named",
            ),
        ]

    def __str__(self) -> str:
        return self.headline


class Delivery(models.Model):
    """One letter: an issue to a subscriber, once. Its state is moved by `newsletter.sending` alone.

    Deleted a while after the issue (newsletter.retention); the issue keeps its figures.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    state = models.CharField(max_length=7, choices=DeliveryState, default=DeliveryState.WAITING)
    due_at = models.DateTimeField(db_default=Now())
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # What the server said, without the address.
    last_error = models.CharField(max_length=300, blank=True)
    # It failed because the server knows no such address; counted when the issue has ended.
    is_address_unknown = models.BooleanField(db_default=False)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "subscriber"], name="newsletter_delivery_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="newsletter_delivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "taken"], ended_at__isnull=True)
                | Q(~Q(state__in=["waiting", "taken"]), ended_at__isnull=False),
                name="newsletter_delivery_ended_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(taken_at__isnull=False),
                name="newsletter_delivery_taken_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "unknown"]) | ~Q(last_error=""),
                name="newsletter_delivery_trouble_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(is_address_unknown=False) | Q(state="failed"),
                name="newsletter_delivery_unknown_address_failed",
            ),
        ]
        indexes = [
            # The next letter of an issue.
            models.Index(
                fields=["issue", "due_at", "id"],
                condition=Q(state="waiting"),
                name="newsletter_next_letter_idx",
            ),
            # The sweep; nearly always empty.
            models.Index(
                fields=["taken_at"], condition=Q(state="taken"), name="newsletter_in_hand_idx"
            ),
            # The desk: what went wrong with an issue.
            models.Index(
                fields=["issue", "id"],
                condition=Q(state__in=["failed", "unknown"]),
                name="newsletter_trouble_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} → {self.subscriber_id}"
