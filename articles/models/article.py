import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from taggit.managers import TaggableManager

from pagecache import instant
from pagecache.recording import GONE, Recorded, Recording

from ..addresses import path_of
from ..choices import Kind, Live, Status, WithdrawalGround
from ..querysets import ArticleQuerySet
from ..sanitise import RichTextField, plain_text
from ..search_blocks import Block
from .photos import ArticlePhoto, Photo
from .places import Place
from .searched import ArticleSearchVector, without_figures
from .taxonomy import Section, TaggedArticle


class Article(Recorded, models.Model):
    """A story. What the public may see of it is said by `Article.objects.published()` alone.

    Its state is moved only by `articles.workflow`; each save through the desk leaves a
    `Revision`. The address is the date of first publication in the publication's zone and
    the slug; the date never changes, and a changed slug leaves a redirect.
    """

    RECORDED_AS = "story"

    headline = models.CharField(_("headline"), max_length=250)
    standfirst = models.TextField(
        _("standfirst"),
        blank=True,
        help_text=_("One or two sentences: what happened and why it matters."),
    )
    body = RichTextField(_("text"), blank=True)
    slug = models.SlugField(
        _("address"), max_length=120, help_text=_("Made from the headline when left empty.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NEWS)
    sponsor = models.CharField(
        _("paid for by"), max_length=120, blank=True, help_text=_("Only for a paid story.")
    )
    section = models.ForeignKey(
        Section,
        verbose_name=_("section"),
        on_delete=models.PROTECT,
        related_name="articles",
        # articles_section_desk_idx begins with it.
        db_index=False,
    )
    place = models.ForeignKey(
        Place,
        verbose_name=_("dateline"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        help_text=_("Where the story comes from; its clock is printed with it."),
    )
    event_on = models.DateField(
        _("date of the event"),
        null=True,
        blank=True,
        help_text=_("Offices are those of this day; when empty, those of the day of writing."),
    )
    tags = TaggableManager(verbose_name=_("tags"), through=TaggedArticle, blank=True)
    authors = models.ManyToManyField("articles.Author", through="articles.Byline")
    photos = models.ManyToManyField(Photo, through="articles.ArticlePhoto", related_name="articles")
    related = models.ManyToManyField(
        "self", through="articles.RelatedArticle", symmetrical=False, blank=True
    )

    status = models.CharField(
        _("state"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    publish_at = models.DateTimeField(
        pgettext_lazy("time", "publication"), null=True, blank=True, editable=False
    )
    published_on = models.DateField(
        _("date in the address"),
        null=True,
        editable=False,
        help_text=_("Day of first publication in the publication's zone."),
    )
    updated_at = models.DateTimeField(
        _("updated"),
        null=True,
        editable=False,
        help_text=_("The last real change after publication, as readers see it."),
    )
    desk_note = models.TextField(_("note to the reporter"), blank=True, editable=False)
    is_identity_protected = models.BooleanField(
        _("identities protected"),
        default=False,
        help_text=_("Children and victims: nobody in this story is named in public."),
    )
    is_unverified = models.BooleanField(
        _("not verified yet"),
        default=False,
        help_text=_("Prints the note that the press guidelines (point 2c) ask for."),
    )
    is_tragedy = models.BooleanField(
        _("tragedy"),
        default=False,
        db_default=False,
        help_text=_("Death, disaster, violence: keeps cheerful advertising off this story."),
    )

    not_before = models.DateTimeField(
        _("embargo"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The story does not come out before this time."),
    )
    unpublish_at = models.DateTimeField(
        _("public until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("From this time on the address says that the story is not public any more."),
    )
    live = models.CharField(
        max_length=7,
        choices=Live,
        blank=True,
        default=Live.NONE,
        db_default=Live.NONE,
        editable=False,
        help_text="Whether there is live coverage: a copy of what `Coverage` says, kept by triggers.",
    )
    changes_to = models.OneToOneField(
        "self",
        verbose_name=_("changes to"),
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="working_copy",
        help_text=_("The public story whose next version this row is; see articles.changes."),
    )

    withdrawal_ground = models.CharField(
        _("ground of withdrawal"),
        max_length=20,
        choices=WithdrawalGround,
        blank=True,
        editable=False,
    )
    withdrawal_notice = models.TextField(_("public notice"), blank=True, editable=False)
    withdrawal_requested_at = models.DateTimeField(null=True, editable=False)
    withdrawal_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    version = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Number of the revision that the row is; a form that saw an older one is stale.",
    )
    created_at = models.DateTimeField(_("begun"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("begun by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="articles_begun",
    )
    saved_at = models.DateTimeField(_("saved"), auto_now=True)
    search = models.GeneratedField(
        expression=ArticleSearchVector(), output_field=SearchVectorField(), db_persist=True
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["-publish_at", "-id"]
        permissions = [
            ("submit_article", _("Can submit a story")),
            ("review_article", _("Can return and approve stories")),
            ("publish_article", _("Can publish and schedule stories")),
            ("request_withdrawal", _("Can ask for a withdrawal")),
            ("withdraw_article", _("Can withdraw a story")),
            ("change_any_article", _("Can edit the stories of others")),
        ]
        indexes = [
            # Front page, Terkini, feeds: published(), newest first.
            models.Index(
                F("publish_at").desc(),
                F("id").desc(),
                condition=Q(status="published"),
                name="articles_latest_idx",
            ),
            # /rubrik/<slug>/ and its feeds.
            models.Index(
                "section",
                F("publish_at").desc(),
                F("id").desc(),
                condition=Q(status="published"),
                name="articles_section_latest_idx",
            ),
            # The desk: what waits in each state, longest first.
            models.Index(
                fields=["status", "saved_at"],
                condition=~Q(status="published") & ~Q(status="withdrawn"),
                name="articles_desk_idx",
            ),
            # The desk's list of one state, newest first.
            models.Index(
                "status",
                F("id").desc(),
                condition=~Q(status="published"),
                name="articles_state_idx",
            ),
            # The desk's first page: withdrawals that wait for the second person, longest first.
            models.Index(
                fields=["withdrawal_requested_at", "id"],
                condition=Q(status="published", withdrawal_requested_at__isnull=False),
                name="articles_withdrawal_idx",
            ),
            # The desk's calendar: embargoes and ends of a month.
            models.Index(
                fields=["not_before"],
                condition=Q(not_before__isnull=False),
                name="articles_embargo_idx",
            ),
            models.Index(
                fields=["unpublish_at"],
                condition=Q(unpublish_at__isnull=False),
                name="articles_end_idx",
            ),
            # Every five minutes: stories that protect identities, and which of them changed lately (newsroom/sweeping.py).
            models.Index(
                fields=["id"],
                include=["status", "publish_at", "unpublish_at", "updated_at", "withdrawn_at"],
                condition=Q(is_identity_protected=True),
                name="articles_protecting_idx",
            ),
            # The desk's list of one section, newest first; and what a section holds.
            models.Index("section", F("id").desc(), name="articles_section_desk_idx"),
            # The desk's list of what is no news.
            models.Index(
                "kind",
                F("id").desc(),
                condition=~Q(kind="news"),
                name="articles_kind_idx",
            ),
            # The desk: beginnings of words of headlines, newest blocks first.
            GinIndex(
                SearchVector("headline", config="simple") + Block("id"),
                name="articles_headline_words_idx",
            ),
            # /cari/
            GinIndex(fields=["search"], name="articles_search_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="articles_article_status_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="articles_article_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["published", "withdrawn"])
                | Q(publish_at__isnull=False, published_on__isnull=False),
                name="articles_article_published_has_date",
                violation_error_message=_("A published story has a time of publication."),
            ),
            models.CheckConstraint(
                condition=~Q(headline="") & ~Q(slug=""),
                name="articles_article_named",
                violation_error_message=_("A story needs a headline and an address."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="paid", status="published") | ~Q(sponsor=""),
                name="articles_article_paid_has_sponsor",
                violation_error_message=_("A paid story names who paid for it."),
            ),
            models.CheckConstraint(
                condition=Q(
                    withdrawal_requested_at__isnull=True, withdrawal_requested_by__isnull=True
                )
                | Q(
                    ~Q(withdrawal_ground=""),
                    ~Q(withdrawal_notice=""),
                    withdrawal_requested_at__isnull=False,
                    withdrawal_requested_by__isnull=False,
                    withdrawal_ground__in=WithdrawalGround.values,
                ),
                name="articles_article_withdrawal_request_whole",
                violation_error_message=_("A withdrawal needs a ground, a notice and a person."),
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(status="withdrawn"), withdrawn_at__isnull=True, withdrawn_by__isnull=True
                )
                | Q(
                    ~Q(withdrawn_by=F("withdrawal_requested_by")),
                    status="withdrawn",
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                    withdrawal_requested_at__isnull=False,
                ),
                name="articles_article_withdrawn_by_two",
                violation_error_message=_("A story is withdrawn by two different people."),
            ),
            models.CheckConstraint(
                condition=~Q(status="published")
                | Q(not_before__isnull=True)
                | Q(publish_at__gte=F("not_before")),
                name="articles_article_embargo_kept",
                violation_error_message=_("The story is under embargo until a later time."),
            ),
            models.CheckConstraint(
                condition=Q(unpublish_at__isnull=True) | Q(unpublish_at__gt=F("publish_at")),
                name="articles_article_ends_after_it_begins",
                violation_error_message=_("A story ends after it came out."),
            ),
            models.CheckConstraint(
                condition=Q(changes_to__isnull=True)
                | Q(
                    status__in=["draft", "in_review", "returned", "approved"],
                    publish_at__isnull=True,
                    published_on__isnull=True,
                    not_before__isnull=True,
                    unpublish_at__isnull=True,
                ),
                name="articles_article_working_copy_never_public",
                violation_error_message=_("A working copy is not public itself."),
            ),
            models.UniqueConstraint(
                fields=["published_on", "slug"],
                name="articles_article_address_unique",
                violation_error_message=_("Another story of this day has this address."),
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        """The address; for a story that was never published, the one it would have today."""
        day = self.published_on or timezone.localdate()
        return path_of("article", f"{day:%Y}", f"{day:%m}", f"{day:%d}", self.slug)

    def note_in(self, now: Recording) -> None:
        """A story is gone wherever it is mentioned once it was taken from the public, or its time is over."""
        super().note_in(now)
        now.hard.add(f"{GONE}{self.pk}")
        # Looked up where it was read: nothing may be asked here.
        ends = self.__dict__.get("unpublish_at")
        if ends is not None:
            now.ends_at(ends)

    @property
    def is_published(self) -> bool:
        """Whether the public sees it now; agrees with `published()`."""
        return self.is_out and not self.is_over

    @property
    def is_scheduled(self) -> bool:
        return self.status == Status.PUBLISHED and not self.is_out

    @property
    def is_over(self) -> bool:
        """Whether it was public and its time has ended: its address says so."""
        return self.is_out and self.unpublish_at is not None and self.unpublish_at <= instant.now()

    @property
    def is_out(self) -> bool:
        """Whether it has come out, also when its time is over: from then on it is changed in a working copy."""
        return (
            self.status == Status.PUBLISHED
            and self.publish_at is not None
            and self.publish_at <= instant.now()
        )

    @property
    def is_working_copy(self) -> bool:
        """Whether this row is the next version of a public story, and no story of its own."""
        return self.changes_to_id is not None

    @property
    def story(self) -> "Article":
        """The story that this row belongs to: itself, or the one that it changes."""
        return self.changes_to or self

    @property
    def is_withdrawn(self) -> bool:
        return self.status == Status.WITHDRAWN

    @property
    def is_live(self) -> bool:
        """Whether its live coverage runs now."""
        return self.live == Live.RUNNING

    @property
    def is_paid(self) -> bool:
        return self.kind == Kind.PAID

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the dateline's place; without a dateline, the publication's."""
        return ZoneInfo(self.place.timezone if self.place else settings.TIME_ZONE)

    @property
    def local_publish_at(self) -> datetime.datetime | None:
        return self.publish_at and self.publish_at.astimezone(self.zone)

    @property
    def local_unpublish_at(self) -> datetime.datetime | None:
        return self.unpublish_at and self.unpublish_at.astimezone(self.zone)

    @property
    def local_updated_at(self) -> datetime.datetime | None:
        return self.updated_at and self.updated_at.astimezone(self.zone)

    @property
    def body_text(self) -> str:
        """The body's words without markup, a line per paragraph."""
        return plain_text(self.body)

    @property
    def summary(self) -> str:
        """The standfirst, or the first paragraph: for descriptions, cards and feeds.

        Never a caption: it is about a picture, and may name whom the story protects.
        """
        return self.standfirst or plain_text(without_figures(self.body)).split("\n", 1)[0]

    @property
    def lead_photo(self) -> "ArticlePhoto | None":
        """The first photo, from what `for_cards`, `for_list` or `for_page` has fetched.

        None for a story that protects identities: a face is an identity.
        """
        if self.is_identity_protected:
            return None
        if getattr(self, "has_lead_fetched", False):
            return getattr(self, "lead", None)
        photos = getattr(self, "lead_photos", None)
        if photos is None:
            photos = self.article_photos.all()
        return photos[0] if len(photos) else None


class RelatedArticle(models.Model):
    """A story that an editor set below another, in order."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="related_links")
    related = models.ForeignKey(
        Article, verbose_name=_("related story"), on_delete=models.CASCADE, related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("related story")
        verbose_name_plural = _("related stories")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "related"],
                name="articles_relatedarticle_unique",
                violation_error_message=_("This story stands there already."),
            ),
            models.CheckConstraint(
                condition=~Q(article=F("related")),
                name="articles_relatedarticle_not_itself",
                violation_error_message=_("A story is not related to itself."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.related)
