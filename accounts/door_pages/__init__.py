"""The desk's pages about coming in: the second factor, devices, and proving once more who one is.

`door_urls(site)` gives the addresses; the desk includes them.
"""

from __future__ import annotations

from typing import Any

from django.urls import path

from . import devices, entering, factors
from .frame import own


def door_urls(site: Any) -> list[Any]:
    def mine(view: Any, *methods: str, **how: bool) -> Any:
        return own(site, view, methods, **how)

    return [
        # For who is not in yet.
        path("login/code/", entering.code_page(site), name="login_code"),
        path("login/end/<str:token>/", devices.end_by_letter(site), name="end_sign_in"),
        # For who is.
        path("prove/", mine(entering.prove, "GET", "POST", is_early=True), name="prove"),
        path("second-factor/", mine(factors.overview, "GET", is_early=True), name="second_factor"),
        path(
            "second-factor/app/",
            mine(factors.app, "GET", "POST", is_early=True, is_fresh=True),
            name="second_factor_app",
        ),
        path(
            "second-factor/passkey/",
            mine(factors.passkey, "GET", "POST", is_early=True, is_fresh=True),
            name="second_factor_passkey",
        ),
        path(
            "second-factor/codes/",
            mine(factors.codes, "POST", is_fresh=True),
            name="second_factor_codes",
        ),
        path(
            "second-factor/<int:pk>/remove/",
            mine(factors.remove, "POST", is_fresh=True),
            name="second_factor_remove",
        ),
        path("devices/", mine(devices.listed, "GET"), name="devices"),
        path("devices/end/", mine(devices.end, "POST"), name="devices_end"),
    ]
