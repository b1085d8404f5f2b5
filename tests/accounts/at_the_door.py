"""Signing in at the desk as a person does, and the app that shows codes."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import Group
from django.test import Client

from accounts import factor_codes
from accounts.models import User
from tests.factories import StaffFactory

PASSWORD = "padi-menguning-1"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DESK, DOOR, CODE = "/admin/", "/admin/login/", "/admin/login/code/"
SETUP, APP = "/admin/second-factor/", "/admin/second-factor/app/"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"


def colleague(role: str = "editor", **fields: Any) -> User:
    user = StaffFactory(password=PASSWORD, language="en", **fields)
    if role == "administrator":
        user.is_superuser = True
        user.save()
    else:
        user.groups.add(Group.objects.get(name=role))
    return user


def with_app(user: User) -> User:
    """Give somebody an app that has the key SECRET."""
    TOTP.activate(user, SECRET)
    return user


def code(secret: str = SECRET, *, periods: int = 0) -> str:
    """What the app shows now, or `periods` of half a minute later."""
    counter = int(time.time()) // factor_codes.PERIOD + periods
    return format_hotp_value(hotp_value(secret, counter))


def wrong(secret: str = SECRET) -> str:
    """Six figures that no period of today has near."""
    near = {code(secret, periods=step) for step in range(-3, 4)}
    return next(f"{number:06}" for number in range(10) if f"{number:06}" not in near)


def key_of(user: User) -> str:
    """The key of somebody's app, as it was given to the phone."""
    row = Authenticator.objects.get(user=user, type="totp")
    return str(get_adapter().decrypt(row.data["secret"]))


def type_password(client: Client, user: User, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(DOOR, {"username": user.email, "password": password}, **more)


def is_in(client: Client) -> bool:
    return client.get(DESK).status_code == 200
