"""A publication with a row for every kind of page, and what stands behind keys."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from ads import approval
from ads import links as report_links
from ads.models import Creative
from articles import preview
from newsletter import links as letter_links
from tests.ads.factories import CreativeFactory
from tests.ads.selling import draft
from tests.factories import StaffFactory
from tests.newsletter.make import subscriber
from tests.pagecache import publication


@dataclass
class Site:
    """Args: the rows; by name the addresses in which a key is the path; somebody who may do everything."""

    rows: publication.Publication
    behind_keys: dict[str, str]
    chief: User


def whole() -> Site:
    """Fill the database."""
    rows = publication.found()
    chief = StaffFactory(is_superuser=True, language="en")
    offered = CreativeFactory(flight=draft(), headline="Pakan ayam")
    offered = Creative.objects.get(pk=offered.pk)
    approval.send(offered, by=chief)
    token = approval.token_of(offered)
    sold = rows.sold
    report = report_links.token_of(report_links.make(sold.campaign.advertiser, None, by=chief))
    waiting = subscriber(standing="asked", confirmed_at=None, asked_at=timezone.now())
    reader = subscriber()
    shared = preview.make(rows.draft, by=chief, days=3)
    behind = {
        "preview": reverse("articles:preview", args=[preview.token_of(shared)]),
        "sign-off": reverse("ads:sign_off", args=[token]),
        "ad-preview": reverse("ads:preview", args=[token]),
        "report": reverse("ads:report", args=[report]),
        "report-campaign": reverse("ads:report_campaign", args=[report, sold.campaign_id]),
        "report-csv": reverse("ads:report_csv", args=[report, sold.campaign_id]),
        "report-pdf": reverse("ads:report_pdf", args=[report, sold.campaign_id]),
        "confirm": urlsplit(letter_links.confirming(waiting)).path,
        "choose": urlsplit(letter_links.choosing(reader)).path,
        "leave": urlsplit(letter_links.leaving(reader)).path,
    }
    return Site(rows, behind, chief)
