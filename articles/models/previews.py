"""Addresses at which somebody without an account looks at a story that is not out."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .article import Article


class PreviewLink(models.Model):
    """One story, or one working copy, for whoever has the address; until a day, and until it is revoked.

    Made and ended by `articles.preview`. The key alone opens nothing: the address carries it under the
    server's secret.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="preview_links")
    key = models.CharField(max_length=43)
    expires_at = models.DateTimeField(_("works until"))
    created_at = models.DateTimeField(_("made"), db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    opened_at = models.DateTimeField(_("last opened"), null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="articles_previewlink_expires"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="articles_previewlink_revoked_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}, {self.expires_at:%Y-%m-%d}"
