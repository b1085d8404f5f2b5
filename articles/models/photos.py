from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

_fraction = [MinValueValidator(0.0), MaxValueValidator(1.0)]


class Photo(models.Model):
    """A picture in the library, stored once however often it is uploaded.

    Made only by `articles.photos.store`, which re-encodes what came in; `renditions` is
    filled later by a job, and a page is complete without it.
    """

    image = models.ImageField(
        _("picture"), upload_to="photos", width_field="width", height_field="height", max_length=120
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    source_sha256 = models.CharField(
        max_length=64,
        unique=True,
        editable=False,
        help_text="Of the file as it was uploaded: the same file is stored once.",
    )
    renditions = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text='Smaller versions: [{"name", "width", "height"}], narrowest first.',
    )
    caption = models.TextField(_("caption"), blank=True)
    credit = models.CharField(
        _("credit"), max_length=200, blank=True, help_text=_("Who made it and for whom.")
    )
    alt_text = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What is to be seen, for readers who cannot see it."),
    )
    focal_x = models.FloatField(_("focal point, from the left"), default=0.5, validators=_fraction)
    focal_y = models.FloatField(_("focal point, from the top"), default=0.5, validators=_fraction)
    is_ai_generated = models.BooleanField(
        _("made by artificial intelligence"),
        default=False,
        help_text=_("Printed under the picture (Press Council regulation 1/2025)."),
    )
    created_at = models.DateTimeField(_("uploaded"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(focal_x__gte=0, focal_x__lte=1, focal_y__gte=0, focal_y__lte=1),
                name="articles_photo_focal_point_inside",
                violation_error_message=_("The focal point lies inside the picture."),
            ),
            models.CheckConstraint(
                condition=Q(width__gt=0, height__gt=0), name="articles_photo_has_size"
            ),
        ]

    def __str__(self) -> str:
        return self.caption[:60] or self.alt_text[:60] or self.image.name

    @property
    def srcset(self) -> str:
        """Value of a `srcset` attribute over the renditions; empty until they are made."""
        url = self.image.storage.url
        return ", ".join(f"{url(r['name'])} {r['width']}w" for r in self.renditions)


class ArticlePhoto(models.Model):
    """A photo in a story, with the caption it has there. The first one leads."""

    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        related_name="article_photos",
    )
    photo = models.ForeignKey(
        Photo, verbose_name=_("photo"), on_delete=models.PROTECT, related_name="uses"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    caption = models.TextField(_("caption"), blank=True)
    alt_text = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What is to be seen, for readers who cannot see it."),
    )

    class Meta:
        verbose_name = _("photo of the story")
        verbose_name_plural = _("photos of the story")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "photo"],
                name="articles_articlephoto_unique",
                violation_error_message=_("This photo is in the story already."),
            ),
        ]

    def __str__(self) -> str:
        return self.caption[:60] or str(self.photo)
