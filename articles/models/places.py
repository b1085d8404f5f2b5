from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pagecache.recording import Recorded

from ..choices import PlaceKind, TimeZoneName
from ..zones import ZONE_BY_PROVINCE, zone_of_code


def _zone_agrees_with_province() -> Q:
    agrees = Q(code__isnull=True)
    for zone in TimeZoneName:
        provinces = [code for code, z in ZONE_BY_PROVINCE.items() if z == zone]
        agrees |= Q(timezone=zone.value, code__regex=rf"^({'|'.join(provinces)})(\.|$)")
    return agrees


class Place(Recorded, models.Model):
    """A province, regency, city, district or village that stories come from.

    Provinces, regencies and cities come with the project, with their official codes; a
    newsroom adds districts and villages below them, which live by their parent's clock.
    """

    RECORDED_AS = "place"

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=PlaceKind)
    code = models.CharField(
        _("official code"),
        max_length=13,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Code of the Ministry of Home Affairs, such as 73.07; empty for other places."),
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
    )
    timezone = models.CharField(
        _("time zone"),
        max_length=16,
        choices=TimeZoneName,
        blank=True,
        help_text=_("Follows from the province; leave it empty."),
    )

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["name", "id"]
        indexes = [
            # The dateline field's type-ahead looks places up by the start of their name.
            models.Index(models.functions.Lower("name"), name="articles_place_name_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=_zone_agrees_with_province(),
                name="articles_place_zone_by_province",
                violation_error_message=_("The time zone of a place is that of its province."),
            ),
            models.CheckConstraint(
                condition=Q(timezone__in=TimeZoneName.values),
                name="articles_place_zone_known",
                violation_error_message=_("A place needs one of Indonesia's time zones."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(kind=PlaceKind.PROVINCE),
                name="articles_place_has_parent",
                violation_error_message=_("Only a province is not part of another place."),
            ),
            models.UniqueConstraint(
                fields=["parent", "kind", "name"],
                name="articles_place_unique_in_parent",
                violation_error_message=_("This place is there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().title()} {self.name}" if self.is_below_city else self.name

    def save(self, *args, **kwargs) -> None:
        self._fill_timezone()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self._fill_timezone()

    @property
    def is_below_city(self) -> bool:
        return self.kind in {PlaceKind.DISTRICT, PlaceKind.VILLAGE}

    @property
    def dateline(self) -> str:
        """The name as it opens a story: "SINJAI", not "KABUPATEN SINJAI"."""
        return self.name.removeprefix("Kabupaten ").removeprefix("Kota ").upper()

    @property
    def short_name(self) -> str:
        return self.name.removeprefix("Kabupaten ").removeprefix("Kota ")

    def derive_timezone(self) -> str:
        """The zone this place must have: by its province's code, else its parent's."""
        if self.code:
            return zone_of_code(self.code)
        return self.parent.timezone if self.parent else ""

    def _fill_timezone(self) -> None:
        if not self.timezone or self.code is None:
            try:
                self.timezone = self.derive_timezone()
            except KeyError:
                self.timezone = ""
