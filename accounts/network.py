"""From which address a request comes."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of whoever asks; "" when there is none, as behind a socket.

    `X-Forwarded-For` is believed only as far as our own proxies wrote it: with
    `settings.TRUSTED_PROXIES` of them the address that many places from the end, never one that
    a visitor could have put there.
    """
    trusted: int = settings.TRUSTED_PROXIES
    if trusted:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(hops) >= trusted:
            return str(hops[-trusted]).strip()
    return str(request.META.get("REMOTE_ADDR", ""))
