"""Jobs of the page cache."""

import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from .keeper import KEPT_SECONDS
from .models import Notice

# A day longer than anything is kept: who reads the log from its beginning misses nothing that still matters.
LOG_KEPT = datetime.timedelta(seconds=KEPT_SECONDS, days=1)


@app.periodic(cron="50 3 * * *")
@app.task(name="pagecache.forget_notices", queueing_lock="pagecache.forget_notices")
def forget_notices(timestamp: int) -> None:
    """Let go of notices that are older than every page that may still be kept."""
    Notice.objects.filter(at__lt=timezone.now() - LOG_KEPT).delete()
