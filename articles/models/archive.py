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


class ArchiveSpan(models.Model):
    """The stories without an end that came out, or will, in a span that lies within one year on every clock.

    That is a day of UTC, and `year` is that year. Of 31 December and 1 January, when it is another one on some
    clocks, it is an hour, and `year` empty. A trigger adds them up from `ArchiveHour` (migration 0017), with whatever
    changes an hour; as with it, `stories` may be 0.
    """

    begins = models.DateTimeField(primary_key=True)
    year = models.PositiveSmallIntegerField(null=True)
    stories = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("span of the archive")
        verbose_name_plural = _("spans of the archive")
        ordering = ["-begins"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.begins}: {self.stories}"
