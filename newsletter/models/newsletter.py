"""When the newsletter goes out, and in which order its stories stand."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from pagecache import recording
from pagecache.recording import Recorded

from ..choices import Order


class Newsletter(Recorded, models.Model):
    """How the daily issue is made: one row, or its defaults before anybody has set anything."""

    RECORDED_AS = "issues"
    IS_RECORDED_BY_KEY = False

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_on = models.BooleanField(
        _("goes out"),
        default=True,
        help_text=_("While it does not, nobody can subscribe and no issue is made."),
    )
    send_at = models.TimeField(
        _("time of day"),
        default=datetime.time(6, 0),
        help_text=_("On the publication's clock. Nothing is sent on a day without a new story."),
    )
    order = models.CharField(
        _("order of the stories"), max_length=5, choices=Order, default=Order.FRONT
    )

    class Meta:
        verbose_name = _("newsletter settings")
        verbose_name_plural = _("newsletter settings")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="newsletter_newsletter_is_one"),
            models.CheckConstraint(
                condition=models.Q(order__in=Order.values), name="newsletter_newsletter_order_known"
            ),
        ]

    def __str__(self) -> str:
        return capfirst(str(self._meta.verbose_name))

    @classmethod
    def current(cls) -> Newsletter:
        # Also of a row that is not there yet.
        recording.shows(cls.RECORDED_AS)
        return cls.objects.first() or cls()
