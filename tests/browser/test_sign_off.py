"""The advertiser's answer, in a browser: a form of a private page that names its origin and nothing more."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ads import approval
from ads.choices import CreativeState
from tests.ads.factories import CreativeFactory
from tests.comments.people import staff
from tests.factories import PublicationFactory

from .conftest import PHONE
from .sela import story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def sent():
    PublicationFactory()
    story()
    creative = CreativeFactory(headline="Pakan ayam murah")
    creative.refresh_from_db()
    approval.send(creative, by=staff("ad_desk"))
    return creative


def address(creative) -> str:
    creative.refresh_from_db()
    return f"/persetujuan/{approval.token_of(creative)}/"


@pytest.mark.parametrize(
    ("button", "words", "state"),
    [
        ("Setuju", "", CreativeState.APPROVED),
        ("Minta perubahan", "Nomor teleponnya salah.", CreativeState.REFUSED),
    ],
)
def test_the_advertiser_answers_from_a_phone(new_context, sent, button, words, state):
    page = new_context(**PHONE).new_page()
    page.goto(address(sent))
    page.get_by_label("Nama").fill("Hj. Sitti Aminah")
    if words:
        page.get_by_label("Yang perlu diubah").fill(words)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_have_count(0)
    sent.refresh_from_db()
    assert sent.state == state
    assert sent.records.latest("pk").name == "Hj. Sitti Aminah"
