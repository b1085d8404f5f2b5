"""Which comments readers see, and in which order."""

from __future__ import annotations

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef

from .choices import HIDING, State


class CommentQuerySet(models.QuerySet):
    def visible(self) -> CommentQuerySet:
        """What the public may see and what is counted: approved, under nothing that is hidden."""
        comment = apps.get_model("comments", "Comment")
        stands_above = models.Func(
            F("pk"),
            OuterRef("path"),
            template="(%(expressions)s))",
            arg_joiner=" = ANY (",
            output_field=models.BooleanField(),
        )
        hidden_ancestor = comment.objects.filter(stands_above, state__in=HIDING)
        return self.filter(~Exists(hidden_ancestor), state=State.APPROVED)

    def waiting(self) -> CommentQuerySet:
        """What a moderator has to look at, longest first."""
        return self.filter(state=State.PENDING).order_by("created_at", "id")

    def roots(self) -> CommentQuerySet:
        return self.filter(parent__isnull=True)

    def in_threads(self) -> CommentQuerySet:
        """Each comment directly before its answers; threads and answers oldest first."""
        return self.order_by(F("path"))
