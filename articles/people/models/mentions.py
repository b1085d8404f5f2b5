"""What reporters said to the names that were found in a text."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .organisations import Organisation
from .persons import Person


class MentionVerdict(models.Model):
    """That a name found in a story was taken into its register, and as whom, or was refused.

    A refused one is not offered again for that story; whom a printed name was taken for is
    offered first the next time it is read. `name_key` is `names.name_key` of the printed name, or
    the folded words of a delegation or a group; `office_key` are the folded words of the office.
    """

    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        related_name="mention_verdicts",
    )
    name_key = models.CharField(max_length=200)
    office_key = models.CharField(max_length=200, blank=True)
    is_accepted = models.BooleanField(_("accepted"))
    person = models.ForeignKey(
        Person,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        related_name="mention_verdicts",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        related_name="mention_verdicts",
    )
    decided_at = models.DateTimeField(_("decided"), db_default=Now())
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("name found in a text")
        verbose_name_plural = _("names found in texts")
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "name_key", "office_key"],
                name="articles_mentionverdict_once",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(organisation__isnull=True),
                name="articles_mentionverdict_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(is_accepted=True) | Q(person__isnull=True, organisation__isnull=True),
                name="articles_mentionverdict_refused_is_nobody",
            ),
        ]
        indexes = [
            # Whom this name was taken for before, latest first.
            models.Index(
                "name_key",
                F("decided_at").desc(),
                condition=Q(is_accepted=True),
                name="articles_mentionverdict_idx",
            ),
            # In how many stories this name was refused.
            models.Index(
                "name_key",
                condition=Q(is_accepted=False),
                name="articles_mention_refused_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.name_key
