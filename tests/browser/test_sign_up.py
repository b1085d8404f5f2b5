"""A reader signs up on a phone, with the code out of the outbox, and lands where they came from."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from newsroom.models import OutgoingMail
from tests.factories import PublicationFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def newsroom(settings: Any) -> None:
    settings.EMAIL_BACKEND = "newsroom.mail.OutboxBackend"
    cache.clear()
    PublicationFactory()


def latest_code() -> str:
    found = re.search(r"\d{6}", OutgoingMail.objects.first().subject)
    assert found
    return found[0]


def is_wider_than_the_phone(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_reader_signs_up_on_a_phone_and_reaches_the_account(phone: Page) -> None:
    phone.goto("/akun/masuk/?next=/akun/")
    assert phone.context.cookies()[0]["name"] == "csrftoken"
    phone.get_by_role("link", name="Daftar").click()
    phone.get_by_label("Alamat surel").fill("rani@example.org")
    phone.get_by_label("Nama", exact=True).fill("Rani Lestari")
    phone.get_by_label("Saya menyetujui ketentuan komentar.").check()
    assert not is_wider_than_the_phone(phone)
    phone.get_by_role("button", name="Kirim kode").click()
    code = phone.get_by_label("Kode", exact=True)
    expect(code).to_be_focused()
    expect(phone.get_by_text("rani@example.org")).to_be_visible()
    code.fill("000000")
    phone.get_by_role("button", name="Selesaikan pendaftaran").click()
    expect(phone.get_by_text("Kodenya tidak cocok")).to_be_visible()
    expect(code).to_have_value("")
    code.fill(latest_code())
    assert not is_wider_than_the_phone(phone)
    phone.get_by_role("button", name="Selesaikan pendaftaran").click()
    expect(phone).to_have_url(re.compile(r"/akun/$"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Rani Lestari")
    assert not is_wider_than_the_phone(phone)


def test_reader_signs_in_and_out_again(phone: Page) -> None:
    test_reader_signs_up_on_a_phone_and_reaches_the_account(phone)
    phone.get_by_role("button", name="Keluar").click()
    phone.goto("/akun/")
    phone.get_by_label("Alamat surel").fill("rani@example.org")
    phone.get_by_role("button", name="Kirim kode").click()
    phone.get_by_label("Kode", exact=True).fill(latest_code())
    phone.get_by_role("button", name="Masuk").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Rani Lestari")
