"""How often stories were read, by hour; for "most read"."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .article import Article


class ArticleViews(models.Model):
    """Page views of a story in one hour, without bots and without the newsroom's own.

    Written by whoever counts; readers are not told apart, so there is nobody in it.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField(_("hour"))
    views = models.PositiveIntegerField(_("views"))

    class Meta:
        verbose_name = _("views of a story")
        verbose_name_plural = _("views of stories")
        constraints = [
            # With the views themselves, so that a ranking is read from the index alone.
            models.UniqueConstraint(
                fields=["hour", "article"], include=["views"], name="articles_views_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.hour}: {self.views}"
