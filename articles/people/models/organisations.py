"""Institutions: offices of government, councils, schools, companies, clubs."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from pagecache.recording import Recorded

from ...addresses import path_of
from ..querysets import OrganisationQuerySet


class Organisation(Recorded, models.Model):
    """An institution: an office of government, a council, a school, a company, a club."""

    RECORDED_AS = "organisation"

    name = models.CharField(_("name"), max_length=160)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
    )
    place = models.ForeignKey(
        "articles.Place",
        verbose_name=_("place"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
    )
    note = models.TextField(_("note"), blank=True, help_text=_("A line for the public page."))
    is_public = models.BooleanField(_("has a public page"), default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "id"]
        indexes = [
            GinIndex(
                SearchVector("name", "short_name", config="simple"),
                name="articles_org_words_idx",
            ),
            models.Index(Upper("name"), name="articles_org_upper_idx"),
            models.Index(Upper("short_name"), name="articles_org_upper_short_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="articles_organisation_named",
                violation_error_message=_("An organisation has a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_of("organisation", self.slug)


class OrganisationAlias(models.Model):
    """Another name or an abbreviation under which an organisation is found."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("other name or abbreviation"), max_length=160)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["name", "id"]
        indexes = [
            GinIndex(SearchVector("name", config="simple"), name="articles_orgalias_words_idx"),
            models.Index(Upper("name"), name="articles_orgalias_upper_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="articles_organisationalias_unique",
                violation_error_message=_("This name is noted already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
