"""CACHE_URL: a Valkey or Redis server for cache and sessions, as Django's CACHES."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Ours, and how the client calls it.
SCHEMES = {
    "redis": "redis",
    "valkey": "redis",
    "rediss": "rediss",
    "valkeys": "rediss",
    "unix": "unix",
}
# Rate limits have to be the same for every process.
DATABASE = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "newsroom_cache",
    "OPTIONS": {"MAX_ENTRIES": 100_000},
}


def settings_for(address: str, *, prefix: str) -> dict[str, dict[str, Any]]:
    """Return CACHES for `redis://user:password@host:6379/0`, `rediss://…`, `valkey://…` or `unix:///path?db=0`.

    `default` is the server, or the database while that is away; `database` is the database in any case, for what may
    not be forgotten; `sessions` is the server alone. Without an address all is in the database.

    Args:
        prefix: what the names of this installation's values begin with.

    Raises ImproperlyConfigured, in one sentence and without the password.
    """
    if not address:
        return {"default": DATABASE, "database": DATABASE}
    location = _location(address)
    if not is_installed():
        raise ImproperlyConfigured(
            "CACHE_URL is set, but redis is not installed: install requirements/stores.lock, or take CACHE_URL away."
        )
    server = {
        "BACKEND": "newsroom.valkey.ValkeyCache",
        # A list: a text would be taken apart at commas, which a password may have.
        "LOCATION": [location],
        "KEY_PREFIX": prefix,
    }
    return {
        "default": {**server, "OPTIONS": {"instead": "database"}},
        "database": DATABASE,
        "sessions": server,
    }


def is_installed() -> bool:
    return find_spec("redis") is not None


def _location(address: str) -> str:
    try:
        parts = urlsplit(address)
        port = parts.port
        options = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise _unusable("it is not an address") from None
    if parts.scheme not in SCHEMES:
        raise _unusable("it begins with redis://, rediss://, valkey://, valkeys:// or unix://")
    if parts.fragment or port == 0:
        raise _unusable("it is not an address")
    if parts.scheme == "unix":
        if len(parts.path) < 2 or parts.hostname:
            raise _unusable("after unix:// comes the path of a socket")
        if any(name != "db" or not _is_number(value) for name, value in options):
            raise _unusable("the only option is ?db=0, the number of a database")
    else:
        if not parts.hostname:
            raise _unusable("it names no server")
        if options or not (parts.path in {"", "/"} or _is_number(parts.path[1:])):
            raise _unusable("nothing but the number of a database may follow the server")
    return SCHEMES[parts.scheme] + address[len(parts.scheme) :]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5


def _unusable(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"CACHE_URL cannot be used: {why}, such as redis://:password@cache.example:6379/0."
    )
