"""Where somebody is signed in: listed, ended, and told of when it is new."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts import devices
from accounts.models import Device, Session, Tries
from auditlog.choices import Action
from auditlog.models import Entry
from tests.accounts.at_the_door import PASSWORD, PHONE, colleague, is_in, type_password

LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"


def rows(client: Client) -> list[Any]:
    return client.get("/admin/devices/").context["rows"]


@pytest.fixture(autouse=True)
def still(time_machine: Any) -> None:
    time_machine.move_to("2026-11-27T10:00:00Z")


@pytest.fixture
def user(db: None) -> Any:
    return colleague("reporter")


@pytest.fixture
def phone(user: Any) -> Client:
    client = Client(HTTP_USER_AGENT=PHONE, REMOTE_ADDR="36.71.20.9")
    type_password(client, user)
    return client


@pytest.fixture
def laptop(user: Any, phone: Client) -> Client:
    client = Client(HTTP_USER_AGENT=LAPTOP, REMOTE_ADDR="103.20.4.77")
    type_password(client, user)
    return client


def test_the_page_says_where_when_and_with_which_browser(laptop, phone):
    page = laptop.get("/admin/devices/")
    assert [(row["browser"], row["network"], row["is_here"]) for row in page.context["rows"]] == [
        ("Firefox on Windows", "103.20.4.x", True),
        ("Chrome on Android", "36.71.20.x", False),
    ]
    assert page.content.decode().count("this device") == 1
    # Whoever reads the page over a shoulder gets nobody's session.
    for session in Session.objects.all():
        assert session.session_key not in page.content.decode()


def test_one_is_ended_by_post_alone(laptop, phone):
    key = next(row["key"] for row in rows(laptop) if not row["is_here"])
    assert laptop.get(f"/admin/devices/end/?key={key}").status_code == 405
    assert is_in(phone)
    laptop.post("/admin/devices/end/", {"key": key})
    assert (is_in(phone), is_in(laptop)) == (False, True)


def test_all_others_are_ended(laptop, phone):
    phone.post("/admin/devices/end/", {"others": "1"})
    assert (is_in(phone), is_in(laptop)) == (True, False)


def test_nobody_ends_a_strangers(laptop):
    other = Client()
    type_password(other, colleague("reporter"))
    key = rows(other)[0]["key"]
    laptop.post("/admin/devices/end/", {"key": key})
    assert is_in(other)


@pytest.mark.parametrize("key", ["", "x", "\x00", "1" * 5000])
def test_a_made_up_key_is_no_fault(key, laptop):
    assert laptop.post("/admin/devices/end/", {"key": key}).status_code == 302
    assert is_in(laptop)


def test_another_password_ends_the_others(laptop, phone):
    new = "padi-menguning-2"
    laptop.post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )
    assert (is_in(laptop), is_in(phone)) == (True, False)
    assert len(rows(laptop)) == 1
    assert Entry.objects.get(action=Action.ACCESS).details == {"password": "changed"}


def test_another_password_is_told_and_the_present_one_is_not_guessed_at_for_ever(
    laptop, user, mailoutbox
):
    new = "padi-menguning-2"
    mailoutbox.clear()
    sent = {"old_password": "salah", "new_password1": new, "new_password2": new}
    for _ in range(10):
        laptop.post("/admin/password_change/", sent)
    page = laptop.post("/admin/password_change/", sent | {"old_password": PASSWORD})
    assert "Too many attempts. Try again in 15 minutes." in page.content.decode()
    assert [mail.subject for mail in mailoutbox] == ["Somebody tries to open your account"]
    Tries.objects.all().delete()
    laptop.post("/admin/password_change/", sent | {"old_password": PASSWORD})
    assert mailoutbox[-1].subject == "Your password was changed"
    assert mailoutbox[-1].to == [user.email]


def test_a_password_that_an_administrator_gives_is_told(user, laptop, client, mailoutbox):
    type_password(client, colleague("chief_editor"))
    new = "padi-menguning-2"
    sent = {"usable_password": "true", "password1": new, "password2": new}
    client.post(f"/admin/accounts/user/{user.pk}/password/", sent)
    assert mailoutbox[-1].to == [user.email]
    assert mailoutbox[-1].subject == "Your password was changed"
    assert not is_in(laptop)


def test_devices_whose_cookie_has_ended_are_forgotten(laptop, time_machine):
    devices.forget_old()
    assert Device.objects.count() == 2
    time_machine.shift((devices.COOKIE_DAYS + 1) * 24 * 3600)
    devices.forget_old()
    assert Device.objects.count() == 0


def test_a_password_that_an_administrator_sets_or_takes_ends_all(user, laptop, phone):
    user.set_password("padi-menguning-2")
    user.save()
    assert (is_in(laptop), is_in(phone)) == (False, False)
    assert Session.objects.filter(account=user).count() == 0
    type_password(laptop, user, "padi-menguning-2")
    user.set_unusable_password()
    user.save()
    assert Session.objects.filter(account=user).count() == 0


def test_a_chief_editor_ends_a_colleagues(user, laptop, phone, client):
    type_password(client, colleague("chief_editor"))
    sign_ins = f"/admin/accounts/user/{user.pk}/sign-ins/"
    assert "Chrome on Android" in client.get(sign_ins).content.decode()
    client.post(sign_ins, {"do": "end"})
    assert (is_in(laptop), is_in(phone)) == (False, False)
    history = client.get(f"/admin/accounts/user/{user.pk}/history/").content.decode()
    assert "Signed out everywhere." in history


def test_a_new_device_is_told_with_time_browser_and_coarse_network(user, phone, mailoutbox):
    assert [mail.subject for mail in mailoutbox] == []
    client = Client(HTTP_USER_AGENT=LAPTOP, REMOTE_ADDR="103.20.4.77")
    type_password(client, user)
    (letter,) = mailoutbox
    assert letter.to == [user.email]
    assert letter.subject == "Your account was opened on a new device"
    assert "    Firefox on Windows\n" in letter.body
    assert "WITA" in letter.body
    assert "103.20.4.x" in letter.body
    assert "103.20.4.77" not in letter.body


def test_a_device_that_was_here_before_is_not_told(user, laptop, mailoutbox):
    laptop.post("/admin/logout/")
    mailoutbox.clear()
    type_password(laptop, user)
    assert mailoutbox == []


def test_the_letter_quotes_nothing_that_a_stranger_typed(user, phone, mailoutbox):
    client = Client(HTTP_USER_AGENT="https://evil.example Chrome/1 Windows")
    type_password(client, user)
    assert "evil.example" not in mailoutbox[-1].body


def link_in(letter: Any) -> str:
    return re.search(r"https?://[^/\s]+(/admin/login/end/\S+)", letter.body)[1]


def test_the_letters_link_ends_that_sign_in_by_a_button_and_without_signing_in(
    user, phone, laptop, mailoutbox, client
):
    url = link_in(mailoutbox[-1])
    assert client.get(url).status_code == 200
    assert is_in(laptop)
    client.post(url)
    assert (is_in(laptop), is_in(phone)) == (False, True)
    # A stranger again.
    assert Device.objects.filter(account=user).count() == 1


def test_the_letters_link_ends_nothing_later(user, laptop, mailoutbox, client, time_machine):
    url = link_in(mailoutbox[-1])
    time_machine.shift((devices.LINK_DAYS * 24 + 1) * 3600)
    assert client.post(url).status_code == 404
    assert client.get("/admin/login/end/made-up/").status_code == 404
    assert Session.objects.filter(account=user).count() == 2


def test_last_seen_is_written_every_ten_minutes_and_not_at_every_page(laptop, time_machine):
    before = Session.objects.order_by("-signed_in_at")[0].seen_at
    time_machine.shift(300)
    laptop.get("/admin/devices/")
    assert Session.objects.order_by("-signed_in_at")[0].seen_at == before
    time_machine.shift(301)
    laptop.get("/admin/devices/")
    assert Session.objects.order_by("-signed_in_at")[0].seen_at > before


def test_readers_sessions_keep_no_browser_and_no_network(client):
    from tests.factories import UserFactory

    client.force_login(UserFactory())
    assert Session.objects.values_list("agent", "network", "seen_at").get() == ("", "", None)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Chrome on Android"),
        (LAPTOP, "Firefox on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari on iOS",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 13; SM-A145F) AppleWebKit/537.36 SamsungBrowser/25.0"
            " Chrome/121.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("curl/8", "A browser that does not say its name"),
        ("", "A browser that does not say its name"),
    ],
)
def test_browsers_are_called_as_people_call_them(agent, words):
    assert devices.browser_of(agent) == words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("36.71.20.9", "36.71.20.x"),
        ("2001:db8:1:2:3::1", "2001:db8:1::x"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_networks_are_told_coarsely(address, words):
    assert devices.coarse(address) == words
