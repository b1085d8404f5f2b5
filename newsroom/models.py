"""What the composition root keeps for itself: what an import brought, and letters going out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportedItem(models.Model):
    """An item of another system that was taken over, and what it became here.

    It lets an import be run again: an item whose `digest` is known is unchanged, one whose row
    no longer has the `state` that the import left was edited here and is never overwritten.
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", _("story")
        PAGE = "page", _("page")
        COMMENT = "comment", _("comment")
        AUTHOR = "author", _("author")
        SECTION = "section", _("section")
        TAG = "tag", _("tag")
        MEDIA = "media", _("photo")
        # Rows that only our own export carries: people, offices, places, accounts, …
        EXTENSION = "extension", _("other row")

    source = models.CharField(
        _("from"), max_length=200, help_text=_("The address of the site it came from.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    key = models.CharField(_("number there"), max_length=200)
    # The row here; its table follows from the kind, and for extensions from the key. Not a
    # foreign key: what was deleted here must stay known, or it would come back.
    object_id = models.BigIntegerField(_("number here"))
    digest = models.CharField(max_length=64)
    # Fingerprints of earlier exports: meeting one of them again is no change.
    earlier_digests = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    state = models.CharField(max_length=64, blank=True)
    # Only media: where the site served the file, and the item it belonged to.
    address = models.CharField(max_length=500, blank=True)
    parent = models.CharField(max_length=200, blank=True)
    imported_at = models.DateTimeField(_("taken over"), db_default=Now())

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "key"], name="newsroom_importeditem_unique"
            ),
        ]
        indexes = [
            # A picture in a text is looked up by its address, …
            models.Index(
                fields=["source", "address"],
                condition=models.Q(kind="media"),
                name="newsroom_imported_address_idx",
            ),
            # … and a gallery is all pictures of its story.
            models.Index(
                fields=["source", "parent"],
                condition=models.Q(kind="media") & ~models.Q(parent=""),
                name="newsroom_imported_parent_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.kind} {self.key}"


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> OutgoingMailQuerySet:
        """Neither handed over nor given up."""
        return self.filter(sent_at__isnull=True, given_up_at__isnull=True)


class OutgoingMail(models.Model):
    """A letter to one person, from the moment a page wrote it; `newsroom.mail` sends it.

    Plain text only. In production the text and the figures of the subject are blanked once the
    mail server has it, or will never have it: they may have held a code, or a reader's words.
    """

    to = models.CharField(pgettext_lazy("of a letter", "to"), max_length=320)
    sender = models.CharField(pgettext_lazy("of a letter", "from"), max_length=320)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    due_at = models.DateTimeField(_("next attempt"), db_default=Now(), editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(to=""), name="newsroom_outgoingmail_has_recipient"
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(given_up_at__isnull=True),
                name="newsroom_outgoingmail_one_end",
            ),
            models.CheckConstraint(
                condition=models.Q(given_up_at__isnull=True) | ~models.Q(last_error=""),
                name="newsroom_outgoingmail_given_up_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="newsroom_mail_newest_idx"),
            models.Index(
                OpClass(Upper("to"), name="text_pattern_ops"), name="newsroom_mail_upper_to_idx"
            ),
            # What the sweep looks for; nearly always empty.
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="newsroom_mail_waiting_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.to


class Forgetting(models.Model):
    """How it went last that one kind of what is kept was let go; `newsroom.retention.forgetting` writes it.

    `removed` is of the last time that went well, which was `ended_at`; `error` of the last time, if it failed.
    """

    kind = models.CharField(max_length=30, primary_key=True)
    tried_at = models.DateTimeField(_("tried"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    removed = models.PositiveBigIntegerField(_("removed"), default=0)
    error = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("letting go")
        verbose_name_plural = _("letting go")
        default_permissions = ()

    def __str__(self) -> str:
        return self.kind


class JobFailure(models.Model):
    """Why a job failed when it last did, and who let it be; `newsroom.watch.jobs` writes it.

    procrastinate knows that a job failed and not why. `job` is its number there, and no foreign key: that table is
    emptied by its own statements.
    """

    job = models.BigIntegerField(_("job"), primary_key=True)
    at = models.DateTimeField(_("failed"), db_default=Now(), editable=False)
    sentence = models.CharField(_("reason"), max_length=300, blank=True)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True)
    given_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("given up by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("failed job")
        verbose_name_plural = _("failed jobs")
        default_permissions = ()
        permissions = [("watch_site", _("Can watch over the running site"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(given_up_at__isnull=True, given_up_by__isnull=True)
                | models.Q(given_up_at__isnull=False, given_up_by__isnull=False),
                name="newsroom_jobfailure_given_up_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job}: {self.sentence}"
