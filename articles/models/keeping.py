"""What is kept of people at work on a story: texts not saved yet, saves that came too late, who is there."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class KeptText(models.Model):
    """What stands in an open form, sent by itself while somebody writes. Door: `articles.keeping`.

    No revision, no part of the story, and gone once the form is saved. The story is not a foreign key of the
    database: keeping a text must wait for nobody who has locked the story, and nobody for it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.CASCADE,
        related_name="kept_texts",
    )
    tab = models.CharField(max_length=36, help_text="The open form, by a name that it made itself.")
    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("story"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="kept_texts",
        help_text="Null while the story was never saved.",
    )
    seen_version = models.PositiveIntegerField(null=True)
    written = models.BigIntegerField(
        default=0,
        help_text="When it was typed, by the form's own clock, which never goes back: an older text never "
        "takes the place of a newer one, however late it arrives.",
    )
    values = models.JSONField(
        _("contents"),
        null=True,
        help_text='As the form reads them: {"fields": {…}, "rows": {prefix: [{…}]}}. Null once the form was '
        "saved or the text given up: what arrives after that, and was written before, is not kept again.",
    )
    kept_at = models.DateTimeField(_("kept"), db_default=Now())

    class Meta:
        verbose_name = _("kept text")
        verbose_name_plural = _("kept texts")
        ordering = ["-kept_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "tab"], name="articles_kepttext_once_a_form"),
            models.CheckConstraint(condition=~Q(tab=""), name="articles_kepttext_names_its_form"),
        ]
        indexes = [models.Index(fields=["kept_at"], name="articles_kepttext_old_idx")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.tab}"


class LateSave(models.Model):
    """A save that met a newer version: whole, until its writer has chosen. Door: `articles.versions`."""

    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        related_name="late_saves",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.CASCADE,
        related_name="late_saves",
    )
    snapshot = models.JSONField(_("contents"), help_text="What would have been saved.")
    seen_version = models.PositiveIntegerField(help_text="The version that the form began with.")
    tab = models.CharField(max_length=36, blank=True)
    note = models.CharField(_("why"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("kept"), db_default=Now())

    class Meta:
        verbose_name = _("late save")
        verbose_name_plural = _("late saves")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.article_id} {self.user_id}"

    @property
    def kept_until(self) -> datetime.datetime:
        """When it goes, undecided as it is; the nightly job after that takes it."""
        return self.created_at + datetime.timedelta(days=settings.LATE_SAVES_KEPT_DAYS)


class Presence(models.Model):
    """That somebody has a story open: since when, and when the form last said so."""

    article = models.ForeignKey(
        "articles.Article",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="presences",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences"
    )
    tab = models.CharField(max_length=36)
    opened_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        ordering = ["opened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "user", "tab"], name="articles_presence_once_a_form"
            ),
            models.CheckConstraint(condition=~Q(tab=""), name="articles_presence_names_its_form"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.user_id}"
