"""An advertiser's private address: made, revoked, found again.

The address carries the row's number and its key under the server's secret (HMAC-SHA-256, 256 bits). So
nobody guesses it, who reads the table alone cannot open it, and the desk can show it again whenever the
advertiser has lost it. A changed secret makes every address invalid.
"""

from __future__ import annotations

import base64
import datetime
import hmac
import re
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.absolute import absolute

from .choices import Deed
from .models import Advertiser, Campaign, Record, ReportLink

if TYPE_CHECKING:
    from accounts.models import User

# What `opened_at` tells is when, not how often: one write a minute is enough.
OPENED_EVERY = datetime.timedelta(minutes=1)
_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{43})")


class Refused(Exception):
    """`str()` is a sentence for the desk."""


def make(advertiser: Advertiser, campaign: Campaign | None, *, by: User) -> ReportLink:
    """Make a link to one campaign, or to all of the advertiser's when None; written down.

    Raises Refused for a campaign of somebody else.
    """
    if campaign is not None and campaign.advertiser_id != advertiser.pk:
        raise Refused(_("This campaign belongs to another advertiser."))
    with transaction.atomic():
        link = ReportLink.objects.create(
            advertiser=advertiser, campaign=campaign, key=secrets.token_urlsafe(32), created_by=by
        )
        Record.objects.create(deed=Deed.LINK_MADE, by=by, advertiser=advertiser, campaign=campaign)
    return link


def revoke(link: ReportLink, *, by: User) -> bool:
    """Close the address for good; written down. False when it was closed already."""
    with transaction.atomic():
        is_done = ReportLink.objects.filter(pk=link.pk, revoked_at=None).update(
            revoked_at=timezone.now(), revoked_by=by
        )
        if is_done:
            Record.objects.create(
                deed=Deed.LINK_REVOKED,
                by=by,
                advertiser_id=link.advertiser_id,
                campaign_id=link.campaign_id,
            )
    return bool(is_done)


def token_of(link: ReportLink) -> str:
    return f"{link.pk}-{_signature(link.pk, link.key, settings.SECRET_KEY)}"


def address_of(link: ReportLink) -> str:
    """The whole address, to be sent to the advertiser."""
    return absolute(reverse("ads:report", args=[token_of(link)]))


def find(token: str) -> ReportLink | None:
    """The link of an address, also a revoked one; None when it is not ours. One query."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    link = ReportLink.objects.select_related("advertiser").filter(pk=int(parts[1])).first()
    # Where there is no such row the same work is done, so that the time tells nothing.
    key = link.key if link else ""
    known = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    expected = [_signature(int(parts[1]), key, secret) for secret in known]
    is_ours = any(hmac.compare_digest(one, parts[2]) for one in expected)
    return link if is_ours else None


def note_opening(link: ReportLink) -> None:
    """Keep when it was last opened; written once in OPENED_EVERY at most."""
    now = timezone.now()
    if link.opened_at is None or link.opened_at < now - OPENED_EVERY:
        ReportLink.objects.filter(
            Q(opened_at=None) | Q(opened_at__lt=now - OPENED_EVERY), pk=link.pk
        ).update(opened_at=now)


def _signature(pk: int, key: str, secret: str) -> str:
    under = sha256(f"{secret}:ads.report".encode()).digest()
    digest = hmac.digest(under, f"{pk}.{key}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
