"""The second factor of staff: who needs one, what proves it, how it is set up and taken away.

django-allauth keeps the factors (`Authenticator`): the key of an app that shows codes, passkeys, recovery codes.
Its pages are made for readers' accounts, so the desk has its own (`accounts/door_pages`), which come here.
"""

from __future__ import annotations

import time
from hmac import compare_digest
from typing import Any

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
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from auditlog.choices import Action
from auditlog.writing import write

from . import devices, letters
from .models import User

ADMINISTRATOR = "administrator"
# In the session: whose second factor this browser has shown, and an app's key on its way.
PASSED, ON_ITS_WAY = "desk_factor_passed", "desk_factor_key"
# Codes of the app change every 30 seconds; the one before and the one after are taken, for slow hands and clocks.
PERIOD = 30
TYPE = Authenticator.Type


def needs(user: Any) -> bool:
    """Whether one of the person's roles has to have a second factor (`settings.SECOND_FACTOR_ROLES`).

    Accounts of the demo do not: their passwords are printed for everybody to try.
    """
    roles = settings.SECOND_FACTOR_ROLES
    if not roles or not user.is_staff or user.is_demo:
        return False
    if user.is_superuser:
        return ADMINISTRATOR in roles
    return any(group.name in roles for group in user.groups.all())


def factors(user: Any) -> QuerySet[Authenticator]:
    """An app and passkeys; recovery codes alone are no factor."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user.pk)
    return found.exclude(type=TYPE.RECOVERY_CODES).order_by("created_at", "pk")


def with_whether(users: QuerySet[User]) -> QuerySet[User]:
    """The same accounts, each with `has_factor`."""
    own = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=TYPE.RECOVERY_CODES)
    return users.annotate(has_factor=Exists(own))


def has(user: Any) -> bool:
    return factors(user).exists()


def pass_here(request: HttpRequest, user: Any) -> None:
    """This browser has shown it."""
    request.session[PASSED] = user.pk


def has_passed(request: HttpRequest) -> bool:
    return bool(request.session.get(PASSED) == request.user.pk)


def is_settled(request: HttpRequest) -> bool:
    """Whether nothing more is asked of who is signed in here: shown, or not needed. Asked once a request."""
    if has_passed(request):
        return True
    if not hasattr(request, "_is_factor_settled"):
        request._is_factor_settled = not needs(request.user)  # type: ignore[attr-defined]
    return request._is_factor_settled  # type: ignore[attr-defined, no-any-return]


# Proving


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
    _write(user, "recovery_code_used", left=len(codes.get_unused_codes()))
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


# Setting up


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


def settle(request: HttpRequest) -> None:
    """After a factor was added: this browser has shown it, the others come in anew, and its owner is told."""
    pass_here(request, request.user)
    devices.end_all(request.user, but=request.session.session_key)
    write(Action.ACCESS, by=request.user, about=request.user, details={"factor": "added"})
    _write(request.user, "factor_added")


def new_recovery_codes(user: User) -> list[str]:
    """Ten codes to write down, shown this once; earlier ones are worth nothing more."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user=user, type=TYPE.RECOVERY_CODES).delete()
        codes: list[str] = RecoveryCodes.activate(user).generate_codes()
        write(Action.ACCESS, by=user, about=user, details={"recovery_codes": "made"})
    return codes


def recovery_codes_left(user: Any) -> int | None:
    """How many are unused; None when none were made."""
    found = Authenticator.objects.filter(user_id=user.pk, type=TYPE.RECOVERY_CODES).first()
    return None if found is None else len(found.wrap().get_unused_codes())


# Taking away


def remove(user: User, pk: int) -> bool:
    """Take one factor away; False when it is not there, or the last one of somebody who needs one."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        found = factors(user).filter(pk=pk).first()
        is_last = factors(user).count() == 1
        if found is None or (is_last and needs(user)):
            return False
        found.delete()
        if is_last:
            Authenticator.objects.filter(user=user).delete()
        write(Action.ACCESS, by=user, about=user, details={"factor": "removed"})
        _write(user, "factor_removed")
    return True


def reset(user: User) -> bool:
    """Take all of a colleague's factors, who has lost them, and sign the colleague out everywhere.

    The next password sign-in leads to setting up a new one. False when there was nothing.
    """
    with transaction.atomic():
        if not Authenticator.objects.filter(user=user).exists():
            return False
        Authenticator.objects.filter(user=user).delete()
        devices.end_all(user)
        _write(user, "factor_reset")
    return True


def _write(user: Any, letter: str, **context: Any) -> None:
    letters.send(letter, user.email, context)
