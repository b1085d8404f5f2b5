from django.contrib.postgres.indexes import OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Upper
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from pagecache.recording import Recorded

from ..addresses import path_of


class Section(Recorded, models.Model):
    """A rubrik of the publication: every public story stands in exactly one."""

    RECORDED_AS = "site"
    IS_RECORDED_BY_KEY = False

    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#23395b",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("Write the colour as #rrggbb."))],
        help_text=_("A thin rule and the label; dark enough to read on white, as #rrggbb."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(colour__regex=r"^#[0-9a-f]{6}$"),
                name="articles_section_colour_hex",
                violation_error_message=_("Write the colour as #rrggbb."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_of("section", self.slug)


class Tag(Recorded, TagBase):
    """What stories are about. One per word whatever its case (TAGGIT_CASE_INSENSITIVE)."""

    RECORDED_AS = "tag"

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        indexes = [
            # Beginnings, in whatever case: the desk's list and the type-ahead.
            models.Index(
                OpClass(Upper("name"), name="text_pattern_ops"), name="articles_tag_upper_name_idx"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("name"),
                name="articles_tag_name_unique",
                violation_error_message=_("This tag is there already, perhaps in another case."),
            ),
            # Other letters have no place in the address, and a story with the tag no page.
            models.CheckConstraint(
                condition=models.Q(slug__regex=r"^[-a-zA-Z0-9_]+$"),
                name="articles_tag_has_address",
                violation_error_message=_(
                    "A tag needs an address of Latin letters, digits and hyphens."
                ),
            ),
        ]

    def slugify(self, tag: str, i: int | None = None) -> str:
        """The tag's address, never an empty one; taggit counts `i` up until it is free."""
        slug = slugify(tag)[: 100 - len("_1000")] or "tag"
        return slug if i is None else f"{slug}_{i}"

    def get_absolute_url(self) -> str:
        return path_of("tag", self.slug)


class TaggedArticle(ItemBase):
    tag = models.ForeignKey(
        Tag, verbose_name=_("tag"), on_delete=models.CASCADE, related_name="tagged_articles"
    )
    content_object = models.ForeignKey(
        "articles.Article", verbose_name=_("story"), on_delete=models.CASCADE
    )
    # Its publication, while it stands in the tag's list; triggers keep it (migration 0012).
    listed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("tag of a story")
        verbose_name_plural = _("tags of stories")
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="articles_taggedarticle_unique"
            ),
        ]
        indexes = [
            # /tag/<slug>/
            models.Index(
                models.F("tag"),
                models.F("listed_at").desc(),
                models.F("content_object_id").desc(),
                condition=models.Q(listed_at__isnull=False),
                name="articles_tag_latest_idx",
            ),
        ]
