"""The pages of people and institutions, ready to be read: kept by the database itself."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ...choices import AppearsAs
from ..querysets import AppearanceQuerySet
from .organisations import Organisation
from .persons import Person


class Appearance(models.Model):
    """That somebody, or some institution, stands in the register of a story that is public.

    Triggers write these rows in the transaction of whatever changes a register, a story's state,
    an identity or an office (the migration that makes the table); nobody else does. There is one
    row per subject and story, under the strongest reason, for whom somebody is today: an entry
    that was merged has none. A scheduled story has its rows already, with a time to come, and one
    whose time is over keeps them: `published()` compares both times with the clock.
    """

    article = models.ForeignKey(
        "articles.Article",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="appearances",
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="appearances",
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="appearances",
    )
    appears_as = models.CharField(_("appears as"), max_length=11, choices=AppearsAs)
    at = models.DateTimeField(_("publication"))
    until = models.DateTimeField(_("public until"), null=True)

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        ordering = ["-at", "-article_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="articles_appearance_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(appears_as__in=AppearsAs.values),
                name="articles_appearance_as_known",
                violation_error_message=_("Nobody appears in a story in such a way."),
            ),
            models.UniqueConstraint(
                fields=["article", "person"],
                condition=Q(person__isnull=False),
                name="articles_appearance_person_once",
            ),
            models.UniqueConstraint(
                fields=["article", "organisation"],
                condition=Q(organisation__isnull=False),
                name="articles_appearance_organisation_once",
            ),
        ]
        indexes = [
            models.Index(
                "person",
                F("at").desc(),
                F("article_id").desc(),
                # Read without the table's rows, however many somebody has.
                include=["until"],
                condition=Q(person__isnull=False),
                name="articles_appearance_person_idx",
            ),
            models.Index(
                "person",
                "appears_as",
                F("at").desc(),
                F("article_id").desc(),
                include=["until"],
                condition=Q(person__isnull=False),
                name="articles_appearance_as_idx",
            ),
            models.Index(
                "organisation",
                F("at").desc(),
                F("article_id").desc(),
                include=["until"],
                condition=Q(organisation__isnull=False),
                name="articles_appearance_org_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.organisation}: {self.article_id}"
