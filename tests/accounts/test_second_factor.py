"""The second factor of staff, with the roles that an installation asks it of unless told otherwise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings as installed
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import second_factor
from accounts.models import Session
from auditlog.choices import Action
from auditlog.models import Entry
from comments.models import Comment
from newsroom.roles import ROLES
from tests.accounts.at_the_door import (
    APP,
    CODE,
    DESK,
    DOOR,
    PASSWORD,
    SETUP,
    code,
    colleague,
    is_in,
    key_of,
    type_password,
    with_app,
    wrong,
)

NEED = ["administrator", "chief_editor", "editor", "moderator", "ad_desk"]


@pytest.fixture(autouse=True)
def as_installed(settings: Any, time_machine: Any) -> None:
    time_machine.move_to("2026-11-27T10:00:00Z", tick=False)
    settings.SECOND_FACTOR_ROLES = installed.REAL_SECOND_FACTOR_ROLES


def set_up(client: Client) -> Any:
    """Give the account the app of the page, as the phone and its owner would."""
    page = client.get(APP).content.decode()
    secret = re.search(r'class="door-key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    return client.post(APP, {"code": code(secret)})


def recovery_codes(page: Any) -> list[str]:
    return re.findall(r"<li><code>(\d{8})</code></li>", page.content.decode())


def test_every_role_that_publishes_administers_or_sees_readers_needs_one():
    assert frozenset(NEED) == installed.REAL_SECOND_FACTOR_ROLES
    assert set(NEED) == {"administrator", *ROLES} - {"reporter"}


@pytest.mark.parametrize("role", NEED)
def test_without_one_the_password_opens_the_setup_and_nothing_else(role, client):
    user = colleague(role)
    assert type_password(client, user).url == DESK
    for address in (DESK, "/admin/articles/article/", "/admin/devices/", "/admin/jsi18n/"):
        response = client.get(address)
        assert response.status_code == 302, address
        assert response.url.startswith((DOOR, SETUP)), address
    assert client.get(DOOR).url == SETUP
    assert client.get(SETUP).status_code == 200
    assert client.post("/admin/second-factor/codes/").url == SETUP
    assert not Comment.objects.exists()
    assert is_in(client) is False


def test_a_reporter_comes_in_by_password(client):
    type_password(client, colleague("reporter"))
    assert is_in(client)


def test_whoever_is_given_a_role_is_asked_at_the_next_page(client):
    user = colleague("reporter")
    type_password(client, user)
    assert is_in(client)
    user.groups.add(Group.objects.get(name="editor"))
    assert not is_in(client)


def test_an_account_of_the_demo_needs_none(settings, client):
    settings.DEMO = True
    type_password(client, colleague("administrator", is_demo=True))
    assert is_in(client)


def test_setting_up_an_app_opens_the_desk_and_shows_ten_codes_once(client, mailoutbox):
    user = colleague("editor")
    type_password(client, user)
    page = set_up(client)
    assert len(set(recovery_codes(page))) == 10
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert is_in(client)
    assert recovery_codes(client.get(SETUP)) == []
    assert [mail.subject for mail in mailoutbox if mail.to == [user.email]][-1] == (
        "Your account has a new second factor"
    )


def test_a_wrong_code_sets_nothing_up_and_the_same_key_is_shown(client):
    user = colleague("editor")
    type_password(client, user)
    first = re.search(r'door-key">([^<]+)<', client.get(APP).content.decode())[1]
    page = client.post(APP, {"code": wrong(first.replace(" ", ""))})
    assert "That is not the code that the app shows now." in page.content.decode()
    assert re.search(r'door-key">([^<]+)<', page.content.decode())[1] == first
    assert not second_factor.has(user)


def test_the_key_is_drawn_here_and_no_other_machine_is_asked(client):
    type_password(client, colleague("editor"))
    page = client.get(APP).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert "otpauth://totp/" in page


def test_the_password_alone_does_not_sign_in_who_has_one(client):
    user = with_app(colleague("editor"))
    assert type_password(client, user).url == CODE
    assert "_auth_user_id" not in client.session
    assert client.get(DESK).url.startswith(DOOR)
    assert client.get("/akun/").status_code == 302
    assert client.post(CODE, {"code": code()}).url == DESK
    assert is_in(client)


def test_the_way_in_leads_where_one_was_going(client):
    user = with_app(colleague("editor"))
    going = "/admin/articles/article/"
    client.post(DOOR, {"username": user.email, "password": PASSWORD, "next": going})
    assert client.post(CODE, {"code": code()}).url == going


@pytest.mark.parametrize("typed", ["", "abc", "12 34", "٠١٢٣٤٥", "0" * 20, "-1"])
def test_what_is_no_code_opens_nothing(typed, client):
    type_password(client, with_app(colleague("editor")))
    assert client.post(CODE, {"code": typed}).status_code == 200
    assert not is_in(client)


def test_a_code_opens_once(client):
    user = with_app(colleague("editor"))
    type_password(client, user)
    shown = code()
    assert client.post(CODE, {"code": shown}).url == DESK
    other = Client()
    type_password(other, user)
    assert "or it was used" in other.post(CODE, {"code": shown}).content.decode()
    # Nor does one that is older than the last.
    assert "or it was used" in other.post(CODE, {"code": code(periods=-1)}).content.decode()
    assert other.post(CODE, {"code": code(periods=1)}).url == DESK


def test_the_code_page_is_for_who_knows_the_password(client):
    user = with_app(colleague("editor"))
    assert client.get(CODE).url == DOOR
    assert client.post(CODE, {"code": code()}).url == DOOR
    type_password(client, user, "falsch")
    assert client.post(CODE, {"code": code()}).url == DOOR


def test_the_code_page_waits_ten_minutes(client, time_machine):
    type_password(client, with_app(colleague("editor")))
    time_machine.shift(601)
    assert client.post(CODE, {"code": code()}).url == DOOR


@pytest.mark.parametrize("change", ["password", "inactive", "not staff", "reset"])
def test_what_changes_meanwhile_closes_the_code_page(change, client):
    user = with_app(colleague("editor"))
    type_password(client, user)
    if change == "password":
        user.set_password("padi-menguning-2")
    elif change == "inactive":
        user.is_active = False
    elif change == "reset":
        second_factor.reset(user)
    else:
        user.is_staff = False
    user.save()
    assert client.post(CODE, {"code": code()}).url == DOOR


def test_ten_wrong_codes_shut_the_page_for_a_quarter_of_an_hour_also_for_the_right_one(
    client, mailoutbox, time_machine
):
    user = with_app(colleague("editor"))
    type_password(client, user)
    for _ in range(10):
        assert "That code is not right" in client.post(CODE, {"code": wrong()}).content.decode()
    assert [mail.subject for mail in mailoutbox] == ["Somebody tries to open your account"]
    # Another browser is no way around it.
    other = Client()
    type_password(other, user)
    page = other.post(CODE, {"code": code()}).content.decode()
    assert "Too many attempts. Try again in 15 minutes." in page
    time_machine.shift(15 * 60)
    type_password(other, user)
    assert other.post(CODE, {"code": code()}).url == DESK


def test_a_recovery_code_opens_once_and_its_owner_is_told(client, mailoutbox):
    user = colleague("editor")
    type_password(client, user)
    kept = recovery_codes(set_up(client))
    other = Client()
    type_password(other, user)
    assert other.post(CODE, {"code": f"{kept[0][:4]} {kept[0][4:]}"}).url == DESK
    letter = next(mail for mail in mailoutbox if "recovery code" in mail.subject)
    assert "9 codes are left." in letter.body
    third = Client()
    type_password(third, user)
    assert "or it was used" in third.post(CODE, {"code": kept[0]}).content.decode()


def test_new_recovery_codes_end_the_earlier_ones(client):
    user = colleague("editor")
    type_password(client, user)
    before = recovery_codes(set_up(client))
    after = recovery_codes(client.post("/admin/second-factor/codes/"))
    assert len(after) == 10
    assert not {*before} & {*after}
    other = Client()
    type_password(other, user)
    assert other.post(CODE, {"code": before[0]}).status_code == 200
    assert other.post(CODE, {"code": after[0]}).url == DESK


def test_whoever_needs_one_keeps_the_last(client):
    user = colleague("editor")
    type_password(client, user)
    set_up(client)
    row = second_factor.factors(user).get()
    client.post(f"/admin/second-factor/{row.pk}/remove/")
    assert second_factor.has(user)


def test_whoever_needs_none_removes_it_with_its_codes_and_is_told(client, mailoutbox):
    user = colleague("reporter")
    type_password(client, user)
    set_up(client)
    row = second_factor.factors(user).get()
    client.post(f"/admin/second-factor/{row.pk}/remove/")
    assert not Authenticator.objects.filter(user=user).exists()
    assert mailoutbox[-1].subject == "A second factor of your account was removed"
    assert is_in(client)


def test_nobody_removes_anothers(client):
    other = with_app(colleague("reporter"))
    type_password(client, colleague("reporter"))
    client.post(f"/admin/second-factor/{second_factor.factors(other).get().pk}/remove/")
    assert second_factor.has(other)


def test_another_app_takes_the_place_of_the_first(client):
    user = colleague("editor")
    type_password(client, user)
    set_up(client)
    before = key_of(user)
    assert set_up(client).url == SETUP
    assert second_factor.factors(user).count() == 1
    assert key_of(user) != before


def test_a_new_factor_ends_the_sessions_that_never_showed_it(client):
    user = colleague("reporter")
    other = Client()
    type_password(other, user)
    type_password(client, user)
    set_up(client)
    assert is_in(client)
    assert not is_in(other)


def test_the_password_is_asked_for_again_before_what_opens_the_door_is_changed(
    client, time_machine
):
    user = colleague("editor")
    type_password(client, user)
    set_up(client)
    time_machine.shift(16 * 60)
    way = client.get(APP).url
    assert way == "/admin/prove/?next=%2Fadmin%2Fsecond-factor%2Fapp%2F"
    row = second_factor.factors(user).get()
    assert client.post("/admin/second-factor/codes/").url.startswith("/admin/prove/")
    assert client.post(f"/admin/second-factor/{row.pk}/remove/").url.startswith("/admin/prove/")
    page = client.post(way, {"password": "falsch", "next": APP})
    assert "That is not your password." in page.content.decode()
    assert client.post(way, {"password": PASSWORD, "next": APP}).url == APP
    assert client.get(APP).status_code == 200


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_proving_leads_to_no_other_site(url, client):
    type_password(client, colleague("reporter"))
    assert client.post("/admin/prove/", {"password": PASSWORD, "next": url}).url == SETUP


# At rest


def test_keys_and_codes_are_sealed_in_the_database_and_in_the_session(client):
    user = colleague("editor")
    type_password(client, user)
    page = client.get(APP).content.decode()
    secret = re.search(r'door-key">([^<]+)<', page)[1].replace(" ", "")
    assert secret not in str(client.session.items())
    client.post(APP, {"code": code(secret)})
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert key_of(user) == secret
    codes = Authenticator.objects.get(user=user, type="recovery_codes")
    assert codes.data["seed"] != get_adapter().decrypt(codes.data["seed"])


def test_another_secret_opens_what_the_earlier_one_sealed(settings, client):
    user = with_app(colleague("editor"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" * 10
    type_password(client, user)
    assert client.post(CODE, {"code": code()}).url == DESK


def test_a_secret_that_is_gone_opens_nothing_and_is_no_fault(settings, client):
    user = with_app(colleague("editor"))
    settings.SECRET_KEY = "another-" * 10
    type_password(client, user)
    assert "That code is not right" in client.post(CODE, {"code": code()}).content.decode()


# Resetting


def sign_ins(user: Any) -> str:
    return f"/admin/accounts/user/{user.pk}/sign-ins/"


def administrator(client: Client) -> Any:
    user = with_app(colleague("administrator"))
    type_password(client, user)
    client.post(CODE, {"code": code()})
    return user


def test_an_administrator_resets_a_colleagues(client, mailoutbox):
    administrator(client)
    user = with_app(colleague("editor"))
    other = Client()
    type_password(other, user)
    other.post(CODE, {"code": code()})
    assert client.post(sign_ins(user), {"do": "reset"}).status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    assert not Session.objects.filter(account=user).exists()
    assert mailoutbox[-1].to == [user.email]
    assert mailoutbox[-1].subject == "Your second factor was reset"
    history = client.get(f"/admin/accounts/user/{user.pk}/history/").content.decode()
    assert "The second factor was reset." in history
    # And the next sign-in leads to a new one.
    type_password(other, user)
    assert other.get(DOOR).url == SETUP


def test_a_chief_editor_resets_nobody_above(client):
    above = with_app(colleague("administrator"))
    chief = with_app(colleague("chief_editor"))
    type_password(client, chief)
    client.post(CODE, {"code": code()})
    assert client.get(sign_ins(above)).status_code == 403
    assert client.post(sign_ins(above), {"do": "reset"}).status_code == 403
    assert second_factor.has(above)


@pytest.mark.parametrize("role", ["reporter", "editor", "moderator", "ad_desk"])
def test_other_roles_reset_nobody(role, client):
    other = with_app(colleague("reporter"))
    user = with_app(colleague(role))
    type_password(client, user)
    client.post(CODE, {"code": code()})
    assert client.post(sign_ins(other), {"do": "reset"}).status_code == 403
    assert second_factor.has(other)


# Roles are named in the environment


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("editor, reporter", "['editor', 'reporter']"),
        ("none", "[]"),
        ("editor,redaktur", "SECOND_FACTOR_ROLES names “redaktur”"),
    ],
)
def test_roles_are_named_in_the_environment_and_a_wrong_one_stops_the_start(said, answer):
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from newsroom import settings; print(sorted(settings.SECOND_FACTOR_ROLES))",
        ],
        env={**os.environ, "SECOND_FACTOR_ROLES": said},
        capture_output=True,
        text=True,
    )
    assert answer in told.stdout + told.stderr


def test_the_last_administrator_is_let_in_from_the_server(client, mailoutbox):
    user = with_app(colleague("administrator"))
    call_command("reset_second_factor", user.email.upper())
    assert not second_factor.has(user)
    assert mailoutbox[-1].subject == "Your second factor was reset"
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("reset_second_factor", user.email)
    with pytest.raises(CommandError, match="There is no account"):
        call_command("reset_second_factor", "nobody@example.org")


def written(user: Any) -> list[dict[str, Any]]:
    """What the audit log says about the ways into an account, the first first."""
    rows = Entry.objects.filter(action=Action.ACCESS, object_id=str(user.pk)).order_by("id")
    return [row.details | {"by": row.account} for row in rows]


def test_what_opens_the_door_is_in_the_audit_log_without_a_secret(client):
    user = colleague("reporter")
    type_password(client, user)
    set_up(client)
    client.post("/admin/second-factor/codes/")
    row = second_factor.factors(user).get()
    client.post(f"/admin/second-factor/{row.pk}/remove/")
    assert written(user) == [
        {"factor": "added", "by": user.pk},
        {"recovery_codes": "made", "by": user.pk},
        {"recovery_codes": "made", "by": user.pk},
        {"factor": "removed", "by": user.pk},
    ]


def test_a_reset_on_the_server_is_in_the_audit_log_as_the_servers(client):
    user = with_app(colleague("administrator"))
    call_command("reset_second_factor", user.email)
    assert written(user) == [{"factor": "reset on the server", "by": None}]
