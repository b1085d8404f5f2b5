"""What editors put on the front page, and from when; which of it counts is asked of the clock."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..choices import FrontSlot
from .article import Article


class FrontLayout(models.Model):
    """An arrangement of the front page. The newest that has begun is the one that readers see.

    Layouts are only added: the older ones are the history, and one to come is the schedule. Door:
    `articles.front`. A slot that is empty, or whose story is not public, fills itself.
    """

    starts_at = models.DateTimeField(_("from"))
    note = models.CharField(_("why"), max_length=300, blank=True)
    is_cancelled = models.BooleanField(
        _("cancelled"),
        default=False,
        help_text=_("Of a schedule that was given up before its time."),
    )
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("cancelled by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("arranged"), db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("arranged by"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")
        ordering = ["-starts_at", "-id"]
        indexes = [
            models.Index(
                F("starts_at").desc(),
                F("id").desc(),
                condition=Q(is_cancelled=False),
                name="articles_frontlayout_idx",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_cancelled=False, cancelled_by__isnull=True)
                | Q(is_cancelled=True, cancelled_by__isnull=False),
                name="articles_frontlayout_cancelled_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class FrontPlacement(models.Model):
    """A story in a slot of one layout, until a time or until another layout."""

    layout = models.ForeignKey(FrontLayout, on_delete=models.CASCADE, related_name="placements")
    slot = models.CharField(_("slot"), max_length=9, choices=FrontSlot)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    article = models.ForeignKey(
        Article, verbose_name=_("story"), on_delete=models.CASCADE, related_name="front_placements"
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("place on the front page")
        verbose_name_plural = _("places on the front page")
        ordering = ["slot", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["layout", "article"],
                name="articles_frontplacement_story_once",
                violation_error_message=_("The story stands on this front page already."),
            ),
            models.UniqueConstraint(
                fields=["layout", "slot", "position"], name="articles_frontplacement_slot_once"
            ),
            models.CheckConstraint(
                condition=Q(slot__in=FrontSlot.values), name="articles_frontplacement_slot_known"
            ),
            models.CheckConstraint(
                condition=~Q(slot="lead") | Q(position=0),
                name="articles_frontplacement_one_lead",
                violation_error_message=_("One story leads."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_slot_display()} {self.position + 1}"


class BreakingNews(models.Model):
    """A line above every page, with an end. The newest that runs is the one that stands there.

    Door: `articles.front`. A line is not rewritten: a better one takes its place.
    """

    text = models.CharField(_("text"), max_length=140)
    article = models.ForeignKey(
        Article,
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Where the line leads, once the story is public."),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(
        _("taken down"),
        null=True,
        blank=True,
        help_text=_("Before its end, or before it began."),
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken down by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("entered"), db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("breaking news")
        verbose_name_plural = _("breaking news")
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["ends_at"], name="articles_breakingnews_end_idx")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="articles_breakingnews_has_an_end",
                violation_error_message=_("Breaking news ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="articles_breakingnews_says_something"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="articles_breakingnews_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text
