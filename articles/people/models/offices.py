"""Offices, and who held which when."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pagecache.recording import Recorded

from ...choices import DatePrecision, TenureKind
from .organisations import Organisation
from .persons import Person


class Post(Recorded, models.Model):
    """An office, whoever holds it: "Wakil Bupati" of the regency's government."""

    RECORDED_AS = "post"

    title = models.CharField(pgettext_lazy("of an office", "title"), max_length=120)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="posts"
    )
    place = models.ForeignKey(
        "articles.Place",
        verbose_name=_("place"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
    )
    seats = models.PositiveSmallIntegerField(_("seats"), default=1)
    protocol_rank = models.PositiveSmallIntegerField(
        _("order of protocol"), default=500, help_text=_("Lower stands higher in a list.")
    )

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["protocol_rank", "title", "id"]
        indexes = [
            GinIndex(SearchVector("title", config="simple"), name="articles_post_words_idx"),
            models.Index(Upper("title"), name="articles_post_upper_idx"),
            # The desk's list, and where it goes on.
            models.Index(
                fields=["protocol_rank", "title", "id"], name="articles_post_in_order_idx"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "title"],
                name="articles_post_unique",
                violation_error_message=_("The organisation has this post already."),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="articles_post_titled"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="articles_post_has_a_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.title} – {self.organisation}"


class Tenure(Recorded, models.Model):
    """A person's time in a post. Times may overlap: several offices at once are common."""

    RECORDED_AS = "tenure"

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.CASCADE, related_name="tenures"
    )
    post = models.ForeignKey(
        Post, verbose_name=_("post"), on_delete=models.PROTECT, related_name="tenures"
    )
    kind = models.CharField(
        _("held as"), max_length=10, choices=TenureKind, default=TenureKind.DEFINITIVE
    )
    started_on = models.DateField(_("from"), null=True, blank=True)
    start_precision = models.CharField(
        _("exact to the"), max_length=7, choices=DatePrecision, default=DatePrecision.DAY
    )
    ended_on = models.DateField(_("until"), null=True, blank=True)
    end_precision = models.CharField(
        _("exact to the"), max_length=7, choices=DatePrecision, default=DatePrecision.DAY
    )

    class Meta:
        verbose_name = _("tenure")
        verbose_name_plural = _("tenures")
        ordering = [F("started_on").desc(nulls_last=True), "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on__isnull=True)
                | Q(ended_on__isnull=True)
                | Q(ended_on__gte=F("started_on")),
                name="articles_tenure_ends_after_start",
                violation_error_message=_("An office ends after it began."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=TenureKind.values), name="articles_tenure_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.printed_title}"

    @property
    def printed_title(self) -> str:
        """The office as a story prints it: "Plt. Kepala Dinas Pendidikan"."""
        acting = "" if self.kind == TenureKind.DEFINITIVE else f"{self.kind.capitalize()}. "
        return acting + self.post.title
