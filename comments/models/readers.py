"""What an account has once its owner writes here: accepted terms, a guarded name, wishes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..choices import ReviewFirst


class Reader(models.Model):
    """An account that takes part in discussions; made and changed by `comments.readers`.

    The name that others see is `User.name`. `name_key` is what it looks like: two readers whose
    names would be taken for one another have the same, so there is only one of them.
    """

    NAMES_A_READER = True

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="reader",
    )
    name_key = models.CharField(max_length=240, editable=False)
    terms_version = models.CharField(_("accepted terms"), max_length=20, blank=True, editable=False)
    terms_accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    review = models.CharField(
        _("review"),
        max_length=10,
        choices=ReviewFirst,
        default=ReviewFirst.SECTION,
        db_default=ReviewFirst.SECTION,
        help_text=_("Whether comments are looked at before readers see them."),
    )
    is_told_of_decisions = models.BooleanField(
        _("what became of my comments"), default=True, db_default=True
    )
    is_told_of_replies = models.BooleanField(
        _("answers to my comments"), default=True, db_default=True
    )
    is_told_of_reports = models.BooleanField(
        _("what became of my reports"), default=True, db_default=True
    )
    created_at = models.DateTimeField(_("joined"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("reader")
        verbose_name_plural = _("readers")
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"],
                name="comments_reader_name_unique",
                violation_error_message=_(
                    "Somebody here has this name, or one that looks like it."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(name_key=""),
                name="comments_reader_named",
                violation_error_message=_("A reader has a name."),
            ),
            models.CheckConstraint(
                condition=Q(terms_version="", terms_accepted_at__isnull=True)
                | (~Q(terms_version="") & Q(terms_accepted_at__isnull=False)),
                name="comments_reader_terms_with_time",
                violation_error_message=_("Accepted terms have a version and a time."),
            ),
            models.CheckConstraint(
                condition=Q(review__in=ReviewFirst.values), name="comments_reader_review_known"
            ),
        ]

    def __str__(self) -> str:
        return self.user.name
