"""The log of what changed, written by triggers and read by every process that keeps pages."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Notice(models.Model):
    """One change of what the public sees: the tags that it concerns.

    Written by the SQL function `pagecache_tell(tags)`, which the triggers of the apps call in the transaction of
    the change. `position` is given at the commit, under a lock that is held until the commit is done, so positions
    are in the order of commits: who has read up to one has seen everything before it. They begin with the
    microsecond at which the log was made, so a database that was restored or made anew never repeats one, once
    `pagecache_everything()` was called.
    """

    position = models.BigIntegerField(null=True, unique=True, editable=False)
    tags = ArrayField(models.TextField())
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "notice"
        verbose_name_plural = "notices"
        ordering = ["position"]
        # What is older than the oldest kept page is forgotten.
        indexes = [models.Index(fields=["at"], name="pagecache_notice_at_idx")]

    def __str__(self) -> str:
        return f"{self.position}: {', '.join(self.tags)}"
