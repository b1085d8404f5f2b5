"""Setting up a second factor at the desk and signing in with it, in a real browser with a key of its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as installed
from playwright.sync_api import Page, expect

from accounts import second_factor
from tests.accounts.at_the_door import PASSWORD, code, colleague, key_of
from tests.factories import PublicationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editor(settings: Any, live_server: Any, transactional_db: None) -> Any:
    settings.SECOND_FACTOR_ROLES = installed.REAL_SECOND_FACTOR_ROLES
    settings.SITE_URL = live_server.url
    PublicationFactory()
    return colleague("editor")


def problems_of(page: Page) -> list[str]:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    return problems


def type_password(page: Page, user: Any) -> None:
    page.goto("/admin/login/")
    page.fill("[name=username]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")


def sign_out(page: Page) -> None:
    page.click(".account summary")
    page.click("#logout-form button")


def with_key(page: Page) -> None:
    """Give the browser an authenticator, as a phone's lock is one."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_is_made_and_opens_the_desk(editor, laptop):
    problems = problems_of(laptop)
    with_key(laptop)
    type_password(laptop, editor)
    laptop.wait_for_url("**/admin/second-factor/")
    laptop.click("text=Add a passkey")
    laptop.click("[data-passkey=create] button")
    expect(laptop.locator(".door-codes li")).to_have_count(10)
    laptop.click("text=I have kept them")
    laptop.wait_for_url("**/admin/")
    sign_out(laptop)
    type_password(laptop, editor)
    laptop.wait_for_url("**/admin/login/code/")
    laptop.click("[data-passkey=get] button")
    laptop.wait_for_url("**/admin/")
    assert second_factor.factors(editor).get().last_used_at is not None
    assert problems == []


def test_a_passkey_that_the_device_does_not_give_is_said_and_can_be_tried_again(editor, laptop):
    type_password(laptop, editor)
    laptop.wait_for_url("**/admin/second-factor/")
    # No authenticator: as when the dialogue is put away.
    devtools = laptop.context.new_cdp_session(laptop)
    devtools.send("WebAuthn.enable")
    laptop.goto("/admin/second-factor/passkey/")
    laptop.evaluate(
        "() => { navigator.credentials.create = () => Promise.reject(new Error('no')) }"
    )
    button = laptop.locator("[data-passkey=create] button")
    button.click()
    expect(laptop.locator("[data-passkey-refused]")).to_be_visible()
    expect(button).to_be_enabled()


def test_an_app_is_set_up_on_a_phone_and_its_codes_open_the_desk(editor, phone):
    problems = problems_of(phone)
    type_password(phone, editor)
    phone.wait_for_url("**/admin/second-factor/")
    phone.click("text=Set up an app that shows codes")
    picture = phone.locator(".door-picture")
    expect(picture).to_be_visible()
    assert picture.evaluate("async image => (await image.decode(), image.naturalWidth > 100)")
    secret = phone.locator(".door-key").inner_text().replace(" ", "")
    phone.fill("[name=code]", code(secret))
    phone.click("[type=submit]")
    expect(phone.locator(".door-codes li")).to_have_count(10)
    assert key_of(editor) == secret
    with phone.expect_download() as download:
        phone.click("text=Download")
    assert len(download.value.path().read_text().split()) == 10
    phone.click("text=I have kept them")
    phone.wait_for_url("**/admin/")
    # Nothing is wider than the phone.
    phone.goto("/admin/devices/")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sign_out(phone)
    type_password(phone, editor)
    phone.wait_for_url("**/admin/login/code/")
    phone.fill("[name=code]", code(secret, periods=1))
    phone.click("[type=submit]")
    phone.wait_for_url("**/admin/")
    assert problems == []
