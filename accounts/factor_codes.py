"""Codes as a second factor: those of an app, and the ten of the day on which it is lost.

Keys and codes are sealed by the library `cryptography`, which takes as much memory as a sixth of a process: loaded in
the functions that show, take or make a code, not with the desk.
"""

from __future__ import annotations

import time
from hmac import compare_digest

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from cryptography.fernet import InvalidToken
from django.db import transaction
from django.http import HttpRequest

from auditlog.choices import Action
from auditlog.writing import write

from .models import User
from .second_factor import TYPE, settle, tell

# In the session: an app's key on its way.
ON_ITS_WAY = "desk_factor_key"
# Codes of the app change every 30 seconds; the one before and the one after are taken, for slow hands and clocks.
PERIOD = 30


@transaction.atomic
def take_code(user: User, typed: str) -> bool:
    """Whether that is a code of the person's app or an unused recovery code; it is used up.

    Not limited here: `limits.proof` counts tries.
    """
    code = "".join(typed.split()).replace("-", "")
    if not (code.isascii() and code.isdecimal()):
        return False
    # One after the other: of requests that bring the same code at once, one gets in.
    found = Authenticator.objects.select_for_update().filter(user=user).exclude(type=TYPE.WEBAUTHN)
    for factor in found:
        try:
            is_right = _take(user, factor, code)
        except (
            InvalidToken
        ):  # the secret that sealed it is named nowhere any more: it has to be reset
            continue
        if is_right:
            factor.refresh_from_db()
            factor.record_usage()
            return True
    return False


def _take(user: User, factor: Authenticator, code: str) -> bool:
    if factor.type == TYPE.TOTP:
        return _take_app_code(factor, code)
    codes = factor.wrap()
    if not codes.validate_code(code):
        return False
    tell(user, "recovery_code_used", left=len(codes.get_unused_codes()))
    return True


def _take_app_code(factor: Authenticator, code: str) -> bool:
    """A code opens once, and none before it any more."""
    counter = _counter_of(get_adapter().decrypt(factor.data["secret"]), code)
    if counter is None or counter <= factor.data.get("last_counter", 0):
        return False
    factor.data["last_counter"] = counter
    factor.save(update_fields=["data"])
    return True


def _counter_of(secret: str, code: str) -> int | None:
    now = int(time.time()) // PERIOD
    for counter in (now - 1, now, now + 1):
        if compare_digest(format_hotp_value(hotp_value(secret, counter)), code):
            return counter
    return None


def key_on_its_way(request: HttpRequest, *, is_new: bool) -> str:
    """The key that the app is to be given; kept, sealed, in the session until a code proves it."""
    adapter = get_adapter()
    kept = None if is_new else request.session.get(ON_ITS_WAY)
    if kept is None:
        kept = request.session[ON_ITS_WAY] = adapter.encrypt(generate_totp_secret())
    return str(adapter.decrypt(kept))


def add_app(request: HttpRequest, typed: str) -> bool:
    """Take on the app whose key is on its way; False when the code does not prove it.

    An app that the person had before goes: two phones with codes are one too many to lose.
    """
    secret = key_on_its_way(request, is_new=False)
    code = "".join(typed.split())
    counter = _counter_of(secret, code) if code.isascii() and code.isdecimal() else None
    if counter is None:
        return False
    with transaction.atomic():
        User.objects.select_for_update().get(pk=request.user.pk)
        Authenticator.objects.filter(user_id=request.user.pk, type=TYPE.TOTP).delete()
        factor = TOTP.activate(request.user, secret).instance
        factor.data["last_counter"] = counter
        factor.save(update_fields=["data"])
        del request.session[ON_ITS_WAY]
        settle(request)
    return True


def new_recovery_codes(user: User) -> list[str]:
    """Ten codes to write down, shown this once; earlier ones are worth nothing more."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user=user, type=TYPE.RECOVERY_CODES).delete()
        codes: list[str] = RecoveryCodes.activate(user).generate_codes()
        write(Action.ACCESS, by=user, about=user, details={"recovery_codes": "made"})
    return codes


def recovery_codes_left(user: User) -> int | None:
    """How many are unused; None when none were made."""
    found = Authenticator.objects.filter(user_id=user.pk, type=TYPE.RECOVERY_CODES).first()
    return None if found is None else len(found.wrap().get_unused_codes())
