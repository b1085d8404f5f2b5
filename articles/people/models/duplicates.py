"""Which entries may be one person: found by night, judged by editors."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .persons import Person


class DuplicatePair(models.Model):
    """Two standing entries that look alike, with why; `people.suspects` writes them anew each night.

    Kept so that the desk's first page and the review list cost an index look-up, and not a
    comparison of everybody with everybody. A row decides nothing and nothing refers to it: once
    the two were judged it is gone.
    """

    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    is_strong = models.BooleanField(_("likely"))
    # In hundredths; only the order of the list.
    score = models.PositiveSmallIntegerField(_("likeness"))
    # [reason] or [reason, number]; `people.duplicates.Reason` says which there are.
    reasons = models.JSONField(_("why"), default=list)
    later_until = models.DateField(_("not before"), null=True)

    class Meta:
        verbose_name = _("likely duplicate")
        verbose_name_plural = _("likely duplicates")
        ordering = ["-is_strong", "-score", "one", "other"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="articles_duplicatepair_once"),
            models.CheckConstraint(
                condition=Q(one__lt=F("other")), name="articles_duplicatepair_in_order"
            ),
        ]
        indexes = [
            models.Index(
                F("is_strong").desc(),
                F("score").desc(),
                "one",
                "other",
                name="articles_duplicatepair_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} ~ {self.other}"
