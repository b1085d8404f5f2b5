from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pagecache.recording import Recorded

from ..addresses import path_of
from .article import Article


class StoryThread(Recorded, models.Model):
    """What goes on over many stories ("perkembangan berita"): a flood, a trial, a budget, with a page of its own.

    Its stories are its `Instalment`s; `articles.threads` puts them there.
    """

    RECORDED_AS = "thread"

    name = models.CharField(
        _("name"),
        max_length=120,
        help_text=_("What goes on, in a few words: “The flash flood at Bulusirua”."),
    )
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    intro = models.TextField(
        _("introduction"),
        blank=True,
        max_length=1500,
        help_text=_("What somebody has to know who reads of it for the first time."),
    )
    key_facts = models.TextField(
        _("key facts"), blank=True, max_length=1500, help_text=_("One fact on each line.")
    )
    ended_on = models.DateField(
        _("ended on"),
        null=True,
        blank=True,
        help_text=_("Empty while it goes on. Readers are told; it can be opened again."),
    )

    class Meta:
        verbose_name = _("story thread")
        verbose_name_plural = _("story threads")
        ordering = ["-id"]
        indexes = [
            # The desk looks for what still goes on, newest first.
            models.Index(
                F("id").desc(), condition=Q(ended_on__isnull=True), name="articles_threads_open_idx"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("name"),
                name="articles_storythread_name_unique",
                violation_error_message=_("There is a thread of this name already."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(slug=""), name="articles_storythread_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_of("thread", self.slug)

    @property
    def facts(self) -> list[str]:
        """The key facts, one by one."""
        return [line.strip() for line in self.key_facts.splitlines() if line.strip()]


class Instalment(models.Model):
    """A story's place in a thread. A story is part of one thread at most, so that "before" and "after" are clear.

    It stands there at the moment of its publication, or on the day that an editor says. It is no part of the text:
    a working copy has none, and the history of the story does not keep it.
    """

    thread = models.ForeignKey(
        StoryThread,
        verbose_name=_("story thread"),
        on_delete=models.CASCADE,
        related_name="instalments",
        # articles_instalments_idx begins with it.
        db_index=False,
    )
    article = models.OneToOneField(
        Article, verbose_name=_("story"), on_delete=models.CASCADE, related_name="instalment"
    )
    line = models.CharField(
        _("what happened"),
        max_length=160,
        blank=True,
        help_text=_("One sentence for the timeline; when empty, the headline speaks."),
    )
    happened_at = models.DateTimeField(
        _("when it happened"),
        null=True,
        blank=True,
        help_text=_("Only where that is not the day of publication."),
    )
    # Where it stands among the others while its story is published; triggers keep it (migration 0012).
    placed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("story of a thread")
        verbose_name_plural = _("stories of a thread")
        ordering = ["-placed_at", "-article_id"]
        indexes = [
            # /perkembangan/<slug>/ in both directions, and what comes before and after a story.
            models.Index(
                F("thread"),
                F("placed_at").desc(),
                F("article_id").desc(),
                condition=Q(placed_at__isnull=False),
                name="articles_instalments_idx",
            ),
            # The desk: all of a thread, those that are not out too.
            models.Index(F("thread"), F("id").desc(), name="articles_instalments_desk_idx"),
        ]

    def __str__(self) -> str:
        return str(self.article)

    def validate_unique(self, exclude: set[str] | None = None) -> None:
        """Says in which other thread the story stands, where Django would only say that it does."""
        elsewhere = (
            Instalment.objects.filter(article=self.article_id)
            .exclude(pk=self.pk)
            .select_related("thread")
            .first()
        )
        if elsewhere is not None:
            raise ValidationError(
                {
                    "article": _("This story is part of “%(thread)s” already.")
                    % {"thread": elsewhere.thread}
                }
            )
        super().validate_unique(exclude)
