"""Passkeys of staff: the browser's challenge, and what comes back of it. django-allauth keeps and checks them.

With this come the libraries `fido2` and `cryptography`: loaded in functions, as `factor_codes` is.
"""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from . import second_factor
from .models import User

# Nobody needs more, and each is read at every sign-in.
MOST = 10
LONGEST = 20_000
# What a made-up answer of a browser may come to in the libraries that read it.
_UNFIT = (ValidationError, ValueError, TypeError, KeyError, AttributeError, InvalidSignature)


def challenge_to_add(user: User) -> dict[str, Any]:
    """What the browser's dialogue for a new passkey is given; the session keeps the other half."""
    return auth.begin_registration(user, False)


def add(request: HttpRequest, answer: str, name: str) -> bool:
    """Take on the passkey that the browser made; False when the answer does not fit the challenge."""
    user = request.user
    if second_factor.factors(user).filter(type=Authenticator.Type.WEBAUTHN).count() >= MOST:
        return False
    try:
        credential = _read(answer)
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except _UNFIT:
        return False
    auth.WebAuthn.add(user, name, credential)
    second_factor.settle(request)
    return True


def challenge_to_show(user: User) -> dict[str, Any]:
    return auth.begin_authentication(user)


def take(user: User, answer: str) -> bool:
    """Whether the browser has shown one of the person's passkeys."""
    try:
        credential = _read(answer)
        auth.parse_authentication_response(credential)
        factor = auth.complete_authentication(user, credential)
    except _UNFIT:
        return False
    factor.record_usage()
    return True


def _read(answer: str) -> Any:
    if len(answer) > LONGEST or "\\u0000" in answer:
        raise ValueError
    return json.loads(answer)
