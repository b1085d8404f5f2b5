"""Whether a story takes comments, how many are shown, and the rules for all stories."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.choices import Kind
from articles.models import Article

from ..choices import Openness


class Discussion(models.Model):
    """The comments of one story, taken together. The database makes the row with the first one.

    Its lock (`SELECT … FOR UPDATE`) is taken before any comment of the story changes its state,
    so that `shown_count` and what stands under a hidden comment are exact at every moment.
    """

    article = models.OneToOneField(
        Article,
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="discussion",
    )
    shown_count = models.PositiveIntegerField(
        _("shown comments"), default=0, db_default=0, editable=False
    )
    openness = models.CharField(
        _("takes comments"),
        max_length=10,
        choices=Openness,
        default=Openness.DEFAULT,
        db_default=Openness.DEFAULT,
    )

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        indexes = [
            # The desk's list of what was opened or closed by hand, newest first.
            models.Index(
                "openness",
                F("article").desc(),
                condition=~Q(openness="default"),
                name="comments_openness_idx",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(openness__in=Openness.values), name="comments_discussion_openness_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.article)


class Policy(models.Model):
    """The rules of the house for comments; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_open = models.BooleanField(
        _("stories take comments"),
        default=True,
        help_text=_("Untick it to close all discussions at once; what is shown stays."),
    )
    closed_kinds = ArrayField(
        models.CharField(max_length=20, choices=Kind),
        verbose_name=_("kinds of stories without comments"),
        default=list,
        blank=True,
    )
    closes_after_days = models.PositiveSmallIntegerField(
        _("closes after days"),
        null=True,
        blank=True,
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("Counted from publication. Empty: discussions stay open."),
    )
    sections_shown_first = models.ManyToManyField(
        "articles.Section",
        verbose_name=_("sections where comments are shown before review"),
        blank=True,
        related_name="+",
        help_text=_(
            "Only comments that no check objects to; they stay in the queue. Elsewhere, and for "
            "accounts that are always reviewed, nothing is shown before a moderator approved it."
        ),
    )
    hold_score = models.FloatField(
        _("spam score that holds a comment"),
        default=0.2,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("From 0 to 1. Matters where comments are shown before review."),
    )
    spam_score = models.FloatField(
        _("spam score that sorts a comment into spam"),
        default=0.98,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("From 0 to 1. Such comments wait in the spam folder; their authors are told."),
    )

    class Meta:
        verbose_name = _("rules for comments")
        verbose_name_plural = _("rules for comments")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="comments_policy_is_one"),
            models.CheckConstraint(
                condition=Q(hold_score__range=(0, 1), spam_score__range=(0, 1)),
                name="comments_policy_scores_range",
            ),
            models.CheckConstraint(
                condition=Q(hold_score__lte=models.F("spam_score")),
                name="comments_policy_scores_ordered",
                violation_error_message=_("The score for spam is at least the one that holds."),
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> Policy:
        """The one row, or its defaults before anybody has changed them."""
        return cls.objects.first() or cls()

    def closes_at(self, article: Article) -> datetime.datetime | None:
        """When the story's discussion closes by itself; None where it does not."""
        if self.closes_after_days is None or article.publish_at is None:
            return None
        return article.publish_at + datetime.timedelta(days=self.closes_after_days)

    def is_open_for(self, article: Article, openness: str = Openness.DEFAULT) -> bool:
        """Whether this story takes comments now; `openness` is its discussion's own setting."""
        if not article.is_published or openness == Openness.CLOSED:
            return False
        if openness == Openness.OPEN:
            return True
        closes_at = self.closes_at(article)
        is_over = closes_at is not None and closes_at <= timezone.now()
        return self.is_open and article.kind not in self.closed_kinds and not is_over


class Ban(models.Model):
    """An account that may not comment or report, for a time or (`until` empty) for ever."""

    NAMES_A_READER = True

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="bans",
    )
    # A keyed hash of the address, so that deleting the account and returning does not lift it.
    email_hash = models.CharField(max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=300, help_text=_("The reader is told this."))
    started_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("lifted by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        ordering = ["-started_at", "-id"]
        indexes = [
            # Whether an address is banned, asked with every comment.
            models.Index(fields=["email_hash"], name="comments_ban_email_idx"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="comments_ban_has_reason"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("started_at")),
                name="comments_ban_ends_after_start",
                violation_error_message=_("A ban ends after it began."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="comments_ban_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reader or _("deleted account"))

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None and (self.until is None or self.until > timezone.now())
