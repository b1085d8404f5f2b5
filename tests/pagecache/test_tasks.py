"""The log of notices stays short."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from pagecache.keeper import KEPT_SECONDS
from pagecache.models import Notice
from pagecache.tasks import forget_notices

pytestmark = pytest.mark.django_db


def test_notices_are_forgotten_once_no_page_can_be_older():
    now = timezone.now()
    Notice.objects.all().delete()
    kept = datetime.timedelta(seconds=KEPT_SECONDS)
    for age in (kept, kept + datetime.timedelta(hours=23), kept + datetime.timedelta(hours=25)):
        Notice.objects.create(tags=["story:1"], at=now - age)
    forget_notices(timestamp=0)
    assert [now - one.at < kept + datetime.timedelta(days=1) for one in Notice.objects.all()] == [
        True,
        True,
    ]
