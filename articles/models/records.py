"""What is kept about a story beside the story: revisions, corrections, old addresses."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pagecache.recording import Recorded

from ..choices import CorrectionKind, PublicPlace, Severity, Status
from ..sanitise import RichTextField
from .article import Article


class Revision(models.Model):
    """A whole snapshot of a story: who saved it, when and why. Written by `articles.revisions`.

    Those of a working copy belong to the story that it changes, in one row of numbers.
    """

    article = models.ForeignKey(
        Article, verbose_name=_("story"), on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("number"))
    snapshot = models.JSONField(_("contents"))
    status = models.CharField(_("state"), max_length=10, choices=Status)
    note = models.CharField(_("why"), max_length=300, blank=True)
    changed = ArrayField(
        models.CharField(max_length=30),
        verbose_name=_("changed"),
        default=list,
        help_text="Keys of the snapshot that differ from the revision before.",
    )
    is_working = models.BooleanField(
        _("working copy"),
        default=False,
        db_default=False,
        help_text="Of the working copy of a public story: readers have not seen it.",
    )
    tab = models.CharField(
        max_length=36,
        blank=True,
        db_default="",
        help_text="The open form that saved it: two saves from one form are no conflict.",
    )
    created_at = models.DateTimeField(_("saved"), db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("saved by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="articles_revision_number_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} #{self.number}"


class IdentityLeak(models.Model):
    """Somewhere readers can read a name that a public story protects, as the last sweep found it.

    Written by `newsroom.sweeping` alone; a row goes with the sweep after it was mended.
    """

    article = models.ForeignKey(
        Article, verbose_name=_("story"), on_delete=models.CASCADE, related_name="+"
    )
    place = models.CharField(_("where"), max_length=10, choices=PublicPlace)
    row = models.BigIntegerField(
        null=True, help_text="Key of the comment, the correction, the line or the address."
    )
    name = models.CharField(_("name"), max_length=200)
    found_at = models.DateTimeField(_("found"), db_default=Now())

    class Meta:
        verbose_name = _("protected name in the open")
        verbose_name_plural = _("protected names in the open")
        ordering = ["found_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "place", "row", "name"],
                nulls_distinct=False,
                name="articles_identityleak_once",
            ),
            models.CheckConstraint(
                condition=Q(place__in=PublicPlace.values), name="articles_identityleak_place_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.get_place_display()}"


class VersionHold(models.Model):
    """Up to where the versions of a story are not shown to readers, as after a court's order; see `public_versions`.

    What was held back is in the newsroom's own history still.
    """

    article = models.OneToOneField(
        Article,
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="version_hold",
    )
    through = models.PositiveIntegerField(
        _("through version"),
        help_text=_(
            "The number in the story's history: readers see neither that version nor any before it."
        ),
    )
    why = models.CharField(_("why"), max_length=300)
    created_at = models.DateTimeField(_("time"), db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("hold on earlier versions")
        verbose_name_plural = _("holds on earlier versions")
        ordering = ["-created_at"]
        indexes = [
            # The desk's list, newest first.
            models.Index(fields=["-created_at", "-article"], name="articles_holds_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(why=""),
                name="articles_versionhold_says_why",
                violation_error_message=_("Say why readers may not see them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.through}"


class Correction(models.Model):
    """An erratum, a clarification, a right of reply or a withdrawal, linked to its story.

    Append-only: the database refuses to change or delete a row (a trigger in the migration),
    as the press guidelines (point 4) keep what was wrong in the open. Only whether readers may read its words can
    change, as when it names somebody who must not be known; that it stands there they always see
    (`articles.holding`, the one door).
    """

    article = models.ForeignKey(
        Article, verbose_name=_("story"), on_delete=models.PROTECT, related_name="corrections"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=CorrectionKind)
    text = models.TextField(
        _("text"), help_text=_("What was wrong and what is right, in plain words.")
    )
    created_at = models.DateTimeField(_("time"), db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    held_why = models.CharField(
        _("why its words are held back"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Its kind and time stay in the open. For a name that must not be known, or a court's order. Empty: "
            "readers may read it."
        ),
    )
    held_at = models.DateTimeField(
        _("held back or shown again"),
        null=True,
        # The last time: whoever has a copy goes by it.
        editable=False,
    )
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("held back or shown again by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        # Nobody asks for it, and an index would keep everybody from writing while it is made.
        db_index=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-created_at", "-id"]
        indexes = [
            # /ralat/, newest first by keyset.
            models.Index(fields=["-created_at", "-id"], name="articles_corrections_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=CorrectionKind.values), name="articles_correction_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="articles_correction_text_present",
                violation_error_message=_("A correction says what is right."),
            ),
            models.CheckConstraint(
                condition=Q(held_why="") | Q(held_at__isnull=False),
                name="articles_correction_hold_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {Truncator(self.text).words(9, truncate=' …')}"

    @property
    def public_text(self) -> str:
        """What readers read."""
        return held_back_words() if self.held_why else self.text


def held_back_words() -> str:
    """What stands in the place of words that the newsroom holds back."""
    return gettext("The newsroom holds back what this said.")


class CheckRule(models.Model):
    """How strict the newsroom is about one check before publication; see `articles.checks`.

    A check without a row is as strict as the code says; a check that the law asks for cannot be weakened.
    """

    key = models.CharField(_("check"), max_length=40, unique=True)
    severity = models.CharField(_("strictness"), max_length=7, choices=Severity)

    class Meta:
        verbose_name = _("check before publication")
        verbose_name_plural = _("checks before publication")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values), name="articles_checkrule_severity_known"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Page(Recorded, models.Model):
    """A standing text such as "Kontak": no story, no date."""

    RECORDED_AS = "site"
    IS_RECORDED_BY_KEY = False

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    body = RichTextField(_("text"), blank=True)
    is_published = models.BooleanField(_("public"), default=True)
    saved_at = models.DateTimeField(_("saved"), auto_now=True)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("articles:page", args=[self.slug])


class Redirect(models.Model):
    """An old address that answers for ever with where its content stands now (301).

    It points at a row, not at an address, so there are no chains: the row knows where it is.
    """

    path = models.CharField(
        _("old address"),
        max_length=500,
        unique=True,
        help_text=_("From the first slash, with the query if it has one: /?p=12"),
    )
    article = models.ForeignKey(
        Article,
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
    )
    page = models.ForeignKey(
        Page,
        verbose_name=_("page"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
    )
    target = models.CharField(
        _("other address here"), max_length=500, blank=True, help_text=_("Such as /rubrik/ekonomi/")
    )

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, page__isnull=True, target="")
                | Q(article__isnull=True, page__isnull=False, target="")
                | (Q(article__isnull=True, page__isnull=True) & ~Q(target="")),
                name="articles_redirect_one_target",
                violation_error_message=_(
                    "A redirect leads to one thing: a story, a page or an address."
                ),
            ),
            models.CheckConstraint(
                condition=Q(path__startswith="/")
                & ~Q(path__startswith="//")
                & (Q(target="") | (Q(target__startswith="/") & ~Q(target__regex=r"^/[/\\]"))),
                name="articles_redirect_inside",
                violation_error_message=_("Addresses here begin with one slash."),
            ),
            models.CheckConstraint(
                condition=~Q(target=F("path")),
                name="articles_redirect_not_to_itself",
                violation_error_message=_("An address does not lead to itself."),
            ),
            models.CheckConstraint(
                condition=~Q(path="/"),
                name="articles_redirect_not_from_front",
                violation_error_message=_("The front page stays where it is."),
            ),
        ]

    def __str__(self) -> str:
        return self.path

    def get_absolute_url(self) -> str:
        """Where the content stands now."""
        if self.article:
            return self.article.get_absolute_url()
        return self.page.get_absolute_url() if self.page else self.target
