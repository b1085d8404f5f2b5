"""From where something is asked, for as long as a request runs. `newsroom.middleware` tells it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Asking:
    """`address` as the proxies of our own told it; `request_id` as it stands in the log lines."""

    address: str = ""
    request_id: str = ""


_current: ContextVar[Asking | None] = ContextVar("auditlog_asking", default=None)


def current() -> Asking:
    """Nothing known outside of a request: a job, a command."""
    return _current.get() or Asking()


@contextmanager
def asked(address: str, request_id: str) -> Iterator[None]:
    token = _current.set(Asking(address, request_id))
    try:
        yield
    finally:
        _current.reset(token)
