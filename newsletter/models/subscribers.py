"""Who gets the newsletter, and the proof that they asked for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from articles.models import Section

from ..choices import WITH_ADDRESS, Form, LeftBy, Standing


class Subscriber(models.Model):
    """An address and what its owner wants; moved by `newsletter.subscribing` alone.

    The address is kept while it is needed and no longer: of whoever left there is only a fingerprint under
    the server's secret, with the times that prove when consent was given and taken back. No network address
    is kept of anybody.
    """

    NAMES_A_READER = True

    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    # Finds the row by the address, also when that is not kept any more: see newsletter.addresses.
    email_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Part of the signature in every link of this row: newsletter.links.
    key = models.CharField(max_length=43, editable=False)
    standing = models.CharField(
        _("state"), max_length=9, choices=Standing, default=Standing.ASKED, editable=False
    )
    wants_all = models.BooleanField(_("every section"), default=True)
    sections = models.ManyToManyField(
        Section, verbose_name=_("sections"), blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), db_default=Now(), editable=False)
    asked_by = models.CharField(_("by the form"), max_length=5, choices=Form, editable=False)
    # Counts the times that somebody asked: a link of an earlier time confirms nothing.
    round = models.PositiveIntegerField(default=1, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    left_at = models.DateTimeField(_("left"), null=True, editable=False)
    left_by = models.CharField(_("left by"), max_length=9, choices=LeftBy, blank=True)
    # Issues in a row for which the mail server knew no such address; newsletter.sending.
    refusals = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(standing__in=Standing.values),
                name="newsletter_subscriber_standing_known",
            ),
            models.CheckConstraint(
                condition=Q(~Q(email=""), standing__in=WITH_ADDRESS)
                | Q(~Q(standing__in=WITH_ADDRESS), email=""),
                name="newsletter_subscriber_address_only_while_needed",
                violation_error_message=_("An address is kept only while letters go to it."),
            ),
            # Whatever becomes of the secret under which fingerprints are made.
            models.UniqueConstraint(
                fields=["email"],
                condition=~Q(email=""),
                name="newsletter_subscriber_one_for_an_address",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="newsletter_subscriber_address_in_one_case"
            ),
            models.CheckConstraint(
                condition=Q(email_hash__regex=r"^[0-9a-f]{64}$") & Q(key__regex=r"^.{43}$"),
                name="newsletter_subscriber_keyed",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__in=Form.values), name="newsletter_subscriber_form_known"
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="newsletter_subscriber_confirmed_with_time",
                violation_error_message=_("A subscription was confirmed at some time."),
            ),
            models.CheckConstraint(
                condition=Q(standing__in=WITH_ADDRESS, left_at__isnull=True, left_by="")
                | Q(
                    ~Q(standing__in=WITH_ADDRESS), left_at__isnull=False, left_by__in=LeftBy.values
                ),
                name="newsletter_subscriber_left_with_time_and_way",
                violation_error_message=_("Who left did so at some time and in some way."),
            ),
        ]
        indexes = [
            # newsletter.retention: addresses that nobody proved, and proofs that are old.
            models.Index(
                fields=["asked_at"],
                condition=Q(standing="asked"),
                name="newsletter_unproven_idx",
            ),
            models.Index(
                fields=["left_at"], condition=Q(standing="gone"), name="newsletter_gone_idx"
            ),
        ]

    def __str__(self) -> str:
        return self.masked or str(self.get_standing_display())

    @property
    def masked(self) -> str:
        """The address as a list shows it: enough to know one's own again."""
        name, _at, host = self.email.rpartition("@")
        return f"{name[:1]}•••@{host}" if name else ""
