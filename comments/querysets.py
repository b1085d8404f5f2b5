"""Which comments readers see, and in which order."""

from __future__ import annotations

from django.db import models
from django.db.models import F

from .choices import WAITING


class CommentQuerySet(models.QuerySet):
    def visible(self) -> CommentQuerySet:
        """What readers see of a public story and what is counted: shown, under nothing hidden.

        Whether the story itself is public is said by `ArticleQuerySet.published()`.
        """
        return self.filter(is_shown=True)

    def listed(self) -> CommentQuerySet:
        """What has a line in its thread: the visible ones, and the empty places above them."""
        return self.filter(is_listed=True)

    def queued(self) -> CommentQuerySet:
        """What a moderator has to look at: waiting or reported, the most urgent first."""
        return self.filter(queue_due_at__isnull=False).order_by("queue_due_at", "id")

    def waiting(self) -> CommentQuerySet:
        """What nobody has decided about yet, the most urgent first; reported ones apart."""
        return self.queued().filter(state__in=WAITING)

    def roots(self) -> CommentQuerySet:
        return self.filter(parent__isnull=True)

    def in_threads(self) -> CommentQuerySet:
        """Each comment directly before its answers; threads and answers oldest first."""
        return self.order_by(F("path"))
