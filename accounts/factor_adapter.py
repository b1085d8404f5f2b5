"""How django-allauth keeps second factors here: sealed, and of staff alone."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


class FactorAdapter(DefaultMFAAdapter):
    """Whoever reads the database or a backup of it finds no key of an app and no recovery code.

    Sealed under SECRET_KEY; what earlier secrets (SECRET_KEY_FALLBACKS) have sealed still opens.
    """

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises cryptography.fernet.InvalidToken when the secret it was sealed under is gone."""
        return _seal().decrypt(encrypted_text.encode()).decode()

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        # Readers come in by a code in an e-mail; a colleague who became one has nothing to show there.
        return bool(getattr(user, "is_staff", False)) and super().is_mfa_enabled(user, types)

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        # From the settings and never from a request's header: passkeys belong to this name.
        return urlsplit(settings.SITE_URL).hostname or ""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        name = self._get_site_name()
        return {"id": name, "name": name}


def _seal() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(Fernet(_key(secret)) for secret in secrets)


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(sha256(f"{secret}:accounts.second_factor".encode()).digest())
