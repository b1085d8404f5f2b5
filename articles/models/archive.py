"""How many stories came out when: kept by the database, so that no page counts an archive."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArchiveDay(models.Model):
    """The stories without an end whose address has that date, and the last change of any of them.

    Triggers write these rows in the transaction of whatever changes a story's state, its times or its corrections
    (migration 0011); nobody else does. A scheduled story is counted already: whoever asks leaves out the days on
    which something may not have come out yet, and counts those few stories themselves. `stories` may be 0.
    """

    day = models.DateField(primary_key=True)
    stories = models.PositiveIntegerField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("day of the archive")
        verbose_name_plural = _("days of the archive")
        ordering = ["-day"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day}: {self.stories}"


class ArchiveHour(models.Model):
    """The stories without an end that came out, or will, in the hour that begins then; as with `ArchiveDay`.

    By the hour and not by the day, so that the publication's clock may be any that keeps whole hours.
    """

    hour = models.DateTimeField(primary_key=True)
    stories = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("hour of the archive")
        verbose_name_plural = _("hours of the archive")
        ordering = ["-hour"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hour}: {self.stories}"
