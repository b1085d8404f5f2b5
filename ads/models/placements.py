"""Where advertisements stand, and the days on which some of them may not."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..choices import PageClass
from ..sizes import DESKTOP_CHOICES, DESKTOP_SIZES, PHONE_CHOICES, PHONE_SIZES


class Placement(models.Model):
    """A slot of the reader's pages. The templates name it by `key`; rows come with migrations.

    An empty size means that it does not stand on that kind of screen.
    """

    key = models.SlugField(_("key"), max_length=40, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    page_class = models.CharField(_("page"), max_length=10, choices=PageClass, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0, editable=False)
    phone_size = models.CharField(
        _("size on a phone"), max_length=7, choices=PHONE_CHOICES, blank=True
    )
    desktop_size = models.CharField(
        _("size on a wide screen"), max_length=7, choices=DESKTOP_CHOICES, blank=True
    )
    is_on = models.BooleanField(
        _("stands on the page"),
        default=True,
        help_text=_("When it is off, no space is kept for it and nothing can be sold there."),
    )
    fallback = models.ForeignKey(
        "ads.Creative",
        verbose_name=_("shown without script"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("An approved creative of a house flight; when empty, a line of our own."),
    )

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["page_class", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(page_class__in=PageClass.values), name="ads_placement_page_known"
            ),
            models.CheckConstraint(
                condition=Q(phone_size__in=["", *PHONE_SIZES])
                & Q(desktop_size__in=["", *DESKTOP_SIZES])
                & (~Q(phone_size="") | ~Q(desktop_size="")),
                name="ads_placement_sizes_known",
                violation_error_message=_("A placement has a size on one screen at least."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_page_class_display()}: {self.name}"

    @property
    def sizes(self) -> dict[str, str]:
        """Size by device, for those on which it stands."""
        both = {"phone": self.phone_size, "desktop": self.desktop_size}
        return {device: size for device, size in both.items() if size}


class SilencePeriod(models.Model):
    """Days of election silence ("masa tenang"), in the publication's zone."""

    name = models.CharField(_("name"), max_length=80)
    days = DateRangeField(_("days"))

    class Meta:
        verbose_name = _("election silence")
        verbose_name_plural = _("election silences")
        ordering = ["-days"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__isempty=False, days__lower_inf=False, days__upper_inf=False),
                name="ads_silenceperiod_days_whole",
                violation_error_message=_("A silence has a first and a last day."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
