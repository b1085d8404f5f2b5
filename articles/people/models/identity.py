"""What editors judged about who is who."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Now
from django.utils.translation import gettext_lazy as _

from ...choices import Verdict
from .persons import Person


class IdentityJudgement(models.Model):
    """That two entries are one person, or that they are two. Written by `people.identity` alone.

    A judgement is never changed or deleted (a trigger sees to it); it can be undone, and stays
    readable then. Of "same", `person` is the entry that gave way to `other`; for "different" the
    order says nothing. Standing judgements of "same" make a forest: an entry gives way once, and
    `Person.merged_into` is the root of its tree.
    """

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="judgements"
    )
    other = models.ForeignKey(
        Person, verbose_name=_("other person"), on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict)
    note = models.CharField(_("why"), max_length=300, blank=True)
    judged_at = models.DateTimeField(_("judged"), db_default=Now(), editable=False)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("judged by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        ordering = ["-judged_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("other")), name="articles_judgement_of_two"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="articles_judgement_verdict_known"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=False) | Q(undone_by__isnull=True),
                name="articles_judgement_undone_has_time",
            ),
            models.UniqueConstraint(
                Least("person", "other"),
                Greatest("person", "other"),
                condition=Q(undone_at__isnull=True),
                name="articles_judgement_pair_once",
                violation_error_message=_("These two were judged already."),
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(undone_at__isnull=True, verdict=Verdict.SAME),
                name="articles_judgement_gives_way_once",
                violation_error_message=_("This entry gave way to another one already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_verdict_display()} · {self.other}"
