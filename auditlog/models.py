"""Rows of the log, and the signed remains of what was removed from its beginning."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from .choices import Action


class Entry(models.Model):
    """One deed; `auditlog.writing` is the door. The database refuses changes, and removals but `chain.forget`'s.

    `account` is a number and no foreign key: the row outlives the account. Staff are named in `name`; whoever has
    a number and no name is a reader, of whom the log knows no more. `position` and `hash` are its place in the
    chain, given by `chain.seal` a moment later.
    """

    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    account = models.BigIntegerField(_("account"), null=True, blank=True)
    name = models.CharField(_("who"), max_length=400, blank=True)
    action = models.CharField(_("what was done"), max_length=40, choices=Action)
    kind = models.CharField(_("kind of row"), max_length=100, blank=True)
    object_id = models.CharField(_("number of the row"), max_length=60, blank=True)
    label = models.CharField(_("row"), max_length=200, blank=True)
    address = models.CharField(_("network address"), max_length=45, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    details: models.JSONField[Any, Any] = models.JSONField(_("details"), default=dict, blank=True)
    position = models.BigIntegerField(_("place in the chain"), null=True, blank=True)
    hash = models.CharField(_("hash"), max_length=64, blank=True, db_default="")

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        default_permissions = ("view",)
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["position"], name="auditlog_entry_position_unique"),
            models.CheckConstraint(
                condition=Q(position__isnull=True, hash="")
                | Q(position__gt=0, hash__regex=r"^[0-9a-f]{64}$"),
                name="auditlog_entry_sealed_whole",
            ),
            models.CheckConstraint(
                condition=Q(name="") | Q(account__isnull=False), name="auditlog_entry_named_account"
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="auditlog_newest_idx"),
            models.Index(fields=["account", "-at", "-id"], name="auditlog_account_idx"),
            models.Index(fields=["action", "-at", "-id"], name="auditlog_action_idx"),
            models.Index(fields=["kind", "object_id", "-at", "-id"], name="auditlog_object_idx"),
            models.Index(fields=["address", "-at", "-id"], name="auditlog_address_idx"),
            models.Index(
                OpClass(Upper("name"), name="text_pattern_ops"), name="auditlog_upper_name_idx"
            ),
            models.Index(
                fields=["request_id"], condition=~Q(request_id=""), name="auditlog_request_idx"
            ),
            # What waits to be sealed; nearly always empty.
            models.Index(
                fields=["id"], condition=Q(position__isnull=True), name="auditlog_unsealed_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class Anchor(models.Model):
    """Where the chain begins once its beginning was removed: the last removed row's place and hash, signed."""

    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    position = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    signature = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("beginning of the audit log")
        verbose_name_plural = _("beginnings of the audit log")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.position} {self.hash}"
