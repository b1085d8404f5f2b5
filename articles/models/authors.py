from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pagecache.recording import Recorded

from ..addresses import path_of
from ..choices import BylineRole


class Author(Recorded, models.Model):
    """A name that signs stories. Staff have an account behind it, guests and former staff none."""

    RECORDED_AS = "author"

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    initials = models.CharField(
        _("initials"), max_length=12, blank=True, help_text=_("Printed at the end of a story.")
    )
    bio = models.TextField(_("about"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
    )

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_of("author", self.slug)


class Byline(models.Model):
    """Who made a story, and as what, in the order it is printed."""

    article = models.ForeignKey(
        "articles.Article",
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        related_name="bylines",
    )
    author = models.ForeignKey(
        Author, verbose_name=_("author"), on_delete=models.PROTECT, related_name="bylines"
    )
    role = models.CharField(
        _("role"), max_length=12, choices=BylineRole, default=BylineRole.REPORTER
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    # The story's publication, while it stands in the author's list; triggers keep it (migration 0012).
    listed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["position", "id"]
        indexes = [
            # /penulis/<slug>/
            models.Index(
                F("author"),
                F("listed_at").desc(),
                F("article_id").desc(),
                condition=Q(listed_at__isnull=False),
                name="articles_author_latest_idx",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "author", "role"],
                name="articles_byline_unique",
                violation_error_message=_("This author stands there already in the same role."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=BylineRole.values), name="articles_byline_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author} ({self.get_role_display()})"
