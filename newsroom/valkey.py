"""Django's cache for Redis, with a server that may be away and that is not believed blindly.

What it holds is signed: whoever else can write there can neither make our processes run anything (values are pickled,
as Django's are) nor pass something off as ours.
"""

from __future__ import annotations

import hashlib
import hmac
import pickle
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

from .breaker import Breaker

# Seconds to connect, and to be answered; a page that needs it waits twice as long at most, and the next not at all.
PATIENCE = 0.4
_SIGNED = hashlib.sha256().digest_size

# One for this process: caches of different threads and aliases ask the same server.
breaker = Breaker("The cache server (CACHE_URL)")


class _NotOurs(Exception):
    """A value with another signature, or none; or one of another release, which this one cannot read."""


class SigningSerializer:
    """Values as pickles behind a signature; whole numbers as they are, so that the server can add to them."""

    def dumps(self, value: Any) -> int | bytes:
        if type(value) is int:
            return value
        pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        return _signature(settings.SECRET_KEY, pickled) + pickled

    def loads(self, data: bytes) -> Any:
        try:
            return int(data)
        except ValueError:
            pass
        signature, pickled = data[:_SIGNED], data[_SIGNED:]
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            if hmac.compare_digest(signature, _signature(secret, pickled)):
                try:
                    return pickle.loads(pickled)
                except Exception as error:
                    # The class of it was called otherwise before an upgrade.
                    raise _NotOurs from error
        raise _NotOurs


def _signature(secret: str, pickled: bytes) -> bytes:
    return hmac.digest(f"newsroom.valkey:{secret}".encode(), pickled, "sha256")


class ValkeyCache(RedisCache):
    """While the server is away, the cache named by the option `instead` answers; without one, nothing is there.

    What was kept in one is not in the other: a count begins anew when the server goes and when it comes back.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = dict(params.get("OPTIONS", {}))
        self._instead = options.pop("instead", "")
        options |= {
            "serializer": SigningSerializer(),
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            # Once more at once: a connection that the server closed meanwhile says nothing about the server.
            "retry": Retry(NoBackoff(), 1),
        }
        super().__init__(server, {**params, "OPTIONS": options})

    def client(self) -> redis.Redis:
        """The client itself, for who asks how the server is."""
        made: Any = self._cache  # type: ignore[attr-defined]
        client: redis.Redis = made.get_client(write=True)
        return client

    def _ask(self, name: str, nothing: Any, *args: Any, **kwargs: Any) -> Any:
        if breaker.may_ask():
            usual: Callable[..., Any] = getattr(super(), name)
            try:
                answer = usual(*args, **kwargs)
            except _NotOurs:
                answer = nothing
            except (redis.RedisError, OSError) as error:
                breaker.failed(error)
                return self._without(name, nothing, *args, **kwargs)
            breaker.worked()
            return answer
        return self._without(name, nothing, *args, **kwargs)

    def _without(self, name: str, nothing: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(caches[self._instead], name)(*args, **kwargs) if self._instead else nothing

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> Any:
        return self._ask("add", False, key, value, timeout, version)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._ask("get", default, key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> Any:
        return self._ask("set", None, key, value, timeout, version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> Any:
        return self._ask("touch", False, key, timeout, version)

    def delete(self, key: Any, version: Any = None) -> Any:
        return self._ask("delete", False, key, version)

    def get_many(self, keys: Any, version: Any = None) -> Any:
        keys = list(keys)
        return self._ask("get_many", {}, keys, version)

    def has_key(self, key: Any, version: Any = None) -> Any:
        return self._ask("has_key", False, key, version)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> Any:
        return self._ask("incr", delta, key, delta, version)

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> Any:
        return self._ask("set_many", [], data, timeout, version)

    def delete_many(self, keys: Any, version: Any = None) -> Any:
        keys = list(keys)
        return self._ask("delete_many", None, keys, version)

    def clear(self) -> Any:
        return self._ask("clear", False)


def health() -> tuple[str, str]:
    """What is wrong with the server, empty when nothing is; and its name and version."""
    cache = caches["sessions"]
    assert isinstance(cache, ValkeyCache)
    told: Any = {}
    try:
        cache.client().ping()
        # Who may not ask this may use it all the same.
        with suppress(redis.ResponseError):
            told = cache.client().info("server")
    except (redis.RedisError, OSError) as error:
        breaker.failed(error)
        return breaker.why, ""
    breaker.worked()
    if version := told.get("valkey_version"):
        return "", f"Valkey {version}"
    return "", f"Redis {told.get('redis_version', '')}".strip()


def place(address: str) -> str:
    """Where the server is, without the password."""
    parts = urlsplit(address)
    return parts.path if parts.scheme == "unix" else parts.netloc.rpartition("@")[2]
