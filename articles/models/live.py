"""Live coverage of a story: entries by time, and what became of each."""

import datetime
import uuid
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..choices import LiveAct
from ..sanitise import RichTextField, plain_text
from .article import Article
from .authors import Author
from .photos import Photo
from .places import Place

# More key points than these are no points any more.
MOST_PINNED = 5
# As many words of an entry without a title as it is known by.
NAME_LENGTH = 110


class Coverage(models.Model):
    """The live coverage of a story, one at most. Door: `articles.live.covering`.

    Whether it runs stands in the story's row too (`Article.live`), written by a trigger.
    """

    article = models.OneToOneField(
        Article,
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="coverage",
    )
    begun_at = models.DateTimeField(pgettext_lazy("live coverage", "begun"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    position = models.PositiveIntegerField(
        default=0,
        help_text="Grows by one with everything that happens here; open pages ask what came after theirs.",
    )
    last_number = models.PositiveIntegerField(default=0, help_text="Of the entry added last.")

    class Meta:
        verbose_name = _("live coverage")
        verbose_name_plural = _("live coverage")
        permissions = [
            ("write_live", _("Can add entries to live coverage")),
            ("lead_live", _("Can begin and end live coverage, edit, pin and withdraw its entries")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="articles_coverage_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("begun_at")),
                name="articles_coverage_ends_after_it_begins",
                violation_error_message=_("Live coverage ends after it began."),
            ),
            models.CheckConstraint(
                condition=Q(last_number__lte=F("position")),
                name="articles_coverage_position_counts_entries",
            ),
        ]

    def __str__(self) -> str:
        return str(self.article)

    @property
    def is_running(self) -> bool:
        return self.ended_at is None


class LiveEntry(models.Model):
    """One entry. Public as soon as it is added, if its story is. Door: `articles.live.covering`.

    The database refuses to delete it, and to change what a withdrawn one says.
    """

    coverage = models.ForeignKey(Coverage, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField(
        help_text="Within its story, from 1 on in the order of arrival; its address on the page.",
    )
    key = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        help_text="Named by the form: what is sent again is the same entry.",
    )
    position = models.PositiveIntegerField(help_text="That of its last change.")

    happened_at = models.DateTimeField(pgettext_lazy("live entry", "time"))
    title = models.CharField(_("title"), max_length=160, blank=True)
    text = RichTextField(_("text"))
    place = models.ForeignKey(
        Place,
        verbose_name=pgettext_lazy("live entry", "place"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    photo = models.ForeignKey(
        Photo,
        verbose_name=_("photo"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="live_entries",
    )
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    author = models.ForeignKey(
        Author,
        verbose_name=_("byline"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    pin = models.PositiveSmallIntegerField(
        null=True, help_text="Its place among the key points, from 1 on."
    )

    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawal_word = models.CharField(_("public word"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("live entry")
        verbose_name_plural = _("live entries")
        ordering = ["-happened_at", "-number"]
        indexes = [
            # The story's page, newest first or oldest first.
            models.Index(
                fields=["coverage", "-happened_at", "-number"], name="articles_liveentry_read_idx"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["coverage", "number"], name="articles_liveentry_number_unique"
            ),
            # Also the way in which open pages ask what is new.
            models.UniqueConstraint(
                fields=["coverage", "position"], name="articles_liveentry_position_unique"
            ),
            models.UniqueConstraint(
                fields=["coverage", "pin"],
                condition=Q(pin__isnull=False),
                name="articles_liveentry_pin_unique",
            ),
            models.CheckConstraint(
                condition=Q(pin__isnull=True) | Q(pin__gte=1, pin__lte=MOST_PINNED),
                name="articles_liveentry_pinned_are_few",
                violation_error_message=_("No more entries can be pinned."),
            ),
            models.CheckConstraint(
                condition=Q(pin__isnull=True) | Q(withdrawn_at__isnull=True),
                name="articles_liveentry_withdrawn_is_not_pinned",
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="articles_liveentry_says_something",
                violation_error_message=_("An entry says something."),
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="articles_liveentry_numbered"),
            models.CheckConstraint(
                condition=Q(changed_at__isnull=True, changed_by__isnull=True)
                | Q(changed_at__isnull=False, changed_by__isnull=False),
                name="articles_liveentry_changed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_word=""
                )
                | Q(
                    ~Q(withdrawal_word=""),
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                ),
                name="articles_liveentry_withdrawn_with_a_word",
                violation_error_message=_("An entry is withdrawn with a word that readers see."),
            ),
            models.CheckConstraint(
                condition=Q(caption="") | Q(photo__isnull=False),
                name="articles_liveentry_caption_of_a_photo",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def anchor(self) -> str:
        return f"entri-{self.number}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def name(self) -> str:
        """Its title, or the beginning of its text."""
        if self.title:
            return self.title
        first = plain_text(self.text).split("\n", 1)[0]
        if len(first) <= NAME_LENGTH:
            return first
        return first[:NAME_LENGTH].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + " …"

    @property
    def zone(self) -> ZoneInfo:
        """The clock of its own place, or of its story's."""
        return ZoneInfo(self.place.timezone) if self.place else self.coverage.article.zone

    @property
    def local_happened_at(self) -> datetime.datetime:
        return self.happened_at.astimezone(self.zone)

    @property
    def local_changed_at(self) -> datetime.datetime | None:
        return self.changed_at and self.changed_at.astimezone(self.zone)

    @property
    def local_withdrawn_at(self) -> datetime.datetime | None:
        return self.withdrawn_at and self.withdrawn_at.astimezone(self.zone)


class LiveRecord(models.Model):
    """What was done to the coverage or to one of its entries, and what the entry said then.

    Append-only: the database refuses to change or delete a row.
    """

    coverage = models.ForeignKey(Coverage, on_delete=models.CASCADE, related_name="records")
    entry = models.ForeignKey(
        LiveEntry, on_delete=models.CASCADE, null=True, related_name="records"
    )
    act = models.CharField(max_length=10, choices=LiveAct)
    contents = models.JSONField(
        default=dict, help_text="The entry as readers had it from then on; empty for the coverage."
    )
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("record of live coverage")
        verbose_name_plural = _("records of live coverage")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=LiveAct.values), name="articles_liverecord_act_known"
            ),
            models.CheckConstraint(
                condition=Q(act__in=["begun", "ended", "reopened"], entry__isnull=True)
                | (~Q(act__in=["begun", "ended", "reopened"]) & Q(entry__isnull=False)),
                name="articles_liverecord_of_an_entry_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coverage_id} {self.act}"
