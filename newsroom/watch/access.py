"""Who may read how the installation is: the machine itself, and whoever knows METRICS_TOKEN."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

# Whoever is behind a proxy is not on this machine, though the proxy is.
_OF_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def may_see_details(request: HttpRequest) -> bool:
    """Whether it was asked on this machine without a proxy, or with `Authorization: Bearer` and the token."""
    return _is_here(request) or _has_token(request)


def _is_here(request: HttpRequest) -> bool:
    if any(name in request.META for name in _OF_PROXIES):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _has_token(request: HttpRequest) -> bool:
    scheme, _space, told = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    token = settings.METRICS_TOKEN
    return bool(token) and scheme.lower() == "bearer" and constant_time_compare(told, token)
