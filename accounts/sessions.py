"""Sessions in the database, as Django's own, that know whose they are.

Deleting an account has to end its sessions, and Django's table could only be searched by opening
every row.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from contextvars import ContextVar
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.cache import caches
from django.db import InternalError, OperationalError, transaction

HERE = "desk_here"

# The session for which an account is looked up just now, where sessions have copies.
asked: ContextVar[Any] = ContextVar("asked", default=None)


class SessionStore(DatabaseStore):
    # The account that was read together with the session (accounts/cached_sessions.py); for one use.
    account: Any = None

    @classmethod
    def get_model_class(cls) -> Any:
        from .models import Session  # the app registry is not there yet when this is loaded

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session: Any = super().create_model_instance(data)
        account = data.get(SESSION_KEY)
        session.account_id = int(account) if account else None
        # How it came in, and when it was last here (accounts/devices.py).
        here = data.get(HERE) or {}
        session.agent = here.get("agent", "")
        session.network = here.get("network", "")
        session.signed_in_at = _instant(here.get("signed_in_at"))
        session.seen_at = _instant(here.get("seen_at"))
        return session

    def save(self, must_create: bool = False) -> None:
        """As Django's, which takes whatever the database says for a session that was ended meanwhile: then somebody
        whose text was just saved would be told that the request cannot be understood."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError | InternalError):
                raise error.__context__ from None
            raise


def _instant(seconds: float | None) -> datetime.datetime | None:
    return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def have_copies() -> bool:
    """Whether sessions have copies on a cache server."""
    return "sessions" in settings.CACHES


def forget(keys: Iterable[str | None]) -> None:
    """Let the copies of these sessions go, as soon as what was done to them is certain."""
    names = [name_of_copy(key) for key in keys if key]
    if names and have_copies():
        transaction.on_commit(lambda: caches["sessions"].delete_many(names))


def name_of_copy(key: str) -> str:
    """The key itself opens a session: who can read the cache server does not find it there."""
    return f"session:{sha256(key.encode()).hexdigest()}"
