from __future__ import annotations

import pytest

from tests.factories import PublicationFactory


@pytest.fixture(autouse=True)
def site(settings, db):
    settings.LANGUAGE_CODE = "en"
    settings.SITE_URL = "https://kabar.example"
    settings.NEWSLETTER_FROM_EMAIL = "buletin@kabar.example"
    PublicationFactory(name="Kabar Tompolangi")
