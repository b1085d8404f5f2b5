"""What is shown: pictures that were written anew, or a few words; never an advertiser's own code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..choices import CreativeKind, CreativeState, Device
from .flights import Flight
from .placements import Placement

# One https address: a host without user name or port tricks, no space, no control character, no
# backslash. The host has a dot, so that no name of our own network is one, and its last label begins
# with a letter, as every top-level domain does and no number of a machine, in whichever writing.
LINK_PATTERN = r"^https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?(:[0-9]{1,5})?([/?#][\x21-\x5b\x5d-\x7e]*)?$"


class Digest(models.Func):
    """A fingerprint of all that a reader would see; the database makes it anew at each change."""

    template = (
        "md5(kind || E'\\x1f' || headline || E'\\x1f' || words || E'\\x1f' || alt_text || "
        "E'\\x1f' || link || E'\\x1f' || images::text)"
    )
    arity = 0
    output_field = models.CharField(max_length=32)


class Creative(models.Model):
    """A picture in one or several sizes, or a headline and a few words; and where it leads.

    It belongs to one flight for good (the database refuses a move), so that what was counted
    for it was counted for that flight. `images` is {"320x100": {"name": …, "width": …, "height": …}}
    by size; `width` and `height` are those of the file, once or twice the size. Its state is moved
    by `ads.approval` alone: what was approved cannot be changed and stay approved, since the
    approval is of its `digest`.
    """

    flight = models.ForeignKey(
        Flight, verbose_name=_("flight"), on_delete=models.PROTECT, related_name="creatives"
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=5, choices=CreativeKind)
    images: models.JSONField[Any, Any] = models.JSONField(default=dict, editable=False)
    alt_text = models.CharField(
        _("alternative text"),
        max_length=200,
        blank=True,
        help_text=_("What the picture says, for who cannot see it. Needed for a picture."),
    )
    headline = models.CharField(_("headline"), max_length=60, blank=True)
    words = models.CharField(_("text"), max_length=140, blank=True)
    link = models.CharField(
        _("leads to"), max_length=500, help_text=_("An address that begins with https://.")
    )
    digest = models.GeneratedField(
        expression=Digest(), output_field=models.CharField(max_length=32), db_persist=True
    )
    state = models.CharField(
        _("state"), max_length=8, choices=CreativeState, default=CreativeState.DRAFT, editable=False
    )
    approved_digest = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(_("entered"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("creative")
        verbose_name_plural = _("creatives")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CreativeState.values), name="ads_creative_state_known"
            ),
            models.CheckConstraint(
                condition=Q(~Q(alt_text=""), kind="image")
                | Q(~Q(headline=""), kind="text", images={}),
                name="ads_creative_whole",
                violation_error_message=_(
                    "A picture needs an alternative text, a text creative a headline."
                ),
            ),
            models.CheckConstraint(
                condition=Q(link__regex=LINK_PATTERN),
                name="ads_creative_link_https",
                violation_error_message=_(
                    "The address begins with https:// and a host name in small letters, and has "
                    "no spaces."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_digest=F("digest")),
                name="ads_creative_approved_as_it_is",
                violation_error_message=_(
                    "What was approved has changed; it needs approval again."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved", kind="image", images={}),
                name="ads_creative_approved_has_image",
                violation_error_message=_("There is no picture to approve yet."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Proof(models.Model):
    """A picture of a page with the creative on it, as it ran: for the proof of showing."""

    creative = models.ForeignKey(
        Creative, verbose_name=_("creative"), on_delete=models.PROTECT, related_name="proofs"
    )
    placement = models.ForeignKey(
        Placement, verbose_name=_("placement"), on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(_("page"), max_length=300)
    image = models.FileField(_("picture"), upload_to="bukti", max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    device = models.CharField(_("screen"), max_length=8, choices=Device, blank=True)
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Who took it, and where.")
    )
    taken_at = models.DateTimeField(_("taken"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: by the server itself."),
    )

    class Meta:
        verbose_name = _("proof of showing")
        verbose_name_plural = _("proofs of showing")
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(device__in=["", *Device.values]), name="ads_proof_device_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.creative} {self.taken_at:%Y-%m-%d}"
