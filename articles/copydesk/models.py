"""What the newsroom taught its copy desk."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class WrongForm(models.Model):
    """A common wrong form and the right one, by the standard dictionary (KBBI) and EYD V.

    The table comes filled; editors add to it, and turn off what the house writes otherwise.
    """

    wrong = models.CharField(_("wrong"), max_length=60)
    right = models.CharField(_("right"), max_length=60)
    note = models.CharField(_("why"), max_length=120, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("wrong form")
        verbose_name_plural = _("wrong forms")
        ordering = ["wrong"]
        constraints = [
            models.UniqueConstraint(
                Lower("wrong"),
                name="articles_wrongform_unique",
                violation_error_message=_("This form is in the table already."),
            ),
            models.CheckConstraint(
                condition=~Q(wrong="") & ~Q(right="") & ~Q(wrong=F("right")),
                name="articles_wrongform_differs",
                violation_error_message=_("The right form differs from the wrong one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}"


class OwnWord(models.Model):
    """A word of the house that is always right: it is never found again, in any story."""

    word = models.CharField(_("word"), max_length=60)
    added_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("word of the house")
        verbose_name_plural = _("words of the house")
        ordering = ["word"]
        constraints = [
            models.UniqueConstraint(
                Lower("word"),
                name="articles_ownword_unique",
                violation_error_message=_("This word is in the list already."),
            ),
            models.CheckConstraint(condition=~Q(word=""), name="articles_ownword_is_written"),
        ]

    def __str__(self) -> str:
        return self.word


class ArchiveWord(models.Model):
    """In how many published stories a word stands, in small letters. Counted by a job.

    `near` is what the word is found by when somebody misspells it (`articles.misspelling`).
    """

    word = models.CharField(_("word"), max_length=60, primary_key=True)
    stories = models.PositiveIntegerField(_("stories"))
    near = ArrayField(models.TextField(), default=list, editable=False)

    class Meta:
        verbose_name = _("word of the archive")
        verbose_name_plural = _("words of the archive")
        ordering = ["word"]
        # /cari/: what was meant.
        indexes = [GinIndex(fields=["near"], name="articles_archiveword_near_idx")]

    def __str__(self) -> str:
        return self.word


class IgnoredFinding(models.Model):
    """That a finding of this kind, about these words, is of no use in this story."""

    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        related_name="ignored_findings",
    )
    kind = models.CharField(_("kind"), max_length=12)
    text = models.CharField(_("words"), max_length=200)
    ignored_at = models.DateTimeField(_("ignored"), db_default=Now(), editable=False)
    ignored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ignored by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("ignored finding")
        verbose_name_plural = _("ignored findings")
        ordering = ["-ignored_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "kind", "text"], name="articles_ignoredfinding_once"
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="articles_ignoredfinding_is_written",
                violation_error_message=_("A finding is about some words."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
