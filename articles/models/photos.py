from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from pagecache.recording import Recorded

_fraction = [MinValueValidator(0.0), MaxValueValidator(1.0)]


# So many words of its caption are a photo's name on the desk.
NAMED_BY = 9
# Counts up when `articles.photos.renditions` is to make other files: all photos are due again then.
# The second one added the card (`articles.pictures.shapes.CARD`).
RECIPE = 2
# Some are written already, and the rest is still to come.
UNFINISHED = 0

_FORMATS = {"jpg": "JPEG", "webp": "WEBP", "avif": "AVIF"}
# The best first: a browser takes the first source that it knows.
_SOURCES = (("image/avif", "AVIF"), ("image/webp", "WEBP"))
# Python's own table learned the youngest one late.
mimetypes.add_type("image/avif", ".avif")

# Its renditions are of an older recipe or another focal point.
IS_DUE = (
    ~Q(rendered_recipe=RECIPE)
    | Q(rendered_focal_x=None)
    | Q(rendered_focal_y=None)
    | ~Q(rendered_focal_x=F("focal_x"))
    | ~Q(rendered_focal_y=F("focal_y"))
)


@dataclass(frozen=True)
class Rendition:
    """A file made of a photo. `shape` is "" for the whole picture, else one of `articles.pictures.shapes.SHAPES`."""

    name: str
    width: int
    height: int
    shape: str = ""
    size: int = 0

    @property
    def format(self) -> str:
        return _FORMATS.get(self.name.rpartition(".")[2], "")

    @property
    def mime_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "image/jpeg"

    def as_json(self) -> dict[str, Any]:
        found = {"name": self.name, "width": self.width, "height": self.height, "bytes": self.size}
        return found | {"shape": self.shape} if self.shape else found


@dataclass(frozen=True)
class Shown:
    """What a page needs to show a photo: `<picture>` with a source for each better format.

    `has_shape` says that the files are cut to the shape that was asked for, around the focal point;
    until they are there it is the whole picture, and the page's frame cuts it.
    """

    sources: Sequence[tuple[str, str]]
    src: str
    srcset: str
    width: int
    height: int
    has_shape: bool


class Photo(Recorded, models.Model):
    """A picture in the library, stored once however often it is uploaded.

    Made only by `articles.photos.store`, which re-encodes what came in; `renditions` is
    filled later by a job, and a page is complete without it.
    """

    RECORDED_AS = "photo"

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
        help_text='Files made of it: [{"name", "width", "height", "bytes", "shape"}], narrowest first '
        "in each shape and format; without a shape the whole picture.",
    )
    rendered_recipe = models.PositiveSmallIntegerField(
        default=UNFINISHED, db_default=UNFINISHED, editable=False
    )
    rendered_focal_x = models.FloatField(null=True, editable=False)
    rendered_focal_y = models.FloatField(null=True, editable=False)
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
    taken_on = models.DateField(
        _("taken on"),
        null=True,
        blank=True,
        help_text=_("As the camera or the agency wrote it into the file."),
    )
    replaced_by = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="replaces",
        help_text="Where this photo was, that one is; never one that was replaced itself.",
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
            # The press rules ask for a credit; a blank is none, and would pass for one.
            models.CheckConstraint(
                condition=Q(credit="") | Q(credit__regex=r"\S"),
                name="articles_photo_credit_says_something",
                violation_error_message=_("The credit is empty."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | ~Q(replaced_by=F("id")),
                name="articles_photo_not_replaced_by_itself",
            ),
        ]
        indexes = [
            # What the job looks for; no row is in it when all is done.
            models.Index(fields=["-id"], condition=IS_DUE, name="articles_photo_due_idx"),
            # The library's search.
            GinIndex(
                SearchVector("caption", "credit", "alt_text", config="simple"),
                name="articles_photo_words_idx",
            ),
        ]

    IS_DUE = IS_DUE

    def __str__(self) -> str:
        words = self.caption or self.alt_text
        return Truncator(words).words(NAMED_BY, truncate=" …") if words else self.image.name

    @property
    def focus(self) -> tuple[float, float]:
        return self.focal_x, self.focal_y

    @property
    def standing(self) -> Photo:
        """This photo, or the one that has replaced it everywhere."""
        return self.replaced_by or self

    @property
    def all_renditions(self) -> list[Rendition]:
        return [
            Rendition(
                one["name"], one["width"], one["height"], one.get("shape", ""), one.get("bytes", 0)
            )
            for one in self.renditions
        ]

    @property
    def has_fresh_shapes(self) -> bool:
        """Whether the cuts are those around the focal point of now."""
        return (self.rendered_focal_x, self.rendered_focal_y) == self.focus

    def in_shape(self, shape: str) -> list[Rendition]:
        """The renditions of a shape, narrowest first; none while their focal point is another."""
        if shape and not self.has_fresh_shapes:
            return []
        return [one for one in self.all_renditions if one.shape == shape]

    def fitting(self, shape: str = "", at_least: int = 0) -> Rendition:
        """The JPEG of that shape that has `at_least` so many pixels across, or as many as there are.

        For what reads addresses and not `<picture>`: cards, feeds, structured data. Until the job
        has made it, the photo itself, which has no shape.
        """
        files = [one for one in self.in_shape(shape) if one.format == "JPEG"]
        if not shape:
            files.append(Rendition(self.image.name, self.width, self.height))
        wide_enough = next((one for one in files if one.width >= at_least), None)
        if wide_enough or files:
            return wide_enough or files[-1]
        return self.fitting("", at_least)

    def shown(self, shape: str = "") -> Shown:
        """What a page needs to show it, cut to `shape` where that was made."""
        files = self.in_shape(shape)
        has_shape = bool(shape and files)
        files = files if has_shape else self.in_shape("")
        url = self.image.storage.url
        widths: dict[str, list[str]] = {}
        plain = Rendition(self.image.name, self.width, self.height)
        for file in files:
            widths.setdefault(format := file.format, []).append(f"{url(file.name)} {file.width}w")
            if format == "JPEG":
                # What a browser takes that knows none of the sources: never a large file by mistake.
                plain = file
        srcsets = {format: ", ".join(addresses) for format, addresses in widths.items()}
        sources = [(mime, srcsets[format]) for mime, format in _SOURCES if format in srcsets]
        jpegs = srcsets.get("JPEG", "")
        return Shown(sources, url(plain.name), jpegs, plain.width, plain.height, has_shape)

    @property
    def smallest_url(self) -> str:
        """The address of the narrowest JPEG there is: for thumbnails of the desk."""
        return str(self.image.storage.url(self.fitting("").name))


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
        return Truncator(self.caption).words(NAMED_BY, truncate=" …") or str(self.photo)
