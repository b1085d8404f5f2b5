"""A request and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Correction

from .choices import ANSWERED, OPEN, Capacity, Case


class Request(models.Model):
    """Somebody asks for a correction or a reply; `replies.cases` is the only door to its state.

    After settings.REPLY_REQUESTS_KEPT_DAYS nothing of the person is left in it (`forgotten_at`).
    """

    NAMES_A_READER = True

    year = models.PositiveSmallIntegerField(editable=False)
    serial = models.PositiveIntegerField(editable=False)
    article = models.ForeignKey(
        Article,
        verbose_name=_("story"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reply_requests",
    )
    story = models.CharField(_("story as it was named"), max_length=500)
    name = models.CharField(_("name"), max_length=120, blank=True)
    capacity = models.CharField(_("who asks"), max_length=12, choices=Capacity)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    wrong = models.TextField(_("what is wrong"), blank=True)
    wanted = models.TextField(_("the text that is wanted"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=Case, default=Case.RECEIVED, db_default=Case.RECEIVED
    )
    correction = models.ForeignKey(
        Correction,
        verbose_name=_("what answers it"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reply_requests",
    )
    created_at = models.DateTimeField(_("received"), db_default=Now(), editable=False)
    due_at = models.DateTimeField(_("to be answered by"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("request for a right of reply")
        verbose_name_plural = _("requests for a right of reply")
        default_permissions = ("view",)
        permissions = [("answer_request", _("Can answer requests for a right of reply"))]
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="replies_request_number"),
            models.CheckConstraint(
                condition=Q(state__in=ANSWERED, correction__isnull=False)
                | (~Q(state__in=ANSWERED) & Q(correction__isnull=True)),
                name="replies_request_answered_by_something",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, closed_at__isnull=True)
                | Q(state__in=[*ANSWERED, Case.REFUSED], closed_at__isnull=False),
                name="replies_request_closed_when",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at__isnull=False, name="", email="", phone="", wanted="")
                | Q(Q(forgotten_at__isnull=True), ~Q(email=""), ~Q(name=""), ~Q(wrong="")),
                name="replies_request_of_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="replies_newest_idx"),
            models.Index(
                fields=["due_at"], condition=Q(state__in=OPEN), name="replies_waiting_idx"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What the asker is told, `HJ-2026-0042`."""
        return f"HJ-{self.year}-{self.serial:04}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at < timezone.now()


class Step(models.Model):
    """One move of a request; only added to. `note` is told to the asker."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=10, choices=Case)
    note = models.TextField(_("told to the asker"), blank=True)

    class Meta:
        verbose_name = _("step of a request")
        verbose_name_plural = _("steps of a request")
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=Case.values), name="replies_step_state_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())
